//! The practice recovery key: the lost key, the recovery, the clock, a new key.

mod ahead;

use vestibule::api::{Error, Fault, Field, MakeRecoveryKey, Outcome, Secret, TurnOn};
use vestibule::backend::{Embedded, KeepFault, OpenFault, Opened, UnlockFault};
use vestibule::domain::{PasswordFault, Role, Starts, Timestamp};

use crate::clinic::{Clinic, MANAGER, PASSWORD, Person, key_in};
use crate::staff::Desk;

const NEW: &str = "copper 31 wharf lantern";

/// Recovers the manager, or says why not.
async fn recover(
    clinic: &Clinic,
    key: &Secret,
    email: &str,
    password: &str,
) -> Result<(), KeepFault> {
    let recovery = clinic.computer().await.recover(key).await?;
    let done = recovery.finish(email, &Secret::new(password)).await;
    recovery.close().await;
    done.map(|_| ())
}

/// Fault 19: the recovery key brings the lost key back, and no other does.
#[tokio::test]
async fn the_recovery_key_brings_a_lost_key_back() {
    let clinic = Clinic::new().await;
    let other = Clinic::new().await;
    clinic.close().await;
    let strange = Embedded {
        keychain: other.computer().await.keychain,
        ..clinic.strange_computer()
    };
    // Nothing in the keyring; then another practice's key.
    for place in [clinic.strange_computer(), strange] {
        let kept = key_in(&place).await;
        let before = std::fs::read(clinic.database()).unwrap();
        let wrong = place.unlock(&other.recovery_key).await;
        assert_eq!(wrong.err(), Some(UnlockFault::Wrong));
        let mistyped = place.unlock(&Secret::new("nonsense")).await;
        assert!(matches!(mistyped.err(), Some(UnlockFault::Mistyped(_))));
        assert_eq!(key_in(&place).await, kept);
        assert_eq!(std::fs::read(clinic.database()).unwrap(), before);
        assert!(matches!(
            place.open().await.err(),
            Some(OpenFault::KeyMissing(_) | OpenFault::KeyWrong(_))
        ));

        let typed = clinic.recovery_key.expose().to_lowercase();
        let typed = Secret::new(typed.replace('-', " ").replace('0', "o"));
        let opened = place.unlock(&typed).await;
        assert!(matches!(opened, Ok(Opened::Ready(..))), "{opened:?}");
        assert_eq!(key_in(&place).await.as_deref(), Some(clinic.key()));
        let opened = place.open().await;
        assert!(matches!(opened, Ok(Opened::Ready(..))), "{opened:?}");
    }
}

