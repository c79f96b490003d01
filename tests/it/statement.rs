//! The statement: who was protected on a day, told from what was closed and never overwritten.

use vestibule::api::{
    Error, Fault, Field, RuleAsked, Statement, StatementLine, StatementOf, TurnOn,
};
use vestibule::domain::{MethodKind, Role, Rule, Starts, Status};

use crate::requirements::reset;
use crate::staff::{Desk, MANDATORY_NOW};

const SAM: &str = "sam@hills.example";
const KIM: &str = "kim@hills.example";
const DAY: i64 = 24 * 60 * 60;

/// The statement for so many days ago.
async fn ago(desk: &Desk, days: i64) -> Result<StatementOf, Error> {
    let today = desk.clinic.now().in_tz("Australia/Sydney").unwrap().date();
    let day = today.checked_sub(jiff::Span::new().days(days)).unwrap();
    desk.clinic.call(&desk.manager, Statement { day }).await
}

async fn today(desk: &Desk) -> StatementOf {
    ago(desk, 0).await.unwrap()
}

fn of<'a>(statement: &'a StatementOf, user: &vestibule::domain::UserId) -> &'a StatementLine {
    let mut lines = statement.people.iter();
    lines.find(|line| line.user == *user).unwrap()
}

/// The next day, with the manager signed in anew.
async fn next_day(desk: &mut Desk) {
    desk.clinic.clock.advance(DAY);
    desk.return_manager().await;
}

#[tokio::test]
async fn today_is_told_as_the_users_table_tells_it() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let kim = desk.colleague(KIM, Role::Practitioner).await;
    desk.clinic.enrol(&sam.token).await;
    let user = kim.id.clone();
    desk.clinic
        .call(
            &desk.manager,
            TurnOn {
                user,
                from: Starts::Now,
            },
        )
        .await
        .unwrap();
    let statement = today(&desk).await;
    assert_eq!(statement.practice, "Hills Clinic");
    assert_eq!(statement.rule, Rule::Optional);
    assert_eq!(statement.by, "Alex Lee");
    let page = desk.page("").await;
    assert_eq!(statement.people.len(), page.people.len());
    for (line, person) in statement.people.iter().zip(&page.people) {
        assert_eq!(line.user, person.user);
        assert_eq!((line.role, line.status), (person.role, person.status));
        assert_eq!(line.methods.first().copied(), person.method);
    }
    let now = Some(desk.clinic.now());
    assert_eq!(of(&statement, &sam.id).since, now);
    assert_eq!(of(&statement, &kim.id).status, Status::Activated);
    assert_eq!(of(&statement, &kim.id).since, now);
}

/// The past stays as it was: what was closed since is told as it stood.
#[tokio::test]
async fn the_past_is_told_as_it_was() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    let (first, proven) = (today(&desk).await, desk.clinic.now());
    next_day(&mut desk).await;
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, None);
    desk.set_rule(MANDATORY_NOW).await;
    let kim = desk.colleague_due(KIM, Role::Practitioner).await;
    next_day(&mut desk).await;
    desk.set_rule(RuleAsked::Prompt).await;
    next_day(&mut desk).await;

    let then = ago(&desk, 3).await.unwrap();
    let line = of(&then, &sam.id);
    assert_eq!(line.status, Status::Enabled);
    assert_eq!(line.methods, [MethodKind::Authenticator]);
    assert_eq!(line.since, Some(proven));
    assert_eq!(then.rule, Rule::Optional);
    assert_eq!(then.people, first.people);

    let then = ago(&desk, 2).await.unwrap();
    assert!(matches!(then.rule, Rule::Mandatory { .. }));
    for user in [&sam.id, &kim] {
        let line = of(&then, user);
        assert_eq!((line.status, line.methods.len()), (Status::Activated, 0));
        assert!(line.since.is_some());
    }
    let then = ago(&desk, 1).await.unwrap();
    assert_eq!(then.rule, Rule::Prompt);
    assert_eq!(of(&then, &kim).status, Status::NotSetup);
}

/// Sign-ins by a password alone do not count, nor do those of more than 90 days before.
#[tokio::test]
async fn sign_ins_with_a_second_step_are_counted_for_ninety_days() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let start = of(&today(&desk).await, &desk.manager_id).second_steps;
    for _ in 0..3 {
        next_day(&mut desk).await;
        desk.at_the_door(&sam).session().await;
    }
    let statement = today(&desk).await;
    let manager = of(&statement, &desk.manager_id);
    assert_eq!((manager.second_steps, manager.remembered), (start + 3, 0));
    assert_eq!(of(&statement, &sam.id).second_steps, 0);
    desk.clinic
        .sql(
            "UPDATE events SET factor = 'remembered_computer' WHERE n IN
                 (SELECT n FROM events WHERE kind = 'signed_in' AND factor IS NOT NULL
                  ORDER BY n DESC LIMIT 2)",
        )
        .await;
    let statement = today(&desk).await;
    let manager = of(&statement, &desk.manager_id);
    assert_eq!((manager.second_steps, manager.remembered), (start + 1, 2));
    assert_eq!(
        of(&ago(&desk, 3).await.unwrap(), &desk.manager_id).second_steps,
        start
    );
    desk.clinic.clock.advance(89 * DAY);
    desk.return_manager().await;
    let statement = today(&desk).await;
    assert_eq!(of(&statement, &desk.manager_id).second_steps, 1);
}

#[tokio::test]
async fn a_day_that_cannot_be_told_is_refused() {
    let mut desk = Desk::new().await;
    let refused = |fault| Err(Field::When.cannot_be(fault));
    assert_eq!(ago(&desk, -1).await, refused(Fault::NotYet));
    assert_eq!(ago(&desk, 1).await, refused(Fault::TooEarly));
    next_day(&mut desk).await;
    assert!(ago(&desk, 1).await.is_ok());
    assert_eq!(ago(&desk, 2).await, refused(Fault::TooEarly));
}

/// Attack 59: that it was made is written down, with the day that it tells of.
#[tokio::test]
async fn that_it_was_made_is_written_down() {
    let desk = Desk::new().await;
    let statement = today(&desk).await;
    let told = desk
        .clinic
        .sql("SELECT reason FROM events WHERE kind = 'statement_saved'")
        .await;
    assert_eq!(told, [[statement.day.to_string()]]);
}
