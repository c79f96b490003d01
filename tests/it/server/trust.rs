//! Which servers the client speaks to (attacks 78 to 80): no byte of a password leaves before the
//! server has proven itself, and there is no way round.

use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, version};
use vestibule::api::{
    CertificateFault, Error, Greet, Greeting, Secret, SignIn, Unreached, WhoAmI, wire,
};
use vestibule::client::{Client, Trust};
use vestibule::service::SystemRandom;

use crate::clinic::{Hand, MANAGER, PASSWORD};

/// An authority, and what it signs.
struct Root(CertifiedIssuer<'static, KeyPair>);

impl Root {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// A certificate and its key, as changed by `change`.
    fn sign(&self, change: impl FnOnce(&mut CertificateParams)) -> (Vec<u8>, Vec<u8>) {
        let key = KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let leaf = params.signed_by(&key, &self.0).unwrap();
        (leaf.der().to_vec(), key.serialize_der())
    }

    fn trust(&self) -> Trust {
        Trust::Only(self.0.pem())
    }
}

/// A server that takes whatever comes and answers this; what it heard is told at the end.
async fn fake(
    (certificate, key): (Vec<u8>, Vec<u8>),
    versions: &[&'static tokio_rustls::rustls::SupportedProtocolVersion],
    answer: &'static str,
) -> (SocketAddr, tokio::task::JoinHandle<String>) {
    vestibule::tls::install();
    let config = ServerConfig::builder_with_protocol_versions(versions)
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate)],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key)),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let mut heard = String::new();
        loop {
            let (stream, _) = socket.accept().await.unwrap();
            let Ok(mut stream) = acceptor.accept(stream).await else {
                return heard;
            };
            let mut bytes = vec![0; 16 * 1024];
            let read = stream.read(&mut bytes).await.unwrap_or_default();
            heard.push_str(&String::from_utf8_lossy(&bytes[..read]));
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            if !answer.is_empty() {
                return heard;
            }
        }
    });
    (at, heard)
}

fn client(at: SocketAddr, trust: &Trust) -> Client {
    let clock = Hand::at(1_800_000_000_000);
    let address = at.to_string().parse().unwrap();
    Client::new(address, trust, clock, Arc::new(SystemRandom)).unwrap()
}

async fn why(client: &Client) -> Unreached {
    let call = SignIn {
        email: MANAGER.into(),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    match client.call(None, call).await {
        Err(Error::Unreached { why }) => why,
        other => panic!("{other:?}"),
    }
}

/// Attack 79.
#[tokio::test]
async fn no_word_is_said_to_a_server_that_does_not_prove_itself() {
    let (ours, other) = (Root::new(), Root::new());
    let good = |_: &mut CertificateParams| {};
    let cases = [
        (other.sign(good), CertificateFault::UnknownIssuer),
        (
            ours.sign(|params| {
                params.subject_alt_names = CertificateParams::new(vec!["hills.example".into()])
                    .unwrap()
                    .subject_alt_names;
            }),
            CertificateFault::OtherName,
        ),
        (
            ours.sign(|params| params.not_after = date_time_ymd(2020, 1, 1)),
            CertificateFault::Expired,
        ),
        (
            ours.sign(|params| params.not_before = date_time_ymd(2090, 1, 1)),
            CertificateFault::NotYet,
        ),
    ];
    for (certificate, fault) in cases {
        let (at, heard) = fake(certificate, &[&version::TLS13], "x").await;
        let said = why(&client(at, &ours.trust())).await;
        assert_eq!(said, Unreached::Certificate { fault });
        assert_eq!(heard.await.unwrap(), "");
    }
    // Nor without a word on whom to trust: the system does not know this authority.
    let (at, heard) = fake(ours.sign(good), &[&version::TLS13], "x").await;
    let said = why(&client(at, &Trust::System)).await;
    let fault = CertificateFault::UnknownIssuer;
    assert_eq!(said, Unreached::Certificate { fault });
    assert_eq!(heard.await.unwrap(), "");
}

/// Attack 80: a redirect is no answer, wherever it leads. Who waits there hears nothing, whether it
/// could be trusted or does not encrypt.
#[tokio::test]
async fn no_redirect_is_followed() {
    let root = Root::new();
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let there = elsewhere.local_addr().unwrap();
    for status in [300, 301, 302, 303, 307, 308] {
        for place in [
            format!("https://{there}/v1/sign-in"),
            format!("http://{there}/v1/sign-in"),
            format!("//{there}/"),
            "/v2/sign-in".to_owned(),
        ] {
            let answer = format!(
                "HTTP/1.1 {status} Elsewhere\r\nLocation: {place}\r\nRefresh: 0; url={place}\r\n\
                 Alt-Svc: h2=\"{there}\"\r\nContent-Length: 0\r\n\r\n"
            );
            let (at, heard) = in_turn(root.sign(|_| {}), vec![answer.clone(), answer]).await;
            let client = client(at, &root.trust());
            assert_eq!(why(&client).await, Unreached::NotVestibule, "{status}");
            let who = client.call(Some(&Secret::new("token")), WhoAmI {}).await;
            assert_eq!(who.err(), Some(Unreached::NotVestibule.into()));
            // Each was asked once, and nobody there.
            let heard = heard.await.unwrap();
            let asked = |name| heard.iter().filter(|it| it.starts_with(name)).count();
            assert_eq!(asked("POST /v1/sign-in"), 1);
            assert_eq!(asked("POST /v1/who-am-i"), 1);
            let met = elsewhere.accept().map_err(|error| error.kind());
            assert_eq!(met.err(), Some(std::io::ErrorKind::WouldBlock), "{place}");
        }
    }
}

/// Attack 80: a server that chose TLS 1.1 or less, or cannot do better, is told nothing.
#[tokio::test]
async fn an_older_tls_is_none() {
    for answer in [
        // A ServerHello of TLS 1.1 and of TLS 1.0, with a cipher suite of that time.
        &server_hello([3, 2])[..],
        &server_hello([3, 1])[..],
        // The alert `protocol_version`.
        &[21, 3, 2, 0, 2, 2, 70][..],
    ] {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = socket.local_addr().unwrap();
        let answer = answer.to_vec();
        let heard = tokio::spawn(async move {
            let (mut stream, _) = socket.accept().await.unwrap();
            let mut hello = vec![0; 16 * 1024];
            let read = stream.read(&mut hello).await.unwrap();
            stream.write_all(&answer).await.unwrap();
            let mut after = Vec::new();
            // The other side may end it without a word.
            let _ = stream.read_to_end(&mut after).await;
            (hello[0], read, after)
        });
        let client = client(at, &Root::new().trust());
        assert_eq!(why(&client).await, Unreached::NotEncrypted);
        let (kind, read, after) = heard.await.unwrap();
        assert!(kind == 22 && read < 4_096, "a ClientHello");
        // An alert at most.
        assert!(after.is_empty() || after[0] == 21 && after.len() <= 7);
    }
}

/// The record of a ServerHello, before TLS 1.2.
fn server_hello(version: [u8; 2]) -> Vec<u8> {
    let mut hello = version.to_vec();
    hello.extend([7; 32]);
    // No session, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, no compression.
    hello.extend([0, 0xc0, 0x13, 0]);
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, version[0], version[1], 0, length + 4, 2, 0, 0, length];
    record.extend(hello);
    record
}