/// Attack 52: the way back of the last person with full access, who is stopped and forgot the
/// password; and of nobody else.
#[tokio::test]
async fn a_stopped_person_comes_back_by_the_recovery_key() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    desk.freshen().await;
    let call = TurnOn {
        user: sam.id.clone(),
        from: Starts::Now,
    };
    desk.clinic.call(&desk.manager, call).await.unwrap();
    desk.clinic.clock.advance(60);
    let clinic = &desk.clinic;
    let waiting = clinic.manager().code_due().await;
    let stop = |counter: &str, subject: &str| {
        format!(
            "INSERT OR REPLACE INTO tries (subject, counter, failures, next_at, changed_at)
             VALUES ('{subject}', '{counter}', 50, NULL, 0)"
        )
    };
    let manager = desk.manager_id.to_string();
    // A code that somebody made for another password is void with the recovery.
    clinic
        .sql(&format!(
            "INSERT INTO invitations (code_hash, kind, user_id, made_at, ends_at, by_user)
             SELECT 'made before', 'hand_over', '{manager}', made_at, made_at + 86400000, id
             FROM users WHERE id = '{manager}'"
        ))
        .await;
    for counter in ["codes", "recovery_codes"] {
        clinic.sql(&stop(counter, &manager)).await;
    }
    clinic.sql(&stop("codes", sam.id.as_str())).await;
    clinic
        .sql(
            "INSERT INTO recovery_sets (id, user_id, salt, made_at, ticked_at)
             SELECT id, id, X'00', 0, 1 FROM users",
        )
        .await;

    recover(clinic, &clinic.recovery_key, MANAGER, NEW)
        .await
        .unwrap();

    let old = clinic.manager().sign_in().await.map(|_| ());
    assert_eq!(old, Err(Error::WrongCredentials));
    let answer = clinic.submit(&waiting, &desk.phone.code()).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    for token in [&desk.manager, &sam.token] {
        assert_eq!(clinic.admits(token).await, Err(Error::NotSignedIn));
    }
    // The set-up bites at once: nothing else is reached before it is finished.
    let back = Person {
        password: NEW.into(),
        ..clinic.manager()
    };
    let due = back.set_up_due().await;
    let key = clinic
        .call(&due.token, vestibule::api::StartAuthenticator::default())
        .await;
    let key = key.unwrap();
    let code = clinic.phone(&key).code();
    let session = clinic
        .prove(&due.token, &key, &code)
        .await
        .unwrap()
        .unwrap();
    clinic.admits(&session).await.unwrap();

    assert_eq!(
        desk.notices(&desk.manager_id)
            .await
            .first()
            .map(|it| it.0.clone()),
        Some("enabled".into())
    );
    let notices = desk.notices(&desk.manager_id).await;
    assert!(
        notices.iter().any(|(kind, _)| kind == "recovered"),
        "{notices:?}"
    );
    let sets = |user: &str| {
        format!("SELECT COUNT(*) FROM recovery_sets WHERE ended_at IS NULL AND user_id = '{user}'")
    };
    assert_eq!(clinic.number(&sets(&manager)).await, 0);
    let codes = "SELECT COUNT(*) FROM invitations WHERE ended_at IS NULL";
    assert_eq!(clinic.number(codes).await, 0);
    // Of others nothing but the sessions has ended.
    assert_eq!(clinic.number(&sets(sam.id.as_str())).await, 1);
    let stops = "SELECT COUNT(*) FROM tries WHERE failures = 50";
    assert_eq!(clinic.number(stops).await, 1);
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'recovered' AND subject IS NOT NULL AND practice_id IS NOT NULL";
    assert_eq!(clinic.number(told).await, 1);
}

/// A requirement that lies ahead, or that somebody made for themself, does not put it off.
#[tokio::test]
async fn a_recovered_person_sets_up_at_once_whatever_stood_before() {
    let clinic = Clinic::new().await;
    let user = clinic.manager().id().await;
    let ahead = clinic.now().as_millisecond() + 86_400_000;
    for source in ["oneself", "full_access"] {
        clinic
            .sql(&format!(
                "INSERT INTO requirements (id, user_id, source, bites_at, from_at, by_user)
                 VALUES ('{source}', '{user}', '{source}', {ahead}, 0, '{user}')"
            ))
            .await;
    }
    recover(&clinic, &clinic.recovery_key, MANAGER, NEW)
        .await
        .unwrap();
    let back = Person {
        password: NEW.into(),
        ..clinic.manager()
    };
    back.set_up_due().await;
}

