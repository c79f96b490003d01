//! Several people at once: two-factor turned on from a time, after a dry run by name, and a
//! reminder to those who must act.

use std::collections::BTreeMap;

use iced::widget::{column, row};
use iced::{Alignment, Length, Task};

use super::{Asked, DialogAction, round, would_stop};
use crate::api::{Error, Planned, RoundKind, TurnOnFor, TurnedOnFor};
use crate::domain::{Starts, UserId};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Tone, button, dialog, notice, panel, small, strong};
use crate::gui::words::t;
use crate::gui::{faults, starts, when};

const DONE: &str = "several-done";
const STARTS: &str = "several-starts";
const TURN_ON: &str = "several-turn-on";
/// People who are named with why they were refused.
const NAMED: usize = 8;

/// The dialog.
#[derive(Debug)]
pub struct State {
    to: Planned,
    /// By name.
    people: BTreeMap<UserId, String>,
    starts: starts::State,
    would_stop: would_stop::State,
    reminder: round::State,
    /// What was asked of the backend and may need a step-up.
    waiting: Option<Starts>,
    done: Option<(TurnedOnFor, Starts)>,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// In the start.
    Starts(starts::Message),
    /// **Turn on**.
    TurnOn,
    /// It is done, or not.
    TurnedOn(Result<TurnedOnFor, Error>),
    /// In the dry run.
    WouldStop(would_stop::Message),
    /// In the reminders.
    Reminder(round::Message),
    /// The dialog is closed.
    Close,
}

type Action = DialogAction<Message>;

impl State {
    /// The dialog for these people.
    pub(super) fn new(
        people: BTreeMap<UserId, String>,
        session: &Session,
    ) -> (Self, Task<Message>) {
        let users = people.keys().cloned().collect();
        let to = Planned::TurnOn { users };
        let (would_stop, dry_run) = would_stop::State::new(to.clone(), session);
        let (reminder, load) = round::State::new(RoundKind::Reminder, session);
        let zone = session.me.time_zone.as_str();
        let state = Self {
            to,
            people,
            starts: starts::State::tomorrow(STARTS, session.door.now(), zone),
            would_stop,
            reminder,
            waiting: None,
            done: None,
            error: None,
        };
        let tasks = [
            dry_run.map(Message::WouldStop),
            load.map(Message::Reminder),
            focus(DONE),
        ];
        (state, Task::batch(tasks))
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.reminder.tick().map(Message::Reminder)
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::Starts(message) => {
                self.starts.update(message);
                self.done = None;
            }
            Message::TurnOn if self.waiting.is_some() => {}
            Message::TurnOn => match self.starts.asked(session.door.now()) {
                Ok(from) => return Action::run(self.ask(from, session)),
                Err(field) => return Action::run(focus_wrong(field)),
            },
            Message::TurnedOn(Ok(done)) => {
                let from = self.waiting.take();
                self.done = Some((done, from.unwrap_or(Starts::Now)));
                let again = self.would_stop.load(session).map(Message::WouldStop);
                // What is told stands above the button, which would lose the focus by it.
                return Action::run(Task::batch([again, focus(TURN_ON)]));
            }
            Message::TurnedOn(Err(Error::StepUpNeeded)) => return Action::Ask(Asked::StepUp),
            Message::TurnedOn(Err(error)) => {
                self.waiting = None;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return Action::Ask(ended);
                }
                if let Some(field) = self.starts.refused(&error) {
                    return Action::run(focus_wrong(field));
                }
                self.error = Some(error);
                return Action::run(focus(TURN_ON));
            }
            Message::WouldStop(message) => {
                let asked = self.would_stop.update(message, session);
                return Action::Ask(asked.map(Message::WouldStop));
            }
            Message::Reminder(message) => {
                let asked = self.reminder.update(message, &self.to, session);
                return Action::Ask(asked.map(Message::Reminder));
            }
            Message::Close => return Action::Closed,
        }
        Action::nothing()
    }

    /// For whom it could not be turned on, by name, and why.
    fn refused(&self, done: &TurnedOnFor) -> Option<Element<'_, Message>> {
        let lines = done.refused.iter().take(NAMED).map(|(user, error)| {
            let name = self.people.get(user).cloned().unwrap_or_default();
            t!(
                "several-refused-one",
                name = name,
                why = faults::sentence(error)
            )
        });
        let mut lines: Vec<String> = lines.collect();
        let more = done.refused.len().saturating_sub(NAMED);
        if more > 0 {
            lines.push(t!("and-more", count = more));
        }
        let title = t!("several-refused", count = done.refused.len());
        (!lines.is_empty()).then(|| notice(Tone::Warning, title, lines.join("\n")))
    }

    fn ask(&mut self, from: Starts, session: &Session) -> Task<Message> {
        self.waiting = Some(from);
        self.error = None;
        self.done = None;
        let users = match &self.to {
            Planned::TurnOn { users } => users.clone(),
            Planned::Mandatory | Planned::Allowed { .. } => Vec::new(),
        };
        let call = TurnOnFor { users, from };
        session.door.ask(call).map(Message::TurnedOn)
    }

    /// The focus where it goes on.
    pub(super) fn first(&self) -> Task<Message> {
        focus(self.would_stop.first().unwrap_or(DONE))
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        match self.waiting {
            Some(from) => self.ask(from, session),
            None => Task::none(),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.waiting = None;
    }

    /// Draws it, or everyone who would be stopped.
    pub(super) fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        if let Some(all) = self.would_stop.dialog(session) {
            return all.map(Message::WouldStop);
        }
        let fault = self.error.as_ref().map(faults::notice);
        let done = self.done.as_ref().filter(|(done, _)| done.on > 0);
        let done = done.map(|(done, from)| {
            let when = match from {
                Starts::Now => String::new(),
                Starts::At { local } => t!("several-on-from", when = when::wall(*local)),
            };
            notice(Tone::Enabled, t!("several-on", count = done.on), when)
        });
        let refused = self.done.as_ref();
        let refused = refused.and_then(|(done, _)| self.refused(done));
        let turn_on = panel(
            column![
                strong(t("turn-on-two-factor")),
                small(t("several-turn-on-body")),
                self.starts.view().map(Message::Starts),
            ]
            .push(done)
            .push(refused)
            .push(fault)
            .push(
                row![
                    iced::widget::space::horizontal(),
                    button(t("turn-on"))
                        .id(TURN_ON)
                        .primary()
                        .busy(self.waiting.is_some())
                        .on_press(Message::TurnOn)
                ]
                .align_y(Alignment::Center),
            )
            .spacing(space::S),
        );
        let must_act = self.would_stop.must_act();
        let remind = panel(
            column![
                row![
                    strong(t("must-act-title")).width(Length::Fill),
                    self.reminder
                        .button(must_act.is_some_and(|count| count > 0))
                        .map(Message::Reminder)
                ]
                .align_y(Alignment::Center),
                self.reminder.view(session).map(Message::Reminder),
            ]
            .push((must_act == Some(0)).then(|| small(t("several-must-act-nobody"))))
            .spacing(space::S),
        );
        dialog(
            t!("several-title", count = self.people.len()),
            t("close"),
            Message::Close,
        )
        .content(
            column![
                turn_on,
                self.would_stop
                    .named(strong(t("would-be-stopped")), session)
                    .map(Message::WouldStop),
                remind
            ]
            .spacing(space::M),
        )
        .push(button(t("done")).id(DONE).on_press(Message::Close))
        .into()
    }
}
