//! The form for the mail server.

use iced::Length;
use iced::widget::{Id, column, row};

use super::{Part, panel};
use crate::api::{Configured, Error, Fault, Field, SetMail};
use crate::domain::delivery::MailSecurity;
use crate::domain::{Channel, DeliveryFault, EmailAddress, MailServer};
use crate::gui::password::{self, Password};
use crate::gui::theme::space;
use crate::gui::widget::{Element, field, label, radio_card};
use crate::gui::words::t;

pub(super) const HOST: &str = "delivery-mail-host";
const PORT: &str = "delivery-mail-port";
const USER: &str = "delivery-mail-user";
const PASSWORD: &str = "delivery-mail-password";
const FROM: &str = "delivery-mail-from";
const FROM_NAME: &str = "delivery-mail-from-name";

/// Width of the field for a port: five digits.
const PORT_WIDTH: f32 = 96.0;

/// An address with which the rest of a form is judged while its own is none.
const STAND_IN: &str = "codes@practice.example";

/// What was typed.
#[derive(Debug)]
pub(super) struct Form {
    host: String,
    port: String,
    security: MailSecurity,
    user: String,
    password: Password,
    from: String,
    from_name: String,
}

/// A line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// The name of the server.
    Host,
    /// Its port.
    Port,
    /// Who we are there.
    User,
    /// The address that mail comes from.
    From,
    /// The name before it.
    FromName,
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// A line was changed.
    Typed(Text, String),
    /// Another encryption was chosen.
    Chosen(MailSecurity),
    /// In the password.
    Password(password::Message),
}

impl Form {
    /// An empty form. Mail comes from the practice, unless said.
    pub(super) fn new(practice: &str) -> Self {
        let security = MailSecurity::StartTls;
        Self {
            host: String::new(),
            port: usual_port(security).to_owned(),
            security,
            user: String::new(),
            password: Password::new(PASSWORD),
            from: String::new(),
            from_name: practice.to_owned(),
        }
    }

