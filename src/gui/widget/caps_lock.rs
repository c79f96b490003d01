//! Caps Lock, guessed from what is typed: no platform interface is asked.

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

#[cfg(test)]
mod tests {
    use iced::keyboard::Modifiers;
    use iced_test::simulator::press_key;

    use super::*;

    fn typed(letter: &str, held: Modifiers) -> Option<bool> {
        let iced::Event::Keyboard(mut event) =
            press_key(Key::Character(letter.into()), Some(letter.into()))
        else {
            return None;
        };

        if let keyboard::Event::KeyPressed { modifiers, .. } = &mut event {
            *modifiers = held;
        }

        caps_lock(&event)
    }

    #[test]
    fn case_against_shift_betrays_caps_lock() {
        assert_eq!(typed("A", Modifiers::empty()), Some(true));
        assert_eq!(typed("a", Modifiers::SHIFT), Some(true));
        assert_eq!(typed("A", Modifiers::SHIFT), Some(false));
        assert_eq!(typed("a", Modifiers::empty()), Some(false));
        assert_eq!(typed("1", Modifiers::empty()), None);
        assert_eq!(typed("A", Modifiers::CTRL), None);
    }
}
