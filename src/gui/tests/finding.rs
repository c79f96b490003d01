//! Ctrl+F: into the search of the page, where it has one.

use super::Stage;
use super::activity;
use super::lock::seen;
use super::screens::users;
use crate::gui::watch::Seen;

const SEARCH: &str = "Search name or email";

fn focused(stage: &mut Stage) -> String {
    let all = stage.seen();
    all.focused()
        .map_or_else(String::new, |at| at.node.name.clone())
}

#[test]
fn the_key_finds_the_search_of_the_page() {
    for (mut stage, _) in [users(), activity::page()] {
        stage.tab_to("Sign out");
        seen(&mut stage, Seen::FindKey);
        assert_eq!(focused(&mut stage), SEARCH);
    }
}

#[test]
fn where_there_is_no_search_the_focus_stays() {
    let (mut stage, _) = users();
    stage.push("Add a person");
    let before = focused(&mut stage);
    seen(&mut stage, Seen::FindKey);
    assert_eq!(focused(&mut stage), before);

    let (mut stage, _) = users();
    stage.push("Settings");
    stage.tab_to("Sign out");
    seen(&mut stage, Seen::FindKey);
    assert_eq!(focused(&mut stage), "Sign out");
}
