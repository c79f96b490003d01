//! The practice recovery key, shown once.

use iced::Task;
use iced::widget::column;

use super::{focus, in_two_lines};
use crate::api::Secret;
use crate::gui::theme::space;
use crate::gui::to_keep;
use crate::gui::widget::{Element, body, button, in_card, mono, panel, small, title};
use crate::gui::words::t;

/// The key, and what became of it.
#[derive(Debug)]
pub struct State {
    key: Secret,
    keep: to_keep::State,
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// With the key.
    Keep(to_keep::Message),
    /// **Done**.
    Done,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on: the key is saved.
    Done,
}

impl State {
    /// The screen for a new key.
    pub fn new(practice: &str, key: Secret) -> (Self, Task<Message>) {
        let file = t!("recovery-key-file", practice = practice, key = key.expose());
        let name = t("recovery-key-file-name");
        let state = Self {
            keep: to_keep::State::new(key.clone(), Secret::new(file), name),
            key,
        };
        (state, focus(to_keep::COPY))
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("recovery-key-title")
    }

    /// The window is to be closed: asks for the tick first, once.
    pub fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        Some(self.keep.ask_before_closing()?.map(Message::Keep))
    }

    /// The same person is there again.
    pub fn returned_to(&self) -> Task<Message> {
        focus(to_keep::COPY)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        Action::Run(match message {
            Message::Keep(message) => self.keep.update(message).map(Message::Keep),
            Message::Done => match self.keep.ask_for_tick() {
                None => return Action::Done,
                Some(ask) => ask.map(Message::Keep),
            },
        })
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let [first, second] = in_two_lines(self.key.expose(), '-');
        let form = column![
            title(t("recovery-key-title")),
            body(t("recovery-key-body")),
            panel(column![mono(first), mono(second)].spacing(space::XS)),
            self.keep.buttons().map(Message::Keep),
            small(t("recovery-key-warning")),
            self.keep
                .tick(t("recovery-key-saved"), t("recovery-key-tick"))
                .map(Message::Keep),
            button(t("done"))
                .primary()
                .width(iced::Length::Fill)
                .on_press(Message::Done),
        ]
        .spacing(space::L);
        in_card(form)
    }
}
