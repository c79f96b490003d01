//! The practice's rule: who sets it, what it says of itself, and where it bites.

mod large;

use vestibule::api::{
    CancelSetUp, Error, Field, MyMethods, Outcome, PracticeRule, RuleAsked, RuleInForce, RuleSet,
    SetRule, SignOut, StartAuthenticator, WhoAmI,
};
use vestibule::domain::{NotAllowed, Role, Rule, StartFault, Starts, Status, Timestamp};

use crate::roles::answers;
use crate::staff::{Desk, MANDATORY_NOW};

const SAM: &str = "sam@hills.example";

async fn rule(desk: &Desk) -> RuleInForce {
    desk.clinic
        .call(&desk.manager, PracticeRule {})
        .await
        .unwrap()
}

fn at(local: &str) -> Starts {
    Starts::At {
        local: local.parse().unwrap(),
    }
}

fn mandatory(from: Starts) -> RuleAsked {
    RuleAsked::Mandatory { from }
}

async fn ask(desk: &Desk, rule: RuleAsked) -> Result<RuleInForce, Error> {
    desk.clinic.call(&desk.manager, SetRule { rule }).await
}

#[tokio::test]
async fn the_rule_tells_its_past() {
    let desk = Desk::new().await;
    let begun = rule(&desk).await;
    assert_eq!(begun.rule(), Rule::Optional);
    assert_eq!(begun.history[0].by, None);
    let mut expected = begun.history;
    for asked in [RuleAsked::Prompt, MANDATORY_NOW, RuleAsked::Optional] {
        desk.clinic.clock.advance(1);
        let now = desk.clinic.now();
        let told = ask(&desk, asked).await.unwrap();
        let set = RuleSet {
            rule: match asked {
                RuleAsked::Optional => Rule::Optional,
                RuleAsked::Prompt => Rule::Prompt,
                RuleAsked::Mandatory { .. } => Rule::Mandatory { bites: now },
            },
            by: Some("Alex Lee".into()),
            at: now,
        };
        expected.insert(0, set);
        assert_eq!(told.history, expected);
        assert_eq!(rule(&desk).await, told);
    }
    let log = "SELECT reason FROM events WHERE kind = 'rule_changed' ORDER BY at";
    let bites = expected[1].at;
    assert_eq!(
        desk.clinic.sql(log).await,
        [
            ["optional to prompt".to_owned()],
            [format!("prompt to mandatory from {bites}")],
            [format!("mandatory from {bites} to optional")]
        ]
    );
}

/// Tonight after the last appointment, on the practice's own clock: set-up is offered with the time
/// left until then, and must be finished from then on, also in a session that is open.
#[tokio::test]
async fn mandatory_from_tonight_spares_the_clinic() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    // Seven in the evening in Sydney.
    let told = ask(&desk, mandatory(at("2027-01-15T20:30"))).await.unwrap();
    let bites: Timestamp = "2027-01-15T09:30:00Z".parse().unwrap();
    assert_eq!(told.rule(), Rule::Mandatory { bites });
    assert_eq!(told.pending(desk.clinic.now()), Some(bites));
    assert_eq!(desk.status(&sam).await, Status::Activated);
    assert_eq!(desk.view(&sam.id).await.facts.due_from, Some(bites));
    let Outcome::In(admitted) = desk.at_the_door(&sam).sign_in().await.unwrap() else {
        panic!("must set up before the time");
    };
    assert_eq!(admitted.offer.unwrap().until, Some(bites));

    let left = bites.as_millisecond() - desk.clinic.now().as_millisecond();
    desk.clinic.clock.advance(left / 1_000 - 600);
    let Outcome::In(open) = desk.at_the_door(&sam).sign_in().await.unwrap() else {
        panic!("must set up before the time");
    };
    let almost = Timestamp::from_millisecond(bites.as_millisecond() - 1).unwrap();
    desk.clinic.clock.set(almost);
    assert_eq!(desk.clinic.admits(&open.token).await, Ok(()));
    desk.clinic.clock.set(bites);
    assert_eq!(desk.clinic.admits(&open.token).await, Err(Error::SetUpDue));
    let must = desk.at_the_door(&sam).sign_in().await.unwrap();
    assert!(matches!(must, Outcome::SetUp(_)), "{must:?}");
}

