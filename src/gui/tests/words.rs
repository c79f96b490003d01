//! Every message gets exactly the values that stand in it, from every place that asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const FLUENT: &str = include_str!("../../../assets/i18n/en-AU/vestibule.ftl");

type Values = BTreeSet<String>;

/// The values that each message has places for.
fn wanted() -> BTreeMap<&'static str, Values> {
    let mut all: BTreeMap<&str, Values> = BTreeMap::new();
    let mut key = "";
    for line in FLUENT.lines().filter(|line| !line.starts_with('#')) {
        if let Some((named, _)) = line.split_once(" =")
            && !line.starts_with([' ', '}'])
        {
            key = named;
            all.insert(key, Values::new());
        }
        let places = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        all.entry(key).or_default().extend(places);
    }
    all
}

fn read(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            read(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// Key and values of a call, from behind its opening bracket.
fn call(rest: &str) -> Option<(&str, Values)> {
    let (key, rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    let mut depth = 1;
    let mut values = Values::new();
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 1 => {
                let named = rest[at + 1..].split_once('=').map(|(name, _)| name.trim());
                let is_name = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
                values.extend(named.filter(is_name).map(str::to_owned));
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    Some((key, values))
}

#[test]
fn every_message_gets_the_values_that_it_has_places_for() {
    let wanted = wanted();
    let mut source = String::new();
    read(Path::new("src/gui"), &mut source);
    read(Path::new("src/command"), &mut source);
    source.push_str(&fs::read_to_string("src/command.rs").unwrap());
    let mut seen = 0;
    for opening in ["t!(", " t(", "(t("] {
        for rest in source.split(opening).skip(1) {
            let Some((key, values)) = call(rest) else {
                continue;
            };
            // What stands in a comment or in a test of its own is no message.
            if let Some(wanted) = wanted.get(key) {
                let given = if opening == "t!(" {
                    values
                } else {
                    Values::new()
                };
                assert_eq!(&given, wanted, "{key}");
                seen += 1;
            }
        }
    }
    assert!(seen > 200, "only {seen} calls were found");
}
