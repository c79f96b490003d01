//! Keys for the whole window: Tab walks over all Tab stops in reading order and round, the arrows
//! over choices that stand together, and the one that is reached is scrolled into view. Also
//! [`on_key`] for a part of the tree.
//!
//! Knows no particular control; iced's own text inputs are stops like any other.

mod stops;

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::{Operation, Tree, Widget, operate, tree};
use iced::advanced::{Clipboard, Shell, mouse, overlay, renderer};
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::{Event, Length, Rectangle, Renderer, Size, Task, Vector};

use self::stops::Stops;
use super::{Element, Theme};

/// Wraps a window's whole content.
pub fn root<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    Element::new(Keys {
        content: content.into(),
        tab: true,
        map: None,
    })
}

/// Turns key presses that nothing inside `content` has used into messages. A text field
/// leaves Escape alone, so that it arrives here too.
pub fn on_key<'a, M: 'a>(
    content: impl Into<Element<'a, M>>,
    map: impl Fn(&Key, Modifiers) -> Option<M> + 'a,
) -> Element<'a, M> {
    Element::new(Keys {
        content: content.into(),
        tab: false,
        map: Some(Box::new(map)),
    })
}

/// Scrolls to where the focus is, as Tab does, and to what is told under it: a screen may put
/// the focus on what is out of sight.
pub fn reveal<M: Send + 'static>() -> Task<M> {
    operate(Stops::default()).discard()
}

type KeyFn<'a, M> = Box<dyn Fn(&Key, Modifiers) -> Option<M> + 'a>;

/// Transparent but for keys: its content's tree is its own.
struct Keys<'a, M> {
    content: Element<'a, M>,
    tab: bool,
    map: Option<KeyFn<'a, M>>,
}

impl<'a, M: 'a> Keys<'a, M> {
    fn walk(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        to: impl Fn(&Stops) -> Option<usize>,
    ) -> bool {
        let content = self.content.as_widget_mut();
        let mut stops = Stops::default();

        content.operate(tree, layout, renderer, &mut stops);

        let Some(stop) = to(&stops) else {
            return false;
        };

        content.operate(tree, layout, renderer, &mut stops.go(stop, 0.0));
        true
    }
}

impl<'a, M: 'a> Widget<M, Theme, Renderer> for Keys<'a, M> {
    fn tag(&self) -> tree::Tag {
        self.content.as_widget().tag()
    }

    fn state(&self) -> tree::State {
        self.content.as_widget().state()
    }

    fn children(&self) -> Vec<Tree> {
        self.content.as_widget().children()
    }

    fn diff(&self, tree: &mut Tree) {
        self.content.as_widget().diff(tree);
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
        self.content.as_widget_mut().layout(tree, renderer, limits)
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        self.content
            .as_widget_mut()
            .operate(tree, layout, renderer, operation);
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
        self.content.as_widget_mut().update(
            tree, event, layout, cursor, renderer, clipboard, shell, viewport,
        );

        let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event else {
            return;
        };

        if shell.is_event_captured() {
            return;
        }

        if let Some(message) = self.map.as_ref().and_then(|map| map(key, *modifiers)) {
            shell.publish(message);
            shell.capture_event();
            return;
        }

        if !self.tab || modifiers.control() || modifiers.alt() || modifiers.logo() {
            return;
        }

        let walked = match key {
            Key::Named(Named::Tab) => self.walk(tree, layout, renderer, |stops| {
                stops.next(modifiers.shift())
            }),
            Key::Named(Named::ArrowDown | Named::ArrowRight) => {
                self.walk(tree, layout, renderer, |stops| stops.choice(false))
            }
            Key::Named(Named::ArrowUp | Named::ArrowLeft) => {
                self.walk(tree, layout, renderer, |stops| stops.choice(true))
            }
            _ => false,
        };

        if walked {
            shell.capture_event();
            shell.request_redraw();
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        self.content
            .as_widget()
            .draw(tree, renderer, theme, style, layout, cursor, viewport);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        self.content
            .as_widget()
            .mouse_interaction(tree, layout, cursor, viewport, renderer)
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, M, Theme, Renderer>> {
        self.content
            .as_widget_mut()
            .overlay(tree, layout, renderer, viewport, translation)
    }
}
