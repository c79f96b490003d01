//! A look at whoever carries messages: what it says, and that nothing is sent by it.

use vestibule::delivery::Again::{self, Never, Soon};
use vestibule::delivery::{Courier, NotHandedOver, Post};
use vestibule::domain::{
    HttpGateway, Kannel, MailSecurity, MailServer, NotSent, SmsGateway, Twilio,
};

use super::{LONG, SHORT, nobodys_port, secret};
use crate::post::{Answer, Gateway, Identity, Mailbox, Reply};

fn no(why: NotSent, again: Again) -> Result<(), NotHandedOver> {
    Err(NotHandedOver { why, again })
}

#[tokio::test]
async fn a_mail_server_is_signed_in_to_and_given_nothing() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(LONG).unwrap();
    let secret = secret();
    let reached = post.reach_mail(&mailbox.server(), Some(&secret)).await;
    assert_eq!(reached, Ok(()));
    assert_eq!(
        mailbox.transcript().await,
        "EHLO [127.0.0.1]\r\nAUTH PLAIN AGNsaW5pYwBwYXNzJndvcmQ=\r\nQUIT\r\n"
    );
    for (answer, why, again) in [
        (Answer::BadPassword, NotSent::Credentials, Never),
        (Answer::TooMany, NotSent::Busy, Soon),
        (Answer::HangUp, NotSent::NoAnswer, Soon),
    ] {
        mailbox.answer(answer);
        let reached = post.reach_mail(&mailbox.server(), Some(&secret)).await;
        assert_eq!(reached, no(why, again), "{answer:?}");
    }
    let nobody = MailServer {
        port: nobodys_port().await,
        ..mailbox.server()
    };
    let reached = post.reach_mail(&nobody, Some(&secret)).await;
    assert_eq!(reached, no(NotSent::Unreachable, Soon));
    let identity = Identity::unknown();
    let secured = Mailbox::start_secured(MailSecurity::StartTls, &identity).await;
    let reached = post.reach_mail(&secured.server(), Some(&secret)).await;
    assert_eq!(reached, no(NotSent::Certificate, Never));
    mailbox.answer(Answer::Silence);
    let hasty = Post::new(SHORT).unwrap();
    let reached = hasty.reach_mail(&mailbox.server(), Some(&secret)).await;
    assert_eq!(reached, no(NotSent::NoAnswer, Soon));
    assert!(mailbox.now().is_none());
}

/// Whatever it answers, it is there; and it has been told no number, no text and no secret.
#[tokio::test]
async fn a_gateway_is_spoken_to_and_told_nothing() {
    let gateway = Gateway::start().await;
    let origin = gateway.origin();
    let post = Post::new(LONG).unwrap();
    let post = post.with_twilio_at(origin.parse().unwrap());
    let get = HttpGateway {
        url: format!("{origin}/send?key={{secret}}&to={{to}}&text={{text}}"),
        ..gateway.settings()
    };
    let kannel = SmsGateway::Kannel(Kannel {
        url: origin.clone(),
        user: "clinic".to_owned(),
        sender: None,
    });
    let twilio = SmsGateway::Twilio(Twilio {
        account: format!("AC{}", "0".repeat(32)),
        sender: "+61491570006".to_owned(),
    });
    for settings in [gateway.settings().into(), get.into(), kannel, twilio] {
        gateway.answer(Reply::plain("404 Not Found", ""));
        assert_eq!(post.reach_sms(&settings).await, Ok(()));
        let asked = gateway.next().await;
        assert_eq!(
            (asked.method.as_str(), asked.target.as_str()),
            ("HEAD", "/")
        );
        assert_eq!(asked.header("authorization"), None);
        assert_eq!(asked.header("x-key"), None);
    }
    let port = nobodys_port().await;
    let nobody = HttpGateway {
        url: format!("http://127.0.0.1:{port}/"),
        ..gateway.settings()
    };
    let reached = post.reach_sms(&nobody.into()).await;
    assert_eq!(reached, no(NotSent::Unreachable, Soon));
    let secured = Gateway::start_secured(&Identity::unknown()).await;
    let reached = post.reach_sms(&secured.settings().into()).await;
    assert_eq!(reached, no(NotSent::Certificate, Never));
    gateway.answer(Reply::Silence);
    let hasty = Post::new(SHORT).unwrap();
    let reached = hasty.reach_sms(&gateway.settings().into()).await;
    assert_eq!(reached, no(NotSent::NoAnswer, Soon));
}
