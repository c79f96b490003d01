//! The one thing every control is made of: a role and a name around some content,
//! a Tab stop with a ring, pressed by mouse, Enter or Space.
//!
//! Knows no particular control; `button`, `field` and the others dress it.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, mouse, overlay, renderer};
use iced::keyboard::{self, key::Named};
use iced::{
    Background, Border, Color, Event, Length, Rectangle, Renderer, Shadow, Size, Vector, border,
    touch, window,
};

use super::access::{Node, Role};
use super::within::Within;
use super::{Element, Theme};
use crate::gui::theme::size;

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
    /// Under the control.
    pub shadow: Shadow,
    /// Colour of the focus ring, where it is not the palette's own.
    pub ring: Option<Color>,
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
        frame: false,
        style: Box::new(|_, _| Style::default()),
        status: None,
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

    /// Whether it cannot be used now: no press, no Tab stop.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.node.disabled |= disabled;
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

    fn is_stop(&self) -> bool {
        (self.press.is_some() || self.hold.is_some()) && !self.node.disabled
    }

    fn look_within(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) -> Within {
        let mut within = Within::default();

        if let Some(child) = layout.children().next() {
            self.content.as_widget_mut().operate(
                &mut tree.children[0],
                child,
                renderer,
                &mut within,
            );
        }

        within
    }
}

/// What outlives a frame.
#[derive(Debug, Default)]
struct State {
    focused: bool,
    /// The focus came by key, so that the ring is to be seen.
    ring: bool,
    pressed: bool,
    /// Held down by Space or Enter.
    keyed: bool,
    within: Within,
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

impl<'a, M: Clone + 'a> Control<'a, M> {
    fn press(&self, shell: &mut Shell<'_, M>) {
        if let Some(message) = self.press.as_ref().filter(|_| !self.busy) {
            shell.publish(message.clone());
        }
    }

    fn hold(&self, down: bool, shell: &mut Shell<'_, M>) {
        if let Some(hold) = &self.hold {
            shell.publish(hold(down));
        }
    }

    fn on_pointer(&self, state: &mut State, event: &Event, over: bool, shell: &mut Shell<'_, M>) {
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerPressed { .. }) => {
                if !over || !self.is_stop() {
                    // A press elsewhere takes the focus along.
                    state.unfocus();
                } else if shell.is_event_captured() {
                    state.unfocus();
                } else {
                    state.focused = true;
                    state.ring = false;
                    state.pressed = true;
                    self.hold(true, shell);
                    shell.capture_event();
                }
            }
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left))
            | Event::Touch(touch::Event::FingerLifted { .. }) => {
                if std::mem::take(&mut state.pressed) {
                    self.hold(false, shell);

                    if over && self.is_stop() {
                        self.press(shell);
                        shell.capture_event();
                    }
                }
            }
            Event::Touch(touch::Event::FingerLost { .. }) => {
                if std::mem::take(&mut state.pressed) {
                    self.hold(false, shell);
                }
            }
            _ => {}
        }
    }

    fn on_key(&self, state: &mut State, event: &Event, shell: &mut Shell<'_, M>) {
        match event {
            Event::Keyboard(keyboard::Event::KeyPressed {
                key: keyboard::Key::Named(Named::Enter | Named::Space),
                modifiers,
                repeat,
                ..
            }) if state.focused
                && self.is_stop()
                && !shell.is_event_captured()
                && !modifiers.control()
                && !modifiers.alt()
                && !modifiers.logo() =>
            {
                state.ring = true;
                shell.capture_event();

                // A held key must not press a second time.
                if !repeat {
                    state.keyed = self.hold.is_some();
                    self.hold(true, shell);
                    self.press(shell);
                }
            }
            Event::Keyboard(keyboard::Event::KeyReleased {
                key: keyboard::Key::Named(Named::Enter | Named::Space),
                ..
            })
            | Event::Window(window::Event::Unfocused) => {
                if std::mem::take(&mut state.keyed) {
                    self.hold(false, shell);
                }
            }
            _ => {}
        }
    }
}

