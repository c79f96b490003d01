//! A copied secret: half a minute on the clipboard, and nowhere that another program reads.

use std::time::{Duration, Instant};

use crate::desk::Desk;
use crate::first_run::AMIRA;
use crate::steps::{copy_recovery_key, create_practice, keep_recovery_key};
use crate::until::{PATIENCE, until};

/// Attack 95: it leaves the clipboard, but takes nothing along that was copied since; neither it nor
/// the password is an argument, a variable or a title.
#[test]
fn a_copied_secret_leaves_the_clipboard_and_what_came_after_stays() {
    let desk = Desk::new("clipboard");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);

    let began = Instant::now();
    let key = copy_recovery_key(&app);
    for told in [
        app.process_says("cmdline"),
        app.process_says("environ"),
        app.title().unwrap(),
    ] {
        assert!(!told.is_empty());
        for secret in [&key, AMIRA.password] {
            assert!(!told.contains(secret), "{told}");
        }
    }
    app.wait_clipboard_let_go();
    assert_eq!(app.clipboard_now(), None);
    assert!(began.elapsed() > Duration::from_secs(25), "gone too early");

    assert_eq!(copy_recovery_key(&app), key);
    let _copied = desk.copy("something else");
    let other = until(PATIENCE, || app.clipboard_now().filter(|text| *text != key));
    assert_eq!(other.as_deref(), Some("something else"));
    app.wait_clipboard_let_go();
    assert_eq!(app.clipboard_now().as_deref(), Some("something else"));
    // The window does not close over a key that nobody says is kept.
    keep_recovery_key(&app);
    app.wait_title("Set up two-factor");
    assert!(app.close_window().success());
}
