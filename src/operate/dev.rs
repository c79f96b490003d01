//! A server to try: on this computer alone, over SQLite, with a certificate authority of its own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use secrecy::ExposeSecret;

use super::config::Sending;
use super::practice::{self, NewPractice};
use super::{secrets, serve, service};
use crate::disk;
use crate::domain::Timestamp;
use crate::server::{Certificate, Listening, Proxies, WARN_DAYS};
use crate::service::{Clock, FAILURES_A_MINUTE, Keys, SystemClock, SystemRandom};
use crate::store::Store;

/// Where it keeps what it makes: in the build's folder, which nobody commits.
pub(super) const FOLDER: &str = "target/dev-server";
/// Its port.
pub(super) const PORT: u16 = 8443;
/// The days that its certificates are good for: systems take none of a server for longer than 398
/// (CA/Browser Forum, Baseline Requirements 6.3.2).
const GOOD_FOR: i64 = 397;

/// Serves, and says what to do with it.
pub(super) async fn serve(folder: &Path, port: u16) -> Result<(), String> {
    let cannot = |error: std::io::Error| format!("{} cannot be used: {error}.", folder.display());
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let folder = folder.canonicalize().map_err(cannot)?;
    let keys = keys(&folder.join("keys"))?;
    let store = Store::open(&folder.join("vestibule.db"))
        .await
        .map_err(|fault| {
            format!(
                "The database in {} does not open: {fault}.",
                folder.display()
            )
        })?;
    let here = Sending {
        this_computer: true,
    };
    let service = service(store, keys, Arc::new(SystemClock), &here)?;
    let authority = Authority::new(&folder);
    authority.make(SystemClock.now())?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let socket = TcpListener::bind(address)
        .map_err(|error| format!("Nothing can listen on {address}: {error}."))?;
    let certificate =
        Certificate::read(&authority.chain, &authority.key).map_err(|fault| format!("{fault}."))?;

    say!(
        "A server to try, at https://{address}. What it keeps is in {}.",
        folder.display()
    );
    say!("Point the app at it, in another terminal:");
    say!();
    say!(
        "    SSL_CERT_FILE={} cargo run -- --server {address}",
        authority.root.display()
    );
    say!();
    if !service.has_practice().await.map_err(super::sentence)? {
        practice::first(&service, NewPractice::to_try()).await?;
    }
    let listening = Listening {
        socket,
        certificate: Some(certificate),
        proxies: Proxies::default(),
        failures_a_minute: FAILURES_A_MINUTE,
    };
    serve::until_stopped(async { Ok(service) }, listening).await
}

fn keys(file: &Path) -> Result<Keys, String> {
    if !file.exists() {
        let keys = Keys::generate(&SystemRandom);
        write_private(file, keys.to_text().expose_secret())?;
    }
    secrets::read(file)
}

/// A certificate authority for this computer, and a certificate of it.
struct Authority {
    root: PathBuf,
    chain: PathBuf,
    key: PathBuf,
}

impl Authority {
    fn new(folder: &Path) -> Self {
        Self {
            root: folder.join("authority.pem"),
            chain: folder.join("certificate.pem"),
            key: folder.join("certificate-key.pem"),
        }
    }

    /// Makes them, if they are not there, end soon or are of before they ended at all. The
    /// authority's own key is kept nowhere: it signs once.
    fn make(&self, now: Timestamp) -> Result<(), String> {
        let there = self
            .root
            .exists()
            .then(|| Certificate::read(&self.chain, &self.key));
        if let Some(Ok(certificate)) = there
            && (WARN_DAYS + 1..=GOOD_FOR).contains(&certificate.days_left(now))
        {
            return Ok(());
        }
        let made = made(now).map_err(|error| format!("No certificate: {error}."))?;
        // The root comes last: where it is, what it signed is whole.
        if self.root.exists() {
            let removed = std::fs::remove_file(&self.root);
            removed.map_err(|error| format!("{} stays: {error}.", self.root.display()))?;
        }
        write_private(&self.key, &made.key)?;
        write_private(&self.chain, &made.chain)?;
        write_private(&self.root, &made.root)
    }
}

/// What was made, as PEM.
struct Made {
    root: String,
    chain: String,
    key: String,
}

fn made(now: Timestamp) -> Result<Made, rcgen::Error> {
    let mut params = good_for_a_year(Vec::new(), now)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Vestibule, a server to try");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut leaf = good_for_a_year(names, now)?;
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let leaf = leaf.signed_by(&key, &root)?;
    Ok(Made {
        root: root.pem(),
        chain: leaf.pem(),
        key: key.serialize_pem(),
    })
}

fn good_for_a_year(names: Vec<String>, now: Timestamp) -> Result<CertificateParams, rcgen::Error> {
    let day = |at: Timestamp| TimeZone::UTC.to_datetime(at).date();
    let begins = |date: Date| {
        let [month, day] = [date.month(), date.day()].map(|part| part.unsigned_abs());
        date_time_ymd(date.year().into(), month, day)
    };
    let mut params = CertificateParams::new(names)?;
    params.not_before = begins(day(now));
    let end = now.checked_add(SignedDuration::from_hours(24 * GOOD_FOR));
    params.not_after = begins(day(end.unwrap_or(now)));
    Ok(params)
}

fn write_private(file: &Path, text: &str) -> Result<(), String> {
    disk::replace(file, text.as_bytes())
        .map_err(|error| format!("{} cannot be written: {error}.", file.display()))
}
