//! The form for the SMS gateway.

mod lines;
mod provider;
mod texts;

use std::fmt;

use iced::widget::Id;

use super::panel::said;
use crate::api::{Configured, Error, Fault, Field, Secret, SetSms};
use crate::domain::{
    Countries, DeliveryFault, GatewayContent, GatewayMethod, Kannel, SenderAdvice, SmsGateway,
    Template, Twilio, sender_advice,
};
use crate::gui::password::{self, Password};
use texts::Texts;

pub(super) use provider::FIRST;
pub use provider::Provider;

const URL: &str = "delivery-sms-url";
const BODY: &str = "delivery-sms-body";
const USER: &str = "delivery-sms-user";
const SECRET: &str = "delivery-sms-secret";
const SUCCESS: &str = "delivery-sms-success";
const SENDER: &str = "delivery-sms-sender";
const COUNTRIES: &str = "delivery-sms-countries";

/// What was typed. `Debug` shows none of it: someone may write a key where `{secret}` belongs.
pub(super) struct Form {
    /// Who carries the messages; none before it is chosen.
    provider: Option<Provider>,
    typed: Texts,
    /// What was typed for other providers, should one of them be chosen again.
    aside: Vec<(Provider, Texts)>,
    secret: Password,
    /// The countries besides Australia.
    countries: String,
    /// Whether what is rarely needed is shown.
    more: bool,
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Where the request goes.
    Url,
    /// What it says.
    Body,
    /// Who we are there.
    User,
    /// A header, counted from 0.
    Header(usize),
    /// What an answer of success says.
    Success,
    /// Who the message comes from.
    Sender,
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// A provider was chosen.
    Provider(Provider),
    /// A line was changed.
    Typed(Text, Secret),
    /// The countries were changed.
    Countries(String),
    /// Another method was chosen.
    Method(GatewayMethod),
    /// Another content was chosen.
    Content(GatewayContent),
    /// In the secret.
    Secret(password::Message),
    /// **More**, or **Less**.
    More(bool),
}

impl Form {
    /// An empty form.
    pub(super) fn new() -> Self {
        Self {
            provider: None,
            typed: Texts::new(),
            aside: Vec::new(),
            secret: Password::new(SECRET),
            countries: String::new(),
            more: false,
        }
    }

    /// What is set, to be changed.
    pub(super) fn of(gateway: &SmsGateway, countries: &str) -> Self {
        let (provider, typed) = match gateway {
            SmsGateway::Http(http) => (
                Template::of(http).map_or(Provider::Other, Provider::Known),
                Texts::of(http),
            ),
            SmsGateway::Kannel(kannel) => {
                let typed = Texts {
                    url: kannel.url.clone(),
                    user: kannel.user.clone(),
                    sender: kannel.sender.clone().unwrap_or_default(),
                    ..Texts::new()
                };
                (Provider::Kannel, typed)
            }
            SmsGateway::Twilio(twilio) => {
                let typed = Texts {
                    user: twilio.account.clone(),
                    sender: twilio.sender.clone(),
                    ..Texts::new()
                };
                (Provider::Twilio, typed)
            }
        };
        Self {
            provider: Some(provider),
            typed,
            countries: countries.to_owned(),
            ..Self::new()
        }
    }

    /// Whether it is known whom the form is for.
    pub(super) fn is_chosen(&self) -> bool {
        self.provider.is_some()
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message) {
        match message {
            Message::Provider(provider) => self.choose(provider),
            Message::Countries(typed) => self.countries = typed,
            Message::Typed(text, typed) => self.typed.take(text, typed.expose()),
            Message::Method(method) => self.typed.method = method,
            Message::Content(content) => self.typed.say_as(content),
            Message::Secret(message) => self.secret.update(message),
            Message::More(more) => self.more = more,
        }
    }

    fn choose(&mut self, provider: Provider) {
        if self.provider == Some(provider) {
            return;
        }
        let kept = self.aside.iter().position(|(of, _)| *of == provider);
        let typed = match kept {
            Some(at) => self.aside.swap_remove(at).1,
            None => match provider {
                Provider::Known(template) => Texts::of(&template.gateway(true)),
                Provider::Twilio | Provider::Other => Texts::new(),
                Provider::Kannel => Texts {
                    url: provider::KANNEL.to_owned(),
                    ..Texts::new()
                },
            },
        };
        let before = std::mem::replace(&mut self.typed, typed);
        if let Some(of) = self.provider.replace(provider) {
            self.aside.push((of, before));
        }
        // A secret that was typed for one must not go to another.
        self.secret = Password::new(SECRET);
        self.more = false;
    }

