//! Several practices of one backend: who makes another, a place in it, going from one to the other.

mod agreeing;
mod alone;
mod switching;

use vestibule::api::{
    AcceptPlace, Ack, AddPerson, AddPractice, Admitted, CheckImport, Error, Fault, Field, Found,
    ImportPeople, Imported, Invitation, MakeRecoveryKey, MyAccount, Offered, Outcome,
    PracticeAdded, Secret, SwitchPractice, Token, WhoAmI,
};
use vestibule::domain::{NotAllowed, PracticeId, Role, UserId};

use crate::clinic::{Clinic, PASSWORD};
use crate::requirements;
use crate::sends::{SAM, Sends};
use crate::staff::{Colleague, Desk};

const JO: &str = "jo@vale.example";
const DAY: i64 = 24 * 60 * 60;

async fn add(clinic: &Clinic, call: AddPractice) -> Result<PracticeAdded, Error> {
    clinic.backend.service.operate(call).await
}

fn vale(email: &str) -> AddPractice {
    AddPractice {
        practice: "Vale Clinic".into(),
        time_zone: "Australia/Perth".into(),
        name: "Jo Vale".into(),
        email: email.into(),
    }
}

async fn redeem(clinic: &Clinic, code: &Secret) -> Result<Outcome, Error> {
    let call = vestibule::api::Redeem {
        code: code.clone(),
        password: Secret::new(PASSWORD),
    };
    clinic.backend.call(None, call).await
}

/// Vale Clinic with its manager; who she is.
pub(crate) async fn beside(clinic: &Clinic) -> Admitted {
    let added = add(clinic, vale(JO)).await.unwrap();
    match redeem(clinic, &added.invitation.code).await {
        Ok(Outcome::In(admitted)) => admitted,
        other => panic!("not let in: {other:?}"),
    }
}

async fn offer(clinic: &Clinic, by: &Token, email: &str, role: Role) -> Result<Invitation, Error> {
    let call = AddPerson {
        name: "Somebody".into(),
        email: email.into(),
        role,
        send: false,
    };
    clinic.call(by, call).await
}

async fn accept(clinic: &Clinic, token: &Token, code: &Secret) -> Result<Ack, Error> {
    let code = code.clone();
    clinic.call(token, AcceptPlace { code }).await
}

async fn go(clinic: &Clinic, token: &Token, practice: &PracticeId) -> Result<Admitted, Error> {
    let practice = practice.clone();
    clinic.call(token, SwitchPractice { practice }).await
}

/// As if a code to the address had been given.
async fn prove(clinic: &Clinic, user: &UserId) {
    clinic
        .sql(&format!(
            "UPDATE users SET email_proven_at = 1 WHERE id = '{user}'"
        ))
        .await;
}

/// Somebody of Hills Clinic in Vale Clinic too, with its manager.
async fn in_both(desk: &Desk, role: Role) -> (Colleague, Admitted) {
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let jo = beside(&desk.clinic).await;
    let offered = offer(&desk.clinic, &jo.token, SAM, role).await.unwrap();
    prove(&desk.clinic, &sam.id).await;
    accept(&desk.clinic, &sam.token, &offered.code)
        .await
        .unwrap();
    (sam, jo)
}

fn not(why: NotAllowed) -> Option<Error> {
    Some(Error::NotAllowed { why })
}

