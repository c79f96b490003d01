//! The two-factor rule: which, from when, who would be stopped, who changed it before.

use iced::widget::{column, container, row};
use iced::{Alignment, Length, Task};

use super::super::Asked;
use super::super::would_stop;
use crate::api::{Error, Planned, RuleAsked, RuleInForce, RuleSet, SetRule};
use crate::domain::Rule;
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Tone, button, heading, muted, notice, panel, radio_card};
use crate::gui::words::t;
use crate::gui::{faults, starts, when};

const STARTS: &str = "settings-starts";

/// The rule as it is in force, and as it is chosen.
#[derive(Debug)]
pub struct State {
    in_force: RuleInForce,
    chosen: Kind,
    starts: starts::State,
    /// Whether the start was changed from the one that stands.
    moved: bool,
    /// What was asked of the backend and may need a step-up.
    waiting: Option<RuleAsked>,
    saved: bool,
    history: bool,
    error: Option<Error>,
    would_stop: would_stop::State,
}

/// One of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nobody is asked.
    Optional,
    /// Everyone is asked.
    Prompt,
    /// Everyone must.
    Mandatory,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another rule was chosen.
    Chosen(Kind),
    /// In the start.
    Starts(starts::Message),
    /// **Save**.
    Save,
    /// **Cancel the start**.
    CancelStart,
    /// It is saved, or not.
    Saved(Result<RuleInForce, Error>),
    /// **Show the changes**, or hide them.
    History,
    /// In the dry run.
    WouldStop(would_stop::Message),
}

impl State {
    /// Shows what is in force.
    pub(super) fn new(in_force: RuleInForce, session: &Session) -> (Self, Task<Message>) {
        let (would_stop, task) = would_stop::State::new(Planned::Mandatory, session);
        let state = Self {
            chosen: kind(in_force.rule()),
            starts: standing(&in_force, session),
            in_force,
            moved: false,
            waiting: None,
            saved: false,
            history: false,
            error: None,
            would_stop,
        };
        (state, task.map(Message::WouldStop))
    }

