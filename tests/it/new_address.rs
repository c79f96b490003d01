//! Another address of an account, with both mailboxes captured (attack 40).

use vestibule::api::{
    Ack, ChangeEmail, ChangeEmailOf, Error, Fault, Field, GiveUpNewEmail, MyAccount, NewEmailNow,
    ProveAddress, ProveNewEmail, Secret, SubmitAddressCode, SubmitNewEmailCode, ToSend, Token,
};
use vestibule::domain::{EmailFault, Role, UserId};

use crate::clinic::{Clinic, PASSWORD, Person, wrong};
use crate::post::{Mailbox, Received};
use crate::rounds;
use crate::sends::{SAM, Sends, another_code};
use crate::staff::{Desk, REASON};

const NEW: &str = "sam.roe@vale.example";

async fn ask(clinic: &Clinic, token: &Token, email: &str) -> Result<Ack, Error> {
    let email = email.to_owned();
    clinic.call(token, ChangeEmail { email }).await
}

pub(crate) async fn ask_for(
    desk: &Desk,
    token: &Token,
    user: &UserId,
    email: &str,
) -> Option<Error> {
    let call = ChangeEmailOf {
        user: user.clone(),
        email: email.to_owned(),
        reason: REASON.to_owned(),
    };
    desk.clinic.call(token, call).await.err()
}

async fn send(clinic: &Clinic, token: &Token) -> Result<(), Error> {
    let send = ToSend::IfNone;
    clinic.call(token, ProveNewEmail { send }).await.map(drop)
}

async fn submit(clinic: &Clinic, token: &Token, code: &str) -> Result<Ack, Error> {
    let code = Secret::new(code);
    clinic.call(token, SubmitNewEmailCode { code }).await
}

/// What came, by the mailbox that it came to.
async fn came(stage: &Sends, mailbox: &Mailbox) -> Vec<Received> {
    stage.deliver().await;
    std::iter::from_fn(|| mailbox.now()).collect()
}

fn to(letters: &[Received], address: &str) -> Vec<String> {
    letters
        .iter()
        .filter(|letter| letter.header("To").contains(address))
        .map(Received::text)
        .collect()
}

fn at<'a>(clinic: &'a Clinic, email: &str) -> Person<'a> {
    Person {
        clinic,
        email: email.into(),
        password: PASSWORD.into(),
    }
}

/// Somebody whose address is proven, with two sessions.
async fn sam(stage: &Sends) -> (Token, Token) {
    let clinic = &stage.clinic;
    let person = clinic.hire(SAM).await;
    let token = person.session().await;
    let send = ToSend::IfNone;
    clinic.call(&token, ProveAddress { send }).await.unwrap();
    let code = Secret::new(stage.code(vestibule::domain::Channel::Email).await);
    clinic
        .call(&token, SubmitAddressCode { code })
        .await
        .unwrap();
    (token, person.session().await)
}

/// What asks by itself sends nothing, and says when there is no address any more to ask about.
#[tokio::test]
async fn how_the_code_stands_is_told_and_nothing_is_sent_for_it() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let token = clinic.hire(SAM).await.session().await;
    let now = || clinic.call(&token, NewEmailNow {});
    assert_eq!(now().await, Err(Error::Stale));
    ask(clinic, &token, NEW).await.unwrap();
    assert_eq!(now().await.unwrap().ends, None);
    assert!(came(&stage, &stage.mailbox).await.is_empty());
    send(clinic, &token).await.unwrap();
    assert!(now().await.unwrap().ends.is_some());
    assert_eq!(came(&stage, &stage.mailbox).await.len(), 1);
    clinic.call(&token, GiveUpNewEmail {}).await.unwrap();
    assert_eq!(now().await, Err(Error::Stale));
}

