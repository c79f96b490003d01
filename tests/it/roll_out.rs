//! How many people were in each status, by day, out of rows that are closed and never overwritten.

use vestibule::api::{Counts, Error, Fault, Field, RollOut, RollOutDay, RuleAsked};
use vestibule::domain::Role;

use crate::requirements::{reset, turn_on};
use crate::staff::{Desk, MANDATORY_NOW};

const DAY: i64 = 24 * 3_600;

async fn days(desk: &Desk, days: u32) -> Vec<RollOutDay> {
    let call = RollOut { days };
    desk.clinic.call(&desk.manager, call).await.unwrap()
}

fn counts(enabled: u64, pending: u64, activated: u64, not_setup: u64) -> Counts {
    Counts {
        enabled,
        pending,
        activated,
        not_setup,
    }
}

#[tokio::test]
async fn each_day_is_told_as_it_was() {
    let mut desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    desk.colleague("sam@hills.example", Role::Reception).await;
    assert_eq!(
        days(&desk, 30).await.len(),
        1,
        "there was no practice before"
    );

    desk.clinic.clock.advance(DAY);
    desk.return_manager().await;
    turn_on(&desk, &desk.manager, &kim.id).await;

    desk.clinic.clock.advance(DAY);
    desk.return_manager().await;
    let set_up = desk.at_the_door(&kim).set_up_due().await;
    desk.clinic.enrol(&set_up.token).await;
    desk.set_rule(MANDATORY_NOW).await;

    desk.clinic.clock.advance(DAY);
    desk.return_manager().await;
    desk.set_rule(RuleAsked::Optional).await;
    reset(&desk, &desk.manager, &kim.id).await;
    // Not yet over: what is told is what holds now.
    let told = days(&desk, 30).await;
    assert_eq!(
        told.iter().map(|day| day.counts).collect::<Vec<_>>(),
        [
            counts(1, 0, 0, 2),
            counts(1, 0, 1, 1),
            counts(2, 0, 1, 0),
            counts(1, 0, 1, 1),
        ]
    );
    let dates: Vec<String> = told.iter().map(|day| day.date.to_string()).collect();
    assert_eq!(
        dates,
        ["2027-01-15", "2027-01-16", "2027-01-17", "2027-01-18"]
    );
    assert_eq!(days(&desk, 2).await, told[2..]);
    // The table of today says the same.
    let page = desk.page("").await;
    let statuses = page.counted.unwrap().statuses;
    assert_eq!(statuses, Some(told[3].counts));
}

#[tokio::test]
async fn no_day_and_too_many_days_are_refused() {
    let desk = Desk::new().await;
    for days in [0, RollOut::MOST + 1] {
        let refused = desk.clinic.call(&desk.manager, RollOut { days }).await;
        let (field, fault) = (Field::When, Fault::OutOfBounds);
        assert_eq!(refused.err(), Some(Error::Invalid { field, fault }));
    }
}
