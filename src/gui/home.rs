//! The signed-in part: the side bar, the pages, and the step-up that lies over them.

mod account;
pub(super) mod activity;
mod add_person;
mod asked;
pub(super) mod delivery;
mod import;
mod manage;
mod page;
mod pager;
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
use iced::widget::{column, operation, row};

use super::door::{Door, Session};
use super::step_up;
use super::widget::{Element, layers, to_top};
use super::words::t;
use crate::api::{Error, Me, UnreadNotices};
use asked::{Asked, DialogAction, ended, is_ended};
use page::Page;
pub use sidebar::Place;

/// Who is signed in, and where.
#[derive(Debug)]
pub struct State {
    session: Session,
    page: Page,
    /// Pages that were left with something typed and not saved.
    left: Vec<Page>,
    /// Where a dialog of the Users page was opened from.
    opened_from: Option<Place>,
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
    /// The practice is to move to a server.
    Move(Box<Session>),
    /// The session goes on in another practice.
    In(Box<Session>),
    /// The session is locked on the backend.
    Locked,
    /// A set-up is due before anything else.
    SetUpDue,
    /// The session does not serve any more.
    Ended(Error),
}

impl State {
    /// Begins at Profile > Users.
    pub fn new(session: Session) -> (Self, Task<Message>) {
        let (page, task) = Page::of(Place::Users, &session);
        let unread = session.door.ask(UnreadNotices {}).map(Message::Unread);
        let state = Self {
            unread: 0,
            session,
            page,
            left: Vec::new(),
            opened_from: None,
            step_up: None,
            switch: None,
        };
        (state, Task::batch([task, unread]))
    }

    /// Somebody replaces a lost method: at the choice of another. What was begun waits behind it.
    pub fn replace(&mut self) -> Task<Message> {
        let page = match self.page.place() {
            Place::Users if !self.page.is_unsaved(&self.session) => Task::none(),
            _ => self.turn_to_preferences(),
        };
        Task::batch([page, self.open_preferences(true)])
    }

    /// One's own preferences open over the Users page, and lead back to this one.
    fn turn_to_preferences(&mut self) -> Task<Message> {
        let from = self.page.place();
        let task = self.turn_to(Page::of(Place::Users, &self.session));
        self.opened_from = Some(from);
        task
    }

    fn open_preferences(&mut self, lost: bool) -> Task<Message> {
        match &mut self.page {
            Page::Users(page) => page.open_own(&self.session, lost).map(Message::Users),
            _ => Task::none(),
        }
    }

    /// The window is to be closed: asks for what is shown once and was not kept.
    pub fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        self.page.ask_before_closing()
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.session.door.clone()
    }

    /// Who is signed in.
    pub fn session(&self) -> Session {
        self.session.clone()
    }

    /// Somebody else may come to the window. To lock ends a step-up, so one that is under way is given
    /// up, and so is going on in another practice. What was typed into the pages waits for its person.
    pub fn put_away(&mut self) {
        self.switch = None;
        self.stepped(step_up::Message::Cancel);
    }

    /// The server answers again.
    pub fn found_again(&mut self) -> Task<Message> {
        self.page.found_again(&self.session)
    }

    /// Puts the focus into the search of the page, unless something lies over it.
    pub fn find(&self) -> Task<Message> {
        let is_over = self.step_up.is_some() || self.switch.is_some();
        match self.page.search(&self.session) {
            Some(search) if !is_over => operation::focus(search),
            _ => Task::none(),
        }
    }

    /// The same person is there again.
    pub fn take_up(&mut self, me: Me) -> Task<Message> {
        let before = std::mem::replace(&mut self.session.me, me).practice;
        if before != self.session.me.practice {
            // What the pages show is another practice's.
            let first = self.turn_to(Page::of(Place::Users, &self.session));
            self.left.clear();
            self.opened_from = None;
            return first;
        }
        self.page.returned_to(&self.session)
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
        if self.switch.is_some() {
            // Nothing is asked with a token that is about to die.
            return None;
        }
        self.page.tick()
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        let session = self.session.clone();
        match message {
            Message::Go(place) => Action::Run(self.go(place)),
            Message::Users(message) => {
                let Page::Users(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                let closed = !page.has_dialog();
                match self.opened_from.take_if(|_| closed) {
                    Some(place) => Action::Run(self.go(place)),
                    None => self.answer(asked, Message::Users),
                }
            }
            Message::Account(message) => {
                let here = self.page.place() == Place::Account;
                let Some(Page::Account(page)) = self.page_of(Place::Account) else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &session);
                self.answer_at(here, asked, Message::Account)
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
                let here = self.page.place() == Place::Settings;
                let Some(Page::Settings(page)) = self.page_of(Place::Settings) else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &session);
                self.answer_at(here, asked, Message::Settings)
            }
            Message::Delivery(message) => {
                let here = self.page.place() == Place::Delivery;
                let Some(Page::Delivery(page)) = self.page_of(Place::Delivery) else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &session);
                self.answer_at(here, asked, Message::Delivery)
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
            Message::SignOut => Action::SignedOut,
        }
    }

    /// The page of a place: the one that is shown, or one that was left with something typed, which
    /// goes on hearing its answers.
    fn page_of(&mut self, place: Place) -> Option<&mut Page> {
        let all = std::iter::once(&mut self.page).chain(&mut self.left);
        all.into_iter().find(|page| page.place() == place)
    }

    /// What a page asks for, which may be one that is not shown: over another one it steps nobody up.
    fn answer_at<M: Send + 'static>(
        &mut self,
        here: bool,
        asked: Asked<M>,
        wrap: impl Fn(M) -> Message + Send + 'static,
    ) -> Action {
        match asked {
            Asked::StepUp if !here => {
                self.left.iter_mut().for_each(Page::not_again);
                Action::Run(Task::none())
            }
            asked => self.answer(asked, wrap),
        }
    }

    /// Goes to a place, as it was left if something was typed there.
    fn go(&mut self, place: Place) -> Task<Message> {
        if self.page.place() == place && self.page.is_unsaved(&self.session) {
            return Task::none();
        }
        let left = self.left.iter().position(|page| page.place() == place);
        let page = match left {
            Some(at) => {
                let mut page = self.left.swap_remove(at);
                let task = page.returned_to(&self.session);
                (page, task)
            }
            None => Page::of(place, &self.session),
        };
        self.turn_to(page)
    }

    /// Shows another page, from its top: the one before may have been scrolled. What was typed there
    /// waits.
    fn turn_to(&mut self, (page, task): (Page, Task<Message>)) -> Task<Message> {
        let before = std::mem::replace(&mut self.page, page);
        if before.is_unsaved(&self.session) {
            self.left.push(before);
        }
        Task::batch([to_top(), task])
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
                let task = self.turn_to_preferences();
                Action::Run(Task::batch([task, self.open_preferences(false)]))
            }
            Asked::Move => Action::Move(Box::new(self.session.clone())),
            Asked::People(filter) => Action::Run(self.turn_to(Page::people(filter, &self.session))),
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
        match step_up::hear(&mut self.step_up, message) {
            step_up::Action::Run(task) => Action::Run(task.map(Message::StepUp)),
            step_up::Action::Done => Action::Run(self.page.again(&self.session)),
            step_up::Action::Cancelled => {
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
        // The banner has its place, taken or not: one that comes moves no focus.
        let whole = column![self.notices_banner(), whole];
        let whole = layers(whole, dialog.or_else(|| self.switch_dialog()));
        step_up::over(whole, self.step_up.as_ref(), Message::StepUp)
    }
}
