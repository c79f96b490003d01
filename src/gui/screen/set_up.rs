//! Setting up two-factor: choose a method, scan or receive, prove. Stands in a card at a sign-in
//! and in the Authentication preferences; it is the same part in both.

mod choose;
mod in_place;
mod scan;
mod sent;
mod view;

use iced::Task;
use iced::widget::image::Handle;

use super::{focus, focus_wrong, in_two_lines, to_end};
use crate::api::{
    Admitted, AuthenticatorKey, CancelSetUp, Choice, Choices, Error, Method, ProveMethod, Proven,
    Secret, SetUpSent, StartAuthenticator, StartSent,
};
use crate::domain::{Channel, MethodKind};
use crate::gui::door::Door;
use crate::gui::poll::Poll;
use crate::gui::widget::qr_handle;
use crate::gui::{clipboard, clocks, digits};

const FIRST_METHOD: &str = "set-up-authenticator";
const CODE: &str = "set-up-code";
const EMAIL: &str = "set-up-email";
const MOBILE: &str = "set-up-mobile";

/// How far the set-up is.
#[derive(Debug)]
pub struct State {
    door: Door,
    /// What may be chosen; none until it is known.
    choices: Option<Vec<Choice>>,
    in_place: in_place::InPlace,
    chosen: MethodKind,
    email: String,
    mobile: String,
    step: Step,
    busy: bool,
    /// Whether the code was submitted, and no answer but a step-up has come.
    submitted: bool,
    error: Option<Error>,
    /// Why what may be chosen has not come.
    not_loaded: Option<Error>,
    wrong: clocks::Wrong,
}

#[derive(Debug)]
enum Step {
    Choose,
    Scan {
        key: Box<AuthenticatorKey>,
        qr: Option<Handle>,
        typed: Secret,
        copied: Option<bool>,
    },
    Sent {
        channel: Channel,
        set_up: SetUpSent,
        typed: Secret,
        sending: bool,
        poll: Poll,
    },
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// What may be chosen has come.
    ChoicesCame(Result<Vec<Choice>, Error>),
    /// **Try again**.
    TryAgain,
    /// A method is chosen.
    Chosen(MethodKind),
    /// What is proven goes when this is, or stays beside it.
    InPlace(bool),
    /// The address was changed.
    EmailTyped(String),
    /// The number was changed.
    MobileTyped(String),
    /// **Validate**.
    Validate,
    /// The secret has come.
    Started(Result<Box<AuthenticatorKey>, Error>),
    /// A code is on its way.
    Sent(Channel, Result<SetUpSent, Error>),
    /// A second has passed while a sent code is awaited.
    Tick,
    /// How the sent code stands now.
    Now(Result<SetUpSent, Error>),
    /// **Send again**.
    SendAgain,
    /// It is on its way once more.
    SentAgain(Result<SetUpSent, Error>),
    /// **Copy** of the key as text.
    Copy,
    /// The clipboard took it, or not.
    Copied(bool),
    /// The code was changed.
    Typed(Secret),
    /// **Submit**.
    Submit,
    /// The code was looked at.
    Answered(Result<Proven, Error>),
    /// **Cancel**.
    Cancel,
    /// The set-up is given up.
    Cancelled,
}

/// What the one who shows this has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// The method is proven; with a session where that completed a sign-in.
    Enabled(Option<Box<Admitted>>),
    /// It was given up.
    Cancelled,
    /// A fresh password is needed first; then [`State::again`].
    StepUp,
    /// The sign-in has ended.
    Ended(Error),
}

impl State {
    /// The choice of a method, for someone with this address.
    pub fn new(door: Door, email: &str) -> (Self, Task<Message>) {
        let state = Self {
            door,
            choices: None,
            in_place: in_place::InPlace::default(),
            chosen: MethodKind::Authenticator,
            email: email.to_owned(),
            mobile: String::new(),
            step: Step::Choose,
            busy: false,
            submitted: false,
            error: None,
            not_loaded: None,
            wrong: clocks::Wrong::default(),
        };
        let choices = state.take_up();
        (state, Task::batch([focus(FIRST_METHOD), choices]))
    }

    /// For someone who has proven these: what is lost gives way, unless it is to stay.
    pub fn beside(mut self, methods: &[Method], lost: bool) -> Self {
        self.in_place = in_place::InPlace::new(methods, lost);
        self
    }

