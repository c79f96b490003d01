//! The step-up: a fresh password, and a code if a method is proven, before a change that matters.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Task};

use crate::api::{
    Error, Field, Secret, SendStepUp, StepUp, StepUpAsked, StepUpNow, ToSend, Token, Way,
};
use crate::domain::MethodKind;
use crate::gui::door::Session;
use crate::gui::password::{self, Password};
use crate::gui::poll::Poll;
use crate::gui::screen::{focus, focus_wrong, to_end};
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Tone, button, code_field, dialog, field, layers, notice, small};
use crate::gui::words::t;
use crate::gui::{digits, faults, sending, status};

const PASSWORD: &str = "step-up-password";
const CODE: &str = "step-up-code";

/// What was typed.
#[derive(Debug)]
pub struct State {
    session: Session,
    password: Password,
    code: Secret,
    /// What is asked for besides the password; none until it is known.
    asked: Option<StepUpAsked>,
    /// What is asked for, or another method, has not come: a code that is typed now is none of it.
    trying: bool,
    poll: Poll,
    /// A recovery code is asked for instead.
    recovery: bool,
    sending: bool,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// In the password.
    Password(password::Message),
    /// The code was changed.
    CodeTyped(Secret),
    /// What is asked for has come.
    Asked(Result<StepUpAsked, Error>),
    /// A second has passed while a sent code is awaited.
    Tick,
    /// How it stands has come.
    Now(Result<StepUpAsked, Error>),
    /// **Send again**.
    SendAgain,
    /// Another method.
    Try(MethodKind),
    /// A recovery code.
    TryRecovery,
    /// **Continue**.
    Submit,
    /// It is answered.
    Answered(Result<Token, Error>),
    /// **Cancel**.
    Cancel,
}

/// What the page has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on: the session has a new token, and the old one is dead.
    Done,
    /// It was given up.
    Cancelled,
    /// The session has ended.
    Ended(Error),
}

/// Takes a message in. Whoever has proven it is over, or has given it up, has no dialog any more.
pub fn hear(dialog: &mut Option<State>, message: Message) -> Action {
    let Some(open) = dialog else {
        return Action::Run(Task::none());
    };
    let action = open.update(message);
    if matches!(action, Action::Done | Action::Cancelled) {
        *dialog = None;
    }
    action
}

/// A screen, with the step-up over it where one is asked for.
pub fn over<'a, M: 'a>(
    whole: Element<'a, M>,
    dialog: Option<&'a State>,
    wrap: fn(Message) -> M,
) -> Element<'a, M> {
    layers(whole, dialog.map(|dialog| dialog.view().map(wrap)))
}

impl State {
    /// The dialog. Whether a code is asked for, and which, the backend says.
    pub fn new(session: Session) -> (Self, Task<Message>) {
        let state = Self {
            session,
            password: Password::new(PASSWORD),
            code: Secret::new(""),
            asked: None,
            trying: true,
            poll: Poll::default(),
            recovery: false,
            sending: false,
            busy: false,
            error: None,
        };
        let ask = state.ask(None, ToSend::IfNone);
        (state, Task::batch([focus(PASSWORD), ask]))
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        let sent = self.asked.as_ref()?.sent.as_ref()?;
        let waits = sent.ends.is_some() && !self.recovery;
        waits.then_some(Message::Tick)
    }

    fn ask(&self, method: Option<MethodKind>, send: ToSend) -> Task<Message> {
        self.session
            .door
            .ask(SendStepUp { method, send })
            .map(Message::Asked)
    }

    /// Whether a code is asked for.
    fn asks_code(&self) -> bool {
        self.method().is_some()
    }

    /// Whether nothing can be submitted yet.
    fn waits(&self) -> bool {
        self.busy || (self.trying && !self.recovery)
    }

