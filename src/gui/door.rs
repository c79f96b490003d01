//! How a screen reaches the backend: in calls, as whoever it has a token of.

use std::sync::{Arc, Mutex, PoisonError};

use futures_core::future::BoxFuture;
use iced::Task;
use tokio::sync::watch;

use crate::api::{Admitted, Error, Me, Outcome, Secret, SignIn, SubmitCode, Token};
use crate::backend::{Backend, Embedded, Kept, Served};
use crate::domain::Timestamp;

/// The backend, with the token to show there, if any, and what this computer keeps.
#[derive(Clone, Debug)]
pub struct Door {
    backend: Backend,
    kept: Kept,
    place: Option<Embedded>,
    /// Shared by all that was opened with it: a new token of the session reaches every page.
    token: Option<Arc<Mutex<Token>>>,
}

impl Door {
    /// As anyone.
    pub fn new(backend: Backend, kept: Kept) -> Self {
        Self {
            backend,
            kept,
            place: None,
            token: None,
        }
    }

    /// To the practice of this computer, which is here.
    pub fn at(self, place: Option<Embedded>) -> Self {
        Self { place, ..self }
    }

    /// Whether others come to the same practice from computers of their own.
    pub fn is_to_a_server(&self) -> bool {
        self.backend.server().is_some()
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
        Self {
            token: None,
            ..self.clone()
        }
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

    /// Where the practice is, if it is this computer's own; none of a server's, nor of a made-up one.
    pub fn place(&self) -> Option<&Embedded> {
        self.place.as_ref()
    }

    /// What it leads to.
    pub fn backend(&self) -> Backend {
        self.backend.clone()
    }

    /// The server that it leads to, if it is one.
    pub fn server(&self) -> Option<String> {
        self.backend.server().map(ToString::to_string)
    }

    /// Whether that was reached, and what becomes of it.
    pub fn reached(&self) -> Option<watch::Receiver<bool>> {
        self.backend.reached()
    }

    /// By how much the clock that decides is ahead of this computer's, where it is another one.
    pub fn ahead(&self) -> Option<jiff::SignedDuration> {
        self.backend.ahead()
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
        // On the heap: what the toolkit lays around it is compiled for each reply, not each call.
        let answer: BoxFuture<'static, _> =
            Box::pin(async move { backend.call(token.as_ref(), call).await });
        Task::future(answer)
    }

    /// The first step, with what makes the person known on this computer, and what it is
    /// remembered by.
    pub fn sign_in(&self, email: String, password: Secret) -> Task<Result<Outcome, Error>> {
        let door = self.clone();
        Task::future(async move {
            let kept = door.kept.clone();
            let whose = kept.whose(&email).await;
            let (computer, remembered) = match &whose {
                Some(user) => (kept.computer(user).await, kept.take_remembered(user).await),
                None => (None, None),
            };
            let call = SignIn {
                email,
                password,
                computer,
                remembered: remembered.clone(),
            };
            let answer = door.call(call).await;
            if let (Some(user), Some(token), Err(error)) = (whose, remembered, &answer)
                && was_not_looked_at(error)
            {
                // It is good for the next try. Held in memory if it cannot be kept.
                let _ = kept.keep_remembered(&user, &token).await;
            }
            door.remembers(answer).await
        })
    }

    /// The second step, after which this computer may be remembered.
    pub fn submit_code(&self, code: Secret, remember: bool) -> Task<Result<Outcome, Error>> {
        let door = self.clone();
        Task::future(async move {
            let answer = door.call(SubmitCode { code, remember }).await;
            door.remembers(answer).await
        })
    }

    /// Keeps what this computer is remembered by from now on, before anything else is done.
    async fn remembers(&self, answer: Result<Outcome, Error>) -> Result<Outcome, Error> {
        if let Ok(Outcome::In(admitted)) = &answer
            && let Some(token) = &admitted.remembered
        {
            // Not kept, it is held in memory, and asks for a code at the next start.
            let _ = self.kept.keep_remembered(&admitted.me.user, token).await;
        }
        answer
    }
}

/// Whether a first step surely ended before the token of a remembered computer was looked at.
fn was_not_looked_at(error: &Error) -> bool {
    matches!(
        error,
        Error::WrongCredentials
            | Error::Wait { .. }
            | Error::Busy { .. }
            | Error::Invalid { .. }
            | Error::ClockBehind { .. }
    )
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