    /// The first control of everyone who would be stopped, while they are shown.
    pub(super) fn covering(&self) -> Option<&'static str> {
        self.would_stop.first()
    }

    /// The id of the card that is in force.
    pub(super) fn card(&self) -> &'static str {
        id(kind(self.in_force.rule()))
    }

    /// Takes a message in; the rule, if it is another now.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Chosen(kind) => {
                self.chosen = kind;
                self.edited();
            }
            Message::Starts(message) => {
                self.starts.update(message);
                self.moved = true;
                self.edited();
            }
            Message::Save if self.waiting.is_some() || !self.changed(session) => {}
            Message::Save => {
                let rule = match self.chosen {
                    Kind::Optional => RuleAsked::Optional,
                    Kind::Prompt => RuleAsked::Prompt,
                    Kind::Mandatory => match self.starts.asked(session.door.now()) {
                        Ok(from) => RuleAsked::Mandatory { from },
                        Err(field) => return Asked::Run(focus_wrong(field)),
                    },
                };
                return self.save(rule, session);
            }
            Message::CancelStart if self.waiting.is_none() => {
                // A start that was moved stands there more than once.
                let mut before = self.in_force.history.iter().map(|set| set.rule);
                let rule = match before.find(|rule| kind(*rule) != Kind::Mandatory) {
                    Some(Rule::Prompt) => RuleAsked::Prompt,
                    _ => RuleAsked::Optional,
                };
                return self.save(rule, session);
            }
            Message::CancelStart => {}
            Message::Saved(Ok(rule)) => {
                self.saved = true;
                return Asked::Run(self.take(rule, session));
            }
            Message::Saved(Err(Error::StepUpNeeded)) => return Asked::StepUp,
            Message::Saved(Err(error)) => {
                self.waiting = None;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                if let Some(field) = self.starts.refused(&error) {
                    return Asked::Run(focus_wrong(field));
                }
                self.error = Some(error);
            }
            Message::History => self.history = !self.history,
            Message::WouldStop(message) => {
                let asked = self.would_stop.update(message, session);
                return asked.map(Message::WouldStop);
            }
        }
        Asked::nothing()
    }

    fn take(&mut self, rule: RuleInForce, session: &Session) -> Task<Message> {
        self.waiting = None;
        self.moved = false;
        self.chosen = kind(rule.rule());
        self.in_force = rule;
        self.starts = standing(&self.in_force, session);
        // **Save** has nothing to do any more and cannot keep the focus.
        let again = self.would_stop.load(session).map(Message::WouldStop);
        Task::batch([focus(self.card()), again])
    }

    fn save(&mut self, rule: RuleAsked, session: &Session) -> Asked<Message> {
        self.waiting = Some(rule);
        self.error = None;
        Asked::Run(session.door.ask(SetRule { rule }).map(Message::Saved))
    }

    fn edited(&mut self) {
        self.saved = false;
        self.error = None;
    }

    /// Whether the rule bites already: then its start stands.
    fn bites(&self, session: &Session) -> bool {
        matches!(self.in_force.rule(), Rule::Mandatory { bites } if bites <= session.door.now())
    }

    pub(super) fn changed(&self, session: &Session) -> bool {
        let standing = kind(self.in_force.rule());
        self.chosen != standing
            || (self.chosen == Kind::Mandatory && self.moved && !self.bites(session))
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.would_stop.tick().map(Message::WouldStop)
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        let Some(rule) = self.waiting else {
            return Task::none();
        };
        match self.save(rule, session) {
            Asked::Run(task) => task,
            _ => Task::none(),
        }
    }

    /// Whether it is being saved: also while a step-up lies over it.
    pub(super) fn waits(&self) -> bool {
        self.waiting.is_some()
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.waiting = None;
    }

    /// The dialog over the page.
    pub(super) fn dialog<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        let dialog = self.would_stop.dialog(session)?;
        Some(dialog.map(Message::WouldStop))
    }

    /// Who would be stopped, while that is in question.
    pub(super) fn beside<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        let in_question = self.chosen == Kind::Mandatory && !self.bites(session);
        in_question.then(|| self.would_stop.panel(session).map(Message::WouldStop))
    }

    /// Draws it.
    pub(super) fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let (now, zone) = (session.door.now(), session.me.time_zone.as_str());
        let choice = |value: Kind, name: String, about: String| {
            radio_card(
                None,
                name,
                about,
                self.chosen == value,
                Message::Chosen(value),
            )
            .id(id(value))
        };
        let start = (self.chosen == Kind::Mandatory && !self.bites(session))
            .then(|| self.starts.view().map(Message::Starts));
        let pending = self.in_force.pending(now).map(|bites| {
            column![
                notice(
                    Tone::Info,
                    t!("rule-pending", when = when::moment(bites, zone)),
                    t("rule-pending-body"),
                ),
                button(t("cancel-start"))
                    .link()
                    .busy(self.waiting.is_some())
                    .on_press(Message::CancelStart),
            ]
            .spacing(space::XS)
        });
        let fault = self.error.as_ref().map(faults::notice);
        // Of a start that lies ahead nothing holds yet.
        let words = match self.in_force.pending(now) {
            Some(_) => t("saved"),
            None => t("rule-saved"),
        };
        let saved = self.saved.then(|| notice(Tone::Enabled, words, ""));
        let older = self.in_force.history.len() > 2;
        let history = (self.history && older).then(|| {
            let lines = self.in_force.history.windows(2).skip(1);
            column(lines.map(|two| muted(change(&two[0], &two[1], zone)).into())).spacing(space::S)
        });
        let newest = match self.in_force.history.as_slice() {
            [newest, before, ..] => change(newest, before, zone),
            _ => t("rule-unchanged"),
        };
        let words = if self.history {
            t("hide-changes")
        } else {
            t("show-changes")
        };
        let toggle = older.then(|| button(words).link().on_press(Message::History));
        panel(
            column![heading(t("two-factor-authentication"))]
                .push(pending)
                .push(choice(
                    Kind::Optional,
                    t("rule-optional"),
                    t("rule-optional-body"),
                ))
                .push(choice(
                    Kind::Prompt,
                    t("rule-prompt"),
                    t("rule-prompt-body"),
                ))
                .push(
                    choice(
                        Kind::Mandatory,
                        t("rule-mandatory"),
                        t("rule-mandatory-body"),
                    )
                    .body_maybe(start.map(|start| container(start).into())),
                )
                .push(fault)
                .push(saved)
                .push(
                    row![
                        muted(newest).width(Length::Fill),
                        button(t("save"))
                            .primary()
                            .busy(self.waiting.is_some())
                            .on_press_maybe(self.changed(session).then_some(Message::Save)),
                    ]
                    .spacing(space::L)
                    .align_y(Alignment::Center),
                )
                // Before what it shows, so that it keeps the focus.
                .push(toggle)
                .push(history)
                .spacing(space::S),
        )
    }
}

/// The start as it stands, or the one that spares today's clinic.
fn standing(in_force: &RuleInForce, session: &Session) -> starts::State {
    let (now, zone) = (session.door.now(), session.me.time_zone.as_str());
    match in_force.pending(now) {
        Some(bites) => starts::State::at(STARTS, bites, now, zone),
        None => starts::State::tonight(STARTS, now, zone),
    }
}

fn change(newer: &RuleSet, older: &RuleSet, zone: &str) -> String {
    t!(
        "rule-changed",
        by = newer.by.clone().unwrap_or_default(),
        when = when::day(newer.at, zone),
        before = name(older.rule, zone),
        after = name(newer.rule, zone)
    )
}

fn kind(rule: Rule) -> Kind {
    match rule {
        Rule::Optional => Kind::Optional,
        Rule::Prompt => Kind::Prompt,
        Rule::Mandatory { .. } => Kind::Mandatory,
    }
}

/// The id of a rule's card.
fn id(rule: Kind) -> &'static str {
    match rule {
        Kind::Optional => "settings-optional",
        Kind::Prompt => "settings-prompt",
        Kind::Mandatory => "settings-mandatory",
    }
}

fn name(rule: Rule, zone: &str) -> String {
    match rule {
        Rule::Optional => t("rule-optional"),
        Rule::Prompt => t("rule-prompt"),
        Rule::Mandatory { bites } => t!("rule-mandatory-from", when = when::moment(bites, zone)),
    }
}
