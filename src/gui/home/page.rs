//! The page of the signed-in part, whichever it is: what each of them is asked in the same way.

use iced::Task;

use super::{Message, Place, account, activity, delivery, roll_out, settings, users};
use crate::domain::Status;
use crate::gui::door::Session;
use crate::gui::widget::Element;
use crate::gui::words::t;

/// The page that is shown.
#[derive(Debug)]
pub(super) enum Page {
    Users(Box<users::State>),
    Account(Box<account::State>),
    RollOut(Box<roll_out::State>),
    Settings(Box<settings::State>),
    Delivery(Box<delivery::State>),
    Activity(Box<activity::State>),
}

impl Page {
    /// The page of a place, and what it asks for first.
    pub(super) fn of(place: Place, session: &Session) -> (Self, Task<Message>) {
        match place {
            Place::Users => shown(users::State::new(session), Self::Users, Message::Users),
            Place::Account => shown(
                account::State::new(session),
                Self::Account,
                Message::Account,
            ),
            Place::RollOut => shown(
                roll_out::State::new(session),
                Self::RollOut,
                Message::RollOut,
            ),
            Place::Settings => shown(
                settings::State::new(session),
                Self::Settings,
                Message::Settings,
            ),
            Place::Delivery => shown(
                delivery::State::new(session),
                Self::Delivery,
                Message::Delivery,
            ),
            Place::Activity => shown(
                activity::State::new(session),
                Self::Activity,
                Message::Activity,
            ),
        }
    }

    /// The Users page with the people in a status.
    pub(super) fn people(filter: Option<Status>, session: &Session) -> (Self, Task<Message>) {
        let users = users::State::in_status(filter, session);
        shown(users, Self::Users, Message::Users)
    }

    /// Where it is.
    pub(super) const fn place(&self) -> Place {
        match self {
            Self::Users(_) => Place::Users,
            Self::Account(_) => Place::Account,
            Self::RollOut(_) => Place::RollOut,
            Self::Settings(_) => Place::Settings,
            Self::Delivery(_) => Place::Delivery,
            Self::Activity(_) => Place::Activity,
        }
    }

    /// Whether something was typed or chosen in it that is lost with it, or is being saved: a refusal
    /// would be heard by nobody.
    pub(super) fn is_unsaved(&self, session: &Session) -> bool {
        match self {
            Self::Users(page) => page.is_unsaved(),
            Self::Account(page) => page.is_unsaved(),
            Self::Settings(page) => page.is_unsaved(session),
            Self::Delivery(page) => page.is_unsaved(),
            Self::RollOut(_) | Self::Activity(_) => false,
        }
    }

    /// It is shown again as it was left: the focus goes to its first control, or its dialog's.
    pub(super) fn returned_to(&mut self, session: &Session) -> Task<Message> {
        // What could not be read under the session of before is asked for now.
        let again = self.found_again(session);
        let focus = match self {
            Self::Users(page) => page.returned_to(session).map(Message::Users),
            Self::Account(page) => page.returned_to(session).map(Message::Account),
            Self::Settings(page) => page.returned_to().map(Message::Settings),
            Self::Delivery(page) => page.returned_to().map(Message::Delivery),
            Self::RollOut(page) => page.returned_to().map(Message::RollOut),
            Self::Activity(page) => page.returned_to().map(Message::Activity),
        };
        Task::batch([focus, again])
    }

    /// The server answers again: what could not be read is asked for now.
    pub(super) fn found_again(&mut self, session: &Session) -> Task<Message> {
        match self {
            Self::Users(page) => page.found_again(session).map(Message::Users),
            Self::Account(page) => page.found_again(session).map(Message::Account),
            Self::RollOut(page) => page.found_again(session).map(Message::RollOut),
            Self::Settings(page) => page.found_again(session).map(Message::Settings),
            Self::Delivery(page) => page.found_again(session).map(Message::Delivery),
            Self::Activity(page) => page.found_again(session).map(Message::Activity),
        }
    }

    /// The search field, where there is one and nothing lies over it.
    pub(super) fn search(&self, session: &Session) -> Option<&'static str> {
        let search = match self {
            Self::Users(_) if session.me.role.has_full_access() => users::SEARCH,
            Self::Activity(_) => activity::SEARCH,
            _ => return None,
        };
        self.dialog(session).is_none().then_some(search)
    }

    /// The window is to be closed: asks for what is shown once and was not kept.
    pub(super) fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        match self {
            Self::Users(page) => Some(page.ask_before_closing()?.map(Message::Users)),
            Self::Settings(page) => Some(page.ask_before_closing()?.map(Message::Settings)),
            _ => None,
        }
    }

    /// The window's title.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Users(page) => page.title(),
            Self::Account(_) => t("my-account"),
            Self::RollOut(_) => t("roll-out"),
            Self::Settings(page) => page.title(),
            Self::Delivery(_) => t("delivery"),
            Self::Activity(page) => page.title(),
        }
    }

    /// What a second that passes means here; nothing unless something sent is awaited.
    pub(super) fn tick(&self) -> Option<Message> {
        match self {
            Self::Users(page) => page.tick().map(Message::Users),
            Self::Account(page) => page.tick().map(Message::Account),
            Self::RollOut(page) => page.tick().map(Message::RollOut),
            Self::Settings(page) => page.tick().map(Message::Settings),
            Self::Delivery(page) => page.tick().map(Message::Delivery),
            Self::Activity(_) => None,
        }
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        match self {
            Self::Users(page) => page.again(session).map(Message::Users),
            Self::Account(page) => page.again(session).map(Message::Account),
            // Nothing of these asks for a step-up.
            Self::RollOut(_) | Self::Activity(_) => Task::none(),
            Self::Settings(page) => page.again(session).map(Message::Settings),
            Self::Delivery(page) => page.again(session).map(Message::Delivery),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        match self {
            Self::Users(page) => page.not_again(),
            Self::Account(page) => page.not_again(),
            Self::RollOut(_) | Self::Activity(_) => {}
            Self::Settings(page) => page.not_again(),
            Self::Delivery(page) => page.not_again(),
        }
    }

    /// Draws it in a window of this width.
    pub(super) fn view<'a>(&'a self, session: &'a Session, width: f32) -> Element<'a, Message> {
        match self {
            Self::Users(page) => page.view(session, width).map(Message::Users),
            Self::Account(page) => page.view(session).map(Message::Account),
            Self::RollOut(page) => page.view(session, width).map(Message::RollOut),
            Self::Settings(page) => page.view(session, width).map(Message::Settings),
            Self::Delivery(page) => page.view(session, width).map(Message::Delivery),
            Self::Activity(page) => page.view(session, width).map(Message::Activity),
        }
    }

    /// The dialog over it.
    pub(super) fn dialog<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        match self {
            Self::Users(page) => Some(page.dialog(session)?.map(Message::Users)),
            Self::Settings(page) => Some(page.dialog(session)?.map(Message::Settings)),
            Self::Activity(page) => Some(page.dialog()?.map(Message::Activity)),
            Self::Account(_) | Self::RollOut(_) | Self::Delivery(_) => None,
        }
    }
}

fn shown<S, M: Send + 'static>(
    (state, task): (S, Task<M>),
    page: impl Fn(Box<S>) -> Page,
    wrap: impl Fn(M) -> Message + Send + 'static,
) -> (Page, Task<Message>) {
    (page(Box::new(state)), task.map(wrap))
}
