//! Practice > Roll-out: how far two-factor has come, who must act, a reminder to them, and an
//! announcement to copy.

mod chart;

use std::collections::BTreeMap;

use iced::widget::{column, container, row, space as gap};
use iced::{Alignment, Length, Task};

use super::{Asked, round};
use crate::api::{
    Counts, DryRun, Error, Planned, PracticeRule, RollOut, RollOutDay, RoundKind, RuleInForce,
    Secret, WouldStop,
};
use crate::domain::{Rule, Status};
use crate::gui::door::Session;
use crate::gui::screen::focus;
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, awaited, button, failed, focus_if_none, heading, muted, page_within, panel,
    skeleton_row, small, stat_card,
};
use crate::gui::words::t;
use crate::gui::{clipboard, faults, status, when};

/// Days in the chart.
const DAYS: u32 = 30;
/// Below this width of the window the figures stand under the chart.
const BESIDE: f32 = 1080.0;
/// The count that stands first.
const FIRST: &str = "roll-out-first";
const COPY: &str = "roll-out-copy";

/// The page.
#[derive(Debug)]
pub struct State {
    days: Option<Vec<RollOutDay>>,
    rule: Option<RuleInForce>,
    /// How many must act, and can.
    must_act: Option<u64>,
    round: round::State,
    copied: Option<bool>,
    /// What could not be answered, and why.
    failed: BTreeMap<Question, Error>,
}

/// What the page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Question {
    Days,
    Rule,
    MustAct,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The figures have come.
    Loaded(Result<Vec<RollOutDay>, Error>),
    /// The rule has come.
    Rule(Box<Result<RuleInForce, Error>>),
    /// Who must act has come.
    MustAct(Result<WouldStop, Error>),
    /// A count was pressed.
    Filtered(Option<Status>),
    /// In the reminders.
    Round(round::Message),
    /// **Copy** of the announcement.
    Copy,
    /// The clipboard took it, or not.
    Copied(bool),
    /// **Try again**.
    TryAgain,
}

impl State {
    /// Loads the figures.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let (round, load_round) = round::State::new(RoundKind::Reminder, session);
        let state = Self {
            days: None,
            rule: None,
            must_act: None,
            round,
            copied: None,
            failed: BTreeMap::new(),
        };
        let all = [Question::Days, Question::Rule, Question::MustAct];
        let load = Task::batch(all.map(|question| load(question, session)));
        (state, Task::batch([load, load_round.map(Message::Round)]))
    }

    /// It is shown again as it was left.
    pub(super) fn returned_to(&self) -> Task<Message> {
        focus(FIRST)
    }

    /// Asks once more for what could not be answered.
    pub(super) fn found_again(&self, session: &Session) -> Task<Message> {
        Task::batch(self.failed.keys().map(|question| load(*question, session)))
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.round.tick().map(Message::Round)
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(Ok(days)) => {
                let first = self.days.replace(days).is_none();
                if first && !self.failed.contains_key(&Question::Days) {
                    return Asked::Run(focus(FIRST));
                }
                return self.answered(Question::Days);
            }
            Message::Rule(answer) => match *answer {
                Ok(rule) => {
                    self.rule = Some(rule);
                    return self.answered(Question::Rule);
                }
                Err(error) => return self.refused(Question::Rule, error),
            },
            Message::MustAct(Ok(result)) => {
                self.must_act = Some(result.must_act);
                return self.answered(Question::MustAct);
            }
            Message::Loaded(Err(error)) => return self.refused(Question::Days, error),
            Message::MustAct(Err(error)) => return self.refused(Question::MustAct, error),
            Message::Filtered(filter) => return Asked::People(filter),
            Message::Round(message) => {
                let asked = self.round.update(message, &Planned::Mandatory, session);
                return asked.map(Message::Round);
            }
            Message::Copy => {
                if let Some(rule) = &self.rule {
                    let words = Secret::new(announcement(rule, session));
                    return Asked::Run(Task::perform(clipboard::copy(words), Message::Copied));
                }
            }
            Message::Copied(taken) => self.copied = Some(taken),
            Message::TryAgain => return Asked::Run(self.found_again(session)),
        }
        Asked::nothing()
    }

    /// It is: **Try again** goes, if it was there.
    fn answered(&mut self, question: Question) -> Asked<Message> {
        match self.failed.remove(&question) {
            Some(_) => Asked::Run(focus_if_none(FIRST)),
            None => Asked::nothing(),
        }
    }

    fn refused(&mut self, question: Question, error: Error) -> Asked<Message> {
        let ended = Asked::unless_ended(&error);
        self.failed.insert(question, error);
        ended.unwrap_or_else(Asked::nothing)
    }

    fn fault(&self, question: Question) -> Option<Element<'_, Message>> {
        let words = faults::sentence(self.failed.get(&question)?);
        Some(failed(words, t("try-again"), Message::TryAgain))
    }

    /// Draws it in a window of this width.
    pub(super) fn view<'a>(&'a self, session: &'a Session, width: f32) -> Element<'a, Message> {
        let fault = self.fault(Question::Days);
        let panels = match &self.days {
            None => awaited(),
            Some(days) => {
                let now = days.last().map(|day| day.counts).unwrap_or_default();
                column![
                    counts(now),
                    by_day(days, width),
                    self.reminders(now, session),
                    self.to_copy(session)
                ]
            }
        };
        page_within(
            size::PAGE + size::BESIDE + space::XL,
            t("roll-out"),
            session.me.practice_name.as_str(),
            fault,
            panels,
        )
    }

    fn reminders<'a>(&'a self, now: Counts, session: &'a Session) -> Element<'a, Message> {
        let about: Element<'_, Message> = match self.must_act {
            None => self.unknown(Question::MustAct),
            Some(0) if now.enabled < now.all() => small(t("must-act-not-on")).into(),
            Some(0) => small(t("must-act-nobody")).into(),
            Some(count) => small(t!("must-act", count = count)).into(),
        };
        let known = self.must_act.is_some_and(|count| count > 0);
        panel(
            column![
                heading(t("must-act-title")),
                row![
                    container(about).width(Length::Fill),
                    self.round.button(known).map(Message::Round)
                ]
                .spacing(space::L)
                .align_y(Alignment::Center),
                self.round.view(session).map(Message::Round),
            ]
            .spacing(space::S),
        )
    }

    /// Stands where an answer is on its way, or has not come.
    fn unknown(&self, question: Question) -> Element<'_, Message> {
        let fault = self.fault(question);
        fault.unwrap_or_else(|| skeleton_row(1))
    }

    fn to_copy<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let Some(rule) = &self.rule else {
            let unknown = self.unknown(Question::Rule);
            return panel(column![heading(t("announcement-title")), unknown].spacing(space::M));
        };
        let copied = self
            .copied
            .map(|taken| small(if taken { t("copied") } else { t("not-copied") }));
        panel(
            column![
                heading(t("announcement-title")),
                small(announcement(rule, session)),
                row![
                    muted(t("announcement-help")).width(Length::Fill),
                    button(t("copy"))
                        .id(COPY)
                        .icon(Icon::Copy)
                        .on_press(Message::Copy),
                ]
                .spacing(space::L)
                .align_y(Alignment::Center),
            ]
            .push(copied)
            .spacing(space::M),
        )
    }
}

