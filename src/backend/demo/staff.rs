//! Who works in the made-up practice. Nobody of them exists: the addresses are of a domain that
//! nobody can have (RFC 2606), the numbers are kept for fiction by the regulator (ACMA).

use super::past::Told;
use crate::api::{SetMail, SetSms};
use crate::domain::{
    Channel, EmailAddress, GatewayContent, GatewayMethod, HttpGateway, MailSecurity, MailServer,
    Role,
};

/// The password of everybody in the demo.
pub const PASSWORD: &str = "tidal lantern 58 quilt";

pub(super) const PRACTICE: &str = "Harbour Street Physio";
pub(super) const DOMAIN: &str = "harbourphysio.example";

/// Somebody made up.
pub(super) struct Somebody {
    pub(super) name: &'static str,
    /// What stands before the @.
    pub(super) mailbox: &'static str,
    pub(super) role: Role,
    pub(super) stands: Stands,
    /// Hours before now of the last sign-in.
    pub(super) seen: i64,
}

/// How far somebody has come with two-factor.
#[derive(Clone, Copy)]
pub(super) enum Stands {
    /// Enabled, with an authenticator app.
    App,
    /// Enabled, with codes to the own address.
    Email,
    /// Enabled, with codes to this number.
    Sms(&'static str),
    /// Activated by the manager.
    Activated,
    /// Pending: set-up waits for the code, sent this way, to this number or the own address.
    Pending(Channel, Option<&'static str>),
    /// Not setup.
    NotSetup,
}

impl Somebody {
    pub(super) fn email(&self) -> String {
        format!("{}@{DOMAIN}", self.mailbox)
    }
}

const fn somebody(
    name: &'static str,
    mailbox: &'static str,
    role: Role,
    stands: Stands,
    seen: i64,
) -> Somebody {
    Somebody {
        name,
        mailbox,
        role,
        stands,
        seen,
    }
}

/// The manager, who makes the practice.
pub(super) const MANAGER: Somebody =
    somebody("Amira Lee", "amira", Role::FullAccess, Stands::App, 3);

/// Everybody else.
#[rustfmt::skip]
pub(super) const STAFF: [Somebody; 23] = {
    use Role::{FullAccess, Practitioner, Reception};
    use Stands::{Activated, App, Email, NotSetup, Pending, Sms};
    [
        somebody("Ben Okafor", "ben", Practitioner, Sms("0491 570 156"), 2),
        somebody("Chloe Nguyen", "chloe", Reception, Pending(Channel::Email, None), 0),
        somebody("Daniel Rossi", "daniel", Practitioner, Activated, 150),
        somebody("Ella Smith", "ella", Reception, NotSetup, 28),
        somebody("Farid Haddad", "farid", Practitioner, App, 4),
        somebody("Grace Tan", "grace", Practitioner, Email, 51),
        somebody("Hugo Martin", "hugo", FullAccess, App, 27),
        somebody("Isla Murphy", "isla", Reception, Sms("0491 570 157"), 5),
        somebody("Jack Wilson", "jack", Practitioner, Email, 30),
        somebody("Kiran Patel", "kiran", Practitioner, Sms("0491 570 158"), 6),
        somebody("Leila Farah", "leila", Reception, Activated, 172),
        somebody("Mateo Garcia", "mateo", Practitioner, Sms("0491 570 159"), 29),
        somebody("Nina Kowalski", "nina", Practitioner, Email, 3),
        somebody("Oscar Brown", "oscar", Reception, NotSetup, 120),
        somebody("Poppy Evans", "poppy", Practitioner, Sms("0491 570 110"), 7),
        somebody("Quinn Taylor", "quinn", Practitioner, Activated, 148),
        somebody("Ravi Menon", "ravi", Practitioner, Email, 31),
        somebody("Sofia Costa", "sofia", Reception, Sms("0491 570 313"), 4),
        somebody("Tomas Novak", "tomas", Practitioner, Pending(Channel::Sms, Some("0491 570 006")), 0),
        somebody("Uma Sharma", "uma", Practitioner, Email, 76),
        somebody("Violet King", "violet", Reception, NotSetup, 146),
        somebody("William Chen", "william", Practitioner, Activated, 195),
        somebody("Yara Haddad", "yara", Reception, Sms("0491 570 737"), 5),
    ]
};

/// How a made-up practice sends, from this domain. Nothing goes there: an inbox takes it.
pub(in crate::backend) fn delivery(domain: &str) -> Told<(SetMail, SetSms)> {
    let server = MailServer {
        host: format!("mail.{domain}"),
        port: 587,
        security: MailSecurity::StartTls,
        user: None,
        from: EmailAddress::parse(&format!("codes@{domain}"))?,
        from_name: None,
    };
    let gateway = HttpGateway {
        method: GatewayMethod::Post,
        url: format!("https://sms.{domain}/send"),
        content: GatewayContent::Form,
        headers: Vec::new(),
        body: "to={to}&text={text}".into(),
        success: None,
        user: None,
        sender: None,
    };
    let secret = None;
    let mail = SetMail { server, secret };
    let secret = None;
    let gateway = gateway.into();
    let sms = SetSms {
        gateway,
        secret,
        countries: None,
    };
    Ok((mail, sms))
}
