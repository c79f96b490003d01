//! Keys for the whole window: Tab walks over all Tab stops in reading order and round,
//! and the one it reaches is scrolled into view. Also [`on_key`] for a part of the tree.
//!
//! Knows no particular control; iced's own text inputs are stops like any other.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::advanced::widget::operation::{Focusable, Outcome, Scrollable};
use iced::advanced::widget::{Id, Operation, Tree, Widget, operate, tree};
use iced::advanced::{Clipboard, Shell, mouse, overlay, renderer};
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::{Event, Length, Rectangle, Renderer, Size, Task, Vector};

use super::{Element, Theme};
use crate::gui::theme::{SMALL, space};

/// Room for the words under a field that tell what is wrong with it: four lines in the smallest
/// window.
const NOTES: f32 = 4.0 * SMALL.line + space::S;

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

type KeyFn<'a, M> = Box<dyn Fn(&Key, Modifiers) -> Option<M> + 'a>;

/// Transparent but for keys: its content's tree is its own.
struct Keys<'a, M> {
    content: Element<'a, M>,
    tab: bool,
    map: Option<KeyFn<'a, M>>,
}

#[derive(Clone, Copy)]
struct Area {
    bounds: Rectangle,
    translation: Vector,
}

/// Lists the Tab stops, each with the scrolled areas it lies in.
#[derive(Default)]
struct Stops {
    stops: Vec<(Rectangle, Vec<usize>)>,
    focused: Option<usize>,
    areas: Vec<Area>,
    open: Vec<usize>,
    pending: Option<usize>,
}

impl Operation for Stops {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        let entered = self.pending.take();

        self.open.extend(entered);
        operate(self);

        if entered.is_some() {
            self.open.pop();
        }
    }

    fn container(&mut self, _id: Option<&Id>, _bounds: Rectangle) {
        self.pending = None;
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        _content_bounds: Rectangle,
        translation: Vector,
        _state: &mut dyn Scrollable,
    ) {
        self.pending = Some(self.areas.len());
        self.areas.push(Area {
            bounds,
            translation,
        });
    }

    fn focusable(&mut self, _id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.focused = Some(self.stops.len());
        }

        self.stops.push((bounds, self.open.clone()));
    }

    fn finish(&self) -> Outcome<()> {
        self.focused.map_or(Outcome::None, |stop| {
            Outcome::Chain(Box::new(self.go(stop, NOTES)))
        })
    }
}

/// Scrolls to where the focus is, as Tab does, and to what is told under it: a screen may put
/// the focus on what is out of sight.
pub fn reveal<M: Send + 'static>() -> Task<M> {
    operate(Stops::default()).discard()
}

impl Stops {
    fn next(&self, back: bool) -> Option<usize> {
        let last = self.stops.len().checked_sub(1)?;

        Some(match (self.focused, back) {
            (None, false) => 0,
            (None, true) | (Some(0), true) => last,
            (Some(at), true) => at - 1,
            (Some(at), false) if at >= last => 0,
            (Some(at), false) => at + 1,
        })
    }

    fn go(&self, stop: usize, under: f32) -> Go {
        Go {
            stop,
            moves: self.moves(stop, under),
            met: 0,
            areas: 0,
        }
    }

    /// How far each scrolled area must move for the stop to be seen whole, with what is under it.
    fn moves(&self, stop: usize, under: f32) -> Vec<(usize, AbsoluteOffset)> {
        let Some((bounds, areas)) = self.stops.get(stop) else {
            return Vec::new();
        };

        let mut shown = *bounds;
        shown.height += under;
        let mut moves = Vec::new();

        for &area in areas.iter().rev() {
            let Area {
                bounds,
                translation,
            } = self.areas[area];
            let x = short(shown.x - translation.x, shown.width, bounds.x, bounds.width);
            let y = short(
                shown.y - translation.y,
                shown.height,
                bounds.y,
                bounds.height,
            );

            shown.x -= translation.x + x;
            shown.y -= translation.y + y;
            moves.push((area, AbsoluteOffset { x, y }));
        }

        moves
    }
}

/// What is missing for a span to lie inside a window, with some air around it.
fn short(start: f32, length: f32, from: f32, window: f32) -> f32 {
    let air = space::M.min(((window - length) / 2.0).max(0.0));

    if start - air < from {
        start - air - from
    } else if start + length + air > from + window {
        // What is longer than the window shows its beginning.
        (start + length + air - from - window).min(start - air - from)
    } else {
        0.0
    }
}

/// Puts the focus on one stop and scrolls.
struct Go {
    stop: usize,
    moves: Vec<(usize, AbsoluteOffset)>,
    met: usize,
    areas: usize,
}

impl Operation for Go {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        content_bounds: Rectangle,
        _translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        for (area, offset) in &self.moves {
            if *area == self.areas {
                state.scroll_by(*offset, bounds, content_bounds);
            }
        }

        self.areas += 1;
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if self.met == self.stop {
            // Focused anew, a field would lose what is selected in it.
            if !state.is_focused() {
                state.focus();
            }
        } else if state.is_focused() {
            state.unfocus();
        }

        self.met += 1;
    }
}

impl<'a, M: 'a> Keys<'a, M> {
    fn walk(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        back: bool,
    ) -> bool {
        let content = self.content.as_widget_mut();
        let mut stops = Stops::default();

        content.operate(tree, layout, renderer, &mut stops);

        let Some(stop) = stops.next(back) else {
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
        } else if self.tab
            && *key == Key::Named(Named::Tab)
            && !modifiers.control()
            && !modifiers.alt()
            && !modifiers.logo()
            && self.walk(tree, layout, renderer, modifiers.shift())
        {
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
