//! The second step: one field for a one-time code, where it went, and what else there is.

mod desk;
mod ways;

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::{focus, focus_wrong, to_end};
use crate::api::{
    Challenge, ChallengeNow, CodeDue, Error, Field, Outcome, Secret, SendAgain, SignOut,
    SubmitRecoveryCode, TryAnother, TryState,
};
use crate::domain::MethodKind;
use crate::gui::door::Door;
use crate::gui::poll::Poll;
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, brand, button, card, centred, code_field, field, layers, subtitle, title,
};
use crate::gui::words::t;
use crate::gui::{clocks, digits, faults, sending};

const CODE: &str = "code";
const RECOVERY: &str = "recovery-code";
const LEAVE: &str = "code-leave";

/// A sign-in that waits for its code.
#[derive(Debug)]
pub struct State {
    door: Door,
    /// Whose sign-in it is, as typed.
    email: Option<String>,
    challenge: Challenge,
    typed: Secret,
    /// A recovery code, while that is what is asked for.
    recovery: Option<Secret>,
    /// **Try another way** lies over the screen.
    ways: bool,
    /// A colleague lets the person in.
    desk: Option<Box<desk::State>>,
    /// Whether this computer is to be remembered.
    remember: bool,
    wrong: clocks::Wrong,
    busy: bool,
    sending: bool,
    poll: Poll,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The code was changed.
    Typed(Secret),
    /// The recovery code was changed.
    RecoveryTyped(Secret),
    /// **Remember this computer** was ticked, or its tick taken away.
    Remember(bool),
    /// **Submit**.
    Submit,
    /// The second step is answered.
    Answered(Result<Outcome, Error>),
    /// A second has passed while a sent code is awaited.
    Tick,
    /// How the sign-in stands now.
    Now(Result<Challenge, Error>),
    /// **Send again**.
    SendAgain,
    /// Another code is on its way, or another method is asked for.
    Asked(Result<Challenge, Error>),
    /// **Try another way**.
    OpenWays,
    /// It is closed.
    CloseWays,
    /// Another method.
    Try(MethodKind),
    /// A recovery code.
    TryRecovery,
    /// **Desk code**.
    OpenDesk,
    /// In the desk code.
    Desk(desk::Message),
    /// **Sign in as someone else**.
    Leave,
    /// The sign-in is given up.
    Left,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on with the outcome.
    Go(Box<Outcome>),
    /// Back to the first step, with a sentence on why, if there is one.
    Back(Option<String>),
}

impl State {
    /// The screen for a sign-in that waits.
    pub fn new(door: &Door, due: CodeDue, email: Option<String>) -> (Self, Task<Message>) {
        // Where codes of the only method do not count, a recovery code is what is left.
        let recovery = due.challenge.barred && due.challenge.recovery;
        let state = Self {
            door: door.with(due.token),
            email,
            error: match &due.challenge.tries {
                TryState::Open => None,
                TryState::From { until } => Some(Error::Wait { until: *until }),
                TryState::Stopped => Some(Error::Stopped),
            },
            challenge: due.challenge,
            typed: Secret::new(""),
            recovery: recovery.then(|| Secret::new("")),
            ways: false,
            desk: None,
            remember: false,
            wrong: clocks::Wrong::default(),
            busy: false,
            sending: false,
            poll: Poll::default(),
        };
        let entry = state.entry();
        (state, focus(entry))
    }