#[tokio::test]
async fn another_practice_is_made_by_whoever_runs_the_backend_alone() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    for token in [Some(&desk.manager), None] {
        let refused = clinic.backend.call(token, vale(JO)).await;
        // No server has such a call at all.
        let refused = refused.err();
        assert!(
            matches!(refused, Some(Error::Forbidden | Error::NotFound)),
            "{refused:?}"
        );
    }
    let zone = AddPractice {
        time_zone: "Perth".into(),
        ..vale(JO)
    };
    let refused = add(clinic, zone).await.err();
    assert_eq!(refused, Some(Field::When.cannot_be(Fault::NotUnderstood)));

    let jo = beside(clinic).await;
    assert_eq!(
        (jo.me.practice_name.as_str(), jo.me.role),
        ("Vale Clinic", Role::FullAccess)
    );
    assert_eq!(jo.me.time_zone, "Australia/Perth");
    assert_eq!(jo.me.practices.len(), 1);
    // Neither knows of the other's people, and no first run comes again.
    let page = desk.page("").await;
    assert!(page.people.iter().all(|person| person.email != JO));
    let founded = Found {
        practice: "Third Clinic".into(),
        name: "Pat".into(),
        email: "pat@third.example".into(),
        password: Secret::new("a quiet harbour at noon"),
        time_zone: "Australia/Perth".into(),
    };
    let again = clinic.backend.call(None, founded).await;
    // Nor has a server one at all.
    let again = again.err();
    assert!(
        matches!(again, Some(Error::PracticeExists | Error::NotFound)),
        "{again:?}"
    );
    // A recovery key would open what belongs to both.
    for token in [&desk.manager, &jo.token] {
        if token == &jo.token {
            clinic.enrol(&jo.token).await;
        }
        let refused = clinic.call(token, MakeRecoveryKey {}).await.err();
        // A server makes none at all: its keys are kept by whoever runs it.
        let remote = clinic.backend.server().map(|_| Error::NotFound);
        assert_eq!(refused, remote.or(not(NotAllowed::SharedBackend)));
    }
}

/// To whoever asks, somebody with an account elsewhere is as somebody without one; and nothing
/// happens to the account before its owner accepts.
#[tokio::test]
async fn a_place_is_accepted_by_its_owner_with_the_code_and_a_proven_address() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let person = clinic.hire(SAM).await;
    let sam = person.session().await;
    let jo = beside(clinic).await;
    let emails = vec![SAM.to_owned(), "new@vale.example".to_owned()];
    let taken = clinic.call(&jo.token, CheckImport { emails }).await;
    assert_eq!(taken.unwrap(), [false, false]);
    let made = offer(clinic, &jo.token, SAM, Role::Reception)
        .await
        .unwrap();
    let new = offer(clinic, &jo.token, "new@vale.example", Role::Reception)
        .await
        .unwrap();
    assert_eq!(made.ends, new.ends);
    assert_eq!(made.code.expose().len(), new.code.expose().len());

    // Not at the door, where it would set a password.
    let at_the_door = redeem(clinic, &made.code).await;
    assert_eq!(at_the_door.err(), Some(Error::InvitationNotValid));
    clinic.admits(&sam).await.unwrap();
    let account = clinic.call(&sam, MyAccount {}).await.unwrap();
    let waits = Offered {
        practice: "Vale Clinic".into(),
        role: Role::Reception,
    };
    assert_eq!(account.offered, [waits]);
    let refused = accept(clinic, &sam, &made.code).await.err();
    assert_eq!(refused, not(NotAllowed::AddressNotProven));

    let send = vestibule::api::ToSend::IfNone;
    let call = vestibule::api::ProveAddress { send };
    clinic.call(&sam, call).await.unwrap();
    let code = Secret::new(stage.code(vestibule::domain::Channel::Email).await);
    let call = vestibule::api::SubmitAddressCode { code };
    clinic.call(&sam, call).await.unwrap();
    // Another's code is as a wrong one, and is not spent by it.
    prove(clinic, &jo.me.user).await;
    let strange = accept(clinic, &jo.token, &made.code).await.err();
    assert_eq!(strange, Some(Error::InvitationNotValid));
    let wrong = accept(clinic, &sam, &new.code).await.err();
    assert_eq!(wrong, Some(Error::InvitationNotValid));
    accept(clinic, &sam, &made.code).await.unwrap();
    let again = accept(clinic, &sam, &made.code).await.err();
    assert_eq!(again, Some(Error::InvitationNotValid));

    let me = clinic.call(&sam, WhoAmI {}).await.unwrap();
    let names: Vec<_> = me
        .practices
        .iter()
        .map(|own| (own.name.as_str(), own.role))
        .collect();
    assert_eq!(
        names,
        [
            ("Hills Clinic", Role::Reception),
            ("Vale Clinic", Role::Reception)
        ]
    );
    assert_eq!(me.practice_name, "Hills Clinic");
    assert!(
        clinic
            .call(&sam, MyAccount {})
            .await
            .unwrap()
            .offered
            .is_empty()
    );
    for (kind, practice) in [
        ("place_offered", &jo.me.practice),
        ("place_accepted", &jo.me.practice),
        ("invitation_wrong", &me.practice),
    ] {
        let count = format!(
            "SELECT COUNT(*) FROM events WHERE kind = '{kind}' AND practice_id = '{practice}'"
        );
        assert!(clinic.number(&count).await > 0, "{kind}");
    }
    // Who belongs there is told of, once more.
    let twice = offer(clinic, &jo.token, SAM, Role::Reception).await.err();
    assert_eq!(twice, Some(Field::Email.cannot_be(Fault::Taken)));
    let letters = made.code.expose().replace('-', "");
    for (column, value) in clinic.dump().await {
        assert!(!value.contains(&letters), "{column}");
    }
}

