//! Going from one practice to another, and what holds in both.

use vestibule::api::{
    Admitted, ChangePassword, Deactivate, Error, Lock, Me, MyAccount, ProveAddress, ProveMethod,
    Reactivate, Secret, SetRule, SwitchPractice, ToSend, Token, WhoAmI,
};
use vestibule::domain::{Channel, NotAllowed, NoticeKind, PracticeId, Role};
use vestibule::service::SystemRandom;

use super::{SAM, Sends, accept, beside, go, in_both, not, offer, prove};
use crate::clinic::Person;
use crate::deliveries::countries::{BRITISH, KIWI, list, refused};
use crate::requirements::{turn_off, turn_on};
use crate::staff::{Desk, MANDATORY_NOW, REASON};

/// The token of before is dead, the role is the other practice's, and no step-up comes along.
#[tokio::test]
async fn a_session_goes_on_in_another_practice() {
    let desk = Desk::new().await;
    let (sam, jo) = in_both(&desk, Role::FullAccess).await;
    let clinic = &desk.clinic;
    let there = go(clinic, &sam.token, &jo.me.practice).await.unwrap();
    assert_eq!(clinic.admits(&sam.token).await, Err(Error::NotSignedIn));
    assert_eq!(
        (there.me.practice_name.as_str(), there.me.role),
        ("Vale Clinic", Role::FullAccess)
    );
    let add = offer(clinic, &there.token, "new@vale.example", Role::Reception).await;
    assert_eq!(add.err(), Some(Error::StepUpNeeded));
    let fresh = clinic.step_up(&there.token, None).await.unwrap();
    offer(clinic, &fresh, "new@vale.example", Role::Reception)
        .await
        .unwrap();
    // And back, where the role is another.
    let back = go(
        clinic,
        &fresh,
        &desk
            .clinic
            .call(&desk.manager, WhoAmI {})
            .await
            .unwrap()
            .practice,
    )
    .await
    .unwrap();
    assert_eq!(back.me.role, Role::Practitioner);
    let refused = offer(clinic, &back.token, "pat@hills.example", Role::Reception).await;
    assert_eq!(refused.err(), Some(Error::Forbidden));
    for kind in ["practice_left", "practice_entered"] {
        for practice in [&jo.me.practice, &back.me.practice] {
            let count = format!(
                "SELECT COUNT(*) FROM events WHERE kind = '{kind}' AND actor = '{}'
                 AND practice_id = '{practice}'",
                sam.id
            );
            assert_eq!(clinic.number(&count).await, 1, "{kind}");
        }
    }
}

/// Attack 57: another's practice is as unknown as none; and what ends a session, or a place in a
/// practice, ends the way there.
#[tokio::test]
async fn there_is_no_way_into_a_practice_that_is_not_ones_own() {
    let desk = Desk::new().await;
    let (sam, jo) = in_both(&desk, Role::Reception).await;
    let clinic = &desk.clinic;
    let unknown = PracticeId::new(clinic.now(), &SystemRandom);
    for practice in [&unknown, &jo.me.practice] {
        let answer = go(clinic, &desk.manager, practice).await.err();
        assert_eq!(answer, Some(Error::NotFound));
    }
    let desked = format!(
        "UPDATE sessions SET desk_by = '{}' WHERE user_id = '{}'",
        desk.manager_id, sam.id
    );
    clinic.sql(&desked).await;
    let answer = go(clinic, &sam.token, &jo.me.practice).await.err();
    assert_eq!(answer, not(NotAllowed::DeskSession));
    let lent = format!(
        "UPDATE sessions SET desk_by = NULL WHERE user_id = '{}'",
        sam.id
    );
    clinic.sql(&lent).await;
    clinic.call(&sam.token, Lock {}).await.unwrap();
    let answer = go(clinic, &sam.token, &jo.me.practice).await.err();
    assert_eq!(answer, Some(Error::Locked));

    let token = desk.at_the_door(&sam).session().await;
    let there = go(clinic, &token, &jo.me.practice).await.unwrap();
    let call = vestibule::api::Deactivate {
        user: sam.id.clone(),
        reason: REASON.into(),
    };
    clinic.call(&jo.token, call).await.unwrap();
    assert_eq!(clinic.admits(&there.token).await, Err(Error::NotSignedIn));
    let token = desk.at_the_door(&sam).session().await;
    let answer = go(clinic, &token, &jo.me.practice).await.err();
    assert_eq!(answer, Some(Error::NotFound));
}

