//! Which methods the practice allows, and from when nothing else is.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::super::{Asked, would_stop};
use crate::api::{Error, Planned, RuleInForce, SetAllowed};
use crate::domain::{Allowance, AllowedMethods, Starts};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, checkbox, heading, muted, note, notice, panel,
};
use crate::gui::words::t;
use crate::gui::{faults, starts, when};

const EMAIL: &str = "settings-allow-email";
const STARTS: &str = "settings-narrows";

/// What is allowed, and what is ticked.
#[derive(Debug)]
pub struct State {
    standing: Allowance,
    ticked: AllowedMethods,
    starts: starts::State,
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
            starts: Self::tomorrow(session),
            standing,
            waiting: None,
            saved: false,
            error: None,
            would_stop: would_stop::State::idle(planned),
        }
    }

    fn tomorrow(session: &Session) -> starts::State {
        let (now, zone) = (session.door.now(), session.me.time_zone.as_str());
        starts::State::tomorrow(STARTS, now, zone)
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
            Message::Starts(message) => self.starts.update(message),
            Message::Save if self.waiting.is_some() || !self.changed() => {}
            Message::Save if !self.narrows() => return self.save(Starts::Now, session),
            Message::Save => match self.starts.asked(session.door.now()) {
                Ok(from) => return self.save(from, session),
                Err(field) => return Asked::Run(focus_wrong(field)),
            },
            Message::Saved(Ok(rule)) => {
                self.waiting = None;
                self.saved = true;
                self.standing = rule.allowance;
                self.ticked = rule.allowance.decided;
                self.starts = Self::tomorrow(session);
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

    fn changed(&self) -> bool {
        self.ticked != self.standing.decided
    }

    /// Whether something that is allowed would not be any more.
    fn narrows(&self) -> bool {
        !self.ticked.allows_all_of(self.standing.decided)
    }

    /// What a second that passes means here.
    pub(super) fn tick(&self) -> Option<Message> {
        self.would_stop.tick().map(Message::WouldStop)
    }

    /// Whether it waits for a step-up.
    pub(super) fn waits(&self) -> bool {
        self.waiting.is_some()
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
        let pending = (self.standing.bites > now).then(|| {
            let from = when::moment(self.standing.bites, &session.me.time_zone);
            notice(Tone::Info, t!("narrows-from", when = from), "")
        });
        let start = self.narrows().then(|| {
            column![
                muted(t("narrows-when")),
                self.starts.view().map(Message::Starts)
            ]
            .spacing(space::XS)
        });
        let fault = self
            .error
            .as_ref()
            .map(|error| notice(Tone::Error, faults::sentence(error), ""));
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
                        .on_press_maybe(self.changed().then_some(Message::Save)),
                ]
                .align_y(Alignment::Center),
            )
            .spacing(space::S),
        )
    }
}
