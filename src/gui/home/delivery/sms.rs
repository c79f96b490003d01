//! The form for the SMS gateway.

mod lines;

use std::fmt;

use iced::widget::Id;

use super::panel::said;
use crate::api::{Configured, Error, Fault, Field, Secret, SetSms};
use crate::domain::delivery::gateway::pieces;
use crate::domain::{DeliveryFault, GatewayContent, GatewayMethod, SmsGateway};
use crate::gui::password::{self, Password};

pub(super) const URL: &str = "delivery-sms-url";
const BODY: &str = "delivery-sms-body";
const USER: &str = "delivery-sms-user";
const SECRET: &str = "delivery-sms-secret";
const SUCCESS: &str = "delivery-sms-success";
const SENDER: &str = "delivery-sms-sender";

/// What was typed. `Debug` shows none of it: someone may write a key where `{secret}` belongs.
pub(super) struct Form {
    method: GatewayMethod,
    url: String,
    content: GatewayContent,
    body: String,
    user: String,
    secret: Password,
    /// Name and value on each line; the last one is empty, to be filled in next.
    headers: Vec<String>,
    success: String,
    sender: String,
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
    /// A line was changed.
    Typed(Text, Secret),
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
    /// An empty form, of the kind that most providers take.
    pub(super) fn new() -> Self {
        let content = GatewayContent::Form;
        Self {
            method: GatewayMethod::Post,
            url: String::new(),
            content,
            body: usual_body(content).to_owned(),
            user: String::new(),
            secret: Password::new(SECRET),
            headers: vec![String::new()],
            success: String::new(),
            sender: String::new(),
            more: false,
        }
    }

    /// What is set, to be changed.
    pub(super) fn of(gateway: &SmsGateway) -> Self {
        let headers = gateway.headers.iter();
        let headers = headers.map(|(name, value)| format!("{name}: {value}"));
        let body = match gateway.method {
            GatewayMethod::Post => gateway.body.clone(),
            GatewayMethod::Get => usual_body(gateway.content).to_owned(),
        };
        Self {
            method: gateway.method,
            url: gateway.url.clone(),
            content: gateway.content,
            body,
            user: gateway.user.clone().unwrap_or_default(),
            secret: Password::new(SECRET),
            headers: headers.chain([String::new()]).collect(),
            success: gateway.success.clone().unwrap_or_default(),
            sender: gateway.sender.clone().unwrap_or_default(),
            more: false,
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message) {
        match message {
            Message::Typed(text, typed) => {
                if let Some(line) = self.text(text) {
                    typed.expose().clone_into(line);
                }
                if self.headers.last().is_some_and(|last| !last.is_empty()) {
                    self.headers.push(String::new());
                }
            }
            Message::Method(method) => self.method = method,
            Message::Content(content) => {
                // A body that is not the usual one was meant.
                if [usual_body(self.content), ""].contains(&self.body.trim()) {
                    usual_body(content).clone_into(&mut self.body);
                }
                self.content = content;
            }
            Message::Secret(message) => self.secret.update(message),
            Message::More(more) => self.more = more,
        }
    }

    fn text(&mut self, text: Text) -> Option<&mut String> {
        Some(match text {
            Text::Url => &mut self.url,
            Text::Body => &mut self.body,
            Text::User => &mut self.user,
            Text::Header(number) => return self.headers.get_mut(number),
            Text::Success => &mut self.success,
            Text::Sender => &mut self.sender,
        })
    }

    /// The secret is kept by the backend now, and nowhere else.
    pub(super) fn saved(&mut self) {
        self.secret = Password::new(SECRET);
    }

    /// What was typed, as a call.
    pub(super) fn call(&self) -> Result<SetSms, Error> {
        let wrong = |fault: DeliveryFault| Field::Delivery.cannot_be(fault);
        let headers: Option<Vec<_>> = self
            .filled_headers()
            .map(|(_, line)| header(line))
            .collect();
        let gateway = SmsGateway {
            method: self.method,
            url: self.url.trim().to_owned(),
            content: self.content,
            headers: headers.ok_or_else(|| wrong(DeliveryFault::Header))?,
            body: match self.method {
                GatewayMethod::Post => self.body.trim().to_owned(),
                GatewayMethod::Get => String::new(),
            },
            success: said(&self.success),
            user: said(&self.user),
            sender: said(&self.sender),
        };
        gateway.check().map_err(wrong)?;
        Ok(SetSms {
            gateway,
            secret: (!self.secret.is_empty()).then(|| self.secret.typed()),
        })
    }

    /// The headers that something is written in, each with its number.
    fn filled_headers(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.headers.iter().map(|line| line.trim()).enumerate();
        lines.filter(|(_, line)| !line.is_empty())
    }

    /// Whether the kept secret would go to the server that it was given for.
    fn same_server(&self, kept: &SmsGateway) -> bool {
        let typed = SmsGateway {
            url: self.url.trim().to_owned(),
            ..kept.clone()
        };
        typed.same_server_as(kept)
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
            DeliveryFault::Url | DeliveryFault::NotEncrypted => Text::Url,
            DeliveryFault::User => Text::User,
            DeliveryFault::Success => Text::Success,
            DeliveryFault::Sender => Text::Sender,
            DeliveryFault::Header => Text::Header(self.wrong_header()),
            DeliveryFault::Placeholder => self.wrong_template(),
            DeliveryFault::Body | DeliveryFault::NoRecipient | DeliveryFault::NoText => {
                match self.method {
                    GatewayMethod::Post => Text::Body,
                    GatewayMethod::Get => Text::Url,
                }
            }
            DeliveryFault::Host | DeliveryFault::Port | DeliveryFault::FromName => return None,
        };
        let hidden = matches!(text, Text::Header(_) | Text::Success | Text::Sender);
        self.more |= hidden;
        Some(id(text))
    }

    /// The first header that cannot be sent.
    fn wrong_header(&self) -> usize {
        let alone = |line: &str| {
            let gateway = SmsGateway {
                headers: vec![header(line)?],
                url: "https://localhost".to_owned(),
                ..blank()
            };
            Some(gateway.check() != Err(DeliveryFault::Header))
        };
        let wrong = self
            .filled_headers()
            .find(|(_, line)| alone(line) != Some(true));
        wrong.map_or(0, |(number, _)| number)
    }

    /// The line with a placeholder that is none.
    fn wrong_template(&self) -> Text {
        let wrong = |text: &str| pieces(text).is_err();
        if let Some((number, _)) = self.filled_headers().find(|(_, line)| wrong(line)) {
            return Text::Header(number);
        }
        match self.method {
            GatewayMethod::Post if wrong(&self.body) && !wrong(&self.url) => Text::Body,
            _ => Text::Url,
        }
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("method", &self.method)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

/// A gateway in which nothing but what is added to it can be wrong.
fn blank() -> SmsGateway {
    SmsGateway {
        method: GatewayMethod::Get,
        url: String::new(),
        content: GatewayContent::Form,
        headers: Vec::new(),
        body: String::new(),
        success: None,
        user: None,
        sender: None,
    }
}

/// Name and value of a header; none without a colon between them.
fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    Some((name.trim().to_owned(), value.trim().to_owned()))
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

/// What most providers take.
fn usual_body(content: GatewayContent) -> &'static str {
    match content {
        GatewayContent::Form => "to={to}&text={text}",
        GatewayContent::Json => r#"{"to": "{to}", "text": "{text}"}"#,
    }
}