/// The old one stands until the code from the new mailbox is given, and it is told.
#[tokio::test]
async fn a_new_address_is_proven_by_its_mailbox_and_the_old_one_is_told() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (token, other) = sam(&stage).await;
    came(&stage, &stage.mailbox).await;
    ask(clinic, &token, NEW).await.unwrap();
    send(clinic, &token).await.unwrap();
    let letters = came(&stage, &stage.mailbox).await;
    assert!(to(&letters, SAM).is_empty());
    let code = vestibule::domain::Code::find(&to(&letters, NEW)[0]).unwrap();
    let code = code.expose().to_owned();

    let guess = submit(clinic, &token, &another_code(&code)).await;
    assert!(matches!(guess, Err(Error::CodeWrong { .. })), "{guess:?}");
    assert!(wrong(&Err(guess.unwrap_err())));
    at(clinic, NEW).sign_in().await.unwrap_err();
    clinic.clock.advance(1);
    at(clinic, SAM).session().await;
    clinic.admits(&other).await.unwrap();

    submit(clinic, &token, &code).await.unwrap();
    let letters = came(&stage, &stage.mailbox).await;
    assert_eq!(to(&letters, SAM).len(), 1, "the address of before is told");
    assert!(to(&letters, SAM)[0].contains("was changed"));
    assert!(to(&letters, NEW).is_empty());
    clinic.admits(&token).await.unwrap();
    assert_eq!(clinic.admits(&other).await, Err(Error::NotSignedIn));
    assert_eq!(
        at(clinic, SAM).sign_in().await.err(),
        Some(Error::WrongCredentials)
    );
    at(clinic, NEW).session().await;
    let account = clinic.call(&token, MyAccount {}).await.unwrap();
    assert!(account.new_email.is_none() && account.email_proven == Some(clinic.now()));
    let again = submit(clinic, &token, &code).await;
    assert_eq!(again, Err(Error::Stale));
}

/// Only the person reads the code out of the mailbox that somebody else has named.
#[tokio::test]
async fn an_address_asked_for_by_full_access_waits_for_the_person() {
    let stage = Sends::new().await;
    let (token, other) = sam(&stage).await;
    let user: UserId = at(&stage.clinic, SAM).id().await.parse().unwrap();
    came(&stage, &stage.mailbox).await;
    let call = ChangeEmailOf {
        user: user.clone(),
        email: NEW.into(),
        reason: REASON.into(),
    };
    let clinic = &stage.clinic;
    let manager = clinic.founder.clone();
    clinic.call(&manager, call).await.unwrap();
    let letters = came(&stage, &stage.mailbox).await;
    assert!(to(&letters, SAM)[0].contains("Alex Lee asked for another email address"));
    assert!(to(&letters, NEW).is_empty());
    // The manager has no code to give, and no call to give it by.
    assert_eq!(send(clinic, &manager).await, Err(Error::Stale));
    assert_eq!(submit(clinic, &manager, "123456").await, Err(Error::Stale));

    let account = clinic.call(&other, MyAccount {}).await.unwrap();
    let waits = account.new_email.unwrap();
    assert_eq!(
        (waits.email.as_str(), waits.by.as_deref()),
        (NEW, Some("Alex Lee"))
    );
    send(clinic, &other).await.unwrap();
    let letters = came(&stage, &stage.mailbox).await;
    let code = vestibule::domain::Code::find(&to(&letters, NEW)[0]).unwrap();
    submit(clinic, &other, code.expose()).await.unwrap();
    assert_eq!(clinic.admits(&token).await, Err(Error::NotSignedIn));
    at(clinic, NEW).session().await;
    let logged = format!(
        "SELECT COUNT(*) FROM events WHERE subject = '{user}'
         AND kind IN ('new_address_asked', 'address_changed')"
    );
    assert_eq!(clinic.number(&logged).await, 2);
}

/// Whether another account has an address is told to whoever reads its mailbox alone.
#[tokio::test]
async fn an_address_of_another_account_is_asked_for_and_never_taken() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (token, _) = sam(&stage).await;
    clinic.hire("kim@hills.example").await;
    came(&stage, &stage.mailbox).await;
    ask(clinic, &token, "kim@hills.example").await.unwrap();
    send(clinic, &token).await.unwrap();
    let letters = came(&stage, &stage.mailbox).await;
    let code = vestibule::domain::Code::find(&to(&letters, "kim@hills.example")[0]).unwrap();
    let taken = submit(clinic, &token, code.expose()).await;
    assert_eq!(taken, Err(Field::Email.cannot_be(Fault::Taken)));
    at(clinic, SAM).session().await;
    at(clinic, "kim@hills.example").session().await;
}

