//! Authentication preferences for oneself: choose, validate, submit; new phone; turn off.

mod enabled;

use iced::widget::{column, row};
use iced::{Alignment, Task};

use super::{Asked, DialogAction};
use crate::api::{Ack, Error, MyMethods, Prefer, RemoveMethod, StatusFacts, TurnOff, TurnOn};
use crate::domain::{MethodKind, Starts, Status};
use crate::gui::door::Session;
use crate::gui::screen::{focus, set_up};
use crate::gui::theme::space;
use crate::gui::widget::{Element, button, dialog, failed, small, subtitle};
use crate::gui::words::t;
use crate::gui::{faults, status};

const DONE: &str = "preferences-done";
const KEEP: &str = "preferences-keep";

/// The dialog.
#[derive(Debug)]
pub struct State {
    facts: Option<StatusFacts>,
    set_up: Option<set_up::State>,
    /// The act that waits for a step-up.
    waiting: Option<Act>,
    confirming: bool,
    /// A method was proven in this dialog.
    proven: bool,
    /// The method that there is, is lost: the choice of another comes first.
    lost: bool,
    busy: bool,
    error: Option<Error>,
    /// Why the status has not come.
    not_loaded: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    SetUp,
    TurnOn,
    TurnOff,
    Prefer(MethodKind),
    Remove(MethodKind),
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The status has come.
    Loaded(Result<StatusFacts, Error>),
    /// **Try again**.
    TryAgain,
    /// In the set-up.
    SetUp(set_up::Message),
    /// **Set up a new phone**.
    Replace,
    /// **Turn on**.
    TurnOn,
    /// **Turn off**, once.
    AskTurnOff,
    /// **Keep it on**.
    Keep,
    /// **Turn off**, for certain.
    TurnOff,
    /// **Ask for this first**.
    Prefer(MethodKind),
    /// **Remove**.
    Remove(MethodKind),
    /// One of several methods was preferred or removed, or not.
    Changed(Result<StatusFacts, Error>),
    /// **Make new codes**.
    MakeCodes,
    /// It is done, or not.
    Done(Result<Ack, Error>),
    /// The dialog is closed.
    Close,
}

type Action = DialogAction<Message>;

