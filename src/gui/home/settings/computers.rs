//! What computers may do: be remembered, be told of, keep names.

use iced::widget::{column, container, row, space as gap};
use iced::{Alignment, Length, Task};

use super::super::Asked;
use crate::api::{ComputerRule, Computers, Error, Fault, Field, SetComputerRule};
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Tone, button, checkbox, failed, field, focus_if_none, heading, muted, notice, panel,
    reveal, skeleton_row,
};
use crate::gui::words::t;

const REMEMBER: &str = "settings-remember";
const DAYS: &str = "settings-remember-days";

/// The days that stand there when **Remember** is ticked: a week.
const DAYS_AT_FIRST: u32 = 7;

/// What is in force, and what is ticked and typed.
#[derive(Debug)]
pub struct State {
    in_force: Option<Computers>,
    remember: bool,
    days: String,
    tell_new: bool,
    keep_names: bool,
    /// **Save** was pressed and is not done: also while a step-up lies over it.
    busy: bool,
    saved: bool,
    error: Option<Error>,
    /// Why it is not known what is in force.
    not_loaded: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// What is in force has come.
    Loaded(Result<Computers, Error>),
    /// **Try again**.
    TryAgain,
    /// That computers may be remembered was ticked, or its tick taken away.
    Remember(bool),
    /// The days were changed.
    Days(String),
    /// The notice of a new computer likewise.
    TellNew(bool),
    /// The names of the sign-in screen likewise.
    KeepNames(bool),
    /// **Save**.
    Save,
    /// It is saved, or not.
    Saved(Result<Computers, Error>),
}

impl State {
    /// Loads what is in force.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            in_force: None,
            remember: false,
            days: String::new(),
            tell_new: true,
            keep_names: true,
            busy: false,
            saved: false,
            error: None,
            not_loaded: None,
        };
        (state, load(session))
    }

    /// The server answers again.
    pub(super) fn found_again(&self, session: &Session) -> Task<Message> {
        match self.not_loaded {
            Some(_) => load(session),
            None => Task::none(),
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(Ok(computers)) => {
                self.take(computers);
                if self.not_loaded.take().is_some() {
                    // **Try again** is gone.
                    return Asked::Run(focus_if_none(REMEMBER));
                }
            }
            Message::TryAgain => return Asked::Run(load(session)),
            Message::Remember(remember) => {
                self.remember = remember;
                self.edited();
            }
            Message::Days(typed) => {
                self.days = typed;
                self.edited();
            }
            Message::TellNew(tell_new) => {
                self.tell_new = tell_new;
                self.edited();
            }
            Message::KeepNames(keep_names) => {
                self.keep_names = keep_names;
                self.edited();
            }
            Message::Save if self.busy || !self.changed() => {}
            Message::Save => return self.save(session),
            Message::Saved(Ok(computers)) => {
                self.take(computers);
                self.busy = false;
                self.saved = true;
                // **Save** has nothing to do any more and cannot keep the focus.
                return Asked::Run(focus(REMEMBER).chain(reveal()));
            }
            Message::Saved(Err(Error::StepUpNeeded)) => return Asked::StepUp,
            // The focus stays where the page has put it.
            Message::Loaded(Err(error)) => {
                let ended = Asked::unless_ended(&error);
                self.not_loaded = Some(error);
                return ended.unwrap_or_else(Asked::nothing);
            }
            Message::Saved(Err(error)) => {
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                return self.refused(error);
            }
        }
        Asked::nothing()
    }

    /// Whether it waits for a step-up.
    pub(super) fn waits(&self) -> bool {
        self.busy
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        match self.save(session) {
            Asked::Run(task) => task,
            _ => Task::none(),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.busy = false;
    }

    fn take(&mut self, computers: Computers) {
        self.remember = computers.remember_days.is_some();
        self.days = computers.remember_days.unwrap_or(DAYS_AT_FIRST).to_string();
        self.tell_new = computers.tell_new;
        self.keep_names = computers.keep_names;
        self.in_force = Some(computers);
    }

    fn edited(&mut self) {
        self.saved = false;
        self.error = None;
    }

    pub(super) fn changed(&self) -> bool {
        self.in_force
            .is_some_and(|in_force| self.asked() != Some(in_force))
    }

    /// What is ticked and typed; none if the days are no number.
    fn asked(&self) -> Option<Computers> {
        let remember_days = match self.remember {
            true => Some(self.days.trim().parse().ok()?),
            false => None,
        };
        Some(Computers {
            remember_days,
            tell_new: self.tell_new,
            keep_names: self.keep_names,
        })
    }

    fn save(&mut self, session: &Session) -> Asked<Message> {
        // What is no number is outside the bounds too, and the backend has the last word.
        let Some(computers) = self.asked() else {
            return self.refused(Field::RememberDays.cannot_be(Fault::OutOfBounds));
        };
        self.busy = true;
        self.error = None;
        let call = SetComputerRule { computers };
        Asked::Run(session.door.ask(call).map(Message::Saved))
    }

    fn refused(&mut self, error: Error) -> Asked<Message> {
        self.busy = false;
        let days = faults::of_field(Some(&error), Field::RememberDays).is_some();
        self.error = Some(error);
        Asked::Run(if days {
            focus_wrong(DAYS)
        } else {
            focus(REMEMBER).chain(reveal())
        })
    }

    /// Draws them.
    pub(super) fn view(&self) -> Element<'_, Message> {
        if let Some(error) = &self.not_loaded {
            let again = failed(faults::sentence(error), t("try-again"), Message::TryAgain);
            return panel(column![heading(t("computers")), again].spacing(space::M));
        }
        if self.in_force.is_none() {
            return skeleton_row(2);
        }
        let error = self.error.as_ref();
        let days_fault = faults::of_field(error, Field::RememberDays);
        let fault = error.filter(|_| days_fault.is_none()).map(faults::notice);
        let saved = self.saved.then(|| notice(Tone::Enabled, t("saved"), ""));
        let days = self.remember.then(|| {
            let days = field(t("remember-days"), &self.days, Message::Days)
                .id(DAYS)
                .on_submit(Message::Save);
            container(match days_fault {
                Some(fault) => days.error(Some(fault)),
                None => days.help(t("remember-days-help")),
            })
            .max_width(size::CARD)
        });
        panel(
            column![
                heading(t("computers")),
                checkbox(t("computers-remember"), self.remember, Message::Remember).id(REMEMBER),
            ]
            .push(days)
            .push(checkbox(
                t("computers-tell-new"),
                self.tell_new,
                Message::TellNew,
            ))
            .push(checkbox(
                t("computers-keep-names"),
                self.keep_names,
                Message::KeepNames,
            ))
            .push(fault)
            .push(saved)
            .push(
                row![
                    muted(t("computers-why")).width(Length::Fill),
                    gap::horizontal().width(space::L),
                    button(t("save"))
                        .primary()
                        .busy(self.busy)
                        .on_press_maybe(self.changed().then_some(Message::Save)),
                ]
                .align_y(Alignment::Center),
            )
            .spacing(space::S),
        )
    }
}

fn load(session: &Session) -> Task<Message> {
    session.door.ask(ComputerRule {}).map(Message::Loaded)
}
