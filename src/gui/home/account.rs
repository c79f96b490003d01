//! Profile > My account: what one is told, password, address, sessions.

mod address;
mod new_address;
mod parts;
mod place;

use iced::Task;
use iced::widget::column;

use super::Asked;
use crate::api::{
    Account, Ack, AddressNow, ChangePassword, EndMySession, EndRemembered, Error, MyAccount,
    ProveAddress, ReadNotices, SentCode, SubmitAddressCode, ToSend,
};
use crate::domain::SessionId;
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::password::{self, Password};
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::widget::{Element, awaited, failed, focus_if_none, page};
use crate::gui::words::t;

const PASSWORD: &str = "account-password";

/// The page.
#[derive(Debug)]
pub struct State {
    account: Option<Account>,
    password: Password,
    address: address::State,
    new_address: new_address::State,
    place: place::State,
    /// The change of the password waits for a step-up.
    waiting: bool,
    busy: bool,
    saved: bool,
    error: Option<(Part, Error)>,
    /// Why the account has not come.
    not_loaded: Option<Error>,
}

/// The part of the page that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Notices,
    Password,
    Address,
    Sessions,
    Remembered,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The account has come.
    Loaded(Result<Account, Error>),
    /// **Try again**.
    TryAgain,
    /// **Mark as read**.
    Read,
    /// They are read, or not.
    WasRead(Result<Ack, Error>),
    /// In the new password.
    Password(password::Message),
    /// **Change password**.
    Change,
    /// It is changed, or not.
    Changed(Result<Ack, Error>),
    /// **Prove this address**, or **Send again**.
    Prove(ToSend),
    /// A code is on its way.
    Sent(Result<SentCode, Error>),
    /// A second has passed while the code is awaited.
    Tick,
    /// How it stands has come.
    Now(Result<SentCode, Error>),
    /// The code was changed.
    CodeTyped(crate::api::Secret),
    /// **Submit**.
    SubmitCode,
    /// The address is proven, or not.
    Proven(Result<Ack, Error>),
    /// **End**, or **End all others**.
    End(Option<SessionId>),
    /// They have ended, or not.
    Ended(Result<Ack, Error>),
    /// **Forget**, of a remembered computer.
    Forget(String),
    /// It has ended, or not.
    Forgotten(Result<Ack, Error>),
    /// **Authentication preferences**.
    Preferences,
    /// In the new address.
    New(new_address::Message),
    /// In the place in another practice.
    Place(place::Message),
}

