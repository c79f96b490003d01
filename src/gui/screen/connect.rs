//! *Connect to a server*: the practice of several computers.

use iced::keyboard::{Key, key::Named};
use iced::widget::{column, row};
use iced::{Alignment, Length, Task};

use super::{focus, focus_wrong};
use crate::api::{Error, Greet, Greeting, Unreached};
use crate::backend::{Backend, NotAnAddress, ServerAddress, connect};
use crate::gui::faults;
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, Tone, brand, button, card, centred, dialog, field, layers, notice, on_key,
    subtitle, title,
};
use crate::gui::words::t;
use crate::settings::{SetBy, Settings};

const ADDRESS: &str = "connect-address";
const KEEP: &str = "connect-keep";

/// What was typed, and what came of it.
#[derive(Debug)]
pub struct State {
    /// The server that is set, and by whom.
    server: Option<(ServerAddress, SetBy)>,
    /// Whether it was opened from a screen that one may go back to.
    back: bool,
    typed: String,
    busy: bool,
    error: Option<Refused>,
    /// Whether the server is to be forgotten is asked.
    asks: bool,
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
    /// The same, knowing that the server is forgotten.
    Forget,
    /// It is not to be forgotten.
    Keep,
    /// **Back**.
    Back,
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
    /// Go back to where it was opened from.
    Back,
}

impl State {
    /// A form with the server that is in use, if one is. `back` is whether one may go back.
    pub fn new(settings: &Settings, back: bool) -> (Self, Task<Message>) {
        let server = settings.server.clone();
        let typed = server.as_ref().map(|(address, _)| address.to_string());
        let state = Self {
            server,
            back,
            typed: typed.unwrap_or_default(),
            busy: false,
            error: None,
            asks: false,
        };
        (state, focus_wrong(ADDRESS))
    }

    /// For a server that is set and that nothing can be said to.
    pub fn without_trust(settings: &Settings, why: Unreached) -> (Self, Task<Message>) {
        let (state, task) = Self::new(settings, false);
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
        self.asks = false;
        self.error = Some(Refused::NotKept(why.to_string()));
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(typed) => self.typed = typed,
            // What was typed here is kept nowhere else.
            Message::Alone if matches!(self.server, Some((_, SetBy::Person))) => {
                self.asks = true;
                return Action::Run(focus(KEEP));
            }
            Message::Alone | Message::Forget => return Action::Alone,
            Message::Keep => self.asks = false,
            Message::Back => return Action::Back,
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
        // What is managed is nobody's here to change.
        let managed = matches!(self.server, Some((_, SetBy::Managed)));
        let alone = (!managed).then(|| button(t("alone")).on_press(Message::Alone));
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
            row![]
                .push(alone)
                .push(
                    button(t("connect"))
                        .primary()
                        .width(Length::Fill)
                        .busy(self.busy)
                        .on_press(Message::Submit),
                )
                .spacing(space::S),
        )
        .spacing(space::L);
        let back = self.back.then(|| {
            button(t("back"))
                .link()
                .icon(Icon::ArrowLeft)
                .on_press(Message::Back)
        });
        let whole = centred(
            column![brand(), card(form, size::CARD + 40.0)]
                .push(back)
                .spacing(space::XL)
                .align_x(Alignment::Center),
        );
        let whole = on_key(whole, |key, _| {
            (self.back && *key == Key::Named(Named::Escape)).then_some(Message::Back)
        });
        layers(whole, self.question())
    }

    /// Asks once, naming the server.
    fn question(&self) -> Option<Element<'_, Message>> {
        let (address, _) = self.server.as_ref().filter(|_| self.asks)?;
        let question = t!("alone-ask", server = address.to_string());
        let dialog = dialog(question, t("close"), Message::Keep)
            .content(subtitle(t("alone-ask-body")))
            .push(button(t("cancel")).id(KEEP).on_press(Message::Keep))
            .push(button(t("alone")).danger().on_press(Message::Forget));
        Some(dialog.into())
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