/// Of two who take one session on, one holds it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_session_is_taken_on_once() {
    for _ in 0..crate::rounds(5, 100) {
        let desk = Desk::new().await;
        let (sam, jo) = in_both(&desk, Role::Reception).await;
        let other = desk.clinic.another_window().await;
        let practice = jo.me.practice.clone();
        let (one, two) = tokio::join!(
            go(&desk.clinic, &sam.token, &jo.me.practice),
            other.call(Some(&sam.token), SwitchPractice { practice })
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
    }
}

/// The strictest wins: what one practice demands holds in the other (attack 54).
#[tokio::test]
async fn the_rule_of_one_practice_holds_in_the_other() {
    let desk = Desk::new().await;
    let (sam, jo) = in_both(&desk, Role::Reception).await;
    let clinic = &desk.clinic;
    clinic.enrol(&jo.token).await;
    clinic.clock.advance(60);
    let rule = MANDATORY_NOW;
    clinic.call(&jo.token, SetRule { rule }).await.unwrap();
    assert_eq!(clinic.admits(&sam.token).await, Err(Error::SetUpDue));
    clinic.enrol(&sam.token).await;
    clinic.admits(&sam.token).await.unwrap();
    // And nobody at Hills Clinic turns it off.
    for token in [&sam.token, &desk.manager] {
        let refused = turn_off(&desk, token, &sam.id).await;
        assert_eq!(refused, not(NotAllowed::RequiredByRule));
    }
}

/// Full access in one practice lifts nothing that a manager of the other demands (attack 54).
#[tokio::test]
async fn full_access_in_one_practice_lifts_no_demand_of_the_other() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    let phone = clinic.enrol(&sam.token).await;
    let jo = beside(clinic).await;
    let made = offer(clinic, &jo.token, SAM, Role::FullAccess).await;
    prove(clinic, &sam.id).await;
    accept(clinic, &sam.token, &made.unwrap().code)
        .await
        .unwrap();
    let demanded = not(NotAllowed::RequiredByFullAccess);
    assert_eq!(turn_off(&desk, &sam.token, &sam.id).await, demanded);
    let there = go(clinic, &sam.token, &jo.me.practice).await.unwrap();
    clinic.clock.advance(60);
    let fresh = clinic.step_up(&there.token, Some(&phone.code())).await;
    let fresh = fresh.unwrap();
    assert_eq!(turn_off(&desk, &fresh, &sam.id).await, demanded);
    let own = clinic.call(&fresh, vestibule::api::MyMethods {}).await;
    assert_eq!(
        own.unwrap().keeps_on,
        Some(NotAllowed::RequiredByFullAccess)
    );
    // It is theirs to lift where it is theirs everywhere.
    let everywhere = format!(
        "UPDATE memberships SET role = 'full_access' WHERE user_id = '{}'",
        sam.id
    );
    clinic.sql(&everywhere).await;
    let token = crate::clinic::Person {
        clinic,
        email: sam.email.clone(),
        password: crate::clinic::PASSWORD.into(),
    };
    clinic.clock.advance(60);
    let token = token.session_by(&phone).await;
    assert_eq!(turn_off(&desk, &token, &sam.id).await, None);
}

/// What is sent in a session goes out by its practice, under that practice's name; where it does not
/// send, and at a sign-in, by the first that does.
#[tokio::test]
async fn messages_go_by_the_practice_of_the_session() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (_, hills, me, jo) = sam_in_both(&stage).await;

    let there = go(clinic, &hills, &jo.me.practice).await.unwrap().token;
    assert_eq!(asked(&stage, &there).await, "Your code for Hills Clinic");
    let fresh = clinic.step_up(&jo.token, None).await.unwrap();
    stage.set_mail(&fresh).await.unwrap();
    assert_eq!(asked(&stage, &there).await, "Your code for Vale Clinic");
    // And what the owner is told of what was done there.
    let fresh = clinic.step_up(&there, None).await.unwrap();
    let password = Secret::new("a lantern over the ferry");
    let changed = ChangePassword { password };
    clinic.call(&fresh, changed).await.unwrap();
    stage.deliver().await;
    let told = stage.mailbox.next().await.subject();
    assert_eq!(told, "About your sign-in at Vale Clinic");
    let back = go(clinic, &fresh, &me.practice).await.unwrap().token;
    assert_eq!(asked(&stage, &back).await, "Your code for Hills Clinic");
}

