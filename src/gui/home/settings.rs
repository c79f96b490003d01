//! Practice > Settings: the two-factor rule, how long sessions last, the practice recovery key.

mod limits;
mod recovery_key;

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::Asked;
use crate::api::{Error, PracticeRule, RuleAsked, RuleInForce, SetRule};
use crate::gui::door::Session;
use crate::gui::screen::focus;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Tone, awaited, button, heading, muted, notice, page, panel, radio_card,
};
use crate::gui::words::t;
use crate::gui::{faults, when};

/// The page.
#[derive(Debug)]
pub struct State {
    rule: Option<RuleInForce>,
    chosen: Option<RuleAsked>,
    busy: bool,
    saved: bool,
    error: Option<Error>,
    limits: limits::State,
    recovery_key: recovery_key::State,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The rule has come, or was set.
    Loaded(Result<RuleInForce, Error>),
    /// Another rule was chosen.
    Chosen(RuleAsked),
    /// **Save**.
    Save,
    /// It is saved, or not.
    Saved(Result<RuleInForce, Error>),
    /// In the session limits.
    Limits(limits::Message),
    /// With the practice recovery key.
    RecoveryKey(recovery_key::Message),
}

impl State {
    /// Loads the rule.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let (limits, load_limits) = limits::State::new(session);
        let state = Self {
            rule: None,
            chosen: None,
            busy: false,
            saved: false,
            error: None,
            limits,
            recovery_key: recovery_key::State::default(),
        };
        let load = session.door.ask(PracticeRule {}).map(Message::Loaded);
        let load_limits = load_limits.map(Message::Limits);
        (state, Task::batch([load, load_limits]))
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(Ok(rule)) => {
                let in_force = id(rule.rule);
                self.chosen = Some(rule.rule);
                self.rule = Some(rule);
                return Asked::Run(focus(in_force));
            }
            Message::Limits(message) => {
                return self.limits.update(message, session).map(Message::Limits);
            }
            Message::Chosen(rule) => {
                self.chosen = Some(rule);
                self.saved = false;
                self.error = None;
            }
            Message::Save if self.busy => {}
            Message::Save => {
                if let Some(rule) = self.chosen {
                    self.busy = true;
                    self.error = None;
                    return Asked::Run(session.door.ask(SetRule { rule }).map(Message::Saved));
                }
            }
            Message::Saved(Ok(rule)) => {
                self.busy = false;
                self.saved = true;
                let in_force = id(rule.rule);
                self.chosen = Some(rule.rule);
                self.rule = Some(rule);
                // **Save** has nothing to do any more and cannot keep the focus.
                return Asked::Run(focus(in_force));
            }
            Message::RecoveryKey(message) => {
                let asked = self.recovery_key.update(message, session);
                return asked.map(Message::RecoveryKey);
            }
            Message::Saved(Err(Error::StepUpNeeded)) => {
                return Asked::StepUp;
            }
            Message::Loaded(Err(error)) | Message::Saved(Err(error)) => {
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                self.error = Some(error);
            }
        }
        Asked::nothing()
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        if self.limits.waits() {
            return self.limits.again(session).map(Message::Limits);
        }
        if self.recovery_key.is_open() {
            return self.recovery_key.again(session).map(Message::RecoveryKey);
        }
        self.busy = false;
        match self.update(Message::Save, session) {
            Asked::Run(task) => task,
            _ => Task::none(),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.limits.not_again();
        self.busy = false;
        self.recovery_key.not_again();
    }

    /// The window's title.
    pub(super) fn title(&self) -> String {
        match self.recovery_key.is_open() {
            true => t("recovery-key-title"),
            false => t("settings"),
        }
    }

    /// The dialog over the page.
    pub(super) fn dialog<'a>(&'a self, session: &'a Session) -> Option<Element<'a, Message>> {
        let dialog = self.recovery_key.dialog(session)?;
        Some(dialog.map(Message::RecoveryKey))
    }

    /// Draws it.
    pub(super) fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let fault = self
            .error
            .as_ref()
            .map(|error| notice(Tone::Error, faults::sentence(error), ""));
        let panels = match (&self.rule, self.chosen) {
            (Some(rule), Some(chosen)) => column![
                self.rule(rule, chosen, session),
                recovery_key::panel().map(Message::RecoveryKey),
            ],
            _ => awaited(),
        };
        let panels = panels.push(self.limits.view().map(Message::Limits));
        page(
            t("settings"),
            session.me.practice_name.as_str(),
            fault,
            panels,
        )
    }

    fn rule<'a>(
        &'a self,
        rule: &'a RuleInForce,
        chosen: RuleAsked,
        session: &'a Session,
    ) -> Element<'a, Message> {
        let choice = |value: RuleAsked, name: String, about: String| {
            radio_card(None, name, about, chosen == value, Message::Chosen(value)).id(id(value))
        };
        let zone = session.me.time_zone.as_str();
        let changed = match (&rule.by, rule.before) {
            (Some(by), Some(before)) => t!(
                "rule-changed",
                by = by.as_str(),
                when = when::day(rule.since, zone),
                before = name(before),
                after = name(rule.rule)
            ),
            _ => t("rule-unchanged"),
        };
        let stops = (chosen == RuleAsked::MandatoryFromNow
            && rule.rule != RuleAsked::MandatoryFromNow
            && rule.not_enabled > 0)
            .then(|| {
                notice(
                    Tone::Warning,
                    t!("rule-stops", count = rule.not_enabled),
                    t("rule-stops-body"),
                )
            });
        let saved = self
            .saved
            .then(|| notice(Tone::Enabled, t("rule-saved"), ""));
        panel(
            column![
                heading(t("two-factor-authentication")),
                choice(
                    RuleAsked::Optional,
                    t("rule-optional"),
                    t("rule-optional-body")
                ),
                choice(RuleAsked::Prompt, t("rule-prompt"), t("rule-prompt-body")),
                choice(
                    RuleAsked::MandatoryFromNow,
                    t("rule-mandatory"),
                    t("rule-mandatory-body")
                ),
            ]
            .push(stops)
            .push(saved)
            .push(
                row![
                    muted(changed).width(Length::Fill),
                    gap::horizontal().width(space::L),
                    button(t("save"))
                        .primary()
                        .busy(self.busy)
                        .on_press_maybe((chosen != rule.rule).then_some(Message::Save)),
                ]
                .align_y(Alignment::Center),
            )
            .spacing(space::S),
        )
    }
}

/// The id of a rule's card.
fn id(rule: RuleAsked) -> &'static str {
    match rule {
        RuleAsked::Optional => "settings-optional",
        RuleAsked::Prompt => "settings-prompt",
        RuleAsked::MandatoryFromNow => "settings-mandatory",
    }
}

fn name(rule: RuleAsked) -> String {
    match rule {
        RuleAsked::Optional => t("rule-optional"),
        RuleAsked::Prompt => t("rule-prompt"),
        RuleAsked::MandatoryFromNow => t("rule-mandatory"),
    }
}
