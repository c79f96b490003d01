//! The Tab stops of a tree in reading order, and the way from one to another.

use std::any::Any;

use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::advanced::widget::operation::{Focusable, Outcome, Scrollable};
use iced::advanced::widget::{Id, Operation};
use iced::{Rectangle, Vector};

use super::super::access::{Node, Role};
use crate::gui::theme::{SMALL, space};

/// Room for the words under a field that tell what is wrong with it: four lines in the smallest
/// window.
const NOTES: f32 = 4.0 * SMALL.line + space::S;

#[derive(Clone, Copy)]
struct Area {
    bounds: Rectangle,
    translation: Vector,
}

/// A Tab stop.
struct Stop {
    bounds: Rectangle,
    /// The scrolled areas it lies in.
    areas: Vec<usize>,
    /// Whether it is one of several choices.
    radio: bool,
}

/// Lists the Tab stops.
#[derive(Default)]
pub(super) struct Stops {
    stops: Vec<Stop>,
    focused: Option<usize>,
    /// The role that was told last is a choice's.
    radio: bool,
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

    fn custom(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Any) {
        if let Some(node) = state.downcast_ref::<Node>() {
            self.radio = node.role == Role::Radio;
        }
    }

    fn focusable(&mut self, _id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.focused = Some(self.stops.len());
        }

        self.stops.push(Stop {
            bounds,
            areas: self.open.clone(),
            radio: std::mem::take(&mut self.radio),
        });
    }

    fn finish(&self) -> Outcome<()> {
        self.focused.map_or(Outcome::None, |stop| {
            Outcome::Chain(Box::new(self.go(stop, NOTES)))
        })
    }
}

impl Stops {
    /// The stop after the focus, or before it, and round.
    pub(super) fn next(&self, back: bool) -> Option<usize> {
        let last = self.stops.len().checked_sub(1)?;

        Some(match (self.focused, back) {
            (None, false) => 0,
            (None, true) | (Some(0), true) => last,
            (Some(at), true) => at - 1,
            (Some(at), false) if at >= last => 0,
            (Some(at), false) => at + 1,
        })
    }

    /// The choice after the one that has the focus, or before it, of those that stand together.
    pub(super) fn choice(&self, back: bool) -> Option<usize> {
        let at = self.focused.filter(|at| self.stops[*at].radio)?;
        let fills_in_one = |stop: &Stop| {
            let holds = |one: &Stop| one.radio && stop.bounds.is_within(&one.bounds);
            !stop.radio && self.stops.iter().any(holds)
        };
        let beside = |stop: &usize| !fills_in_one(&self.stops[*stop]);
        let beside = match back {
            true => (0..at).rev().find(beside),
            false => (at + 1..self.stops.len()).find(beside),
        };
        beside.filter(|stop| self.stops[*stop].radio)
    }

    /// Puts the focus on a stop, and scrolls it into view with so much under it.
    pub(super) fn go(&self, stop: usize, under: f32) -> Go {
        Go {
            stop,
            moves: self.moves(stop, under),
            met: 0,
            areas: 0,
        }
    }

    /// How far each scrolled area must move for the stop to be seen whole, with what is under it.
    fn moves(&self, stop: usize, under: f32) -> Vec<(usize, AbsoluteOffset)> {
        let Some(Stop { bounds, areas, .. }) = self.stops.get(stop) else {
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
pub(super) struct Go {
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
