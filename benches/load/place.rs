//! The server: its folder, its process, what the system says of it.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::process::{Child, Command};
use vestibule::api::Greet;
use vestibule::client::{Client, Trust};
use vestibule::service::{SystemClock, SystemRandom};

/// The clock ticks in a second by which Linux tells the time of a processor (proc(5): `USER_HZ`).
const TICKS: u64 = 100;

/// A server over a database.
pub(crate) struct Place {
    process: Child,
    address: SocketAddr,
    trust: Trust,
    /// The invitation of its first person.
    pub(crate) invitation: String,
    _folder: tempfile::TempDir,
}

impl Place {
    pub(crate) async fn start(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let root = certificate(folder.path());
        let keys = run(folder.path(), &["make-keys"]).await;
        let config = format!(
            "[listen]\naddress = \"{address}\"\ncertificate = \"{0}/chain.pem\"\n\
             key = \"{0}/key.pem\"\n[database]\nurl = \"{database}\"\n",
            folder.path().display()
        );
        std::fs::write(folder.path().join("server.toml"), config).unwrap();
        std::fs::write(folder.path().join("keys"), keys).unwrap();
        run(folder.path(), &["migrate"]).await;
        let told = run(
            folder.path(),
            &[
                "first-user",
                "--practice=Hills Clinic",
                "--name=Alex Lee",
                "--email=alex@hills.example",
            ],
        )
        .await;
        let invitation = told
            .lines()
            .find_map(|line| line.strip_prefix("    "))
            .unwrap();
        let process = command(folder.path())
            .arg("serve")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let place = Self {
            process,
            address,
            trust: Trust::Only(root),
            invitation: invitation.to_owned(),
            _folder: folder,
        };
        // It answers from the beginning on, and does what it is asked once it has its database.
        while place.computer().call(None, Greet {}).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        place
    }

    /// A computer, with connections of its own.
    pub(crate) fn computer(&self) -> Client {
        let address = self.address.to_string().parse().unwrap();
        Client::new(
            address,
            &self.trust,
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
        )
        .unwrap()
    }

    /// Bytes of its memory now.
    pub(crate) async fn memory(&self) -> u64 {
        // What a start needs is let go of once it has served.
        self.computer().call(None, Greet {}).await.unwrap();
        self.status("VmRSS:").await
    }

    /// The most bytes that it had.
    pub(crate) async fn most_memory(&self) -> u64 {
        self.status("VmHWM:").await
    }

    async fn status(&self, name: &str) -> u64 {
        let text = self.proc("status").await;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap();
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
        kib * 1024
    }

    /// The time of processors that it took so far.
    pub(crate) async fn cpu(&self) -> Duration {
        let text = self.proc("stat").await;
        // After the name, which may hold anything: fields 14 and 15 (proc(5)).
        let after = text.rsplit(')').next().unwrap();
        let fields = after.split_whitespace().skip(11).take(2);
        let ticks: u64 = fields.map(|field| field.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 1_000 / TICKS)
    }

    async fn proc(&self, file: &str) -> String {
        let id = self.process.id().unwrap();
        tokio::fs::read_to_string(format!("/proc/{id}/{file}"))
            .await
            .unwrap()
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule-server"));
    command
        .arg("--config")
        .arg(folder.join("server.toml"))
        .env("VESTIBULE_LOG", "warn")
        .stdin(Stdio::null());
    if let Ok(keys) = std::fs::read_to_string(folder.join("keys")) {
        command.env("VESTIBULE_KEYS", keys.trim());
    }
    command
}

async fn run(folder: &Path, arguments: &[&str]) -> String {
    let done = command(folder).args(arguments).output().await.unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

/// Writes a certificate with its key; its authority's own, in PEM.
fn certificate(folder: &Path) -> String {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "The authority of the load");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let leaf = leaf.signed_by(&key, &root).unwrap();
    std::fs::write(folder.join("chain.pem"), leaf.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    root.pem()
}
