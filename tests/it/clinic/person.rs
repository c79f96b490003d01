//! People and their phones.

use std::sync::Arc;

use vestibule::api::{CodeDue, Error, Outcome, Secret, SetUpDue, SignIn, Token};
use vestibule::domain::{STEP_SECONDS, step_at};
use vestibule::service::Clock;

use super::{Clinic, Hand};

/// Somebody with an address and a password.
#[derive(Clone)]
pub(crate) struct Person<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) email: String,
    pub(crate) password: String,
}

/// An authenticator app, which computes its codes with another crate's code.
#[derive(Clone, Debug)]
pub(crate) struct Phone {
    pub(crate) clock: Arc<Hand>,
    pub(crate) secret: Vec<u8>,
}

impl Person<'_> {
    pub(crate) async fn try_password(&self, password: &str) -> Result<Outcome, Error> {
        let call = SignIn {
            email: self.email.clone(),
            password: Secret::new(password),
            computer: None,
            remembered: None,
        };
        self.clinic.backend.call(None, call).await
    }

    pub(crate) async fn sign_in(&self) -> Result<Outcome, Error> {
        self.try_password(&self.password).await
    }

    /// Signs in as far as the code.
    pub(crate) async fn code_due(&self) -> CodeDue {
        match self.sign_in().await {
            Ok(Outcome::Code(due)) => due,
            other => panic!("no code was asked for: {other:?}"),
        }
    }

    /// Signs in as far as the set-up.
    pub(crate) async fn set_up_due(&self) -> SetUpDue {
        match self.sign_in().await {
            Ok(Outcome::SetUp(due)) => due,
            other => panic!("no set-up was asked for: {other:?}"),
        }
    }

    /// Signs in by the password alone.
    pub(crate) async fn session(&self) -> Token {
        match self.sign_in().await {
            Ok(Outcome::In(admitted)) => admitted.token,
            other => panic!("not signed in: {other:?}"),
        }
    }

    /// Signs in with both.
    pub(crate) async fn session_by(&self, phone: &Phone) -> Token {
        let due = self.code_due().await;
        self.clinic.submit(&due, &phone.code()).await.unwrap()
    }

    pub(crate) async fn id(&self) -> String {
        let query = format!("SELECT id FROM users WHERE email = '{}'", self.email);
        self.clinic.sql(&query).await[0][0].clone()
    }
}

impl Phone {
    pub(crate) fn step(&self) -> u64 {
        step_at(self.clock.now())
    }

    /// The code of a step.
    pub(crate) fn code_at(&self, step: u64) -> String {
        code_of(&self.secret, step)
    }

    /// The code that it shows now.
    pub(crate) fn code(&self) -> String {
        self.code_at(self.step())
    }

    /// One of many codes that are right nowhere near now.
    pub(crate) fn wrong(&self, n: usize) -> String {
        let step = self.step();
        let near: Vec<_> = (step - 3..=step + 3)
            .map(|step| self.code_at(step))
            .collect();
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .filter(|code| !near.contains(code))
            .nth(n)
            .unwrap()
    }

    pub(crate) fn secret(&self) -> &[u8] {
        &self.secret
    }
}

/// The code of any key, also of one that no product should take.
pub(crate) fn code_of(key: &[u8], step: u64) -> String {
    totp_rs::Builder::new()
        .with_secret(key)
        .build_noncompliant()
        .generate(step * STEP_SECONDS)
        .to_string()
}
