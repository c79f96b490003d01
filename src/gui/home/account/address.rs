//! **Prove this address**: a code to the account's own address, which makes no method of it.

use iced::Task;
use iced::widget::{column, row, space as gap};

use super::{Message, Part};
use crate::api::{Account, Error, Secret, SentCode, ToSend};
use crate::domain::MethodKind;
use crate::gui::door::Session;
use crate::gui::poll::Poll;
use crate::gui::screen::{focus, focus_wrong, to_end};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, code_field, heading, muted, note, panel, reveal, subtitle,
};
use crate::gui::words::t;
use crate::gui::{digits, sending, when};

/// The field for the code of the account's address.
pub(super) const CODE: &str = "account-code";

/// The code that is awaited, if one is.
#[derive(Debug)]
pub(super) struct State {
    /// The id of the field for the code.
    id: &'static str,
    sent: Option<SentCode>,
    typed: Secret,
    pub(super) sending: bool,
    pub(super) poll: Poll,
    busy: bool,
}

impl State {
    pub(super) fn new(id: &'static str) -> Self {
        Self {
            id,
            sent: None,
            typed: Secret::new(""),
            sending: false,
            poll: Poll::default(),
            busy: false,
        }
    }

    /// How the code stands that is awaited.
    pub(super) fn awaited(&self) -> Option<&SentCode> {
        self.sent.as_ref()
    }

    pub(super) fn awaits_code(&self) -> bool {
        self.sent.as_ref().is_some_and(|sent| sent.ends.is_some())
    }

    /// How the code stands has come; nothing changes while the backend cannot be asked. What is to
    /// be told to whoever is signed in no more.
    pub(super) fn now(&mut self, now: Result<SentCode, Error>) -> Option<Error> {
        self.poll.answered();
        match now {
            Ok(sent) => {
                self.sent = Some(sent);
                None
            }
            Err(error) => Some(error),
        }
    }

    /// A code is on its way; the focus goes to its field once.
    pub(super) fn sent<M: Send + 'static>(&mut self, sent: SentCode) -> Option<Task<M>> {
        let asked = std::mem::take(&mut self.sending);
        self.sent = Some(sent);
        asked.then(|| focus(self.id).chain(reveal()))
    }

    pub(super) fn typed<M: Send + 'static>(&mut self, typed: &Secret) -> Task<M> {
        if digits::take(&mut self.typed, typed) {
            to_end(self.id)
        } else {
            Task::none()
        }
    }

    /// The code, if there is one to look at.
    pub(super) fn submit(&mut self) -> Option<Secret> {
        if self.busy || self.typed.expose().trim().is_empty() {
            return None;
        }
        self.busy = true;
        Some(self.typed.clone())
    }

    /// The field for the code, its line, and its buttons: what they say when the code is typed,
    /// submitted and sent again.
    pub(super) fn entry<'a, M: Clone + 'a>(
        &'a self,
        sent: &'a SentCode,
        invalid: bool,
        session: &'a Session,
        (typed, submit, again): (fn(Secret) -> M, M, M),
    ) -> Element<'a, M> {
        let now = session.door.now();
        let entry = code_field(t("code-label"), self.typed.expose(), move |code| {
            typed(Secret::new(code))
        })
        .id(self.id)
        .invalid(invalid)
        .on_submit(submit.clone());
        column![
            subtitle(sending::where_to(MethodKind::Email, Some(sent))),
            entry,
            sending::line(sent, now),
            row![
                sending::again(sent, now, self.sending, again),
                gap::horizontal(),
                button(t("submit"))
                    .primary()
                    .busy(self.busy)
                    .on_press(submit)
            ]
        ]
        .spacing(space::S)
        .into()
    }

    pub(super) fn answered(&mut self) {
        self.busy = false;
        self.sending = false;
    }

    pub(super) fn focus<M: Send + 'static>(&self) -> Task<M> {
        match self.sent {
            Some(_) => focus_wrong(self.id),
            None => Task::none(),
        }
    }
}

impl super::State {
    pub(super) fn address<'a>(
        &'a self,
        account: &'a Account,
        session: &'a Session,
    ) -> Element<'a, Message> {
        let zone = session.me.time_zone.as_str();
        let state: Element<'_, Message> = match account.email_proven {
            Some(at) => note(
                Icon::Check,
                t!("address-proven", when = when::day(at, zone)),
                Tone::Enabled,
            ),
            None => muted(t("address-not-proven")).into(),
        };
        let proven = account.email_proven.is_some();
        let form: Option<Element<'_, Message>> = match &self.address.sent {
            _ if proven => None,
            Some(sent) => {
                let invalid = self.error_of(Part::Address).is_some();
                let again = Message::Prove(ToSend::Again);
                let said = (
                    Message::CodeTyped as fn(Secret) -> Message,
                    Message::SubmitCode,
                    again,
                );
                Some(self.address.entry(sent, invalid, session, said))
            }
            None if account.can_prove => Some(
                row![
                    gap::horizontal(),
                    button(t("prove-address"))
                        .busy(self.address.sending)
                        .on_press(Message::Prove(ToSend::IfNone))
                ]
                .into(),
            ),
            None => Some(note(Icon::Lock, t("method-email-off"), Tone::Neutral)),
        };
        panel(
            column![
                heading(t("address-title")),
                subtitle(session.me.email.as_str()),
                state
            ]
            // Above the code, to which the focus goes: both are in sight then.
            .push(self.fault_of(Part::Address))
            .push(form)
            .spacing(space::S),
        )
    }
}
