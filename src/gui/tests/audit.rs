//! What holds for every screen: names, one title, Tab, and no word that is not one.

use iced::Rectangle;

use super::Stage;
use super::screens::visited;
use crate::gui::theme;
use crate::gui::widget::Role;
use crate::gui::widget::access::Node;

const FLUENT: &str = include_str!("../../../assets/i18n/en-AU/vestibule.ftl");

fn is_control(node: &Node) -> bool {
    let kind = matches!(
        node.role,
        Role::Button
            | Role::Link
            | Role::CheckBox
            | Role::Radio
            | Role::TextInput
            | Role::PasswordInput
    );
    node.stop || (kind && !node.disabled)
}

/// Controls in an order that does not depend on how they were met.
fn sorted(mut controls: Vec<(Node, Rectangle)>) -> Vec<String> {
    controls.sort_by(|(_, a), (_, b)| (a.y, a.x).partial_cmp(&(b.y, b.x)).unwrap());
    let told = |(node, at): &(Node, Rectangle)| format!("{:?} {} {at:?}", node.role, node.name);
    controls.iter().map(told).collect()
}

#[test]
fn every_screen_holds_what_all_hold() {
    let keys: Vec<_> = FLUENT
        .lines()
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key)
        // A key of one word may be a word as well.
        .filter(|key| key.contains('-') && !key.contains(' '))
        .collect();
    assert!(keys.contains(&"sign-in-title"));
    visited(|name, stage| {
        let opening = name == "opening";
        // As it is shown first: Tab comes last.
        let focused = stage.seen().focused().is_some();
        assert!(focused || opening, "{name}: the focus is nowhere");
        assert_eq!(stage.seen().faults(), Vec::<String>::new(), "{name}");
        if !opening {
            there_is_one_title_or_one_dialog(name, stage);
        }
        no_key_and_no_missing_value_is_on_screen(name, stage, &keys);
        tab_visits_every_control_once_and_comes_round(name, stage);
    });
}

fn there_is_one_title_or_one_dialog(name: &str, stage: &mut Stage) {
    let all = stage.seen();
    let places = all.found.iter().find(|it| it.node.role == Role::Navigation);
    let bar = places.map_or(0.0, |it| it.bounds.x + it.bounds.width);
    // A title is known by the height of its lines: levels are not told yet.
    let of = |height: f32| {
        let headings = all.found.iter().filter(|it| it.node.role == Role::Heading);
        let outside = headings.filter(|it| it.bounds.x >= bar);
        outside
            .filter(|it| it.bounds.height.rem_euclid(height) == 0.0)
            .count()
    };
    let dialogs = all.found.iter().filter(|it| it.node.role == Role::Dialog);
    match dialogs.count() {
        0 => assert_eq!(of(theme::TITLE.line), 1, "{name}"),
        _ => assert_eq!(
            (of(theme::TITLE.line), of(theme::HEADING.line)),
            (0, 1),
            "{name}"
        ),
    }
}

fn tab_visits_every_control_once_and_comes_round(name: &str, stage: &mut Stage) {
    let all = stage.seen();
    let there: Vec<_> = all
        .found
        .into_iter()
        .filter(|found| is_control(&found.node))
        .map(|found| (found.node, found.bounds))
        .collect();
    let visited: Vec<_> = there.iter().filter_map(|_| stage.tab(false)).collect();
    assert_eq!(sorted(visited), sorted(there), "{name}");
}

fn no_key_and_no_missing_value_is_on_screen(name: &str, stage: &mut Stage, keys: &[&str]) {
    for words in stage.words() {
        assert!(
            !without_placeholders(&words).contains('{'),
            "{name}: {words}"
        );
        assert!(!keys.contains(&words.as_str()), "{name}: {words}");
    }
}

/// The words without what stands in braces for an SMS gateway.
fn without_placeholders(words: &str) -> String {
    ["to", "digits", "text", "ref", "sender", "user", "secret"]
        .iter()
        .fold(words.to_owned(), |words, name| {
            words.replace(&format!("{{{name}}}"), "")
        })
}
