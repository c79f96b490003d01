//! The dry run: who would be stopped by what is planned, by name and status, and whose last
//! message did not get through.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::{Asked, round};
use crate::api::{DryRun, Error, Line, Planned, RoundKind, Stopped, WouldStop};
use crate::gui::door::Session;
use crate::gui::screen::focus;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, body, button, dialog, failed, heading, muted, note, notice, panel,
    skeleton_row, small, strong,
};
use crate::gui::words::{listed, t};
use crate::gui::{faults, sending, status, when};

const DONE: &str = "would-stop-done";

/// People named beside the page.
const NAMED: usize = 3;

/// What is planned, and whom it would stop.
#[derive(Debug)]
pub struct State {
    planned: Planned,
    /// Which answer is awaited: earlier ones are dropped.
    asked: u32,
    people: Vec<Stopped>,
    result: Option<WouldStop>,
    error: Option<Error>,
    /// Whether everyone is shown, in a dialog.
    open: bool,
    /// The test messages to them.
    tests: Option<round::State>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A page has come, as the answer to this question.
    Loaded(u32, Result<WouldStop, Error>),
    /// **Show all**.
    Open,
    /// More of them.
    More,
    /// The dialog is closed.
    Close,
    /// **Try again**.
    TryAgain,
    /// In the test messages.
    Tests(round::Message),
}

impl State {
    /// Asks at once.
    pub(super) fn new(planned: Planned, session: &Session) -> (Self, Task<Message>) {
        let mut state = Self::idle(planned);
        let load = state.load(session);
        (state, load)
    }

    /// Asks later.
    pub(super) fn idle(planned: Planned) -> Self {
        Self {
            planned,
            asked: 0,
            people: Vec::new(),
            result: None,
            error: None,
            open: false,
            tests: None,
        }
    }

    /// Something else is planned.
    pub(super) fn plan(&mut self, planned: Planned, session: &Session) -> Task<Message> {
        self.planned = planned;
        self.load(session)
    }

    /// Asks, from the first on.
    pub(super) fn load(&mut self, session: &Session) -> Task<Message> {
        self.people.clear();
        self.ask(None, session)
    }

