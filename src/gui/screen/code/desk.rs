//! **Desk code**: a colleague with full access lets the person in, on this very screen.

use iced::Task;
use iced::widget::column;

use crate::api::{Error, Field, LetIn, Outcome, Secret};
use crate::gui::door::Door;
use crate::gui::password::{self, Password};
use crate::gui::screen::{focus, focus_wrong, to_end};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Tone, button, code_field, dialog, field, notice};
use crate::gui::words::t;
use crate::gui::{digits, faults};

const EMAIL: &str = "desk-email";
const PASSWORD: &str = "desk-password";
const CODE: &str = "desk-code";
const REASON: &str = "desk-reason";

/// What the colleague types.
#[derive(Debug)]
pub struct State {
    email: String,
    password: Password,
    code: Secret,
    reason: String,
    busy: bool,
    error: Option<Error>,
}

/// What the colleague did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The address was changed.
    Email(String),
    /// In the password.
    Password(password::Message),
    /// The code was changed.
    Code(Secret),
    /// The reason was changed.
    Reason(String),
    /// **Let in**.
    Submit,
    /// It is answered.
    Answered(Result<Box<Outcome>, Error>),
    /// It is given up.
    Cancel,
}

/// What the screen has to do.
#[derive(Debug)]
pub enum Action<M> {
    /// Nothing but this task.
    Run(Task<M>),
    /// The person is let in.
    Go(Box<Outcome>),
    /// The sign-in that waited is over, for this reason.
    Over(String),
    /// The colleague is at this very screen.
    Here,
    /// It is given up.
    Cancelled,
}

impl State {
    /// An empty form.
    pub fn new() -> (Self, Task<Message>) {
        let state = Self {
            email: String::new(),
            password: Password::new(PASSWORD),
            code: Secret::new(""),
            reason: String::new(),
            busy: false,
            error: None,
        };
        (state, focus(EMAIL))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, door: &Door) -> Action<Message> {
        match message {
            Message::Email(email) => self.email = email,
            Message::Password(message) => self.password.update(message),
            Message::Code(typed) => {
                if digits::take(&mut self.code, &typed) {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Reason(reason) => self.reason = reason,
            Message::Submit if self.busy => {}
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let call = LetIn {
                    email: self.email.clone(),
                    password: self.password.typed(),
                    code: self.code.clone(),
                    reason: self.reason.trim().to_owned(),
                };
                let answer = door.ask(call);
                return Action::Run(answer.map(|answer| Message::Answered(answer.map(Box::new))));
            }
            Message::Answered(Ok(outcome)) => return Action::Go(outcome),
            Message::Answered(Err(Error::ChallengeEnded)) => {
                return Action::Over(t("code-ended"));
            }
            Message::Answered(Err(error)) => {
                self.busy = false;
                let wrong = match &error {
                    Error::WrongCredentials => PASSWORD,
                    Error::Invalid { field, .. } => match field {
                        Field::Email => EMAIL,
                        Field::Password => PASSWORD,
                        Field::Reason => REASON,
                        _ => CODE,
                    },
                    Error::NotAllowed { .. } => EMAIL,
                    _ => CODE,
                };
                self.error = Some(error);
                return Action::Run(focus_wrong(wrong));
            }
            // Its answer would be a session that nobody has.
            Message::Cancel if self.busy => {}
            Message::Cancel => return Action::Cancelled,
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let about = |asked| faults::of_field(self.error.as_ref(), asked);
        let fields = [Field::Email, Field::Password, Field::Code, Field::Reason];
        let fault = self
            .error
            .as_ref()
            .filter(|_| fields.iter().all(|asked| about(*asked).is_none()))
            .map(|error| notice(Tone::Error, faults::sentence(error), ""));
        let form = column![
            field(t("desk-email"), &self.email, Message::Email)
                .id(EMAIL)
                .error(about(Field::Email))
                .on_submit(Message::Submit),
            self.password
                .field(t("desk-password"), Message::Password)
                .error(about(Field::Password))
                .on_submit(Message::Submit),
            code_field(t("desk-code-label"), self.code.expose(), |typed| {
                Message::Code(Secret::new(typed))
            })
            .id(CODE)
            .error(about(Field::Code))
            .on_submit(Message::Submit),
            field(t("reason"), &self.reason, Message::Reason)
                .id(REASON)
                .help(t("reason-help"))
                .error(about(Field::Reason))
                .on_submit(Message::Submit),
        ]
        .push(fault)
        .spacing(space::M);
        dialog(t("desk-code"), t("close"), Message::Cancel)
            .subtitle(t("desk-code-body"))
            .content(form)
            .push(button(t("cancel")).on_press(Message::Cancel))
            .push(
                button(t("let-in"))
                    .primary()
                    .busy(self.busy)
                    .on_press(Message::Submit),
            )
            .width(size::CARD + 40.0)
            .into()
    }
}
