//! What a person does to have something on paper, by keyboard alone.

use crate::app::App;

/// Keys from the focus to the control that is meant.
mod way {
    /// From **Copy** past **Save** to **Print**.
    pub(super) const TO_PRINT: &str = "Tab Tab";
    /// Where it would be printed: from **Not there** back to **Print there**.
    pub(super) const TO_PRINT_THERE: &str = "shift+Tab";
}

/// Presses **Print**, from **Copy**; the focus stays there.
pub(crate) fn print(app: &App) {
    app.keys(way::TO_PRINT);
    app.key("Return");
}

/// Presses **Print there**, from **Not there**; the focus goes back to **Print**.
pub(crate) fn print_there(app: &App) {
    app.keys(way::TO_PRINT_THERE);
    app.key("Return");
}