    fn ask(&mut self, after: Option<String>, session: &Session) -> Task<Message> {
        self.asked += 1;
        let asked = self.asked;
        let call = DryRun {
            of: self.planned.clone(),
            after,
        };
        session
            .door
            .ask(call)
            .map(move |page| Message::Loaded(asked, page))
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.tests.as_ref()?.tick().map(Message::Tests)
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(asked, _) if asked != self.asked => {}
            Message::Loaded(_, Ok(mut page)) => {
                self.error = None;
                self.people.append(&mut page.people);
                self.result = Some(page);
            }
            Message::Loaded(_, Err(error)) => {
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                self.error = Some(error);
            }
            Message::Open => {
                self.open = true;
                let (tests, load) = round::State::new(RoundKind::Test, session);
                self.tests = Some(tests);
                return Asked::Run(Task::batch([focus(DONE), load.map(Message::Tests)]));
            }
            Message::Close => {
                self.open = false;
                self.tests = None;
                // What became of the messages shows beside the page too.
                return Asked::Run(self.load(session));
            }
            Message::Tests(message) => {
                if let Some(tests) = &mut self.tests {
                    let asked = tests.update(message, &self.planned, session);
                    return asked.map(Message::Tests);
                }
            }
            Message::More => {
                let next = self.result.as_ref().and_then(|result| result.next.clone());
                if next.is_some() {
                    return Asked::Run(self.ask(next, session));
                }
            }
            Message::TryAgain => return Asked::Run(self.load(session)),
        }
        Asked::nothing()
    }

    /// How many would be stopped, in a sentence.
    fn sentence(&self, result: &WouldStop) -> String {
        match result.stopped {
            0 => t("would-stop-nobody"),
            stopped => t!("would-stop", count = stopped, all = result.of),
        }
    }

    /// The first control of the dialog, while everyone is shown.
    pub(super) fn first(&self) -> Option<&'static str> {
        self.open.then_some(DONE)
    }

    /// How many of them must act, so that they can be reminded; none before that is known.
    pub(super) fn must_act(&self) -> Option<u64> {
        Some(self.result.as_ref()?.must_act)
    }

    fn fault(&self) -> Option<Element<'_, Message>> {
        let error = self.error.as_ref()?;
        Some(failed(
            faults::sentence(error),
            t("try-again"),
            Message::TryAgain,
        ))
    }

    /// What stands beside the page: the first few, and how many more.
    pub(super) fn panel<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        self.named(heading(t("before-you-save")), session)
    }

    /// The same, under another head.
    pub(super) fn named<'a>(
        &'a self,
        head: impl Into<Element<'a, Message>>,
        session: &'a Session,
    ) -> Element<'a, Message> {
        let head = head.into();
        let Some(result) = &self.result else {
            return panel(
                column![head]
                    .push(self.error.is_none().then(|| skeleton_row(1)))
                    .push(self.fault())
                    .spacing(space::M),
            );
        };
        let named = self.people.iter().take(NAMED).map(|person| {
            row![
                body(person.name.as_str())
                    .wrapping(iced::widget::text::Wrapping::None)
                    .width(Length::Fill),
                status::of(person.status)
            ]
            .spacing(space::S)
            .align_y(Alignment::Center)
            .into()
        });
        let more = result.stopped.saturating_sub(NAMED as u64);
        let all = (result.stopped > 0).then(|| {
            let words = if more > 0 {
                t!("show-all-of", count = result.stopped)
            } else {
                t("show-details")
            };
            row![]
                .push((more > 0).then(|| muted(t!("and-more", count = more))))
                .push(gap::horizontal())
                .push(button(words).link().on_press(Message::Open))
                .align_y(Alignment::Center)
        });
        panel(
            column![head, small(self.sentence(result))]
                .push(column(named).spacing(space::S))
                .push(all)
                .push(self.away(session))
                .push(self.unreached(result, session))
                .push(self.fault())
                .spacing(space::M),
        )
    }

    /// Who does not work here now, and is stopped on coming back.
    fn away<'a>(&'a self, session: &Session) -> Option<Element<'a, Message>> {
        let result = self.result.as_ref()?;
        let names = result.away.iter().map(|person| {
            let name = person.name.as_str();
            match when::term(&person.term, session) {
                Some(dates) => t!("away-one", name = name, dates = dates),
                None => name.to_owned(),
            }
        });
        let mut names: Vec<String> = names.collect();
        let more = result.all_away.saturating_sub(names.len() as u64);
        if more > 0 {
            names.push(t!("away-more", count = more));
        }
        let words = || t!("would-stop-away", names = listed(&names));
        (!names.is_empty()).then(|| note(Icon::CalendarDays, words(), Tone::Neutral))
    }

    /// Whose last message did not get through.
    fn unreached<'a>(
        &'a self,
        result: &WouldStop,
        session: &Session,
    ) -> Option<Element<'a, Message>> {
        if result.unreached == 0 {
            return None;
        }
        let zone = session.me.time_zone.as_str();
        let first = self.people.iter().find_map(|person| {
            let (line, at) = person.message.as_ref()?;
            matches!(
                line,
                Line::Failed { .. } | Line::NotDelivered { .. } | Line::Dropped
            )
            .then_some((person, line, *at))
        });
        let about = first.map_or_else(String::new, |(person, line, at)| {
            let why = sending::of(line, zone).2;
            t!(
                "unreached-first",
                name = person.name.as_str(),
                when = when::day(at, zone),
                why = why
            )
        });
        Some(notice(
            Tone::Warning,
            t!("unreached", count = result.unreached),
            about,
        ))
    }

    /// Everyone who would be stopped.
    pub(super) fn dialog<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        let result = self.result.as_ref().filter(|_| self.open)?;
        let zone = session.me.time_zone.as_str();
        let people = self.people.iter().map(|person| line(person, session, zone));
        let more = result
            .next
            .is_some()
            .then(|| button(t("show-more")).on_press(Message::More));
        Some(
            dialog(t("before-you-save"), t("close"), Message::Close)
                .subtitle(self.sentence(result))
                .content(
                    column![]
                        .push(column(people).spacing(space::M))
                        .push(more)
                        .push(self.away(session))
                        .push(
                            self.tests
                                .as_ref()
                                .map(|tests| tests.view(session).map(Message::Tests)),
                        )
                        .push(self.fault())
                        .spacing(space::L),
                )
                .push(self.tests.as_ref().map_or_else(
                    || gap().into(),
                    |tests| tests.button(result.stopped > 0).map(Message::Tests),
                ))
                .push(
                    button(t("done"))
                        .primary()
                        .id(DONE)
                        .on_press(Message::Close),
                )
                .into(),
        )
    }
}

fn line<'a>(person: &'a Stopped, session: &Session, zone: &str) -> Element<'a, Message> {
    let last = match person.last_sign_in {
        _ if person.invited => t("row-invited"),
        Some(at) => t!(
            "last-seen",
            when = when::short(at, session.door.now(), zone)
        ),
        None => t("never-signed-in"),
    };
    let message = person.message.as_ref().map(|(line, at)| {
        let (icon, tone, words) = sending::of(line, zone);
        let words = format!("{}: {words}", when::day(*at, zone));
        note(icon, words, tone)
    });
    row![
        column![
            strong(person.name.as_str()),
            muted(format!("{} · {}", person.email, status::role(person.role))),
            muted(last),
        ]
        .push(message)
        .width(Length::Fill),
        status::of(person.status)
    ]
    .spacing(space::M)
    .align_y(Alignment::Center)
    .into()
}
