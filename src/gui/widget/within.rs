//! Looks where the focus is inside a part of the tree. Changes nothing.

use iced::Rectangle;
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Id, Operation};

/// Where the focus is, seen from outside.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Within {
    /// On the first Tab stop.
    pub(super) first: bool,
    /// On any.
    pub(super) any: bool,
    met: bool,
}

impl Operation for Within {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.first |= !self.met;
            self.any = true;
        }

        self.met = true;
    }
}
