//! Authentication preferences of somebody else: turn on, turn off, reset, allow tries again, end
//! sessions, a new invitation. Never validates for them.

mod account;
mod acts;
mod desk;
mod over;
mod question;
mod sheet;

use iced::Task;

use self::over::Over;
use super::{Asked, DialogAction};
use crate::api::{
    Ack, AllowTriesAgain, Deliveries, DeliverySettings, EndSessions, Error, Invitation,
    InviteAgain, Person, PersonDetails, Reset, Secret, TurnOff, TurnOn, ViewPerson,
};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::widget::{focus_if_none, reveal};
use crate::gui::{clipboard, starts, status};

const REASON: &str = "manage-reason";
const STARTS: &str = "manage-starts";
const DONE: &str = "manage-done";

/// The dialog.
#[derive(Debug)]
pub struct State {
    person: Person,
    details: Option<PersonDetails>,
    /// Whether the practice has mail to send an invitation by.
    has_mail: bool,
    /// The act that asks for its reason.
    asking: Option<Act>,
    reason: String,
    /// From when two-factor is to be turned on.
    starts: starts::State,
    /// The act that was asked of the backend and may need a step-up.
    waiting: Option<Act>,
    invitation: Option<Invitation>,
    copied: Option<bool>,
    told: Option<String>,
    error: Option<Error>,
    /// Why the details have not come.
    not_loaded: Option<Error>,
    over: Option<Over>,
}

/// Something that full access may do for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Turn two-factor on.
    TurnOn,
    /// Turn it off.
    TurnOff,
    /// Close the methods: a lost phone.
    Reset,
    /// Let them try codes again.
    AllowTries,
    /// End all sessions.
    EndSessions,
    /// A new invitation.
    Invite,
    /// A new invitation, which is also sent.
    SendInvite,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The details have come.
    Loaded(Result<Box<PersonDetails>, Error>),
    /// **Try again**.
    TryAgain,
    /// How the practice sends has come.
    Deliveries(Result<Box<DeliverySettings>, Error>),
    /// An act was pressed.
    Begin(Act),
    /// The reason was changed.
    ReasonTyped(String),
    /// In the start.
    Starts(starts::Message),
    /// The act is meant.
    Confirm,
    /// The act is not meant.
    Back,
    /// It is done, or not.
    Done(Result<Ack, Error>),
    /// The invitation has come.
    Invited(Result<Invitation, Error>),
    /// **Copy** of the invitation.
    Copy,
    /// The clipboard took it, or not.
    Copied(bool),
    /// The person's account is opened.
    OpenAccount,
    /// In the person's account.
    Account(account::Message),
    /// A code is to be read out to the person.
    OpenDesk,
    /// In the code that is read out.
    Desk(desk::Message),
    /// The dialog is closed.
    Close,
}

type Action = DialogAction<Message>;

