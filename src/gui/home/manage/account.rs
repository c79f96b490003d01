//! The account of somebody else: name, role, dates, a forgotten password, leaving and coming back.
//! A list of what there is, and a form of its own for each act.

mod forms;
mod list;

use iced::Task;

use super::super::Asked;
use super::question;
use crate::api::{
    Ack, ChangeEmailOf, Deactivate, EditPerson, Error, Field, Invitation, MakeHandOverCode,
    PersonDetails, Reactivate, Secret, SetDates, SetRole,
};
use crate::domain::Role;
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::widget::{Element, reveal};
use crate::gui::words::t;
use crate::gui::{clipboard, faults, status, when};

const DONE: &str = "person-account-done";
const FIRST: &str = "person-account-first";
const SECOND: &str = "person-account-second";

/// What is open: the list, or the form of an act.
#[derive(Debug)]
pub struct State {
    form: Option<Form>,
    busy: bool,
    code: Option<Invitation>,
    copied: Option<bool>,
    told: Option<String>,
    error: Option<Error>,
}

/// A form, with what was typed.
#[derive(Clone, Debug)]
enum Form {
    Name(String),
    Role(Role),
    Dates {
        first: String,
        last: String,
    },
    HandOver {
        reason: String,
    },
    Email {
        email: String,
        reason: String,
    },
    Deactivate {
        reason: String,
    },
    /// Asks for nothing.
    Reactivate,
}

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Correct the name.
    Name,
    /// Give another role.
    Role,
    /// Set the first and the last day.
    Dates,
    /// Make a code for a forgotten password.
    HandOver,
    /// Ask for another address.
    Email,
    /// End the place in the practice.
    Deactivate,
    /// Give it back.
    Reactivate,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// An act was pressed.
    Open(Act),
    /// The first or only field was changed.
    Typed(String),
    /// The second field was changed.
    LastTyped(String),
    /// A role was chosen.
    RoleChosen(Role),
    /// The act is meant.
    Confirm,
    /// It is done, or not.
    Done(Result<Ack, Error>),
    /// The code has come.
    Made(Result<Invitation, Error>),
    /// **Copy** of the code.
    Copy,
    /// The clipboard took it, or not.
    Copied(bool),
    /// Back to the list, or from it.
    Back,
}

/// What the dialog has to do.
#[derive(Debug)]
pub enum Action {
    /// What the signed-in part is asked.
    Ask(Asked<Message>),
    /// The person is another now: the details are read anew, and the focus set.
    Changed(Task<Message>),
    /// Back to Authentication preferences.
    Left,
}

impl State {
    /// The list.
    pub fn new() -> (Self, Task<Message>) {
        let state = Self {
            form: None,
            busy: false,
            code: None,
            copied: None,
            told: None,
            error: None,
        };
        (state, focus(DONE))
    }

    /// Takes a message in.
    pub fn update(
        &mut self,
        message: Message,
        details: &PersonDetails,
        session: &Session,
    ) -> Action {
        match message {
            Message::Open(_) if self.busy => {}
            Message::Open(act) => return self.open(act, details, session),
            Message::Typed(typed) => match &mut self.form {
                Some(
                    Form::Name(text)
                    | Form::Dates { first: text, .. }
                    | Form::Email { email: text, .. },
                ) => *text = typed,
                Some(Form::HandOver { reason } | Form::Deactivate { reason }) => *reason = typed,
                Some(Form::Role(_) | Form::Reactivate) | None => {}
            },
            Message::LastTyped(typed) => {
                if let Some(Form::Dates { last: text, .. } | Form::Email { reason: text, .. }) =
                    &mut self.form
                {
                    *text = typed;
                }
            }
            Message::RoleChosen(role) => self.form = Some(Form::Role(role)),
            Message::Confirm if self.busy => {}
            Message::Confirm => return self.ask(details, session),
            Message::Done(Ok(_)) => {
                self.busy = false;
                let done = self.form.take();
                self.told = done.map(|form| did(&form, &details.person.name));
                return Action::Changed(focus(DONE));
            }
            Message::Made(Ok(code)) => {
                self.busy = false;
                self.form = None;
                self.code = Some(code);
                self.copied = None;
                return Action::Changed(focus(question::COPY).chain(reveal()));
            }
            Message::Done(Err(error)) | Message::Made(Err(error)) => return self.refused(error),
            Message::Copy => {
                if let Some(made) = &self.code {
                    let copy = clipboard::copy(Secret::new(made.code.expose()));
                    return run(Task::perform(copy, Message::Copied));
                }
            }
            Message::Copied(taken) => self.copied = Some(taken),
            // Its answer would be told of what is opened next.
            Message::Back if self.busy => {}
            Message::Back if self.form.is_some() => {
                self.form = None;
                self.error = None;
                return run(focus(DONE));
            }
            Message::Back if self.code.take().is_some() => return run(focus(DONE)),
            Message::Back => return Action::Left,
        }
        run(Task::none())
    }

