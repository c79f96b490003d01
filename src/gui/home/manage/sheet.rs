//! The dialog as it is drawn: the status and what it means, and the acts.

use iced::Alignment;
use iced::widget::{column, row};

use super::over::Over;
use super::{DONE, Message, State, acts, question, who};
use crate::api::PersonDetails;
use crate::domain::Status;
use crate::gui::door::Session;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Tone, button, dialog, failed, notice, small, subtitle};
use crate::gui::words::t;
use crate::gui::{faults, status, when};

impl State {
    /// Draws it.
    pub fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let who = who(&self.person);
        let sheet = dialog(t("preferences-title"), t("close"), Message::Close).subtitle(who);
        let Some(details) = &self.details else {
            return sheet
                .content(column![subtitle(t("loading"))].push(self.fault()))
                .into();
        };
        match &self.over {
            Some(Over::Account(account)) => {
                return account.view(details, session).map(Message::Account);
            }
            Some(Over::Desk(desk)) => {
                return desk.view(&self.person, session).map(Message::Desk);
            }
            None => {}
        }
        if let Some(act) = self.asking {
            return self.question(act);
        }
        let current = row![
            subtitle(t("current-status")),
            status::of(details.person.status)
        ]
        .spacing(space::S)
        .align_y(Alignment::Center);
        let told = self
            .told
            .as_ref()
            .map(|told| notice(Tone::Enabled, told.clone(), ""));
        let invitation = self.invitation.as_ref().map(|made| {
            let words = t!("invitation-body", name = self.person.name.as_str());
            let zone = session.me.time_zone.as_str();
            question::code_panel(words, made, zone, self.copied, Message::Copy)
        });
        sheet
            .content(
                column![current, small(self.sentence(details, session))]
                    .push(told)
                    .push(self.fault())
                    .push(invitation)
                    .push(acts::list(details, self.has_mail, self.waiting, session))
                    .spacing(space::M),
            )
            .push(
                button(t("done"))
                    .primary()
                    .id(DONE)
                    .on_press(Message::Close),
            )
            .into()
    }

    pub(super) fn fault(&self) -> Option<Element<'_, Message>> {
        if let Some(error) = &self.not_loaded {
            let words = faults::sentence(error);
            return Some(failed(words, t("try-again"), Message::TryAgain));
        }
        self.error.as_ref().map(faults::notice)
    }

    fn sentence(&self, details: &PersonDetails, session: &Session) -> String {
        let status = self.status(details, session);
        let now = session.door.now();
        status::with_due(status, &details.facts, &session.me, now, |when| {
            t!("other-due-from", when = when)
        })
    }

    fn status(&self, details: &PersonDetails, session: &Session) -> String {
        let (facts, name) = (&details.facts, self.person.name.as_str());
        let zone = session.me.time_zone.as_str();
        match facts.status {
            Status::NotSetup => t!("other-not-setup", name = name),
            Status::Pending => t!("other-pending", name = name),
            Status::Activated => match (&facts.turned_on_by, facts.since) {
                (Some(by), Some(since)) => t!(
                    "other-activated",
                    name = name,
                    by = by.as_str(),
                    when = when::ago(since, session.door.now(), zone)
                ),
                _ => t!("other-activated-rule", name = name),
            },
            Status::Enabled => match facts.methods.first() {
                Some(method) => t!(
                    "other-enabled",
                    method = status::method(method.kind),
                    when = when::day(method.proven, zone)
                ),
                None => String::new(),
            },
        }
    }
}
