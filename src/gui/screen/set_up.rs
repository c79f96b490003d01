//! Setting up two-factor: choose a method, scan, prove. Stands in a card at a sign-in and in the
//! Authentication preferences; it is the same part in both.

use iced::widget::image::Handle;
use iced::widget::{column, row};
use iced::{Alignment, Length, Task};

use super::{focus, focus_wrong, in_two_lines, to_end};
use crate::api::{
    Admitted, AuthenticatorKey, CancelSetUp, Error, ProveMethod, Proven, Secret, StartAuthenticator,
};
use crate::gui::door::Door;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, code_field, mono, notice, qr, qr_handle, radio_card, small,
    strong, subtitle,
};
use crate::gui::words::t;
use crate::gui::{clipboard, digits, faults};

const FIRST_METHOD: &str = "set-up-authenticator";
const CODE: &str = "set-up-code";

/// How far the set-up is.
#[derive(Debug)]
pub struct State {
    door: Door,
    step: Step,
    busy: bool,
    error: Option<Error>,
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
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// Google Authenticator is chosen.
    Chosen,
    /// **Validate**.
    Validate,
    /// The secret has come.
    Started(Result<Box<AuthenticatorKey>, Error>),
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
    /// The choice of a method.
    pub fn new(door: Door) -> (Self, Task<Message>) {
        let state = Self {
            door,
            step: Step::Choose,
            busy: false,
            error: None,
        };
        (state, focus(FIRST_METHOD))
    }

    /// Goes on after a step-up, which gave a new token.
    pub fn again(&mut self, door: Door) -> Task<Message> {
        self.door = door;
        match self.step {
            Step::Choose => self.start(),
            Step::Scan { .. } => focus(CODE),
        }
    }

    /// Whether a method waits for its code.
    pub fn is_waiting(&self) -> bool {
        matches!(self.step, Step::Scan { .. })
    }

    fn start(&mut self) -> Task<Message> {
        self.busy = true;
        self.error = None;
        self.door
            .ask(StartAuthenticator {})
            .map(|key| Message::Started(key.map(Box::new)))
    }

    fn submit(&mut self) -> Task<Message> {
        let Step::Scan { key, typed, .. } = &self.step else {
            return Task::none();
        };
        self.busy = true;
        self.error = None;
        let call = ProveMethod {
            method: key.method.clone(),
            code: typed.clone(),
        };
        self.door.ask(call).map(Message::Answered)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Chosen => {}
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
                if let Step::Scan { typed, .. } = &mut self.step
                    && digits::take(typed, &text)
                {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Submit => return Action::Run(self.submit()),
            Message::Answered(Ok(proven)) => {
                return Action::Enabled(proven.admitted.map(Box::new));
            }
            Message::Started(Err(error)) | Message::Answered(Err(error)) => {
                return self.refused(error);
            }
            Message::Cancel => {
                return Action::Run(self.door.ask(CancelSetUp {}).map(|_| Message::Cancelled));
            }
            Message::Cancelled => return Action::Cancelled,
        }
        Action::Run(Task::none())
    }

    fn refused(&mut self, error: Error) -> Action {
        self.busy = false;
        match error {
            Error::StepUpNeeded => Action::StepUp,
            Error::NotSignedIn | Error::Locked => Action::Ended(error),
            Error::ChallengeEnded | Error::Stale => {
                // The tries or the minutes of this secret are used up: choose again for a new one.
                self.step = Step::Choose;
                self.error = Some(error);
                Action::Run(focus(FIRST_METHOD))
            }
            other => {
                self.error = Some(other);
                Action::Run(focus_wrong(CODE))
            }
        }
    }

    /// Draws what is chosen or scanned.
    pub fn view(&self) -> Element<'_, Message> {
        let content = match &self.step {
            Step::Choose => choices(),
            Step::Scan {
                key,
                qr,
                typed,
                copied,
            } => self.scan(key, qr.as_ref(), typed, *copied),
        };
        column![content]
            .push(self.error.as_ref().map(fault))
            .spacing(space::L)
            .into()
    }

    /// The main button: **Validate**, then **Submit**.
    pub fn main_button(&self) -> Element<'_, Message> {
        let (words, message) = match self.step {
            Step::Choose => (t("validate"), Message::Validate),
            Step::Scan { .. } => (t("submit"), Message::Submit),
        };
        button(words)
            .primary()
            .busy(self.busy)
            .on_press(message)
            .into()
    }

    fn scan<'a>(
        &'a self,
        key: &'a AuthenticatorKey,
        handle: Option<&'a Handle>,
        typed: &'a Secret,
        copied: Option<bool>,
    ) -> Element<'a, Message> {
        let copied = copied.map(|taken| small(if taken { t("copied") } else { t("not-copied") }));
        let [first, second] = in_two_lines(key.text.expose(), ' ');
        let beside = column![
            strong(t("scan-title")),
            subtitle(t("scan-body")),
            small(t!(
                "scan-shown-as",
                issuer = key.issuer.as_str(),
                account = key.account.as_str()
            )),
            small(t("scan-type")),
            column![mono(first), mono(second)],
            button(t("copy"))
                .link()
                .icon(Icon::Copy)
                .on_press(Message::Copy),
        ]
        .push(copied)
        .spacing(space::S)
        .width(Length::Fill);
        column![
            row![]
                .push(handle.map(|handle| qr(t("scan-qr"), handle)))
                .push(beside)
                .spacing(space::XL)
                .align_y(Alignment::Start),
            code_field(t("scan-code"), typed.expose(), |typed| {
                Message::Typed(Secret::new(typed))
            })
            .id(CODE)
            .invalid(self.error.is_some())
            .on_submit(Message::Submit),
        ]
        .spacing(space::L)
        .into()
    }
}

fn choices<'a>() -> Element<'a, Message> {
    column![
        radio_card(
            Icon::Smartphone,
            t("method-authenticator"),
            t("method-authenticator-body"),
            true,
            Message::Chosen
        )
        .id(FIRST_METHOD),
        radio_card(
            Icon::MessageSquare,
            t("method-sms"),
            t("method-sms-body"),
            false,
            Message::Chosen
        )
        .disabled(Some(t("method-sms-off"))),
        radio_card(
            Icon::Mail,
            t("method-email"),
            t("method-email-body"),
            false,
            Message::Chosen
        )
        .disabled(Some(t("method-email-off"))),
    ]
    .spacing(space::S)
    .into()
}

fn fault<'a>(error: &Error) -> Element<'a, Message> {
    let (title, body) = match error {
        Error::CodeWrong { tries_left } => (
            format!(
                "{} {}",
                t("fault-code-wrong"),
                t!("tries-left", tries = *tries_left)
            ),
            t("clock-doctor"),
        ),
        Error::ChallengeEnded | Error::Stale => (t("set-up-ended"), t("set-up-ended-body")),
        other => (faults::sentence(other), String::new()),
    };
    notice(Tone::Error, title, body)
}
