//! One's own account: password, sessions, notices.

use vestibule::api::{
    Ack, AllowTriesAgain, ChangePassword, EndMySession, Error, Field, MyAccount, ProveAddress,
    ReadNotices, Secret, ToSend, UnreadNotices,
};
use vestibule::domain::{NoticeKind, PasswordFault};

use crate::clinic::{Clinic, MANAGER, PASSWORD, Person};

const NEW: &str = "a quiet harbour at noon";

async fn change(
    clinic: &Clinic,
    token: &vestibule::api::Token,
    password: &str,
) -> Result<Ack, Error> {
    let password = Secret::new(password);
    clinic.call(token, ChangePassword { password }).await
}

/// Attack 70, the embedded half: a change of the password ends what began under the old one.
#[tokio::test]
async fn a_new_password_ends_every_other_session_and_sign_in() {
    let (clinic, phone) = Clinic::enabled().await;
    let other = clinic.manager().session_by(&phone).await;
    let due = clinic.manager().code_due().await;
    change(&clinic, &clinic.founder, NEW).await.unwrap();
    clinic.admits(&clinic.founder).await.unwrap();
    assert_eq!(clinic.admits(&other).await, Err(Error::NotSignedIn));
    clinic.clock.advance(30);
    let submitted = clinic.submit(&due, &phone.code()).await;
    assert_eq!(submitted, Err(Error::ChallengeEnded));
    let old = clinic.manager().sign_in().await;
    assert!(matches!(old, Err(Error::WrongCredentials)), "{old:?}");
    let renewed = Person {
        password: NEW.into(),
        ..clinic.manager()
    };
    renewed.session_by(&phone).await;
    for table in ["events", "notices"] {
        let rows = format!("SELECT COUNT(*) FROM {table} WHERE kind = 'password_changed'");
        assert_eq!(clinic.number(&rows).await, 1, "{table}");
    }
}

#[tokio::test]
async fn a_new_password_needs_a_step_up_and_the_usual_rules() {
    let clinic = Clinic::new().await;
    for (typed, fault) in [
        ("short", PasswordFault::TooShort),
        ("Hills Clinic Hills Clinic", PasswordFault::MadeOfName),
    ] {
        let answer = change(&clinic, &clinic.founder, typed).await;
        assert_eq!(answer, Err(Field::Password.cannot_be(fault)));
    }
    clinic.clock.advance(5 * 60 + 1);
    let answer = change(&clinic, &clinic.founder, NEW).await;
    assert_eq!(answer, Err(Error::StepUpNeeded));
    let token = clinic.step_up(&clinic.founder, None).await.unwrap();
    change(&clinic, &token, NEW).await.unwrap();
}

/// A password that is changed while the old one is being looked at opens nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_old_password_never_signs_in_after_the_change_was_answered() {
    for _ in 0..8 {
        let clinic = Clinic::new().await;
        let backend = clinic.backend.clone();
        let sign_in = tokio::spawn(async move {
            let call = vestibule::api::SignIn {
                email: MANAGER.into(),
                password: Secret::new(PASSWORD),
                computer: None,
                remembered: None,
            };
            backend.call(None, call).await
        });
        change(&clinic, &clinic.founder, NEW).await.unwrap();
        if let Ok(vestibule::api::Outcome::In(admitted)) = sign_in.await.unwrap() {
            // It came before the change, which then ended it.
            let ended = clinic.admits(&admitted.token).await;
            assert_eq!(ended, Err(Error::NotSignedIn));
        }
    }
}

#[tokio::test]
async fn ones_own_sessions_are_listed_and_ended() {
    let clinic = Clinic::new().await;
    // Seconds apart, so that the oldest is known by its place.
    clinic.clock.advance(1);
    let second = clinic.manager().session().await;
    clinic.clock.advance(1);
    let third = clinic.manager().session().await;
    let account = clinic.call(&third, MyAccount {}).await.unwrap();
    assert_eq!(account.sessions.len(), 3);
    assert!(account.sessions[0].this);
    let sam = clinic.hire("sam@hills.example").await;
    let theirs = sam.session().await;
    let not_mine = clinic.call(&theirs, MyAccount {}).await.unwrap().sessions[0]
        .id
        .clone();

    // Another's session is as unknown as none (attack 57).
    let session = Some(not_mine);
    let answer = clinic.call(&third, EndMySession { session }).await;
    assert_eq!(answer, Err(Error::NotFound));
    clinic.admits(&theirs).await.unwrap();
    let ended = "SELECT COUNT(*) FROM events WHERE kind = 'own_sessions_ended'";
    assert_eq!(clinic.number(ended).await, 0, "nothing was done");

    let session = Some(account.sessions[2].id.clone());
    clinic.call(&third, EndMySession { session }).await.unwrap();
    assert_eq!(
        clinic.admits(&clinic.founder).await,
        Err(Error::NotSignedIn)
    );
    clinic.admits(&second).await.unwrap();
    let session = None;
    clinic.call(&third, EndMySession { session }).await.unwrap();
    assert_eq!(clinic.admits(&second).await, Err(Error::NotSignedIn));
    clinic.admits(&third).await.unwrap();
}

/// What one did oneself is told at the next sign-in; what others did, at once; until it is read.
#[tokio::test]
async fn notices_are_told_until_they_are_read() {
    let (clinic, alex) = Clinic::enabled().await;
    let unread = async |token| clinic.call(token, UnreadNotices {}).await.unwrap();
    assert_eq!(unread(&clinic.founder).await, 0, "set up in this session");
    let manager = clinic.manager().session_by(&alex).await;
    assert_eq!(unread(&manager).await, 1, "set up before this session");

    let sam = clinic.hire("sam@hills.example").await;
    let theirs = sam.session().await;
    let user = sam.id().await.parse().unwrap();
    let call = AllowTriesAgain {
        user,
        reason: "Rang and asked".into(),
    };
    clinic.call(&manager, call).await.unwrap();
    assert_eq!(unread(&theirs).await, 1, "done by somebody else just now");

    let account = clinic.call(&manager, MyAccount {}).await.unwrap();
    assert_eq!(account.notices[0].kind, NoticeKind::Enabled);
    let until = account.notices[0].at;
    clinic.call(&manager, ReadNotices { until }).await.unwrap();
    assert_eq!(unread(&manager).await, 0);
}

#[tokio::test]
async fn an_address_cannot_be_proven_where_nothing_is_sent() {
    let clinic = Clinic::new().await;
    let account = clinic.call(&clinic.founder, MyAccount {}).await.unwrap();
    assert!(!account.can_prove && account.email_proven.is_none());
    let call = ProveAddress {
        send: ToSend::IfNone,
    };
    let sent = clinic.call(&clinic.founder, call).await.unwrap();
    assert_eq!(sent.line, vestibule::api::Line::NotConfigured);
}
