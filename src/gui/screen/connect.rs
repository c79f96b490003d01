//! *Connect to a server*: the practice of several computers.

use iced::widget::{column, row};
use iced::{Length, Task};

use super::focus_wrong;
use crate::api::{Error, Greet, Greeting, Unreached};
use crate::backend::{Backend, NotAnAddress, ServerAddress, connect};
use crate::gui::faults;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Tone, button, field, in_card, notice, subtitle, title};
use crate::gui::words::t;

const ADDRESS: &str = "connect-address";

/// What was typed, and what came of it.
#[derive(Debug)]
pub struct State {
    typed: String,
    busy: bool,
    error: Option<Refused>,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// What was typed is no address.
    Address(NotAnAddress),
    /// The server was not reached, or said no.
    Call(Error),
    /// It was reached, and cannot be kept for the next start.
    NotKept(String),
}

/// A server that answered.
#[derive(Clone, Debug)]
pub struct Connected {
    /// Where it is.
    pub address: ServerAddress,
    /// The way there.
    pub backend: Backend,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The address was changed.
    Typed(String),
    /// **Connect**.
    Submit,
    /// The server answered, or not.
    Answered(Result<Box<Connected>, Refused>),
    /// **Use this computer alone**.
    Alone,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with this server.
    Go(Box<Connected>),
    /// Go on without a server.
    Alone,
}

impl State {
    /// A form with the server that is in use, if one is.
    pub fn new(server: Option<&ServerAddress>) -> (Self, Task<Message>) {
        let state = Self {
            typed: server.map(ToString::to_string).unwrap_or_default(),
            busy: false,
            error: None,
        };
        (state, focus_wrong(ADDRESS))
    }

    /// For a server that is set and that nothing can be said to.
    pub fn without_trust(server: &ServerAddress, why: Unreached) -> (Self, Task<Message>) {
        let (state, task) = Self::new(Some(server));
        let error = Some(Refused::Call(why.into()));
        (Self { error, ..state }, task)
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("connect-title")
    }

    /// It cannot be kept for the next start.
    pub fn not_kept(&mut self, why: &std::io::Error) {
        self.busy = false;
        self.error = Some(Refused::NotKept(why.to_string()));
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(typed) => self.typed = typed,
            Message::Alone => return Action::Alone,
            Message::Submit if self.busy => {}
            Message::Submit => {
                self.error = None;
                match self.typed.parse() {
                    Ok(address) => {
                        self.busy = true;
                        return Action::Run(Task::perform(ask(address), Message::Answered));
                    }
                    Err(fault) => self.error = Some(Refused::Address(fault)),
                }
                return Action::Run(focus_wrong(ADDRESS));
            }
            Message::Answered(Ok(connected)) => return Action::Go(connected),
            Message::Answered(Err(refused)) => {
                self.busy = false;
                self.error = Some(refused);
                return Action::Run(focus_wrong(ADDRESS));
            }
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let (about_address, fault) = match &self.error {
            Some(Refused::Address(fault)) => (Some(not_an_address(*fault)), None),
            // Nothing was asked of it before: the address may be another's, or nobody's.
            Some(Refused::Call(Error::Unreached {
                why: Unreached::NoAnswer,
            })) => (
                None,
                Some((t("connect-no-answer"), t("connect-no-answer-help"))),
            ),
            Some(Refused::Call(Error::Unreached { why })) => (None, Some(faults::unreached(*why))),
            Some(Refused::Call(error)) => (None, Some((faults::sentence(error), String::new()))),
            Some(Refused::NotKept(why)) => {
                let then = t!("connect-not-kept-help", why = why.as_str());
                (None, Some((t("connect-not-kept"), then)))
            }
            None => (None, None),
        };
        let form = column![
            column![title(t("connect-title")), subtitle(t("connect-body"))].spacing(space::XS),
            field(t("server-address"), &self.typed, Message::Typed)
                .id(ADDRESS)
                .help(t("server-address-help"))
                .error(about_address)
                .on_submit(Message::Submit),
        ]
        .push(fault.map(|(what, then)| notice(Tone::Error, what, then)))
        .push(
            row![
                button(t("alone")).on_press(Message::Alone),
                button(t("connect"))
                    .primary()
                    .width(Length::Fill)
                    .busy(self.busy)
                    .on_press(Message::Submit),
            ]
            .spacing(space::S),
        )
        .spacing(space::L);
        in_card(form)
    }
}

async fn ask(address: ServerAddress) -> Result<Box<Connected>, Refused> {
    let backend = connect(&address).map_err(|why| Refused::Call(why.into()))?;
    let greeted: Result<Greeting, Error> = backend.call(None, Greet {}).await;
    greeted.map_err(Refused::Call)?;
    Ok(Box::new(Connected { address, backend }))
}

pub(in crate::gui::screen) fn not_an_address(fault: NotAnAddress) -> String {
    t(match fault {
        NotAnAddress::Empty => "server-address-empty",
        NotAnAddress::NotEncrypted => "server-address-not-encrypted",
        NotAnAddress::NotUnderstood => "server-address-not-understood",
        NotAnAddress::TooMuch => "server-address-too-much",
    })
}