impl State {
    /// Loads the account.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            account: None,
            password: Password::new(PASSWORD),
            address: address::State::new(address::CODE),
            new_address: new_address::State::new(),
            place: place::State::new(),
            waiting: false,
            busy: false,
            saved: false,
            error: None,
            not_loaded: None,
        };
        (state, load(session))
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub(super) fn tick(&self) -> Option<Message> {
        let awaits = self.address.awaits_code() || self.new_address.awaits_code();
        awaits.then_some(Message::Tick)
    }

    /// Whether something was typed that is not saved, or is being saved.
    pub(super) fn is_unsaved(&self) -> bool {
        let begun = self.new_address.is_begun() || self.place.is_begun();
        begun || self.busy || !self.password.is_empty()
    }

    /// It is shown again as it was left.
    pub(super) fn returned_to(&self, session: &Session) -> Task<Message> {
        Task::batch([focus(parts::PREFERENCES), load(session)])
    }

    /// The server answers again.
    pub(super) fn found_again(&self, session: &Session) -> Task<Message> {
        match self.not_loaded {
            Some(_) => load(session),
            None => Task::none(),
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(Ok(account)) => {
                let first = self.account.replace(account).is_none();
                let then = self.new_address.loaded();
                return Asked::Run(match self.not_loaded.take() {
                    // **Try again** is gone.
                    Some(_) => Task::batch([then, focus_if_none(parts::PREFERENCES)]),
                    None if first => focus(parts::PREFERENCES),
                    None => then,
                });
            }
            Message::Read => {
                let newest = self
                    .account
                    .as_ref()
                    .and_then(|account| account.notices.iter().map(|notice| notice.at).max());
                if let Some(until) = newest {
                    let call = ReadNotices { until };
                    return Asked::Run(session.door.ask(call).map(Message::WasRead));
                }
            }
            // The button that was pressed is gone.
            Message::WasRead(Ok(_)) => {
                let then = [load(session), focus(parts::PREFERENCES)];
                return Asked::NoticesRead(Task::batch(then));
            }
            Message::Password(message) => {
                self.saved = false;
                self.password.update(message);
            }
            Message::Change if self.busy => {}
            Message::Change if self.password.is_empty() => return Asked::Run(focus(PASSWORD)),
            Message::Change => {
                self.busy = true;
                self.error = None;
                self.waiting = true;
                let password = self.password.typed();
                let call = ChangePassword { password };
                return Asked::Run(session.door.ask(call).map(Message::Changed));
            }
            Message::Changed(Ok(_)) => {
                self.busy = false;
                self.saved = true;
                self.waiting = false;
                self.password = Password::new(PASSWORD);
                return Asked::Run(Task::batch([focus(PASSWORD), load(session)]));
            }
            Message::Prove(send) => {
                self.error = None;
                self.address.sending = true;
                let call = ProveAddress { send };
                return Asked::Run(session.door.ask(call).map(Message::Sent));
            }
            Message::New(message) => {
                return self.new_address.update(message, session, load(session));
            }
            Message::Place(message) => {
                return self.place.update(message, session, load(session));
            }
            Message::Tick if !self.address.awaits_code() => {
                return self.update(Message::New(new_address::State::tick()), session);
            }
            Message::Tick => {
                if self.address.poll.begin(session.door.now()) {
                    return Asked::Run(session.door.ask(AddressNow {}).map(Message::Now));
                }
            }
            Message::Now(now) => {
                if let Some(error) = self.address.now(now) {
                    return Asked::unless_ended(&error).unwrap_or_else(Asked::nothing);
                }
            }
            Message::Sent(Ok(sent)) => {
                if let Some(focus) = self.address.sent(sent) {
                    return Asked::Run(focus);
                }
            }
            Message::CodeTyped(typed) => return Asked::Run(self.address.typed(&typed)),
            Message::SubmitCode => {
                if let Some(code) = self.address.submit() {
                    self.error = None;
                    let call = SubmitAddressCode { code };
                    return Asked::Run(session.door.ask(call).map(Message::Proven));
                }
            }
            Message::Proven(Ok(_)) => {
                self.address = address::State::new(address::CODE);
                return Asked::Run(Task::batch([focus(parts::PREFERENCES), load(session)]));
            }
            Message::End(ended) => {
                self.error = None;
                let call = EndMySession { session: ended };
                return Asked::Run(session.door.ask(call).map(Message::Ended));
            }
            Message::Forget(id) => {
                self.error = None;
                let call = EndRemembered { id };
                return Asked::Run(session.door.ask(call).map(Message::Forgotten));
            }
            Message::Ended(Ok(_)) => return Asked::Run(load(session)),
            Message::Forgotten(Ok(_)) => {
                // The button is gone that had the focus.
                return Asked::Run(Task::batch([focus(parts::PREFERENCES), load(session)]));
            }
            Message::Preferences => return Asked::Preferences,
            Message::Loaded(Err(error)) => {
                let ended = Asked::unless_ended(&error);
                self.not_loaded = Some(error);
                return ended.unwrap_or_else(Asked::nothing);
            }
            Message::TryAgain => return Asked::Run(load(session)),
            Message::WasRead(Err(error)) => return self.refused(Part::Notices, error),
            Message::Changed(Err(error)) => return self.refused(Part::Password, error),
            Message::Sent(Err(error)) | Message::Proven(Err(error)) => {
                return self.refused(Part::Address, error);
            }
            Message::Ended(Err(error)) => return self.refused(Part::Sessions, error),
            Message::Forgotten(Err(error)) => return self.refused(Part::Remembered, error),
        }
        Asked::nothing()
    }

    fn refused(&mut self, part: Part, error: Error) -> Asked<Message> {
        self.busy = false;
        self.address.answered();
        if error == Error::StepUpNeeded {
            return Asked::StepUp;
        }
        self.waiting = false;
        if let Some(ended) = Asked::unless_ended(&error) {
            return ended;
        }
        self.error = Some((part, error));
        Asked::Run(match part {
            Part::Password => focus_wrong(PASSWORD),
            Part::Address => self.address.focus(),
            Part::Notices | Part::Sessions | Part::Remembered => Task::none(),
        })
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        self.busy = false;
        if std::mem::take(&mut self.waiting) {
            return match self.update(Message::Change, session) {
                Asked::Run(task) => task,
                _ => Task::none(),
            };
        }
        match self.place.again() {
            Some(task) => task,
            None => self.new_address.again(),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.new_address.not_again();
        self.place.not_again();
        self.busy = false;
        self.waiting = false;
    }

    fn error_of(&self, part: Part) -> Option<&Error> {
        self.error
            .as_ref()
            .filter(|(of, _)| *of == part)
            .map(|(_, error)| error)
    }

    fn fault_of(&self, part: Part) -> Option<Element<'_, Message>> {
        self.error_of(part).map(faults::notice)
    }

    /// Draws it.
    pub(super) fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let panels = match &self.account {
            Some(account) => column![]
                .push(parts::notices(account, session))
                .push(self.place.view(account))
                .push(parts::two_factor())
                .push(self.password())
                .push(self.address(account, session))
                .push(self.new_address.view(account, session))
                .push(self.sessions(account, session))
                .push(self.remembered(account, session)),
            None => awaited(),
        };
        let again = |error| failed(faults::sentence(error), t("try-again"), Message::TryAgain);
        let fault = self.not_loaded.as_ref().map(again);
        let fault = fault.or_else(|| self.fault_of(Part::Notices));
        page(t("my-account"), session.me.email.as_str(), fault, panels)
    }
}

fn load(session: &Session) -> Task<Message> {
    session.door.ask(MyAccount {}).map(Message::Loaded)
}
