//! The way from this computer to a server.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length};

use crate::gui::door::Session;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, button, heading, muted, panel};
use crate::gui::words::t;

/// **Move to a server**.
#[derive(Clone, Copy, Debug)]
pub struct Message;

/// The panel in the page, where the practice is this computer's own.
pub(super) fn view<'a>(session: &Session) -> Option<Element<'a, Message>> {
    session.door.place()?;
    Some(panel(
        column![
            heading(t("moving-title")),
            row![
                muted(t("moving-about")).width(Length::Fill),
                gap::horizontal().width(space::L),
                button(t("move-to-server"))
                    .icon(Icon::Server)
                    .on_press(Message),
            ]
            .align_y(Alignment::Center),
        ]
        .spacing(space::S),
    ))
}
