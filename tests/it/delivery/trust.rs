//! TLS: whom we trust, what is said before, and what nobody may read afterwards.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use vestibule::delivery::Again::Never;
use vestibule::delivery::{Letter, NotHandedOver, Sms};
use vestibule::domain::{HttpGateway, MailSecurity, MailServer, NotSent};

use super::{LONG, SECRET, TAKEN, letter, post_letter, post_sms, sms};
use crate::post::{Answer, Gateway, Identity, Mailbox, Reply};

/// Where the child of [`a_server_that_the_system_trusts_is_spoken_to`] finds its certificate.
const FOLDER: &str = "VESTIBULE_TEST_IDENTITY";

#[tokio::test]
async fn an_unknown_certificate_ends_it_before_anything_is_said() {
    let identity = Identity::unknown();
    let again = Never;
    let why = NotSent::Certificate;
    for security in [MailSecurity::Tls, MailSecurity::StartTls] {
        let mailbox = Mailbox::start_secured(security, &identity).await;
        let sent = post_letter(LONG, &mailbox.server()).await;
        assert_eq!(sent, Err(NotHandedOver { why, again }), "{security}");
        let said = mailbox.transcript().await;
        let hello = "EHLO [127.0.0.1]\r\nSTARTTLS\r\n";
        assert!(said.is_empty() || said == hello, "{said}");
    }
    let gateway = Gateway::start_secured(&identity).await;
    let sent = post_sms(LONG, &gateway.settings()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert!(gateway.now().is_none());
}

/// Attack 83.
#[tokio::test]
async fn nothing_is_sent_where_tls_is_missing() {
    let again = Never;
    let why = NotSent::NotEncrypted;
    let stripped = Mailbox::start_secured(MailSecurity::StartTls, &Identity::unknown()).await;
    stripped.answer(Answer::Stripped);
    let sent = post_letter(LONG, &stripped.server()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert_eq!(stripped.transcript().await, "EHLO [127.0.0.1]\r\n");
    // A plain server where TLS is expected from the first byte.
    let gateway = Gateway::start().await;
    let settings = HttpGateway {
        url: gateway.origin().replace("http:", "https:"),
        ..gateway.settings()
    };
    let plain = Mailbox::start().await;
    let server = MailServer {
        security: MailSecurity::Tls,
        ..plain.server()
    };
    let sent = post_letter(LONG, &server).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    let sent = post_sms(LONG, &settings).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert!(gateway.now().is_none());
    let other = MailServer {
        host: "10.0.0.1".to_owned(),
        ..plain.server()
    };
    let sent = post_letter(LONG, &other).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
}

/// The trust of a system is read from its environment, which one process shares among all tests:
/// so this one runs again in a process of its own, where a certificate is trusted.
#[tokio::test]
async fn a_server_that_the_system_trusts_is_spoken_to() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let load = |name| Identity::load(&Path::new(&folder).join(name));
        speak(&load("ours")).await;
        return say_nothing(&load("other")).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (Identity::unknown(), Identity::of(&["mail.hills.example"]));
    ours.save(&folder.path().join("ours"));
    other.save(&folder.path().join("other"));
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(
        &trusted,
        ours.certificate().to_owned() + other.certificate(),
    )
    .unwrap();
    let name = "delivery::trust::a_server_that_the_system_trusts_is_spoken_to";
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(FOLDER, folder.path())
        .env("SSL_CERT_FILE", &trusted)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

async fn speak(identity: &Identity) {
    for security in [MailSecurity::Tls, MailSecurity::StartTls] {
        let mailbox = Mailbox::start_secured(security, identity).await;
        for host in ["127.0.0.1", "localhost"] {
            let server = MailServer {
                host: host.to_owned(),
                ..mailbox.server()
            };
            assert_eq!(post_letter(LONG, &server).await, TAKEN, "{security} {host}");
            let received = mailbox.next().await;
            assert!(received.encrypted);
            assert_eq!(received.code(), "135790");
            assert!(received.signed_in.is_some());
        }
    }
    // Attack 83: somebody on the way says in the clear what the server shall have said within TLS.
    let mailbox = Mailbox::start_secured(MailSecurity::StartTls, identity).await;
    mailbox.answer(Answer::SaidTooEarly);
    let (why, again) = (NotSent::NotEncrypted, Never);
    let sent = post_letter(LONG, &mailbox.server()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    let hello = "EHLO [127.0.0.1]\r\nSTARTTLS\r\n";
    assert_eq!(mailbox.transcript().await, hello);
    let gateway = Gateway::start_secured(identity).await;
    assert_eq!(post_sms(LONG, &gateway.settings()).await, TAKEN);
    assert_eq!(gateway.next().await.code(), "135790");
}

/// A certificate that is trusted, but for another host.
async fn say_nothing(identity: &Identity) {
    let again = Never;
    let why = NotSent::Certificate;
    let mailbox = Mailbox::start_secured(MailSecurity::Tls, identity).await;
    let sent = post_letter(LONG, &mailbox.server()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert_eq!(mailbox.transcript().await, "");
    let gateway = Gateway::start_secured(identity).await;
    let sent = post_sms(LONG, &gateway.settings()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert!(gateway.now().is_none());
}

/// What is never to be read in a log.
const PRIVATE: &[&str] = &[
    "135791",
    "491570157",
    "zara",
    SECRET,
    "pass%26word",
    "AGNsaW5pYwBwYXNzJndvcmQ=",
];

/// Counts what is logged, and keeps what should not be. Other tests run beside it.
struct Ears(Mutex<(usize, Vec<String>)>);

static EARS: Ears = Ears(Mutex::new((0, Vec::new())));

impl Log for Ears {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("{}: {}", record.target(), record.args());
        let mut heard = self.0.lock().unwrap();
        heard.0 += 1;
        if PRIVATE.iter().any(|private| line.contains(private)) {
            heard.1.push(line);
        }
    }

    fn flush(&self) {}
}

/// Attack 64: at the level of TRACE, on success, on failure, and of a gateway that echoes.
#[tokio::test]
async fn nothing_private_is_logged_or_shown() {
    log::set_logger(&EARS).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let post = vestibule::delivery::Post::new(LONG).unwrap();
    let secret = super::secret();
    let mailbox = Mailbox::start().await;
    let gateway = Gateway::start().await;
    let letter = Letter {
        to: "zara@home.example".parse().unwrap(),
        text: "135791".to_owned(),
        ..letter()
    };
    let sms = Sms {
        to: vestibule::domain::Mobile::from_e164("+61491570157").unwrap(),
        text: "135791".to_owned(),
        ..sms()
    };
    let get = HttpGateway {
        method: vestibule::domain::GatewayMethod::Get,
        url: gateway.origin() + "/?key={secret}&to={to}&text={text}",
        body: String::new(),
        ..gateway.settings()
    };
    let mut shown = vec![format!("{letter:?} {sms:?} {post:?} {get:?}")];
    for answer in [
        Answer::Take,
        Answer::BadPassword,
        Answer::NoSuchPerson,
        Answer::DropAtData,
    ] {
        mailbox.answer(answer);
        let sent = post.letter(&mailbox.server(), Some(&secret), &letter).await;
        shown.push(format!("{sent:?}"));
    }
    for settings in [gateway.settings(), get] {
        let settings = settings.into();
        for reply in [
            Reply::plain("200 OK", "queued"),
            Reply::Echo,
            Reply::Torn,
            Reply::HangUp,
        ] {
            gateway.answer(reply);
            let sent = post.sms(&settings, Some(&secret), &sms).await;
            shown.push(format!("{sent:?}"));
        }
    }
    let shown = shown.join("\n");
    for private in PRIVATE {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
    let heard = EARS.0.lock().unwrap();
    assert!(
        heard.0 > 0,
        "nothing was logged, so nothing was listened to"
    );
    assert!(heard.1.is_empty(), "{:?}", heard.1);
}