    /// The focus where it goes on.
    pub fn first<M: Send + 'static>(&self) -> Task<M> {
        focus(if self.is_waiting() {
            CODE
        } else {
            FIRST_METHOD
        })
    }

    /// Goes on after a step-up, which gave a new token.
    pub fn again(&mut self, door: Door) -> Task<Message> {
        self.door = door;
        match self.step {
            Step::Choose => self.start(),
            Step::Scan { .. } | Step::Sent { .. } if self.submitted => self.submit(),
            Step::Scan { .. } | Step::Sent { .. } => focus(CODE),
        }
    }

    /// The same person is there again: what may be chosen is asked for where it is not known.
    pub fn take_up(&self) -> Task<Message> {
        match self.choices {
            None => self.door.ask(Choices {}).map(Message::ChoicesCame),
            Some(_) => self.first(),
        }
    }

    /// The server answers again.
    pub fn found_again(&self) -> Task<Message> {
        match self.not_loaded {
            Some(_) => self.take_up(),
            None => Task::none(),
        }
    }

    /// Whether the person has proven a method already, as far as that is known.
    pub fn replaces_a_method(&self) -> bool {
        self.choices.iter().flatten().any(|choice| choice.proven)
    }

    /// Whether a method waits for its code.
    pub fn is_waiting(&self) -> bool {
        !matches!(self.step, Step::Choose)
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        matches!(self.step, Step::Sent { .. }).then_some(Message::Tick)
    }

    fn start(&mut self) -> Task<Message> {
        self.wrong = clocks::Wrong::default();
        self.busy = true;
        self.error = None;
        let replaces = self.in_place.replaces(self.chosen);
        let (channel, to) = match self.chosen {
            MethodKind::Authenticator => {
                return self
                    .door
                    .ask(StartAuthenticator { replaces })
                    .map(|key| Message::Started(key.map(Box::new)));
            }
            MethodKind::Email => (Channel::Email, self.email.clone()),
            MethodKind::Sms => (Channel::Sms, self.mobile.clone()),
        };
        self.door
            .ask(StartSent {
                channel,
                to,
                replaces,
            })
            .map(move |sent| Message::Sent(channel, sent))
    }

    fn submit(&mut self) -> Task<Message> {
        let (method, typed) = match &self.step {
            Step::Choose => return Task::none(),
            Step::Scan { key, typed, .. } => (&key.method, typed),
            Step::Sent { set_up, typed, .. } => (&set_up.method, typed),
        };
        self.busy = true;
        self.submitted = true;
        self.error = None;
        let call = ProveMethod {
            method: method.clone(),
            code: typed.clone(),
        };
        self.door.ask(call).map(Message::Answered)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ChoicesCame(Ok(choices)) => {
                self.not_loaded = None;
                self.choices = Some(choices);
            }
            // What is on its way meanwhile goes on.
            Message::ChoicesCame(Err(error @ (Error::NotSignedIn | Error::Locked))) => {
                return Action::Ended(error);
            }
            Message::ChoicesCame(Err(error)) => self.not_loaded = Some(error),
            Message::TryAgain => {
                self.not_loaded = None;
                return Action::Run(self.take_up());
            }
            Message::Chosen(kind) => {
                self.chosen = kind;
                self.error = None;
                return Action::Run(match kind {
                    MethodKind::Authenticator => Task::none(),
                    MethodKind::Email => focus_wrong(EMAIL),
                    MethodKind::Sms => focus(MOBILE),
                });
            }
            Message::InPlace(wanted) => self.in_place.wanted = wanted,
            Message::EmailTyped(typed) => self.email = typed,
            Message::MobileTyped(typed) => self.mobile = typed,
            Message::Validate | Message::Submit if self.busy => {}
            Message::Validate => return Action::Run(self.start()),
            Message::Started(Ok(key)) => {
                self.busy = false;
                self.step = Step::Scan {
                    qr: qr_handle(key.uri.expose()),
                    key,
                    typed: Secret::new(""),
                    copied: None,
                };
                return Action::Run(focus(CODE));
            }
            Message::Sent(channel, Ok(set_up)) => {
                self.busy = false;
                self.step = Step::Sent {
                    channel,
                    set_up,
                    typed: Secret::new(""),
                    sending: false,
                    poll: Poll::default(),
                };
                return Action::Run(focus(CODE));
            }
            Message::Tick | Message::SendAgain | Message::Now(_) | Message::SentAgain(_) => {
                self.submitted &= !matches!(message, Message::SendAgain);
                return self.waiting(message);
            }
            Message::Copy => {
                if let Step::Scan { key, .. } = &self.step {
                    let plain: String = key.text.expose().split_whitespace().collect();
                    let copy = clipboard::copy(Secret::new(plain));
                    return Action::Run(Task::perform(copy, Message::Copied));
                }
            }
            Message::Copied(taken) => {
                if let Step::Scan { copied, .. } = &mut self.step {
                    *copied = Some(taken);
                }
            }
            Message::Typed(text) => {
                self.submitted = false;
                if let Step::Scan { typed, .. } | Step::Sent { typed, .. } = &mut self.step
                    && digits::take(typed, &text)
                {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Submit => return Action::Run(self.submit()),
            Message::Answered(Ok(proven)) => {
                return Action::Enabled(proven.admitted.map(Box::new));
            }
            Message::Started(Err(error))
            | Message::Sent(_, Err(error))
            | Message::Answered(Err(error)) => return self.refused(error),
            Message::Cancel => {
                self.busy = true;
                return Action::Run(self.door.ask(CancelSetUp {}).map(|_| Message::Cancelled));
            }
            Message::Cancelled => return Action::Cancelled,
        }
        Action::Run(Task::none())
    }

    fn refused(&mut self, error: Error) -> Action {
        self.busy = false;
        // What a step-up is needed for goes on after it.
        self.submitted &= error == Error::StepUpNeeded;
        if let Error::CodeWrong { .. } = error {
            self.wrong.one_more(&self.door);
        }
        match error {
            Error::StepUpNeeded => Action::StepUp,
            Error::NotSignedIn | Error::Locked => Action::Ended(error),
            Error::ChallengeEnded | Error::Stale => {
                // The tries or the minutes of this set-up are used up: choose again for a new one.
                self.step = Step::Choose;
                self.error = Some(error);
                Action::Run(focus(FIRST_METHOD))
            }
            other => {
                let at = match (&self.step, self.chosen) {
                    (Step::Scan { .. } | Step::Sent { .. }, _) => CODE,
                    (Step::Choose, MethodKind::Authenticator) => FIRST_METHOD,
                    (Step::Choose, MethodKind::Email) => EMAIL,
                    (Step::Choose, MethodKind::Sms) => MOBILE,
                };
                self.error = Some(other);
                Action::Run(focus_wrong(at))
            }
        }
    }
}
