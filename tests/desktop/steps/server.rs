//! What a person does where the practice is on a server, by keyboard alone.

use super::{Person, press_last, redeem_from_there, validate};
use crate::app::App;
use crate::desk::Desk;
use crate::phone::Phone;

/// Keys from the focus to the control that is meant.
mod way {
    /// Sign in of a computer that knows nobody: from the empty e-mail round to the same.
    pub(super) const TO_INVITED_OF_A_STRANGER: &str = "shift+Tab shift+Tab";
    /// Enter your code: from the code past **Submit** to **Try another way**.
    pub(super) const TO_ANOTHER_WAY: &str = "Tab Tab";
    /// Try another way: from **Recovery code**, which whoever saved some has, to **Desk code**.
    pub(super) const PAST_RECOVERY_CODE: &str = "Tab";
    /// Preferences of somebody else, who has a session: from **Done** past **Open** of the account,
    /// **End all** and **Reset** back to **Open** of the desk code.
    pub(super) const TO_DESK_CODE: &str = "shift+Tab shift+Tab shift+Tab shift+Tab";
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

/// Asks for a desk code, at the code screen: the focus stands in its field then.
pub(crate) fn ask_at_desk(app: &App) {
    app.wait_title("Enter your code");
    app.wait_text("Try another way");
    app.keys(way::TO_ANOTHER_WAY);
    app.key("Return");
    app.wait_text("Desk code");
    app.keys(way::PAST_RECOVERY_CODE);
    app.key("Return");
    app.wait_text("Eight digits");
    app.shot("ask-at-desk");
}

/// Makes a desk code for the last person of the Users page, under a banner that tells of notices;
/// its digits.
pub(crate) fn read_out(app: &App, reason: &str) -> String {
    app.wait_text("about your account");
    app.keys(super::way::PAST_NOTICES_BACK);
    press_last(app);
    app.wait_title("Authentication preferences");
    app.wait_text("no phone today");
    app.keys(way::TO_DESK_CODE);
    app.key("Return");
    app.wait_text("since");
    app.shot("desk-screens");
    app.type_text(reason);
    app.key("Return");
    app.wait_text("Read these digits out");
    app.shot("desk-digits");
    app.wait_reading("eight digits", |words| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let four = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        words
            .windows(2)
            .find(|pair| pair.iter().all(|word| four(word)))
            .map(|pair| pair.concat())
    })
}
