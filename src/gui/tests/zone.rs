//! Times stand on the practice's clock, wherever the computer thinks it is: here the practice is in
//! Sydney, eleven hours ahead of the computer.

use super::Stage;
use super::screens::people::invitation;
use super::screens::{people, with_rule};
use crate::api::RuleAsked;
use crate::domain::Starts;

/// Made at 19:03, and good for a day.
fn says_the_end(stage: &mut Stage) {
    let words = stage.words();
    let until = words.iter().find(|words| words.contains("until "));
    let until = until.unwrap_or_else(|| panic!("{words:?}"));
    assert!(until.contains("Saturday 16 January 2027, 19:0"), "{until}");
}

#[test]
fn a_code_to_hand_over_ends_on_the_practices_clock() {
    says_the_end(&mut invitation());
    says_the_end(&mut people::code());
}

#[test]
fn a_start_is_told_at_the_sign_in_as_it_was_set() {
    let local = "2027-01-15T23:30".parse().unwrap();
    let from = Starts::At { local };
    let mut stage = with_rule(RuleAsked::Mandatory { from });
    let until = "must be set up by Friday 15 January 2027, 23:30";
    assert!(stage.says(until), "{:?}", stage.words());
}

#[test]
fn the_lock_says_since_when_on_the_practices_clock() {
    let mut stage = super::lock::locked();
    assert!(stage.says("Locked at 19:0"), "{:?}", stage.words());
}
