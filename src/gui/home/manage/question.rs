//! The question before an act, and the code that some acts make.

use iced::widget::column;

use super::{Act, Message, REASON, State};
use crate::api::{Field, Invitation};
use crate::gui::home::add_person;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, button, dialog, field, mono, panel, small, subtitle};
use crate::gui::words::t;
use crate::gui::{faults, when};

impl State {
    /// Asks once, naming the person and the consequence.
    pub(super) fn question(&self, act: Act) -> Element<'_, Message> {
        let name = self.person.name.as_str();
        if act == Act::TurnOn {
            return self.turning_on(name);
        }
        let (title, about, word) = match act {
            Act::TurnOff => (
                t!("ask-turn-off", name = name),
                t!("other-turn-off", name = name),
                t("turn-off"),
            ),
            Act::Reset => (t!("ask-reset", name = name), t("other-reset"), t("reset")),
            Act::AllowTries => (
                t!("ask-allow-tries", name = name),
                t!("ask-allow-tries-body", name = name),
                t("allow-tries"),
            ),
            Act::EndSessions | Act::TurnOn | Act::Invite | Act::SendInvite => (
                t!("ask-end-sessions", name = name),
                t!("ask-end-sessions-body", name = name),
                t("end-all"),
            ),
        };
        let missing = faults::of_field(self.error.as_ref(), Field::Reason);
        let fault = if missing.is_none() {
            self.fault()
        } else {
            None
        };
        let main = button(word)
            .busy(self.waiting.is_some())
            .on_press(Message::Confirm);
        let main = match act {
            Act::AllowTries => main.primary(),
            _ => main.danger(),
        };
        dialog(title, t("close"), Message::Back)
            .content(
                column![
                    subtitle(about),
                    field(t("reason"), &self.reason, Message::ReasonTyped)
                        .id(REASON)
                        .help(t("reason-help"))
                        .error(missing)
                        .on_submit(Message::Confirm),
                ]
                .push(fault)
                .spacing(space::M),
            )
            .push(button(t("cancel")).on_press(Message::Back))
            .push(main)
            .into()
    }

    /// What is said of an act that is done.
    pub(super) fn done(&self, act: Act) -> String {
        let name = self.person.name.as_str();
        match act {
            Act::TurnOn => t!("did-turn-on", name = name),
            Act::TurnOff => t!("did-turn-off", name = name),
            Act::Reset => t!("did-reset", name = name),
            Act::AllowTries => t!("did-allow-tries", name = name),
            Act::EndSessions => t!("did-end-sessions", name = name),
            Act::Invite | Act::SendInvite => String::new(),
        }
    }

    /// From when two-factor is to be turned on.
    fn turning_on(&self, name: &str) -> Element<'_, Message> {
        dialog(t!("ask-turn-on", name = name), t("close"), Message::Back)
            .content(
                column![
                    subtitle(t!("ask-turn-on-body", name = name)),
                    self.starts.view().map(Message::Starts),
                ]
                .push(self.fault())
                .spacing(space::M),
            )
            .push(button(t("cancel")).on_press(Message::Back))
            .push(
                button(t("turn-on"))
                    .primary()
                    .busy(self.waiting.is_some())
                    .on_press(Message::Confirm),
            )
            .into()
    }
}

/// **Copy** at a code to hand over, for the focus: the code is shown once.
pub(super) const COPY: &str = "manage-copy";

/// A code to hand over, to be read out or copied.
pub(super) fn code_panel<'a, M: Clone + 'a>(
    words: String,
    made: &'a Invitation,
    zone: &str,
    copied: Option<bool>,
    copy: M,
) -> Element<'a, M> {
    let copied = copied.map(|taken| small(if taken { t("copied") } else { t("not-copied") }));
    panel(
        column![small(words),]
            .push(add_person::sent(made))
            .extend([
                mono(made.code.expose()).into(),
                small(t!(
                    "invitation-until",
                    until = when::moment(made.ends, zone)
                ))
                .into(),
                button(t("copy"))
                    .id(COPY)
                    .link()
                    .icon(Icon::Copy)
                    .on_press(copy)
                    .into(),
            ])
            .push(copied)
            .spacing(space::XS),
    )
}
