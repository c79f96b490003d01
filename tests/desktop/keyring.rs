//! A desktop without a keyring: said once, and the practice works all the same.

use crate::desk::Desk;
use crate::first_run::AMIRA;
use crate::steps::{create_practice, keep_recovery_key};

#[test]
fn without_a_keyring_a_banner_says_where_the_key_is() {
    let desk = Desk::without_keyring("without-keyring");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    app.wait_title("Set up two-factor");
    app.wait_text("has no keyring");
    app.shot("banner");
    assert!(app.close_window().success());

    // The key is found again, in a file that is not among the data.
    let app = desk.start_app(&[]);
    app.wait_title("Sign in");
    app.wait_text("has no keyring");
    assert!(app.close_window().success());
}
