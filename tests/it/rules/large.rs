//! A large practice (fault 37).

use vestibule::api::Outcome;
use vestibule::domain::{Role, Status};

use super::{ask, rule};
use crate::crowd::Crowd;
use crate::staff::{Desk, MANDATORY_NOW};

const PEOPLE: usize = 5_000;

/// Five thousand become due by one row: nobody's is touched, no message goes out by itself, and who
/// signs in meanwhile is held up by nothing.
#[tokio::test]
async fn mandatory_for_five_thousand_is_one_row_and_holds_up_no_sign_in() {
    let desk = Desk::new().await;
    let mut crowd = Crowd::of(&desk);
    for number in 0..PEOPLE {
        crowd.person(&format!("Person {number}"), Role::Reception, None);
    }
    crowd.arrive(&desk).await;
    let clinic = &desk.clinic;
    let tables = ["users", "memberships", "requirements", "methods", "outbox"];
    let rows = async || {
        let mut all = Vec::new();
        for table in tables {
            all.push(
                clinic
                    .number(&format!("SELECT COUNT(*) FROM {table}"))
                    .await,
            );
        }
        all
    };
    let before = rows().await;
    let manager = clinic.manager();
    let signs_in = async {
        for _ in 0..5 {
            let outcome = manager.sign_in().await;
            assert!(matches!(outcome, Ok(Outcome::Code(_))), "{outcome:?}");
        }
    };
    let (set, ()) = tokio::join!(ask(&desk, MANDATORY_NOW), signs_in);
    set.unwrap();
    assert_eq!(rows().await, before);
    assert_eq!(rule(&desk).await.history.len(), 2);
    // And it holds for the last of them, in the table.
    let due = "SELECT COUNT(*) FROM rules WHERE until_at IS NULL AND kind = 'mandatory'";
    assert_eq!(clinic.number(due).await, 1);
    let page = desk.page("").await;
    assert_eq!(page.people[1].status, Status::Activated);
}
