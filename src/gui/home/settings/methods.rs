//! Which methods the practice allows, and from when nothing else is.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::super::{Asked, would_stop};
use crate::api::{Error, Planned, RuleInForce, SetAllowed};
use crate::domain::{Allowance, AllowedMethods, MethodKind, Starts, Timestamp};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, checkbox, heading, muted, note, notice, panel,
};
use crate::gui::words::{listed, t};
use crate::gui::{faults, starts, status, when};

const EMAIL: &str = "settings-allow-email";
const STARTS: &str = "settings-narrows";

/// What is allowed, and what is ticked.
#[derive(Debug)]
pub struct State {
    standing: Allowance,
    ticked: AllowedMethods,
    starts: starts::State,
    /// Whether the start was changed from the one that stands.
    moved: bool,
    /// What was asked of the backend and may need a step-up.
    waiting: Option<Starts>,
    saved: bool,
    error: Option<Error>,
    would_stop: would_stop::State,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A method was ticked, or its tick taken away.
    Ticked(AllowedMethods),
    /// In the start.
    Starts(starts::Message),
    /// **Save**.
    Save,
    /// It is saved, or not.
    Saved(Result<RuleInForce, Error>),
    /// In the dry run.
    WouldStop(would_stop::Message),
}

impl State {
    /// Shows what is allowed.
    pub(super) fn new(standing: Allowance, session: &Session) -> Self {
        let planned = Planned::Allowed {
            allowed: standing.decided,
        };
        Self {
            ticked: standing.decided,
            starts: start(standing, session),
            standing,
            moved: false,
            waiting: None,
            saved: false,
            error: None,
            would_stop: would_stop::State::idle(planned),
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Ticked(allowed) => {
                self.ticked = allowed;
                self.saved = false;
                self.error = None;
                let planned = Planned::Allowed { allowed };
                let load = self.would_stop.plan(planned, session);
                return Asked::Run(load.map(Message::WouldStop));
            }
            Message::Starts(message) => {
                self.starts.update(message);
                self.moved = true;
                self.saved = false;
                self.error = None;
            }
            Message::Save if self.waiting.is_some() || !self.changed(session) => {}
            Message::Save if !self.asks_when(session) => {
                return self.save(Starts::Now, session);
            }
            Message::Save => match self.starts.asked(session.door.now()) {
                Ok(from) => return self.save(from, session),
                Err(field) => return Asked::Run(focus_wrong(field)),
            },
            Message::Saved(Ok(rule)) => {
                self.waiting = None;
                self.saved = true;
                self.standing = rule.allowance;
                self.ticked = rule.allowance.decided;
                self.starts = start(self.standing, session);
                self.moved = false;
                return Asked::Run(focus(EMAIL));
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
            Message::WouldStop(message) => {
                let asked = self.would_stop.update(message, session);
                return asked.map(Message::WouldStop);
            }
        }
        Asked::nothing()
    }

    fn save(&mut self, from: Starts, session: &Session) -> Asked<Message> {
        self.waiting = Some(from);
        self.error = None;
        let allowed = self.ticked;
        let call = SetAllowed { allowed, from };
        Asked::Run(session.door.ask(call).map(Message::Saved))
    }

    /// The first control of everyone who would be stopped, while they are shown.
    pub(super) fn covering(&self) -> Option<&'static str> {
        self.would_stop.first()
    }

    pub(super) fn changed(&self, session: &Session) -> bool {
        self.ticked != self.standing.decided || (self.moved && self.asks_when(session))
    }

    /// Whether a narrowing waits for its start.
    fn pends(&self, now: Timestamp) -> bool {
        self.standing.bites > now
    }

    /// Whether a start is asked for: of a narrowing, or of the one that waits.
    fn asks_when(&self, session: &Session) -> bool {
        let moves = self.ticked == self.standing.decided && self.pends(session.door.now());
        moves || self.narrows()
    }

