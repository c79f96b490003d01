//! Practice > Roll-out: how far two-factor has come, who must act, a reminder to them, and an
//! announcement to copy.

mod chart;

use iced::widget::{column, row, space as gap};
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
    Element, Icon, awaited, button, failed, heading, muted, page_within, panel, small, stat_card,
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
    must_act: u64,
    round: round::State,
    copied: Option<bool>,
    error: Option<Error>,
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
            must_act: 0,
            round,
            copied: None,
            error: None,
        };
        let tasks = [load(session), load_round.map(Message::Round)];
        (state, Task::batch(tasks))
    }

    /// It is shown again as it was left.
    pub(super) fn returned_to(&self) -> Task<Message> {
        focus(FIRST)
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.round.tick().map(Message::Round)
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(Ok(days)) => {
                self.error = None;
                if self.days.replace(days).is_none() {
                    return Asked::Run(focus(FIRST));
                }
            }
            Message::Rule(answer) => match *answer {
                Ok(rule) => self.rule = Some(rule),
                Err(error) => return self.refused(error),
            },
            Message::MustAct(Ok(result)) => self.must_act = result.must_act,
            Message::Loaded(Err(error)) | Message::MustAct(Err(error)) => {
                return self.refused(error);
            }
            Message::Filtered(filter) => return Asked::People(filter),
            Message::Round(message) => {
                let asked = self.round.update(message, &Planned::Mandatory, session);
                return asked.map(Message::Round);
            }
            Message::Copy => {
                let words = Secret::new(self.announcement(session));
                return Asked::Run(Task::perform(clipboard::copy(words), Message::Copied));
            }
            Message::Copied(taken) => self.copied = Some(taken),
            Message::TryAgain => return Asked::Run(load(session)),
        }
        Asked::nothing()
    }

    fn refused(&mut self, error: Error) -> Asked<Message> {
        let ended = Asked::unless_ended(&error);
        self.error = Some(error);
        ended.unwrap_or_else(Asked::nothing)
    }

    /// What can be sent to everyone, by whatever way they read.
    fn announcement(&self, session: &Session) -> String {
        let me = &session.me;
        let rule = self.rule.as_ref().map(RuleInForce::rule);
        let from = match rule {
            Some(Rule::Mandatory { bites }) if bites > session.door.now() => {
                t!(
                    "announcement-from",
                    when = when::moment(bites, &me.time_zone)
                )
            }
            Some(Rule::Mandatory { .. }) => t("announcement-now"),
            _ => t("announcement-asked"),
        };
        t!(
            "announcement",
            practice = me.practice_name.as_str(),
            from = from,
            name = me.name.as_str()
        )
    }

    /// Draws it in a window of this width.
    pub(super) fn view<'a>(&'a self, session: &'a Session, width: f32) -> Element<'a, Message> {
        let fault = self
            .error
            .as_ref()
            .map(|error| failed(faults::sentence(error), t("try-again"), Message::TryAgain));
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
        let must_act = self.must_act;
        let about = match must_act {
            0 if now.enabled < now.all() => t("must-act-not-on"),
            0 => t("must-act-nobody"),
            count => t!("must-act", count = count),
        };
        panel(
            column![
                heading(t("must-act-title")),
                row![
                    small(about).width(Length::Fill),
                    self.round.button(must_act > 0).map(Message::Round)
                ]
                .spacing(space::L)
                .align_y(Alignment::Center),
                self.round.view(session).map(Message::Round),
            ]
            .spacing(space::S),
        )
    }

    fn to_copy<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let copied = self
            .copied
            .map(|taken| small(if taken { t("copied") } else { t("not-copied") }));
        panel(
            column![
                heading(t("announcement-title")),
                small(self.announcement(session)),
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

fn load(session: &Session) -> Task<Message> {
    let days = session.door.ask(RollOut { days: DAYS });
    let rule = session.door.ask(PracticeRule {});
    let must_act = session.door.ask(DryRun {
        of: Planned::Mandatory,
        after: None,
    });
    Task::batch([
        days.map(Message::Loaded),
        must_act.map(Message::MustAct),
        rule.map(|rule| Message::Rule(Box::new(rule))),
    ])
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
            iced::widget::container(chart::figures(days)).width(size::CARD)
        ]
        .into()
    };
    panel(column![heading(t("by-day")), content].spacing(space::M))
}