/// Attacks 96, 98: whatever else answers is no sign-in.
#[tokio::test]
async fn an_answer_of_no_server_of_ours_lets_nobody_in() {
    let root = Root::new();
    for (answer, meant) in [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"mfa_ok\":true}",
            Unreached::NotVestibule,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n<h1>Pay for Wi-Fi</h1>",
            Unreached::NotVestibule,
        ),
        (
            "HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n",
            Unreached::NoAnswer,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
            Unreached::NoAnswer,
        ),
        ("SSH-2.0-OpenSSH_9.9\r\n", Unreached::NoAnswer),
    ] {
        let (at, _heard) = fake(root.sign(|_| {}), &[&version::TLS13], answer).await;
        assert_eq!(why(&client(at, &root.trust())).await, meant, "{answer}");
    }
}

/// What speaks TLS by this certificate.
fn acceptor((certificate, key): (Vec<u8>, Vec<u8>)) -> TlsAcceptor {
    vestibule::tls::install();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate)],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key)),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A server that gives these answers, one to each connection; what it heard is told at the end.
async fn in_turn(
    identity: (Vec<u8>, Vec<u8>),
    answers: Vec<String>,
) -> (SocketAddr, tokio::task::JoinHandle<Vec<String>>) {
    let acceptor = acceptor(identity);
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let mut heard = Vec::new();
        for answer in answers {
            let (stream, _) = socket.accept().await.unwrap();
            let mut stream = acceptor.accept(stream).await.unwrap();
            let mut bytes = vec![0; 16 * 1024];
            let read = stream.read(&mut bytes).await.unwrap();
            heard.push(String::from_utf8_lossy(&bytes[..read]).into_owned());
            // Who has heard enough is gone.
            if stream.write_all(answer.as_bytes()).await.is_ok() {
                let _ = stream.shutdown().await;
            }
        }
        heard
    });
    (at, heard)
}

