//! The dialogs that open from the table: which one is there, and what reaches it.

use iced::Task;
use iced::widget::Id;

use super::super::{Asked, DialogAction, add_person, import, manage, preferences, several};
use super::{Message, State};
use crate::gui::door::Session;
use crate::gui::widget::{Element, focus_if_none};
use crate::gui::words::t;

/// The dialog that lies over the page.
#[derive(Debug)]
pub(super) struct Dialog {
    /// No other dialog has it, of this page or of one before.
    id: Id,
    of: Of,
}

/// What it is for.
#[derive(Debug)]
enum Of {
    /// Oneself.
    Own(preferences::State),
    /// Somebody else.
    Other(manage::State),
    /// A new person.
    Add(add_person::State),
    /// A list of people.
    Import(import::State),
    /// Several people.
    Several(several::State),
}

/// What is said in it.
#[derive(Clone, Debug)]
pub enum Said {
    /// For oneself.
    Own(preferences::Message),
    /// For somebody else.
    Other(manage::Message),
    /// For a new person.
    Add(add_person::Message),
    /// For a list of people.
    Import(import::Message),
    /// For several people.
    Several(several::Message),
}

impl Dialog {
    /// A message of this dialog.
    fn says(&self) -> impl Fn(Said) -> Message + Clone + 'static {
        let id = self.id.clone();
        move |said| Message::InDialog(id.clone(), said)
    }

    /// The person is there again: what may have changed meanwhile is read anew.
    pub(super) fn returned_to(&mut self, session: &Session) -> Task<Message> {
        let task = match &mut self.of {
            Of::Own(dialog) => dialog.returned_to(session).map(Said::Own),
            Of::Other(dialog) => dialog.first().map(Said::Other),
            Of::Add(dialog) => dialog.first().map(Said::Add),
            Of::Import(dialog) => dialog.first().map(Said::Import),
            Of::Several(dialog) => dialog.first().map(Said::Several),
        };
        task.map(self.says())
    }

    /// The server answers again: what could not be read is asked for now.
    pub(super) fn found_again(&mut self, session: &Session) -> Task<Message> {
        let task = match &mut self.of {
            Of::Own(dialog) => dialog.found_again(session).map(Said::Own),
            Of::Other(dialog) => dialog.found_again(session).map(Said::Other),
            Of::Add(_) | Of::Import(_) | Of::Several(_) => Task::none(),
        };
        task.map(self.says())
    }

    fn update(&mut self, said: Said, session: &Session) -> DialogAction<Said> {
        match (&mut self.of, said) {
            (Of::Own(dialog), Said::Own(message)) => dialog.update(message, session).map(Said::Own),
            (Of::Other(dialog), Said::Other(message)) => {
                dialog.update(message, session).map(Said::Other)
            }
            (Of::Add(dialog), Said::Add(message)) => dialog.update(message, session).map(Said::Add),
            (Of::Import(dialog), Said::Import(message)) => {
                dialog.update(message, session).map(Said::Import)
            }
            (Of::Several(dialog), Said::Several(message)) => {
                dialog.update(message, session).map(Said::Several)
            }
            _ => DialogAction::nothing(),
        }
    }
}

impl State {
    /// What opens a dialog.
    pub(super) fn opens(&mut self, message: Message, session: &Session) -> Asked<Message> {
        let new = match message {
            Message::Open(person) if person.user == session.me.user => {
                return Asked::Run(self.open_own(session, false));
            }
            Message::Open(person) => {
                let new = manage::State::new(*person, session);
                shown(new, Of::Other, Said::Other)
            }
            Message::Add => shown(add_person::State::new(session), Of::Add, Said::Add),
            Message::Import => shown(import::State::new(session), Of::Import, Said::Import),
            Message::Several => {
                let new = several::State::new(self.ticked.people(), session);
                shown(new, Of::Several, Said::Several)
            }
            _ => return Asked::nothing(),
        };
        Asked::Run(self.open(new))
    }

    /// Opens one's own dialog; of somebody who lost their method, at the choice of another.
    pub(in crate::gui::home) fn open_own(
        &mut self,
        session: &Session,
        lost: bool,
    ) -> Task<Message> {
        let new = preferences::State::new(session, lost);
        self.open(shown(new, Of::Own, Said::Own))
    }

    fn open(&mut self, (of, task): (Of, Task<Said>)) -> Task<Message> {
        let id = Id::unique();
        let dialog = self.dialog.insert(Dialog { id, of });
        task.map(dialog.says())
    }

    /// What is said in the dialog with this id.
    pub(super) fn in_dialog(&mut self, id: &Id, said: Said, session: &Session) -> Asked<Message> {
        let Some(dialog) = self.dialog.as_mut().filter(|open| open.id == *id) else {
            return Asked::nothing();
        };
        match dialog.update(said, session) {
            DialogAction::Ask(asked) => asked.map(dialog.says()),
            // The focus goes back to the control that opened it by itself, if it has not been drawn anew.
            DialogAction::Closed => {
                self.dialog = None;
                let first = focus_if_none(super::first(session));
                Asked::Run(Task::batch([self.load(session), first]))
            }
        }
    }

