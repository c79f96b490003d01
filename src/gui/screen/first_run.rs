//! The first run: the practice and its first person.

use iced::widget::column;
use iced::{Alignment, Length, Task};

use super::{TO_SERVER, focus, focus_wrong};
use crate::api::{Error, Field, Found, Founded};
use crate::backend::{Embedded, Home, OpenFault};
use crate::gui::door::Door;
use crate::gui::faults;
use crate::gui::password::{self, Password};
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, Tone, brand, button, card, centred, field, notice, reveal, small, subtitle,
    title,
};
use crate::gui::words::t;

const PRACTICE: &str = "first-run-practice";
const CREATE: &str = "first-run-create";
const NAME: &str = "first-run-name";
const EMAIL: &str = "first-run-email";
const PASSWORD: &str = "first-run-password";

/// What was typed, and what came of it.
#[derive(Debug)]
pub struct State {
    place: Embedded,
    practice: String,
    name: String,
    email: String,
    password: Password,
    busy: bool,
    error: Option<Refused>,
}

/// Why no practice was made.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The database or its key cannot be made.
    Place(OpenFault),
    /// What was typed cannot be taken, or something failed.
    Call(Error),
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The practice's name was changed.
    PracticeTyped(String),
    /// The person's name was changed.
    NameTyped(String),
    /// The address was changed.
    EmailTyped(String),
    /// In the password.
    Password(password::Message),
    /// **Create practice**.
    Submit,
    /// *Connect to a server*.
    Connect,
    /// It is made, or not.
    Answered(Result<Box<Made>, Refused>),
}

/// A practice that was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// The way to the backend.
    pub door: Door,
    /// Where the keys are kept.
    pub keys: Home,
    /// The first session and the recovery key.
    pub founded: Founded,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with the practice.
    Go(Box<Made>),
    /// A practice that is on a server.
    Connect,
}

impl State {
    /// An empty form.
    pub fn new(place: Embedded) -> (Self, Task<Message>) {
        let state = Self {
            place,
            practice: String::new(),
            name: String::new(),
            email: String::new(),
            password: Password::new(PASSWORD),
            busy: false,
            error: None,
        };
        (state, focus(PRACTICE))
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("first-run-title")
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PracticeTyped(practice) => self.practice = practice,
            Message::NameTyped(name) => self.name = name,
            Message::EmailTyped(email) => self.email = email,
            Message::Password(message) => self.password.update(message),
            Message::Connect if self.busy => {}
            Message::Connect => return Action::Connect,
            Message::Submit if self.busy => {}
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let place = self.place.clone();
                let call = Found {
                    practice: self.practice.clone(),
                    name: self.name.clone(),
                    email: self.email.clone(),
                    password: self.password.typed(),
                    time_zone: jiff::tz::TimeZone::system()
                        .iana_name()
                        .unwrap_or("UTC")
                        .to_owned(),
                };
                return Action::Run(Task::perform(make(place, call), Message::Answered));
            }
            Message::Answered(Ok(made)) => return Action::Go(made),
            Message::Answered(Err(refused)) => {
                self.busy = false;
                let then = match &refused {
                    Refused::Call(Error::Invalid { field, .. }) => focus_wrong(match field {
                        Field::PracticeName => PRACTICE,
                        Field::Name => NAME,
                        Field::Email => EMAIL,
                        _ => PASSWORD,
                    }),
                    // Nothing that was typed is wrong: what is said stands above the button.
                    _ => focus(CREATE).chain(reveal()),
                };
                self.error = Some(refused);
                return Action::Run(then);
            }
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let call = match &self.error {
            Some(Refused::Call(error)) => Some(error),
            _ => None,
        };
        let fault = match &self.error {
            Some(Refused::Place(fault)) => Some(faults::opening(fault)),
            Some(Refused::Call(Error::Invalid { .. })) | None => None,
            Some(Refused::Call(error)) => Some((faults::sentence(error), String::new())),
        };
        let form = column![
            column![title(t("first-run-title")), subtitle(t("first-run-body"))].spacing(space::XS),
            field(t("practice-name"), &self.practice, Message::PracticeTyped)
                .id(PRACTICE)
                .error(faults::of_field(call, Field::PracticeName))
                .on_submit(Message::Submit),
            field(t("your-name"), &self.name, Message::NameTyped)
                .id(NAME)
                .error(faults::of_field(call, Field::Name))
                .on_submit(Message::Submit),
            field(t("email"), &self.email, Message::EmailTyped)
                .id(EMAIL)
                .error(faults::of_field(call, Field::Email))
                .on_submit(Message::Submit),
            self.password
                .field(t("password"), Message::Password)
                .placeholder(t("password-length"))
                .error(faults::of_field(call, Field::Password))
                .on_submit(Message::Submit),
        ]
        .push(fault.map(|(title, body)| notice(Tone::Error, title, body)))
        .push(
            button(t("create-practice"))
                .id(CREATE)
                .primary()
                .width(Length::Fill)
                .busy(self.busy)
                .on_press(Message::Submit),
        )
        .push(small(t("first-run-scope")))
        .spacing(space::L);

        centred(
            column![
                brand(),
                card(form, size::CARD + 40.0),
                button(t("to-server"))
                    .id(TO_SERVER)
                    .link()
                    .icon(Icon::Server)
                    .on_press(Message::Connect),
            ]
            .spacing(space::L)
            .align_x(Alignment::Center),
        )
    }
}

async fn make(place: Embedded, call: Found) -> Result<Box<Made>, Refused> {
    let (backend, home) = place.create().await.map_err(Refused::Place)?;
    let founded = backend.call(None, call).await.map_err(Refused::Call)?;
    let identity = backend.identity().await.map_err(Refused::Call)?;
    Ok(Box::new(Made {
        door: Door::new(backend, place.kept().bound_to(identity)).at(Some(place)),
        keys: home,
        founded,
    }))
}
