//! How the practice sends e-mail and SMS, for full access.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Line, Secret, call};
use crate::domain::{Channel, MailServer, SmsGateway, Timestamp};

/// Asks how the practice sends. For full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Deliveries {}
call!(Deliveries => DeliverySettings, "deliveries", Reads);

/// How a practice sends. Secrets are never told again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeliverySettings {
    /// The mail server, if one is set.
    pub mail: Option<Configured<MailServer>>,
    /// The SMS gateway, if one is set.
    pub sms: Option<Configured<SmsGateway>>,
    /// The countries besides Australia whose mobile numbers are taken: two letters each, with
    /// commas between them.
    #[serde(default)]
    pub countries: String,
}

/// A way of sending that is set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Configured<S> {
    /// Everything but the secret.
    pub settings: S,
    /// Whether a secret is kept with it.
    pub has_secret: bool,
    /// Since when it is set so.
    #[schemars(with = "crate::domain::schema::Time")]
    pub since: Timestamp,
    /// Who set it, by name.
    pub by: Option<String>,
}

/// Sets the mail server. For full access, with a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetMail {
    /// Everything but the password.
    pub server: MailServer,
    /// The password. Left out, the kept one stays, unless host, port or encryption change.
    pub secret: Option<Secret>,
}
call!(SetMail => DeliverySettings, "set-mail");

/// Sets the SMS gateway. For full access, with a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetSms {
    /// Everything but the secret.
    pub gateway: SmsGateway,
    /// The secret. Left out, the kept one stays, unless host, port or encryption change.
    pub secret: Option<Secret>,
    /// The countries besides Australia whose mobile numbers are taken from now on, as typed: two
    /// letters each (ISO 3166-1). Left out, those of before stay; so does what was proven.
    pub countries: Option<String>,
}
call!(SetSms => DeliverySettings, "set-sms");

/// Takes a way of sending away. For full access, with a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ClearDelivery {
    /// Which.
    pub channel: Channel,
}
call!(ClearDelivery => DeliverySettings, "clear-delivery");

/// Sends a test message: to the asker's own address, or to a number the asker types. Held by the
/// same limits as codes. For full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TestDelivery {
    /// Which way.
    pub channel: Channel,
    /// The asker's own mobile number, for SMS.
    pub mobile: Option<String>,
}
call!(TestDelivery => TestSent, "test-delivery");

/// A test message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestSent {
    /// Which; none if none was sent.
    pub id: Option<String>,
    /// Where to.
    pub to: String,
    /// How far it has come.
    pub line: Line,
}

/// Asks how far one's own test message has come. For full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TestNow {
    /// Which.
    pub id: String,
}
call!(TestNow => Line, "test-now", Reads);
