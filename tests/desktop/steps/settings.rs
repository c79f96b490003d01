//! What a person does in the Settings, by keyboard alone.

use super::{Person, open_settings, step_up};
use crate::app::App;
use crate::desk::Desk;
use crate::phone::Phone;

/// Keys from the focus to the control that is meant.
mod way {
    /// Settings: from **Optional** to **Mandatory**, on to **From now**, which asks for no time,
    /// and from there past the other starts to **Save**.
    pub(super) const TO_MANDATORY: &str = "Tab Tab";
    pub(super) const TO_FROM_NOW: &str = "Tab";
    pub(super) const FROM_NOW_TO_SAVE: &str = "Tab Tab Tab";
    /// Settings: from **Optional** backwards over the side bar to the last button of the page,
    /// **Move to a server**.
    pub(super) const TO_MOVE: &str =
        "shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab";
    /// The question about the move: from the address past the reason and **Cancel**.
    pub(super) const FROM_ADDRESS_TO_REASON: &str = "Tab";
    pub(super) const FROM_REASON_TO_MOVE: &str = "Tab Tab";
    /// The key of the file, which is not saved beside it: past **Print**.
    pub(super) const FROM_COPY_TO_TICK: &str = "Tab Tab";
    /// Settings: from **Mandatory** back to **Users**.
    pub(super) const FROM_MANDATORY_TO_USERS: &str = "shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab";
}

/// Makes two-factor Mandatory from now, from the Users page to the Settings and back; the sign-in
/// is too long ago to count, so a step-up is asked.
pub(crate) fn make_mandatory(app: &App, desk: &Desk, person: &Person, phone: &mut Phone) {
    save_mandatory(app);
    step_up(app, desk, person, phone);
    see_it_saved(app);
}

/// The same while the sign-in still counts.
pub(crate) fn make_mandatory_at_once(app: &App) {
    save_mandatory(app);
    see_it_saved(app);
}

/// Moves the practice to a server, from the Users page; the key of its file, by **Copy**.
pub(crate) fn move_practice(app: &App, server: &str) -> String {
    open_settings(app, super::way::TO_SETTINGS);
    app.keys(way::TO_MOVE);
    app.key("Return");
    app.wait_title("Move to a server");
    app.wait_text("nothing brings it back here");
    app.type_text(server);
    app.keys(way::FROM_ADDRESS_TO_REASON);
    app.type_text("A second computer");
    app.shot("move-to-a-server");
    app.keys(way::FROM_REASON_TO_MOVE);
    app.key("Return");
    app.wait_title("The practice has moved");
    app.wait_text("apart from the file");
    app.shot("the-practice-has-moved");
    app.key("Return");
    // At once: it is gone after 30 seconds.
    let key = app.clipboard().trim().to_owned();
    app.keys(way::FROM_COPY_TO_TICK);
    app.key("space");
    app.keys(super::way::FROM_TICK_TO_DONE);
    app.key("Return");
    key
}

fn save_mandatory(app: &App) {
    open_settings(app, super::way::TO_SETTINGS);
    app.keys(way::TO_MANDATORY);
    app.key("space");
    // The evening is offered first.
    app.wait_text("On the practice");
    app.shot("settings-mandatory");
    app.keys(way::TO_FROM_NOW);
    app.key("space");
    app.wait_no_text("On the practice");
    app.keys(way::FROM_NOW_TO_SAVE);
    app.key("Return");
}

fn see_it_saved(app: &App) {
    app.wait_title("Settings");
    app.wait_text("Saved");
    app.shot("settings-saved");
    app.keys(way::FROM_MANDATORY_TO_USERS);
    app.key("Return");
    app.wait_title("Users");
}