/// What is about a place in one practice goes out by that one alone, and names it wherever it is
/// read: also to somebody who is not there any more.
#[tokio::test]
async fn the_end_of_a_place_is_told_by_the_practice_that_ended_it() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (_, hills, me, jo) = sam_in_both(&stage).await;
    let phone = clinic.enrol(&jo.token).await;
    clinic.clock.advance(60);
    let end = async |token: &Token| {
        let user = me.user.clone();
        let reason = REASON.to_owned();
        clinic.call(token, Deactivate { user, reason }).await
    };
    let give_back = async |token: &Token| {
        let user = me.user.clone();
        clinic.call(token, Reactivate { user }).await
    };
    // Vale Clinic does not send: nobody else carries it.
    end(&jo.token).await.unwrap();
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
    give_back(&jo.token).await.unwrap();
    let fresh = clinic.step_up(&jo.token, Some(&phone.code())).await;
    let fresh = fresh.unwrap();
    stage.set_mail(&fresh).await.unwrap();
    end(&fresh).await.unwrap();
    stage.deliver().await;
    let letter = stage.mailbox.next().await;
    assert_eq!(letter.subject(), "About your sign-in at Vale Clinic");
    assert!(letter.text().contains("ended your access to Vale Clinic"));
    let account = clinic.call(&hills, MyAccount {}).await.unwrap();
    let told = account.notices.iter();
    let mut told = told.filter(|told| told.kind == NoticeKind::Deactivated);
    let told = told.next().unwrap();
    assert_eq!(told.practice.as_deref(), Some("Vale Clinic"));
}

/// Sam, signed in at Hills Clinic, where Sam was first; who that is; and the manager of Vale Clinic,
/// where Sam works too.
async fn sam_in_both(stage: &Sends) -> (Person<'_>, Token, Me, Admitted) {
    let clinic = &stage.clinic;
    let sam = clinic.hire(SAM).await;
    let hills = sam.session().await;
    let me = clinic.call(&hills, WhoAmI {}).await.unwrap();
    let jo = beside(clinic).await;
    let offered = offer(clinic, &jo.token, SAM, Role::Reception).await;
    prove(clinic, &me.user).await;
    let code = offered.unwrap().code;
    accept(clinic, &hills, &code).await.unwrap();
    (sam, hills, me, jo)
}

/// What the next letter with a code is about, once the one before has ended.
async fn asked(stage: &Sends, token: &Token) -> String {
    stage.clinic.active(token).await.unwrap();
    stage.clinic.clock.advance(600);
    let send = ToSend::IfNone;
    let call = ProveAddress { send };
    stage.clinic.call(token, call).await.unwrap();
    stage.deliver().await;
    loop {
        let letter = stage.mailbox.next().await;
        if letter.text().contains("to prove this address") {
            return letter.subject();
        }
    }
}

/// Of two practices each takes its own: what one has listed costs the other nothing.
#[tokio::test]
async fn a_number_goes_by_the_practice_that_lists_its_country() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let (sam, hills, _, jo) = sam_in_both(&stage).await;
    list(&stage, &jo.token, "NZ").await;

    // Hills Clinic, where Sam is signed in and was first, takes Australian numbers alone.
    let started = stage.start(&hills, Channel::Sms, KIWI).await.unwrap();
    stage.deliver().await;
    let code = Secret::new(stage.gateway.next().await.code());
    let method = started.method;
    clinic
        .call(&hills, ProveMethod { method, code })
        .await
        .unwrap();
    sam.code_due().await;
    let by = "SELECT DISTINCT practices.name FROM outbox
              JOIN practices ON practices.id = outbox.practice_id WHERE channel = 'sms'";
    assert_eq!(clinic.sql(by).await, [["Vale Clinic"]]);
    let australian = stage.start(&hills, Channel::Sms, "0491 570 157").await;
    assert!(australian.is_ok(), "{australian:?}");
    assert_eq!(clinic.sql(by).await.len(), 2);
    assert!(refused(stage.start(&hills, Channel::Sms, BRITISH).await));
}
