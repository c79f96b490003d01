//! What a control remembers.

use iced::advanced::widget::operation::Focusable;

use crate::gui::widget::within::Within;

/// What outlives a frame.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) focused: bool,
    /// The focus came by key, so that the ring is to be seen.
    pub(super) ring: bool,
    pub(super) pressed: bool,
    /// Held down by Space or Enter.
    pub(super) keyed: bool,
    pub(super) within: Within,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
        self.ring = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
        self.ring = false;
    }
}
