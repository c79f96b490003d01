//! What was typed for one provider of SMS.

use super::Text;
use crate::domain::delivery::gateway::pieces;
use crate::domain::{DeliveryFault, GatewayContent, GatewayMethod, HttpGateway};
use crate::gui::home::delivery::panel::said;

/// What was typed for one provider.
#[derive(Clone)]
pub(super) struct Texts {
    pub(super) method: GatewayMethod,
    pub(super) url: String,
    pub(super) content: GatewayContent,
    pub(super) body: String,
    pub(super) user: String,
    /// Name and value on each line; the last one is empty, to be filled in next.
    pub(super) headers: Vec<String>,
    pub(super) success: String,
    pub(super) sender: String,
}

impl Texts {
    /// What most providers take.
    pub(super) fn new() -> Self {
        let content = GatewayContent::Form;
        Self {
            method: GatewayMethod::Post,
            url: String::new(),
            content,
            body: usual_body(content).to_owned(),
            user: String::new(),
            headers: vec![String::new()],
            success: String::new(),
            sender: String::new(),
        }
    }

    pub(super) fn of(gateway: &HttpGateway) -> Self {
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
            headers: headers.chain([String::new()]).collect(),
            success: gateway.success.clone().unwrap_or_default(),
            sender: gateway.sender.clone().unwrap_or_default(),
        }
    }

    pub(super) fn take(&mut self, text: Text, typed: &str) {
        let line = match text {
            Text::Url => Some(&mut self.url),
            Text::Body => Some(&mut self.body),
            Text::User => Some(&mut self.user),
            Text::Header(number) => self.headers.get_mut(number),
            Text::Success => Some(&mut self.success),
            Text::Sender => Some(&mut self.sender),
        };
        if let Some(line) = line {
            typed.clone_into(line);
        }
        if self.headers.last().is_some_and(|last| !last.is_empty()) {
            self.headers.push(String::new());
        }
    }

    pub(super) fn say_as(&mut self, content: GatewayContent) {
        // A body that is not the usual one was meant.
        if [usual_body(self.content), ""].contains(&self.body.trim()) {
            usual_body(content).clone_into(&mut self.body);
        }
        self.content = content;
    }

    pub(super) fn http(&self) -> Result<HttpGateway, DeliveryFault> {
        let headers: Option<Vec<_>> = self
            .filled_headers()
            .map(|(_, line)| header(line))
            .collect();
        Ok(HttpGateway {
            method: self.method,
            url: self.url.trim().to_owned(),
            content: self.content,
            headers: headers.ok_or(DeliveryFault::Header)?,
            body: match self.method {
                GatewayMethod::Post => self.body.trim().to_owned(),
                GatewayMethod::Get => String::new(),
            },
            success: said(&self.success),
            user: said(&self.user),
            sender: said(&self.sender),
        })
    }

    /// A gateway at the same place, of which nothing else is known.
    pub(super) fn there(&self) -> HttpGateway {
        HttpGateway {
            url: self.url.trim().to_owned(),
            ..blank()
        }
    }

    /// The headers that something is written in, each with its number.
    fn filled_headers(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.headers.iter().map(|line| line.trim()).enumerate();
        lines.filter(|(_, line)| !line.is_empty())
    }

    /// The first header that cannot be sent.
    pub(super) fn wrong_header(&self) -> usize {
        let alone = |line: &str| {
            let gateway = HttpGateway {
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
    pub(super) fn wrong_template(&self) -> Text {
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

/// A gateway in which nothing but what is added to it can be wrong.
fn blank() -> HttpGateway {
    HttpGateway {
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

/// What most providers take.
fn usual_body(content: GatewayContent) -> &'static str {
    match content {
        GatewayContent::Form => "to={to}&text={text}",
        GatewayContent::Json => r#"{"to": "{to}", "text": "{text}"}"#,
    }
}
