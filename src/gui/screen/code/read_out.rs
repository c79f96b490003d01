//! **Desk code** where there is a server: a colleague at another computer reads out eight digits.

use iced::Task;
use iced::widget::column;

use super::desk::Action;
use crate::api::{Ack, AskAtDesk, Error, Field, Outcome, Secret, SubmitDeskCode};
use crate::domain::LONGEST_NAME;
use crate::gui::door::Door;
use crate::gui::faults;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Tone, button, dialog, failed, field, notice};
use crate::gui::words::t;

const CODE: &str = "desk-digits";

/// What was read out.
#[derive(Debug)]
pub struct State {
    /// What this computer is called, by which the colleague finds this screen.
    computer: String,
    typed: Secret,
    busy: bool,
    /// Why no colleague can find this screen.
    not_asked: Option<Error>,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A colleague can find this screen now, or not.
    Asked(Result<Ack, Error>),
    /// **Try again**.
    TryAgain,
    /// The digits were changed.
    Typed(Secret),
    /// **Submit**.
    Submit,
    /// It is answered.
    Answered(Result<Box<Outcome>, Error>),
    /// The colleague is here.
    Here,
    /// It is given up.
    Cancel,
}

impl State {
    /// An empty field, and this screen to be found.
    pub fn new(door: &Door) -> (Self, Task<Message>) {
        let state = Self {
            computer: computer(),
            typed: Secret::new(""),
            busy: false,
            not_asked: None,
            error: None,
        };
        let ask = state.ask(door);
        (state, Task::batch([focus(CODE), ask]))
    }

    fn ask(&self, door: &Door) -> Task<Message> {
        let computer = self.computer.clone();
        door.ask(AskAtDesk { computer }).map(Message::Asked)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Asked(Ok(_)) => {}
            Message::TryAgain => {
                self.not_asked = None;
                return Action::Run(Task::batch([focus(CODE), self.ask(door)]));
            }
            Message::Typed(typed) => self.typed = typed,
            Message::Submit if self.busy => {}
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let code = self.typed.clone();
                let answer = door.ask(SubmitDeskCode { code });
                return Action::Run(answer.map(|answer| Message::Answered(answer.map(Box::new))));
            }
            Message::Answered(Ok(outcome)) => return Action::Go(outcome),
            Message::Asked(Err(Error::ChallengeEnded))
            | Message::Answered(Err(Error::ChallengeEnded)) => {
                return Action::Over(t("code-ended"));
            }
            Message::Answered(Err(
                Error::CodeWrong { tries_left: 0 } | Error::CodeEnded { tries_left: 0 },
            )) => return Action::Over(t("code-tries-used")),
            Message::Asked(Err(error)) => self.not_asked = Some(error),
            Message::Answered(Err(error)) => {
                self.busy = false;
                self.error = Some(error);
                return Action::Run(focus_wrong(CODE));
            }
            // Its answer would be a session that nobody has.
            Message::Here | Message::Cancel if self.busy => {}
            Message::Here => return Action::Here,
            Message::Cancel => return Action::Cancelled,
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let malformed = faults::of_field(self.error.as_ref(), Field::Code);
        let fault = self
            .error
            .as_ref()
            .filter(|_| malformed.is_none())
            .map(fault);
        let again = |error| failed(faults::sentence(error), t("try-again"), Message::TryAgain);
        let not_asked = self.not_asked.as_ref().map(again);
        let form = column![
            field(t("desk-digits-label"), self.typed.expose(), |typed| {
                Message::Typed(Secret::new(typed))
            })
            .mono()
            .id(CODE)
            .error(malformed.map(|_| t("desk-digits-missing")))
            .on_submit(Message::Submit),
        ]
        .push(fault)
        .push(not_asked)
        .push(
            button(t("desk-colleague-here"))
                .link()
                .on_press(Message::Here),
        )
        .spacing(space::M);
        dialog(t("desk-code"), t("close"), Message::Cancel)
            .subtitle(t!("desk-digits-body", computer = self.computer.as_str()))
            .content(form)
            .push(button(t("cancel")).on_press(Message::Cancel))
            .push(
                button(t("submit"))
                    .primary()
                    .busy(self.busy)
                    .on_press(Message::Submit),
            )
            .width(size::CARD + 40.0)
            .into()
    }
}

/// Each thing that can happen to the digits is its own sentence.
fn fault<'a>(error: &Error) -> Element<'a, Message> {
    match error {
        Error::CodeWrong { tries_left } => notice(
            Tone::Error,
            t("desk-digits-wrong"),
            t!("tries-left", tries = *tries_left),
        ),
        Error::CodeEnded { .. } => notice(Tone::Error, t("desk-digits-ended"), ""),
        error => notice(Tone::Error, faults::sentence(error), ""),
    }
}

/// What this computer is called.
fn computer() -> String {
    let name = gethostname::gethostname();
    match name.to_string_lossy().trim() {
        "" => t("desk-computer-unnamed"),
        name => name.chars().take(LONGEST_NAME).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Kept;
    use crate::backend::staged::Staged;

    /// The dialog as it comes up.
    fn dialog() -> (State, Door) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let practice = runtime.block_on(Staged::new());
        let door = Door::new(
            practice.backend.clone(),
            Kept::new(practice.keychain.clone()),
        );
        (State::new(&door).0, door)
    }

    fn answered(error: Error) -> Message {
        Message::Answered(Err(error))
    }

    #[test]
    fn what_was_typed_stays_until_the_tries_are_used_up() {
        let (mut dialog, door) = dialog();
        let typed = Message::Typed(Secret::new("1234 5678"));
        let _ = dialog.update(typed, &door);
        let _ = dialog.update(Message::Submit, &door);
        assert!(dialog.busy);
        let _ = dialog.update(answered(Error::CodeWrong { tries_left: 1 }), &door);
        assert!(!dialog.busy && dialog.error.is_some());
        assert_eq!(dialog.typed.expose(), "1234 5678");
        let used_up = answered(Error::CodeWrong { tries_left: 0 });
        let over = dialog.update(used_up, &door);
        assert!(matches!(over, Action::Over(why) if why == t("code-tries-used")));
        let ended = dialog.update(answered(Error::ChallengeEnded), &door);
        assert!(matches!(ended, Action::Over(why) if why == t("code-ended")));
    }

    #[test]
    fn a_screen_that_nobody_can_find_says_so_and_asks_again() {
        let (mut dialog, door) = dialog();
        let busy = Error::Busy { retry_after: 1 };
        let _ = dialog.update(Message::Asked(Err(busy)), &door);
        assert!(dialog.not_asked.is_some());
        let _ = dialog.update(Message::TryAgain, &door);
        assert!(dialog.not_asked.is_none());
        assert!(!dialog.computer.is_empty());
        let here = dialog.update(Message::Here, &door);
        assert!(matches!(here, Action::Here));
    }
}
