//! The demo: a newcomer's first look, on data that is gone afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::desk::Desk;
use crate::steps::{Person, sign_in, submit_code};

const BEN: Person = Person {
    name: "Ben Okafor",
    email: "ben@harbourphysio.example",
    password: "tidal lantern 58 quilt",
};

#[test]
fn a_newcomer_signs_in_with_a_code_of_the_demo_inbox_and_nothing_stays() {
    let desk = Desk::new("demo");
    let before = demo_folders();
    let app = desk.start_app(&["--demo"]);
    app.wait_title("Sign in - Vestibule DEMO");
    app.wait_text("tidal lantern 58 quilt");
    app.wait_text("Amira Lee");
    let during = demo_folders();
    assert_eq!(during.difference(&before).count(), 1);

    sign_in(&app, &BEN);
    let code = app.wait_reading("a code in the inbox", |words| {
        let (before, _) = words.split_once(" is your sign-in code")?;
        let digits = before.rsplitn(3, ' ').take(2).collect::<Vec<_>>();
        let code = format!("{}{}", digits.get(1)?, digits.first()?);
        let whole = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        whole.then_some(code)
    });
    app.shot("code");
    submit_code(&app, &code);
    app.wait_title("Users - Vestibule DEMO");
    app.wait_text(BEN.name);
    app.shot("users");

    assert!(app.close_window().success());
    assert_eq!(demo_folders(), before);
    assert!(!desk.keyring_search().contains("vestibule"));
    for folder in ["data", "config"] {
        let kept = fs::read_dir(desk.home().join(folder)).unwrap();
        let ours = kept.filter(|entry| entry.as_ref().unwrap().file_name() == "vestibule");
        assert_eq!(ours.count(), 0, "{folder}");
    }
}

fn demo_folders() -> BTreeSet<PathBuf> {
    fs::read_dir(std::env::temp_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default();
            name.to_string_lossy().starts_with("vestibule-demo-")
        })
        .collect()
}
