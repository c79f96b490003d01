//! How long sessions last: the idle lock and the absolute end.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::super::Asked;
use crate::api::{Error, Fault, Field, SessionRule, SessionTimeOuts, SetSessionRule};
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    self, Element, Tone, button, failed, field, focus_if_none, heading, muted, notice, panel,
    reveal, skeleton_row,
};
use crate::gui::words::t;

const IDLE: &str = "settings-idle";
const ABSOLUTE: &str = "settings-absolute";

/// The two fields.
#[derive(Debug)]
pub struct State {
    in_force: Option<SessionTimeOuts>,
    idle: String,
    absolute: String,
    /// **Save** was pressed and is not done: also while a step-up lies over it.
    busy: bool,
    saved: bool,
    error: Option<Error>,
    /// Why the limits have not come.
    not_loaded: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The limits have come.
    Loaded(Result<SessionTimeOuts, Error>),
    /// **Try again**.
    TryAgain,
    /// The idle limit was changed.
    Idle(String),
    /// The absolute limit was changed.
    Absolute(String),
    /// **Save**.
    Save,
    /// They are saved, or not.
    Saved(Result<SessionTimeOuts, Error>),
}

impl State {
    /// Loads the limits.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            in_force: None,
            idle: String::new(),
            absolute: String::new(),
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
            Message::Loaded(Ok(limits)) => {
                self.take(limits);
                if self.not_loaded.take().is_some() {
                    // **Try again** is gone.
                    return Asked::Run(focus_if_none(IDLE));
                }
            }
            // The focus stays where the page has put it.
            Message::Loaded(Err(error)) => {
                let ended = Asked::unless_ended(&error);
                self.not_loaded = Some(error);
                return ended.unwrap_or_else(Asked::nothing);
            }
            Message::TryAgain => return Asked::Run(load(session)),
            Message::Idle(typed) => {
                self.idle = typed;
                self.edited();
            }
            Message::Absolute(typed) => {
                self.absolute = typed;
                self.edited();
            }
            Message::Save if self.busy || !self.changed() => {}
            Message::Save => return self.save(session),
            Message::Saved(Ok(limits)) => {
                self.take(limits);
                self.busy = false;
                self.saved = true;
                // **Save** has nothing to do any more and cannot keep the focus.
                return Asked::Run(focus(IDLE).chain(reveal()));
            }
            Message::Saved(Err(Error::StepUpNeeded)) => return Asked::StepUp,
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

    fn take(&mut self, limits: SessionTimeOuts) {
        self.idle = limits.idle_minutes.to_string();
        self.absolute = limits.absolute_hours.to_string();
        self.in_force = Some(limits);
    }

    fn edited(&mut self) {
        self.saved = false;
        self.error = None;
    }

    pub(super) fn changed(&self) -> bool {
        self.in_force.is_some_and(|limits| {
            limits.idle_minutes.to_string() != self.idle.trim()
                || limits.absolute_hours.to_string() != self.absolute.trim()
        })
    }

    fn save(&mut self, session: &Session) -> Asked<Message> {
        // What is no number is outside the bounds too, and the backend has the last word.
        let (Ok(idle_minutes), Ok(absolute_hours)) =
            (self.idle.trim().parse(), self.absolute.trim().parse())
        else {
            let idle = self.idle.trim().parse::<u32>().is_err();
            let field = if idle {
                Field::IdleMinutes
            } else {
                Field::AbsoluteHours
            };
            return self.refused(field.cannot_be(Fault::OutOfBounds));
        };
        self.busy = true;
        self.error = None;
        let limits = SessionTimeOuts {
            idle_minutes,
            absolute_hours,
        };
        Asked::Run(
            session
                .door
                .ask(SetSessionRule { limits })
                .map(Message::Saved),
        )
    }

    fn refused(&mut self, error: Error) -> Asked<Message> {
        self.busy = false;
        let absolute = faults::of_field(Some(&error), Field::AbsoluteHours).is_some();
        self.error = Some(error);
        Asked::Run(focus_wrong(if absolute { ABSOLUTE } else { IDLE }))
    }

    /// Draws them.
    pub(super) fn view(&self) -> Element<'_, Message> {
        if let Some(error) = &self.not_loaded {
            let again = failed(faults::sentence(error), t("try-again"), Message::TryAgain);
            return panel(column![heading(t("session-limits")), again].spacing(space::M));
        }
        if self.in_force.is_none() {
            return skeleton_row(2);
        }
        let error = self.error.as_ref();
        let idle_fault = faults::of_field(error, Field::IdleMinutes);
        let absolute_fault = faults::of_field(error, Field::AbsoluteHours);
        let fault = error
            .filter(|_| idle_fault.is_none() && absolute_fault.is_none())
            .map(faults::notice);
        let saved = self
            .saved
            .then(|| notice(Tone::Enabled, t("limits-saved"), ""));
        panel(
            column![
                heading(t("session-limits")),
                row![
                    or_help(
                        field(t("idle-minutes"), &self.idle, Message::Idle).id(IDLE),
                        idle_fault,
                        t("idle-minutes-help"),
                    ),
                    or_help(
                        field(t("absolute-hours"), &self.absolute, Message::Absolute).id(ABSOLUTE),
                        absolute_fault,
                        t("absolute-hours-help"),
                    ),
                ]
                .spacing(space::L),
            ]
            .push(fault)
            .push(saved)
            .push(
                row![
                    muted(t("sessions-strictest")).width(Length::Fill),
                    gap::horizontal().width(space::L),
                    button(t("save"))
                        .primary()
                        .busy(self.busy)
                        .on_press_maybe(self.changed().then_some(Message::Save)),
                ]
                .align_y(Alignment::Center),
            )
            .spacing(space::M),
        )
    }
}

fn load(session: &Session) -> Task<Message> {
    session.door.ask(SessionRule {}).map(Message::Loaded)
}

/// What is wrong with a field, or what fits in it.
fn or_help<'a>(
    field: widget::Field<'a, Message>,
    fault: Option<String>,
    help: String,
) -> widget::Field<'a, Message> {
    let field = field.on_submit(Message::Save);
    match fault {
        Some(fault) => field.error(Some(fault)),
        None => field.help(help),
    }
}
