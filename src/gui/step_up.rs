//! The step-up: a fresh password, and a code if a method is proven, before a change that matters.

use iced::Task;
use iced::widget::column;

use crate::api::{Error, Field, Secret, StepUp, Token};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong, to_end};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Tone, button, code_field, dialog, field, notice};
use crate::gui::words::t;
use crate::gui::{digits, faults};

const PASSWORD: &str = "step-up-password";
const CODE: &str = "step-up-code";

/// What was typed.
#[derive(Debug)]
pub struct State {
    session: Session,
    password: String,
    code: String,
    asks_code: bool,
    revealed: bool,
    caps_lock: bool,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The password was changed.
    PasswordTyped(String),
    /// The code was changed.
    CodeTyped(String),
    /// The eye is held, or let go.
    Reveal(bool),
    /// Caps Lock seems to be on, or off.
    CapsLock(bool),
    /// **Continue**.
    Submit,
    /// It is answered.
    Answered(Result<Token, Error>),
    /// **Cancel**.
    Cancel,
}

/// What the page has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with this token; the old one is dead.
    Done(Token),
    /// It was given up.
    Cancelled,
    /// The session has ended.
    Ended(Error),
}

impl State {
    /// The dialog. `asks_code` where a method is proven.
    pub fn new(session: Session, asks_code: bool) -> (Self, Task<Message>) {
        let state = Self {
            session,
            password: String::new(),
            code: String::new(),
            asks_code,
            revealed: false,
            caps_lock: false,
            busy: false,
            error: None,
        };
        (state, focus(PASSWORD))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PasswordTyped(password) => self.password = password,
            Message::CodeTyped(code) => {
                if digits::take(&mut self.code, code) {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Reveal(revealed) => self.revealed = revealed,
            Message::CapsLock(on) => self.caps_lock = on,
            Message::Submit if self.busy => {}
            Message::Submit if self.password.is_empty() => return Action::Run(focus(PASSWORD)),
            Message::Submit if self.asks_code && self.code.is_empty() => {
                return Action::Run(focus(CODE));
            }
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let call = StepUp {
                    password: Secret::new(self.password.clone()),
                    code: self.asks_code.then(|| Secret::new(self.code.clone())),
                };
                let answer = self.session.door.ask(call);
                return Action::Run(
                    answer.map(|stepped| Message::Answered(stepped.map(|it| it.token))),
                );
            }
            Message::Answered(Ok(token)) => return Action::Done(token),
            Message::Answered(Err(error @ (Error::NotSignedIn | Error::Locked))) => {
                return Action::Ended(error);
            }
            Message::Answered(Err(error)) => {
                self.busy = false;
                let about_code = matches!(
                    error,
                    Error::CodeWrong { .. }
                        | Error::CodeUsed { .. }
                        | Error::Invalid {
                            field: Field::Code,
                            ..
                        }
                );
                self.asks_code |= about_code;
                self.error = Some(error);
                return Action::Run(focus_wrong(if about_code { CODE } else { PASSWORD }));
            }
            Message::Cancel => return Action::Cancelled,
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let fault = self.error.as_ref().map(|error| {
            let words = match error {
                Error::WrongCredentials => t("fault-password"),
                other => faults::sentence(other),
            };
            notice(Tone::Error, words, "")
        });
        let code = self.asks_code.then(|| {
            code_field(t("code-label"), &self.code, Message::CodeTyped)
                .id(CODE)
                .on_submit(Message::Submit)
                .into()
        });
        let form = column![
            field(t("password"), &self.password, Message::PasswordTyped)
                .id(PASSWORD)
                .secure(self.revealed)
                .on_reveal(t("reveal"), Message::Reveal)
                .caps_lock(self.caps_lock.then(|| t("caps-lock")))
                .on_caps_lock(Message::CapsLock)
                .on_submit(Message::Submit),
        ]
        .push(code.map(|code: Element<'_, Message>| code))
        .push(fault)
        .spacing(space::L);
        dialog(t("step-up-title"), t("close"), Message::Cancel)
            .subtitle(t!("step-up-body", name = self.session.me.name.as_str()))
            .content(form)
            .push(button(t("cancel")).on_press(Message::Cancel))
            .push(
                button(t("continue"))
                    .primary()
                    .busy(self.busy)
                    .on_press(Message::Submit),
            )
            .width(size::CARD + 40.0)
            .into()
    }
}
