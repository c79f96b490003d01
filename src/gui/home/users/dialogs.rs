//! The dialogs that open from the table: which one is there, and what reaches it.

use iced::Task;

use super::super::{Asked, add_person, import, manage, several};
use super::{Dialog, Message, State, preferences};
use crate::domain::UserId;
use crate::gui::door::Session;
use crate::gui::widget::Element;
use crate::gui::words::t;

/// What is said in the dialog for this person.
fn other(user: &UserId) -> impl Fn(manage::Message) -> Message + Clone + 'static {
    let user = user.clone();
    move |message| Message::Other(user.clone(), message)
}

impl State {
    /// What opens a dialog, and what is said in one.
    pub(super) fn in_dialog(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Open(person) if person.user == session.me.user => {
                let (dialog, task) = preferences::State::new(session, false);
                self.dialog = Some(Dialog::Own(dialog));
                return Asked::Run(task.map(Message::Own));
            }
            Message::Open(person) => {
                let of = other(&person.user);
                let (dialog, task) = manage::State::new(*person, session);
                self.dialog = Some(Dialog::Other(dialog));
                return Asked::Run(task.map(of));
            }
            Message::Add => {
                let (dialog, task) = add_person::State::new(session);
                self.dialog = Some(Dialog::Add(dialog));
                return Asked::Run(task.map(Message::Added));
            }
            Message::Import => {
                let (dialog, task) = import::State::new(session);
                self.dialog = Some(Dialog::Import(dialog));
                return Asked::Run(task.map(Message::Imported));
            }
            Message::Imported(message) => {
                if let Some(Dialog::Import(dialog)) = &mut self.dialog {
                    return match dialog.update(message, session) {
                        import::Action::Ask(asked) => asked.map(Message::Imported),
                        import::Action::Closed => self.closed(session),
                    };
                }
            }
            Message::Several => {
                let (dialog, task) = several::State::new(self.ticked.people(), session);
                self.dialog = Some(Dialog::Several(dialog));
                return Asked::Run(task.map(Message::InSeveral));
            }
            Message::InSeveral(message) => {
                if let Some(Dialog::Several(dialog)) = &mut self.dialog {
                    return match dialog.update(message, session) {
                        several::Action::Ask(asked) => asked.map(Message::InSeveral),
                        several::Action::Closed => self.closed(session),
                    };
                }
            }
            Message::Own(message) => {
                if let Some(Dialog::Own(dialog)) = &mut self.dialog {
                    return match dialog.update(message, session) {
                        preferences::Action::Ask(asked) => asked.map(Message::Own),
                        preferences::Action::Closed => self.closed(session),
                    };
                }
            }
            Message::Other(user, message) => {
                if let Some(Dialog::Other(dialog)) = &mut self.dialog
                    && *dialog.user() == user
                {
                    return match dialog.update(message, session) {
                        manage::Action::Ask(asked) => asked.map(other(&user)),
                        manage::Action::Closed => self.closed(session),
                    };
                }
            }
            Message::Added(message) => {
                if let Some(Dialog::Add(dialog)) = &mut self.dialog {
                    return match dialog.update(message, session) {
                        add_person::Action::Ask(asked) => asked.map(Message::Added),
                        add_person::Action::Closed => self.closed(session),
                    };
                }
            }
            _ => {}
        }
        Asked::nothing()
    }

    /// The focus goes back to the control that opened the dialog by itself.
    fn closed(&mut self, session: &Session) -> Asked<Message> {
        self.dialog = None;
        Asked::Run(self.load(session))
    }

    /// Whether a dialog lies over the page.
    pub(in crate::gui::home) fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    /// Opens one's own dialog; of somebody who lost their method, at the choice of another.
    pub(in crate::gui::home) fn open_own(
        &mut self,
        session: &Session,
        lost: bool,
    ) -> Task<Message> {
        let (dialog, task) = preferences::State::new(session, lost);
        self.dialog = Some(Dialog::Own(dialog));
        task.map(Message::Own)
    }

    /// What a second that passes means here.
    pub(in crate::gui::home) fn tick(&self) -> Option<Message> {
        match &self.dialog {
            Some(Dialog::Own(dialog)) => dialog.tick().map(Message::Own),
            Some(Dialog::Several(dialog)) => dialog.tick().map(Message::InSeveral),
            _ => None,
        }
    }

    /// The window's title.
    pub(in crate::gui::home) fn title(&self) -> String {
        match &self.dialog {
            Some(Dialog::Own(_) | Dialog::Other(_)) => t("preferences-title"),
            Some(Dialog::Add(_)) => t("add-person"),
            Some(Dialog::Import(_)) => t("import-title"),
            Some(Dialog::Several(_)) => t("turn-on-or-remind"),
            None => t("users"),
        }
    }

    /// Goes on after a step-up.
    pub(in crate::gui::home) fn again(&mut self, session: &Session) -> Task<Message> {
        match &mut self.dialog {
            Some(Dialog::Own(dialog)) => dialog.again(session).map(Message::Own),
            Some(Dialog::Other(dialog)) => {
                let of = other(dialog.user());
                dialog.again().map(of)
            }
            Some(Dialog::Add(dialog)) => dialog.again().map(Message::Added),
            Some(Dialog::Import(dialog)) => dialog.again().map(Message::Imported),
            Some(Dialog::Several(dialog)) => dialog.again(session).map(Message::InSeveral),
            None => Task::none(),
        }
    }

    /// A step-up was given up.
    pub(in crate::gui::home) fn not_again(&mut self) {
        match &mut self.dialog {
            Some(Dialog::Own(dialog)) => dialog.not_again(),
            Some(Dialog::Other(dialog)) => dialog.not_again(),
            Some(Dialog::Add(dialog)) => dialog.not_again(),
            Some(Dialog::Import(dialog)) => dialog.not_again(),
            Some(Dialog::Several(dialog)) => dialog.not_again(),
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
            Dialog::Other(dialog) => dialog.view(session).map(other(dialog.user())),
            Dialog::Add(dialog) => dialog.view(session).map(Message::Added),
            Dialog::Import(dialog) => dialog.view().map(Message::Imported),
            Dialog::Several(dialog) => dialog.view(session).map(Message::InSeveral),
        })
    }
}
