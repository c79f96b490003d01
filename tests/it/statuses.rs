//! The four statuses, and what is required at the door.

use vestibule::api::{Outcome, RuleAsked, StartAuthenticator};
use vestibule::domain::{Role, Status};

use crate::requirements::{turn_off, turn_on};
use crate::staff::{Colleague, Desk, MANDATORY_NOW};

const SAM: &str = "sam@hills.example";

/// What signing in leads to: straight in, offered or must.
pub(crate) async fn door(desk: &Desk, colleague: &Colleague) -> &'static str {
    match desk.at_the_door(colleague).sign_in().await.unwrap() {
        Outcome::Code(_) => "code",
        Outcome::SetUp(_) => "must",
        Outcome::In(admitted) if admitted.offer.is_some() => "offered",
        Outcome::In(_) => "straight in",
        Outcome::PasswordSet { .. } => "no door leads there",
    }
}

/// Every row of the tables of statuses and requirements.
#[tokio::test]
async fn the_status_and_the_door_follow_what_is_required_and_enrolled() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let stands = async |status, outcome| {
        assert_eq!(desk.status(&sam).await, status);
        assert_eq!(door(&desk, &sam).await, outcome);
    };
    stands(Status::NotSetup, "straight in").await;
    desk.set_rule(RuleAsked::Prompt).await;
    stands(Status::NotSetup, "offered").await;
    desk.set_rule(RuleAsked::Optional).await;
    stands(Status::NotSetup, "straight in").await;

    assert_eq!(turn_on(&desk, &sam.token, &sam.id).await, None);
    stands(Status::Activated, "offered").await;
    assert_eq!(turn_off(&desk, &sam.token, &sam.id).await, None);
    stands(Status::NotSetup, "straight in").await;

    desk.clinic
        .call(&sam.token, StartAuthenticator::default())
        .await
        .unwrap();
    stands(Status::Pending, "straight in").await;
    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    stands(Status::Pending, "must").await;
}

#[tokio::test]
async fn a_set_up_is_gone_after_fifteen_minutes() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic
        .call(&sam.token, StartAuthenticator::default())
        .await
        .unwrap();
    // The manager stays at the desk, so that the session does not lock.
    for _ in 0..2 {
        desk.clinic.clock.advance(7 * 60);
        desk.freshen().await;
    }
    // Two step-ups took a minute each: 16 minutes.
    assert_eq!(desk.view(&sam.id).await.facts.status, Status::NotSetup);
    assert_eq!(desk.page(SAM).await.people[0].status, Status::NotSetup);
    assert_eq!(desk.page(SAM).await.people[0].method, None);

    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    let due = desk.at_the_door(&sam).set_up_due().await;
    desk.clinic
        .call(&due.token, StartAuthenticator::default())
        .await
        .unwrap();
    let started = desk.clinic.now();
    assert_eq!(desk.view(&sam.id).await.facts.status, Status::Pending);
    for _ in 0..2 {
        desk.clinic.clock.advance(6 * 60);
        desk.freshen().await;
    }
    desk.clinic.clock.advance(59);
    assert_eq!(desk.view(&sam.id).await.facts.status, Status::Pending);
    assert_eq!(desk.page(SAM).await.people[0].status, Status::Pending);
    desk.clinic.clock.advance(1);
    assert_eq!(desk.clinic.now().duration_since(started).as_secs(), 15 * 60);
    assert_eq!(desk.view(&sam.id).await.facts.status, Status::Activated);
    assert_eq!(desk.page(SAM).await.people[0].status, Status::Activated);
}

#[tokio::test]
async fn mandatory_or_a_manager_must_be_met_and_enabled_is_always_asked_for_a_code() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.set_rule(MANDATORY_NOW).await;
    assert_eq!(desk.status(&sam).await, Status::Activated);
    assert_eq!(door(&desk, &sam).await, "must");
    let row = desk.page(SAM).await.people.remove(0);
    assert_eq!(row.turned_on_by.as_deref(), Some("Alex Lee"));
    assert_eq!(row.since, Some(desk.clinic.now()));

    desk.set_rule(RuleAsked::Optional).await;
    assert_eq!(desk.status(&sam).await, Status::NotSetup);
    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    assert_eq!(desk.status(&sam).await, Status::Activated);
    assert_eq!(door(&desk, &sam).await, "must");

    desk.clinic.enrol(&sam.token).await;
    for rule in [RuleAsked::Prompt, MANDATORY_NOW, RuleAsked::Optional] {
        desk.set_rule(rule).await;
        assert_eq!(desk.status(&sam).await, Status::Enabled);
        assert_eq!(door(&desk, &sam).await, "code");
    }
}
