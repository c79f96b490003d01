//! What a person does where the practice is on a server, by keyboard alone.

use super::{Person, press_last, redeem_from_there, validate};
use crate::app::App;
use crate::desk::Desk;
use crate::phone::Phone;

/// Keys from the focus to the control that is meant.
mod way {
    /// Sign in of a computer that knows nobody: from the empty e-mail round to the same.
    pub(super) const TO_INVITED_OF_A_STRANGER: &str = "shift+Tab shift+Tab";
    /// First run: from the first field backwards round to **Connect to a server**, the last.
    pub(super) const TO_SERVER: &str = "shift+Tab";
}

/// Connects to a server, on the first screen of a new desk.
pub(crate) fn connect(app: &App, address: &str) {
    app.wait_title("Set up your practice");
    app.keys(way::TO_SERVER);
    app.key("Return");
    app.wait_title("Connect to a server");
    app.wait_text("Address of the server");
    app.shot("connect");
    app.type_text(address);
    app.key("Return");
}

/// Redeems an invitation on a computer that knows nobody.
pub(crate) fn redeem_on_a_new_computer(app: &App, code: &str, person: &Person) {
    app.wait_title("Sign in");
    // Its first letter is a line to whoever reads pictures.
    app.wait_text("have an invitation");
    app.keys(way::TO_INVITED_OF_A_STRANGER);
    redeem_from_there(app, code, person);
}

/// The same, in one's own preferences, opened from the search of a Users page with one's own row
/// as the last.
pub(crate) fn set_up_from_search(app: &App, desk: &Desk) -> Phone {
    app.wait_title("Users");
    app.wait_text("Not setup");
    press_last(app);
    app.wait_title("Authentication preferences");
    app.wait_text("Works without signal");
    let phone = validate(app, desk, super::way::TO_VALIDATE_IN_PREFERENCES);
    super::leave_preferences(app);
    phone
}
