//! The second step: one field for a one-time code.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::{focus, focus_wrong, to_end};
use crate::api::{Challenge, CodeDue, Error, Outcome, Secret, SignOut, SubmitCode, TryState};
use crate::gui::door::Door;
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, Tone, brand, button, card, centred, code_field, notice, subtitle, title,
};
use crate::gui::words::t;
use crate::gui::{digits, faults};

const CODE: &str = "code";

/// Wrong codes of an authenticator after which the clocks are spoken of (reliability.md 15).
const CLOCK_DOCTOR_AFTER: u32 = 2;

/// A sign-in that waits for its code.
#[derive(Debug)]
pub struct State {
    door: Door,
    challenge: Challenge,
    typed: Secret,
    wrong: u32,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The code was changed.
    Typed(Secret),
    /// **Submit**.
    Submit,
    /// The second step is answered.
    Answered(Result<Outcome, Error>),
    /// **Sign in as someone else**.
    Leave,
    /// The sign-in is given up.
    Left,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with the outcome.
    Go(Outcome),
    /// Back to the first step, with a sentence on why, if there is one.
    Back(Option<String>),
}

impl State {
    /// The screen for a sign-in that waits.
    pub fn new(door: &Door, due: CodeDue) -> (Self, Task<Message>) {
        let state = Self {
            door: door.with(due.token),
            error: match &due.challenge.tries {
                TryState::Open => None,
                TryState::From { until } => Some(Error::Wait { until: *until }),
                TryState::Stopped => Some(Error::Stopped),
            },
            challenge: due.challenge,
            typed: Secret::new(""),
            wrong: 0,
            busy: false,
        };
        (state, focus(CODE))
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("code-title")
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(typed) => {
                if digits::take(&mut self.typed, &typed) {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Submit if self.busy || self.typed.expose().trim().is_empty() => {}
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let code = self.typed.clone();
                let call = SubmitCode { code };
                return Action::Run(self.door.ask(call).map(Message::Answered));
            }
            Message::Answered(Ok(outcome)) => return Action::Go(outcome),
            Message::Answered(Err(Error::ChallengeEnded)) => {
                return Action::Back(Some(t("code-ended")));
            }
            Message::Answered(Err(error)) => {
                self.busy = false;
                if let Error::CodeWrong { tries_left } = error {
                    self.wrong += 1;
                    if tries_left == 0 {
                        return Action::Back(Some(t("code-tries-used")));
                    }
                }
                self.error = Some(error);
                return Action::Run(focus_wrong(CODE));
            }
            Message::Leave => {
                return Action::Run(self.door.ask(SignOut {}).map(|_| Message::Left));
            }
            Message::Left => return Action::Back(None),
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let invalid = matches!(
            self.error,
            Some(Error::CodeWrong { .. } | Error::CodeUsed { .. } | Error::Invalid { .. })
        );
        let form = column![
            column![title(t("code-title")), subtitle(t("code-from-app"))].spacing(space::XS),
            code_field(t("code-label"), self.typed.expose(), |typed| {
                Message::Typed(Secret::new(typed))
            })
            .id(CODE)
            .invalid(invalid)
            .on_submit(Message::Submit),
        ]
        .push(self.error.as_ref().map(|error| self.fault(error)))
        .push(
            button(t("submit"))
                .primary()
                .width(Length::Fill)
                .busy(self.busy)
                .on_press(Message::Submit),
        )
        .push(row![
            gap::horizontal(),
            subtitle(t!("code-until", time = faults::clock(self.challenge.ends)))
        ])
        .spacing(space::L);

        centred(
            column![
                brand(),
                card(form, size::CARD),
                button(t("sign-in-as-other"))
                    .link()
                    .icon(Icon::ArrowLeft)
                    .on_press(Message::Leave),
            ]
            .spacing(space::XL)
            .align_x(Alignment::Center),
        )
    }

    fn fault(&self, error: &Error) -> Element<'_, Message> {
        let (title, body) = match error {
            Error::CodeWrong { tries_left } => (
                format!(
                    "{} {}",
                    t("fault-code-wrong"),
                    t!("tries-left", tries = *tries_left)
                ),
                if self.wrong >= CLOCK_DOCTOR_AFTER {
                    t("clock-doctor")
                } else {
                    t("code-wrong-help")
                },
            ),
            Error::CodeUsed { tries_left } => (
                format!(
                    "{} {}",
                    t("fault-code-used"),
                    t!("tries-left", tries = *tries_left)
                ),
                t("code-used-help"),
            ),
            Error::Wait { until } => (
                t("code-wait-title"),
                t!("code-wait-body", time = faults::clock(*until)),
            ),
            Error::Stopped => (t("code-stopped-title"), t("code-stopped-body")),
            other => (faults::sentence(other), String::new()),
        };
        notice(Tone::Error, title, body)
    }
}
