//! The code that was sent: where to, how far it has come, the field for it.

use iced::widget::{column, row, space as gap};

use super::{CODE, Message, State};
use crate::api::{Secret, SentCode};
use crate::domain::Channel;
use crate::gui::sending;
use crate::gui::theme::space;
use crate::gui::widget::{Element, code_field, subtitle};
use crate::gui::words::t;

impl State {
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
            subtitle(sending::where_to(channel.method(), Some(sent))),
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
