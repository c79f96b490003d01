//! The widgets every screen is built from.
//!
//! Whatever can be pressed or filled in comes from here and never straight from iced:
//! each has a role and a name for assistive technology, is a Tab stop with a visible ring
//! and answers Enter and Space. No word that people read is written here, but for the
//! product's name: labels come from the caller.

pub mod access;
mod button;
mod caps_lock;
mod card;
mod choice;
mod control;
mod dialog;
mod field;
mod focus;
mod inert;
mod nav;
mod page;
mod qr;
mod root;
mod status;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod within;

use crate::gui::theme::Theme;

pub use access::Role;
pub use button::{Button, button, icon_button};
pub use caps_lock::caps_lock;
pub use card::{avatar, brand, card, centred, in_card, option_row, panel};
pub use choice::{Checkbox, Radio, RadioCard, checkbox, radio, radio_card};
pub use control::{Control, Status, Style, labelled};
pub use dialog::{Dialog, dialog, layers};
pub use field::{Field, code_field, field};
pub use focus::{focus, focus_if_none};
pub use inert::inert;
pub use lucide_icons::Icon;
pub use nav::{nav_item, nav_title, sidebar, stat_card};
pub use page::{awaited, failed, page, page_within, scrolled, to_top};
pub use qr::{qr, qr_handle};
pub use root::{on_key, reveal, root};
pub use status::{Tone, badge, banner, note, notice, toast, with_toast};
pub use table::{Column, Row, Sort, skeleton_row, table};
pub use text::{
    body, heading, icon, label, mono, muted, read_out, ruler, small, strong, subtitle, tinted,
    title,
};

/// A piece of the view, drawn with the program's theme.
pub type Element<'a, M> = iced::Element<'a, M, Theme>;
