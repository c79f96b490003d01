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
