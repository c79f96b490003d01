//! Practice > Settings: the two-factor rule, the allowed methods, the practice recovery key, how
//! long sessions last, what computers may do.

mod computers;
mod limits;
mod methods;
mod moving;
mod recovery_key;
mod rule;

use std::collections::BTreeSet;

use iced::widget::{column, container, row};
use iced::{Length, Task};

use super::Asked;
use crate::api::{Error, PracticeRule, RuleInForce};
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::screen::focus;
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, awaited, failed, focus_if_none, page_within};
use crate::gui::words::t;

/// Below this width of the window the dry run stands under what it is about.
const BESIDE: f32 = 1080.0;

/// The page.
#[derive(Debug)]
pub struct State {
    loaded: Option<Loaded>,
    error: Option<Error>,
    limits: limits::State,
    computers: computers::State,
    recovery_key: recovery_key::State,
    /// What was refused for want of a step-up, and goes on after it.
    refused: BTreeSet<Part>,
}

/// A part of the page that asks the backend by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Rule,
    Methods,
    Limits,
    Computers,
    RecoveryKey,
}

/// What needs the rule to be shown.
#[derive(Debug)]
struct Loaded {
    rule: rule::State,
    methods: methods::State,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The rule has come.
    Loaded(Box<Result<RuleInForce, Error>>),
    /// **Try again**.
    TryAgain,
    /// In the rule.
    Rule(rule::Message),
    /// In the allowed methods.
    Methods(methods::Message),
    /// In the session limits.
    Limits(limits::Message),
    /// In what computers may do.
    Computers(computers::Message),
    /// With the practice recovery key.
    RecoveryKey(recovery_key::Message),
    /// **Move to a server**.
    Move(moving::Message),
}

