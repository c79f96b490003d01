//! The server while it serves: its certificate is renewed, its log is read by nobody, the system
//! gives it little.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use reqwest::{Client, ClientBuilder, StatusCode};
use vestibule::server::Certificate;
use vestibule::service::{Clock, SystemClock};

use super::Machine;

/// A server that serves, until it goes.
struct Serving {
    process: Child,
    at: SocketAddr,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Machine {
    /// Serves on a port of its own: by TLS, if there is a certificate in its folder.
    fn serve(&self, limits: &str, log: &str) -> Serving {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = free.local_addr().unwrap();
        drop(free);
        let config = std::fs::read_to_string(self.path("server.toml")).unwrap();
        let listen = match self.path("chain.pem").exists() {
            true => format!(
                "address = \"{at}\"\ncertificate = \"{}\"\nkey = \"{}\"\n",
                self.path("chain.pem").display(),
                self.path("key.pem").display()
            ),
            false => format!("address = \"{at}\"\nplain_http = true\n"),
        };
        let (_, rest) = config.split_once("[database]").unwrap();
        let config = format!("[listen]\n{listen}[database]{rest}");
        std::fs::write(self.path("serve.toml"), config).unwrap();
        let command = format!("{limits} exec \"$0\" serve --config \"$1\"");
        let process = Command::new("/bin/sh")
            .args(["-c", &command, env!("CARGO_BIN_EXE_vestibule-server")])
            .arg(self.path("serve.toml"))
            .env_clear()
            .env("VESTIBULE_LOG", log)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Serving { process, at }
    }

    /// Puts a new certificate of a new authority where the configuration looks for it, good for so
    /// many days; the authority's own.
    fn certify(&self, days: i64) -> reqwest::Certificate {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Of this test");
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let end = SystemClock.now().as_second() + days * 24 * 60 * 60;
        let end = Duration::from_secs(end.unsigned_abs());
        leaf.not_after = (SystemTime::UNIX_EPOCH + end).into();
        let leaf = leaf.signed_by(&key, &root).unwrap();
        std::fs::write(self.path("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(self.path("chain.pem"), leaf.pem()).unwrap();
        reqwest::Certificate::from_pem(root.pem().as_bytes()).unwrap()
    }
}

impl Serving {
    async fn ready(&self, http: &Client, scheme: &str) -> Option<StatusCode> {
        let url = format!("{scheme}://{}/ready", self.at);
        let answer = http.get(url).send().await.ok()?;
        Some(answer.status())
    }

    /// Waits until it answers, for twenty seconds at most.
    async fn answers(&self, http: &Client, scheme: &str) {
        let waited = async {
            while self.ready(http, scheme).await != Some(StatusCode::OK) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(20), waited).await;
        assert!(waited.is_ok(), "it does not answer");
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("/bin/kill").args([name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// What it logged, once it has ended.
    fn log(mut self) -> String {
        self.signal("-INT");
        self.process.wait().unwrap();
        let mut log = String::new();
        let mut from = self.process.stderr.take().unwrap();
        from.read_to_string(&mut log).unwrap();
        log
    }
}

/// Whoever trusts this authority alone, over a connection of its own each time.
fn trusting(root: &reqwest::Certificate) -> Client {
    let client = patient().tls_certs_only([root.clone()]);
    client.pool_max_idle_per_host(0).build().unwrap()
}

fn patient() -> ClientBuilder {
    vestibule::tls::install();
    Client::builder().timeout(Duration::from_secs(5))
}

/// Fault 34: a certificate is renewed without a restart, one that cannot be used changes nothing,
/// and one that ends soon is warned of.
#[tokio::test]
async fn a_certificate_is_read_again_and_its_end_is_told() {
    let machine = Machine::new().await;
    let first = trusting(&machine.certify(10));
    let serving = machine.serve("", "info");
    serving.answers(&first, "https").await;

    let second = trusting(&machine.certify(300));
    assert_eq!(serving.ready(&second, "https").await, None);
    serving.signal("-HUP");
    serving.answers(&second, "https").await;
    assert_eq!(serving.ready(&first, "https").await, None);

    std::fs::write(machine.path("chain.pem"), "no certificate").unwrap();
    serving.signal("-HUP");
    for _ in 0..20 {
        assert_eq!(serving.ready(&second, "https").await, Some(StatusCode::OK));
    }
    let log = serving.log();
    let told = log.matches("the certificate ends soon").count();
    assert_eq!((told, log.matches("days=9").count()), (1, 1), "{log}");
    assert!(log.contains("the certificate stays as it was"), "{log}");
    assert!(!log.contains('\u{1b}'), "colours in a file: {log:?}");
}

/// Fault 34: what no computer would take for the certificate of this server is told by `check`, and in
/// words that say what to do.
#[tokio::test]
async fn a_certificate_that_nobody_would_take_is_told() {
    let machine = Machine::new().await;
    let config = std::fs::read_to_string(machine.path("server.toml")).unwrap();
    let config = config.replace(
        "plain_http = true",
        &format!(
            "certificate = {:?}\nkey = {:?}",
            machine.path("chain.pem"),
            machine.path("key.pem")
        ),
    );
    std::fs::write(machine.path("server.toml"), config).unwrap();
    machine.certify(300);
    let line = || machine.run(&["check"]);
    assert!(line().line("ok     certificate").contains("good until"));
    let other = KeyPair::generate().unwrap().serialize_pem();
    std::fs::write(machine.path("key.pem"), other).unwrap();
    let told = line();
    let told = told.line("WRONG  certificate");
    assert!(told.contains("is not that of the certificate"), "{told}");
    std::fs::write(machine.path("key.pem"), "no key").unwrap();
    let told = line();
    let told = told.line("WRONG  certificate");
    assert!(told.contains("without a passphrase"), "{told}");

    let signed = |change: &dyn Fn(&mut CertificateParams)| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        change(&mut params);
        let own = params.self_signed(&key).unwrap();
        std::fs::write(machine.path("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(machine.path("chain.pem"), own.pem()).unwrap();
    };
    signed(&|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    let told = line();
    let told = told.line("WRONG  certificate");
    assert!(told.contains("that of an authority"), "{told}");
    let later = SystemClock.now().as_second().unsigned_abs() + 24 * 60 * 60;
    signed(&|params| {
        let begin = SystemTime::UNIX_EPOCH + Duration::from_secs(later);
        params.not_before = begin.into();
    });
    let told = line();
    let told = told.line("WRONG  certificate");
    assert!(told.contains("not good before"), "{told}");
}

/// Fault 34: it is the certificate that clients are shown whose end is told, not one that was put
/// in its place and never read.
#[tokio::test]
async fn the_end_that_is_told_is_that_of_the_certificate_that_is_shown() {
    let machine = Machine::new().await;
    machine.certify(10);
    let (chain, key) = (machine.path("chain.pem"), machine.path("key.pem"));
    let shown = Certificate::read(chain.as_ref(), key.as_ref()).unwrap();
    machine.certify(300);
    assert_eq!(shown.days_left(SystemClock.now()), 9);
    shown.read_again().unwrap();
    assert_eq!(shown.days_left(SystemClock.now()), 299);
}

/// Fault 35: a log that nobody reads holds nobody up. A pipe takes 64 KiB; this writes far more.
#[tokio::test]
async fn a_log_that_nobody_reads_holds_nobody_up() {
    let machine = Machine::new().await;
    let serving = machine.serve("", "trace");
    let http = patient().build().unwrap();
    serving.answers(&http, "http").await;
    for n in 0..400 {
        let url = format!("http://{}/v1/greet", serving.at);
        let asked = http
            .post(url)
            .header("content-type", "application/json")
            .body("{}");
        let answer = asked.send().await;
        assert!(answer.is_ok_and(|it| it.status() == StatusCode::OK), "{n}");
    }
}

/// Fault 32: whoever takes all descriptors is let go of, and then everybody is served again.
#[tokio::test]
async fn few_descriptors_are_no_end() {
    let machine = Machine::new().await;
    let serving = machine.serve("ulimit -n 64;", "off");
    let http = patient().build().unwrap();
    serving.answers(&http, "http").await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        // What is not taken from the queue of the system is refused by it at last.
        let connect = tokio::net::TcpStream::connect(serving.at);
        if let Ok(Ok(open)) = tokio::time::timeout(Duration::from_millis(200), connect).await {
            silent.push(open);
        }
    }
    assert!(silent.len() > 64, "{}", silent.len());
    drop(silent);
    serving.answers(&http, "http").await;
}
