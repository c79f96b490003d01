//! How the practice sends: who sets it, what becomes of its secret, how it is tried.

pub(crate) mod countries;
mod tried;

use vestibule::api::{
    ClearDelivery, Deliveries, DeliverySettings, Error, Field, Hindrance, Line, Secret, SetMail,
    SetSms, TestDelivery, TestNow, TestSent, Token,
};
use vestibule::domain::{
    Channel, DeliveryFault, GatewayMethod, HttpGateway, MailSecurity, MailServer, NotAllowed,
    SmsGateway,
};

use crate::clinic::{Clinic, Person};
use crate::post::Mailbox;
use crate::sends::{NUMBER, SAM, Sends};

/// Five minutes and a second: no step-up lasts so long.
const STALE: i64 = 5 * 60 + 1;

async fn set_mail(
    clinic: &Clinic,
    token: &Token,
    server: MailServer,
    secret: Option<&str>,
) -> Result<DeliverySettings, Error> {
    let secret = secret.map(Secret::new);
    clinic.call(token, SetMail { server, secret }).await
}

async fn set_sms(
    clinic: &Clinic,
    token: &Token,
    gateway: impl Into<SmsGateway>,
    secret: Option<&str>,
) -> Result<DeliverySettings, Error> {
    let secret = secret.map(Secret::new);
    let gateway = gateway.into();
    clinic
        .call(
            token,
            SetSms {
                gateway,
                secret,
                countries: None,
            },
        )
        .await
}

async fn clear(clinic: &Clinic, token: &Token, channel: Channel) -> Result<(), Error> {
    clinic
        .call(token, ClearDelivery { channel })
        .await
        .map(drop)
}

async fn test(
    clinic: &Clinic,
    token: &Token,
    channel: Channel,
    mobile: Option<&str>,
) -> Result<TestSent, Error> {
    let mobile = mobile.map(str::to_owned);
    clinic.call(token, TestDelivery { channel, mobile }).await
}

async fn test_now(stage: &Sends, token: &Token, sent: &TestSent) -> Result<Line, Error> {
    let id = sent.id.clone().unwrap();
    stage.clinic.call(token, TestNow { id }).await
}

/// Every row of the history: channel, settings, secret, and until when it held.
async fn history(clinic: &Clinic) -> Vec<Vec<String>> {
    let rows = "SELECT channel, settings, secret, until_at FROM deliveries
                ORDER BY from_at, channel, id";
    clinic.sql(rows).await
}

/// Somebody who has full access and no second factor.
async fn partner<'a>(clinic: &'a Clinic, email: &str) -> Person<'a> {
    let person = clinic.hire(email).await;
    let id = person.id().await;
    clinic
        .sql(&format!(
            "UPDATE memberships SET role = 'full_access' WHERE user_id = '{id}'"
        ))
        .await;
    person
}

fn no(why: NotAllowed) -> Error {
    Error::NotAllowed { why }
}

#[tokio::test]
async fn only_full_access_sees_sets_and_tries_how_the_practice_sends() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let token = clinic.hire(SAM).await.session().await;
    let (server, gateway) = (stage.mailbox.server(), stage.gateway.settings());
    let before = history(clinic).await;
    let forbidden = Some(Error::Forbidden);
    let (own, sms) = (stage.mailbox.server(), Channel::Sms);
    assert_eq!(clinic.call(&token, Deliveries {}).await.err(), forbidden);
    let set = set_mail(clinic, &token, own, Some("x")).await;
    assert_eq!(set.err(), forbidden);
    let set = set_sms(clinic, &token, gateway, Some("x")).await;
    assert_eq!(set.err(), forbidden);
    assert_eq!(clear(clinic, &token, sms).await.err(), forbidden);
    let tried = test(clinic, &token, Channel::Email, None).await;
    assert_eq!(tried.err(), forbidden);
    let tried = test(clinic, &token, sms, Some(NUMBER)).await;
    assert_eq!(tried.err(), forbidden);
    let sent = test(clinic, &clinic.founder, Channel::Email, None).await;
    let theirs = test_now(&stage, &token, &sent.unwrap()).await;
    assert_eq!(theirs.err(), forbidden);
    let nobody = clinic.backend.call(None, Deliveries {}).await;
    assert_eq!(nobody.err(), Some(Error::NotSignedIn));
    let secret = None;
    let nobody = clinic.backend.call(None, SetMail { server, secret }).await;
    assert_eq!(nobody.err(), Some(Error::NotSignedIn));
    assert_eq!(history(clinic).await, before);
}

