//! A message to many people at once: sent, how far it has come, what became of each.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::Asked;
use crate::api::{CancelRound, Error, Planned, Reached, Round, RoundKind, RoundNow, StartRound};
use crate::api::{Line, RoundStarted};
use crate::gui::door::Session;
use crate::gui::poll::Poll;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, Tone, body, button, note, notice, small};
use crate::gui::words::t;
use crate::gui::{faults, sending, when};

/// People whose result is shown at once.
const SHOWN: usize = 8;

/// The newest round of a kind.
#[derive(Debug)]
pub struct State {
    kind: RoundKind,
    round: Option<Round>,
    /// What was answered to the last **Send**, if nothing was sent or somebody was left out.
    told: Option<String>,
    busy: bool,
    /// Whether the rest is being taken back.
    cancelling: bool,
    poll: Poll,
    /// Why the last act failed.
    error: Option<Error>,
    /// Why it is not known how far it has come, until it is known again.
    unknown: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// How far it has come.
    Loaded(Result<Option<Round>, Error>),
    /// **Send a test message**, or **Remind**.
    Send,
    /// It is under way, or not.
    Started(Result<RoundStarted, Error>),
    /// **Cancel** of what has not gone out.
    Cancel,
    /// It is taken back, or not.
    Cancelled(Result<Option<Round>, Error>),
    /// A second has passed.
    Tick,
}

impl State {
    /// Looks for one that is under way.
    pub(super) fn new(kind: RoundKind, session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            kind,
            round: None,
            told: None,
            busy: false,
            cancelling: false,
            poll: Poll::default(),
            error: None,
            unknown: None,
        };
        let load = state.load(session);
        (state, load)
    }

    fn load(&self, session: &Session) -> Task<Message> {
        let kind = self.kind;
        session.door.ask(RoundNow { kind }).map(Message::Loaded)
    }

    /// What a second that passes means here: nothing once all have gone out.
    pub(super) fn tick(&self) -> Option<Message> {
        let waiting = self.round.as_ref().is_some_and(|round| round.waiting > 0);
        waiting.then_some(Message::Tick)
    }

    /// Takes a message in; `to` is whom a new one is for.
    pub(super) fn update(
        &mut self,
        message: Message,
        to: &Planned,
        session: &Session,
    ) -> Asked<Message> {
        let kind = self.kind;
        match message {
            Message::Loaded(Ok(round)) => {
                self.poll.answered();
                self.unknown = None;
                self.round = round;
            }
            Message::Send if self.busy => {}
            Message::Send => {
                self.busy = true;
                self.told = None;
                self.error = None;
                let to = to.clone();
                let start = session.door.ask(StartRound { kind, to });
                return Asked::Run(start.map(Message::Started));
            }
            Message::Started(Ok(started)) => {
                self.busy = false;
                self.told = match (&started.round, started.too_soon) {
                    (_, 0) if started.round.is_some() => None,
                    (None, 0) => Some(t("round-nobody")),
                    (_, too_soon) => Some(t!("round-too-soon", count = too_soon)),
                };
                if started.round.is_some() {
                    self.round = started.round;
                }
            }
            Message::Cancel if self.cancelling => {}
            Message::Cancel => {
                self.cancelling = true;
                self.error = None;
                let cancel = session.door.ask(CancelRound { kind });
                return Asked::Run(cancel.map(Message::Cancelled));
            }
            Message::Cancelled(Ok(round)) => {
                self.cancelling = false;
                self.round = round;
            }
            Message::Tick if self.poll.begin(session.door.now()) => {
                return Asked::Run(self.load(session));
            }
            Message::Tick => {}
            Message::Loaded(Err(error)) => {
                self.poll.answered();
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                self.unknown = Some(error);
            }
            Message::Cancelled(Err(error)) | Message::Started(Err(error)) => {
                self.busy = false;
                self.cancelling = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                self.error = Some(error);
            }
        }
        Asked::nothing()
    }

    /// Its button.
    pub(super) fn button<'a>(&self, enabled: bool) -> Element<'a, Message> {
        let (icon, words) = match self.kind {
            RoundKind::Test => (Icon::Send, t("send-tests")),
            RoundKind::Reminder => (Icon::BellRing, t("remind")),
        };
        button(words)
            .icon(icon)
            .busy(self.busy)
            .on_press_maybe(enabled.then_some(Message::Send))
            .into()
    }

    /// How far it has come, and whom it did not reach.
    pub(super) fn view<'a>(&'a self, session: &Session) -> Element<'a, Message> {
        let told = self
            .told
            .as_ref()
            .map(|told| notice(Tone::Info, told.clone(), ""));
        let fault = self.error.as_ref().or(self.unknown.as_ref());
        let fault = fault.map(faults::notice);
        column![]
            .push(
                self.round
                    .as_ref()
                    .map(|round| self.progress(round, session)),
            )
            .push(told)
            .push(fault)
            .spacing(space::S)
            .into()
    }

    /// How far it has come.
    fn progress<'a>(&self, round: &'a Round, session: &Session) -> Element<'a, Message> {
        let when = when::short(round.at, session.door.now(), &session.me.time_zone);
        let sent = t!(
            "round-sent",
            when = when,
            sent = round.handed_over,
            all = round.all
        );
        let cancel = (round.waiting > 0).then(|| {
            button(t("cancel-rest"))
                .link()
                .busy(self.cancelling)
                .on_press(Message::Cancel)
        });
        let told = [
            (round.failed, t!("round-failed", count = round.failed)),
            (
                round.cancelled,
                t!("round-cancelled", count = round.cancelled),
            ),
            (round.waiting, t!("round-waiting", count = round.waiting)),
        ];
        let told = told.into_iter().filter(|(count, _)| *count > 0);
        let more: String = told.map(|(_, words)| format!(" {words}")).collect();
        let head = row![small(format!("{sent}{more}")).width(Length::Fill)]
            .push(cancel)
            .spacing(space::S)
            .align_y(Alignment::Center);
        let people = round
            .people
            .iter()
            .take(SHOWN)
            .map(|one| reached(one, &session.me.time_zone));
        column![head, column(people).spacing(space::XS)]
            .spacing(space::S)
            .into()
    }
}

fn reached<'a>(person: &'a Reached, zone: &str) -> Element<'a, Message> {
    let (icon, tone, words) = match &person.line {
        // In a round to be taken back is no fault.
        Line::Dropped => (Icon::X, Tone::Neutral, t("round-taken-back")),
        line => sending::of(line, zone),
    };
    row![
        body(person.name.as_str()).wrapping(iced::widget::text::Wrapping::None),
        gap::horizontal(),
        note(icon, words, tone)
    ]
    .spacing(space::M)
    .align_y(Alignment::Center)
    .into()
}
