//! A remembered computer: it skips the second step and nothing else, for days that count from the
//! code, by a token that is good once (guarantee G1, attacks 70 and 77).

mod ended;
mod setting;

use std::sync::Arc;

use tokio::sync::Barrier;
use vestibule::api::{
    Admitted, ChangePassword, CodeDue, Computers, EndRemembered, Error, Fault, Field, MyAccount,
    MyRemembered, Outcome, Secret, SetComputerRule, SignIn, Statement, SubmitCode, Token,
};
use vestibule::domain::{RememberDays, Role};

use crate::clinic::{Clinic, PASSWORD, Phone};
use crate::rounds;
use crate::staff::{Colleague, Desk};

const SAM: &str = "sam@hills.example";
const DAY: i64 = 24 * 60 * 60;

/// Sam of reception, with an authenticator, in a practice that remembers computers for a week.
pub(crate) struct Front {
    pub(crate) desk: Desk,
    pub(crate) sam: Colleague,
    pub(crate) phone: Phone,
}

async fn set(
    clinic: &Clinic,
    manager: &Token,
    remember_days: Option<u32>,
) -> Result<Computers, Error> {
    let computers = Computers {
        remember_days,
        tell_new: true,
        keep_names: true,
    };
    clinic.call(manager, SetComputerRule { computers }).await
}

/// What a practice begins with: nothing is changed by it.
pub(crate) fn as_it_is() -> SetComputerRule {
    let computers = Computers {
        remember_days: None,
        tell_new: true,
        keep_names: true,
    };
    SetComputerRule { computers }
}

async fn sign_in(
    clinic: &Clinic,
    (email, password): (&str, &str),
    remembered: Option<&Secret>,
) -> Result<Outcome, Error> {
    let call = SignIn {
        email: email.to_owned(),
        password: Secret::new(password),
        computer: None,
        remembered: remembered.cloned(),
    };
    clinic.backend.call(None, call).await
}

impl Front {
    pub(crate) async fn new() -> Self {
        let desk = Desk::new().await;
        let sam = desk.colleague(SAM, Role::Reception).await;
        let phone = desk.clinic.enrol(&sam.token).await;
        set(&desk.clinic, &desk.manager, Some(7)).await.unwrap();
        Self { desk, sam, phone }
    }

    pub(crate) fn clinic(&self) -> &Clinic {
        &self.desk.clinic
    }

    /// Another rule, by the manager with a fresh step-up.
    async fn set(&mut self, days: Option<u32>) {
        self.desk.return_manager().await;
        set(self.clinic(), &self.desk.manager, days).await.unwrap();
    }

    async fn sign_in(&self, remembered: Option<&Secret>) -> Outcome {
        sign_in(self.clinic(), (SAM, PASSWORD), remembered)
            .await
            .unwrap()
    }

    /// Signs in as far as the code.
    pub(crate) async fn code_due(&self, remembered: Option<&Secret>) -> CodeDue {
        match self.sign_in(remembered).await {
            Outcome::Code(due) => due,
            other => panic!("no code was asked for: {other:?}"),
        }
    }

    /// Signs in by the next code, with the tick.
    pub(crate) async fn ticked(&self) -> Admitted {
        self.clinic().clock.advance(60);
        let due = self.code_due(None).await;
        tick(self.clinic(), &due, &self.phone).await
    }

    /// What this computer is remembered by.
    pub(crate) async fn remembered(&self) -> Secret {
        self.ticked().await.remembered.unwrap()
    }

    /// Signs in without a code: the session, and what is good next.
    pub(crate) async fn skips(&self, remembered: &Secret) -> (Token, Secret) {
        match self.sign_in(Some(remembered)).await {
            Outcome::In(admitted) => (admitted.token, admitted.remembered.unwrap()),
            other => panic!("a code was asked for: {other:?}"),
        }
    }

    async fn listed(&self, token: &Token) -> Vec<MyRemembered> {
        let account = self.clinic().call(token, MyAccount {}).await.unwrap();
        account.remembered
    }

    /// How many computers have not ended.
    pub(crate) async fn open(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM remembered WHERE until_at IS NULL";
        self.clinic().number(sql).await
    }
}

async fn tick(clinic: &Clinic, due: &CodeDue, phone: &Phone) -> Admitted {
    let call = SubmitCode {
        code: Secret::new(phone.code()),
        remember: true,
    };
    match clinic.call(&due.token, call).await {
        Ok(Outcome::In(admitted)) => admitted,
        other => panic!("a right code led to {other:?}"),
    }
}

