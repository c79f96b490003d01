//! The first step: e-mail address and password.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::{TO_SERVER, focus, focus_wrong};
use crate::api::{Error, Field, Greet, Greeting, Lock, Outcome, Token, Unreached};
use crate::backend::Known;
use crate::gui::door::Door;
use crate::gui::faults;
use crate::gui::password::{self, Password};
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, Tone, brand, button, card, centred, field, icon, muted, notice, subtitle, title,
};
use crate::gui::words::t;

const EMAIL: &str = "sign-in-email";
const PASSWORD: &str = "sign-in-password";
/// The others that are offered: the rest of a long list types the address.
const MOST_OTHERS: usize = 6;

/// What was typed, and what came of it.
#[derive(Debug)]
pub struct State {
    door: Door,
    /// What the backend says of itself; none until it is known.
    greeting: Option<Greeting>,
    email: String,
    password: Password,
    /// Whether somebody has typed or asked for anything.
    touched: bool,
    busy: bool,
    error: Option<Error>,
    told: Option<String>,
    /// Who was here last, until it is known whether names are kept.
    last: Option<Last>,
    /// Who has signed in on this computer, likewise.
    known: Vec<Known>,
    /// Those of them who may be picked.
    others: Vec<Known>,
    /// Whether another server may be chosen.
    connects: bool,
}

/// Who was here last.
#[derive(Clone, Debug)]
pub struct Last {
    /// The person.
    pub who: Known,
    /// Whether they may be on their way out: then no session of theirs waits.
    pub leaves: bool,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// What the backend says of itself has come.
    Greeted(Result<Greeting, Error>),
    /// The address was changed.
    EmailTyped(String),
    /// In the password.
    Password(password::Message),
    /// Those whose session is kept, where no names are.
    Here(Vec<Known>),
    /// Somebody of those who are known on this computer.
    Picked(Known),
    /// Whether a session of somebody waits, locked.
    Found(Known, Option<Token>),
    /// **Login**.
    Submit,
    /// The way out of a forgotten password is asked for.
    Forgot,
    /// An invitation is to be redeemed.
    Invited,
    /// *Connect to a server*.
    Connect,
    /// The first step is answered.
    Answered(Result<Outcome, Error>),
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with the outcome.
    Go(Box<Outcome>),
    /// Show the screen for an invitation.
    Redeem,
    /// Show the screen for a server.
    Connect,
    /// Show the screen for a forgotten password: the typed address, and whether a code can be sent.
    Forgot(Box<Door>, String, bool),
    /// Show the lock screen of this person.
    Locked(Box<Door>, Known),
}

impl State {
    /// A screen with the address of who was here last, if it is to stand there, and with
    /// `known` to be picked, as far as the practice keeps names: before that is known, none is
    /// shown. `told` is a sentence on why one is here again.
    pub fn new(
        door: Door,
        told: Option<String>,
        last: Option<Last>,
        known: Vec<Known>,
    ) -> (Self, Task<Message>) {
        let state = Self {
            door,
            greeting: None,
            email: String::new(),
            password: Password::new(PASSWORD),
            touched: false,
            busy: false,
            error: None,
            told,
            last,
            known,
            others: Vec::new(),
            connects: false,
        };
        let greet = state.found_again();
        (state, Task::batch([focus(EMAIL), greet]))
    }

    /// The server answers, perhaps for the first time: what it has not said of itself is asked for.
    pub fn found_again(&self) -> Task<Message> {
        match self.greeting {
            None => self.door.ask(Greet {}).map(Message::Greeted),
            Some(_) => Task::none(),
        }
    }