/// Attack 98: a name of a million letters is one that fits, and an answer without end is given up.
#[tokio::test]
async fn no_answer_is_too_long() {
    let root = Root::new();
    let greeting = |name: &str| {
        let greeting = format!(r#"{{"practice":"{name}","resets":false,"keeps_names":true}}"#);
        let length = greeting.len();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{greeting}")
    };
    let practice = |greeting: Greeting| greeting.practice.unwrap();
    for (name, shown) in [
        ("Hills Clinic", Ok("Hills Clinic".to_owned())),
        (&"W".repeat(1_000_000), Ok("W".repeat(79) + "…")),
        (
            "\u{202e}cinilC\\u001b[31m\\r\\n",
            Ok("\u{fffd}cinilC\u{fffd}[31m\u{fffd}\u{fffd}".to_owned()),
        ),
        (&"W".repeat(2_000_000), Err(Unreached::NotVestibule.into())),
    ] {
        let (at, _heard) = in_turn(root.sign(|_| {}), vec![greeting(name)]).await;
        let answer = client(at, &root.trust()).call(None, Greet {}).await;
        assert_eq!(answer.map(practice), shown);
    }
    let acceptor = acceptor(root.sign(|_| {}));
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    let endless = tokio::spawn(async move {
        let (stream, _) = socket.accept().await.unwrap();
        let mut stream = acceptor.accept(stream).await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        stream.write_all(head).await.unwrap();
        let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
        let mut said = 0;
        while stream.write_all(&chunk).await.is_ok() {
            said += 0x1000;
        }
        said
    });
    let answer = client(at, &root.trust()).call(None, Greet {}).await;
    assert_eq!(answer.err(), Some(Unreached::NotVestibule.into()));
    // What was read, and what was on its way.
    assert!(endless.await.unwrap() < 16 * 1024 * 1024);
}

/// Fault 9: a balancer that answers itself, since it lost the replica, is asked once more under the
/// same number: another replica does it, or knows that it was done. A replica's own refusal is taken
/// as it is, and so is a balancer that waited in vain.
#[tokio::test]
async fn a_balancer_that_lost_its_replica_is_asked_once_more() {
    let root = Root::new();
    let of_balancer = |status: u16| format!("HTTP/1.1 {status} Lost\r\nContent-Length: 0\r\n\r\n");
    let greeting = r#"{"practice":"Hills Clinic","resets":false,"keeps_names":true}"#;
    let head = format!("Content-Type: application/json\r\n{}: 1\r\n", wire::VERSION);
    let length = greeting.len();
    let done = format!("HTTP/1.1 200 OK\r\n{head}Content-Length: {length}\r\n\r\n{greeting}");
    for status in [502, 503] {
        let answers = vec![of_balancer(status), done.clone()];
        let (at, heard) = in_turn(root.sign(|_| {}), answers).await;
        let answer = client(at, &root.trust()).call(None, Greet {}).await;
        assert_eq!(answer.unwrap().practice.as_deref(), Some("Hills Clinic"));
        let heard = heard.await.unwrap();
        let number = |heard: &String| {
            let mut lines = heard.lines();
            let number = lines.find(|line| line.to_lowercase().starts_with(wire::REQUEST));
            number.unwrap().to_owned()
        };
        assert_eq!(number(&heard[0]), number(&heard[1]));
    }
    // The first may be under way still, and count against a limit: then it is asked for again.
    let limited = "HTTP/1.1 429 Later\r\nContent-Length: 0\r\n\r\n".to_owned();
    let answers = vec![of_balancer(502), limited, done.clone()];
    let (at, heard) = in_turn(root.sign(|_| {}), answers).await;
    let answer = client(at, &root.trust()).call(None, Greet {}).await;
    assert_eq!(answer.unwrap().practice.as_deref(), Some("Hills Clinic"));
    assert_eq!(heard.await.unwrap().len(), 3);
    let busy = r#"{"type":"urn:vestibule:busy","title":"busy","status":503,
                   "error":{"type":"busy","retry_after":1}}"#;
    let length = busy.len();
    let busy = format!("HTTP/1.1 503 Busy\r\n{head}Content-Length: {length}\r\n\r\n{busy}");
    for (answers, meant) in [
        (vec![busy], Error::Busy { retry_after: 1 }),
        (vec![of_balancer(504)], Unreached::NoAnswer.into()),
        (
            vec![of_balancer(502), of_balancer(502)],
            Unreached::NoAnswer.into(),
        ),
    ] {
        let (at, heard) = in_turn(root.sign(|_| {}), answers.clone()).await;
        let answer = client(at, &root.trust()).call(None, Greet {}).await;
        assert_eq!(answer.err(), Some(meant));
        assert_eq!(heard.await.unwrap().len(), answers.len());
    }
}

/// Fault 10: a server that is away is said to be away, and found again by itself.
#[tokio::test]
async fn whether_the_server_is_reached_is_told() {
    let clinic = crate::clinic::Clinic::new().await;
    let proxies = vestibule::server::Proxies::default();
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = nobody.local_addr().unwrap();
    drop(nobody);
    let trust = Trust::Only(super::AUTHORITY.root.clone());
    let lost = client(at, &trust);
    let reached = lost.reached();
    assert!(*reached.borrow());
    assert_eq!(why(&lost).await, Unreached::NoAnswer);
    assert!(!*reached.borrow());
    let (at, _serving) = super::listen(&clinic.backend.service, proxies, u32::MAX);
    let found = client(at, &trust);
    let greeting = found.call(None, Greet {}).await.unwrap();
    assert_eq!(greeting.practice.as_deref(), Some("Hills Clinic"));
    assert!(*found.reached().borrow());
}
