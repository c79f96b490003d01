//! People with a password and an authenticator, each at a computer.

use std::time::Duration;

use futures_util::future::join_all;
use vestibule::api::{
    AddPerson, Call, Error, Outcome, ProveMethod, Redeem, Secret, SignIn, SignOut,
    StartAuthenticator, SubmitCode, Token,
};
use vestibule::client::Client;
use vestibule::domain::{Role, TotpSecret, step_at};
use vestibule::service::{Clock, SystemClock};

use crate::AT_ONCE;
use crate::place::Place;

const PASSWORD: &str = "kelp ladder 94 ochre";

pub(crate) struct Staff {
    pub(crate) people: Vec<Person>,
    /// Who has full access.
    pub(crate) manager: Person,
}

pub(crate) struct Person {
    email: String,
    phone: TotpSecret,
    computer: Client,
}

impl Staff {
    /// So many people, who came by invitation and have set up their authenticators.
    pub(crate) async fn hired(place: &Place, many: usize) -> Self {
        let computers: Vec<_> = (0..AT_ONCE).map(|_| place.computer()).collect();
        let first = Secret::new(place.invitation.as_str());
        let (token, phone) = joined(&computers[0], first).await;
        let manager = Person {
            email: "alex@hills.example".into(),
            phone,
            computer: computers[0].clone(),
        };
        let lanes = computers.iter().enumerate().map(|(lane, computer)| {
            let manager = &token;
            async move {
                let mut people = Vec::new();
                for number in 0..many / AT_ONCE {
                    let email = format!("sam-{lane}-{number}@hills.example");
                    let call = AddPerson {
                        name: "Sam Roe".into(),
                        email: email.clone(),
                        role: Role::Reception,
                        send: false,
                    };
                    let invitation = computer.call(Some(manager), call).await.unwrap();
                    let (token, phone) = joined(computer, invitation.code).await;
                    computer.call(Some(&token), SignOut {}).await.unwrap();
                    let computer = computer.clone();
                    people.push(Person {
                        email,
                        phone,
                        computer,
                    });
                }
                people
            }
        });
        let people = join_all(lanes).await.into_iter().flatten().collect();
        Self { people, manager }
    }

    /// Waits for the next time step, in which everyone has a code to spend.
    pub(crate) async fn next_step(&self) {
        let step = step_at(SystemClock.now());
        while step_at(SystemClock.now()) == step {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Redeems an invitation and sets up an authenticator.
async fn joined(computer: &Client, code: Secret) -> (Token, TotpSecret) {
    let password = Secret::new(PASSWORD);
    let redeemed = computer.call(None, Redeem { code, password }).await;
    let Ok(Outcome::In(admitted)) = redeemed else {
        panic!("not let in: {redeemed:?}");
    };
    let token = admitted.token;
    let key = computer
        .call(Some(&token), StartAuthenticator::default())
        .await
        .unwrap();
    let phone = TotpSecret::from_base32(key.text.expose()).unwrap();
    let call = ProveMethod {
        method: key.method,
        code: code_of(&phone),
    };
    computer.call(Some(&token), call).await.unwrap();
    (token, phone)
}

fn code_of(phone: &TotpSecret) -> Secret {
    let code = phone.code_at(step_at(SystemClock.now()));
    Secret::new(code.expose())
}

impl Person {
    /// The address of the account.
    pub(crate) fn email(&self) -> &str {
        &self.email
    }

    /// The first step; what waits for the second.
    pub(crate) async fn password(&self) -> Token {
        let call = SignIn {
            email: self.email.clone(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        match self.computer.call(None, call).await {
            Ok(Outcome::Code(due)) => due.token,
            other => panic!("no code was asked for: {other:?}"),
        }
    }

    /// The second step; the session.
    pub(crate) async fn code(&self, due: &Token) -> Token {
        let call = SubmitCode {
            code: code_of(&self.phone),
            remember: false,
        };
        match self.computer.call(Some(due), call).await {
            Ok(Outcome::In(admitted)) => admitted.token,
            other => panic!("not let in: {other:?}"),
        }
    }

    /// Both.
    pub(crate) async fn sign_in(&self) -> Token {
        let due = self.password().await;
        self.code(&due).await
    }

    /// A call in a session.
    pub(crate) async fn call<C: Call>(&self, token: &Token, call: C) -> C::Reply {
        self.ask(token, call).await.unwrap()
    }

    /// The same, whatever comes of it.
    pub(crate) async fn ask<C: Call>(&self, token: &Token, call: C) -> Result<C::Reply, Error> {
        self.computer.call(Some(token), call).await
    }
}
