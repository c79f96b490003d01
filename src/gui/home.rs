//! The signed-in part: the side bar, the pages, and the step-up that lies over them.

mod account;
pub(super) mod activity;
mod add_person;
pub(super) mod delivery;
mod import;
mod manage;
mod page;
mod preferences;
pub(super) mod roll_out;
pub(super) mod round;
mod settings;
mod several;
mod sidebar;
mod switch;
pub(super) mod users;
mod would_stop;

use iced::Task;
use iced::widget::{column, row};

use super::door::{Door, Session};
use super::step_up;
use super::widget::{Element, layers};
use super::words::t;
use crate::api::{Error, Me, SignOut, UnreadNotices};
use crate::domain::Status;
use page::Page;
pub use sidebar::Place;

/// Who is signed in, and where.
#[derive(Debug)]
pub struct State {
    session: Session,
    page: Page,
    /// How many notices have not been read.
    unread: u32,
    step_up: Option<step_up::State>,
    switch: Option<switch::State>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A place of the side bar.
    Go(Place),
    /// In the Users page.
    Users(users::Message),
    /// In My account.
    Account(account::Message),
    /// How many notices have not been read.
    Unread(Result<u32, Error>),
    /// In the Roll-out page.
    RollOut(roll_out::Message),
    /// In the Settings page.
    Settings(settings::Message),
    /// In the Delivery page.
    Delivery(delivery::Message),
    /// In the Activity page.
    Activity(activity::Message),
    /// In the step-up.
    StepUp(step_up::Message),
    /// In the choice of another practice.
    Switch(switch::Message),
    /// **Lock**.
    Lock,
    /// **Sign out**.
    SignOut,
    /// The session has ended on the backend, or could not be reached.
    SignedOut,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Back to the sign-in.
    SignedOut,
    /// New recovery codes, for this person.
    RecoveryCodes(Box<Session>),
    /// The session is locked on the backend.
    Locked,
    /// A set-up is due before anything else.
    SetUpDue,
    /// The session does not serve any more.
    Ended(Error),
}

/// What a page asks of the signed-in part.
#[derive(Debug)]
enum Asked<M> {
    /// Nothing but this task.
    Run(Task<M>),
    /// A step-up, and then to go on.
    StepUp,
    /// New recovery codes, on a screen of their own.
    RecoveryCodes,
    /// One's own Authentication preferences.
    Preferences,
    /// The people in a status.
    People(Option<Status>),
    /// This task; and one is known by another name or address.
    Known(Box<Me>, Task<M>),
    /// This task; and the notices have been read.
    NoticesRead(Task<M>),
    /// The session does not serve any more.
    Ended(Error),
}

impl<M: 'static + Send> Asked<M> {
    fn nothing() -> Self {
        Self::Run(Task::none())
    }

    fn map<N: Send + 'static>(self, wrap: impl Fn(M) -> N + Send + 'static) -> Asked<N> {
        match self {
            Self::Run(task) => Asked::Run(task.map(wrap)),
            Self::StepUp => Asked::StepUp,
            Self::RecoveryCodes => Asked::RecoveryCodes,
            Self::Preferences => Asked::Preferences,
            Self::People(filter) => Asked::People(filter),
            Self::Known(me, task) => Asked::Known(me, task.map(wrap)),
            Self::NoticesRead(task) => Asked::NoticesRead(task.map(wrap)),
            Self::Ended(error) => Asked::Ended(error),
        }
    }

    /// The errors that no page can do anything about.
    fn unless_ended(error: &Error) -> Option<Self> {
        match error {
            Error::NotSignedIn | Error::Locked | Error::SetUpDue => {
                Some(Self::Ended(error.clone()))
            }
            _ => None,
        }
    }
}

impl State {
    /// Begins at Profile > Users.
    pub fn new(session: Session) -> (Self, Task<Message>) {
        let (page, task) = users::State::new(&session);
        let unread = session.door.ask(UnreadNotices {}).map(Message::Unread);
        let state = Self {
            unread: 0,
            session,
            page: Page::Users(Box::new(page)),
            step_up: None,
            switch: None,
        };
        (state, Task::batch([task.map(Message::Users), unread]))
    }

    /// As [`Self::new`], with one's own Authentication preferences open.
    pub fn to_preferences(session: Session) -> (Self, Task<Message>) {
        let (mut state, task) = Self::new(session);
        let dialog = state.open_preferences();
        (state, Task::batch([task, dialog]))
    }

    fn open_preferences(&mut self) -> Task<Message> {
        match &mut self.page {
            Page::Users(page) => page.open_own(&self.session).map(Message::Users),
            _ => Task::none(),
        }
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.session.door.clone()
    }

    /// Who is signed in.
    pub fn session(&self) -> Session {
        self.session.clone()
    }

    /// Somebody else may come to the window: no typed password stays. To lock ends a step-up, so
    /// one that is under way is given up.
    pub fn put_away(&mut self) {
        self.stepped(step_up::Message::Cancel);
    }

    /// The same person is there again.
    pub fn take_up(&mut self, me: Me) -> Task<Message> {
        self.session.me = me;
        self.page.take_up(&self.session)
    }

    /// The window's title.
    pub fn title(&self) -> String {
        if self.step_up.is_some() {
            return t("step-up-title");
        }
        if self.switch.is_some() {
            return t("switch-practice");
        }
        self.page.title()
    }

