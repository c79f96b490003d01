//! The practice's rule: who sets it, what it says of itself, and where it bites.

use vestibule::api::{
    CancelSetUp, Error, MyMethods, PracticeRule, RuleAsked, RuleInForce, SetRule, SignOut,
    StartAuthenticator, WhoAmI,
};
use vestibule::domain::{NotAllowed, Role};

use crate::roles::answers;
use crate::staff::Desk;

const SAM: &str = "sam@hills.example";

async fn rule(desk: &Desk) -> RuleInForce {
    desk.clinic
        .call(&desk.manager, PracticeRule {})
        .await
        .unwrap()
}

#[tokio::test]
async fn the_rule_tells_its_past_and_whom_it_would_stop() {
    let desk = Desk::new().await;
    let begun = rule(&desk).await;
    assert_eq!(
        (begun.rule, begun.by, begun.before),
        (RuleAsked::Optional, None, None)
    );
    assert_eq!(begun.not_enabled, 0);
    desk.colleague(SAM, Role::Reception).await;
    desk.invite("kim@hills.example", Role::FullAccess)
        .await
        .unwrap();
    assert_eq!(rule(&desk).await.not_enabled, 2);

    let mut before = RuleAsked::Optional;
    for asked in [
        RuleAsked::Prompt,
        RuleAsked::MandatoryFromNow,
        RuleAsked::Optional,
    ] {
        desk.clinic.clock.advance(1);
        let call = SetRule { rule: asked };
        let told = desk.clinic.call(&desk.manager, call).await.unwrap();
        let expected = RuleInForce {
            rule: asked,
            by: Some("Alex Lee".into()),
            since: desk.clinic.now(),
            before: Some(before),
            not_enabled: 2,
        };
        assert_eq!(told, expected);
        assert_eq!(rule(&desk).await, expected);
        before = asked;
    }
    let log = "SELECT reason FROM events WHERE kind = 'rule_changed' ORDER BY at";
    assert_eq!(
        desk.clinic.sql(log).await,
        [
            ["optional to prompt"],
            ["prompt to mandatory"],
            ["mandatory to optional"]
        ]
    );
}

/// Attack 54: the time from which a Mandatory rule bites is set once.
#[tokio::test]
async fn the_same_rule_again_changes_nothing() {
    let desk = Desk::new().await;
    for asked in [
        RuleAsked::Optional,
        RuleAsked::Prompt,
        RuleAsked::MandatoryFromNow,
    ] {
        desk.set_rule(asked).await;
        let rows = desk.clinic.sql("SELECT * FROM rules").await;
        let events = desk.clinic.number("SELECT COUNT(*) FROM events").await;
        let before = rule(&desk).await;
        desk.clinic.clock.advance(5);
        desk.set_rule(asked).await;
        assert_eq!(rule(&desk).await, before);
        assert_eq!(desk.clinic.sql("SELECT * FROM rules").await, rows);
        assert_eq!(
            desk.clinic.number("SELECT COUNT(*) FROM events").await,
            events
        );
    }
}

#[tokio::test]
async fn a_deadline_that_lies_ahead_is_not_moved() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let tonight = desk.clinic.now().as_millisecond() + 36_000_000;
    desk.clinic
        .sql(&format!(
            "UPDATE rules SET kind = 'mandatory', bites_at = {tonight}"
        ))
        .await;
    desk.set_rule(RuleAsked::MandatoryFromNow).await;
    let due = desk.view(&sam.id).await.facts.due_from.unwrap();
    assert_eq!(due.as_millisecond(), tonight);
    // Until then the set-up is offered, with that time.
    let answer = desk.at_the_door(&sam).sign_in().await.unwrap();
    let vestibule::api::Outcome::In(admitted) = answer else {
        panic!("must set up before the time");
    };
    assert_eq!(admitted.offer.unwrap().until, Some(due));
}

/// Attack 52: nobody requires of others what would lock themself out.
#[tokio::test]
async fn only_someone_enabled_makes_it_mandatory() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    let asked = |rule| desk.clinic.call(&kim.token, SetRule { rule });
    let why = NotAllowed::ActorNotEnabled;
    let refused = asked(RuleAsked::MandatoryFromNow).await;
    assert_eq!(refused.err(), Some(Error::NotAllowed { why }));
    assert_eq!(rule(&desk).await.rule, RuleAsked::Optional);
    asked(RuleAsked::Prompt).await.unwrap();
    desk.clinic.enrol(&kim.token).await;
    asked(RuleAsked::MandatoryFromNow).await.unwrap();
}

/// Attack 53: an open session answers nothing but set-up and sign-out from its next request on.
#[tokio::test]
async fn mandatory_bites_on_open_sessions_at_their_next_request() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    desk.clinic.admits(&sam.token).await.unwrap();
    desk.set_rule(RuleAsked::MandatoryFromNow).await;
    for token in [&sam.token, &kim.token] {
        for target in [&sam.id, &kim.id] {
            for (call, answer) in answers(&desk, token, target).await {
                assert_eq!(answer, Some(Error::SetUpDue), "{call}");
            }
        }
        let who = desk.clinic.call(token, WhoAmI {}).await;
        assert_eq!(who.err(), Some(Error::SetUpDue));
        let own = desk.clinic.call(token, MyMethods {}).await;
        assert_eq!(own.err(), Some(Error::SetUpDue));
    }
    // Set-up is reached, in full: then everything is.
    desk.clinic
        .call(&sam.token, StartAuthenticator {})
        .await
        .unwrap();
    desk.clinic.call(&sam.token, CancelSetUp {}).await.unwrap();
    desk.clinic.enrol(&sam.token).await;
    desk.clinic.admits(&sam.token).await.unwrap();
    desk.clinic.call(&kim.token, SignOut {}).await.unwrap();
}

/// A session that has been open for an hour sets up behind a step-up.
#[tokio::test]
async fn a_due_session_steps_up_and_then_sets_up() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.clock.advance(10 * 60);
    desk.freshen().await;
    desk.set_rule(RuleAsked::MandatoryFromNow).await;
    let start = desk.clinic.call(&sam.token, StartAuthenticator {}).await;
    assert_eq!(start.err(), Some(Error::StepUpNeeded));
    let token = desk.clinic.step_up(&sam.token, None).await.unwrap();
    assert_eq!(desk.clinic.admits(&token).await, Err(Error::SetUpDue));
    desk.clinic.enrol(&token).await;
    assert_eq!(desk.clinic.admits(&token).await, Ok(()));
}

/// Guarantee G7: the rule is read at every call, in both directions.
#[tokio::test]
async fn easing_the_rule_acts_at_the_next_request_too() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.set_rule(RuleAsked::MandatoryFromNow).await;
    assert_eq!(desk.clinic.admits(&sam.token).await, Err(Error::SetUpDue));
    desk.set_rule(RuleAsked::Optional).await;
    assert_eq!(desk.clinic.admits(&sam.token).await, Ok(()));
    // And a single person's requirement bites in the same way.
    crate::requirements::turn_on(&desk, &desk.manager, &sam.id).await;
    assert_eq!(desk.clinic.admits(&sam.token).await, Err(Error::SetUpDue));
}
