//! The QR code, the key as text, and the field for the first code.

use iced::widget::image::Handle;
use iced::widget::{column, row};
use iced::{Alignment, Length};

use super::{CODE, Message, State, in_two_lines};
use crate::api::{AuthenticatorKey, Secret};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, button, code_field, mono, qr, small, strong, subtitle};
use crate::gui::words::t;

impl State {
    pub(super) fn scan<'a>(
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