/// A start that lies ahead can be changed and cancelled; one that was reached stands (attack 54).
#[tokio::test]
async fn a_start_is_moved_only_while_it_lies_ahead() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let due = async |desk: &Desk| desk.view(&sam.id).await.facts.due_from;
    for (local, moment) in [
        ("2027-01-20T07:00", Some("2027-01-19T20:00:00Z")),
        ("2027-01-25T07:00", Some("2027-01-24T20:00:00Z")),
        ("2027-01-16T07:00", Some("2027-01-15T20:00:00Z")),
    ] {
        ask(&desk, mandatory(at(local))).await.unwrap();
        let moment: Option<Timestamp> = moment.map(|moment| moment.parse().unwrap());
        assert_eq!(due(&desk).await, moment);
    }
    ask(&desk, RuleAsked::Prompt).await.unwrap();
    assert_eq!(due(&desk).await, None);
    assert_eq!(desk.status(&sam).await, Status::NotSetup);

    ask(&desk, mandatory(at("2027-01-16T07:00"))).await.unwrap();
    desk.clinic
        .clock
        .set("2027-01-15T20:00:00Z".parse().unwrap());
    desk.return_manager().await;
    let reached = due(&desk).await;
    let why = NotAllowed::StartReached;
    let later = ask(&desk, mandatory(at("2027-02-01T07:00"))).await;
    assert_eq!(later.err(), Some(Error::NotAllowed { why }));
    // From now, once more, is what stands.
    ask(&desk, MANDATORY_NOW).await.unwrap();
    assert_eq!(due(&desk).await, reached);
}

#[tokio::test]
async fn a_start_that_makes_no_sense_is_refused_and_changes_nothing() {
    let desk = Desk::new().await;
    let before = rule(&desk).await;
    for (local, fault) in [
        ("2027-01-15T18:59", StartFault::Past),
        ("2026-01-15T19:30", StartFault::Past),
        ("2028-01-18T07:00", StartFault::TooFar),
    ] {
        let refused = ask(&desk, mandatory(at(local))).await;
        assert_eq!(refused.err(), Some(Field::When.cannot_be(fault)), "{local}");
    }
    assert_eq!(rule(&desk).await, before);
}

/// Attack 54: the time from which a Mandatory rule bites is set once.
#[tokio::test]
async fn the_same_rule_again_changes_nothing() {
    let desk = Desk::new().await;
    for asked in [RuleAsked::Optional, RuleAsked::Prompt, MANDATORY_NOW] {
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

/// Attack 52: nobody requires of others what would lock themself out.
#[tokio::test]
async fn only_someone_enabled_makes_it_mandatory() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    let asked = |rule| desk.clinic.call(&kim.token, SetRule { rule });
    let why = NotAllowed::ActorNotEnabled;
    let refused = asked(MANDATORY_NOW).await;
    assert_eq!(refused.err(), Some(Error::NotAllowed { why }));
    assert_eq!(rule(&desk).await.rule(), Rule::Optional);
    asked(RuleAsked::Prompt).await.unwrap();
    desk.clinic.enrol(&kim.token).await;
    asked(MANDATORY_NOW).await.unwrap();
}

/// Attack 53: an open session answers nothing but set-up and sign-out from its next request on.
#[tokio::test]
async fn mandatory_bites_on_open_sessions_at_their_next_request() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    desk.clinic.admits(&sam.token).await.unwrap();
    desk.set_rule(MANDATORY_NOW).await;
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
        .call(&sam.token, StartAuthenticator::default())
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
    desk.set_rule(MANDATORY_NOW).await;
    let start = desk
        .clinic
        .call(&sam.token, StartAuthenticator::default())
        .await;
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
    desk.set_rule(MANDATORY_NOW).await;
    assert_eq!(desk.clinic.admits(&sam.token).await, Err(Error::SetUpDue));
    desk.set_rule(RuleAsked::Optional).await;
    assert_eq!(desk.clinic.admits(&sam.token).await, Ok(()));
    // And a single person's requirement bites in the same way.
    crate::requirements::turn_on(&desk, &desk.manager, &sam.id).await;
    assert_eq!(desk.clinic.admits(&sam.token).await, Err(Error::SetUpDue));
}
