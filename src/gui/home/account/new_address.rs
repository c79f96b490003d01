//! Another address of one's own account: asked for, proven by the code from its mailbox.

use iced::Task;
use iced::widget::{column, row, space as gap};

use super::{Asked, address};
use crate::api::{
    Account, Ack, ChangeEmail, Error, Field, GiveUpNewEmail, Me, NewEmail, NewEmailNow,
    ProveNewEmail, Secret, SentCode, SubmitNewEmailCode, ToSend, WhoAmI,
};
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, field, heading, note, panel, reveal, subtitle,
};
use crate::gui::words::t;

const EMAIL: &str = "account-new-email";
const SEND: &str = "account-new-email-send";
const CODE: &str = "account-new-email-code";

/// What was typed, and the code that is awaited.
#[derive(Debug)]
pub(super) struct State {
    typed: String,
    code: address::State,
    /// It is asked for, or waits for a step-up.
    busy: bool,
    /// Where the focus goes once the account has come: what had it is gone.
    then: Option<&'static str>,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The new address was changed.
    Typed(String),
    /// **Change**.
    Change,
    /// It waits for its code, or cannot be one.
    Asked(Result<Ack, Error>),
    /// **Send a code**, or **Send again**.
    Send(ToSend),
    /// A second has passed while a code is awaited.
    Tick,
    /// How it stands has come.
    Now(Result<SentCode, Error>),
    /// A code is on its way.
    Sent(Result<SentCode, Error>),
    /// The code was changed.
    CodeTyped(Secret),
    /// **Submit**.
    Submit,
    /// The address is the account's now, or not.
    Taken(Result<Ack, Error>),
    /// Who one is, with it.
    Known(Result<Me, Error>),
    /// **Keep the old one**.
    GiveUp,
    /// It is given up, or not.
    GivenUp(Result<Ack, Error>),
}

impl State {
    /// Whether an address was typed and is not waiting for its code yet.
    pub(super) fn is_begun(&self) -> bool {
        self.busy || !self.typed.is_empty()
    }

    pub(super) fn new() -> Self {
        Self {
            typed: String::new(),
            code: address::State::new(CODE),
            busy: false,
            then: None,
            error: None,
        }
    }

    fn then(id: &'static str) -> Self {
        Self {
            then: Some(id),
            ..Self::new()
        }
    }

    /// The account has come.
    pub(super) fn loaded(&mut self) -> Task<super::Message> {
        match self.then.take() {
            Some(id) => focus(id).chain(reveal()),
            None => Task::none(),
        }
    }

    pub(super) fn awaits_code(&self) -> bool {
        self.code.awaits_code()
    }

    pub(super) fn tick() -> Message {
        Message::Tick
    }

    /// Takes a message in. `load` reads the account anew.
    pub(super) fn update(
        &mut self,
        message: Message,
        session: &Session,
        load: Task<super::Message>,
    ) -> Asked<super::Message> {
        let door = &session.door;
        let task = match message {
            Message::Typed(typed) => {
                self.typed = typed;
                Task::none()
            }
            Message::Change if self.busy => Task::none(),
            Message::Change => {
                self.busy = true;
                self.error = None;
                let email = self.typed.clone();
                door.ask(ChangeEmail { email }).map(Message::Asked)
            }
            Message::Asked(Ok(_)) => {
                *self = Self::then(SEND);
                return Asked::Run(load);
            }
            Message::Send(send) => {
                self.error = None;
                self.code.sending = true;
                door.ask(ProveNewEmail { send }).map(Message::Sent)
            }
            Message::Tick if self.code.poll.begin(door.now()) => {
                door.ask(NewEmailNow {}).map(Message::Now)
            }
            Message::Tick => Task::none(),
            Message::Now(now) => {
                return match self.code.now(now) {
                    // Given up, or taken, in another window.
                    Some(Error::Stale) => {
                        *self = Self::then(EMAIL);
                        Asked::Run(load)
                    }
                    Some(error) => Asked::unless_ended(&error).unwrap_or_else(Asked::nothing),
                    None => Asked::nothing(),
                };
            }
            Message::Sent(Ok(sent)) => match self.code.sent(sent) {
                Some(task) => return Asked::Run(task),
                None => Task::none(),
            },
            Message::CodeTyped(typed) => return Asked::Run(self.code.typed(&typed)),
            Message::Submit => match self.code.submit() {
                Some(code) => {
                    self.error = None;
                    door.ask(SubmitNewEmailCode { code }).map(Message::Taken)
                }
                None => Task::none(),
            },
            Message::Taken(Ok(_)) => {
                *self = Self::then(EMAIL);
                door.ask(WhoAmI {}).map(Message::Known)
            }
            Message::Known(Ok(me)) => {
                return Asked::Known(Box::new(me), load);
            }
            Message::GiveUp => {
                self.error = None;
                door.ask(GiveUpNewEmail {}).map(Message::GivenUp)
            }
            Message::GivenUp(Ok(_)) => {
                *self = Self::then(EMAIL);
                return Asked::Run(load);
            }
            Message::Asked(Err(error))
            | Message::Sent(Err(error))
            | Message::Taken(Err(error))
            | Message::Known(Err(error))
            | Message::GivenUp(Err(error)) => return self.refused(error),
        };
        Asked::Run(task.map(super::Message::New))
    }