fn days(days: u32) -> Option<RememberDays> {
    RememberDays::new(days).ok()
}

/// Off until the practice allows it: no tick is offered, and one that is sent is of no effect.
#[tokio::test]
async fn no_computer_is_remembered_until_the_practice_allows_it() {
    let mut front = Front::new().await;
    front.set(None).await;
    let due = front.code_due(None).await;
    assert_eq!(due.challenge.remember, None);
    let admitted = tick(front.clinic(), &due, &front.phone).await;
    assert_eq!(admitted.remembered, None);
    assert_eq!(front.open().await, 0);
    front.set(Some(30)).await;
    let due = front.code_due(None).await;
    assert_eq!(due.challenge.remember, days(30));
    // Without the tick nothing is remembered either.
    front
        .clinic()
        .submit(&due, &front.phone.code())
        .await
        .unwrap();
    assert_eq!(front.open().await, 0);
}

/// It skips the second step for its person, and the password is asked for and counted as ever.
#[tokio::test]
async fn it_skips_the_second_step_of_its_person_alone() {
    let front = Front::new().await;
    let clinic = front.clinic();
    let first = front.remembered().await;
    assert_eq!(first.expose().len(), 43);
    // A wrong password does not look at it.
    for _ in 0..4 {
        let answer = sign_in(clinic, (SAM, "not it at all"), Some(&first)).await;
        assert_eq!(answer.err(), Some(Error::WrongCredentials));
    }
    let failures = clinic
        .number("SELECT failures FROM tries WHERE counter = 'passwords'")
        .await;
    assert_eq!(failures, 4);
    let (token, second) = front.skips(&first).await;
    assert_eq!(clinic.admits(&token).await, Ok(()));
    assert_ne!(first, second);
    // Of no other person, and no hash is a token.
    let kim = front
        .desk
        .colleague("kim@hills.example", Role::Reception)
        .await;
    clinic.enrol(&kim.token).await;
    let answer = sign_in(clinic, (&kim.email, PASSWORD), Some(&second)).await;
    assert!(matches!(answer, Ok(Outcome::Code(_))), "{answer:?}");
    let hash = clinic.sql("SELECT token_hash FROM remembered").await[0][0].clone();
    front.code_due(Some(&Secret::new(hash))).await;
    front.code_due(Some(&Secret::new(""))).await;
    front.skips(&second).await;
    for (place, value) in clinic.dump().await {
        for token in [&first, &second] {
            assert!(!value.contains(token.expose()), "{place}");
        }
    }
}

/// It never counts as a step-up, nor as a code: failures that were counted stand.
#[tokio::test]
async fn it_is_no_step_up_and_forgets_no_failure() {
    let front = Front::new().await;
    let first = front.remembered().await;
    front.clinic().clock.advance(60);
    let due = front.code_due(None).await;
    let wrong = front.clinic().submit(&due, &front.phone.wrong(0)).await;
    assert!(matches!(wrong, Err(Error::CodeWrong { .. })));
    let (token, _) = front.skips(&first).await;
    let change = ChangePassword {
        password: Secret::new("another ladder 17 teal"),
    };
    let answer = front.clinic().call(&token, change.clone()).await;
    assert_eq!(answer.err(), Some(Error::StepUpNeeded));
    assert_eq!(front.clinic().code_failures().await, 1);
    // A step-up needs the code that was skipped.
    let answer = front.clinic().step_up(&token, None).await;
    assert_eq!(answer.err(), Some(Field::Code.cannot_be(Fault::Missing)));
    let code = front.phone.code();
    let token = front.clinic().step_up(&token, Some(&code)).await.unwrap();
    front.clinic().call(&token, change).await.unwrap();
}

/// A token that was used is a copy: the computer and its sessions end, and the owner is told.
#[tokio::test]
async fn a_used_token_that_comes_again_ends_it_all() {
    let front = Front::new().await;
    let ticked = front.ticked().await;
    let first = ticked.remembered.unwrap();
    let (opened, second) = front.skips(&first).await;
    let (_, third) = front.skips(&second).await;
    let due = front.code_due(Some(&first)).await;
    for token in [&ticked.token, &opened] {
        let admits = front.clinic().admits(token).await;
        assert_eq!(admits, Err(Error::NotSignedIn));
    }
    front.code_due(Some(&third)).await;
    assert_eq!(front.open().await, 0);
    let told = front.desk.notices(&front.sam.id).await;
    let replayed = told
        .iter()
        .filter(|(kind, _)| kind == "remembered_replayed");
    assert_eq!(replayed.count(), 1, "once: {told:?}");
    let logged = "SELECT COUNT(*) FROM events WHERE kind = 'remembered_replayed'
                  AND practice_id <> '' AND factor = 'remembered_computer'";
    assert_eq!(front.clinic().number(logged).await, 1);
    // With the code the computer can be remembered anew.
    front.clinic().clock.advance(60);
    let again = tick(front.clinic(), &due, &front.phone).await;
    front.skips(&again.remembered.unwrap()).await;
}

