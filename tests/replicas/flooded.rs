//! Floods from this computer to itself, bounded in number and time: whoever does not take part is
//! served (attacks 2 and 82).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use vestibule::api::{Error, Greet, Secret, SignIn};

use crate::authority::AUTHORITY;
use crate::replica::until;
use crate::rounds;
use crate::stage::Stage;
use crate::way::Way;

/// A connection that speaks TLS, byte by byte.
async fn connected(at: SocketAddr) -> TlsStream<TcpStream> {
    vestibule::tls::install();
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(AUTHORITY.root.as_bytes()).unwrap();
    roots.add(root).unwrap();
    let mut config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = TcpStream::connect(at).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    connector.connect(name, stream).await.unwrap()
}

/// Whether the other side has ended it, within so long.
async fn ends(stream: &mut (impl AsyncReadExt + Unpin), within: Duration) -> bool {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(within, stream.read_to_end(&mut bytes));
    read.await.is_ok()
}

/// Attack 82: clients that say nothing, half a head, half a body. Others are served meanwhile, and
/// each of the slow is sent away in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_hold_nobody_up_and_are_sent_away() {
    let stage = Stage::new().await;
    let manager = stage.manager().await;
    let at = stage.replicas[0].at;
    let each = rounds(60, 600);
    let mut silent = Vec::new();
    for _ in 0..each {
        silent.push(TcpStream::connect(at).await.unwrap());
    }
    let mut slow = Vec::new();
    for n in 0..each {
        let mut stream = connected(at).await;
        let said: &[u8] = match n % 2 {
            0 => b"POST /v1/greet HTTP/1.1\r\nHost: a\r\nContent-Ty",
            _ => {
                b"POST /v1/greet HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
                  Connection: close\r\nContent-Length: 2\r\n\r\n{"
            }
        };
        stream.write_all(said).await.unwrap();
        slow.push(stream);
    }
    let begun = Instant::now();
    let way = stage.replicas[0].way();
    let greeting = way.call(None, Greet {}).await.unwrap();
    assert_eq!(greeting.practice.as_deref(), Some("Hills Clinic"));
    manager.session().await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    // Ten seconds for each part, and some to spare.
    let within = Duration::from_secs(15);
    let mut all = JoinSet::new();
    for mut stream in silent {
        all.spawn(async move { ends(&mut stream, within).await });
    }
    for mut stream in slow {
        all.spawn(async move { ends(&mut stream, within).await });
    }
    let ended = all.join_all().await;
    let held = ended.iter().filter(|ended| !**ended).count();
    assert_eq!(held, 0, "of {} are still there", ended.len());
}

