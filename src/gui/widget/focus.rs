//! The focus, put on a control from outside the tree.

use iced::advanced::widget::operation::{Focusable, Outcome, focusable};
use iced::advanced::widget::{Id, Operation, operate};
use iced::{Rectangle, Task};

/// Puts the focus on the control with this id, if there is one in reach. Else it stays where it is:
/// an answer may come to a page that was left, or that lies behind a dialog.
pub fn focus<M: Send + 'static>(id: impl Into<Id>) -> Task<M> {
    look(id.into(), true)
}

/// The same where nothing has the focus: what lay behind a dialog gets back what it had, and had none
/// if it was drawn anew meanwhile.
pub fn focus_if_none<M: Send + 'static>(id: impl Into<Id>) -> Task<M> {
    look(id.into(), false)
}

fn look<M: Send + 'static>(id: Id, moves: bool) -> Task<M> {
    let look = Look {
        id,
        moves,
        found: false,
        focused: false,
    };
    operate(look).discard()
}

/// Looks for it first: iced's own operation takes the focus away from all others, found or not.
struct Look {
    id: Id,
    /// Whether what has the focus gives it up.
    moves: bool,
    found: bool,
    focused: bool,
}

impl Operation for Look {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        self.found |= id == Some(&self.id);
        self.focused |= state.is_focused();
    }

    fn finish(&self) -> Outcome<()> {
        match self.found && (self.moves || !self.focused) {
            true => Outcome::Chain(Box::new(focusable::focus(self.id.clone()))),
            false => Outcome::None,
        }
    }
}