#[tokio::test]
async fn a_change_needs_a_step_up_and_a_look_or_a_test_does_not() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    clinic.clock.advance(STALE);
    let token = clinic.founder.clone();
    let before = history(clinic).await;
    let needed = Some(Error::StepUpNeeded);
    let set = set_mail(clinic, &token, stage.mailbox.server(), None).await;
    assert_eq!(set.err(), needed);
    let set = set_sms(clinic, &token, stage.gateway.settings(), None).await;
    assert_eq!(set.err(), needed);
    assert_eq!(clear(clinic, &token, Channel::Sms).await.err(), needed);
    assert_eq!(history(clinic).await, before);
    clinic.call(&token, Deliveries {}).await.unwrap();
    test(clinic, &token, Channel::Email, None).await.unwrap();

    let code = stage.alex.code();
    let token = clinic.step_up(&token, Some(&code)).await.unwrap();
    set_mail(clinic, &token, stage.mailbox.server(), None)
        .await
        .unwrap();
    clear(clinic, &token, Channel::Sms).await.unwrap();
}

/// By password alone only until somebody has more to lose.
#[tokio::test]
async fn without_a_second_factor_it_is_set_only_while_nobody_has_one() {
    let clinic = Clinic::new().await;
    let mailbox = Mailbox::start().await;
    let token = clinic.founder.clone();
    set_mail(&clinic, &token, mailbox.server(), Some("one"))
        .await
        .unwrap();
    clear(&clinic, &token, Channel::Email).await.unwrap();
    set_mail(&clinic, &token, mailbox.server(), Some("two"))
        .await
        .unwrap();
    let sam = clinic.hire(SAM).await;
    clinic.enrol(&sam.session().await).await;
    let before = history(&clinic).await;
    let refused = Some(no(NotAllowed::ActorNotEnabled));
    let set = set_mail(&clinic, &token, mailbox.server(), Some("three")).await;
    assert_eq!(set.err(), refused);
    let cleared = clear(&clinic, &token, Channel::Email).await;
    assert_eq!(cleared.err(), refused);
    assert_eq!(history(&clinic).await, before);

    clinic.enrol(&token).await;
    set_mail(&clinic, &token, mailbox.server(), Some("four"))
        .await
        .unwrap();
}