    /// The address of whoever signs in, as it was typed.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The way to the backend.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("code-title")
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        self.challenge.sent.is_some().then_some(Message::Tick)
    }

    fn entry(&self) -> &'static str {
        if self.recovery.is_some() {
            RECOVERY
        } else if self.challenge.barred {
            LEAVE
        } else {
            CODE
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(typed) => {
                if digits::take(&mut self.typed, &typed) {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::RecoveryTyped(typed) => self.recovery = Some(typed),
            Message::Remember(remember) => self.remember = remember,
            Message::Submit => return Action::Run(self.submit()),
            Message::Answered(Ok(outcome)) => return Action::Go(Box::new(outcome)),
            Message::Tick if self.poll.begin(self.door.now()) => {
                return Action::Run(self.door.ask(ChallengeNow {}).map(Message::Now));
            }
            Message::Tick => {}
            Message::Now(Ok(challenge)) => {
                self.poll.answered();
                // An answer from before another method was asked for is late.
                if challenge.method == self.challenge.method {
                    self.challenge = challenge;
                }
            }
            // The screen stays as it is while the backend cannot be asked: no try is lost.
            Message::Now(Err(error)) if error != Error::ChallengeEnded => self.poll.answered(),
            Message::SendAgain if self.sending => {}
            Message::SendAgain => {
                self.sending = true;
                return Action::Run(self.door.ask(SendAgain {}).map(Message::Asked));
            }
            Message::Asked(Ok(challenge)) => {
                self.sending = false;
                self.error = None;
                self.challenge = challenge;
                return Action::Run(focus(CODE));
            }
            Message::OpenWays => {
                self.ways = true;
                return Action::Run(focus(ways::FIRST));
            }
            Message::CloseWays => self.ways = false,
            Message::Try(method) => {
                self.ways = false;
                self.recovery = None;
                self.typed = Secret::new("");
                self.wrong = clocks::Wrong::default();
                self.sending = true;
                let call = TryAnother { method };
                return Action::Run(self.door.ask(call).map(Message::Asked));
            }
            Message::TryRecovery => {
                self.ways = false;
                self.error = None;
                self.recovery = Some(Secret::new(""));
                return Action::Run(focus(RECOVERY));
            }
            Message::Answered(Err(Error::ChallengeEnded))
            | Message::Now(Err(_))
            | Message::Asked(Err(Error::ChallengeEnded)) => {
                return Action::Back(Some(t("code-ended")));
            }
            Message::Answered(Err(error)) => return self.refused(error),
            Message::Asked(Err(error)) => {
                self.sending = false;
                self.error = Some(error);
            }
            Message::OpenDesk => {
                let (desk, task) = desk::State::new();
                self.ways = false;
                self.desk = Some(Box::new(desk));
                return Action::Run(task.map(Message::Desk));
            }
            Message::Desk(message) => return self.at_desk(message),
            Message::Leave => {
                return Action::Run(self.door.ask(SignOut {}).map(|_| Message::Left));
            }
            Message::Left => return Action::Back(None),
        }
        Action::Run(Task::none())
    }

    fn at_desk(&mut self, message: desk::Message) -> Action {
        let Some(desk) = &mut self.desk else {
            return Action::Run(Task::none());
        };
        match desk.update(message, &self.door) {
            desk::Action::Run(task) => Action::Run(task.map(Message::Desk)),
            desk::Action::Go(outcome) => Action::Go(outcome),
            desk::Action::Over => Action::Back(Some(t("code-ended"))),
            desk::Action::Cancelled => {
                self.desk = None;
                Action::Run(focus(self.entry()))
            }
        }
    }

    fn submit(&mut self) -> Task<Message> {
        let typed = self.recovery.as_ref().unwrap_or(&self.typed).clone();
        if self.busy || typed.expose().trim().is_empty() {
            return Task::none();
        }
        self.busy = true;
        self.error = None;
        let answer = match self.recovery {
            Some(_) => self.door.ask(SubmitRecoveryCode { code: typed }),
            None => self.door.submit_code(typed, self.remember),
        };
        answer.map(Message::Answered)
    }

    fn refused(&mut self, error: Error) -> Action {
        self.busy = false;
        if let Error::CodeWrong { .. } = error {
            self.wrong.one_more(&self.door);
        }
        if let Error::CodeWrong { tries_left: 0 }
        | Error::CodeUsed { tries_left: 0 }
        | Error::CodeEnded { tries_left: 0 } = error
        {
            return Action::Back(Some(t("code-tries-used")));
        }
        self.error = Some(error);
        Action::Run(focus_wrong(self.entry()))
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let card = card(self.form(), size::CARD);
        let whole = centred(
            column![
                brand(),
                card,
                button(t("sign-in-as-other"))
                    .link()
                    .id(LEAVE)
                    .icon(Icon::ArrowLeft)
                    .on_press(Message::Leave),
            ]
            .spacing(space::XL)
            .align_x(Alignment::Center),
        );
        let desk = self.desk.as_ref();
        let dialog = desk.map(|desk| desk.view().map(Message::Desk));
        let ways = || {
            self.ways
                .then(|| ways::dialog_of(&self.challenge, self.recovery.is_some()))
        };
        layers(whole, dialog.or_else(ways))
    }

    fn form(&self) -> Element<'_, Message> {
        let (head, about) = match self.recovery {
            Some(_) => (t("recovery-code-title"), t("recovery-code-body")),
            None => (
                t("code-title"),
                sending::where_to(self.challenge.method, self.challenge.sent.as_ref()),
            ),
        };
        let sent = self
            .challenge
            .sent
            .as_ref()
            .filter(|_| self.recovery.is_none());
        let now = self.door.now();
        let line = sent.map(|sent| sending::line(sent, now));
        // What is said under the field is not said twice.
        let said = faults::of_field(self.error.as_ref(), Field::RecoveryCode).is_some();
        let fault = self.error.as_ref().filter(|_| !said).map(|error| {
            ways::fault(
                error,
                self.challenge.method,
                self.recovery.is_some(),
                self.wrong,
            )
        });
        if self.challenge.barred && self.recovery.is_none() {
            return column![title(head), ways::barred(self.challenge.recovery)]
                .spacing(space::L)
                .into();
        }
        column![column![title(head), subtitle(about)].spacing(space::XS)]
            .push(
                self.challenge
                    .barred
                    .then(|| ways::barred(self.challenge.recovery)),
            )
            .push(column![self.field()].push(line).spacing(space::S))
            .push(
                ways::remember(&self.challenge, self.remember).filter(|_| self.recovery.is_none()),
            )
            .push(fault)
            .push(
                button(t("submit"))
                    .primary()
                    .width(Length::Fill)
                    .busy(self.busy)
                    .on_press(Message::Submit),
            )
            .push(self.foot())
            .spacing(space::L)
            .into()
    }

    fn field(&self) -> Element<'_, Message> {
        let invalid = self.error.as_ref().is_some_and(ways::is_of_the_code);
        match &self.recovery {
            Some(typed) => field(t("recovery-code-label"), typed.expose(), |typed| {
                Message::RecoveryTyped(Secret::new(typed))
            })
            .mono()
            .id(RECOVERY)
            .invalid(invalid)
            .error(faults::of_field(self.error.as_ref(), Field::RecoveryCode))
            .on_submit(Message::Submit)
            .into(),
            None => code_field(t("code-label"), self.typed.expose(), |typed| {
                Message::Typed(Secret::new(typed))
            })
            .id(CODE)
            .invalid(invalid)
            .on_submit(Message::Submit)
            .into(),
        }
    }

    fn foot(&self) -> Element<'_, Message> {
        let now = self.door.now();
        let start = match &self.challenge.sent {
            Some(sent) if self.recovery.is_none() => {
                sending::again(sent, now, self.sending, Message::SendAgain)
            }
            _ => subtitle(t!("code-until", time = faults::clock(self.challenge.ends))).into(),
        };
        // Somebody at the desk can always help.
        let other = button(t("try-another-way"))
            .link()
            .on_press(Message::OpenWays);
        row![start, gap::horizontal(), other]
            .align_y(Alignment::Center)
            .into()
    }
}
