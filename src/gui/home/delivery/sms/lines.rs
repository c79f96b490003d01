//! How the form for the SMS gateway is drawn.

use iced::Length;
use iced::widget::{column, row, space as gap};

use super::{Form, Message, Text, id};
use crate::api::{Configured, Secret};
use crate::domain::{Channel, GatewayContent, GatewayMethod, SmsGateway};
use crate::gui::home::delivery::{self, Part, panel::side_by_side};
use crate::gui::theme::space;
use crate::gui::widget::{Element, Field, Icon, button, field, label, muted, radio_card};
use crate::gui::words::t;

const SAVE: delivery::Message = delivery::Message::Save(Channel::Sms);

impl Form {
    /// Draws it.
    pub(in crate::gui::home::delivery) fn view<'a>(
        &'a self,
        part: &'a Part,
        kept: Option<&'a Configured<SmsGateway>>,
        wide: bool,
    ) -> Element<'a, delivery::Message> {
        let is_post = self.method == GatewayMethod::Post;
        let content = is_post.then(|| self.content(wide));
        let body = is_post.then(|| line(part, t("delivery-body"), &self.body, Text::Body).mono());
        let secret = self
            .secret
            .field(t("delivery-secret"), |message| {
                said(Message::Secret(message))
            })
            .on_submit(SAVE);
        let secret = match kept {
            Some(kept) if kept.has_secret && self.same_server(&kept.settings) => secret
                .placeholder(t("delivery-kept"))
                .help(t("delivery-secret-kept")),
            _ => secret,
        };
        let more = button(if self.more {
            t("delivery-less")
        } else {
            t("delivery-more")
        })
        .link()
        .icon(if self.more {
            Icon::ChevronUp
        } else {
            Icon::ChevronDown
        })
        .on_press(said(Message::More(!self.more)));
        column![
            line(part, t("delivery-url"), &self.url, Text::Url)
                .placeholder("https://sms.example/send"),
            self.method(wide),
        ]
        .push(content)
        .push(body)
        .push(muted(t("delivery-placeholders")))
        .push(side_by_side(
            wide,
            vec![
                line(part, t("delivery-user"), &self.user, Text::User).into(),
                secret.into(),
            ],
        ))
        .push(row![more, gap::horizontal()])
        .push(self.more.then(|| self.more(part, wide)))
        .spacing(space::L)
        .width(Length::Fill)
        .into()
    }

    fn method(&self, wide: bool) -> Element<'_, delivery::Message> {
        let choice = |value, name: String, about: String| {
            let choose = said(Message::Method(value));
            radio_card(None, name, about, self.method == value, choose).into()
        };
        let cards = vec![
            choice(
                GatewayMethod::Post,
                t("delivery-post"),
                t("delivery-post-body"),
            ),
            choice(
                GatewayMethod::Get,
                t("delivery-get"),
                t("delivery-get-body"),
            ),
        ];
        column![label(t("delivery-method")), side_by_side(wide, cards)]
            .spacing(space::S - 2.0)
            .into()
    }

    fn content(&self, wide: bool) -> Element<'_, delivery::Message> {
        let choice = |value, name: String, about: String| {
            let choose = said(Message::Content(value));
            radio_card(None, name, about, self.content == value, choose).into()
        };
        let cards = vec![
            choice(
                GatewayContent::Form,
                t("delivery-form"),
                t("delivery-form-body"),
            ),
            choice(
                GatewayContent::Json,
                t("delivery-json"),
                t("delivery-json-body"),
            ),
        ];
        column![label(t("delivery-content")), side_by_side(wide, cards)]
            .spacing(space::S - 2.0)
            .into()
    }

    fn more<'a>(&'a self, part: &'a Part, wide: bool) -> Element<'a, delivery::Message> {
        let headers = self.headers.iter().enumerate().map(|(number, header)| {
            let name = match number {
                0 => t("delivery-header"),
                _ => t!("delivery-header-number", number = number + 1),
            };
            let line = line(part, name, header, Text::Header(number)).mono();
            match number {
                0 => line.help(t("delivery-header-help")).into(),
                _ => line.into(),
            }
        });
        column![
            iced::widget::column(headers).spacing(space::M),
            side_by_side(
                wide,
                vec![
                    line(part, t("delivery-success"), &self.success, Text::Success)
                        .help(t("delivery-success-help"))
                        .into(),
                    line(part, t("delivery-sender"), &self.sender, Text::Sender)
                        .help(t("delivery-sender-help"))
                        .into(),
                ]
            ),
        ]
        .spacing(space::L)
        .into()
    }
}

fn line<'a>(part: &Part, name: String, value: &str, text: Text) -> Field<'a, delivery::Message> {
    let typed = move |typed| said(Message::Typed(text, Secret::new(typed)));
    field(name, value, typed)
        .id(id(text))
        .error(part.fault(&id(text)))
        .on_submit(SAVE)
}

fn said(message: Message) -> delivery::Message {
    delivery::Message::Sms(message)
}