impl<'a, M: Clone + 'a> Widget<M, Theme, Renderer> for Control<'a, M> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));

        if !self.is_stop() {
            // A control that was switched off must not keep the focus.
            tree.state.downcast_mut::<State>().unfocus();
        }
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn size_hint(&self) -> Size<Length> {
        self.content.as_widget().size_hint()
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let content = self
            .content
            .as_widget_mut()
            .layout(&mut tree.children[0], renderer, limits);

        layout::Node::with_children(content.size(), vec![content])
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let bounds = layout.bounds();
        let stop = self.is_stop();
        let mut node = self.node.clone();

        node.stop = stop;
        node.focused = if self.frame {
            self.look_within(tree, layout, renderer).first
        } else {
            tree.state.downcast_ref::<State>().focused
        };

        operation.custom(self.id.as_ref(), bounds, &mut node);

        if stop {
            let state = tree.state.downcast_mut::<State>();
            operation.focusable(self.id.as_ref(), bounds, state);
        }

        if let Some(child) = layout.children().next() {
            operation.traverse(&mut |operation| {
                self.content.as_widget_mut().operate(
                    &mut tree.children[0],
                    child,
                    renderer,
                    operation,
                );
            });
        }
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
        viewport: &Rectangle,
    ) {
        // A text input would swallow Escape and drop its focus; dialogs and searches want it.
        let escape = matches!(
            event,
            Event::Keyboard(keyboard::Event::KeyPressed {
                key: keyboard::Key::Named(Named::Escape),
                ..
            })
        );

        if let (Some(watch), Event::Keyboard(key)) = (&self.watch, event)
            && tree.state.downcast_ref::<State>().within.any
            && let Some(message) = watch(key)
        {
            shell.publish(message);
        }

        if let Some(child) = layout.children().next().filter(|_| !(self.frame && escape)) {
            self.content.as_widget_mut().update(
                &mut tree.children[0],
                event,
                child,
                cursor,
                renderer,
                clipboard,
                shell,
                viewport,
            );
        }

        let over = cursor.is_over(layout.bounds());
        let state = tree.state.downcast_mut::<State>();

        self.on_pointer(state, event, over, shell);
        self.on_key(state, event, shell);

        let redraw = matches!(event, Event::Window(window::Event::RedrawRequested(_)));

        if redraw {
            let within = self.look_within(tree, layout, renderer);
            tree.state.downcast_mut::<State>().within = within;
        }

        let state = tree.state.downcast_ref::<State>();
        let status = self.status_of(state, over);

        if redraw {
            self.status = Some(status);
        } else if self.status.is_some_and(|last| last != status) {
            shell.request_redraw();
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let state = tree.state.downcast_ref::<State>();
        let status = self
            .status
            .unwrap_or_else(|| self.status_of(state, cursor.is_over(bounds)));
        let style = (self.style)(theme, status);

        if style.background.is_some() || style.border.width > 0.0 {
            renderer.fill_quad(
                renderer::Quad {
                    bounds,
                    border: style.border,
                    shadow: style.shadow,
                    ..renderer::Quad::default()
                },
                Background::Color(style.background.unwrap_or(Color::TRANSPARENT)),
            );
        }

        if let Some(child) = layout.children().next() {
            self.content.as_widget().draw(
                &tree.children[0],
                renderer,
                theme,
                &renderer::Style {
                    text_color: style.text.unwrap_or(defaults.text_color),
                },
                child,
                cursor,
                viewport,
            );
        }

        if (state.focused && state.ring) || (self.frame && state.within.first) {
            let color = style.ring.unwrap_or(theme.tokens().ring);
            ring(renderer, bounds, style.border, color, viewport);
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let inner = layout
            .children()
            .next()
            .map(|child| {
                self.content.as_widget().mouse_interaction(
                    &tree.children[0],
                    child,
                    cursor,
                    viewport,
                    renderer,
                )
            })
            .unwrap_or_default();

        if inner != mouse::Interaction::None {
            inner
        } else if self.is_stop() && cursor.is_over(layout.bounds()) {
            mouse::Interaction::Pointer
        } else {
            mouse::Interaction::None
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
        let child = layout.children().next()?;

        self.content.as_widget_mut().overlay(
            &mut tree.children[0],
            child,
            renderer,
            viewport,
            translation,
        )
    }
}

impl<M> Control<'_, M> {
    fn status_of(&self, state: &State, over: bool) -> Status {
        Status {
            hovered: over,
            pressed: state.pressed || state.keyed,
            focused: (state.focused && state.ring) || (self.frame && state.within.first),
            within: state.focused || state.within.any,
            disabled: self.node.disabled,
        }
    }
}

/// Draws the ring on a layer of its own, so that what lies beside does not cover it.
fn ring(
    renderer: &mut Renderer,
    bounds: Rectangle,
    border: Border,
    color: Color,
    viewport: &Rectangle,
) {
    let out = size::RING + size::RING_GAP;
    let ring = bounds.expand(out);
    let Some(clip) = ring.expand(size::RING_GAP).intersection(viewport) else {
        return;
    };
    let rounded = border.radius.top_left.min(bounds.height / 2.0) + out;

    renderer.with_layer(clip, |renderer| {
        renderer.fill_quad(
            renderer::Quad {
                bounds: ring,
                border: border::rounded(rounded).width(size::RING).color(color),
                ..renderer::Quad::default()
            },
            Background::Color(Color::TRANSPARENT),
        );
    });
}

impl<'a, M: Clone + 'a> From<Control<'a, M>> for Element<'a, M> {
    fn from(control: Control<'a, M>) -> Self {
        Element::new(control)
    }
}
