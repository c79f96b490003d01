//! What assistive technology is told of the widget tree.
//!
//! Every control hands a [`Node`] to the operation that walks the tree. Knows no
//! platform interface: a bridge collects the nodes and translates them.

use std::any::Any;

use iced::Rectangle;
use iced::Vector;
use iced::advanced::widget::operation::{Focusable, Outcome, Scrollable, TextInput};
use iced::advanced::widget::{Id, Operation};

/// What a control is, in words that every platform knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Something that is pressed.
    Button,
    /// Something that is pressed and leads elsewhere.
    Link,
    /// A tick box.
    CheckBox,
    /// One of several choices.
    Radio,
    /// A line of text to fill in.
    TextInput,
    /// A line of text that is shown as bullets.
    PasswordInput,
    /// A title.
    Heading,
    /// A word that tells a state.
    Label,
    /// Something that came up by itself and matters now.
    Alert,
    /// Something that came up by itself and can wait.
    Status,
    /// A window within the window.
    Dialog,
    /// A set of controls with one subject.
    Group,
    /// The list of places.
    Navigation,
    /// A table.
    Table,
    /// A table's row.
    Row,
    /// The name of a column.
    ColumnHeader,
    /// A picture.
    Image,
}

/// One control, as assistive technology should see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub role: Role,
    /// What it is called.
    pub name: String,
    /// What it holds; bullets for a password.
    pub value: Option<String>,
    /// What else is to be known: help, error, reason.
    pub description: Option<String>,
    /// Whether it cannot be used now.
    pub disabled: bool,
    /// Whether it is ticked or chosen, where that can be said.
    pub checked: Option<bool>,
    /// Whether it has the focus.
    pub focused: bool,
    /// Whether it is a stop of the Tab key.
    pub stop: bool,
}

impl Node {
    /// A control with a role and a name.
    pub fn new(role: Role, name: impl Into<String>) -> Self {
        Self {
            role,
            name: name.into(),
            value: None,
            description: None,
            disabled: false,
            checked: None,
            focused: false,
            stop: false,
        }
    }
}

/// A [`Node`] where it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What was found.
    pub node: Node,
    /// The id it can be focused with.
    pub id: Option<Id>,
    /// Where it lies, in logical pixels, before scrolling.
    pub bounds: Rectangle,
}

/// Collects every control in reading order.
///
/// Hand it to `UserInterface::operate`; a `Simulator` meets the same nodes as
/// `Candidate::Custom`.
#[derive(Debug, Default)]
pub struct Collect {
    /// The controls met so far.
    pub found: Vec<Found>,
    /// Tab stops that no control vouches for: raw widgets, which a screen must not use.
    pub unnamed: Vec<Rectangle>,
    open: bool,
}

/// A new, empty collection.
pub fn collect() -> Collect {
    Collect::default()
}

impl<T> Operation<T> for Collect {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn custom(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Any) {
        if let Some(node) = state.downcast_ref::<Node>() {
            self.open = node.stop || is_text(node.role);
            self.found.push(Found {
                node: node.clone(),
                id: id.cloned(),
                bounds,
            });
        }
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        match self.found.last_mut().filter(|_| self.open) {
            Some(found) => {
                found.node.focused = state.is_focused();
                found.node.stop = true;
                found.id = found.id.take().or_else(|| id.cloned());
            }
            None => self.unnamed.push(bounds),
        }

        self.open = false;
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        _bounds: Rectangle,
        _content_bounds: Rectangle,
        _translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
    }

    fn text_input(&mut self, _id: Option<&Id>, _bounds: Rectangle, _state: &mut dyn TextInput) {}

    fn finish(&self) -> Outcome<T> {
        Outcome::None
    }
}

fn is_text(role: Role) -> bool {
    matches!(role, Role::TextInput | Role::PasswordInput)
}

impl Collect {
    /// The first control with this role and name.
    pub fn get(&self, role: Role, name: &str) -> Option<&Found> {
        self.found
            .iter()
            .find(|found| found.node.role == role && found.node.name == name)
    }

    /// The control that has the focus.
    pub fn focused(&self) -> Option<&Found> {
        self.found.iter().find(|found| found.node.focused)
    }

    /// What breaks the rule that every control has a role and a name.
    pub fn faults(&self) -> Vec<String> {
        let nameless = self
            .found
            .iter()
            .filter(|found| found.node.name.trim().is_empty())
            .map(|found| format!("{:?} without a name at {:?}", found.node.role, found.bounds));
        let raw = self
            .unnamed
            .iter()
            .map(|bounds| format!("raw Tab stop at {bounds:?}"));

        nameless.chain(raw).collect()
    }
}
