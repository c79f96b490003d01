//! The server's certificate: read from two files, read again when they have changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};

use crate::domain::Timestamp;

/// A certificate with its chain and its key. A clone is the same one, also once it was read again.
#[derive(Clone, Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    config: RustlsConfig,
    good: Arc<Mutex<Good>>,
}

/// From when to when a certificate is good, and for what.
#[derive(Clone, Copy, Debug)]
struct Good {
    from: Timestamp,
    until: Timestamp,
    /// Whether it may sign others: most programs take no such one for that of a server.
    authority: bool,
}

/// What both files hold.
struct Pair {
    config: Arc<ServerConfig>,
    /// How long the server's own certificate is good.
    good: Good,
}

/// Days before its end from which a certificate is warned of (SECURITY.md, fault 34).
pub const WARN_DAYS: i64 = 14;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoCertificate {
    /// A file cannot be read as what it should be.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, String),
    /// A file has no key that can be used.
    #[error(
        "{0} has no key that can be used: it has to be a private key in PEM, without a passphrase"
    )]
    NoKey(PathBuf),
    /// Each is good, for another one.
    #[error(
        "the key in {1} is not that of the certificate in {0}: give the two that were made together"
    )]
    Another(PathBuf, PathBuf),
    /// The key is of no kind that is known, or too short.
    #[error(
        "the key in {0} cannot be used ({1}): RSA of 2048 bits or more, ECDSA P-256 or P-384, or \
         Ed25519"
    )]
    Unusable(PathBuf, rustls::Error),
}

impl Certificate {
    /// Reads a chain (the server's own certificate first) and its key, both in PEM.
    ///
    /// # Errors
    ///
    /// [`NoCertificate`].
    pub fn read(chain: &Path, key: &Path) -> Result<Self, NoCertificate> {
        let pair = Pair::read(chain, key)?;
        Ok(Self {
            config: RustlsConfig::from_config(pair.config),
            chain: chain.to_owned(),
            key: key.to_owned(),
            good: Arc::new(Mutex::new(pair.good)),
        })
    }

    /// Reads both files again. Connections that are open go on; what cannot be used changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`NoCertificate`].
    pub fn read_again(&self) -> Result<(), NoCertificate> {
        let pair = Pair::read(&self.chain, &self.key)?;
        self.config.reload_from_config(pair.config);
        *self.good.lock().unwrap_or_else(PoisonError::into_inner) = pair.good;
        Ok(())
    }

    /// When the certificate ends that is shown to clients, whatever its file says by now.
    pub fn ends(&self) -> Timestamp {
        self.good().until
    }

    /// When it begins to be good.
    pub fn begins(&self) -> Timestamp {
        self.good().from
    }

    /// Whether it is that of an authority (CA:TRUE), which our own client takes for no server's.
    pub fn is_authority(&self) -> bool {
        self.good().authority
    }

    fn good(&self) -> Good {
        *self.good.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The whole days that it is still good for; less than none of one that has ended.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        self.ends().duration_since(now).as_hours().div_euclid(24)
    }

    /// The whole days that it is still good for, if they are few enough to be told of; none is
    /// left of one that has ended (SECURITY.md, fault 34).
    pub fn ends_soon(&self, now: Timestamp) -> Option<u64> {
        let days = self.days_left(now);
        (days <= WARN_DAYS).then(|| u64::try_from(days).unwrap_or_default())
    }

    pub(super) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }
}

impl Pair {
    /// TLS 1.2 and 1.3 with the cipher suites of rustls, which all have forward secrecy and
    /// authenticated encryption (ASVS 12.1).
    fn read(chain: &Path, key: &Path) -> Result<Self, NoCertificate> {
        crate::tls::install();
        let of = |path: &Path, error: &dyn std::fmt::Display| {
            NoCertificate::File(path.to_owned(), error.to_string())
        };
        let certificates: Vec<_> = CertificateDer::pem_file_iter(chain)
            .and_then(Iterator::collect)
            .map_err(|error| of(chain, &error))?;
        let Some(own) = certificates.first() else {
            return Err(of(chain, &"there is no certificate in it"));
        };
        let (_, read) =
            x509_parser::parse_x509_certificate(own).map_err(|error| of(chain, &error))?;
        let at = |second| Timestamp::from_second(second).map_err(|error| of(chain, &error));
        let good = Good {
            from: at(read.validity().not_before.timestamp())?,
            until: at(read.validity().not_after.timestamp())?,
            authority: read.is_ca(),
        };
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| match error {
            pem::Error::Io(error) => of(key, &error),
            _ => NoCertificate::NoKey(key.to_owned()),
        })?;
        let mut config = ServerConfig::builder_with_protocol_versions(&[&TLS13, &TLS12])
            .with_no_client_auth()
            .with_single_cert(certificates, private)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    NoCertificate::Another(chain.to_owned(), key.to_owned())
                }
                error => NoCertificate::Unusable(key.to_owned(), error),
            })?;
        // The order of rustls: the strongest first, whatever a client would rather have.
        config.ignore_client_order = true;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            good,
        })
    }
}
