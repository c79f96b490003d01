//! A code for a forgotten password by e-mail, where the practice sends any.

use iced::Task;
use iced::widget::{column, row, space as gap};

use crate::api::{Ack, Error, Field, ForgotPassword};
use crate::gui::door::Door;
use crate::gui::faults;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, Tone, button, field, notice};
use crate::gui::words::t;

pub(super) const EMAIL: &str = "forgot-email";

/// What a letter is asked for with.
#[derive(Debug)]
pub(super) struct Letter {
    email: String,
    /// Whether the practice sends e-mail.
    resets: bool,
    /// Whether the practice is on a server.
    on_server: bool,
    busy: bool,
    asked: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The address was changed.
    Typed(String),
    /// **Email me a code**.
    Ask,
    /// It was asked for, or could not be.
    Asked(Result<Ack, Error>),
}

impl Letter {
    /// The address as it was typed.
    pub(super) fn email(&self) -> &str {
        &self.email
    }

    pub(super) fn new(email: String, resets: bool, on_server: bool) -> Self {
        Self {
            email,
            resets,
            on_server,
            busy: false,
            asked: false,
            error: None,
        }
    }

    pub(super) fn update(&mut self, message: Message, door: &Door) -> Task<super::Message> {
        match message {
            Message::Typed(email) => self.email = email,
            Message::Ask if self.busy => {}
            Message::Ask => {
                self.busy = true;
                self.asked = false;
                self.error = None;
                let email = self.email.clone();
                return door
                    .ask(ForgotPassword { email })
                    .map(|asked| super::Message::Letter(Message::Asked(asked)));
            }
            Message::Asked(Ok(_)) => {
                self.busy = false;
                self.asked = true;
                return focus(super::CODE);
            }
            Message::Asked(Err(error)) => {
                self.busy = false;
                self.error = Some(error);
                return focus_wrong(EMAIL);
            }
        }
        Task::none()
    }

    /// What the ways are.
    pub(super) fn about(&self) -> String {
        if self.resets {
            t("forgot-by-email")
        } else if self.on_server {
            t("forgot-body-server")
        } else {
            t("forgot-body")
        }
    }

    /// The address and its button, where there is such a way.
    pub(super) fn form(&self) -> Option<Element<'_, super::Message>> {
        let error = self.error.as_ref();
        let general = error
            .filter(|error| !matches!(error, Error::Invalid { .. }))
            .map(faults::notice);
        let asked = self
            .asked
            .then(|| notice(Tone::Info, t("forgot-asked-title"), t("forgot-asked")));
        let form = column![
            field(t("email"), &self.email, Message::Typed)
                .id(EMAIL)
                .error(faults::of_field(error, Field::Email))
                .on_submit(Message::Ask),
            row![
                gap::horizontal(),
                button(t("forgot-ask"))
                    .icon(Icon::Mail)
                    .busy(self.busy)
                    .on_press(Message::Ask)
            ],
        ]
        .push(general)
        .push(asked)
        .spacing(space::S);
        self.resets
            .then(|| Element::from(form).map(super::Message::Letter))
    }
}
