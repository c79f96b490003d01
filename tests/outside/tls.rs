//! Attack 81: what testssl.sh says of the server's TLS. Attacks 79 and 80: what the client says to a
//! server of OpenSSL whose certificate is signed with SHA-1, or that speaks an older TLS.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use vestibule::api::{CertificateFault, Error, Greet, Unreached};
use vestibule::client::{Client, Trust};
use vestibule::service::{SystemClock, SystemRandom};

use crate::clinic::Clinic;
use crate::clinic::authority::AUTHORITY;
use crate::{authority, printed, program, serve};

/// One thing that was looked at.
#[derive(Debug, Deserialize)]
struct Finding {
    id: String,
    severity: String,
    finding: String,
}

/// What a certificate of a test's own authority is reproached with: how long it lasts, that nobody
/// is asked whether it was revoked, that no record names who may sign it.
const OF_THE_CERTIFICATE: [&str; 3] = ["cert_validityPeriod", "cert_revocation", "DNS_CAArecord"];

/// What the program cannot try here itself: its own OpenSSL keeps no ticket of TLS 1.3, and may
/// come without the ciphers of GOST.
const NOT_TRIED: [&str; 2] = ["sessionresumption_ticket", "engine_problem"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_found_wrong_with_the_servers_tls() {
    let clinic = Clinic::new().await;
    let (at, _serving) = serve(&clinic.backend);
    let findings = Path::new(env!("CARGO_TARGET_TMPDIR")).join("outside-tls.json");
    // It writes over nothing.
    let _ = std::fs::remove_file(&findings);
    let mut command = program("VESTIBULE_TEST_TESTSSL");
    command
        .args(["--quiet", "--color", "0", "--warnings", "off"])
        .args(["--ip", "one", "--add-ca"])
        .arg(authority())
        .arg("--jsonfile")
        .arg(&findings)
        .arg(format!("https://{at}"));
    let (text, _) = printed(&mut command).await;
    let read = std::fs::read(&findings).unwrap_or_else(|_| panic!("{text}"));
    let findings: Vec<Finding> = serde_json::from_slice(&read).unwrap();

    // What it looked at, so that a program that looked at nothing does not pass.
    for (id, finding) in [
        ("SSLv2", "not offered"),
        ("SSLv3", "not offered"),
        ("TLS1", "not offered"),
        ("TLS1_1", "not offered"),
        ("TLS1_2", "offered"),
        ("TLS1_3", "offered with final"),
        ("cipherlist_3DES_IDEA", "not offered"),
        ("cipherlist_AVERAGE", "not offered"),
        ("cert_chain_of_trust", "passed."),
    ] {
        let found = findings.iter().find(|found| found.id == id);
        assert_eq!(
            found.map(|found| found.finding.as_str()),
            Some(finding),
            "{id}"
        );
    }
    let secret = |found: &&Finding| matches!(found.id.as_str(), "PFS" | "FS");
    assert_eq!(
        findings
            .iter()
            .find(secret)
            .map(|found| found.severity.as_str()),
        Some("OK")
    );

    let wrong: Vec<_> = findings
        .iter()
        .filter(|found| !matches!(found.severity.as_str(), "OK" | "INFO"))
        .filter(|found| !OF_THE_CERTIFICATE.contains(&found.id.as_str()))
        .filter(|found| !NOT_TRIED.contains(&found.id.as_str()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Attack 80: nothing older than TLS 1.2 is spoken, in plain words. The same server is spoken to in
/// TLS 1.2, where it turns each line around, which is no answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_speaks_no_older_tls() {
    for (version, meant) in [
        ("-tls1", Unreached::NotEncrypted),
        ("-tls1_1", Unreached::NotEncrypted),
        ("-tls1_2", Unreached::NoAnswer),
    ] {
        let options = ["-rev", version, "-cipher", "ALL:@SECLEVEL=0"];
        let (at, _server) = listening(&options, &AUTHORITY.chain, &AUTHORITY.key).await;
        assert_eq!(asked(&at, &AUTHORITY.root).await, meant, "{version}");
    }
}

/// A server of OpenSSL: where, and what ends it.
async fn listening(options: &[&str], chain: &Path, key: &Path) -> (String, Child) {
    let mut server = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0"])
        .args(options)
        .arg("-cert")
        .arg(chain)
        .arg("-key")
        .arg(key)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("openssl: tests/run installs it");
    let mut said = BufReader::new(server.stdout.take().unwrap()).lines();
    loop {
        let line = said.next_line().await.unwrap().unwrap();
        if let Some(at) = line.strip_prefix("ACCEPT ") {
            return (at.to_owned(), server);
        }
    }
}

/// Why a server is not reached by whoever trusts this authority alone.
async fn asked(at: &str, root: &str) -> Unreached {
    let trust = Trust::Only(root.to_owned());
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let client = Client::new(at.parse().unwrap(), &trust, clock, random).unwrap();
    match client.call(None, Greet {}).await {
        Err(Error::Unreached { why }) => why,
        other => panic!("{other:?}"),
    }
}

/// Attack 79: a certificate that the right authority signed, but with SHA-1. The same with SHA-256
/// is spoken to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_signed_with_sha_1_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).into_os_string().into_string();
    let [root, root_key, key, asked_for, chain, names] =
        ["root", "root.key", "key", "asked", "chain", "names"].map(|name| at(name).unwrap());
    std::fs::write(&names, "subjectAltName=IP:127.0.0.1").unwrap();
    let made = ["-newkey", "rsa:2048", "-nodes", "-keyout"];
    let begun = [&["req", "-x509", "-subj", "/CN=Root"][..], &made].concat();
    openssl(&[&begun[..], &[&root_key, "-out", &root]].concat()).await;
    let begun = [&["req", "-subj", "/CN=Server"][..], &made].concat();
    openssl(&[&begun[..], &[&key, "-out", &asked_for]].concat()).await;
    let fault = CertificateFault::Signature;
    for (digest, meant) in [
        ("-sha1", Unreached::Certificate { fault }),
        ("-sha256", Unreached::NoAnswer),
    ] {
        openssl(&[
            "x509", "-req", digest, "-in", &asked_for, "-extfile", &names, "-CA", &root, "-CAkey",
            &root_key, "-out", &chain,
        ])
        .await;
        let options = ["-rev", "-cipher", "ALL:@SECLEVEL=0"];
        let (at, _server) = listening(&options, Path::new(&chain), Path::new(&key)).await;
        let root = std::fs::read_to_string(&root).unwrap();
        assert_eq!(asked(&at, &root).await, meant, "{digest}");
    }
}

async fn openssl(arguments: &[&str]) {
    let done = Command::new("openssl").args(arguments).output().await;
    let done = done.unwrap();
    assert!(done.status.success(), "{arguments:?}: {done:?}");
}
