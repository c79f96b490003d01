//! Who carries the messages, and which lines of the form each needs.

use iced::widget::{Id, column, row};

use super::{Form, Message, Text};
use crate::domain::Template;
use crate::gui::home::delivery;
use crate::gui::theme::space;
use crate::gui::widget::{Element, label, muted, radio};
use crate::gui::words::t;

/// The id of the first provider.
pub(in crate::gui::home::delivery) const FIRST: &str = "delivery-sms-provider";

/// Where a Kannel on this computer listens, as it comes.
pub(super) const KANNEL: &str = "http://localhost:13013";

/// Who carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// One whose request is known.
    Known(Template),
    /// Twilio.
    Twilio,
    /// A Kannel of one's own.
    Kannel,
    /// Any other.
    Other,
}

/// In the order in which they are offered: those that are common in clinics here come first.
const OFFERED: &[Provider] = &[
    Provider::Known(Template::MessageMedia),
    Provider::Known(Template::ClickSend),
    Provider::Known(Template::SinchAu),
    Provider::Twilio,
    Provider::Known(Template::Vonage),
    Provider::Kannel,
    Provider::Other,
];

/// Sinch keeps what it carries in the region it is asked in.
const REGIONS: &[Template] = &[Template::SinchAu, Template::SinchEu, Template::SinchUs];

impl Provider {
    fn name(self) -> String {
        match self {
            Self::Known(Template::MessageMedia) => "MessageMedia".to_owned(),
            Self::Known(Template::ClickSend) => "ClickSend".to_owned(),
            Self::Known(Template::SinchAu | Template::SinchEu | Template::SinchUs) => {
                "Sinch".to_owned()
            }
            Self::Known(Template::Vonage) => "Vonage".to_owned(),
            Self::Twilio => "Twilio".to_owned(),
            Self::Kannel => "Kannel".to_owned(),
            Self::Other => t("delivery-provider-other"),
        }
    }

    fn is_sinch(self) -> bool {
        matches!(self, Self::Known(template) if REGIONS.contains(&template))
    }

    /// What the provider calls who we are there.
    pub(super) fn user(self) -> String {
        match self {
            Self::Known(Template::MessageMedia | Template::Vonage) => t("delivery-api-key"),
            Self::Known(Template::ClickSend) => t("delivery-account-name"),
            Self::Twilio => t("delivery-account-sid"),
            Self::Known(_) | Self::Kannel | Self::Other => t("delivery-user"),
        }
    }

    /// What the provider calls the secret.
    pub(super) fn secret(self) -> String {
        match self {
            Self::Known(Template::MessageMedia | Template::Vonage) => t("delivery-api-secret"),
            Self::Known(Template::ClickSend) => t("delivery-api-key"),
            Self::Known(Template::SinchAu | Template::SinchEu | Template::SinchUs) => {
                t("delivery-api-token")
            }
            Self::Twilio => t("delivery-auth-token"),
            Self::Kannel => t("password"),
            Self::Other => t("delivery-secret"),
        }
    }
}

impl Form {
    /// Whether a line is shown without **More**.
    pub(super) fn shows(&self, text: Text) -> bool {
        match (self.provider, text) {
            (Some(Provider::Other) | None, Text::Url | Text::Body | Text::User)
            | (Some(Provider::Kannel), Text::Url | Text::User | Text::Sender)
            | (Some(Provider::Twilio), Text::User | Text::Sender)
            | (Some(Provider::Known(_)), Text::Sender) => true,
            (Some(Provider::Known(template)), Text::User) => template.needs_user(),
            // Part of it is the practice's own.
            (Some(provider @ Provider::Known(_)), Text::Url) => provider.is_sinch(),
            _ => false,
        }
    }

    /// Whether its request can be changed: the form has a **More**.
    pub(super) fn has_more(&self) -> bool {
        matches!(self.provider, Some(Provider::Known(_) | Provider::Other))
    }

    /// What the chosen provider is focused with: the form of another provider has other fields,
    /// and the focus stays on the choice.
    pub(in crate::gui::home::delivery) fn chosen(&self) -> Option<Id> {
        let is = |offered: &Provider| {
            self.provider == Some(*offered)
                || (offered.is_sinch() && self.provider.is_some_and(Provider::is_sinch))
        };
        OFFERED.iter().position(is).map(id)
    }

    /// The choice of a provider.
    pub(super) fn providers(&self) -> Element<'_, delivery::Message> {
        let choices = OFFERED.iter().enumerate().map(|(number, &provider)| {
            let chosen = self.provider == Some(provider)
                || (provider.is_sinch() && self.provider.is_some_and(Provider::is_sinch));
            let choose = super::lines::said(Message::Provider(provider));
            let choice = radio(provider.name(), chosen, choose);
            choice.id(id(number)).into()
        });
        let regions = self.provider.filter(|it| it.is_sinch()).map(|_| {
            let regions = REGIONS.iter().map(|&region| {
                let name = match region {
                    Template::SinchEu => t("delivery-region-eu"),
                    Template::SinchUs => t("delivery-region-us"),
                    _ => t("delivery-region-au"),
                };
                let provider = Provider::Known(region);
                let choose = super::lines::said(Message::Provider(provider));
                radio(name, self.provider == Some(provider), choose).into()
            });
            named(t("delivery-region"), regions.collect())
        });
        let none = self.provider.is_none();
        column![named(t("delivery-provider"), choices.collect())]
            .push(regions)
            .push(none.then(|| muted(t("delivery-provider-choose"))))
            .spacing(space::M)
            .into()
    }
}

/// What a provider of this number is focused with.
fn id(number: usize) -> Id {
    match number {
        0 => Id::new(FIRST),
        _ => Id::from(format!("{FIRST}-{number}")),
    }
}

/// Choices in lines, as many on each as there is room for, under their name.
fn named(
    name: String,
    choices: Vec<Element<'_, delivery::Message>>,
) -> Element<'_, delivery::Message> {
    let choices = row(choices).spacing(space::M).wrap();
    column![label(name), choices.vertical_spacing(space::XS)]
        .spacing(space::S - 2.0)
        .into()
}