    fn open(&mut self, act: Act, details: &PersonDetails, session: &Session) -> Action {
        self.told = None;
        self.error = None;
        self.code = None;
        let person = &details.person;
        let zone = session.me.time_zone.as_str();
        let reason = String::new();
        let form = match act {
            Act::Name => Form::Name(person.name.clone()),
            Act::Role => Form::Role(person.role),
            Act::Dates => Form::Dates {
                first: when::first_day(&person.term, zone)
                    .map_or_else(String::new, when::day_to_type),
                last: when::last_day(&person.term, zone)
                    .map_or_else(String::new, when::day_to_type),
            },
            Act::HandOver => Form::HandOver { reason },
            Act::Email => Form::Email {
                email: String::new(),
                reason,
            },
            Act::Deactivate => Form::Deactivate { reason },
            Act::Reactivate => {
                self.form = Some(Form::Reactivate);
                return self.ask(details, session);
            }
        };
        self.form = Some(form);
        run(focus(FIRST))
    }

    fn ask(&mut self, details: &PersonDetails, session: &Session) -> Action {
        let Some(form) = self.form.clone() else {
            return run(Task::none());
        };
        self.busy = true;
        self.error = None;
        let user = details.person.user.clone();
        let door = &session.door;
        run(match form {
            Form::Name(name) => door.ask(EditPerson { user, name }).map(Message::Done),
            Form::Role(role) => door.ask(SetRole { user, role }).map(Message::Done),
            Form::Dates { first, last } => {
                let call = SetDates {
                    user,
                    first_day: first,
                    last_day: last,
                };
                door.ask(call).map(Message::Done)
            }
            Form::HandOver { reason } => {
                let call = MakeHandOverCode { user, reason };
                door.ask(call).map(Message::Made)
            }
            Form::Deactivate { reason } => door.ask(Deactivate { user, reason }).map(Message::Done),
            Form::Email { email, reason } => {
                let call = ChangeEmailOf {
                    user,
                    email,
                    reason,
                };
                door.ask(call).map(Message::Done)
            }
            Form::Reactivate => door.ask(Reactivate { user }).map(Message::Done),
        })
    }

    fn refused(&mut self, error: Error) -> Action {
        if error == Error::StepUpNeeded {
            return Action::Ask(Asked::StepUp);
        }
        self.busy = false;
        if let Some(ended) = Asked::unless_ended(&error) {
            return Action::Ask(ended);
        }
        let of = |field| faults::of_field(Some(&error), field).is_some();
        let asks_twice = matches!(self.form, Some(Form::Email { .. }));
        let last = of(Field::LastDay) || (asks_twice && of(Field::Reason));
        self.error = Some(error);
        if let Some(Form::Reactivate) = self.form {
            self.form = None;
            return run(focus(DONE));
        }
        run(focus_wrong(if last { SECOND } else { FIRST }))
    }

    /// The focus where it goes on.
    pub fn first(&self) -> Task<Message> {
        focus(self.form.as_ref().map_or(DONE, |_| FIRST))
    }

    /// Goes on after a step-up.
    pub fn again(&mut self) -> Task<Message> {
        if std::mem::take(&mut self.busy) {
            Task::done(Message::Confirm)
        } else {
            Task::none()
        }
    }

    /// The step-up was given up.
    pub fn not_again(&mut self) {
        self.busy = false;
        if let Some(Form::Reactivate) = self.form {
            self.form = None;
        }
    }

    /// Draws it.
    pub fn view<'a>(
        &'a self,
        details: &'a PersonDetails,
        session: &'a Session,
    ) -> Element<'a, Message> {
        match &self.form {
            Some(form) if !matches!(form, Form::Reactivate) => self.form(form, details),
            _ => self.list(details, session),
        }
    }

    fn fault(&self) -> Option<Element<'_, Message>> {
        self.error.as_ref().map(faults::notice)
    }
}

fn did(form: &Form, name: &str) -> String {
    match form {
        Form::Name(_) => t("did-rename"),
        Form::Role(role) => t!("did-role", name = name, role = status::role(*role)),
        Form::Dates { .. } => t!("did-dates", name = name),
        Form::Deactivate { .. } => t!("did-deactivate", name = name),
        Form::Reactivate => t!("did-reactivate", name = name),
        Form::Email { email, .. } => t!("did-email", name = name, email = email.trim()),
        Form::HandOver { .. } => String::new(),
    }
}

fn run(task: Task<Message>) -> Action {
    Action::Ask(Asked::Run(task))
}
