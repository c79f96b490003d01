//! Set-up at a sign-in: must be finished, or may be left for later.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Task};

use super::set_up;
use crate::api::{Admitted, Error, Offer, SetUpDue};
use crate::domain::Timestamp;
use crate::gui::door::{Door, Session};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, brand, button, card, centred, subtitle, title};
use crate::gui::words::t;
use crate::gui::{faults, step_up, when};

/// The set-up, and what follows it.
#[derive(Debug)]
pub struct State {
    door: Door,
    email: String,
    set_up: set_up::State,
    /// The session, where there is one.
    session: Option<Session>,
    why: Why,
    step_up: Option<step_up::State>,
}

/// Why it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// It must be finished before anything else.
    Must {
        /// Since the method there is, is not allowed any more.
        narrowed: bool,
    },
    /// It may be left for later.
    Offered {
        /// Until then, if there is a time.
        until: Option<Timestamp>,
        /// Since the method there is, will not be allowed any more.
        narrowed: bool,
    },
    /// It came to be due while the person was at work.
    Meanwhile,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// In the set-up.
    SetUp(set_up::Message),
    /// In the step-up.
    StepUp(step_up::Message),
    /// **Set up later**.
    Later,
    /// **Sign out**.
    SignOut,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go in.
    In(Box<Session>),
    /// A method is proven: its recovery codes, then in.
    Enabled(Box<Session>),
    /// The person signs out.
    SignedOut(Option<Box<Session>>),
    /// The session does not serve any more.
    Ended(Error),
    /// Back to the first step, with a sentence on why, if there is one.
    Back(Option<String>),
}

impl State {
    /// Set-up that must be finished.
    pub fn due(door: &Door, due: SetUpDue) -> (Self, Task<Message>) {
        let narrowed = due.narrowed;
        let why = Why::Must { narrowed };
        Self::new(door.with(due.token), due.email, None, why)
    }

    /// Set-up that is offered.
    pub fn offered(session: Session, offer: &Offer) -> (Self, Task<Message>) {
        let why = Why::Offered {
            until: offer.until,
            narrowed: offer.narrowed,
        };
        let email = session.me.email.clone();
        Self::new(session.door.clone(), email, Some(session), why)
    }

    /// Set-up that came to be due in an open session.
    pub fn over(session: Session) -> (Self, Task<Message>) {
        let email = session.me.email.clone();
        let door = session.door.clone();
        Self::new(door, email, Some(session), Why::Meanwhile)
    }

    fn new(door: Door, email: String, session: Option<Session>, why: Why) -> (Self, Task<Message>) {
        let (set_up, task) = set_up::State::new(door.clone(), &email);
        let state = Self {
            door,
            email,
            set_up,
            session,
            why,
            step_up: None,
        };
        (state, task.map(Message::SetUp))
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// The session, where there is one.
    pub fn session(&self) -> Option<Session> {
        self.session.clone()
    }

    /// Somebody else may come to the window: no typed password stays.
    pub fn put_away(&mut self) {
        self.step_up = None;
    }

    /// The same person is there again.
    pub fn take_up(&self) -> Task<Message> {
        self.set_up.take_up().map(Message::SetUp)
    }

    /// The server answers again.
    pub fn found_again(&self) -> Task<Message> {
        self.set_up.found_again().map(Message::SetUp)
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("set-up-title")
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::SetUp(message) => self.set_up(message),
            Message::StepUp(message) => self.stepped(message),
            Message::Later => match (self.why, self.session.take()) {
                (Why::Offered { .. }, Some(session)) => Action::In(Box::new(session)),
                (_, session) => {
                    self.session = session;
                    Action::Run(Task::none())
                }
            },
            Message::SignOut => Action::SignedOut(self.session.take().map(Box::new)),
        }
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        match &self.step_up {
            Some(dialog) => dialog.tick().map(Message::StepUp),
            None => self.set_up.tick().map(Message::SetUp),
        }
    }

    fn set_up(&mut self, message: set_up::Message) -> Action {
        match self.set_up.update(message) {
            set_up::Action::Run(task) => Action::Run(task.map(Message::SetUp)),
            set_up::Action::Enabled(admitted) => self.enabled(admitted),
            set_up::Action::Cancelled => {
                let (set_up, task) = set_up::State::new(self.door.clone(), &self.email);
                self.set_up = set_up;
                Action::Run(task.map(Message::SetUp))
            }
            set_up::Action::StepUp => match &self.session {
                Some(session) => {
                    let (dialog, task) = step_up::State::new(session.clone());
                    self.step_up = Some(dialog);
                    Action::Run(task.map(Message::StepUp))
                }
                None => Action::Back(Some(t("code-ended"))),
            },
            set_up::Action::Ended(error) => self.ended(error),
        }
    }

    fn ended(&self, error: Error) -> Action {
        match self.session {
            Some(_) => Action::Ended(error),
            // A sign-in that waited: there is nothing to lock.
            None => Action::Back(Some(faults::sentence(&error))),
        }
    }

    fn enabled(&mut self, admitted: Option<Box<Admitted>>) -> Action {
        let session = match admitted {
            Some(admitted) => Some(Session::new(&self.door, &admitted)),
            None => self.session.take(),
        };
        match session {
            Some(session) => Action::Enabled(Box::new(session)),
            None => Action::Back(None),
        }
    }

    fn stepped(&mut self, message: step_up::Message) -> Action {
        match step_up::hear(&mut self.step_up, message) {
            step_up::Action::Run(task) => Action::Run(task.map(Message::StepUp)),
            step_up::Action::Done => {
                Action::Run(self.set_up.again(self.door.clone()).map(Message::SetUp))
            }
            step_up::Action::Cancelled => Action::Run(Task::none()),
            step_up::Action::Ended(error) => self.ended(error),
        }
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let about = match self.why {
            Why::Must { narrowed: false } => t("set-up-must"),
            Why::Must { narrowed: true } => t("set-up-narrowed"),
            Why::Offered {
                until: Some(until),
                narrowed,
            } => {
                let left = when::roughly(until, self.door.now());
                let until = match &self.session {
                    Some(session) => when::moment(until, &session.me.time_zone),
                    None => faults::moment(until),
                };
                if narrowed {
                    t!("set-up-narrowed-until", until = until, left = left)
                } else {
                    t!("set-up-until", until = until, left = left)
                }
            }
            Why::Offered { until: None, .. } => t("set-up-offered"),
            Why::Meanwhile if self.set_up.replaces_a_method() => t("set-up-meanwhile-narrowed"),
            Why::Meanwhile => t("set-up-meanwhile"),
        };
        let mut foot = row![].spacing(space::S).align_y(Alignment::Center);
        if self.set_up.is_waiting() {
            foot = foot.push(button(t("cancel")).on_press(Message::SetUp(set_up::Message::Cancel)));
        } else if matches!(self.why, Why::Offered { .. }) {
            foot = foot.push(button(t("set-up-later")).on_press(Message::Later));
        }
        let foot = foot
            .push(gap::horizontal())
            .push(self.set_up.main_button().map(Message::SetUp));
        let form = column![
            column![title(t("set-up-title")), subtitle(about)].spacing(space::XS),
            self.set_up.view().map(Message::SetUp),
            foot,
        ]
        .spacing(space::L);
        let whole = centred(
            column![
                brand(),
                card(form, size::DIALOG + 16.0),
                button(t("sign-out")).link().on_press(Message::SignOut),
            ]
            .spacing(space::XL)
            .align_x(Alignment::Center),
        );
        step_up::over(whole, self.step_up.as_ref(), Message::StepUp)
    }
}