    /// What is set, to be changed.
    pub(super) fn of(server: &MailServer) -> Self {
        Self {
            host: server.host.clone(),
            port: server.port.to_string(),
            security: server.security,
            user: server.user.clone().unwrap_or_default(),
            password: Password::new(PASSWORD),
            from: server.from.as_str().to_owned(),
            from_name: server.from_name.clone().unwrap_or_default(),
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message) {
        match message {
            Message::Typed(text, typed) => *self.text(text) = typed,
            Message::Chosen(security) => {
                // A port that is not the usual one was meant.
                if [usual_port(self.security), ""].contains(&self.port.trim()) {
                    usual_port(security).clone_into(&mut self.port);
                }
                self.security = security;
            }
            Message::Password(message) => self.password.update(message),
        }
    }

    fn text(&mut self, text: Text) -> &mut String {
        match text {
            Text::Host => &mut self.host,
            Text::Port => &mut self.port,
            Text::User => &mut self.user,
            Text::From => &mut self.from,
            Text::FromName => &mut self.from_name,
        }
    }

    /// The password is kept by the backend now, and nowhere else.
    pub(super) fn saved(&mut self) {
        self.password = Password::new(PASSWORD);
    }

    /// What was typed, as a call.
    pub(super) fn call(&self) -> Result<SetMail, Error> {
        let from = EmailAddress::parse(&self.from);
        if from.is_err()
            && let Ok(stand_in) = EmailAddress::parse(STAND_IN)
        {
            // What stands above the address is told first.
            self.server(stand_in)?;
        }
        let server = self.server(from.map_err(|fault| Field::Email.cannot_be(fault))?)?;
        Ok(SetMail {
            server,
            secret: (!self.password.is_empty()).then(|| self.password.typed()),
        })
    }

    fn server(&self, from: EmailAddress) -> Result<MailServer, Error> {
        let wrong = |fault: DeliveryFault| Field::Delivery.cannot_be(fault);
        let server = MailServer {
            host: self.host.trim().to_owned(),
            // A port that is none is told after a host that is none.
            port: self.port().unwrap_or_default(),
            security: self.security,
            user: panel::said(&self.user),
            from,
            from_name: panel::said(&self.from_name),
        };
        server.check().map_err(wrong)?;
        Ok(server)
    }

    fn port(&self) -> Option<u16> {
        self.port.trim().parse().ok()
    }

    /// Whether the kept password would go to the server that it was given for.
    fn same_server(&self, kept: &MailServer) -> bool {
        let typed = self.port().map(|port| MailServer {
            host: self.host.trim().to_owned(),
            port,
            security: self.security,
            ..kept.clone()
        });
        typed.is_some_and(|typed| typed.same_server_as(kept))
    }

    /// Whether saving what was typed clears the kept password.
    pub(super) fn clears_secret(&self, kept: Option<&Configured<MailServer>>) -> bool {
        self.password.is_empty()
            && kept.is_some_and(|kept| kept.has_secret && !self.same_server(&kept.settings))
    }

    /// Draws it.
    pub(super) fn view<'a>(
        &'a self,
        part: &'a Part,
        kept: Option<&'a Configured<MailServer>>,
        wide: bool,
    ) -> Element<'a, super::Message> {
        let line = |name: String, id: &'static str, value: &'a str, text: Text| {
            field(name, value, move |typed| {
                super::Message::Mail(Message::Typed(text, typed))
            })
            .id(id)
            .error(part.fault(&Id::new(id)))
            .on_submit(super::Message::Save(Channel::Email))
        };
        let security = |security, name: String, about: String| {
            let choose = super::Message::Mail(Message::Chosen(security));
            radio_card(None, name, about, self.security == security, choose).into()
        };
        let cards = vec![
            security(MailSecurity::Tls, t("delivery-tls"), t("delivery-tls-body")),
            security(
                MailSecurity::StartTls,
                t("delivery-start-tls"),
                t("delivery-start-tls-body"),
            ),
            security(
                MailSecurity::None,
                t("delivery-no-tls"),
                t("delivery-no-tls-body"),
            ),
        ];
        let password = self
            .password
            .field(t("password"), |message| {
                super::Message::Mail(Message::Password(message))
            })
            .on_submit(super::Message::Save(Channel::Email));
        let password = match kept {
            Some(kept) if kept.has_secret && self.same_server(&kept.settings) => password
                .placeholder(t("delivery-kept"))
                .help(t("delivery-password-kept")),
            _ => password,
        };
        column![
            row![
                line(t("delivery-host"), HOST, &self.host, Text::Host)
                    .placeholder("mail.hills.example"),
                line(t("delivery-port"), PORT, &self.port, Text::Port).width(PORT_WIDTH),
            ]
            .spacing(space::M),
            column![
                label(t("delivery-security")),
                panel::side_by_side(wide, cards)
            ]
            .spacing(space::S - 2.0),
            panel::side_by_side(
                wide,
                vec![
                    line(t("delivery-user"), USER, &self.user, Text::User).into(),
                    password.into(),
                ]
            ),
            panel::side_by_side(
                wide,
                vec![
                    line(t("delivery-from"), FROM, &self.from, Text::From).into(),
                    line(
                        t("delivery-from-name"),
                        FROM_NAME,
                        &self.from_name,
                        Text::FromName
                    )
                    .into(),
                ]
            ),
        ]
        .spacing(space::L)
        .width(Length::Fill)
        .into()
    }
}

/// The field that an error is about.
pub(super) fn field_of(error: &Error) -> Option<Id> {
    let Error::Invalid { field, fault } = error else {
        return None;
    };
    let id = match (field, fault) {
        (Field::Email, _) => FROM,
        (
            _,
            Fault::Delivery(
                DeliveryFault::Host | DeliveryFault::NotEncrypted | DeliveryFault::Here,
            ),
        ) => HOST,
        (_, Fault::Delivery(DeliveryFault::Port)) => PORT,
        (_, Fault::Delivery(DeliveryFault::User)) => USER,
        (_, Fault::Delivery(DeliveryFault::FromName)) => FROM_NAME,
        _ => return None,
    };
    Some(Id::new(id))
}

/// The port that servers mostly listen on: RFC 8314 (465), RFC 6409 (587), RFC 5321 (25).
fn usual_port(security: MailSecurity) -> &'static str {
    match security {
        MailSecurity::Tls => "465",
        MailSecurity::StartTls => "587",
        MailSecurity::None => "25",
    }
}