    /// What is asked with the start: the methods that end with it, by name.
    fn question(&self, now: Timestamp) -> String {
        if !self.narrows() {
            return t("narrows-moved");
        }
        let (ticked, in_use) = (self.ticked, self.in_use(now));
        let ending = names(&AllowedMethods {
            email: in_use.email && !ticked.email,
            sms: in_use.sms && !ticked.sms,
            ..ticked
        });
        let left = names(&ticked);
        let closed = in_use.for_full_access && !ticked.for_full_access && !left.is_empty();
        let (count, methods) = (ending.len(), listed(&ending));
        let ends = (count > 0).then(|| t!("narrows-when", count = count, methods = methods));
        let (count, methods) = (left.len(), listed(&left));
        let closes =
            closed.then(|| t!("narrows-when-full-access", count = count, methods = methods));
        [ends, closes]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The narrowing that waits, in words that name the methods.
    fn pending(&self, session: &Session) -> Option<String> {
        let now = session.door.now();
        if !self.pends(now) {
            return None;
        }
        let (decided, before) = (self.standing.decided, self.standing.before);
        let when = when::moment(self.standing.bites, &session.me.time_zone);
        let ends = (before.email && !decided.email) || (before.sms && !decided.sms);
        let closed = before.for_full_access && !decided.for_full_access;
        let mut all = names(&decided);
        let closed = closed && !all.is_empty();
        all.insert(0, status::method(MethodKind::Authenticator));
        let (count, methods) = (all.len(), listed(&all));
        let ends = ends.then(|| {
            t!(
                "narrows-from",
                when = when.as_str(),
                count = count,
                methods = methods
            )
        });
        let closes = closed.then(|| t!("narrows-from-full-access", when = when));
        let words: Vec<String> = [ends, closes].into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// What signs people in now.
    fn in_use(&self, now: Timestamp) -> AllowedMethods {
        if self.pends(now) {
            self.standing.before
        } else {
            self.standing.decided
        }
    }

    /// Whether something that is allowed would not be any more.
    fn narrows(&self) -> bool {
        !self.ticked.allows_all_of(self.standing.decided)
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.would_stop.tick().map(Message::WouldStop)
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        let Some(from) = self.waiting else {
            return Task::none();
        };
        match self.save(from, session) {
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
        self.narrows()
            .then(|| self.would_stop.panel(session).map(Message::WouldStop))
    }

    /// Draws it.
    pub(super) fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let now = session.door.now();
        let ticked = self.ticked;
        let pending = self
            .pending(session)
            .map(|words| notice(Tone::Info, words, ""));
        let start = self.asks_when(session).then(|| {
            column![
                muted(self.question(now)),
                self.starts.view().map(Message::Starts)
            ]
            .spacing(space::XS)
        });
        let fault = self.error.as_ref().map(faults::notice);
        let saved = self.saved.then(|| notice(Tone::Enabled, t("saved"), ""));
        panel(
            column![
                heading(t("allowed-methods")),
                note(Icon::ShieldCheck, t("authenticator-always"), Tone::Neutral),
                checkbox(t("method-email"), ticked.email, move |email| {
                    Message::Ticked(AllowedMethods { email, ..ticked })
                })
                .id(EMAIL),
                checkbox(t("method-sms"), ticked.sms, move |sms| {
                    Message::Ticked(AllowedMethods { sms, ..ticked })
                }),
                checkbox(
                    t("allowed-for-full-access"),
                    ticked.for_full_access,
                    move |for_full_access| {
                        Message::Ticked(AllowedMethods {
                            for_full_access,
                            ..ticked
                        })
                    }
                ),
            ]
            .push(pending)
            .push(start)
            .push(fault)
            .push(saved)
            .push(
                row![
                    muted(t("allowed-why")).width(Length::Fill),
                    gap::horizontal().width(space::L),
                    button(t("save"))
                        .primary()
                        .busy(self.waiting.is_some())
                        .on_press_maybe(self.changed(session).then_some(Message::Save)),
                ]
                .align_y(Alignment::Center),
            )
            .spacing(space::S),
        )
    }
}

/// The start as it stands, or tomorrow.
fn start(standing: Allowance, session: &Session) -> starts::State {
    let (now, zone) = (session.door.now(), session.me.time_zone.as_str());
    if standing.bites > now {
        starts::State::at(STARTS, standing.bites, now, zone)
    } else {
        starts::State::tomorrow(STARTS, now, zone)
    }
}

/// The methods that can be disallowed and are not, by name.
fn names(allowed: &AllowedMethods) -> Vec<String> {
    let kinds = [
        (allowed.email, MethodKind::Email),
        (allowed.sms, MethodKind::Sms),
    ];
    let kinds = kinds.into_iter().filter(|(on, _)| *on);
    kinds.map(|(_, kind)| status::method(kind)).collect()
}