    /// From here another server may be chosen, or not.
    pub fn connects(&mut self, connects: bool) {
        self.connects = connects;
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// The address as it was typed.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Whether nobody has typed or asked for anything yet.
    pub fn is_untouched(&self) -> bool {
        !self.touched
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("sign-in-title")
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        self.touched |= !matches!(message, Message::Greeted(_) | Message::Here(_));
        match message {
            Message::Greeted(greeting) => {
                match greeting {
                    // Asked twice, it is answered twice.
                    Ok(_) if self.greeting.is_some() => {}
                    Ok(greeting) => {
                        let keeps_names = greeting.keeps_names;
                        self.greeting = Some(greeting);
                        return Action::Run(self.name(keeps_names));
                    }
                    // Waiting mends a server that does not answer, and nothing else: nobody types
                    // a password first to learn of it.
                    Err(Error::Unreached {
                        why: Unreached::NoAnswer,
                    }) => {}
                    Err(error @ Error::Unreached { .. }) if !self.busy => self.error = Some(error),
                    Err(_) => {}
                }
            }
            Message::Here(here) => self.others = here,
            Message::EmailTyped(email) => self.email = email,
            Message::Password(message) => self.password.update(message),
            Message::Forgot => {
                let door = Box::new(self.door.clone());
                let resets = self.greeting.as_ref().is_some_and(|it| it.resets);
                return Action::Forgot(door, self.email.clone(), resets);
            }
            Message::Connect | Message::Picked(_) | Message::Found(..) if self.busy => {}
            Message::Picked(known) => {
                let door = self.door.clone();
                return Action::Run(Task::future(async move {
                    let token = locked_session(&door, &known).await;
                    Message::Found(known, token)
                }));
            }
            Message::Found(known, Some(token)) => {
                return Action::Locked(Box::new(self.door.with(token)), known);
            }
            Message::Found(known, None) => {
                self.email = known.email;
                self.password = Password::new(PASSWORD);
                self.error = None;
                return Action::Run(focus(PASSWORD));
            }
            Message::Invited => return Action::Redeem,
            Message::Connect => return Action::Connect,
            Message::Submit if self.busy => {}
            Message::Submit if self.email.trim().is_empty() => return Action::Run(focus(EMAIL)),
            Message::Submit if self.password.is_empty() => return Action::Run(focus(PASSWORD)),
            Message::Submit => {
                self.busy = true;
                self.error = None;
                self.told = None;
                let answer = self.door.sign_in(self.email.clone(), self.password.typed());
                return Action::Run(answer.map(Message::Answered));
            }
            Message::Answered(Ok(outcome)) => return Action::Go(Box::new(outcome)),
            Message::Answered(Err(error)) => {
                self.busy = false;
                let about_email = faults::of_field(Some(&error), Field::Email).is_some();
                self.error = Some(error);
                return Action::Run(focus_wrong(if about_email { EMAIL } else { PASSWORD }));
            }
        }
        Action::Run(Task::none())
    }

    /// Names who has been here, if names are kept; else only those whose session waits.
    fn name(&mut self, keeps_names: bool) -> Task<Message> {
        let (last, known) = (self.last.take(), std::mem::take(&mut self.known));
        if !keeps_names {
            let door = self.door.clone();
            let last = last.filter(|last| !last.leaves).map(|last| last.who);
            return Task::future(async move {
                let mut here = Vec::new();
                for known in last.into_iter().chain(known) {
                    if let Ok(Some(_)) = door.kept().session(&known.user).await {
                        here.push(known);
                    }
                }
                Message::Here(here)
            });
        }
        self.others = known;
        match last {
            Some(last) if self.email.is_empty() => {
                self.email = last.who.email;
                focus(PASSWORD)
            }
            _ => Task::none(),
        }
    }

    /// The others who have signed in here, to be picked instead of typed.
    fn others(&self) -> Option<Element<'_, Message>> {
        let buttons: Vec<Element<'_, Message>> = self
            .others
            .iter()
            .take(MOST_OTHERS)
            .map(|known| {
                button(known.name.clone())
                    .icon(Icon::User)
                    .on_press(Message::Picked(known.clone()))
                    .into()
            })
            .collect();
        (!buttons.is_empty()).then(|| {
            column![
                muted(t("people-here")),
                row(buttons).spacing(space::S).wrap()
            ]
            .spacing(space::S)
            .align_x(Alignment::Center)
            .max_width(size::CARD)
            .into()
        })
    }

    /// Where the practice is.
    fn place(&self) -> Element<'_, Message> {
        let (sign, name) = match self.door.server() {
            Some(server) => {
                let host = server.trim_start_matches("https://").to_owned();
                (Icon::Server, host)
            }
            None => (Icon::Monitor, t("this-computer")),
        };
        row![icon(sign, size::ICON_SMALL), muted(name)]
            .spacing(space::S)
            .align_y(Alignment::Center)
            .into()
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let email_fault = faults::of_field(self.error.as_ref(), Field::Email);
        let fault = self
            .error
            .as_ref()
            .filter(|_| email_fault.is_none())
            .map(faults::notice);
        let told = self
            .told
            .as_ref()
            .map(|told| notice(Tone::Info, told.clone(), ""));

        let practice = self.greeting.as_ref().and_then(|it| it.practice.clone());
        let form = column![
            column![title(t("sign-in")), subtitle(practice.unwrap_or_default())].spacing(space::XS),
        ]
        .push(told)
        .push(
            field(t("email"), &self.email, Message::EmailTyped)
                .id(EMAIL)
                .error(email_fault)
                .on_submit(Message::Submit),
        )
        .push(
            self.password
                .field(t("password"), Message::Password)
                .on_submit(Message::Submit),
        )
        .push(fault)
        .push(
            button(t("login"))
                .primary()
                .width(Length::Fill)
                .busy(self.busy)
                .on_press(Message::Submit),
        )
        .push(
            row![
                button(t("forgot")).link().on_press(Message::Forgot),
                gap::horizontal(),
                self.place(),
            ]
            .align_y(Alignment::Center),
        )
        .spacing(space::L);

        centred(
            column![
                brand(),
                card(form, size::CARD),
                self.others(),
                row![
                    button(t("invited"))
                        .link()
                        .icon(Icon::Ticket)
                        .on_press(Message::Invited),
                ]
                .push(self.connects.then(|| {
                    button(t("to-server"))
                        .id(TO_SERVER)
                        .link()
                        .icon(Icon::Server)
                        .on_press(Message::Connect)
                }))
                .spacing(space::L),
            ]
            .spacing(space::XL)
            .align_x(Alignment::Center),
        )
    }
}

/// The token of a session of this person that waits behind the lock. It is locked first, should
/// it be open: to pick a name lets nobody in.
async fn locked_session(door: &Door, known: &Known) -> Option<Token> {
    let token = door.kept().session(&known.user).await.ok().flatten()?;
    match door.with(token.clone()).call(Lock {}).await {
        Ok(_) => Some(token),
        Err(_) => None,
    }
}
