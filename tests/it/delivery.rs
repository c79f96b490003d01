//! What every answer of a mail server and of a gateway means, over real connections.

mod kept;
mod mail;
mod providers;
mod reached;
mod sms;
mod talks;
mod templates;
mod trust;

use std::time::Duration;

use secrecy::SecretString;
use vestibule::delivery::{HandedOver, Letter, NotHandedOver, Patience, Post, Sms};
use vestibule::domain::{EmailAddress, HttpGateway, MailServer, Mobile, SmsGateway, Timestamp};

use crate::post::{Gateway, Mailbox};

/// The secret of both servers.
const SECRET: &str = "pass&word";

/// What is waited for a server that says nothing; every other answer is there at once.
const SHORT: Patience = Patience {
    connect: Duration::from_millis(500),
    whole: Duration::from_millis(700),
    kept: Duration::ZERO,
};

/// What is waited where an answer comes.
const LONG: Patience = Patience {
    connect: Duration::from_secs(60),
    whole: Duration::from_secs(60),
    kept: Duration::ZERO,
};

/// What comes of a message that somebody took who has no name for it.
const TAKEN: Result<HandedOver, NotHandedOver> = Ok(HandedOver { id: None });

fn letter() -> Letter {
    Letter {
        to: EmailAddress::parse("sam@home.example").unwrap(),
        subject: "Your code".to_owned(),
        text: "Your code is 135790.\nIt works for 10 minutes.".to_owned(),
        shown: Some("135790".to_owned()),
        reference: "c-17.a_B".to_owned(),
        at: Timestamp::from_second(1_767_225_600).unwrap(),
    }
}

fn sms() -> Sms {
    Sms {
        to: Mobile::from_e164("+61491570156").unwrap(),
        text: "Hills & Co: 135790 is your code + nothing else.".to_owned(),
        reference: "c-18".to_owned(),
        report_to: None,
    }
}

fn secret() -> SecretString {
    SecretString::from(SECRET)
}

async fn post_letter(patience: Patience, server: &MailServer) -> Result<HandedOver, NotHandedOver> {
    let post = Post::new(patience).unwrap();
    post.letter(server, Some(&secret()), &letter()).await
}

async fn post_sms(patience: Patience, gateway: &HttpGateway) -> Result<HandedOver, NotHandedOver> {
    let post = Post::new(patience).unwrap();
    let gateway = SmsGateway::from(gateway.clone());
    post.sms(&gateway, Some(&secret()), &sms()).await
}

/// A port at which nobody listens: it was free a moment ago.
async fn nobodys_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

/// Whether a courier can stand in for another, behind one pointer.
#[tokio::test]
async fn whoever_carries_messages_is_one_of_many() {
    let mailbox = Mailbox::start().await;
    let gateway = Gateway::start().await;
    let courier: Box<dyn vestibule::delivery::Courier> =
        Box::new(Post::new(Patience::default()).unwrap());
    let secret = secret();
    let sent = courier
        .letter(&mailbox.server(), Some(&secret), &letter())
        .await;
    assert_eq!(sent, TAKEN);
    let settings = gateway.settings().into();
    let sent = courier.sms(&settings, Some(&secret), &sms()).await;
    assert_eq!(sent, TAKEN);
    assert_eq!(mailbox.next().await.code(), "135790");
    assert_eq!(gateway.next().await.code(), "135790");
}
