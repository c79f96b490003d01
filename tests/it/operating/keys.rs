//! Keys that are rotated, and practices that are taken in.

use std::fs;

use super::Machine;

/// Attack 85: the whole of a rotation, as whoever runs a server does it.
#[tokio::test]
async fn a_key_is_rotated_from_the_command_line() {
    let machine = Machine::new().await;
    machine.practice(&["first-user"], "Other Clinic", "kim@other.example");
    let said = machine.run(&["rotate-key"]);
    assert!(
        !said.done() && said.err.contains("make-keys --add"),
        "{said:?}"
    );
    let old = fs::read_to_string(machine.path("keys")).unwrap();
    let both = machine.run(&["make-keys", "--add"]).out;
    assert!(both.starts_with("v2.") && both != old, "{both}");
    machine.keep(&both);
    let early = machine.run(&["make-keys", "--drop-old"]);
    assert!(!early.done() && early.out.is_empty(), "{early:?}");
    assert!(early.err.contains("rotate-key"), "{early:?}");
    let said = machine.run(&["rotate-key"]);
    assert!(said.done() && said.out.contains("--drop-old"), "{said:?}");
    let new = machine.run(&["make-keys", "--drop-old"]);
    assert!(new.done(), "{new:?}");
    machine.keep(&new.out);
    let said = machine.run(&["check"]);
    assert!(said.out.contains("they belong together"), "{said:?}");

    // The old keys open it no more, and say which is missing.
    machine.keep(&old);
    for command in [&["settle-restored"][..], &["rotate-key"], &["check"]] {
        let said = machine.run(command);
        assert!(!said.done(), "{said:?}");
        let told = format!("{}{}", said.out, said.err);
        assert!(told.contains("bring it back"), "{said:?}");
    }
}

/// The file of the keys is never lost on the way: new ones replace none, and what replaces others
/// does so in one step.
#[tokio::test]
async fn the_file_of_the_keys_is_written_whole_or_not_at_all() {
    let machine = Machine::new().await;
    let first = machine.keys();
    let said = machine.run(&["make-keys", "--write"]);
    assert!(!said.done() && said.err.contains("--add"), "{said:?}");
    assert_eq!(machine.keys(), first);
    let said = machine.run(&["make-keys", "--add", "--write"]);
    assert!(said.done() && !said.out.contains("v2."), "{said:?}");
    let both = machine.keys();
    assert!(both.starts_with("v2.") && both != first);
    // Nobody else reads it.
    assert!(machine.run(&["rotate-key"]).done());
    assert!(machine.run(&["make-keys", "--drop-old", "--write"]).done());
    assert_ne!(machine.keys(), both);
    let said = machine.run(&["check"]);
    assert!(said.out.contains("they belong together"), "{said:?}");

    fs::remove_file(machine.path("keys")).unwrap();
    assert!(machine.run(&["make-keys", "--write"]).done());
    let said = machine.run(&["check"]);
    assert!(said.out.contains("ok     keys"), "{said:?}");
}

/// A mistyped path is no new database.
#[tokio::test]
async fn no_command_but_migrate_makes_a_database() {
    let machine = Machine::new().await;
    if machine.place.server.is_some() {
        return;
    }
    let config = fs::read_to_string(machine.path("server.toml")).unwrap();
    for (path, word) in [
        ("vestibul.db", "`vestibule-server migrate` makes it"),
        ("no/vestibule.db", "no folder"),
    ] {
        let mistyped = config.replace("vestibule.db", path);
        fs::write(machine.path("server.toml"), mistyped).unwrap();
        let command = if word == "no folder" {
            "migrate"
        } else {
            "check"
        };
        let said = machine.run(&[command]);
        let told = format!("{}{}", said.out, said.err);
        assert!(!said.done() && told.contains(word), "{said:?}");
        assert!(!machine.path(path).exists());
    }
}

/// What is no export is refused in a sentence, and nothing is asked of the database.
#[tokio::test]
async fn what_is_no_export_is_said_so() {
    let machine = Machine::new().await;
    machine.practice(&["first-user"], "Other Clinic", "kim@other.example");
    fs::write(machine.path("letter"), "a letter").unwrap();
    let key = "0000-0000-0000-0000-0000-0000-0000";
    for (file, input, word) in [
        ("absent", key, "cannot be read"),
        ("letter", "nonsense", "seven groups"),
        ("letter", "", "Nothing was entered"),
    ] {
        let said = machine.told(&["import", file], input);
        assert!(!said.done() && said.err.contains(word), "{said:?}");
        assert_eq!(said.err.lines().count(), 1, "{said:?}");
    }
}
