//! The screens before someone is signed in. Each has a State, Messages and Actions.

pub mod code;
pub mod connect;
pub mod enrol;
pub mod first_run;
pub mod lock;
pub mod moving;
pub mod recovery_codes;
pub mod recovery_key;
pub mod redeem;
pub mod set_up;
pub mod sign_in;
pub mod trouble;

use iced::Task;
use iced::widget::{Id, operation};

pub use super::widget::focus;
use super::widget::reveal;

/// *Connect to a server*, for whoever comes back from there.
pub const TO_SERVER: &str = "to-server";

/// Puts the focus into a field, selects what is in it (typing replaces what was wrong) and shows
/// what is said under it.
pub fn focus_wrong<M: Send + 'static>(id: impl Into<Id>) -> Task<M> {
    let id = id.into();
    focus(id.clone())
        .chain(operation::select_all(id))
        .chain(reveal())
}

/// Keeps the cursor behind a code that was grouped after it was typed.
pub fn to_end<M: Send + 'static>(id: &'static str) -> Task<M> {
    operation::move_cursor_to_end(Id::new(id))
}

/// The groups of a key in two lines, so that none is broken in the middle.
pub(in crate::gui) fn in_two_lines(key: &str, between: char) -> [String; 2] {
    let groups: Vec<&str> = key.split(between).collect();
    let (first, second) = groups.split_at(groups.len().div_ceil(2));
    [first.join(" "), second.join(" ")]
}
