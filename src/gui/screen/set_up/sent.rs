//! The code that was sent: where to, how far it has come, the field for it.

use iced::Task;
use iced::widget::{column, row, space as gap};

use super::{Action, CODE, Message, State, Step};
use crate::api::{Secret, SendSetUpAgain, SentCode, SetUpNow};
use crate::domain::{Channel, Mobile};
use crate::gui::screen::focus;
use crate::gui::sending;
use crate::gui::theme::space;
use crate::gui::widget::{Element, code_field, subtitle};
use crate::gui::words::t;

impl State {
    /// While a sent code is awaited.
    pub(super) fn waiting(&mut self, message: Message) -> Action {
        let Step::Sent {
            set_up,
            sending,
            poll,
            ..
        } = &mut self.step
        else {
            return Action::Run(Task::none());
        };
        let method = set_up.method.clone();
        match message {
            Message::Tick if poll.begin(self.door.now()) => {
                return Action::Run(self.door.ask(SetUpNow { method }).map(Message::Now));
            }
            Message::SendAgain if !*sending => {
                *sending = true;
                let call = SendSetUpAgain { method };
                return Action::Run(self.door.ask(call).map(Message::SentAgain));
            }
            Message::Now(now) => {
                poll.answered();
                // The screen stays as it is while the backend cannot be asked; the set-up's own end
                // is told by the next thing that is done.
                if let Ok(now) = now {
                    *set_up = now;
                }
            }
            Message::SentAgain(Ok(now)) => {
                *set_up = now;
                *sending = false;
                // What was said of the code before says nothing of this one.
                self.error = None;
                return Action::Run(focus(CODE));
            }
            Message::SentAgain(Err(error)) => {
                *sending = false;
                return self.refused(error);
            }
            _ => {}
        }
        Action::Run(Task::none())
    }

    /// Where the code went: what was typed in full, so that a slip of the finger is seen.
    fn where_to(&self, channel: Channel, sent: &SentCode) -> String {
        match (channel, Mobile::of_any_country(&self.mobile)) {
            (Channel::Sms, Ok(mobile)) => t!("code-by-sms", to = mobile.national()),
            (Channel::Email, _) if !self.email.is_empty() => {
                t!("code-by-email", to = self.email.trim())
            }
            _ => sending::where_to(channel.method(), Some(sent)),
        }
    }

    pub(super) fn sent<'a>(
        &'a self,
        channel: Channel,
        sent: &'a SentCode,
        typed: &'a Secret,
        sending: bool,
    ) -> Element<'a, Message> {
        let now = self.door.now();
        let entry = code_field(t("code-label"), typed.expose(), |typed| {
            Message::Typed(Secret::new(typed))
        })
        .id(CODE)
        .invalid(self.error.is_some())
        .on_submit(Message::Submit);
        column![
            subtitle(self.where_to(channel, sent)),
            column![entry, sending::line(sent, now)].spacing(space::S),
            row![
                sending::again(sent, now, sending, Message::SendAgain),
                gap::horizontal()
            ],
        ]
        .spacing(space::L)
        .into()
    }
}