#[tokio::test]
async fn a_place_takes_a_fresh_step_up_the_same_address_and_24_hours() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let jo = beside(&desk.clinic).await;
    let clinic = &desk.clinic;
    prove(clinic, &sam.id).await;
    let first = offer(clinic, &jo.token, SAM, Role::FullAccess)
        .await
        .unwrap();
    let made = offer(clinic, &jo.token, SAM, Role::Reception)
        .await
        .unwrap();
    // A newer one voids the one before.
    let old = accept(clinic, &sam.token, &first.code).await.err();
    assert_eq!(old, Some(Error::InvitationNotValid));
    // The account is another mailbox's by now.
    let rename =
        |email: &str| format!("UPDATE users SET email = '{email}' WHERE id = '{}'", sam.id);
    clinic.sql(&rename("sam.roe@hills.example")).await;
    let moved = accept(clinic, &sam.token, &made.code).await.err();
    assert_eq!(moved, Some(Error::InvitationNotValid));
    clinic.sql(&rename(SAM)).await;

    clinic.clock.advance(240);
    desk.freshen().await;
    let clinic = &desk.clinic;
    let stale = accept(clinic, &sam.token, &made.code).await.err();
    assert_eq!(stale, Some(Error::StepUpNeeded));
    clinic.clock.advance(DAY);
    let token = desk.at_the_door(&sam).session().await;
    let over = accept(clinic, &token, &made.code).await.err();
    assert_eq!(over, Some(Error::InvitationNotValid));
}

/// What was offered or agreed to before a backup was made ends as it is put back, since it may
/// have been used since.
#[tokio::test]
async fn a_backup_that_is_put_back_offers_no_place_and_agrees_to_nothing() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let jo = beside(&desk.clinic).await;
    let clinic = &desk.clinic;
    let offered = offer(clinic, &jo.token, SAM, Role::Reception).await;
    let open = "SELECT (SELECT COUNT(*) FROM offered_places WHERE ended_at IS NULL)
                     + (SELECT COUNT(*) FROM agreements WHERE used_at IS NULL)";
    prove(clinic, &sam.id).await;
    accept(clinic, &sam.token, &offered.unwrap().code)
        .await
        .unwrap();
    clinic.enrol(&sam.token).await;
    let waits = requirements::reset(&desk, &desk.manager, &sam.id).await;
    assert_eq!(waits, not(NotAllowed::OthersAgree));
    let email = crate::clinic::MANAGER;
    offer(clinic, &jo.token, email, Role::Reception)
        .await
        .unwrap();
    assert_eq!(clinic.number(open).await, 2);
    clinic.backend.service.settle_restored().await.unwrap();
    assert_eq!(clinic.number(open).await, 0);
}

