//! What happens in the window that no screen is concerned with: whether somebody is there, and
//! the keys that hold everywhere.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use iced::keyboard::{self, Key};
use iced::{Event, Point, Subscription, event, mouse, window};

/// The pointer says at most this often that somebody is there: each message draws the window.
const POINTER_EVERY: Duration = Duration::from_millis(500);

/// Something that happened in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A key or the pointer: somebody is there.
    Somebody,
    /// The window comes to the front, or is seen again.
    Window,
    /// Ctrl+L.
    LockKey,
    /// Ctrl+F.
    FindKey,
    /// The window is to be closed.
    Close,
}

/// All that happens, whether or not a control has used it.
pub fn window() -> Subscription<Seen> {
    Subscription::batch([
        event::listen_with(|event, _, _| {
            seen(&event).filter(|seen| *seen != Seen::Somebody || fresh(&event, Instant::now()))
        }),
        window::close_requests().map(|_| Seen::Close),
    ])
}

fn seen(event: &Event) -> Option<Seen> {
    match event {
        Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) => {
            let alone = modifiers.command() && !modifiers.alt() && !modifiers.shift();
            Some(match key.as_ref() {
                Key::Character("l" | "L") if alone => Seen::LockKey,
                Key::Character("f" | "F") if alone => Seen::FindKey,
                _ => Seen::Somebody,
            })
        }
        Event::Mouse(
            mouse::Event::CursorMoved { .. }
            | mouse::Event::ButtonPressed(_)
            | mouse::Event::WheelScrolled { .. },
        )
        | Event::Touch(_) => Some(Seen::Somebody),
        // Nobody need be there for it: the screen of the system was unlocked, or another window
        // has gone.
        Event::Window(window::Event::Focused | window::Event::Unfocused) => Some(Seen::Window),
        _ => None,
    }
}

/// Whether this is not one of many of its kind, nor a pointer that stands where it stood: a window
/// that gets the focus is told where the pointer is.
fn fresh(event: &Event, now: Instant) -> bool {
    static LAST: Mutex<(Option<Instant>, Option<Point>)> = Mutex::new((None, None));
    if matches!(event, Event::Keyboard(_)) {
        return true;
    }
    let Ok(mut last) = LAST.lock() else {
        return true;
    };
    let (when, place) = &mut *last;
    if let Event::Mouse(mouse::Event::CursorMoved { position }) = event
        && place.replace(*position) == Some(*position)
    {
        return false;
    }
    let fresh = when.is_none_or(|when| now.duration_since(when) >= POINTER_EVERY);
    if fresh {
        *when = Some(now);
    }
    fresh
}

#[cfg(test)]
mod tests {
    use iced::keyboard::Modifiers;
    use iced::keyboard::key::Named;
    use iced_test::simulator::press_key;

    use super::*;

    fn pressed(key: impl Into<Key>, held: Modifiers) -> Event {
        let mut event = press_key(key, None);
        if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers, .. }) = &mut event {
            *modifiers = held;
        }
        event
    }

    #[test]
    fn a_pointer_that_has_not_moved_is_nobody() {
        let at = |x| {
            let position = Point::new(x, 1.0);
            Event::Mouse(mouse::Event::CursorMoved { position })
        };
        let now = Instant::now();
        let later = now + POINTER_EVERY;
        assert!(fresh(&at(1.0), now));
        assert!(!fresh(&at(1.0), later));
        // Nor is one of many that came within a moment, but where it is is known.
        assert!(!fresh(&at(2.0), now));
        assert!(!fresh(&at(2.0), later));
        assert!(fresh(&at(1.0), later));
        assert!(fresh(&pressed(Named::Tab, Modifiers::empty()), now));
    }

    #[test]
    fn keys_and_the_pointer_tell_that_somebody_is_there() {
        let l = Key::Character("l".into());
        let f = Key::Character("f".into());
        for (event, told) in [
            (pressed(l.clone(), Modifiers::COMMAND), Some(Seen::LockKey)),
            (pressed(l.clone(), Modifiers::empty()), Some(Seen::Somebody)),
            (pressed(f.clone(), Modifiers::COMMAND), Some(Seen::FindKey)),
            (pressed(f, Modifiers::empty()), Some(Seen::Somebody)),
            (
                pressed(l, Modifiers::COMMAND | Modifiers::ALT),
                Some(Seen::Somebody),
            ),
            (
                pressed(Named::Tab, Modifiers::empty()),
                Some(Seen::Somebody),
            ),
            (
                Event::Mouse(mouse::Event::CursorMoved {
                    position: iced::Point::ORIGIN,
                }),
                Some(Seen::Somebody),
            ),
            (Event::Mouse(mouse::Event::CursorEntered), None),
            (Event::Window(window::Event::Focused), Some(Seen::Window)),
            (Event::Window(window::Event::CloseRequested), None),
        ] {
            assert_eq!(seen(&event), told, "{event:?}");
        }
    }
}
