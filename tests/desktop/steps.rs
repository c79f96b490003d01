//! What a person does, screen by screen, by keyboard alone. Where the focus stands
//! and how many stops lie between two controls is known here and nowhere else.

mod printing;
#[cfg(feature = "server")]
mod server;
mod settings;

use crate::app::App;
use crate::desk::Desk;
use crate::phone::Phone;

pub(crate) use printing::{print, print_there};
#[cfg(feature = "server")]
pub(crate) use server::{
    ask_at_desk, connect, read_out, redeem_on_a_new_computer, set_up_from_search,
};
pub(crate) use settings::make_mandatory;
#[cfg(feature = "server")]
pub(crate) use settings::make_mandatory_at_once;
#[cfg(feature = "server")]
pub(crate) use settings::move_practice;

/// Keys from the focus that each screen sets to the control that is meant.
mod way {
    /// Recovery key: from **Copy** past **Save** and **Print** to the tick; from there to **Done**.
    pub(super) const TO_SAVED_TICK: &str = "Tab Tab Tab";
    pub(super) const FROM_TICK_TO_DONE: &str = "Tab";
    /// Set up two-factor: from the methods past **Set up later** to **Validate**.
    pub(super) const TO_VALIDATE: &str = "Tab Tab";
    /// Users: from the first field back to **Sign out**, the stop before it.
    pub(super) const TO_SIGN_OUT: &str = "shift+Tab";
    /// Users: from the search past **Import** to **Add a person**, and from there back to **Sign
    /// out**.
    pub(super) const TO_ADD: &str = "Tab Tab";
    pub(super) const FROM_ADD_TO_SIGN_OUT: &str = "shift+Tab shift+Tab shift+Tab";
    pub(super) const FROM_ADD_TO_SEARCH: &str = "shift+Tab shift+Tab";
    /// Users, where a search finds nobody: from the search backwards round to **Show everyone**,
    /// past **Sign out**, **Lock** and the six places.
    pub(super) const TO_SHOW_EVERYONE: &str =
        "shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab";
    /// Users: from the search the same way round to the last cog, past **Former and future staff**;
    /// and past **Read** where notices are told of.
    pub(super) const TO_LAST_COG: &str = "shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab";
    pub(super) const PAST_NOTICES_BACK: &str = "shift+Tab";
    pub(super) const PAST_NOTICES: &str = "Tab";
    /// Users: from the last cog past **Former and future staff** round to **Sign out**, past the
    /// places.
    pub(super) const FROM_LAST_COG_TO_SIGN_OUT: &str = "Tab Tab Tab Tab Tab Tab Tab Tab Tab";
    /// Users with one's own row only: from the cog round to **Sign out**, past the two places.
    pub(super) const FROM_OWN_COG_TO_SIGN_OUT: &str = "Tab Tab Tab Tab";
    /// Users: from the last cog round to **Settings**, and from the search back to it.
    pub(super) const FROM_LAST_COG_TO_SETTINGS: &str = "Tab Tab Tab Tab Tab";
    pub(super) const TO_SETTINGS: &str = "shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab";
    /// Add a person: from the name to the e-mail.
    pub(super) const TO_EMAIL: &str = "Tab";
    /// Invitation: from **Copy** to **Done**.
    pub(super) const FROM_COPY_TO_DONE: &str = "Tab";
    /// Sign in, where somebody has been: from the password back to the e-mail, and on round past
    /// **Connect to a server** to **I have an invitation**.
    pub(super) const TO_LAST_EMAIL: &str = "shift+Tab";
    pub(super) const TO_INVITED: &str = "shift+Tab shift+Tab shift+Tab";
    /// Redeem: from the code to the password.
    pub(super) const TO_PASSWORD: &str = "Tab";
    /// Preferences: from the methods past **Turn on, set up later** and **Cancel**.
    pub(super) const TO_VALIDATE_IN_PREFERENCES: &str = "Tab Tab Tab";
    /// Set up two-factor, where it must be finished: from the methods to **Validate**.
    pub(super) const TO_VALIDATE_WHEN_DUE: &str = "Tab";
    /// Preferences of somebody else: from **Done** past **Open** back to **Reset**.
    pub(super) const TO_RESET: &str = "shift+Tab shift+Tab";
    /// Step-up: from the password past its eye to the code.
    pub(super) const TO_CODE: &str = "Tab Tab";
}

/// A member of staff.
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
}

/// The colleague of the journeys.
pub(crate) const JONAS: Person = Person {
    name: "Jonas Weber",
    email: "jonas@harbourphysio.example",
    password: "a kettle under the pier",
};

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

/// The practice recovery key, by **Copy**, which has the focus.
pub(crate) fn copy_recovery_key(app: &App) -> String {
    app.wait_title("Practice recovery key");
    app.key("Return");
    // At once: it is gone after 30 seconds.
    app.clipboard().trim().to_owned()
}

