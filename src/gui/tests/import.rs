//! A list of people: what is told of it, and what becomes of it.

use iced::keyboard::key::Named;

use super::Stage;
use super::delivery::step_up;
use super::screens::import::{dialog, done, give, read};

fn focused(stage: &mut Stage) -> String {
    let all = stage.seen();
    all.focused().unwrap().node.name.clone()
}

#[test]
fn every_line_that_is_left_out_is_told_with_its_reason() {
    let (mut stage, _) = read();
    assert!(stage.says("2 people can be added."));
    for words in [
        "4 lines are left out:",
        "Line 4: ella@hills.example has an account already.",
        "Line 5: A list grants nobody full access.",
        "Line 6: ",
        "Line 7: The role is neither Reception nor Practitioner.",
    ] {
        assert!(stage.says(words), "{words}: {:?}", stage.words());
    }
    assert_eq!(focused(&mut stage), "Add 2 people");
}

#[test]
fn who_was_added_has_a_code_to_keep_and_stands_in_the_table() {
    let mut stage = done();
    assert!(stage.says("2 people were added."));
    assert_eq!(focused(&mut stage), "Copy");
    // One press of Escape does not throw them away.
    stage.press(Named::Escape);
    assert!(stage.says("These codes are shown only now."));
    assert_eq!(focused(&mut stage), "Copy");
    stage.push("Done");
    assert!(stage.says("Grace Park") && stage.says("Hugo Lind"));
    assert!(!stage.says("Iris Wong"));
}

/// As many new people as are asked for, read.
fn long(people: usize) -> Stage {
    let (mut stage, _, folder) = dialog();
    let lines: String = (0..people)
        .map(|n| format!("Pat {n},p{n}@new.example,reception\n"))
        .collect();
    give(&mut stage, &folder, &format!("name,email,role\n{lines}"));
    stage
}

/// The longest list is added in parts, one after the other, to its end, and says how far it is.
#[test]
fn a_list_of_five_thousand_is_added_whole() {
    let mut stage = long(5_000);
    assert!(stage.says("5000 people can be added."));
    stage.press(Named::Enter);
    while !stage.says("2500 of 5000 added.") {
        stage.answer();
    }
    stage.settle();
    assert!(stage.says("5000 people were added."));
    stage.push("Done");
    stage.push("Done");
    assert!(stage.says("5006"), "the six of before, and all of the list");
}

/// Stopped while a part is under way: that part is added with its codes, and no other.
#[test]
fn a_list_is_stopped_between_two_parts_and_no_code_is_lost() {
    let mut stage = long(120);
    // The first part is asked for, and its answer has not come.
    stage.press(Named::Enter);
    assert!(stage.says("0 of 120 added."));
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says("50 people were added."));
    stage.push("Done");
    stage.push("Done");
    assert!(stage.says("56"), "the six of before, and fifty");
}

#[test]
fn a_file_that_is_no_list_is_told_at_its_field() {
    let (mut stage, _, folder) = dialog();
    give(&mut stage, &folder, "name,email\nPat,p@new.example\n");
    assert!(stage.says("The first line must name the columns"));
    assert_eq!(focused(&mut stage), "File");
}

/// The step-up runs out between two parts and is given up: who was added has a code all the same.
#[test]
fn a_list_that_is_left_in_the_middle_loses_no_code() {
    let mut stage = long(120);
    stage.press(Named::Enter);
    while !stage.says("50 of 120 added.") {
        stage.answer();
    }
    stage.practice.advance(6 * 60);
    stage.settle();
    assert!(stage.says("Confirm it is you"));
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says("50 of 120 added."));
    stage.push("Cancel");
    assert!(stage.says("50 people were added."));
    assert_eq!(focused(&mut stage), "Copy");
}

#[test]
fn a_step_up_goes_on_with_the_list() {
    let (mut stage, phone) = read();
    stage.practice.advance(6 * 60);
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Confirm it is you"));
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says("0 of 2 added."));
    // Asked again, it is given, and the list goes on by itself.
    stage.push("Try again");
    let code = stage.practice.code(&phone);
    step_up(&mut stage, Some(&code));
    assert!(stage.says("2 people were added."), "{:?}", stage.words());
}
