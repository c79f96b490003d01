//! One's own Authentication preferences.

use super::users_reception;
use crate::gui::tests::Stage;
use crate::gui::tests::manage::manage;

pub(super) fn not_setup() -> Stage {
    let mut stage = users_reception();
    stage.push("Authentication preferences of Ella Smith");
    stage
}

pub(in crate::gui::tests) fn enabled() -> Stage {
    manage("Alex Lee")
}

pub(super) fn turn_off() -> Stage {
    let mut stage = enabled();
    stage.push("Turn off");
    stage.settle();
    stage
}

pub(super) fn new_phone() -> Stage {
    let mut stage = enabled();
    stage.push("Set up");
    stage.push("Validate");
    stage
}
