//! Somebody with a password, an authenticator and an address of the network.

use totp_rs::Builder;
use vestibule::api::{
    Error, KeepRecoveryCodes, MakeRecoveryCodes, Outcome, ProveMethod, RecoveryCodes, Redeem,
    Secret, SignIn, StartAuthenticator, SubmitCode, SubmitRecoveryCode, Token,
};
use vestibule::domain::{STEP_SECONDS, UserId};

use crate::stage::Stage;
use crate::way::Way;

pub(crate) const PASSWORD: &str = "kelp ladder 94 ochre";

#[derive(Clone)]
pub(crate) struct Person<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) way: Way,
    pub(crate) id: UserId,
    /// The session that the invitation gave.
    pub(crate) token: Token,
    pub(crate) email: String,
    secret: Vec<u8>,
}

impl<'a> Person<'a> {
    /// Redeems an invitation and sets an authenticator up.
    pub(crate) async fn redeeming(stage: &'a Stage, email: &str, code: &str) -> Self {
        let way = stage.way();
        let redeem = Redeem {
            code: Secret::new(code),
            password: Secret::new(PASSWORD),
        };
        let (token, id) = match way.call(None, redeem).await {
            Ok(Outcome::In(admitted)) => (admitted.token, admitted.me.user),
            other => panic!("not let in: {other:?}"),
        };
        let mut person = Self {
            stage,
            way,
            id,
            token,
            email: email.to_owned(),
            secret: Vec::new(),
        };
        person.enrol(&person.token.clone()).await;
        person
    }

    /// Sets an authenticator up, whose code may be used once more.
    pub(crate) async fn enrol(&mut self, token: &Token) {
        let start = StartAuthenticator::default();
        let key = self.way.call(Some(token), start).await.unwrap();
        let letters = key.text.expose().replace(' ', "");
        self.secret = data_encoding::BASE32_NOPAD
            .decode(letters.as_bytes())
            .unwrap();
        let prove = ProveMethod {
            method: key.method,
            code: Secret::new(self.code().await),
        };
        self.way.call(Some(token), prove).await.unwrap();
        self.rested().await;
    }

    /// As if half a minute had passed and nobody had guessed: the code of now is not spent. What
    /// was begun before has ended, whoever has it in hands still.
    pub(crate) async fn rested(&self) {
        let id = &self.id;
        // One after the other, so that nobody is waited for who waits for this.
        for statement in [
            format!("UPDATE waiting SET ended_at = 1 WHERE user_id = '{id}' AND ended_at IS NULL"),
            format!("UPDATE methods SET last_step = 0 WHERE user_id = '{id}'"),
            format!("DELETE FROM tries WHERE subject = '{id}'"),
            "DELETE FROM failures_by_origin".to_owned(),
        ] {
            self.stage.sql(&statement).await;
        }
    }

    /// The code of a time step.
    pub(crate) fn code_at(&self, step: u64) -> String {
        Builder::new()
            .with_secret(&*self.secret)
            .build_noncompliant()
            .generate(step * STEP_SECONDS)
            .to_string()
    }

    /// The code of now.
    pub(crate) async fn code(&self) -> String {
        self.code_at(self.stage.step().await)
    }

    /// Codes that are right nowhere near now.
    pub(crate) async fn wrong(&self, many: usize) -> Vec<String> {
        let step = self.stage.step().await;
        let near: Vec<_> = (step - 3..=step + 3)
            .map(|step| self.code_at(step))
            .collect();
        (0..1_000_000)
            .map(|number| format!("{number:06}"))
            .filter(|code| !near.contains(code))
            .take(many)
            .collect()
    }

    pub(crate) async fn sign_in(&self, way: &Way) -> Result<Outcome, Error> {
        let call = SignIn {
            email: self.email.clone(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        way.call(None, call).await
    }

    /// Signs in as far as the code.
    pub(crate) async fn code_due(&self) -> Token {
        match self.sign_in(&self.way).await {
            Ok(Outcome::Code(due)) => due.token,
            other => panic!("no code was asked for: {other:?}"),
        }
    }

    /// Signs in by both.
    pub(crate) async fn session(&self) -> Token {
        self.rested().await;
        let due = self.code_due().await;
        self.submit(&due, &self.code().await).await.unwrap()
    }

    pub(crate) async fn submit(&self, due: &Token, code: &str) -> Result<Token, Error> {
        submit(&self.way, due, code).await
    }

    /// Makes recovery codes and ticks them.
    pub(crate) async fn recovery_codes(&self) -> Vec<Secret> {
        let made = self.make_codes().await.unwrap();
        self.keep_codes(&made).await.unwrap();
        made.codes
    }

    pub(crate) async fn make_codes(&self) -> Result<RecoveryCodes, Error> {
        self.way.call(Some(&self.token), MakeRecoveryCodes {}).await
    }

    pub(crate) async fn keep_codes(&self, made: &RecoveryCodes) -> Result<(), Error> {
        let set = made.set.clone();
        let keep = KeepRecoveryCodes { set };
        self.way.call(Some(&self.token), keep).await.map(drop)
    }

    /// How many sessions there ever were.
    pub(crate) async fn sessions(&self) -> i64 {
        self.count("sessions", "TRUE").await
    }

    /// How many of them have not ended.
    pub(crate) async fn open_sessions(&self) -> i64 {
        self.count("sessions", "ended_at IS NULL").await
    }

    async fn count(&self, table: &str, which: &str) -> i64 {
        let id = &self.id;
        let text = format!("SELECT COUNT(*) FROM {table} WHERE user_id = '{id}' AND {which}");
        self.stage.number(&text).await
    }

    /// What is counted against codes.
    pub(crate) async fn failures(&self) -> i64 {
        let id = &self.id;
        self.stage
            .number(&format!(
                "SELECT COALESCE(SUM(failures), 0)::BIGINT FROM tries
                 WHERE subject = '{id}' AND counter = 'codes'"
            ))
            .await
    }
}

pub(crate) async fn submit(way: &Way, due: &Token, code: &str) -> Result<Token, Error> {
    let call = SubmitCode {
        code: Secret::new(code),
        remember: false,
    };
    inside(way.call(Some(due), call).await)
}

pub(crate) async fn recover(way: &Way, due: &Token, code: &Secret) -> Result<Token, Error> {
    let code = code.clone();
    inside(way.call(Some(due), SubmitRecoveryCode { code }).await)
}

fn inside(answer: Result<Outcome, Error>) -> Result<Token, Error> {
    match answer? {
        Outcome::In(admitted) => Ok(admitted.token),
        other => panic!("a right code led to {other:?}"),
    }
}
