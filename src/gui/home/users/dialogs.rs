//! The dialogs that open from the table: which one is there, and what reaches it.

use iced::Task;

use super::{Dialog, Message, State, preferences};
use crate::gui::door::Session;
use crate::gui::widget::Element;

impl State {
    /// Opens one's own dialog.
    pub(in crate::gui::home) fn open_own(&mut self, session: &Session) -> Task<Message> {
        let (dialog, task) = preferences::State::new(session);
        self.dialog = Some(Dialog::Own(dialog));
        task.map(Message::Own)
    }

    /// What a second that passes means here.
    pub(in crate::gui::home) fn tick(&self) -> Option<Message> {
        match &self.dialog {
            Some(Dialog::Own(dialog)) => dialog.tick().map(Message::Own),
            _ => None,
        }
    }

    /// Goes on after a step-up.
    pub(in crate::gui::home) fn again(&mut self, session: &Session) -> Task<Message> {
        match &mut self.dialog {
            Some(Dialog::Own(dialog)) => dialog.again(session).map(Message::Own),
            Some(Dialog::Other(dialog)) => dialog.again().map(Message::Other),
            Some(Dialog::Add(dialog)) => dialog.again().map(Message::Added),
            None => Task::none(),
        }
    }

    /// A step-up was given up.
    pub(in crate::gui::home) fn not_again(&mut self) {
        match &mut self.dialog {
            Some(Dialog::Own(dialog)) => dialog.not_again(),
            Some(Dialog::Other(dialog)) => dialog.not_again(),
            Some(Dialog::Add(dialog)) => dialog.not_again(),
            None => {}
        }
    }

    /// The dialog over the page.
    pub(in crate::gui::home) fn dialog<'a>(
        &'a self,
        session: &'a Session,
    ) -> Option<Element<'a, Message>> {
        Some(match self.dialog.as_ref()? {
            Dialog::Own(dialog) => dialog.view(session).map(Message::Own),
            Dialog::Other(dialog) => dialog.view(session).map(Message::Other),
            Dialog::Add(dialog) => dialog.view().map(Message::Added),
        })
    }
}