/// Says that the practice recovery key is saved, from **Copy**.
pub(crate) fn keep_recovery_key(app: &App) {
    app.wait_title("Practice recovery key");
    // "I" alone is read as a bar at times.
    app.wait_text("have saved this key");
    app.shot("practice-recovery-key");
    app.keys(way::TO_SAVED_TICK);
    app.key("space");
    app.keys(way::FROM_TICK_TO_DONE);
    app.key("Return");
}

/// Says that the recovery codes are saved.
pub(crate) fn keep_recovery_codes(app: &App) {
    app.wait_title("Your recovery codes");
    app.wait_text("have saved these");
    app.shot("recovery-codes");
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
    validate(app, desk, way::TO_VALIDATE)
}

/// The same, where the practice requires it: there is no **Set up later**.
pub(crate) fn set_up_because_it_is_due(app: &App, desk: &Desk) -> Phone {
    app.wait_title("Set up two-factor");
    app.wait_text("must be set up before you can go on");
    app.wait_no_text("Set up later");
    app.shot("set-up-due");
    validate(app, desk, way::TO_VALIDATE_WHEN_DUE)
}

/// The same, where a rule began to bite while the person was at work.
pub(crate) fn set_up_meanwhile(app: &App, desk: &Desk) -> Phone {
    app.wait_title("Set up two-factor");
    app.wait_text("must be set up now");
    app.wait_no_text("Set up later");
    app.shot("set-up-meanwhile");
    validate(app, desk, way::TO_VALIDATE_WHEN_DUE)
}

/// The same, in one's own preferences, opened from the Users page with one's own row.
pub(crate) fn set_up_in_preferences(app: &App, desk: &Desk) -> Phone {
    app.wait_title("Users");
    app.wait_text("Not setup");
    // The focus stands on the cog.
    app.key("Return");
    app.wait_title("Authentication preferences");
    app.wait_text("Works without signal");
    app.shot("preferences");
    let phone = validate(app, desk, way::TO_VALIDATE_IN_PREFERENCES);
    leave_preferences(app);
    phone
}

/// From one's own preferences, to which the recovery codes of a first method led back.
pub(crate) fn leave_preferences(app: &App) {
    app.wait_title("Authentication preferences");
    app.wait_text("Recovery codes");
    // The focus stands on **Done**.
    app.key("Return");
    app.wait_title("Users");
    app.wait_text("Enabled");
}

fn validate(app: &App, desk: &Desk, way: &str) -> Phone {
    app.keys(way);
    app.key("Return");
    let mut phone = Phone::scan(&app.qr_on_screen());
    app.shot("scan");
    let code = phone.next_code(desk);
    submit_code(app, &code);
    keep_recovery_codes(app);
    phone
}

/// Types a code and submits it.
pub(crate) fn submit_code(app: &App, code: &str) {
    app.type_text(code);
    app.key("Return");
}

/// Email and password, up to the screen that asks for the code.
pub(crate) fn sign_in(app: &App, person: &Person) {
    enter_password(app, person);
    app.wait_title("Enter your code");
    app.wait_text("Verification code");
}

/// Email and password, whatever comes next.
pub(crate) fn enter_password(app: &App, person: &Person) {
    app.wait_title("Sign in");
    app.wait_text("Password");
    app.shot("sign-in");
    // The last user name stands there already.
    app.keys(way::TO_LAST_EMAIL);
    app.keys("ctrl+a");
    enter_email(app, person);
}

/// The same on a computer that knows nobody: the focus stands in the empty email.
pub(crate) fn enter_password_of_a_stranger(app: &App, person: &Person) {
    app.wait_title("Sign in");
    app.wait_text("Password");
    enter_email(app, person);
}

fn enter_email(app: &App, person: &Person) {
    app.type_text(person.email);
    app.key("Tab");
    app.type_text(person.password);
    app.key("Return");
}

/// Where the focus stands on the Users page.
#[derive(Clone, Copy)]
pub(crate) enum FocusOn {
    Search,
    AddPerson,
    /// Under a banner that tells of notices.
    LastCogUnderNotices,
    OwnCog,
    /// Under a banner that tells of notices.
    OwnCogUnderNotices,
}

/// Signs out, from the Users page as it comes up for full access.
pub(crate) fn sign_out(app: &App) {
    sign_out_from(app, FocusOn::Search);
}