    /// What a second that passes means here; nothing unless something sent is awaited.
    pub fn tick(&self) -> Option<Message> {
        if let Some(dialog) = &self.step_up {
            return dialog.tick().map(Message::StepUp);
        }
        self.page.tick()
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Go(place) => self.go(place),
            Message::Users(message) => {
                let Page::Users(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::Users)
            }
            Message::Account(message) => {
                let Page::Account(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::Account)
            }
            Message::Unread(unread) => {
                // Without an answer there is no banner: the page has its own way to fail.
                self.unread = unread.unwrap_or_default();
                Action::Run(Task::none())
            }
            Message::RollOut(message) => {
                let Page::RollOut(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::RollOut)
            }
            Message::Settings(message) => {
                let Page::Settings(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::Settings)
            }
            Message::Delivery(message) => {
                let Page::Delivery(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::Delivery)
            }
            Message::Activity(message) => {
                let Page::Activity(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::Activity)
            }
            Message::StepUp(message) => self.stepped(message),
            Message::Switch(message) => self.switch(message),
            Message::Lock => Action::Locked,
            Message::SignOut => Action::Run(
                self.session
                    .door
                    .ask(SignOut {})
                    .map(|_| Message::SignedOut),
            ),
            Message::SignedOut => Action::SignedOut,
        }
    }

    fn go(&mut self, place: Place) -> Action {
        Action::Run(match place {
            Place::Users => {
                let (page, task) = users::State::new(&self.session);
                self.page = Page::Users(Box::new(page));
                task.map(Message::Users)
            }
            Place::Account => {
                let (page, task) = account::State::new(&self.session);
                self.page = Page::Account(Box::new(page));
                task.map(Message::Account)
            }
            Place::RollOut => {
                let (page, task) = roll_out::State::new(&self.session);
                self.page = Page::RollOut(Box::new(page));
                task.map(Message::RollOut)
            }
            Place::Settings => {
                let (page, task) = settings::State::new(&self.session);
                self.page = Page::Settings(Box::new(page));
                task.map(Message::Settings)
            }
            Place::Delivery => {
                let (page, task) = delivery::State::new(&self.session);
                self.page = Page::Delivery(Box::new(page));
                task.map(Message::Delivery)
            }
            Place::Activity => {
                let (page, task) = activity::State::new(&self.session);
                self.page = Page::Activity(Box::new(page));
                task.map(Message::Activity)
            }
        })
    }

    fn answer<M: Send + 'static>(
        &mut self,
        asked: Asked<M>,
        wrap: impl Fn(M) -> Message + Send + 'static,
    ) -> Action {
        match asked {
            Asked::Run(task) => Action::Run(task.map(wrap)),
            Asked::StepUp => {
                let (dialog, task) = step_up::State::new(self.session.clone());
                self.step_up = Some(dialog);
                Action::Run(task.map(Message::StepUp))
            }
            Asked::RecoveryCodes => Action::RecoveryCodes(Box::new(self.session.clone())),
            Asked::Preferences => {
                let (page, task) = users::State::new(&self.session);
                self.page = Page::Users(Box::new(page));
                Action::Run(Task::batch([
                    task.map(Message::Users),
                    self.open_preferences(),
                ]))
            }
            Asked::People(filter) => {
                let (page, task) = users::State::in_status(filter, &self.session);
                self.page = Page::Users(Box::new(page));
                Action::Run(task.map(Message::Users))
            }
            Asked::Known(me, task) => {
                self.session.me = *me;
                Action::Run(task.map(wrap))
            }
            Asked::NoticesRead(task) => {
                self.unread = 0;
                Action::Run(task.map(wrap))
            }
            Asked::Ended(error) => ended(&error),
        }
    }

    fn stepped(&mut self, message: step_up::Message) -> Action {
        let Some(dialog) = &mut self.step_up else {
            return Action::Run(Task::none());
        };
        match dialog.update(message) {
            step_up::Action::Run(task) => Action::Run(task.map(Message::StepUp)),
            step_up::Action::Done(token) => {
                self.step_up = None;
                self.session.door.renew(token);
                Action::Run(self.page.again(&self.session))
            }
            step_up::Action::Cancelled => {
                self.step_up = None;
                self.page.not_again();
                Action::Run(Task::none())
            }
            step_up::Action::Ended(error) => ended(&error),
        }
    }

    /// Draws it in a window of this width.
    pub fn view(&self, width: f32) -> Element<'_, Message> {
        let page = self.page.view(&self.session, width);
        // The dialog of a page lies over the side bar too.
        let dialog = self.page.dialog(&self.session);
        let whole = row![self.sidebar(), page];
        let step_up = self
            .step_up
            .as_ref()
            .map(|dialog| dialog.view().map(Message::StepUp));
        // The banner has its place, taken or not: one that comes moves no focus.
        let whole = column![self.notices_banner(), whole];
        layers(
            layers(whole, dialog.or_else(|| self.switch_dialog())),
            step_up,
        )
    }
}

fn ended(error: &Error) -> Action {
    match error {
        Error::Locked => Action::Locked,
        Error::SetUpDue => Action::SetUpDue,
        other => Action::Ended(other.clone()),
    }
}
