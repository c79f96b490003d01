//! What happens in the window that no screen is concerned with: whether somebody is there, and
//! the key that locks.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use iced::keyboard::{self, Key};
use iced::{Event, Subscription, event, mouse, window};

/// The pointer says at most this often that somebody is there: each message draws the window.
const POINTER_EVERY: Duration = Duration::from_millis(500);

/// Something that happened in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A key or the pointer: somebody is there.
    Somebody,
    /// Ctrl+L.
    LockKey,
    /// The window is to be closed.
    Close,
}

/// All that happens, whether or not a control has used it.
pub fn window() -> Subscription<Seen> {
    Subscription::batch([
        event::listen_with(|event, _, _| {
            seen(&event).filter(|seen| *seen != Seen::Somebody || fresh(&event))
        }),
        window::close_requests().map(|_| Seen::Close),
    ])
}

fn seen(event: &Event) -> Option<Seen> {
    match event {
        Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) => {
            let is_l = matches!(key.as_ref(), Key::Character("l" | "L"));
            if is_l && modifiers.command() && !modifiers.alt() && !modifiers.shift() {
                Some(Seen::LockKey)
            } else {
                Some(Seen::Somebody)
            }
        }
        Event::Mouse(
            mouse::Event::CursorMoved { .. }
            | mouse::Event::ButtonPressed(_)
            | mouse::Event::WheelScrolled { .. },
        )
        | Event::Touch(_) => Some(Seen::Somebody),
        _ => None,
    }
}

/// Whether this is not one of many of its kind.
fn fresh(event: &Event) -> bool {
    static LAST: Mutex<Option<Instant>> = Mutex::new(None);
    if matches!(event, Event::Keyboard(_)) {
        return true;
    }
    let Ok(mut last) = LAST.lock() else {
        return true;
    };
    let now = Instant::now();
    let fresh = last.is_none_or(|last| now.duration_since(last) >= POINTER_EVERY);
    if fresh {
        *last = Some(now);
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
    fn keys_and_the_pointer_tell_that_somebody_is_there() {
        let l = Key::Character("l".into());
        for (event, told) in [
            (pressed(l.clone(), Modifiers::COMMAND), Some(Seen::LockKey)),
            (pressed(l.clone(), Modifiers::empty()), Some(Seen::Somebody)),
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
            (Event::Window(window::Event::Focused), None),
        ] {
            assert_eq!(seen(&event), told, "{event:?}");
        }
    }
}
