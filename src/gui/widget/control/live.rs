//! How a control answers events, the walk over the tree, and drawing.

use iced::advanced::layout::{self, Layout};
use iced::advanced::widget::operation::Focusable as _;
use iced::advanced::widget::{Operation, Tree, Widget, tree};
use iced::advanced::{Clipboard, Renderer as _, Shell, mouse, overlay, renderer};
use iced::keyboard::{self, key::Named};
use iced::{Background, Color, Event, Length, Rectangle, Renderer, Size, Vector, touch, window};

use super::draw::{lift, ring};
use super::state::State;
use super::{Control, Status};
use crate::gui::theme::Theme;
use crate::gui::widget::within::Within;

impl<'a, M: Clone + 'a> Control<'a, M> {
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
            | Event::Touch(touch::Event::FingerLifted { .. })
                if state.pressed =>
            {
                state.pressed = false;
                self.hold(false, shell);

                if over && self.is_stop() {
                    self.press(shell);
                    shell.capture_event();
                }
            }
            Event::Touch(touch::Event::FingerLost { .. }) if state.pressed => {
                state.pressed = false;
                self.hold(false, shell);
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
            | Event::Window(window::Event::Unfocused)
                if state.keyed =>
            {
                state.keyed = false;
                self.hold(false, shell);
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

        if !self.silent {
            operation.custom(self.id.as_ref(), bounds, &mut node);
        }

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

        if style.lifted {
            lift(renderer, bounds, style.border, theme.tokens().shadow);
        }

        if style.background.is_some() || style.border.width > 0.0 {
            renderer.fill_quad(
                renderer::Quad {
                    bounds,
                    border: style.border,
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
            let bounds = bounds.expand([0.0, style.room]);
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