impl State {
    /// Loads one's own status. For somebody who lost their method the choice of another comes first.
    pub fn new(session: &Session, lost: bool) -> (Self, Task<Message>) {
        let state = Self {
            lost,
            facts: None,
            set_up: None,
            waiting: None,
            confirming: false,
            proven: false,
            busy: false,
            error: None,
            not_loaded: None,
        };
        (state, load(session))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, session: &Session) -> Action {
        let me = session.me.user.clone();
        match message {
            Message::Loaded(Ok(facts)) => {
                self.not_loaded = None;
                let choose = facts.status != Status::Enabled || self.lost;
                // A first method was proven just now: its recovery codes come next, once.
                if std::mem::take(&mut self.proven) && facts.recovery_left.is_none() {
                    return Action::Ask(Asked::RecoveryCodes);
                }
                self.facts = Some(facts);
                self.busy = false;
                if choose && self.set_up.is_none() {
                    return self.begin(session);
                }
                if self.set_up.is_none() {
                    return Action::run(focus(DONE));
                }
            }
            Message::Replace => return self.begin(session),
            Message::SetUp(message) => return self.set_up(message, session),
            Message::TurnOn => {
                return self.ask(
                    Act::TurnOn,
                    session.door.ask(TurnOn {
                        user: me,
                        from: Starts::Now,
                    }),
                );
            }
            Message::AskTurnOff => {
                self.confirming = true;
                // Pressing again must not be enough.
                return Action::run(focus(KEEP));
            }
            Message::Keep => {
                self.confirming = false;
                return Action::run(focus(DONE));
            }
            Message::TurnOff => {
                let call = TurnOff {
                    user: me,
                    reason: String::new(),
                };
                return self.ask(Act::TurnOff, session.door.ask(call));
            }
            Message::Done(Ok(_)) => {
                self.confirming = false;
                self.set_up = None;
                return Action::run(load(session));
            }
            Message::Prefer(kind) => {
                let answer = session.door.ask(Prefer { kind });
                return self.change(Act::Prefer(kind), answer);
            }
            Message::Remove(kind) => {
                let answer = session.door.ask(RemoveMethod { kind });
                return self.change(Act::Remove(kind), answer);
            }
            Message::Changed(Ok(facts)) => {
                self.busy = false;
                self.facts = Some(facts);
                return Action::run(focus(DONE));
            }
            Message::MakeCodes => return Action::Ask(Asked::RecoveryCodes),
            Message::TryAgain => return Action::run(load(session)),
            Message::Loaded(Err(error)) => {
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return Action::Ask(ended);
                }
                self.not_loaded = Some(error);
            }
            Message::Done(Err(error)) | Message::Changed(Err(error)) => {
                self.busy = false;
                if error == Error::StepUpNeeded {
                    return Action::Ask(Asked::StepUp);
                }
                if let Some(ended) = Asked::unless_ended(&error) {
                    return Action::Ask(ended);
                }
                self.error = Some(error);
            }
            Message::Close => return Action::Closed,
        }
        Action::nothing()
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        self.set_up.as_ref()?.tick().map(Message::SetUp)
    }

    /// The person is there again: recovery codes may have been made meanwhile.
    pub fn returned_to(&self, session: &Session) -> Task<Message> {
        let first = match &self.set_up {
            Some(set_up) => set_up.first(),
            None => focus(DONE),
        };
        Task::batch([first, load(session)])
    }

    /// The server answers again.
    pub fn found_again(&self, session: &Session) -> Task<Message> {
        let set_up = self.set_up.as_ref().map(set_up::State::found_again);
        match (&self.not_loaded, set_up) {
            (Some(_), _) => load(session),
            (None, Some(set_up)) => set_up.map(Message::SetUp),
            (None, None) => Task::none(),
        }
    }

    /// Goes on after a step-up, which gave a new token.
    pub fn again(&mut self, session: &Session) -> Task<Message> {
        match self.waiting.take() {
            Some(Act::SetUp) => match &mut self.set_up {
                Some(set_up) => set_up.again(session.door.clone()).map(Message::SetUp),
                None => Task::none(),
            },
            Some(Act::TurnOn) => Task::done(Message::TurnOn),
            Some(Act::TurnOff) => Task::done(Message::TurnOff),
            Some(Act::Prefer(kind)) => Task::done(Message::Prefer(kind)),
            Some(Act::Remove(kind)) => Task::done(Message::Remove(kind)),
            None => Task::none(),
        }
    }

    /// The step-up was given up.
    pub fn not_again(&mut self) {
        self.waiting = None;
    }

    fn begin(&mut self, session: &Session) -> Action {
        let (set_up, task) = set_up::State::new(session.door.clone(), &session.me.email);
        let methods = self.facts.as_ref().map(|facts| &facts.methods[..]);
        self.set_up = Some(set_up.beside(methods.unwrap_or_default(), self.lost));
        Action::run(task.map(Message::SetUp))
    }

    fn ask(&mut self, act: Act, answer: Task<Result<Ack, Error>>) -> Action {
        self.waiting = Some(act);
        self.busy = true;
        self.error = None;
        Action::run(answer.map(Message::Done))
    }

    fn change(&mut self, act: Act, answer: Task<Result<StatusFacts, Error>>) -> Action {
        self.waiting = Some(act);
        self.busy = true;
        self.error = None;
        Action::run(answer.map(Message::Changed))
    }

    fn set_up(&mut self, message: set_up::Message, session: &Session) -> Action {
        let Some(set_up) = &mut self.set_up else {
            return Action::nothing();
        };
        match set_up.update(message) {
            set_up::Action::Run(task) => Action::run(task.map(Message::SetUp)),
            set_up::Action::Enabled(_) => {
                self.set_up = None;
                self.proven = true;
                self.lost = false;
                Action::run(load(session))
            }
            set_up::Action::Cancelled => Action::Closed,
            set_up::Action::StepUp => {
                self.waiting = Some(Act::SetUp);
                Action::Ask(Asked::StepUp)
            }
            set_up::Action::Ended(error) => Action::Ask(Asked::Ended(error)),
        }
    }

    /// Draws it.
    pub fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let close = match &self.set_up {
            Some(set_up) if set_up.is_waiting() => Message::SetUp(set_up::Message::Cancel),
            _ => Message::Close,
        };
        let sheet = dialog(t("preferences-title"), t("close"), close.clone())
            .subtitle(session.me.name.as_str());
        let Some(facts) = &self.facts else {
            return sheet
                .content(column![subtitle(t("loading"))].push(self.fault()))
                .into();
        };
        // With a new phone the old one works on: that stays Enabled.
        let (shown, sentence) = match &self.set_up {
            Some(set_up) if set_up.is_waiting() && facts.status != Status::Enabled => {
                (Status::Pending, t("own-pending"))
            }
            _ => (
                facts.status,
                status::own_sentence(facts, &session.me, session.door.now()),
            ),
        };
        let current = row![subtitle(t("current-status")), status::of(shown)]
            .spacing(space::S)
            .align_y(Alignment::Center);
        let head = column![current, small(sentence)].spacing(space::S);
        match &self.set_up {
            Some(set_up) => {
                let sheet = sheet.content(
                    column![head, set_up.view().map(Message::SetUp)]
                        .push(self.fault())
                        .spacing(space::L),
                );
                let start = self.on_or_off(facts, set_up.is_waiting());
                sheet
                    .start(start)
                    .push(button(t("cancel")).on_press(close))
                    .push(set_up.main_button().map(Message::SetUp))
                    .into()
            }
            None => sheet
                .content(
                    column![head, self.enabled(facts)]
                        .push(self.fault())
                        .spacing(space::L),
                )
                .push(
                    button(t("done"))
                        .primary()
                        .id(DONE)
                        .on_press(Message::Close),
                )
                .into(),
        }
    }

    /// Before anything is set up: turned on for later, or off again where nobody else wants it on.
    fn on_or_off<'a>(&'a self, facts: &StatusFacts, waiting: bool) -> Element<'a, Message> {
        let (words, message) = match (facts.status, facts.turned_on, facts.keeps_on) {
            _ if waiting => return iced::widget::space().into(),
            (Status::Enabled, ..) => return iced::widget::space().into(),
            (_, false, _) => (t("turn-on-later"), Message::TurnOn),
            (Status::Activated, true, None) => (t("turn-off-again"), Message::TurnOff),
            _ => return iced::widget::space().into(),
        };
        button(words)
            .link()
            .busy(self.busy)
            .on_press(message)
            .into()
    }

    fn fault(&self) -> Option<Element<'_, Message>> {
        if let Some(error) = &self.not_loaded {
            let words = faults::sentence(error);
            return Some(failed(words, t("try-again"), Message::TryAgain));
        }
        self.error.as_ref().map(faults::notice)
    }
}

fn load(session: &Session) -> Task<Message> {
    session.door.ask(MyMethods {}).map(Message::Loaded)
}