    /// Whether a dialog lies over the page.
    pub(in crate::gui::home) fn has_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    /// Whether a dialog does that is not one's own: something may be typed in it, or shown once.
    pub(in crate::gui::home) fn is_unsaved(&self) -> bool {
        self.dialog
            .as_ref()
            .is_some_and(|dialog| !matches!(dialog.of, Of::Own(_)))
    }

    /// The window is to be closed: asks for what is shown once and was not kept.
    pub(in crate::gui::home) fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        let dialog = self.dialog.as_mut()?;
        let says = dialog.says();
        let Of::Import(import) = &mut dialog.of else {
            return None;
        };
        Some(import.ask_before_closing()?.map(Said::Import).map(says))
    }

    /// What a second that passes means here.
    pub(in crate::gui::home) fn tick(&self) -> Option<Message> {
        let dialog = self.dialog.as_ref()?;
        let said = match &dialog.of {
            Of::Own(dialog) => dialog.tick().map(Said::Own),
            Of::Several(dialog) => dialog.tick().map(Said::Several),
            Of::Other(dialog) => dialog.tick().map(Said::Other),
            _ => None,
        };
        said.map(dialog.says())
    }

    /// The window's title.
    pub(in crate::gui::home) fn title(&self) -> String {
        match self.dialog.as_ref().map(|dialog| &dialog.of) {
            Some(Of::Own(_) | Of::Other(_)) => t("preferences-title"),
            Some(Of::Add(_)) => t("add-person"),
            Some(Of::Import(_)) => t("import-title"),
            Some(Of::Several(_)) => t("turn-on-or-remind"),
            None => t("users"),
        }
    }

    /// Goes on after a step-up.
    pub(in crate::gui::home) fn again(&mut self, session: &Session) -> Task<Message> {
        let Some(dialog) = &mut self.dialog else {
            return Task::none();
        };
        let task = match &mut dialog.of {
            Of::Own(dialog) => dialog.again(session).map(Said::Own),
            Of::Other(dialog) => dialog.again().map(Said::Other),
            Of::Add(dialog) => dialog.again().map(Said::Add),
            Of::Import(dialog) => dialog.again().map(Said::Import),
            Of::Several(dialog) => dialog.again(session).map(Said::Several),
        };
        task.map(dialog.says())
    }

    /// A step-up was given up.
    pub(in crate::gui::home) fn not_again(&mut self) {
        match self.dialog.as_mut().map(|dialog| &mut dialog.of) {
            Some(Of::Own(dialog)) => dialog.not_again(),
            Some(Of::Other(dialog)) => dialog.not_again(),
            Some(Of::Add(dialog)) => dialog.not_again(),
            Some(Of::Import(dialog)) => dialog.not_again(),
            Some(Of::Several(dialog)) => dialog.not_again(),
            None => {}
        }
    }

    /// The dialog over the page.
    pub(in crate::gui::home) fn dialog<'a>(
        &'a self,
        session: &'a Session,
    ) -> Option<Element<'a, Message>> {
        let dialog = self.dialog.as_ref()?;
        let drawn = match &dialog.of {
            Of::Own(dialog) => dialog.view(session).map(Said::Own),
            Of::Other(dialog) => dialog.view(session).map(Said::Other),
            Of::Add(dialog) => dialog.view(session).map(Said::Add),
            Of::Import(dialog) => dialog.view().map(Said::Import),
            Of::Several(dialog) => dialog.view(session).map(Said::Several),
        };
        Some(drawn.map(dialog.says()))
    }
}

fn shown<S, M: Send + 'static>(
    (state, task): (S, Task<M>),
    of: fn(S) -> Of,
    said: fn(M) -> Said,
) -> (Of, Task<Said>) {
    (of(state), task.map(said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Error;
    use crate::backend::Kept;
    use crate::backend::staged::Staged;
    use crate::gui::door::Door;

    /// One that is open, by its id.
    fn opened(page: &mut State, message: Message, session: &Session) -> Id {
        drop(page.opens(message, session));
        page.dialog.as_ref().unwrap().id.clone()
    }

    #[tokio::test]
    async fn what_was_asked_for_in_one_dialog_is_not_heard_in_the_next() {
        let practice = Staged::new().await;
        let kept = Kept::new(practice.keychain.clone());
        let door = Door::new(practice.backend.clone(), kept);
        let session = Session::new(&door, &practice.founded.admitted);
        let (mut first, _) = State::new(&session);
        let before = opened(&mut first, Message::Add, &session);
        // Of another page too, as after it was left.
        let (second, _) = State::new(&session);
        for mut page in [first, second] {
            let here = opened(&mut page, Message::Add, &session);
            let refused = Said::Add(add_person::Message::Answered(Err(Error::StepUpNeeded)));
            let asked = page.in_dialog(&before, refused.clone(), &session);
            assert!(matches!(asked, Asked::Run(_)));
            let asked = page.in_dialog(&here, refused, &session);
            assert!(matches!(asked, Asked::StepUp));
        }
    }
}