/// A secret never goes to another server than the one that it was given for.
#[tokio::test]
async fn a_secret_stays_while_its_server_stays_and_is_never_told() {
    let stage = Sends::new().await;
    let (clinic, token) = (&stage.clinic, stage.clinic.founder.clone());
    let good = stage.mailbox.server();
    let named = MailServer {
        user: Some("other".to_owned()),
        from_name: Some("Other".to_owned()),
        ..good.clone()
    };
    let said = set_mail(clinic, &token, named.clone(), None).await.unwrap();
    let mail = said.mail.clone().unwrap();
    assert_eq!((mail.settings, mail.has_secret), (named, true));
    assert_eq!(mail.by.as_deref(), Some("Alex Lee"));
    assert_eq!(mail.since, clinic.now());
    assert!(said.sms.as_ref().unwrap().has_secret);
    let told = serde_json::to_string(&said).unwrap();
    assert!(!told.contains("mail secret") && !told.contains("gateway secret"));
    assert_eq!(clinic.call(&token, Deliveries {}).await.unwrap(), said);
    test(clinic, &token, Channel::Email, None).await.unwrap();
    stage.deliver().await;
    let pair = |user: &str, secret: &str| Some((user.to_owned(), secret.to_owned()));
    let letter = stage.mailbox.next().await;
    assert_eq!(letter.signed_in, pair("other", "mail secret"));

    let host = |host: &str| MailServer {
        host: host.to_owned(),
        ..good.clone()
    };
    for changed in [
        host("localhost"),
        MailServer {
            port: good.port ^ 1,
            ..good.clone()
        },
        MailServer {
            security: MailSecurity::Tls,
            ..good.clone()
        },
    ] {
        stage.set_mail(&token).await.unwrap();
        let said = set_mail(clinic, &token, changed.clone(), None).await;
        assert!(!said.unwrap().mail.unwrap().has_secret, "{changed:?}");
        // Nor does it come back with its server.
        let said = set_mail(clinic, &token, good.clone(), None).await;
        assert!(!said.unwrap().mail.unwrap().has_secret, "{changed:?}");
        let said = set_mail(clinic, &token, changed, Some("new")).await;
        assert!(said.unwrap().mail.unwrap().has_secret);
    }
    stage.set_mail(&token).await.unwrap();
    let said = set_mail(clinic, &token, good.clone(), Some("")).await;
    assert!(!said.unwrap().mail.unwrap().has_secret);
}

