//! The words on the screen: every key that is called for exists in Fluent, and
//! every key in Fluent is called for.

use std::collections::BTreeSet;

use super::source::{Source, files, sources};

const EN_AU: &str = "assets/i18n/en-AU";

/// The function and macro by which the screens ask for a message.
const ASK: &str = "t";

/// The keys of the messages; terms (`-brand`) and attributes (`.label`) have none.
fn keys(fluent: &str) -> BTreeSet<&str> {
    fluent
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('='))
        .map(|(key, _)| key.trim_end())
        .collect()
}

/// The messages that other messages place in themselves: `{ key }`.
fn placed(fluent: &str) -> BTreeSet<&str> {
    fluent
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(inside, _)| inside.trim())
        .collect()
}

fn asked_for<'a>(screens: impl IntoIterator<Item = &'a Source>) -> BTreeSet<&'a str> {
    screens
        .into_iter()
        .flat_map(|source| source.first_arguments(ASK))
        .collect()
}

#[test]
fn keys_and_calls_are_told_apart_from_what_looks_like_them() {
    let fluent = "# old = gone\nsign-in = Sign in\n    .title = { brand }\n-term = x\n";
    assert_eq!(keys(fluent), BTreeSet::from(["sign-in"]));
    assert_eq!(placed(fluent), BTreeSet::from(["brand"]));

    let screen = Source::parse(
        "src/gui/users.rs",
        "// t(\"no\")\nfn a() { words.t(\"one\"); t!(\"two\", n = 3); t(key); at(\"no\"); }",
    );
    assert_eq!(asked_for(&[screen]), BTreeSet::from(["one", "two"]));
}

#[test]
fn every_message_is_there_and_none_is_left_over() {
    let all = sources("src");
    let speakers = [
        "src/gui",
        "src/command",
        "src/paper",
        "src/service/letters",
        "src/words",
    ];
    let speakers: Vec<_> = all.iter().filter(|file| file.is_in(&speakers)).collect();
    let fluent: String = files(EN_AU, "ftl")
        .into_iter()
        .map(|(_, text)| text + "\n")
        .collect();
    let keys = keys(&fluent);

    let asked = asked_for(speakers);
    let missing: Vec<_> = asked.difference(&keys).collect();
    assert!(
        missing.is_empty(),
        "asked for and not in {EN_AU}: {missing:?}"
    );

    // A key that is chosen by a match stands as a text somewhere: written whole,
    // so that a search for it finds its use.
    let mut used: BTreeSet<&str> = all.iter().flat_map(Source::texts).collect();
    used.extend(placed(&fluent));
    let unused: Vec<_> = keys.difference(&used).collect();
    assert!(unused.is_empty(), "in {EN_AU} and used nowhere: {unused:?}");
}
