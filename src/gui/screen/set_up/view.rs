//! How the set-up looks: its step, the main button, and what is said of a fault.

use iced::widget::column;

use super::{Message, State, Step};
use crate::api::{Error, Field};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Tone, button, notice};
use crate::gui::words::t;
use crate::gui::{clocks, faults};

impl State {
    /// Draws what is chosen, scanned or awaited.
    pub fn view(&self) -> Element<'_, Message> {
        let content = match &self.step {
            Step::Choose => self.choose(),
            Step::Scan {
                key,
                qr,
                typed,
                copied,
            } => self.scan(key, qr.as_ref(), typed, *copied),
            Step::Sent {
                channel,
                set_up,
                typed,
                sending,
                ..
            } => self.sent(*channel, &set_up.sent, typed, *sending),
        };
        let at_field = |error: &&Error| {
            matches!(
                error,
                Error::Invalid {
                    field: Field::Email | Field::Mobile,
                    ..
                }
            )
        };
        let fault = self.error.as_ref().filter(|error| !at_field(error));
        column![content]
            .push(fault.map(|error| self.fault(error)))
            .spacing(space::L)
            .into()
    }

    /// The main button: **Validate**, then **Submit**.
    pub fn main_button(&self) -> Element<'_, Message> {
        let (words, message) = match self.step {
            Step::Choose => (t("validate"), Message::Validate),
            Step::Scan { .. } | Step::Sent { .. } => (t("submit"), Message::Submit),
        };
        button(words)
            .primary()
            .busy(self.busy)
            .on_press(message)
            .into()
    }

    fn fault(&self, error: &Error) -> Element<'_, Message> {
        let app = matches!(self.step, Step::Scan { .. });
        let (title, body) = match error {
            Error::CodeWrong { tries_left } => (
                format!(
                    "{} {}",
                    t("fault-code-wrong"),
                    t!("tries-left", tries = *tries_left)
                ),
                if app {
                    clocks::help(self.wrong)
                } else {
                    t("sent-code-wrong-help")
                },
            ),
            Error::ChallengeEnded | Error::Stale => (t("set-up-ended"), t("set-up-ended-body")),
            other => (faults::sentence(other), String::new()),
        };
        notice(Tone::Error, title, body)
    }
}