/// Of two that show one token at once, one is let in; the other is a copy, and ends it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_uses_of_one_token_one_is_let_in() {
    let front = Front::new().await;
    for _ in 0..rounds(5, 100) {
        let token = front.remembered().await;
        let start = Arc::new(Barrier::new(2));
        let mut both = tokio::task::JoinSet::new();
        for _ in 0..2 {
            let (backend, start) = (front.clinic().backend.clone(), start.clone());
            let call = SignIn {
                email: SAM.into(),
                password: Secret::new(PASSWORD),
                computer: None,
                remembered: Some(token.clone()),
            };
            both.spawn(async move {
                start.wait().await;
                backend.call(None, call).await
            });
        }
        let mut next = Vec::new();
        while let Some(answer) = both.join_next().await {
            match answer.unwrap() {
                Ok(Outcome::In(admitted)) => next.push(admitted.remembered.unwrap()),
                // The other may have had to wait for its turn, and shows it again.
                Err(Error::Busy { .. }) => drop(front.code_due(Some(&token)).await),
                Ok(Outcome::Code(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        let [next] = &next[..] else {
            panic!("{} were let in", next.len());
        };
        front.code_due(Some(next)).await;
        assert_eq!(front.open().await, 0);
    }
}

/// Listed for its owner, with the one that is used here, and ended by nobody else.
#[tokio::test]
async fn it_is_listed_and_ended_by_its_owner() {
    let front = Front::new().await;
    let other = front.remembered().await;
    let here = front.ticked().await;
    assert_eq!(front.desk.view(&front.sam.id).await.remembered, 2);
    let listed = front.listed(&here.token).await;
    let this: Vec<bool> = listed.iter().map(|of| of.this).collect();
    assert_eq!(this, [true, false]);
    let end = |at: usize| EndRemembered {
        id: listed[at].id.clone(),
    };
    let by_manager = front.clinic().call(&front.desk.manager, end(1)).await;
    assert_eq!(by_manager.err(), Some(Error::NotFound));
    front.clinic().call(&here.token, end(1)).await.unwrap();
    let twice = front.clinic().call(&here.token, end(1)).await;
    assert_eq!(twice.err(), Some(Error::NotFound));
    let none = EndRemembered { id: "\0".into() };
    let none = front.clinic().call(&here.token, none).await;
    assert_eq!(none.err(), Some(Error::NotFound));
    assert_eq!(front.listed(&here.token).await.len(), 1);
    front.code_due(Some(&other)).await;
    let (token, _) = front.skips(&here.remembered.unwrap()).await;
    assert!(front.listed(&token).await[0].this);
    assert_eq!(
        front.desk.logged("remembered_ended", &front.sam.id).await,
        1
    );
}

/// The figure: 20 computers of a person, the oldest ended.
#[tokio::test]
async fn the_oldest_of_many_asks_for_a_code_again() {
    let front = Front::new().await;
    let first = front.remembered().await;
    for _ in 0..20 {
        front.remembered().await;
    }
    assert_eq!(front.open().await, 20);
    front.code_due(Some(&first)).await;
}

/// The audit log names it, and the statement counts it apart.
#[tokio::test]
async fn the_log_and_the_statement_tell_it_apart() {
    let mut front = Front::new().await;
    let mut token = front.remembered().await;
    for _ in 0..3 {
        (_, token) = front.skips(&token).await;
    }
    front.desk.return_manager().await;
    let day = front.clinic().now().in_tz("Australia/Sydney").unwrap();
    let call = Statement { day: day.date() };
    let statement = front
        .clinic()
        .call(&front.desk.manager, call)
        .await
        .unwrap();
    let mut people = statement.people.iter();
    let sam = people.find(|line| line.user == front.sam.id).unwrap();
    assert_eq!((sam.second_steps, sam.remembered), (1, 3));
    let remembered = front
        .desk
        .logged("computer_remembered", &front.sam.id)
        .await;
    assert_eq!(remembered, 1);
}
