//! How the form for the SMS gateway is drawn.

use iced::Length;
use iced::widget::{Id, column, row, space as gap};

use super::{COUNTRIES, Form, Message, Provider, Text, id};
use crate::api::{Configured, Secret};
use crate::domain::{Channel, GatewayContent, GatewayMethod, SenderAdvice, SmsGateway};
use crate::gui::home::delivery::{self, Part, panel::side_by_side};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Field, Icon, Tone, button, field, label, muted, note, radio_card,
};
use crate::gui::words::t;
use crate::words;

const SAVE: delivery::Message = delivery::Message::Save(Channel::Sms);

impl Form {
    /// Draws it.
    pub(in crate::gui::home::delivery) fn view<'a>(
        &'a self,
        part: &'a Part,
        kept: Option<&'a Configured<SmsGateway>>,
        wide: bool,
    ) -> Element<'a, delivery::Message> {
        let Some(provider) = self.provider else {
            // In the same place as below: the focus stays on what is chosen.
            return column![self.providers()]
                .spacing(space::L)
                .width(Length::Fill)
                .into();
        };
        let secret = self
            .secret
            .field(provider.secret(), |message| said(Message::Secret(message)))
            .on_submit(SAVE);
        let secret = match kept {
            Some(kept) if kept.has_secret && self.same_server(&kept.settings) => secret
                .placeholder(t("delivery-kept"))
                .help(t("delivery-secret-kept")),
            _ => secret,
        };
        let user = self.shows(Text::User).then(|| {
            let user = line(part, provider.user(), &self.typed.user, Text::User);
            user.into()
        });
        let is_other = provider == Provider::Other;
        let sender = self.shows(Text::Sender).then(|| self.sender(part));
        column![self.providers()]
            .push(self.shows(Text::Url).then(|| self.url(part, provider)))
            .push(is_other.then(|| self.request(part, wide)))
            .push(side_by_side(
                wide,
                user.into_iter().chain([secret.into()]).collect(),
            ))
            .push(sender)
            .push(self.countries(part))
            .push(self.has_more().then(|| self.more_or_less(provider)))
            .push(self.more.then(|| self.more(part, provider, wide)))
            .spacing(space::L)
            .width(Length::Fill)
            .into()
    }

    fn url<'a>(&'a self, part: &'a Part, provider: Provider) -> Element<'a, delivery::Message> {
        let (name, help) = match provider {
            Provider::Kannel => (t("delivery-kannel-url"), None),
            Provider::Other => (t("delivery-url"), None),
            Provider::Known(_) | Provider::Twilio => (
                t("delivery-url"),
                self.shows(Text::Url).then(|| t("delivery-fill-in-help")),
            ),
        };
        let url =
            line(part, name, &self.typed.url, Text::Url).placeholder("https://sms.example/send");
        match help {
            Some(help) => url.help(help).into(),
            None => url.into(),
        }
    }

    fn sender<'a>(&'a self, part: &'a Part) -> Element<'a, delivery::Message> {
        let help = match self.provider {
            Some(Provider::Twilio) => t("delivery-sender-twilio"),
            _ => t("delivery-sender-help"),
        };
        let line = line(part, t("delivery-sender"), &self.typed.sender, Text::Sender).help(help);
        let advice = self.sender_advice().map(|advice| {
            let (icon, tone) = match advice {
                SenderAdvice::Register => (Icon::Info, Tone::Info),
                _ => (Icon::TriangleAlert, Tone::Warning),
            };
            note(icon, words::sender_advice(advice), tone)
        });
        column![line].push(advice).spacing(space::S).into()
    }

    fn countries(&self, part: &Part) -> Element<'_, delivery::Message> {
        let typed = |typed| said(Message::Countries(typed));
        field(t("delivery-countries"), &self.countries, typed)
            .id(COUNTRIES)
            .help(t("delivery-countries-help"))
            .error(part.fault(&Id::new(COUNTRIES)))
            .on_submit(SAVE)
            .into()
    }

    /// How it is said, and what.
    fn request<'a>(&'a self, part: &'a Part, wide: bool) -> Element<'a, delivery::Message> {
        let is_post = self.typed.method == GatewayMethod::Post;
        let content = is_post.then(|| self.content(wide));
        let body = || line(part, t("delivery-body"), &self.typed.body, Text::Body).mono();
        column![self.method(wide)]
            .push(content)
            .push(is_post.then(body))
            .push(muted(t("delivery-placeholders")))
            .spacing(space::L)
            .into()
    }

    fn more_or_less(&self, provider: Provider) -> Element<'_, delivery::Message> {
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
        let filled = matches!(provider, Provider::Known(_)) && !self.more;
        column![]
            .push(filled.then(|| muted(t("delivery-provider-filled"))))
            .push(row![more, gap::horizontal()])
            .spacing(space::S)
            .into()
    }

    fn method(&self, wide: bool) -> Element<'_, delivery::Message> {
        let choice = |value, name: String, about: String| {
            let choose = said(Message::Method(value));
            radio_card(None, name, about, self.typed.method == value, choose).into()
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
            radio_card(None, name, about, self.typed.content == value, choose).into()
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

    /// What is rarely needed; of a known provider, all that was filled in.
    fn more<'a>(
        &'a self,
        part: &'a Part,
        provider: Provider,
        wide: bool,
    ) -> Element<'a, delivery::Message> {
        let headers = self.typed.headers.iter().enumerate();
        let headers = headers.map(|(number, header)| {
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
        let is_known = provider != Provider::Other;
        let success = line(
            part,
            t("delivery-success"),
            &self.typed.success,
            Text::Success,
        )
        .help(t("delivery-success-help"));
        let sender = (!self.shows(Text::Sender)).then(|| self.sender(part));
        column![]
            .push((!self.shows(Text::Url)).then(|| self.url(part, provider)))
            .push(is_known.then(|| self.request(part, wide)))
            .push(iced::widget::column(headers).spacing(space::M))
            .push(side_by_side(
                wide,
                [success.into()].into_iter().chain(sender).collect(),
            ))
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

pub(super) fn said(message: Message) -> delivery::Message {
    delivery::Message::Sms(message)
}
