//! The one thing every control is made of: a role and a name around some content,
//! a Tab stop with a ring, pressed by mouse, Enter or Space.
//!
//! Knows no particular control; `button`, `field` and the others dress it.

mod draw;
mod live;
mod state;

use iced::advanced::widget::Id;
use iced::{Border, Color, keyboard};

use super::access::{Node, Role};
use super::{Element, Theme};

/// What a control's look depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Status {
    /// The pointer is over it.
    pub hovered: bool,
    /// It is held down.
    pub pressed: bool,
    /// It, or for a frame its first part, has the focus.
    pub focused: bool,
    /// Anything inside it has the focus.
    pub within: bool,
    /// It cannot be used now.
    pub disabled: bool,
}

/// How a control is drawn in a [`Status`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Style {
    /// Behind the content.
    pub background: Option<Color>,
    /// Around the content.
    pub border: Border,
    /// Colour of texts and icons that say no other.
    pub text: Option<Color>,
    /// Whether it stands above the page, with a soft shadow.
    pub lifted: bool,
    /// Colour of the focus ring, where it is not the palette's own.
    pub ring: Option<Color>,
    /// How much farther the ring stands off at both sides of what has no edge of its own.
    pub room: f32,
}

type StyleFn<'a> = Box<dyn Fn(&Theme, Status) -> Style + 'a>;

/// A control around some content. See [`labelled`].
pub struct Control<'a, M> {
    content: Element<'a, M>,
    id: Option<Id>,
    node: Node,
    press: Option<M>,
    hold: Option<Box<dyn Fn(bool) -> M + 'a>>,
    watch: Option<Watch<'a, M>>,
    busy: bool,
    silent: bool,
    frame: bool,
    style: StyleFn<'a>,
    status: Option<Status>,
}

type Watch<'a, M> = Box<dyn Fn(&keyboard::Event) -> Option<M> + 'a>;

/// Gives `content` a role and a name.
///
/// It becomes a Tab stop as soon as [`Control::on_press`] or [`Control::on_hold`] says
/// what it does.
pub fn labelled<'a, M: Clone + 'a>(
    role: Role,
    name: impl Into<String>,
    content: impl Into<Element<'a, M>>,
) -> Control<'a, M> {
    Control {
        content: content.into(),
        id: None,
        node: Node::new(role, name),
        press: None,
        hold: None,
        watch: None,
        busy: false,
        silent: false,
        frame: false,
        style: Box::new(|_, _| Style::default()),
        status: None,
    }
}

/// A surface that says nothing of itself.
pub(super) fn surface<'a, M: Clone + 'a>(content: impl Into<Element<'a, M>>) -> Control<'a, M> {
    Control {
        silent: true,
        ..labelled(Role::Group, "", content)
    }
}

impl<'a, M: Clone + 'a> Control<'a, M> {
    /// The id to focus it with (`iced::widget::operation::focus`).
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same, where there may be none.
    pub fn id_maybe(mut self, id: Option<Id>) -> Self {
        self.id = id;
        self
    }

    /// What it says when pressed.
    pub fn on_press(mut self, message: M) -> Self {
        self.press = Some(message);
        self
    }

    /// What it says when pressed, if it can be.
    pub fn on_press_maybe(mut self, message: Option<M>) -> Self {
        self.node.disabled |= message.is_none();
        self.press = message;
        self
    }

    /// What it says when it is pressed down (`true`) and let go (`false`).
    pub fn on_hold(mut self, message: impl Fn(bool) -> M + 'a) -> Self {
        self.hold = Some(Box::new(message));
        self
    }

    /// Whether it works on the last press: it keeps the focus but answers no other press.
    pub fn busy(mut self, busy: bool) -> Self {
        self.busy = busy;
        self
    }

    /// Looks at every key event while the focus is inside, before the content does.
    pub fn watch(mut self, watch: impl Fn(&keyboard::Event) -> Option<M> + 'a) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// Whether it is ticked or chosen.
    pub fn checked(mut self, checked: bool) -> Self {
        self.node.checked = Some(checked);
        self
    }

    /// What it holds.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.node.value = Some(value.into());
        self
    }

    /// What else is to be known of it.
    pub fn description(mut self, description: Option<String>) -> Self {
        self.node.description = description;
        self
    }

    /// Shows the ring when the first Tab stop inside has the focus, as a field's frame does.
    pub fn frame(mut self) -> Self {
        self.frame = true;
        self
    }

    /// How it is drawn.
    pub fn style(mut self, style: impl Fn(&Theme, Status) -> Style + 'a) -> Self {
        self.style = Box::new(style);
        self
    }
}

impl<'a, M: Clone + 'a> From<Control<'a, M>> for Element<'a, M> {
    fn from(control: Control<'a, M>) -> Self {
        Element::new(control)
    }
}
