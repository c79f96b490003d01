//! What a person does, screen by screen, by keyboard alone. Where the focus stands
//! and how many stops lie between two controls is known here and nowhere else.

use crate::app::App;
use crate::desk::Desk;
use crate::phone::Phone;

/// Keys from the focus that each screen sets to the control that is meant.
mod way {
    /// Recovery key: from the first stop to the tick, and from there to **Done**.
    pub(super) const TO_SAVED_TICK: &str = "Tab Tab";
    pub(super) const FROM_TICK_TO_DONE: &str = "Tab";
    /// Set up two-factor: from the methods past **Set up later** to **Validate**.
    pub(super) const TO_VALIDATE: &str = "Tab Tab";
    /// Users: from the first field back to **Sign out**, the stop before it.
    pub(super) const TO_SIGN_OUT: &str = "shift+Tab";
}

/// A member of staff.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

/// Makes the practice and its first person, on the first screen of a new desk.
pub(crate) fn create_practice(app: &App, practice: &str, person: &Person) {
    app.wait_title("Set up your practice");
    app.wait_text("Practice name");
    app.shot("set-up-your-practice");
    app.type_text(practice);
    app.key("Tab");
    app.type_text(person.name);
    app.key("Tab");
    app.type_text(person.email);
    app.key("Tab");
    app.type_text(person.password);
    app.key("Return");
}

/// Says that the practice recovery key is saved.
pub(crate) fn keep_recovery_key(app: &App) {
    app.wait_title("Practice recovery key");
    app.wait_text("I have saved this key");
    app.shot("practice-recovery-key");
    app.keys(way::TO_SAVED_TICK);
    app.key("space");
    app.keys(way::FROM_TICK_TO_DONE);
    app.key("Return");
}

/// Sets up Google Authenticator, which is chosen beforehand.
pub(crate) fn set_up_authenticator(app: &App, desk: &Desk) -> Phone {
    app.wait_title("Set up two-factor");
    app.wait_text("Works without signal");
    app.shot("set-up-two-factor");
    app.keys(way::TO_VALIDATE);
    app.key("Return");
    let mut phone = Phone::scan(&app.qr_on_screen());
    app.shot("scan");
    let code = phone.next_code(desk);
    submit_code(app, &code);
    phone
}

/// Types a code and submits it.
pub(crate) fn submit_code(app: &App, code: &str) {
    app.type_text(code);
    app.key("Return");
}

/// Email and password, up to the screen that asks for the code.
pub(crate) fn sign_in(app: &App, person: &Person) {
    app.wait_title("Sign in");
    app.wait_text("Password");
    app.shot("sign-in");
    // The last user name may stand there already.
    app.keys("ctrl+a");
    app.type_text(person.email);
    app.key("Tab");
    app.type_text(person.password);
    app.key("Return");
    app.wait_title("Enter your code");
    app.wait_text("Verification code");
}

/// Signs out, from the Users page.
pub(crate) fn sign_out(app: &App) {
    app.wait_title("Users");
    app.keys(way::TO_SIGN_OUT);
    app.key("Return");
    app.wait_title("Sign in");
    app.wait_text("Password");
}
