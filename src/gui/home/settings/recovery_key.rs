//! A new practice recovery key: the question, and the key that is shown once.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length};

use super::super::Asked;
use crate::api::{Error, MakeRecoveryKey, RecoveryKeyMade, Secret};
use crate::gui::door::Session;
use crate::gui::screen::{focus, in_two_lines};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, body, button, dialog, heading, mono, muted, small};
use crate::gui::words::t;
use crate::gui::{faults, to_keep, widget};

const MAKE: &str = "settings-make-recovery-key";

/// What is shown over the page, if anything.
#[derive(Debug, Default)]
pub struct State {
    shown: Option<Shown>,
}

#[derive(Debug)]
enum Shown {
    Question { busy: bool, error: Option<Error> },
    Made { key: Secret, keep: to_keep::State },
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// **Make a new key**, in the page.
    Ask,
    /// **Make a new key**, in the question.
    Make,
    /// It is made, or not.
    Answered(Result<RecoveryKeyMade, Error>),
    /// With the key.
    Keep(to_keep::Message),
    /// The question is given up.
    Close,
    /// **Done**.
    Done,
}

impl State {
    /// Whether something lies over the page.
    pub(super) fn is_open(&self) -> bool {
        self.shown.is_some()
    }

    /// The window is to be closed: asks for the tick first, once.
    pub(super) fn ask_before_closing(&mut self) -> Option<iced::Task<Message>> {
        match &mut self.shown {
            Some(Shown::Made { keep, .. }) => Some(keep.ask_before_closing()?.map(Message::Keep)),
            _ => None,
        }
    }

    /// The first control of what lies over the page, if anything does.
    pub(super) fn first(&self) -> Option<&'static str> {
        Some(match self.shown.as_ref()? {
            Shown::Question { .. } => MAKE,
            Shown::Made { .. } => to_keep::COPY,
        })
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match (message, &mut self.shown) {
            (Message::Ask, shown) => {
                *shown = Some(Shown::Question {
                    busy: false,
                    error: None,
                });
                return Asked::Run(focus(MAKE));
            }
            (Message::Make, Some(Shown::Question { busy, error })) if !*busy => {
                *busy = true;
                *error = None;
                let make = session.door.ask(MakeRecoveryKey {});
                return Asked::Run(make.map(Message::Answered));
            }
            (Message::Answered(Ok(made)), shown) => {
                let key = made.recovery_key;
                let file = t!(
                    "recovery-key-file",
                    practice = session.me.practice_name.as_str(),
                    key = key.expose()
                );
                let name = t("recovery-key-file-name");
                let keep = to_keep::State::new(key.clone(), Secret::new(file), name);
                *shown = Some(Shown::Made { key, keep });
                return Asked::Run(focus(to_keep::COPY));
            }
            (Message::Answered(Err(Error::StepUpNeeded)), _) => {
                return Asked::StepUp;
            }
            (Message::Answered(Err(fault)), Some(Shown::Question { busy, error })) => {
                *busy = false;
                if let Some(ended) = Asked::unless_ended(&fault) {
                    return ended;
                }
                *error = Some(fault);
            }
            (Message::Keep(message), Some(Shown::Made { keep, .. })) => {
                return Asked::Run(keep.update(message).map(Message::Keep));
            }
            (Message::Done, Some(Shown::Made { keep, .. })) => match keep.ask_for_tick() {
                None => self.shown = None,
                Some(ask) => return Asked::Run(ask.map(Message::Keep)),
            },
            (Message::Close, Some(Shown::Question { .. })) => self.shown = None,
            // An answer to a question that was given up, or a second press.
            _ => {}
        }
        Asked::nothing()
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> iced::Task<Message> {
        self.not_again();
        match self.update(Message::Make, session) {
            Asked::Run(task) => task,
            _ => iced::Task::none(),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        if let Some(Shown::Question { busy, .. }) = &mut self.shown {
            *busy = false;
        }
    }

    /// The dialog over the page.
    pub(super) fn dialog<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        Some(match self.shown.as_ref()? {
            Shown::Question { busy, error } => question(*busy, error.as_ref()),
            Shown::Made { key, keep } => made(key, keep, session),
        })
    }
}

/// The panel in the page.
pub(super) fn panel<'a>(session: &Session) -> Option<Element<'a, Message>> {
    // The keys of a server are kept by whoever runs it.
    if session.door.server().is_some() {
        return None;
    }
    Some(widget::panel(
        column![
            heading(t("recovery-key-title")),
            row![
                muted(t("recovery-key-about")).width(Length::Fill),
                gap::horizontal().width(space::L),
                button(t("make-recovery-key"))
                    .icon(Icon::KeyRound)
                    .on_press(Message::Ask),
            ]
            .align_y(Alignment::Center),
        ]
        .spacing(space::S),
    ))
}

fn question<'a>(busy: bool, error: Option<&Error>) -> Element<'a, Message> {
    let fault = error.map(faults::notice);
    dialog(t("make-recovery-key-title"), t("close"), Message::Close)
        .content(
            column![body(t("make-recovery-key-body"))]
                .push(fault)
                .spacing(space::M),
        )
        .push(button(t("cancel")).on_press(Message::Close))
        .push(
            // The old one is dead then.
            button(t("make-recovery-key"))
                .danger()
                .id(MAKE)
                .busy(busy)
                .on_press(Message::Make),
        )
        .into()
}

fn made<'a>(key: &Secret, keep: &'a to_keep::State, session: &'a Session) -> Element<'a, Message> {
    let [first, second] = in_two_lines(key.expose(), '-');
    // The cross asks for the tick too: the key is not shown again.
    dialog(t("recovery-key-title"), t("close"), Message::Done)
        .subtitle(session.me.practice_name.as_str())
        .content(
            column![
                body(t("recovery-key-made")),
                widget::panel(column![mono(first), mono(second)].spacing(space::XS)),
                keep.buttons().map(Message::Keep),
                small(t("recovery-key-warning")),
                keep.tick(t("recovery-key-saved"), t("recovery-key-tick"))
                    .map(Message::Keep),
            ]
            .spacing(space::L),
        )
        .push(button(t("done")).primary().on_press(Message::Done))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::staged::Staged;
    use crate::backend::{Kept, connect};
    use crate::gui::door::Door;

    #[tokio::test]
    async fn a_practice_on_a_server_has_no_recovery_key() {
        let practice = Staged::new().await;
        let kept = Kept::new(practice.keychain.clone());
        let server = connect(&"sign-in.hills.example".parse().unwrap()).unwrap();
        for (backend, has_one) in [(practice.backend.clone(), true), (server, false)] {
            let door = Door::new(backend, kept.clone());
            let session = Session::new(&door, &practice.founded.admitted);
            assert_eq!(panel(&session).is_some(), has_one);
        }
    }
}