    /// The secret is kept by the backend now, and nowhere else.
    pub(super) fn saved(&mut self) {
        self.secret = Password::new(SECRET);
    }

    /// What was typed, as a call.
    pub(super) fn call(&self) -> Result<SetSms, Error> {
        let wrong = |fault: DeliveryFault| Field::Delivery.cannot_be(fault);
        let gateway = self.gateway().map_err(wrong)?;
        gateway.check().map_err(wrong)?;
        let countries: Result<Countries, _> = self.countries.parse();
        countries.map_err(|_| wrong(DeliveryFault::Countries))?;
        Ok(SetSms {
            gateway,
            countries: Some(self.countries.clone()),
            secret: (!self.secret.is_empty()).then(|| self.secret.typed()),
        })
    }

    fn gateway(&self) -> Result<SmsGateway, DeliveryFault> {
        let typed = &self.typed;
        Ok(match self.provider {
            Some(Provider::Twilio) => SmsGateway::Twilio(Twilio {
                account: typed.user.trim().to_owned(),
                sender: typed.sender.trim().to_owned(),
            }),
            Some(Provider::Kannel) => SmsGateway::Kannel(Kannel {
                url: typed.url.trim().to_owned(),
                user: typed.user.trim().to_owned(),
                sender: said(&typed.sender),
            }),
            Some(Provider::Known(template)) => {
                let mut http = typed.http()?;
                // A provider that chooses the sender itself is not told an empty one.
                if http.sender.is_none() && http.body == template.gateway(true).body {
                    http.body = template.gateway(false).body;
                }
                if template.needs_user() && http.user.is_none() {
                    return Err(DeliveryFault::User);
                }
                http.into()
            }
            Some(Provider::Other) | None => typed.http()?.into(),
        })
    }

    /// What is to be known of the sender that was typed.
    fn sender_advice(&self) -> Option<SenderAdvice> {
        let sender = said(&self.typed.sender)?;
        let chosen_there = Some(Provider::Twilio) == self.provider
            && Twilio {
                account: String::new(),
                sender: sender.clone(),
            }
            .has_service();
        if chosen_there {
            return None;
        }
        sender_advice(&sender)
    }

    /// Whether the kept secret would go to the server that it was given for.
    fn same_server(&self, kept: &SmsGateway) -> bool {
        let typed = match self.provider {
            // What else is typed there has no say in where it goes.
            Some(Provider::Known(_) | Provider::Other) | None => Ok(self.typed.there().into()),
            Some(Provider::Twilio | Provider::Kannel) => self.gateway(),
        };
        typed.is_ok_and(|typed| typed.same_server_as(kept))
    }

    /// Whether saving what was typed clears the kept secret.
    pub(super) fn clears_secret(&self, kept: Option<&Configured<SmsGateway>>) -> bool {
        self.secret.is_empty()
            && kept.is_some_and(|kept| kept.has_secret && !self.same_server(&kept.settings))
    }

    /// The field that an error is about, brought into view.
    pub(super) fn field_of(&mut self, error: &Error) -> Option<Id> {
        let Error::Invalid {
            fault: Fault::Delivery(fault),
            ..
        } = error
        else {
            return None;
        };
        let text = match fault {
            DeliveryFault::Url
            | DeliveryFault::NotEncrypted
            | DeliveryFault::FillIn
            | DeliveryFault::Here => Text::Url,
            DeliveryFault::User | DeliveryFault::Account => Text::User,
            DeliveryFault::Success => Text::Success,
            DeliveryFault::Sender => Text::Sender,
            DeliveryFault::Countries => return Some(Id::new(COUNTRIES)),
            DeliveryFault::Header => Text::Header(self.typed.wrong_header()),
            DeliveryFault::Placeholder => self.typed.wrong_template(),
            DeliveryFault::Body | DeliveryFault::NoRecipient | DeliveryFault::NoText => {
                match self.typed.method {
                    GatewayMethod::Post => Text::Body,
                    GatewayMethod::Get => Text::Url,
                }
            }
            DeliveryFault::Host | DeliveryFault::Port | DeliveryFault::FromName => return None,
        };
        self.more |= !self.shows(text);
        Some(id(text))
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

/// The id of a line.
fn id(text: Text) -> Id {
    match text {
        Text::Url => Id::new(URL),
        Text::Body => Id::new(BODY),
        Text::User => Id::new(USER),
        Text::Header(number) => Id::from(format!("delivery-sms-header-{number}")),
        Text::Success => Id::new(SUCCESS),
        Text::Sender => Id::new(SENDER),
    }
}