#[tokio::test]
async fn what_is_no_new_address_is_refused_and_one_that_waits_can_be_given_up() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (token, _) = sam(&stage).await;
    for (email, fault) in [
        ("", Fault::Email(EmailFault::Empty)),
        ("not one", Fault::Email(EmailFault::Malformed)),
        (SAM, Fault::Taken),
    ] {
        let answer = ask(clinic, &token, email).await;
        assert_eq!(answer, Err(Field::Email.cannot_be(fault)), "{email}");
    }
    ask(clinic, &token, NEW).await.unwrap();
    clinic.call(&token, GiveUpNewEmail {}).await.unwrap();
    assert_eq!(send(clinic, &token).await, Err(Error::Stale));
    ask(clinic, &token, NEW).await.unwrap();
    clinic.clock.advance(7 * 24 * 60 * 60);
    let token = at(clinic, SAM).session().await;
    assert_eq!(send(clinic, &token).await, Err(Error::Stale));
    clinic.clock.advance(5 * 60);
    assert_eq!(ask(clinic, &token, NEW).await, Err(Error::StepUpNeeded));
}

/// A code that was sent to one address does not prove the next that is asked for.
#[tokio::test]
async fn a_code_proves_the_address_that_it_was_sent_to_and_no_other() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (token, _) = sam(&stage).await;
    came(&stage, &stage.mailbox).await;
    ask(clinic, &token, NEW).await.unwrap();
    send(clinic, &token).await.unwrap();
    let letters = came(&stage, &stage.mailbox).await;
    let code = vestibule::domain::Code::find(&to(&letters, NEW)[0]).unwrap();
    ask(clinic, &token, "boss@vale.example").await.unwrap();
    let crossed = submit(clinic, &token, code.expose()).await;
    assert!(
        matches!(crossed, Err(Error::CodeWrong { .. })),
        "{crossed:?}"
    );
    let address = clinic
        .call(
            &token,
            SubmitAddressCode {
                code: Secret::new(code.expose()),
            },
        )
        .await;
    assert!(
        matches!(address, Err(Error::CodeWrong { .. })),
        "{address:?}"
    );
}

#[tokio::test]
async fn only_who_is_enabled_asks_for_another() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    let why = vestibule::domain::NotAllowed::ActorNotEnabled;
    let answer = ask_for(&desk, &kim.token, &sam.id, NEW).await;
    assert_eq!(answer, Some(Error::NotAllowed { why }));
    assert_eq!(ask_for(&desk, &desk.manager, &sam.id, NEW).await, None);
}

/// A code that came while another address was asked for proves its own, and never the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_and_another_address_at_once_prove_nothing_that_nobody_read() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (token, _) = sam(&stage).await;
    let user: UserId = at(clinic, SAM).id().await.parse().unwrap();
    let other = clinic.another_window().await;
    came(&stage, &stage.mailbox).await;
    for round in 0..rounds(20, 200) {
        // Limits of messages are of an hour and of a day.
        clinic.clock.advance(25 * 60 * 60);
        let token = at(clinic, &address_of(clinic, &user).await).session().await;
        let (read, unread) = (
            format!("read-{round}@vale.example"),
            format!("unread-{round}@vale.example"),
        );
        ask(clinic, &token, &read).await.unwrap();
        send(clinic, &token).await.unwrap();
        let letters = came(&stage, &stage.mailbox).await;
        let code = vestibule::domain::Code::find(&to(&letters, &read)[0]).unwrap();
        let code = Secret::new(code.expose());
        let (here, there) = (clinic.backend.clone(), other.clone());
        let (mine, theirs) = (token.clone(), token.clone());
        let asks = tokio::spawn(async move {
            let email = unread;
            there.call(Some(&theirs), ChangeEmail { email }).await
        });
        let submits =
            tokio::spawn(async move { here.call(Some(&mine), SubmitNewEmailCode { code }).await });
        let (_, submitted) = (asks.await.unwrap(), submits.await.unwrap());
        let now = address_of(clinic, &user).await;
        assert!(!now.starts_with("unread"), "round {round}: {submitted:?}");
        assert_eq!(
            now == read,
            submitted.is_ok(),
            "round {round}: {submitted:?}"
        );
    }
    drop(token);
}

async fn address_of(clinic: &Clinic, user: &UserId) -> String {
    let sql = format!("SELECT email FROM users WHERE id = '{user}'");
    clinic.sql(&sql).await[0][0].clone()
}