/// What is refused changes nothing at all.
#[tokio::test]
async fn without_the_key_or_a_person_nothing_is_recovered() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    desk.colleague("sam@hills.example", Role::Reception).await;
    let other = Clinic::new().await;
    let before = clinic.dump().await;
    let key = &clinic.recovery_key;
    let wrong = KeepFault::Key(UnlockFault::Wrong);
    for (key, email, password, fault) in [
        (&other.recovery_key, MANAGER, NEW, wrong),
        (key, "sam@hills.example", NEW, KeepFault::NotFullAccess),
        (key, "nobody@hills.example", NEW, KeepFault::NotFullAccess),
        (key, "not an address", NEW, KeepFault::NotFullAccess),
    ] {
        let refused = recover(clinic, key, email, password).await;
        assert_eq!(refused, Err(fault), "{email}");
    }
    for (password, fault) in [
        ("short", PasswordFault::TooShort),
        ("passwordpassword", PasswordFault::Common),
        ("hills clinic alex", PasswordFault::MadeOfName),
    ] {
        let refused = recover(clinic, key, MANAGER, password).await;
        let invalid = Error::Invalid {
            field: Field::Password,
            fault: Fault::Password(fault),
        };
        assert_eq!(refused, Err(KeepFault::Call(invalid)), "{password}");
    }
    assert_eq!(clinic.dump().await, before);
    clinic.admits(&desk.manager).await.unwrap();

    let nowhere = Embedded {
        database: clinic.path("absent.db"),
        ..clinic.computer().await
    };
    let refused = nowhere.recover(key).await;
    assert_eq!(refused.err(), Some(KeepFault::NoPractice));
    assert!(!nowhere.database.exists());
}

/// The key comes into the keyring again, where it was missing.
#[tokio::test]
async fn a_recovery_keeps_the_lost_key() {
    let clinic = Clinic::new().await;
    let computer = clinic.strange_computer();
    let recovery = computer.recover(&clinic.recovery_key).await.unwrap();
    assert_eq!(recovery.people(), [MANAGER]);
    assert_eq!(key_in(&computer).await, None);
    recovery.finish(MANAGER, &Secret::new(NEW)).await.unwrap();
    assert_eq!(key_in(&computer).await.as_deref(), Some(clinic.key()));
}

/// Fault 17: the clock was ten years ahead and is set right. The recovery accepts it, keeps what
/// was recorded, and nobody waits ten years for anything.
#[tokio::test]
async fn a_recovery_accepts_a_clock_that_was_set_right() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    let lee = desk.colleague("lee@hills.example", Role::Reception).await;
    let kims = desk.clinic.enrol(&kim.token).await;
    let right = desk.clinic.now();

    // Ahead, Sam and the manager use their authenticators; Lee is to set up, and guesses.
    desk.clinic.clock.advance(10 * 365 * 86_400);
    desk.return_manager().await;
    let ahead = desk.clinic.now();
    let sams = desk.at_the_door(&sam).session().await;
    desk.clinic.enrol(&sams).await;
    let call = TurnOn {
        user: lee.id.clone(),
        from: Starts::Now,
    };
    desk.clinic.call(&desk.manager, call).await.unwrap();
    // A narrowing that is a day off stays a day off.
    let a_day = 86_400_000;
    let from = ahead.as_millisecond();
    desk.clinic
        .sql(&format!(
            "INSERT INTO allowed_methods
                 (id, practice_id, decided, before, bites_at, from_at, by_user)
             SELECT 'narrowed', id, 'email', 'email sms', {}, {from}, '' FROM practices",
            from + a_day
        ))
        .await;
    for _ in 0..5 {
        let _ = desk.at_the_door(&lee).try_password("not it at all").await;
    }
    let events = |dump: Vec<(String, String)>| -> Vec<_> {
        dump.into_iter()
            .filter(|(column, _)| column.starts_with("events.") && column != "events.ahead")
            .collect()
    };
    let recorded = events(desk.clinic.dump().await);

    desk.clinic
        .clock
        .set(right + jiff::SignedDuration::from_secs(120));
    let clinic = &desk.clinic;
    let behind = clinic.manager().sign_in().await.err();
    assert!(matches!(behind, Some(Error::ClockBehind { .. })));
    let recovery = clinic.computer().await.recover(&clinic.recovery_key).await;
    let recovery = recovery.unwrap();
    let done = recovery.finish(MANAGER, &Secret::new(NEW)).await.unwrap();
    recovery.close().await;
    assert!(done.clock_was_ahead.is_some_and(|newest| newest >= ahead));
    assert_eq!(done.set_up_again, 1, "Sam alone, beside the manager");

    let bites = "SELECT bites_at FROM allowed_methods";
    let expected = clinic.now().as_millisecond() + a_day;
    assert_eq!(clinic.number(bites).await, expected);

    // Every row of before is there as it was.
    let now = events(clinic.dump().await);
    assert!(recorded.iter().all(|row| now.contains(row)));
    assert!(now.iter().any(|(_, value)| value == "clock_accepted"));

    let back = Person {
        password: NEW.into(),
        ..clinic.manager()
    };
    back.set_up_due().await;
    desk.at_the_door(&sam).set_up_due().await;
    assert!(
        desk.notices(&sam.id)
            .await
            .iter()
            .any(|it| it.0 == "clock_set_right")
    );
    // Kim's last step does not lie ahead: nothing is asked of Kim.
    desk.at_the_door(&kim).session_by(&kims).await;
    // Lee's requirement bites now and not in ten years, and so ends the wait.
    desk.at_the_door(&lee).set_up_due().await;

    // And from here on the clock is guarded as before.
    let newest = clinic.now();
    clinic.clock.advance(-301);
    let again = clinic.manager().sign_in().await.err();
    let now = clinic.now();
    assert_eq!(again, Some(Error::ClockBehind { now, newest }));
}