impl State {
    /// The dialog for a row of the table.
    pub fn new(person: Person, session: &Session) -> (Self, Task<Message>) {
        let load = load(&person, session);
        let state = Self {
            person,
            details: None,
            has_mail: false,
            asking: None,
            reason: String::new(),
            starts: tomorrow(session),
            waiting: None,
            invitation: None,
            copied: None,
            told: None,
            error: None,
            not_loaded: None,
            over: None,
        };
        (state, load)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::Loaded(Ok(details)) => {
                let failed = self.not_loaded.take().is_some();
                self.person = details.person.clone();
                let away = !details.person.term.at(session.door.now()).belongs();
                if self.details.replace(*details).is_none() {
                    // Of somebody who is not there nothing but the account is anybody's matter.
                    if away {
                        return self.open_account();
                    }
                    // There was no button to put the focus on before.
                    return Action::run(Task::batch([focus(DONE), self.deliveries(session)]));
                }
                if failed {
                    // **Try again** is gone.
                    return Action::run(focus_if_none(DONE));
                }
            }
            Message::Deliveries(Ok(settings)) => self.has_mail = settings.mail.is_some(),
            // Handing it over is always possible.
            Message::Deliveries(Err(_)) => {}
            Message::Begin(act) if self.waiting.is_none() => {
                self.told = None;
                self.error = None;
                self.reason.clear();
                match act {
                    Act::Invite | Act::SendInvite => return self.act(act, session),
                    Act::TurnOn => {
                        self.asking = Some(act);
                        self.starts = tomorrow(session);
                        return Action::run(focus(self.starts.chosen_id()));
                    }
                    asked => {
                        self.asking = Some(asked);
                        return Action::run(focus(REASON));
                    }
                }
            }
            Message::Begin(_) => {}
            Message::ReasonTyped(reason) => self.reason = reason,
            Message::Starts(message) => {
                self.starts.update(message);
                self.error = None;
            }
            // Its answer would be told of what is opened next.
            Message::Back if self.waiting.is_some() => {}
            Message::Back => {
                self.asking = None;
                self.error = None;
                return Action::run(focus(DONE));
            }
            Message::Confirm => {
                if let (Some(act), None) = (self.asking, self.waiting) {
                    return self.act(act, session);
                }
            }
            Message::Done(Ok(_)) => {
                let done = self.waiting.take();
                self.asking = None;
                self.told = done.map(|act| self.done(act));
                return Action::run(Task::batch([load(&self.person, session), focus(DONE)]));
            }
            Message::Invited(Ok(invitation)) => {
                self.waiting = None;
                self.invitation = Some(invitation);
                self.copied = None;
                let load = load(&self.person, session);
                return Action::run(Task::batch([load, focus(question::COPY).chain(reveal())]));
            }
            Message::Loaded(Err(error)) => {
                let ended = Asked::unless_ended(&error);
                self.not_loaded = Some(error);
                return ended.map_or_else(Action::nothing, Action::Ask);
            }
            Message::TryAgain => return Action::run(load(&self.person, session)),
            Message::Done(Err(error)) | Message::Invited(Err(error)) => {
                return self.refused(error);
            }
            Message::Copy => {
                if let Some(made) = &self.invitation {
                    let copy = clipboard::copy(Secret::new(made.code.expose()));
                    return Action::run(Task::perform(copy, Message::Copied));
                }
            }
            Message::Copied(taken) => self.copied = Some(taken),
            Message::OpenAccount => return self.open_account(),
            Message::Account(message) => return self.in_account(message, session),
            Message::OpenDesk => {
                self.told = None;
                self.error = None;
                let (desk, task) = desk::State::new(&self.person, session);
                self.over = Some(Over::Desk(desk));
                return Action::run(task.map(Message::Desk));
            }
            Message::Desk(message) => return self.at_desk(message, session),
            Message::Close => return Action::Closed,
        }
        Action::nothing()
    }

    fn open_account(&mut self) -> Action {
        self.told = None;
        self.error = None;
        let (account, task) = account::State::new();
        self.over = Some(Over::Account(account));
        Action::run(task.map(Message::Account))
    }

    fn in_account(&mut self, message: account::Message, session: &Session) -> Action {
        let (Some(Over::Account(account)), Some(details)) = (&mut self.over, &self.details) else {
            return Action::run(Task::none());
        };
        match account.update(message, details, session) {
            account::Action::Ask(asked) => Action::Ask(asked.map(Message::Account)),
            account::Action::Changed(task) => {
                let load = load(&self.person, session);
                Action::run(Task::batch([load, task.map(Message::Account)]))
            }
            account::Action::Left => {
                if !details.person.term.at(session.door.now()).belongs() {
                    return Action::Closed;
                }
                self.over = None;
                Action::run(focus(DONE))
            }
        }
    }

    fn at_desk(&mut self, message: desk::Message, session: &Session) -> Action {
        let Some(Over::Desk(desk)) = &mut self.over else {
            return Action::nothing();
        };
        match desk.update(message, &self.person, session) {
            desk::Action::Ask(asked) => Action::Ask(asked.map(Message::Desk)),
            desk::Action::Left => {
                self.over = None;
                Action::run(focus(DONE))
            }
        }
    }

    /// What a second that passes means here.
    pub fn tick(&self) -> Option<Message> {
        self.over.as_ref()?.tick()
    }

    /// Asks whether an invitation can be sent, where there is somebody to be invited.
    fn deliveries(&self, session: &Session) -> Task<Message> {
        if !self.person.invited {
            return Task::none();
        }
        let settings = session.door.ask(Deliveries {});
        settings.map(|settings| Message::Deliveries(settings.map(Box::new)))
    }

    fn act(&mut self, act: Act, session: &Session) -> Action {
        self.error = None;
        self.waiting = Some(act);
        let (user, reason) = (self.person.user.clone(), self.reason.trim().to_owned());
        let door = &session.door;
        Action::run(match act {
            Act::TurnOn => match self.starts.asked(session.door.now()) {
                Ok(from) => door.ask(TurnOn { user, from }).map(Message::Done),
                Err(field) => {
                    self.waiting = None;
                    focus_wrong(field)
                }
            },
            Act::TurnOff => door.ask(TurnOff { user, reason }).map(Message::Done),
            Act::Reset => door.ask(Reset { user, reason }).map(Message::Done),
            Act::AllowTries => door
                .ask(AllowTriesAgain { user, reason })
                .map(Message::Done),
            Act::EndSessions => door.ask(EndSessions { user, reason }).map(Message::Done),
            Act::Invite => door
                .ask(InviteAgain { user, send: false })
                .map(Message::Invited),
            Act::SendInvite => door
                .ask(InviteAgain { user, send: true })
                .map(Message::Invited),
        })
    }

    fn refused(&mut self, error: Error) -> Action {
        if error == Error::StepUpNeeded {
            return Action::Ask(Asked::StepUp);
        }
        self.waiting = None;
        if let Some(ended) = Asked::unless_ended(&error) {
            return Action::Ask(ended);
        }
        if let (Some(Act::TurnOn), Some(field)) = (self.asking, self.starts.refused(&error)) {
            return Action::run(focus_wrong(field));
        }
        self.error = Some(error);
        Action::run(match self.asking {
            Some(Act::TurnOn) | None => Task::none(),
            Some(_) => focus_wrong(REASON),
        })
    }

    /// The focus where it goes on.
    pub fn first(&self) -> Task<Message> {
        if let Some(over) = &self.over {
            return over.first();
        }
        match self.asking {
            Some(Act::TurnOn) => focus(self.starts.chosen_id()),
            Some(_) => focus(REASON),
            None => focus(DONE),
        }
    }

    /// The server answers again.
    pub fn found_again(&self, session: &Session) -> Task<Message> {
        match self.not_loaded {
            Some(_) => load(&self.person, session),
            None => Task::none(),
        }
    }

    /// Goes on after a step-up.
    pub fn again(&mut self) -> Task<Message> {
        if let Some(over) = &mut self.over {
            return over.again();
        }
        match self.waiting.take() {
            Some(act @ (Act::Invite | Act::SendInvite)) => Task::done(Message::Begin(act)),
            Some(_) => Task::done(Message::Confirm),
            None => Task::none(),
        }
    }

    /// The step-up was given up.
    pub fn not_again(&mut self) {
        if let Some(over) = &mut self.over {
            over.not_again();
        }
        self.waiting = None;
    }
}

/// Whose dialog this is.
fn who(person: &Person) -> String {
    format!("{} · {}", person.name, status::role(person.role))
}

fn load(person: &Person, session: &Session) -> Task<Message> {
    let user = person.user.clone();
    session
        .door
        .ask(ViewPerson { user })
        .map(|details| Message::Loaded(details.map(Box::new)))
}

/// The default of a start: nobody who works now is stopped.
fn tomorrow(session: &Session) -> starts::State {
    starts::State::tomorrow(STARTS, session.door.now(), &session.me.time_zone)
}
