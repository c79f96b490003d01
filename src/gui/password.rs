//! The password field of the sign-in, the first run, the invitation and the step-up: what was
//! typed, whether it is shown, whether Caps Lock seems to be on.

use super::widget::{self, Field};
use super::words::t;
use crate::api::Secret;

/// What was typed. Its `Debug` shows nothing of it, nor does that of its messages.
#[derive(Debug)]
pub struct Password {
    id: &'static str,
    typed: Secret,
    revealed: bool,
    caps_lock: bool,
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// The password was changed.
    Typed(Secret),
    /// The eye is held, or let go.
    Reveal(bool),
    /// Caps Lock seems to be on, or off.
    CapsLock(bool),
}

impl Password {
    /// An empty field with this id.
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            typed: Secret::new(""),
            revealed: false,
            caps_lock: false,
        }
    }

    /// What was typed, for a call.
    pub fn typed(&self) -> Secret {
        self.typed.clone()
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.typed.expose().is_empty()
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) {
        match message {
            Message::Typed(typed) => self.typed = typed,
            Message::Reveal(revealed) => self.revealed = revealed,
            Message::CapsLock(on) => self.caps_lock = on,
        }
    }

    /// Draws it, to be dressed further.
    pub fn field<'a, M: Clone + 'a>(
        &self,
        label: String,
        wrap: impl Fn(Message) -> M + Copy + 'a,
    ) -> Field<'a, M> {
        widget::field(label, self.typed.expose(), move |typed| {
            wrap(Message::Typed(Secret::new(typed)))
        })
        .id(self.id)
        .secure(self.revealed)
        .on_reveal(t("reveal"), move |shown| wrap(Message::Reveal(shown)))
        .caps_lock(self.caps_lock.then(|| t("caps-lock")))
        .on_caps_lock(move |on| wrap(Message::CapsLock(on)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_it() {
        let message = Message::Typed(Secret::new("canary"));
        assert!(!format!("{message:?}").contains("canary"));
        let mut password = Password::new("id");
        password.update(message);
        assert!(!format!("{password:?}").contains("canary"));
        assert_eq!(password.typed().expose(), "canary");
    }
}