    fn method(&self) -> Option<MethodKind> {
        self.asked.as_ref()?.method
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Password(message) => self.password.update(message),
            Message::CodeTyped(code) if self.recovery => self.code = code,
            Message::CodeTyped(code) => {
                if digits::take(&mut self.code, &code) {
                    return Action::Run(to_end(CODE));
                }
            }
            Message::Asked(Ok(asked)) => {
                self.trying = false;
                // The code that nobody was asked for is what was said to be wrong.
                let refused = self.error.is_some() && !self.asks_code();
                if std::mem::take(&mut self.sending) {
                    // What was said of the code before says nothing of this one.
                    self.error = None;
                }
                self.asked = Some(asked);
                if refused && self.asks_code() {
                    return Action::Run(focus(CODE));
                }
            }
            Message::Tick => {
                if self.poll.begin(self.session.door.now()) {
                    let call = StepUpNow {
                        method: self.method(),
                    };
                    return Action::Run(self.session.door.ask(call).map(Message::Now));
                }
            }
            Message::Now(Ok(asked)) => {
                self.poll.answered();
                // An answer from before another method was asked for is late.
                if asked.method == self.method() {
                    self.asked = Some(asked);
                }
            }
            Message::SendAgain if self.sending => {}
            Message::SendAgain => {
                self.sending = true;
                return Action::Run(Task::batch([
                    focus(CODE),
                    self.ask(self.method(), ToSend::Again),
                ]));
            }
            Message::Try(method) => {
                self.recovery = false;
                self.trying = true;
                self.code = Secret::new("");
                self.error = None;
                return Action::Run(Task::batch([
                    focus(CODE),
                    self.ask(Some(method), ToSend::IfNone),
                ]));
            }
            Message::TryRecovery => {
                self.recovery = true;
                self.code = Secret::new("");
                self.error = None;
                return Action::Run(focus(CODE));
            }
            Message::Submit if self.waits() => {}
            Message::Submit if self.password.is_empty() => return Action::Run(focus(PASSWORD)),
            Message::Submit if self.asks_code() && self.code.expose().is_empty() => {
                return Action::Run(focus(CODE));
            }
            Message::Submit => return Action::Run(self.submit()),
            Message::Answered(Ok(token)) => {
                self.session.door.renew(token);
                return Action::Done;
            }
            Message::Answered(Err(error @ (Error::NotSignedIn | Error::Locked)))
            | Message::Asked(Err(error @ (Error::NotSignedIn | Error::Locked)))
            | Message::Now(Err(error @ (Error::NotSignedIn | Error::Locked))) => {
                return Action::Ended(error);
            }
            Message::Now(Err(error)) => {
                self.poll.answered();
                // It stays as it is while the backend cannot be asked.
                if matches!(error, Error::NotAllowed { .. }) {
                    self.error = Some(error);
                }
            }
            Message::Asked(Err(error)) => {
                self.sending = false;
                self.trying = false;
                self.error = Some(error);
            }
            Message::Answered(Err(error)) => return self.refused(error),
            Message::Cancel => return Action::Cancelled,
        }
        Action::Run(Task::none())
    }

    fn submit(&mut self) -> Task<Message> {
        self.busy = true;
        self.error = None;
        let by = match self.method() {
            _ if self.recovery => Some(Way::RecoveryCode),
            method => method.map(Way::Method),
        };
        let call = StepUp {
            password: self.password.typed(),
            code: self.asks_code().then(|| self.code.clone()),
            by,
        };
        let answer = self.session.door.ask(call);
        answer.map(|stepped| Message::Answered(stepped.map(|it| it.token)))
    }

    fn refused(&mut self, error: Error) -> Action {
        self.busy = false;
        let about_code = matches!(
            error,
            Error::CodeWrong { .. }
                | Error::CodeUsed { .. }
                | Error::CodeEnded { .. }
                | Error::Invalid {
                    field: Field::Code | Field::RecoveryCode,
                    ..
                }
        );
        // A method was proven since the dialog came up.
        let unasked = about_code && !self.asks_code();
        self.error = Some(error);
        Action::Run(if unasked {
            // Its field comes with the answer, and the focus with it.
            self.trying = true;
            self.ask(None, ToSend::IfNone)
        } else {
            focus_wrong(if about_code { CODE } else { PASSWORD })
        })
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let fault = self.error.as_ref().map(|error| {
            let words = match error {
                Error::WrongCredentials => t("fault-password"),
                other => faults::sentence(other),
            };
            notice(Tone::Error, words, "")
        });
        let form = column![
            self.password
                .field(t("password"), Message::Password)
                .on_submit(Message::Submit),
        ]
        .push(self.asks_code().then(|| self.code()))
        .push(fault)
        .spacing(space::L);
        dialog(t("step-up-title"), t("close"), Message::Cancel)
            .subtitle(t!("step-up-body", name = self.session.me.name.as_str()))
            .content(form)
            .push(button(t("cancel")).on_press(Message::Cancel))
            .push(
                button(t("continue"))
                    .primary()
                    .busy(self.waits())
                    .on_press(Message::Submit),
            )
            .width(size::CARD + 40.0)
            .into()
    }

    fn code(&self) -> Element<'_, Message> {
        let typed = |typed| Message::CodeTyped(Secret::new(typed));
        let entry: Element<'_, Message> = if self.recovery {
            field(t("recovery-code-label"), self.code.expose(), typed)
                .mono()
                .id(CODE)
                .on_submit(Message::Submit)
                .into()
        } else {
            code_field(t("code-label"), self.code.expose(), typed)
                .id(CODE)
                .on_submit(Message::Submit)
                .into()
        };
        let asked = self.asked.as_ref();
        let sent = asked
            .and_then(|asked| asked.sent.as_ref())
            .filter(|_| !self.recovery);
        let now = self.session.door.now();
        column![]
            .push(entry)
            .push(asked.map(|asked| self.about(asked)))
            .push(sent.map(|sent| sending::line(sent, now)))
            .push(sent.map(|sent| {
                row![
                    sending::again(sent, now, self.sending, Message::SendAgain),
                    gap::horizontal()
                ]
            }))
            .push(asked.and_then(|asked| self.ways(asked)))
            .spacing(space::S)
            .into()
    }

    fn about<'a>(&self, asked: &'a StepUpAsked) -> Element<'a, Message> {
        let words = match (self.recovery, asked.method) {
            (true, _) => t("recovery-code-body"),
            (false, Some(method)) => sending::where_to(method, asked.sent.as_ref()),
            (false, None) => String::new(),
        };
        small(words).into()
    }

    /// The other ways, each one press away.
    fn ways<'a>(&self, asked: &'a StepUpAsked) -> Option<Element<'a, Message>> {
        let mut kinds = asked.ways.clone();
        if self.recovery {
            kinds.extend(asked.method);
        }
        let mut ways: Vec<Element<'a, Message>> = kinds
            .into_iter()
            .map(|kind| {
                button(status::method(kind))
                    .link()
                    .icon(sending::icon(kind))
                    .on_press(Message::Try(kind))
                    .into()
            })
            .collect();
        if asked.recovery && !self.recovery {
            ways.push(
                button(t("recovery-code-label"))
                    .link()
                    .icon(crate::gui::widget::Icon::KeyRound)
                    .on_press(Message::TryRecovery)
                    .into(),
            );
        }
        (!ways.is_empty()).then(|| {
            let words = small(t("or-use"));
            row![words]
                .extend(ways)
                .spacing(space::S)
                .align_y(Alignment::Center)
                .wrap()
                .into()
        })
    }
}

#[cfg(test)]
mod tests;
