//! Whether Caps Lock is on, as far as typing tells: no platform says.

use iced::keyboard::{self, Key, key::Named};

/// What a key press betrays of Caps Lock: a letter typed upper-case without Shift, or
/// lower-case with it, means that it is on. `None` if the event says nothing.
pub fn caps_lock(event: &keyboard::Event) -> Option<bool> {
    let keyboard::Event::KeyPressed {
        key,
        text,
        modifiers,
        ..
    } = event
    else {
        return None;
    };

    if *key == Key::Named(Named::CapsLock) {
        // Which way it went is not known; the next letter tells.
        return Some(false);
    }

    let mut letters = text.as_ref()?.chars();
    let letter = letters.next()?;

    if letters.next().is_some() || modifiers.command() || modifiers.control() || modifiers.alt() {
        return None;
    }

    match (letter.is_uppercase(), letter.is_lowercase()) {
        (true, false) => Some(!modifiers.shift()),
        (false, true) => Some(modifiers.shift()),
        _ => None,
    }
}