/// A clock that is right is not touched by a recovery.
#[tokio::test]
async fn a_recovery_leaves_a_right_clock_alone() {
    let clinic = Clinic::new().await;
    let newest = clinic.now();
    clinic.clock.advance(-200);
    recover(&clinic, &clinic.recovery_key, MANAGER, NEW)
        .await
        .unwrap();
    let marked = "SELECT COUNT(*) FROM events WHERE ahead <> 0 OR kind = 'clock_accepted'";
    assert_eq!(clinic.number(marked).await, 0);
    let at: Timestamp = newest - jiff::SignedDuration::from_secs(301);
    clinic.clock.set(at);
    let behind = clinic.manager().sign_in().await.err();
    assert_eq!(behind, Some(Error::ClockBehind { now: at, newest }));
}

/// A new practice recovery key: the old one is dead at once, here and in every later backup.
#[tokio::test]
async fn a_new_recovery_key_kills_the_old_one() {
    let mut desk = Desk::new().await;
    let old = desk.clinic.recovery_key.clone();
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let refused = desk.clinic.call(&sam.token, MakeRecoveryKey {}).await;
    assert_eq!(refused.err(), Some(Error::Forbidden));
    desk.clinic.clock.advance(6 * 60);
    let refused = desk.clinic.call(&desk.manager, MakeRecoveryKey {}).await;
    assert_eq!(refused.err(), Some(Error::StepUpNeeded));

    desk.freshen().await;
    let made = desk.clinic.call(&desk.manager, MakeRecoveryKey {}).await;
    let new = made.unwrap().recovery_key;
    assert_ne!(new, old);
    assert_eq!(
        desk.clinic
            .number(
                "SELECT COUNT(*) FROM events WHERE kind = 'recovery_key_made' AND actor IS NOT NULL"
            )
            .await,
        1
    );
    let clinic = &desk.clinic;
    let dead = recover(clinic, &old, MANAGER, NEW).await;
    assert_eq!(dead, Err(KeepFault::Key(UnlockFault::Wrong)));
    let dead = clinic.strange_computer().unlock(&old).await;
    assert_eq!(dead.err(), Some(UnlockFault::Wrong));
    recover(clinic, &new, MANAGER, NEW).await.unwrap();
}

/// Without a proven method there is no code to ask for, and so no new key.
#[tokio::test]
async fn only_someone_enabled_makes_a_recovery_key() {
    let clinic = Clinic::new().await;
    let before = clinic.dump().await;
    let refused = clinic.call(&clinic.founder, MakeRecoveryKey {}).await;
    let why = vestibule::domain::NotAllowed::ActorNotEnabled;
    assert_eq!(refused.err(), Some(Error::NotAllowed { why }));
    assert_eq!(clinic.dump().await, before);
    assert!(matches!(
        clinic.manager().try_password(PASSWORD).await,
        Ok(Outcome::In(_))
    ));
}
