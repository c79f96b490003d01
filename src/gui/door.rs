//! How a screen reaches the backend: in calls, as whoever it has a token of.

use iced::Task;

use crate::api::{Admitted, Error, Me, Token};
use crate::backend::{Backend, Served};
use crate::domain::Timestamp;

/// The backend, with the token to show there, if any.
#[derive(Clone, Debug)]
pub struct Door {
    backend: Backend,
    token: Option<Token>,
}

impl Door {
    /// As anyone.
    pub fn new(backend: Backend) -> Self {
        Self {
            backend,
            token: None,
        }
    }

    /// As whoever holds this token.
    pub fn with(&self, token: Token) -> Self {
        Self {
            backend: self.backend.clone(),
            token: Some(token),
        }
    }

    /// As anyone again.
    pub fn without(&self) -> Self {
        Self::new(self.backend.clone())
    }

    /// The backend's time.
    pub fn now(&self) -> Timestamp {
        self.backend.now()
    }

    /// Has a call done away from the window's thread.
    pub fn ask<C: Served>(&self, call: C) -> Task<Result<C::Reply, Error>> {
        let Self { backend, token } = self.clone();
        Task::future(async move { backend.call(token.as_ref(), call).await })
    }
}

/// A signed-in person. No page of the signed-in part can be made without one.
#[derive(Clone, Debug)]
pub struct Session {
    /// The way to the backend, as this person.
    pub door: Door,
    /// The person.
    pub me: Me,
}

impl Session {
    /// The session of a completed sign-in.
    pub fn new(door: &Door, admitted: &Admitted) -> Self {
        Self {
            door: door.with(admitted.token.clone()),
            me: admitted.me.clone(),
        }
    }
}
