//! The form of an act on somebody's account: labelled fields, and what the act means.

use iced::widget::{Column, column};

use super::{FIRST, Form, Message, SECOND, State};
use crate::api::{Error, Field, PersonDetails};
use crate::gui::theme::space;
use crate::gui::widget::{Element, button, dialog, field, subtitle};
use crate::gui::words::t;
use crate::gui::{faults, status};

impl State {
    pub(super) fn form<'a>(
        &'a self,
        form: &'a Form,
        details: &'a PersonDetails,
    ) -> Element<'a, Message> {
        let name = details.person.name.as_str();
        let of = |asked| faults::of_field(self.error.as_ref(), asked);
        let reason = |typed: &'a String, said: fn(String) -> Message, id: &'static str| {
            field(t("reason"), typed, said)
                .id(id)
                .help(t("reason-help"))
                .error(of(Field::Reason))
                .on_submit(Message::Confirm)
        };
        let confirm = |words: String| button(words).busy(self.busy).on_press(Message::Confirm);
        let (title, content, main) = match form {
            Form::Name(typed) => (
                t!("edit-name-of", name = name),
                column![
                    field(t("name"), typed, Message::Typed)
                        .id(FIRST)
                        .error(of(Field::Name))
                        .on_submit(Message::Confirm)
                ],
                confirm(t("save")).primary(),
            ),
            Form::Role(chosen) => (
                t!("role-of", name = name),
                column![
                    subtitle(t("role-about")),
                    Column::with_children(status::roles(*chosen, FIRST, Message::RoleChosen))
                        .spacing(space::S)
                ],
                confirm(t("save")).primary(),
            ),
            Form::Dates { first, last } => (
                t!("dates-of", name = name),
                column![
                    subtitle(t("dates-about")),
                    field(t("first-day"), first, Message::Typed)
                        .id(FIRST)
                        .placeholder(t("day-example"))
                        .error(of(Field::FirstDay))
                        .on_submit(Message::Confirm),
                    field(t("last-day"), last, Message::LastTyped)
                        .id(SECOND)
                        .placeholder(t("day-example"))
                        .error(of(Field::LastDay))
                        .on_submit(Message::Confirm),
                ],
                confirm(t("save")).primary(),
            ),
            Form::Email {
                email,
                reason: typed,
            } => (
                t!("email-of", name = name),
                column![
                    subtitle(t!("email-meant", name = name)),
                    field(t("new-email"), email, Message::Typed)
                        .id(FIRST)
                        .error(of(Field::Email))
                        .on_submit(Message::Confirm),
                    reason(typed, Message::LastTyped, SECOND),
                ],
                confirm(t("save")).primary(),
            ),
            Form::HandOver { reason: typed } => (
                t!("hand-over-of", name = name),
                column![
                    subtitle(t!("hand-over-meant", name = name)),
                    reason(typed, Message::Typed, FIRST)
                ],
                confirm(t("make-code")).primary(),
            ),
            Form::Deactivate { reason: typed } => (
                t!("ask-deactivate", name = name),
                column![
                    subtitle(t!("ask-deactivate-body", name = name)),
                    reason(typed, Message::Typed, FIRST)
                ],
                confirm(t("deactivate")).danger(),
            ),
            // Asks for nothing, and has no form.
            Form::Reactivate => (t("person-account"), column![], confirm(t("reactivate"))),
        };
        let at_a_field = matches!(self.error, Some(Error::Invalid { .. }));
        let fault = if at_a_field { None } else { self.fault() };
        dialog(title, t("close"), Message::Back)
            .content(content.push(fault).spacing(space::M))
            .push(button(t("cancel")).on_press(Message::Back))
            .push(main)
            .into()
    }
}
