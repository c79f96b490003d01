//! The code that was sent: where to, how far it has come, the field for it.

use iced::widget::{column, row, space as gap};

use super::{CODE, Message, State};
use crate::api::{Secret, SentCode};
use crate::domain::{Channel, CountryCode, Mobile};
use crate::gui::sending;
use crate::gui::theme::space;
use crate::gui::widget::{Element, code_field, subtitle};
use crate::gui::words::t;

impl State {
    /// Where the code went: one's own number in full, so that a slip of the finger is seen.
    fn where_to(&self, channel: Channel, sent: &SentCode) -> String {
        let typed = Mobile::parse(&self.mobile, &[CountryCode::AUSTRALIA]);
        match (channel, typed) {
            (Channel::Sms, Ok(mobile)) => t!("code-by-sms", to = mobile.national()),
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
