//! What there is of somebody's account, each with the act that changes it.

use iced::widget::column;

use super::{Act, DONE, Message, State};
use crate::api::PersonDetails;
use crate::domain::Standing;
use crate::gui::door::Session;
use crate::gui::home::manage::{question, who};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, Tone, button, dialog, notice, option_row};
use crate::gui::words::t;
use crate::gui::{status, when};

impl State {
    pub(super) fn list<'a>(
        &'a self,
        details: &'a PersonDetails,
        session: &'a Session,
    ) -> Element<'a, Message> {
        let person = &details.person;
        let name = person.name.as_str();
        let told = self
            .told
            .as_ref()
            .map(|told| notice(Tone::Enabled, told.clone(), ""));
        let code = self.code.as_ref().map(|made| {
            let words = t!("hand-over-body", name = name);
            let zone = session.me.time_zone.as_str();
            question::code_panel(words, made, zone, self.copied, Message::Copy)
        });
        let press = |words: String, act: Act| button(words).in_row().on_press(Message::Open(act));
        let standing = person.term.at(session.door.now());
        let here = standing.belongs();
        let left = standing == Standing::Left;
        let dates = when::term(&person.term, session).unwrap_or_else(|| t("dates-none"));
        let last = details.last_full_access || details.last_enabled;
        let role = (!left).then(|| {
            let end: Element<'a, Message> = if last {
                iced::widget::space().into()
            } else {
                press(t("change-role"), Act::Role).into()
            };
            option_row(Icon::Users, t("role"), status::role(person.role), end)
        });
        let dates = (!left).then(|| {
            let set = press(t("set-dates"), Act::Dates);
            option_row(Icon::CalendarDays, t("dates"), dates, set)
        });
        let password = (here && !person.invited).then(|| {
            let make = press(t("make-code"), Act::HandOver);
            option_row(
                Icon::KeyRound,
                t("forgotten-password"),
                t!("hand-over-about", name = name),
                make,
            )
        });
        let email = here.then(|| {
            let change = press(t("change-email-of"), Act::Email);
            option_row(Icon::Mail, t("email"), person.email.as_str(), change)
        });
        let access = if left {
            let back = press(t("reactivate"), Act::Reactivate).busy(self.busy);
            option_row(
                Icon::UserCheck,
                t("access"),
                t!("reactivate-about", name = name),
                back,
            )
        } else {
            let (about, end): (String, Element<'a, Message>) = if last {
                (t("last-full-access-about"), iced::widget::space().into())
            } else {
                (
                    t!("deactivate-about", name = name),
                    press(t("deactivate"), Act::Deactivate).danger().into(),
                )
            };
            option_row(Icon::UserX, t("access"), about, end)
        };
        let rows = column![option_row(
            Icon::User,
            t("name"),
            name.to_owned(),
            press(t("edit-name"), Act::Name)
        )]
        .push(email)
        .push(role)
        .push(dates)
        .push(password)
        .push(access)
        .spacing(space::S);
        let fault = self.form.is_none().then(|| self.fault()).flatten();
        dialog(t("person-account"), t("close"), Message::Back)
            .subtitle(who(person))
            .content(
                column![]
                    .push(told)
                    .push(fault)
                    .push(code)
                    // Alone with the code, so that nothing else is read out.
                    .push(self.code.is_none().then_some(rows))
                    .spacing(space::M),
            )
            .push(button(t("back")).id(DONE).on_press(Message::Back))
            .into()
    }
}
