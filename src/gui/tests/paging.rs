//! Turning the pages of the Users table.

use super::Stage;
use super::screens::enter_code;
use crate::backend::staged::MANAGER;
use crate::domain::Role;
use crate::keychain::Home;

/// At Users of a practice of so many people, and one.
pub(super) fn crowded(people: usize) -> Stage {
    let stage = Stage::new();
    let founder = stage.practice.founded.admitted.token.clone();
    let phone = stage.block_on(async {
        let phone = stage.practice.enrol(&founder).await;
        let by = stage.practice.manager(&phone).await;
        for number in 0..people {
            let name = format!("Sam Lee {number:03}");
            let email = format!("sam{number:03}@hills.example");
            stage
                .practice
                .invite(&by, &name, &email, Role::Reception)
                .await;
        }
        phone
    });
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    enter_code(&mut stage, &phone);
    stage
}

#[test]
fn a_page_is_turned_and_the_counts_stand() {
    let mut stage = crowded(60);
    assert!(stage.says("1–50 of 61"));
    stage.push("Next page");
    assert!(stage.says("51–61 of 61"));
    assert!(stage.says("Sam Lee 059"));
    assert!(!stage.says("Sam Lee 001"));
    assert!(
        stage.words().iter().any(|words| words == "60"),
        "not set up"
    );
    stage.push("Previous page");
    assert!(stage.says("1–50 of 61"));
}

/// A page of what was searched before would be of other people, and say their number.
#[test]
fn no_page_is_turned_while_others_are_searched_for() {
    let mut stage = crowded(60);
    stage.tab_to("Search name or email");
    stage.type_text("sam059");
    assert!(
        !stage
            .seen()
            .found
            .iter()
            .any(|found| found.node.name == "Next page")
    );
    stage.settle();
    assert!(stage.says("1–1 of 1"));
    assert!(stage.says("Sam Lee 059"));
}
