//! How a screen reaches the backend: in calls, as whoever it has a token of.

use std::sync::{Arc, Mutex, PoisonError};

use iced::Task;

use crate::api::{Admitted, Error, Me, Outcome, Secret, SignIn, Token};
use crate::backend::{Backend, Kept, Served};
use crate::domain::Timestamp;

/// The backend, with the token to show there, if any, and what this computer keeps.
#[derive(Clone, Debug)]
pub struct Door {
    backend: Backend,
    kept: Kept,
    /// Shared by all that was opened with it: a new token of the session reaches every page.
    token: Option<Arc<Mutex<Token>>>,
}

impl Door {
    /// As anyone.
    pub fn new(backend: Backend, kept: Kept) -> Self {
        Self {
            backend,
            kept,
            token: None,
        }
    }

    /// As whoever holds this token.
    pub fn with(&self, token: Token) -> Self {
        Self {
            token: Some(Arc::new(Mutex::new(token))),
            ..self.clone()
        }
    }

    /// As anyone again.
    pub fn without(&self) -> Self {
        Self::new(self.backend.clone(), self.kept.clone())
    }

    /// Goes on with the session's new token, everywhere that this door was handed to.
    pub fn renew(&self, new: Token) {
        if let Some(token) = &self.token {
            *token.lock().unwrap_or_else(PoisonError::into_inner) = new;
        }
    }

    /// The token.
    pub fn token(&self) -> Option<Token> {
        let token = self.token.as_ref()?;
        Some(token.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// What this computer keeps of the people who sign in here.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The backend's time.
    pub fn now(&self) -> Timestamp {
        self.backend.now()
    }

    /// Has a call done.
    pub async fn call<C: Served>(&self, call: C) -> Result<C::Reply, Error> {
        self.backend.call(self.token().as_ref(), call).await
    }

    /// Has a call done away from the window's thread.
    pub fn ask<C: Served>(&self, call: C) -> Task<Result<C::Reply, Error>> {
        // The token of the moment in which it is asked, not of the one in which it is sent.
        let (backend, token) = (self.backend.clone(), self.token());
        Task::future(async move { backend.call(token.as_ref(), call).await })
    }

    /// The first step, with what makes the person known on this computer.
    pub fn sign_in(&self, email: String, password: Secret) -> Task<Result<Outcome, Error>> {
        let door = self.clone();
        Task::future(async move {
            let computer = door.kept.computer_of(&email).await;
            door.call(SignIn {
                email,
                password,
                computer,
            })
            .await
        })
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
