//! What a stranger learns by the time that a wrong sign-in takes (attack 1).

use std::time::Duration;

use vestibule::api::{Error, Secret, SignIn};

use crate::base::Database;
use crate::measure::{Report, median, timed};
use crate::place::Place;
use crate::staff::{Person, Staff};

/// Tries of each kind, by turns (SECURITY.md, attack 1).
const ROUNDS: usize = 300;
/// Accounts of each kind.
const ACCOUNTS: usize = 100;
/// How far two medians may lie apart: so long, or the share of the shorter.
const APART: Duration = Duration::from_millis(3);
const SHARE: f64 = 0.05;

/// Wrong sign-ins with the address of nobody, and of accounts of three kinds.
pub(crate) async fn measure(
    (place, database): (&Place, &Database),
    staff: &Staff,
    report: &mut Report,
) {
    let kinds: Vec<&[Person]> = staff.people.chunks(ACCOUNTS).take(3).collect();
    let [_, deactivated, without] = kinds[..] else {
        panic!("too few people");
    };
    let of = |people: &[Person]| {
        let emails: Vec<_> = people
            .iter()
            .map(|it| format!("'{}'", it.email()))
            .collect();
        format!(
            "(SELECT id FROM users WHERE email IN ({}))",
            emails.join(",")
        )
    };
    let close = "UPDATE memberships SET until_at = 1 WHERE user_id IN";
    database.sql(format!("{close} {}", of(deactivated))).await;
    let take = "UPDATE users SET password_hash = NULL WHERE id IN";
    database.sql(format!("{take} {}", of(without))).await;

    let computer = place.computer();
    let mut took: [Vec<Duration>; 4] = Default::default();
    for round in 0..ROUNDS {
        // Nobody has to wait, nor is too much tried from one address.
        let fresh = "DELETE FROM tries; DELETE FROM failures_by_origin";
        database.sql(fresh.to_owned()).await;
        for turn in 0..took.len() {
            let kind = (round + turn) % took.len();
            let call = SignIn {
                email: match kind.checked_sub(1) {
                    None => format!("nobody-{}@hills.example", round % ACCOUNTS),
                    Some(kind) => kinds[kind][round % ACCOUNTS].email().to_owned(),
                },
                password: Secret::new("kelp ladder 94 ochra"),
                computer: None,
                remembered: None,
            };
            let (time, answer) = timed(computer.call(None, call)).await;
            assert_eq!(answer.err(), Some(Error::WrongCredentials));
            took[kind].push(time);
        }
    }
    let [nobody, kinds @ ..] = took.map(median);
    for (kind, median) in [
        "a wrong password",
        "somebody deactivated",
        "somebody without a password",
    ]
    .iter()
    .zip(kinds)
    {
        let (apart, shorter) = (median.abs_diff(nobody), median.min(nobody));
        report.line(
            &format!("median of {kind} / of nobody"),
            &format!("{median:.2?} / {nobody:.2?}"),
            "within 3 ms or 5 %",
            apart < APART || apart < shorter.mul_f64(SHARE),
        );
    }
}
