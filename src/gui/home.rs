//! The signed-in part: the side bar, the pages, and the step-up that lies over them.

mod add_person;
mod manage;
mod preferences;
mod settings;
mod users;

use iced::widget::{column, container, row};
use iced::{Alignment, Length, Task};

use super::door::{Door, Session};
use super::theme::space;
use super::widget::{
    Element, Icon, avatar, brand, button, layers, muted, nav_item, nav_title, sidebar, strong,
};
use super::words::t;
use super::{faults, status, step_up};
use crate::api::{Error, SignOut};
use crate::domain::Role;

/// Who is signed in, and where.
#[derive(Debug)]
pub struct State {
    session: Session,
    page: Page,
    step_up: Option<step_up::State>,
}

#[derive(Debug)]
enum Page {
    Users(Box<users::State>),
    Settings(Box<settings::State>),
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A place of the side bar.
    Go(Place),
    /// In the Users page.
    Users(users::Message),
    /// In the Settings page.
    Settings(settings::Message),
    /// In the step-up.
    StepUp(step_up::Message),
    /// **Sign out**.
    SignOut,
    /// The session has ended on the backend, or could not be reached.
    SignedOut,
}

/// A place of the side bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Profile > Users.
    Users,
    /// Practice > Settings.
    Settings,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Back to the sign-in, with a sentence on why, if there is one.
    SignedOut(Option<String>),
    /// Two-factor has become due: the full sign-in leads to its set-up.
    SetUpDue,
}

/// What a page asks of the signed-in part.
#[derive(Debug)]
enum Asked<M> {
    /// Nothing but this task.
    Run(Task<M>),
    /// A step-up, and then to go on; with a code, where a method is proven.
    StepUp { asks_code: bool },
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
            Self::StepUp { asks_code } => Asked::StepUp { asks_code },
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
        let state = Self {
            session,
            page: Page::Users(Box::new(page)),
            step_up: None,
        };
        (state, task.map(Message::Users))
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.session.door.clone()
    }

    /// The window's title.
    pub fn title(&self) -> String {
        if self.step_up.is_some() {
            return t("step-up-title");
        }
        match &self.page {
            Page::Users(page) => page.title(),
            Page::Settings(page) => page.title(),
        }
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
            Message::Settings(message) => {
                let Page::Settings(page) = &mut self.page else {
                    return Action::Run(Task::none());
                };
                let asked = page.update(message, &self.session);
                self.answer(asked, Message::Settings)
            }
            Message::StepUp(message) => self.stepped(message),
            Message::SignOut => Action::Run(
                self.session
                    .door
                    .ask(SignOut {})
                    .map(|_| Message::SignedOut),
            ),
            Message::SignedOut => Action::SignedOut(None),
        }
    }

    fn go(&mut self, place: Place) -> Action {
        Action::Run(match place {
            Place::Users => {
                let (page, task) = users::State::new(&self.session);
                self.page = Page::Users(Box::new(page));
                task.map(Message::Users)
            }
            Place::Settings => {
                let (page, task) = settings::State::new(&self.session);
                self.page = Page::Settings(Box::new(page));
                task.map(Message::Settings)
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
            Asked::StepUp { asks_code } => {
                let (dialog, task) = step_up::State::new(self.session.clone(), asks_code);
                self.step_up = Some(dialog);
                Action::Run(task.map(Message::StepUp))
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
                self.session.door = self.session.door.with(token);
                Action::Run(match &mut self.page {
                    Page::Users(page) => page.again(&self.session).map(Message::Users),
                    Page::Settings(page) => page.again(&self.session).map(Message::Settings),
                })
            }
            step_up::Action::Cancelled => {
                self.step_up = None;
                match &mut self.page {
                    Page::Users(page) => page.not_again(),
                    Page::Settings(page) => page.not_again(),
                }
                Action::Run(Task::none())
            }
            step_up::Action::Ended(error) => ended(&error),
        }
    }

    /// Draws it in a window of this width.
    pub fn view(&self, width: f32) -> Element<'_, Message> {
        let page = match &self.page {
            Page::Users(page) => page.view(&self.session, width).map(Message::Users),
            Page::Settings(page) => page.view(&self.session).map(Message::Settings),
        };
        // The dialog of a page lies over the side bar too.
        let dialog = match &self.page {
            Page::Users(page) => page
                .dialog(&self.session)
                .map(|dialog| dialog.map(Message::Users)),
            Page::Settings(page) => page
                .dialog(&self.session)
                .map(|dialog| dialog.map(Message::Settings)),
        };
        let whole = row![
            self.sidebar(),
            container(page)
                .padding([space::XL, space::XL + space::XS])
                .width(Length::Fill)
                .height(Length::Fill)
        ];
        let step_up = self
            .step_up
            .as_ref()
            .map(|dialog| dialog.view().map(Message::StepUp));
        layers(layers(whole, dialog), step_up)
    }

    fn sidebar(&self) -> Element<'_, Message> {
        let me = &self.session.me;
        let mut top = vec![
            container(brand()).padding([space::XS, 0.0]).into(),
            container(muted(me.practice_name.as_str()))
                .padding([space::S, space::XS + 6.0])
                .into(),
            nav_title(t("profile")),
            nav_item(
                Icon::Users,
                t("users"),
                matches!(self.page, Page::Users(_)),
                Message::Go(Place::Users),
            ),
        ];
        if me.role == Role::FullAccess {
            top.extend([
                nav_title(t("practice")),
                nav_item(
                    Icon::SlidersHorizontal,
                    t("settings"),
                    matches!(self.page, Page::Settings(_)),
                    Message::Go(Place::Settings),
                ),
            ]);
        }
        let who = row![
            avatar(&me.name, 32.0),
            column![strong(me.name.as_str()), muted(status::role(me.role))]
        ]
        .spacing(space::S)
        .align_y(Alignment::Center);
        let bottom = vec![
            container(who).padding([0.0, space::S + 2.0]).into(),
            button(t("sign-out"))
                .bare()
                .icon(Icon::LogOut)
                .on_press(Message::SignOut)
                .into(),
        ];
        sidebar(t("places"), top, bottom)
    }
}

fn ended(error: &Error) -> Action {
    match error {
        Error::SetUpDue => Action::SetUpDue,
        other => Action::SignedOut(Some(faults::sentence(other))),
    }
}