    fn refused(&mut self, error: Error) -> Asked<super::Message> {
        self.code.answered();
        if error == Error::StepUpNeeded {
            return Asked::StepUp;
        }
        self.busy = false;
        if let Some(ended) = Asked::unless_ended(&error) {
            return ended;
        }
        let of_email = faults::of_field(Some(&error), Field::Email).is_some();
        self.error = Some(error);
        Asked::Run(if of_email {
            focus_wrong(EMAIL)
        } else {
            self.code.focus()
        })
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self) -> Task<super::Message> {
        if std::mem::take(&mut self.busy) {
            Task::done(super::Message::New(Message::Change))
        } else {
            Task::none()
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.busy = false;
    }

    pub(super) fn view<'a>(
        &'a self,
        account: &'a Account,
        session: &'a Session,
    ) -> Element<'a, super::Message> {
        let content: Element<'a, Message> = match &account.new_email {
            Some(new) => self.waiting(new, session),
            None if account.can_prove => self.form(),
            None => note(Icon::Lock, t("method-email-off"), Tone::Neutral),
        };
        let content = content.map(super::Message::New);
        panel(column![heading(t("new-email-title")), content].spacing(space::S))
    }

    fn form(&self) -> Element<'_, Message> {
        column![
            field(t("new-email"), &self.typed, Message::Typed)
                .id(EMAIL)
                .help(t("new-email-help"))
                .error(faults::of_field(self.error.as_ref(), Field::Email))
                .on_submit(Message::Change)
        ]
        .push(self.fault())
        .push(row![
            gap::horizontal(),
            button(t("change-email"))
                .busy(self.busy)
                .on_press(Message::Change)
        ])
        .spacing(space::S)
        .into()
    }

    fn waiting<'a>(&'a self, new: &'a NewEmail, session: &'a Session) -> Element<'a, Message> {
        let email = new.email.as_str();
        let about = match &new.by {
            Some(by) => t!("new-email-waits-by", email = email, by = by.as_str()),
            None => t!("new-email-waits", email = email),
        };
        let code: Element<'a, Message> = match &self.code.awaited() {
            Some(sent) => {
                let invalid = self.error.is_some();
                let again = Message::Send(ToSend::Again);
                let said = (
                    Message::CodeTyped as fn(Secret) -> Message,
                    Message::Submit,
                    again,
                );
                self.code.entry(sent, invalid, session, said)
            }
            None => row![
                gap::horizontal(),
                button(t("send-a-code"))
                    .id(SEND)
                    .busy(self.code.sending)
                    .on_press(Message::Send(ToSend::IfNone))
            ]
            .into(),
        };
        column![subtitle(about), code]
            .push(self.fault())
            .push(
                button(t("new-email-give-up"))
                    .link()
                    .on_press(Message::GiveUp),
            )
            .spacing(space::S)
            .into()
    }

    fn fault(&self) -> Option<Element<'_, Message>> {
        let at_the_field = |error: &&Error| faults::of_field(Some(error), Field::Email).is_some();
        self.error
            .as_ref()
            .filter(|error| !at_the_field(error) || self.code.awaits_code())
            .map(faults::notice)
    }
}