/// An offer is its giver's while they have full access.
#[tokio::test]
async fn a_place_that_was_offered_by_whoever_has_no_say_any_more_is_taken_by_nobody() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    let (sam, jo) = in_both(&desk, Role::FullAccess).await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    prove(clinic, &kim.id).await;
    let there = go(clinic, &sam.token, &jo.me.practice).await.unwrap();
    let fresh = clinic.step_up(&there.token, None).await.unwrap();
    let made = offer(clinic, &fresh, &kim.email, Role::Reception).await;
    let account = async || clinic.call(&kim.token, MyAccount {}).await.unwrap();
    assert_eq!(account().await.offered.len(), 1);
    let role = Role::Reception;
    let lowered = crate::membership::set_role(&desk, &jo.token, &sam.id, role).await;
    assert_eq!(lowered, None);
    assert_eq!(account().await.offered, []);
    let refused = accept(clinic, &kim.token, &made.unwrap().code).await.err();
    assert_eq!(refused, Some(Error::InvitationNotValid));
}

/// Guesses are counted for each person, and hold up neither another's acceptance nor the door.
#[tokio::test]
async fn guesses_at_a_place_are_counted() {
    let desk = Desk::new().await;
    let (sam, _) = in_both(&desk, Role::Reception).await;
    let clinic = &desk.clinic;
    let guess = Secret::new("ABCD-EFGH-JKMN");
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(accept(clinic, &sam.token, &guess).await.unwrap_err());
    }
    let waits = |error: &Error| matches!(error, Error::Wait { .. });
    assert!(!waits(&answers[0]) && answers.iter().any(waits));
    prove(clinic, &desk.manager_id).await;
    let other = accept(clinic, &desk.manager, &guess).await.err();
    assert_eq!(other, Some(Error::InvitationNotValid));
    desk.colleague("new@hills.example", Role::Reception).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_place_is_taken_once() {
    for _ in 0..crate::rounds(5, 100) {
        let desk = Desk::new().await;
        let sam = desk.colleague(SAM, Role::Practitioner).await;
        let jo = beside(&desk.clinic).await;
        prove(&desk.clinic, &sam.id).await;
        let made = offer(&desk.clinic, &jo.token, SAM, Role::Reception).await;
        let code = made.unwrap().code;
        let other = desk.clinic.another_window().await;
        let call = AcceptPlace { code: code.clone() };
        let (one, two) = tokio::join!(
            accept(&desk.clinic, &sam.token, &code),
            other.call(Some(&sam.token), call)
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
    }
}

/// A list of one practice finds nothing out about another's people.
#[tokio::test]
async fn a_list_offers_a_place_to_whoever_has_an_account_elsewhere() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let jo = beside(&desk.clinic).await;
    let people = [SAM, "new@vale.example", JO].map(|email| Imported {
        name: "Somebody".into(),
        email: email.into(),
        role: Role::Reception,
    });
    let call = ImportPeople {
        people: people.to_vec(),
        send: false,
    };
    let made = desk.clinic.call(&jo.token, call).await.unwrap();
    let had: Vec<bool> = made.iter().map(Option::is_some).collect();
    assert_eq!(had, [true, true, false]);
    desk.clinic.admits(&sam.token).await.unwrap();
    prove(&desk.clinic, &sam.id).await;
    let code = &made[0].as_ref().unwrap().code;
    accept(&desk.clinic, &sam.token, code).await.unwrap();
}

#[tokio::test]
async fn the_first_person_of_a_new_practice_may_have_an_account() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let added = add(&desk.clinic, vale(SAM)).await.unwrap();
    prove(&desk.clinic, &sam.id).await;
    accept(&desk.clinic, &sam.token, &added.invitation.code)
        .await
        .unwrap();
    let there = go(&desk.clinic, &sam.token, &added.practice).await.unwrap();
    assert_eq!(there.me.role, Role::FullAccess);
}
