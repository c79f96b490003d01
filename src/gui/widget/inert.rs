//! What lies behind a dialog: seen, but out of reach.
//!
//! Its widget state stays, and with it the place of the focus, which comes back when the
//! dialog is gone.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::operation::Focusable;
use iced::advanced::widget::{Id, Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Shell, mouse, overlay, renderer};
use iced::{Event, Length, Rectangle, Renderer, Size, Vector, keyboard};

use super::{Element, Theme};

/// Puts `content` out of reach of mouse, keys, Tab and assistive technology while `inert`.
pub fn inert<'a, M: 'a>(content: impl Into<Element<'a, M>>, inert: bool) -> Element<'a, M> {
    Element::new(Inert {
        content: content.into(),
        inert,
    })
}

struct Inert<'a, M> {
    content: Element<'a, M>,
    inert: bool,
}

#[derive(Default)]
struct State {
    inert: bool,
    /// Which Tab stop had the focus, counted in reading order.
    kept: Option<usize>,
}

/// Takes the focus away and remembers from where.
#[derive(Default)]
struct Take {
    met: usize,
    taken: Option<usize>,
}

impl Operation for Take {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.taken = Some(self.met);
            state.unfocus();
        }

        self.met += 1;
    }
}

/// Gives the focus back.
struct Give {
    left: usize,
}

impl Operation for Give {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if self.left == 0 {
            state.focus();
        }

        // Past the last one it wraps far out of reach.
        self.left = self.left.wrapping_sub(1);
    }
}

impl<'a, M: 'a> Inert<'a, M> {
    /// Does what a change between the two states asks for, as soon as the layout is known.
    fn settle(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer) {
        let state = tree.state.downcast_mut::<State>();

        if state.inert == self.inert {
            return;
        }

        state.inert = self.inert;

        if self.inert {
            let mut take = Take::default();
            self.operate_content(tree, layout, renderer, &mut take);
            tree.state.downcast_mut::<State>().kept = take.taken;
        } else if let Some(left) = state.kept.take() {
            self.operate_content(tree, layout, renderer, &mut Give { left });
        }
    }

    fn operate_content(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        if let Some(child) = layout.children().next() {
            self.content
                .as_widget_mut()
                .operate(&mut tree.children[0], child, renderer, operation);
        }
    }
}

impl<'a, M: 'a> Widget<M, Theme, Renderer> for Inert<'a, M> {
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
        self.settle(tree, layout, renderer);

        if !self.inert {
            operation.traverse(&mut |operation| {
                self.operate_content(tree, layout, renderer, operation);
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
        self.settle(tree, layout, renderer);

        // Modifiers go through, or a Ctrl let go meanwhile would seem held down afterwards.
        let harmless = matches!(
            event,
            Event::Window(_) | Event::Keyboard(keyboard::Event::ModifiersChanged(_))
        );

        if self.inert && !harmless {
            return;
        }

        let cursor = if self.inert {
            mouse::Cursor::Unavailable
        } else {
            cursor
        };

        if let Some(child) = layout.children().next() {
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
        let cursor = if self.inert {
            mouse::Cursor::Unavailable
        } else {
            cursor
        };

        if let Some(child) = layout.children().next() {
            self.content.as_widget().draw(
                &tree.children[0],
                renderer,
                theme,
                style,
                child,
                cursor,
                viewport,
            );
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
        match layout.children().next() {
            Some(child) if !self.inert => self.content.as_widget().mouse_interaction(
                &tree.children[0],
                child,
                cursor,
                viewport,
                renderer,
            ),
            _ => mouse::Interaction::None,
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
        let child = layout.children().next().filter(|_| !self.inert)?;

        self.content.as_widget_mut().overlay(
            &mut tree.children[0],
            child,
            renderer,
            viewport,
            translation,
        )
    }
}