/// Signs out, from wherever the focus stands on the Users page.
pub(crate) fn sign_out_from(app: &App, from: FocusOn) {
    app.wait_title("Users");
    if let FocusOn::LastCogUnderNotices | FocusOn::OwnCogUnderNotices = from {
        app.wait_text("about your account");
        app.keys(way::PAST_NOTICES);
    }
    app.keys(match from {
        FocusOn::Search => way::TO_SIGN_OUT,
        FocusOn::AddPerson => way::FROM_ADD_TO_SIGN_OUT,
        FocusOn::LastCogUnderNotices => way::FROM_LAST_COG_TO_SIGN_OUT,
        FocusOn::OwnCog | FocusOn::OwnCogUnderNotices => way::FROM_OWN_COG_TO_SIGN_OUT,
    });
    app.key("Return");
    app.wait_title("Sign in");
    app.wait_text("Password");
}

/// Opens **Add a person**, from the search.
pub(crate) fn open_add_person(app: &App) {
    app.wait_title("Users");
    app.keys(way::TO_ADD);
    app.key("Return");
    app.wait_title("Add a person");
    app.wait_text("Email");
    app.shot("add-a-person");
}

/// From **Add a person** back to the search.
pub(crate) fn back_to_search(app: &App) {
    app.wait_title("Users");
    app.keys(way::FROM_ADD_TO_SEARCH);
}

/// Presses **Show everyone**, from a search that finds nobody.
pub(crate) fn show_everyone(app: &App) {
    app.keys(way::TO_SHOW_EVERYONE);
    app.key("Return");
}

/// Presses the last cog on the Users page, from the search.
pub(crate) fn press_last(app: &App) {
    app.keys(way::TO_LAST_COG);
    app.key("Return");
}

/// Opens the Settings, from the last cog of the Users page.
pub(crate) fn open_settings_from_last_cog(app: &App) {
    open_settings(app, way::FROM_LAST_COG_TO_SETTINGS);
}

/// Opens the Settings, from **Add a person**.
pub(crate) fn open_settings_from_add(app: &App) {
    back_to_search(app);
    open_settings(app, way::TO_SETTINGS);
}

fn open_settings(app: &App, way: &str) {
    app.wait_title("Users");
    app.keys(way);
    app.key("Return");
    app.wait_title("Settings");
    app.wait_text("Mandatory");
    app.shot("settings");
}

/// Adds somebody for the reception; gives the invitation code as **Copy** copies it.
pub(crate) fn add_person(app: &App, person: &Person) -> String {
    open_add_person(app);
    app.type_text(person.name);
    app.keys(way::TO_EMAIL);
    app.type_text(person.email);
    invitation(app)
}

/// Adds somebody with full access, the first of the roles.
pub(crate) fn add_manager(app: &App, person: &Person) -> String {
    open_add_person(app);
    app.type_text(person.name);
    app.keys(way::TO_EMAIL);
    app.type_text(person.email);
    app.keys("Tab space shift+Tab");
    invitation(app)
}

/// From a filled form to the code of the invitation.
fn invitation(app: &App) -> String {
    app.key("Return");
    app.wait_text("For one use");
    app.shot("invitation");
    app.key("Return");
    app.wait_text("leaves the clipboard");
    app.shot("invitation-copied");
    let code = app.clipboard();
    app.keys(way::FROM_COPY_TO_DONE);
    app.key("Return");
    app.wait_title("Users");
    code
}

/// Redeems an invitation, from the sign-in screen.
pub(crate) fn redeem(app: &App, code: &str, person: &Person) {
    app.wait_title("Sign in");
    app.keys(way::TO_INVITED);
    redeem_from_there(app, code, person);
}

/// The same, from **I have an invitation**.
pub(crate) fn redeem_from_there(app: &App, code: &str, person: &Person) {
    app.key("Return");
    app.wait_title("Redeem your invitation");
    app.wait_text("Invitation code");
    app.shot("redeem");
    app.type_text(code);
    app.keys(way::TO_PASSWORD);
    app.type_text(person.password);
    app.key("Return");
}

/// Password and code again, before a change that matters.
pub(crate) fn step_up(app: &App, desk: &Desk, person: &Person, phone: &mut Phone) {
    app.wait_title("Confirm it is you");
    app.wait_text("Verification code");
    app.shot("step-up");
    app.type_text(person.password);
    app.keys(way::TO_CODE);
    submit_code(app, &phone.next_code(desk));
}

/// Resets the person in the last row of the Users page, under a banner that tells of notices, for
/// a reason.
pub(crate) fn reset_last(app: &App, person: &Person, reason: &str) {
    app.wait_title("Users");
    app.wait_text("about your account");
    app.keys(way::PAST_NOTICES_BACK);
    press_last(app);
    app.wait_title("Authentication preferences");
    app.wait_text("For a lost phone");
    app.shot("preferences-of-other");
    app.keys(way::TO_RESET);
    app.key("Return");
    app.wait_text("Shown in Activity");
    app.shot("ask-reset");
    app.type_text(reason);
    app.key("Return");
    app.wait_text(&format!("{} has been reset", person.name));
    app.shot("was-reset");
    app.key("Return");
    app.wait_title("Users");
}
