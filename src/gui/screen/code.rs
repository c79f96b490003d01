//! The second step: one field for a one-time code, where it went, and what else there is.

mod desk;
mod read_out;
mod view;
mod ways;

use iced::Task;

use super::{focus, focus_wrong, to_end};
use crate::api::{
    Challenge, ChallengeNow, CodeDue, Error, Outcome, Secret, SendAgain, SubmitRecoveryCode,
    TryAnother, TryState,
};
use crate::domain::MethodKind;
use crate::gui::door::Door;
use crate::gui::poll::Poll;
use crate::gui::words::t;
use crate::gui::{clocks, digits};

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
    over: Option<Over>,
    /// Whether this computer is to be remembered.
    remember: bool,
    wrong: clocks::Wrong,
    busy: bool,
    sending: bool,
    /// Another method is asked for and has not come: a code that is typed now is none of it yet.
    trying: bool,
    poll: Poll,
    error: Option<Error>,
}

/// What lies over the screen.
#[derive(Debug)]
enum Over {
    /// **Try another way**.
    Ways,
    /// A colleague lets the person in, at this screen.
    Desk(Box<desk::State>),
    /// A colleague at another computer reads a code out.
    ReadOut(Box<read_out::State>),
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
    /// In the desk code that is given here.
    Desk(desk::Message),
    /// In the desk code that is read out.
    ReadOut(read_out::Message),
    /// **Sign in as someone else**.
    Leave,
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
            over: None,
            remember: false,
            wrong: clocks::Wrong::default(),
            busy: false,
            sending: false,
            trying: false,
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
                self.trying = false;
                self.error = None;
                self.challenge = challenge;
                return Action::Run(focus(CODE));
            }
            Message::OpenWays => {
                self.over = Some(Over::Ways);
                return Action::Run(focus(ways::FIRST));
            }
            Message::CloseWays => self.over = None,
            // What is being looked at is answered first: it is not told of another code.
            Message::Try(_) | Message::TryRecovery if self.busy => {}
            Message::Try(method) => {
                self.over = None;
                self.recovery = None;
                self.typed = Secret::new("");
                self.wrong = clocks::Wrong::default();
                self.sending = true;
                self.trying = true;
                let call = TryAnother { method };
                return Action::Run(self.door.ask(call).map(Message::Asked));
            }
            Message::TryRecovery => {
                self.over = None;
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
                self.trying = false;
                self.error = Some(error);
            }
            // On one computer this window is the only one.
            Message::OpenDesk if !self.door.is_to_a_server() => return self.colleague_here(),
            Message::OpenDesk => {
                let (read_out, task) = read_out::State::new(&self.door);
                self.over = Some(Over::ReadOut(Box::new(read_out)));
                return Action::Run(task.map(Message::ReadOut));
            }
            Message::Desk(message) => {
                if let Some(Over::Desk(desk)) = &mut self.over {
                    let action = desk.update(message, &self.door);
                    return self.at_desk(action, Message::Desk);
                }
            }
            Message::ReadOut(message) => {
                if let Some(Over::ReadOut(read_out)) = &mut self.over {
                    let action = read_out.update(message, &self.door);
                    return self.at_desk(action, Message::ReadOut);
                }
            }
            Message::Leave => return Action::Back(None),
        }
        Action::Run(Task::none())
    }

    fn colleague_here(&mut self) -> Action {
        let (desk, task) = desk::State::new();
        self.over = Some(Over::Desk(Box::new(desk)));
        Action::Run(task.map(Message::Desk))
    }

    fn at_desk<M: Send + 'static>(
        &mut self,
        action: desk::Action<M>,
        said: impl Fn(M) -> Message + Send + 'static,
    ) -> Action {
        match action {
            desk::Action::Run(task) => Action::Run(task.map(said)),
            desk::Action::Go(outcome) => Action::Go(outcome),
            desk::Action::Over(why) => Action::Back(Some(why)),
            desk::Action::Here => self.colleague_here(),
            desk::Action::Cancelled => {
                self.over = None;
                Action::Run(focus(self.entry()))
            }
        }
    }

    /// Whether nothing can be submitted yet.
    fn waits(&self) -> bool {
        self.busy || (self.trying && self.recovery.is_none())
    }

    fn submit(&mut self) -> Task<Message> {
        let typed = self.recovery.as_ref().unwrap_or(&self.typed).clone();
        if self.waits() || typed.expose().trim().is_empty() {
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
}