impl State {
    /// Loads the rule.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let (limits, load_limits) = limits::State::new(session);
        let (computers, load_computers) = computers::State::new(session);
        let state = Self {
            loaded: None,
            error: None,
            limits,
            computers,
            recovery_key: recovery_key::State::default(),
            refused: BTreeSet::new(),
        };
        let load_limits = load_limits.map(Message::Limits);
        let load_computers = load_computers.map(Message::Computers);
        let all = [load(session), load_limits, load_computers];
        (state, Task::batch(all))
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        let part = match &message {
            Message::Loaded(_) | Message::TryAgain | Message::Move(_) => None,
            Message::Rule(_) => Some(Part::Rule),
            Message::Methods(_) => Some(Part::Methods),
            Message::Limits(_) => Some(Part::Limits),
            Message::Computers(_) => Some(Part::Computers),
            Message::RecoveryKey(_) => Some(Part::RecoveryKey),
        };
        let covered = self.covering().is_some();
        let asked = self.heard(message, session);
        if let (Some(part), Asked::StepUp) = (part, &asked) {
            self.refused.insert(part);
        }
        match (asked, &self.loaded) {
            (Asked::Run(task), Some(loaded)) if covered && self.covering().is_none() => {
                let first = focus_if_none(loaded.rule.card());
                Asked::Run(Task::batch([task, first]))
            }
            (asked, _) => asked,
        }
    }

    /// The first control of what lies over the page, if anything does.
    fn covering(&self) -> Option<&'static str> {
        let of_rule = || {
            let Loaded { rule, methods } = self.loaded.as_ref()?;
            rule.covering().or_else(|| methods.covering())
        };
        self.recovery_key.first().or_else(of_rule)
    }

    fn heard(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match (message, &mut self.loaded) {
            (Message::Loaded(answer), _) => match *answer {
                Ok(in_force) => {
                    let methods = methods::State::new(in_force.allowance, session);
                    let (rule, task) = rule::State::new(in_force, session);
                    let card = match self.error.take() {
                        // **Try again** is gone.
                        Some(_) => focus_if_none(rule.card()),
                        None => focus(rule.card()),
                    };
                    self.loaded = Some(Loaded { rule, methods });
                    Asked::Run(Task::batch([card, task.map(Message::Rule)]))
                }
                Err(error) => {
                    let ended = Asked::unless_ended(&error);
                    self.error = Some(error);
                    ended.unwrap_or_else(Asked::nothing)
                }
            },
            (Message::TryAgain, _) => Asked::Run(load(session)),
            (Message::Move(_), _) => Asked::Move,
            (Message::Rule(message), Some(loaded)) => {
                loaded.rule.update(message, session).map(Message::Rule)
            }
            (Message::Methods(message), Some(loaded)) => loaded
                .methods
                .update(message, session)
                .map(Message::Methods),
            (Message::Rule(_) | Message::Methods(_), None) => Asked::nothing(),
            (Message::Limits(message), _) => {
                self.limits.update(message, session).map(Message::Limits)
            }
            (Message::Computers(message), _) => self
                .computers
                .update(message, session)
                .map(Message::Computers),
            (Message::RecoveryKey(message), _) => self
                .recovery_key
                .update(message, session)
                .map(Message::RecoveryKey),
        }
    }

    /// Whether something was chosen or typed that is not saved, or is being saved.
    pub(super) fn is_unsaved(&self, session: &Session) -> bool {
        let parts = self.limits.waits()
            || self.limits.changed()
            || self.computers.waits()
            || self.computers.changed()
            || self.recovery_key.is_open();
        let of_rule = |Loaded { rule, methods }: &Loaded| {
            rule.waits() || rule.changed(session) || methods.waits() || methods.changed(session)
        };
        parts || self.loaded.as_ref().is_some_and(of_rule)
    }

    /// It is shown again as it was left.
    pub(super) fn returned_to(&self) -> Task<Message> {
        let card = || Some(self.loaded.as_ref()?.rule.card());
        self.covering().or_else(card).map_or_else(Task::none, focus)
    }

    /// The server answers again: what could not be read is asked for now.
    pub(super) fn found_again(&self, session: &Session) -> Task<Message> {
        let rule = match self.error {
            Some(_) => load(session),
            None => Task::none(),
        };
        let limits = self.limits.found_again(session).map(Message::Limits);
        let computers = self.computers.found_again(session).map(Message::Computers);
        Task::batch([rule, limits, computers])
    }

    /// The window is to be closed: asks for what is shown once and was not kept.
    pub(super) fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        let ask = self.recovery_key.ask_before_closing()?;
        Some(ask.map(Message::RecoveryKey))
    }

    /// Goes on after a step-up, with what was refused for want of it and nothing else.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        let refused = std::mem::take(&mut self.refused);
        let mut again = |part| match (part, &mut self.loaded) {
            (Part::Limits, _) if self.limits.waits() => {
                self.limits.again(session).map(Message::Limits)
            }
            (Part::Computers, _) if self.computers.waits() => {
                self.computers.again(session).map(Message::Computers)
            }
            (Part::RecoveryKey, _) if self.recovery_key.is_open() => {
                self.recovery_key.again(session).map(Message::RecoveryKey)
            }
            (Part::Rule, Some(loaded)) => loaded.rule.again(session).map(Message::Rule),
            (Part::Methods, Some(loaded)) => loaded.methods.again(session).map(Message::Methods),
            _ => Task::none(),
        };
        Task::batch(refused.into_iter().map(&mut again).collect::<Vec<_>>())
    }

    /// The step-up was given up, and with it what was refused for want of it.
    pub(super) fn not_again(&mut self) {
        for part in std::mem::take(&mut self.refused) {
            match (part, &mut self.loaded) {
                (Part::Limits, _) => self.limits.not_again(),
                (Part::Computers, _) => self.computers.not_again(),
                (Part::RecoveryKey, _) => self.recovery_key.not_again(),
                (Part::Rule, Some(loaded)) => loaded.rule.not_again(),
                (Part::Methods, Some(loaded)) => loaded.methods.not_again(),
                (Part::Rule | Part::Methods, None) => {}
            }
        }
    }

    /// What a second that passes means here; nothing unless something sent is awaited.
    pub(super) fn tick(&self) -> Option<Message> {
        let Loaded { rule, methods } = self.loaded.as_ref()?;
        let rule = rule.tick().map(Message::Rule);
        rule.or_else(|| methods.tick().map(Message::Methods))
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
        if let Some(dialog) = self.recovery_key.dialog(session) {
            return Some(dialog.map(Message::RecoveryKey));
        }
        let Loaded { rule, methods } = self.loaded.as_ref()?;
        let dialog = rule.dialog(session).map(|dialog| dialog.map(Message::Rule));
        dialog.or_else(|| {
            let dialog = methods.dialog(session)?;
            Some(dialog.map(Message::Methods))
        })
    }

    /// Draws it in a window of this width.
    pub(super) fn view<'a>(&'a self, session: &'a Session, width: f32) -> Element<'a, Message> {
        let fault = self
            .error
            .as_ref()
            .map(|error| failed(faults::sentence(error), t("try-again"), Message::TryAgain));
        let panels = match &self.loaded {
            Some(Loaded { rule, methods }) => column![
                with_beside(
                    rule.view(session).map(Message::Rule),
                    rule.beside(session).map(|beside| beside.map(Message::Rule)),
                    width
                ),
                with_beside(
                    methods.view(session).map(Message::Methods),
                    methods
                        .beside(session)
                        .map(|beside| beside.map(Message::Methods)),
                    width
                ),
            ]
            .push(
                recovery_key::panel(session)
                    .map(|panel| with_beside(panel.map(Message::RecoveryKey), None, width)),
            ),
            None => awaited(),
        };
        let limits = self.limits.view().map(Message::Limits);
        let computers = self.computers.view().map(Message::Computers);
        let panels = panels
            .push(with_beside(limits, None, width))
            .push(with_beside(computers, None, width))
            .push(
                moving::view(session)
                    .map(|panel| with_beside(panel.map(Message::Move), None, width)),
            );
        page_within(
            size::PAGE + size::BESIDE + space::XL,
            t("settings"),
            session.me.practice_name.as_str(),
            fault,
            panels,
        )
    }
}

fn load(session: &Session) -> Task<Message> {
    let load = session.door.ask(PracticeRule {});
    load.map(|answer| Message::Loaded(Box::new(answer)))
}

/// A panel, and what belongs beside it, or under it where there is no room.
fn with_beside<'a>(
    panel: Element<'a, Message>,
    beside: Option<Element<'a, Message>>,
    width: f32,
) -> Element<'a, Message> {
    let panel = container(panel).max_width(size::PAGE);
    if width < BESIDE {
        return column![panel].push(beside).spacing(space::L).into();
    }
    // Panels with and without are of one width.
    let beside = beside.unwrap_or_else(|| iced::widget::space().into());
    let beside = container(beside).width(Length::Fixed(size::BESIDE));
    row![panel, beside].spacing(space::L).into()
}
