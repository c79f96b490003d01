//! *I have an invitation* and *Forgot your password?*: a code that was handed over or sent, and a
//! password of one's own.

mod letter;

use iced::widget::column;
use iced::{Alignment, Length, Task};

use super::{focus, focus_wrong};
use crate::api::{Error, Field, Outcome, Redeem, Secret};
use crate::gui::door::Door;
use crate::gui::faults;
use crate::gui::password::{self, Password};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Icon, brand, button, card, centred, field, subtitle, title};
use crate::gui::words::t;

const CODE: &str = "redeem-code";
const PASSWORD: &str = "redeem-password";

/// What was typed, and what came of it.
#[derive(Debug)]
pub struct State {
    door: Door,
    /// The password was forgotten: a letter with a code may be asked for.
    letter: Option<letter::Letter>,
    code: Secret,
    password: Password,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The code was changed.
    CodeTyped(Secret),
    /// In the password.
    Password(password::Message),
    /// In what a letter is asked for with.
    Letter(letter::Message),
    /// **Continue**.
    Submit,
    /// It is redeemed, or not.
    Answered(Result<Box<Outcome>, Error>),
    /// Back to the sign-in.
    Leave,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with the outcome.
    Go(Box<Outcome>),
    /// Back to the first step.
    Back,
}

impl State {
    /// An empty form.
    pub fn new(door: Door) -> (Self, Task<Message>) {
        let state = Self {
            door,
            letter: None,
            code: Secret::new(""),
            password: Password::new(PASSWORD),
            busy: false,
            error: None,
        };
        (state, focus(CODE))
    }

    /// For a password that was forgotten, by the person with this address; `resets` is whether a
    /// code can be sent by e-mail.
    pub fn forgotten(door: Door, email: String, resets: bool) -> (Self, Task<Message>) {
        let on_server = door.server().is_some();
        let (state, task) = Self::new(door);
        let task = if resets { focus(letter::EMAIL) } else { task };
        let letter = Some(letter::Letter::new(email, resets, on_server));
        (Self { letter, ..state }, task)
    }

    /// The address of whoever forgot a password, as it was typed.
    pub fn email(&self) -> &str {
        self.letter.as_ref().map_or("", letter::Letter::email)
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// The window's title.
    pub fn title(&self) -> String {
        if self.letter.is_some() {
            t("forgot-title")
        } else {
            t("redeem-title")
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::CodeTyped(code) => self.code = code,
            Message::Password(message) => self.password.update(message),
            Message::Letter(message) => {
                if let Some(letter) = &mut self.letter {
                    return Action::Run(letter.update(message, &self.door));
                }
            }
            Message::Submit if self.busy => {}
            Message::Submit if self.code.expose().trim().is_empty() => {
                return Action::Run(focus(CODE));
            }
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let call = Redeem {
                    code: self.code.clone(),
                    password: self.password.typed(),
                };
                let answer = self.door.ask(call);
                return Action::Run(answer.map(|answer| Message::Answered(answer.map(Box::new))));
            }
            Message::Answered(Ok(outcome)) => return Action::Go(outcome),
            Message::Answered(Err(error)) => {
                self.busy = false;
                let about_password = faults::of_field(Some(&error), Field::Password).is_some();
                self.error = Some(error);
                return Action::Run(focus_wrong(if about_password { PASSWORD } else { CODE }));
            }
            Message::Leave => return Action::Back,
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let error = self.error.as_ref();
        let general = error
            .filter(|error| !matches!(error, Error::Invalid { .. }))
            .map(faults::notice);
        let (about, code) = match &self.letter {
            Some(letter) => (letter.about(), t("hand-over-code")),
            None => (t("redeem-body"), t("invitation-code")),
        };
        let letter = self.letter.as_ref().and_then(letter::Letter::form);
        let form = column![column![title(self.title()), subtitle(about)].spacing(space::XS),]
            .push(letter)
            .push(
                field(code, self.code.expose(), |typed| {
                    Message::CodeTyped(Secret::new(typed))
                })
                .id(CODE)
                .mono()
                .error(faults::of_field(error, Field::Invitation))
                .on_submit(Message::Submit),
            )
            .push(
                self.password
                    .field(t("choose-password"), Message::Password)
                    .placeholder(t("password-length"))
                    .error(faults::of_field(error, Field::Password))
                    .on_submit(Message::Submit),
            )
            .push(general)
            .push(
                button(t("continue"))
                    .primary()
                    .width(Length::Fill)
                    .busy(self.busy)
                    .on_press(Message::Submit),
            )
            .spacing(space::L);
        centred(
            column![
                brand(),
                card(form, size::CARD),
                button(t("back-to-sign-in"))
                    .link()
                    .icon(Icon::ArrowLeft)
                    .on_press(Message::Leave),
            ]
            .spacing(space::XL)
            .align_x(Alignment::Center),
        )
    }
}