/// Attack 2: a crowd of passwords, half of which hang up. What is too much is sent away with the
/// time to come again, whoever asks whether the server lives is answered, and memory is bounded.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_of_passwords_is_bounded() {
    let stage = Stage::new().await;
    let manager = stage.manager().await;
    let replica = &stage.replicas[0];
    let ways: Vec<Way> = (0..20)
        .map(|n| Way::new(replica.at, std::net::Ipv4Addr::new(127, 9, 0, n)))
        .collect();
    // What the same takes on this computer while nobody else asks.
    let probe = replica.way();
    let mut quiet = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        assert_eq!(probe.get("/live").await, Some((200, "live\n".into())));
        quiet.push(begun.elapsed());
    }
    quiet.sort();
    let quiet = quiet[quiet.len() * 9 / 10];
    let crowd = rounds(200, 500);
    let mut set = JoinSet::new();
    for n in 0..crowd {
        let way = ways[n % ways.len()].clone();
        set.spawn(async move {
            let call = SignIn {
                email: format!("nobody{n}@hills.example"),
                password: Secret::new("not it at all"),
                computer: None,
                remembered: None,
            };
            let asked = way.send(None, &call);
            // Every other one hangs up.
            let patience = Duration::from_millis(if n % 2 == 0 { 300 } else { 20_000 });
            let answer = tokio::time::timeout(patience, asked).await.ok()?.ok()?;
            let again = answer.headers().get("retry-after").is_some();
            Some((answer.status().as_u16(), again))
        });
    }
    let mut probes = Vec::new();
    while !set.is_empty() {
        let begun = Instant::now();
        assert_eq!(probe.get("/live").await, Some((200, "live\n".into())));
        probes.push(begun.elapsed());
        if let Ok(Some(answer)) =
            tokio::time::timeout(Duration::from_millis(20), set.join_next()).await
        {
            match answer.unwrap() {
                None | Some((403, false) | (503, true)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    probes.sort();
    let most = probes[probes.len() * 9 / 10];
    let bound = Duration::from_millis(200).max(quiet * 10);
    assert!(
        most < bound,
        "nine of ten within {most:?}, with nobody there {quiet:?}"
    );
    assert!(
        memory(replica.id()) < 512 * 1024,
        "{} kB",
        memory(replica.id())
    );
    let free = async || match manager.sign_in(&probe).await {
        Ok(_) => true,
        Err(Error::Busy { .. }) => false,
        other => panic!("{other:?}"),
    };
    until("the queue is empty again", free).await;
}

/// The most memory that a process ever had, in kB.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let most = most.unwrap().trim().trim_end_matches(" kB");
    most.parse().unwrap()
}

/// Attack 82: requests that could be read in two ways, through the balancer. Whoever comes next
/// gets the answer to what was asked, not to what somebody else left on the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_hides_in_another() {
    const HIDDEN: &str = "GET /openapi.json HTTP/1.1\r\nX-Rest: ";
    let stage = Stage::new().await;
    let _manager = stage.manager().await;
    let head = "POST /v1/greet HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    let (chunks, length) = (format!("2\r\n{{}}\r\n0\r\n\r\n{HIDDEN}"), 2 + HIDDEN.len());
    let long = chunks.len();
    for both in [
        format!("{head}Content-Length: {long}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"),
        format!("{head}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{chunks}"),
        format!("{head}Transfer-Encoding : chunked\r\nContent-Length: {long}\r\n\r\n{chunks}"),
        format!("{head}Transfer-Encoding: xchunked\r\nContent-Length: {long}\r\n\r\n{chunks}"),
        format!("{head}Transfer-Encoding:\u{b}chunked\r\nContent-Length: {long}\r\n\r\n{chunks}"),
        format!("{head}Transfer-Encoding: chunked, identity\r\nContent-Length: 2\r\n\r\n{chunks}"),
        format!("{head}Content-Length: 2\r\nContent-Length: {length}\r\n\r\n{{}}{HIDDEN}"),
        format!("{head}Content-Length: 2, {length}\r\n\r\n{{}}{HIDDEN}"),
        format!("{head}Content-Length: +2\r\n\r\n{{}}{HIDDEN}"),
        format!("{head}Content-Length: 0x2\r\n\r\n{{}}{HIDDEN}"),
        format!("{head}X: a\nContent-Length: 2\r\n\r\n{{}}{HIDDEN}"),
        format!(
            "{head}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{{}}\r\n0\r\n\r\n{HIDDEN}"
        ),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n2;\n{{}}\r\n0\r\n\r\n{HIDDEN}"),
    ] {
        let mut stream = connected(stage.at()).await;
        stream.write_all(both.as_bytes()).await.unwrap();
        let mut answers = vec![0; 64 * 1024];
        let read = tokio::time::timeout(Duration::from_secs(2), stream.read(&mut answers)).await;
        let read = read.map_or(0, |read| read.unwrap_or(0));
        let answers = String::from_utf8_lossy(&answers[..read]).into_owned();
        assert!(!answers.contains("\"openapi\""), "{both:?}: {answers}");
        // Connections to the replicas are kept: what was left on one would come before these.
        for _ in 0..6 {
            let way = stage.way();
            for _ in 0..2 {
                let greeting = way.call(None, Greet {}).await;
                let practice = greeting.unwrap().practice;
                assert_eq!(practice.as_deref(), Some("Hills Clinic"), "{both:?}");
            }
        }
    }
}
