//! The step-up: a fresh password, and a code if a method is proven, before a change that matters.

use iced::Task;
use iced::widget::column;

use crate::api::{Error, Field, Secret, StepUp, Token};
use crate::gui::door::Session;
use crate::gui::password::{self, Password};
use crate::gui::screen::{focus, focus_wrong, to_end};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Tone, button, code_field, dialog, notice};
use crate::gui::words::t;
use crate::gui::{digits, faults};

const PASSWORD: &str = "step-up-password";
const CODE: &str = "step-up-code";

/// What was typed.
#[derive(Debug)]
pub struct State {
    session: Session,
    password: Password,
    code: Secret,
    asks_code: bool,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// In the password.
    Password(password::Message),
    /// The code was changed.
    CodeTyped(Secret),
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
            password: Password::new(PASSWORD),
            code: Secret::new(""),
            asks_code,
            busy: false,
            error: None,
        };
        (state, focus(PASSWORD))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Password(message) => self.password.update(message),
            Message::CodeTyped(code) => {
                if digits::take(&mut self.code, &code) {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Submit if self.busy => {}
            Message::Submit if self.password.is_empty() => return Action::Run(focus(PASSWORD)),
            Message::Submit if self.asks_code && self.code.expose().is_empty() => {
                return Action::Run(focus(CODE));
            }
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let call = StepUp {
                    password: self.password.typed(),
                    code: self.asks_code.then(|| self.code.clone()),
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
            code_field(t("code-label"), self.code.expose(), |typed| {
                Message::CodeTyped(Secret::new(typed))
            })
            .id(CODE)
            .on_submit(Message::Submit)
            .into()
        });
        let form = column![
            self.password
                .field(t("password"), Message::Password)
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