#[tokio::test]
async fn the_secret_of_a_gateway_stays_with_its_origin() {
    let stage = Sends::new().await;
    let (clinic, token) = (&stage.clinic, stage.clinic.founder.clone());
    let good = stage.gateway.settings();
    let at = |url: String| HttpGateway {
        url,
        ..good.clone()
    };
    let path = at(format!("{}/elsewhere", stage.gateway.origin()));
    let said = set_sms(clinic, &token, path, None).await.unwrap();
    assert!(said.sms.unwrap().has_secret);
    test(clinic, &token, Channel::Sms, Some(NUMBER))
        .await
        .unwrap();
    stage.deliver().await;
    let posted = stage.gateway.next().await;
    assert_eq!(posted.target, "/elsewhere");
    assert_eq!(posted.header("X-Key"), Some("gateway secret"));
    for url in [
        "https://127.0.0.1/send",
        "http://127.0.0.1:9/send",
        "http://localhost/send",
    ] {
        set_sms(clinic, &token, good.clone(), Some("gateway secret"))
            .await
            .unwrap();
        let said = set_sms(clinic, &token, at(url.to_owned()), None).await;
        assert!(!said.unwrap().sms.unwrap().has_secret, "{url}");
    }
    set_sms(clinic, &token, good.clone(), Some("gateway secret"))
        .await
        .unwrap();
    let said = set_sms(clinic, &token, good, Some("")).await.unwrap();
    assert!(!said.sms.unwrap().has_secret);
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_named_and_changes_nothing() {
    let stage = Sends::new().await;
    let (clinic, token) = (&stage.clinic, stage.clinic.founder.clone());
    let before = history(clinic).await;
    let mail = |change: fn(&mut MailServer)| {
        let mut server = stage.mailbox.server();
        change(&mut server);
        server
    };
    for (server, fault) in [
        (mail(|it| it.host = "a..b".into()), DeliveryFault::Host),
        (mail(|it| it.port = 0), DeliveryFault::Port),
        (
            mail(|it| it.host = "mail.hills.example".into()),
            DeliveryFault::NotEncrypted,
        ),
        (
            mail(|it| it.user = Some("a\r\nb".into())),
            DeliveryFault::User,
        ),
        (
            mail(|it| it.from_name = Some("a\r\nBcc: x@y.example".into())),
            DeliveryFault::FromName,
        ),
    ] {
        let refused = set_mail(clinic, &token, server, None).await;
        assert_eq!(refused, Err(Field::Delivery.cannot_be(fault)));
    }
    let sms = |change: fn(&mut HttpGateway)| {
        let mut gateway = stage.gateway.settings();
        change(&mut gateway);
        gateway
    };
    for (gateway, fault) in [
        (sms(|it| it.url = "gateway".into()), DeliveryFault::Url),
        (
            sms(|it| it.url = "http://gateway.example/".into()),
            DeliveryFault::NotEncrypted,
        ),
        (sms(|it| it.user = Some(" ".into())), DeliveryFault::User),
        (
            sms(|it| it.sender = Some("a\nb".into())),
            DeliveryFault::Sender,
        ),
        (
            sms(|it| it.headers = vec![("Host".into(), "x".into())]),
            DeliveryFault::Header,
        ),
        (
            sms(|it| it.method = GatewayMethod::Get),
            DeliveryFault::Body,
        ),
        (
            sms(|it| it.success = Some(String::new())),
            DeliveryFault::Success,
        ),
        (sms(|it| it.url += "/{to}"), DeliveryFault::Placeholder),
        (
            sms(|it| it.body = "text={text}".into()),
            DeliveryFault::NoRecipient,
        ),
        (sms(|it| it.body = "to={to}".into()), DeliveryFault::NoText),
    ] {
        let refused = set_sms(clinic, &token, gateway, None).await;
        assert_eq!(refused, Err(Field::Delivery.cannot_be(fault)));
    }
    assert_eq!(history(clinic).await, before);
}

#[tokio::test]
async fn what_was_set_before_is_closed_and_its_secret_gone() {
    let stage = Sends::new().await;
    let (clinic, token) = (&stage.clinic, stage.clinic.founder.clone());
    let first = history(clinic).await;
    assert!(first.iter().all(|row| !row[2].is_empty()), "{first:?}");
    clinic.clock.advance(60);
    let closed = clinic.now().as_millisecond().to_string();
    stage.set_mail(&token).await.unwrap();
    clear(clinic, &token, Channel::Sms).await.unwrap();
    // Nothing is there to be cleared twice.
    clear(clinic, &token, Channel::Sms).await.unwrap();
    let rows = history(clinic).await;
    assert_eq!(rows.len(), 3);
    for (row, was) in rows.iter().zip(&first) {
        assert_eq!(row[..2], was[..2], "overwritten");
        assert_eq!(row[2..], [String::new(), closed.clone()], "{row:?}");
    }
    // The same secret, sealed to its own row.
    assert!(rows[2][3].is_empty() && !rows[2][2].is_empty());
    assert_ne!(rows[2][2], first[0][2]);
    for (kind, times) in [("delivery_set", 3), ("delivery_cleared", 1)] {
        let logged = format!("SELECT COUNT(*) FROM events WHERE kind = '{kind}'");
        assert_eq!(clinic.number(&logged).await, times, "{kind}");
    }
}

#[tokio::test]
async fn what_is_cleared_sends_nothing_more_until_it_is_set_again() {
    let stage = Sends::new().await;
    let (clinic, founder) = (&stage.clinic, stage.clinic.founder.clone());
    let sam = stage.sam(Channel::Sms).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let token = stage.submit(&due, &code).await.unwrap();
    let due = sam.code_due().await;
    clear(clinic, &founder, Channel::Sms).await.unwrap();
    let off = Some(Hindrance::NotConfigured);
    assert_eq!(stage.hindrances(&token).await, [None, None, off]);
    stage.deliver().await;
    assert_eq!(stage.sent(&due).await.line, Line::Dropped);
    let none = sam.code_due().await;
    assert_eq!(stage.sent(&none).await.line, Line::NotConfigured);
    stage.deliver().await;
    assert!(stage.gateway.now().is_none());

    let settings = stage.gateway.settings();
    set_sms(clinic, &founder, settings, Some("gateway secret"))
        .await
        .unwrap();
    for due in [&due, &none] {
        clinic.clock.advance(30);
        stage.again(due).await.unwrap();
        let code = stage.code(Channel::Sms).await;
        stage.submit(due, &code).await.unwrap();
    }
}