fn load(question: Question, session: &Session) -> Task<Message> {
    let door = &session.door;
    match question {
        Question::Days => door.ask(RollOut { days: DAYS }).map(Message::Loaded),
        Question::Rule => {
            let rule = door.ask(PracticeRule {});
            rule.map(|rule| Message::Rule(Box::new(rule)))
        }
        Question::MustAct => {
            let (of, after) = (Planned::Mandatory, None);
            door.ask(DryRun { of, after }).map(Message::MustAct)
        }
    }
}

/// What can be sent to everyone, by whatever way they read.
fn announcement(rule: &RuleInForce, session: &Session) -> String {
    let me = &session.me;
    let from = match rule.rule() {
        Rule::Mandatory { bites } if bites > session.door.now() => {
            t!(
                "announcement-from",
                when = when::moment(bites, &me.time_zone)
            )
        }
        Rule::Mandatory { .. } => t("announcement-now"),
        _ => t("announcement-asked"),
    };
    t!(
        "announcement",
        practice = me.practice_name.as_str(),
        from = from,
        name = me.name.as_str()
    )
}

/// The statuses now, which lead to the people in them.
fn counts<'a>(now: Counts) -> Element<'a, Message> {
    let card = |count: u64, of: Status| {
        let (icon, word, tone) = status::look(of);
        let press = Message::Filtered(Some(of));
        stat_card(count.to_string(), Some(icon), word, tone, false, press)
    };
    row![
        card(now.enabled, Status::Enabled).id(FIRST),
        card(now.pending, Status::Pending),
        card(now.activated, Status::Activated),
        card(now.not_setup, Status::NotSetup),
    ]
    .spacing(space::M)
    .into()
}

fn by_day<'a>(days: &[RollOutDay], width: f32) -> Element<'a, Message> {
    let content: Element<'a, Message> = if width < BESIDE {
        column![chart::bars(days), chart::figures(days)]
            .spacing(space::L)
            .into()
    } else {
        row![
            chart::bars(days),
            gap().width(space::XL),
            container(chart::figures(days)).width(size::CARD)
        ]
        .into()
    };
    panel(column![heading(t("by-day")), content].spacing(space::M))
}
