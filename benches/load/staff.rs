//! People with a password and an authenticator, each at a computer.

use std::time::Duration;

use futures_util::future::join_all;
use vestibule::api::{
    AddPerson, Outcome, ProveMethod, Redeem, Secret, SignIn, SignOut, StartAuthenticator,
    SubmitCode, Token,
};
use vestibule::client::Client;
use vestibule::domain::{Role, TotpSecret, step_at};
use vestibule::service::{Clock, SystemClock};

use crate::AT_ONCE;
use crate::place::Place;

const PASSWORD: &str = "kelp ladder 94 ochre";

pub(crate) struct Staff {
    pub(crate) people: Vec<Person>,
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
        let (manager, _) = joined(&computers[0], first).await;
        let lanes = computers.iter().enumerate().map(|(lane, computer)| {
            let manager = &manager;
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
        Self { people }
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
        .call(Some(&token), StartAuthenticator {})
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

    /// The second step.
    pub(crate) async fn code(&self, due: &Token) {
        let call = SubmitCode {
            code: code_of(&self.phone),
            remember: false,
        };
        let outcome = self.computer.call(Some(due), call).await;
        assert!(matches!(outcome, Ok(Outcome::In(_))), "{outcome:?}");
    }

    /// Both.
    pub(crate) async fn sign_in(&self) {
        let due = self.password().await;
        self.code(&due).await;
    }
}
