//! What lies over the dialog, and what it has in common.

use iced::Task;

use super::{Message, account, desk};

/// What lies over the dialog.
#[derive(Debug)]
pub(super) enum Over {
    /// The person's account.
    Account(account::State),
    /// A code that is read out to the person.
    Desk(desk::State),
}

impl Over {
    /// The focus where it goes on.
    pub(super) fn first(&self) -> Task<Message> {
        match self {
            Self::Account(account) => account.first().map(Message::Account),
            Self::Desk(desk) => desk.first().map(Message::Desk),
        }
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self) -> Task<Message> {
        match self {
            Self::Account(account) => account.again().map(Message::Account),
            Self::Desk(desk) => desk.again().map(Message::Desk),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        match self {
            Self::Account(account) => account.not_again(),
            Self::Desk(desk) => desk.not_again(),
        }
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        match self {
            Self::Account(_) => None,
            Self::Desk(desk) => desk.tick().map(Message::Desk),
        }
    }
}
