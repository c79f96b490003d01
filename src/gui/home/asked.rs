//! What a page asks of the signed-in part around it, and a dialog of its page.

use iced::Task;

use super::Action;
use crate::api::{Error, Me};
use crate::domain::Status;

/// What a page asks of the signed-in part.
#[derive(Debug)]
pub(super) enum Asked<M> {
    /// Nothing but this task.
    Run(Task<M>),
    /// A step-up, and then to go on.
    StepUp,
    /// New recovery codes, on a screen of their own.
    RecoveryCodes,
    /// One's own Authentication preferences.
    Preferences,
    /// To move the practice to a server.
    Move,
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
    pub(super) fn nothing() -> Self {
        Self::Run(Task::none())
    }

    pub(super) fn map<N: Send + 'static>(self, wrap: impl Fn(M) -> N + Send + 'static) -> Asked<N> {
        match self {
            Self::Run(task) => Asked::Run(task.map(wrap)),
            Self::StepUp => Asked::StepUp,
            Self::RecoveryCodes => Asked::RecoveryCodes,
            Self::Preferences => Asked::Preferences,
            Self::Move => Asked::Move,
            Self::People(filter) => Asked::People(filter),
            Self::Known(me, task) => Asked::Known(me, task.map(wrap)),
            Self::NoticesRead(task) => Asked::NoticesRead(task.map(wrap)),
            Self::Ended(error) => Asked::Ended(error),
        }
    }

    /// The errors that no page can do anything about.
    pub(super) fn unless_ended(error: &Error) -> Option<Self> {
        is_ended(error).then(|| Self::Ended(error.clone()))
    }
}

/// What a dialog asks of its page.
#[derive(Debug)]
pub(super) enum DialogAction<M> {
    /// What the signed-in part is asked.
    Ask(Asked<M>),
    /// It is closed; what the page shows may have changed.
    Closed,
}

impl<M: 'static + Send> DialogAction<M> {
    pub(super) fn nothing() -> Self {
        Self::Ask(Asked::nothing())
    }

    pub(super) fn run(task: Task<M>) -> Self {
        Self::Ask(Asked::Run(task))
    }

    pub(super) fn map<N: Send + 'static>(
        self,
        wrap: impl Fn(M) -> N + Send + 'static,
    ) -> DialogAction<N> {
        match self {
            Self::Ask(asked) => DialogAction::Ask(asked.map(wrap)),
            Self::Closed => DialogAction::Closed,
        }
    }
}

/// Whether the session does not serve any more, or not yet.
pub(super) fn is_ended(error: &Error) -> bool {
    matches!(error, Error::NotSignedIn | Error::Locked | Error::SetUpDue)
}

/// What such an error means for the window.
pub(super) fn ended(error: &Error) -> Action {
    match error {
        Error::Locked => Action::Locked,
        Error::SetUpDue => Action::SetUpDue,
        other => Action::Ended(other.clone()),
    }
}
