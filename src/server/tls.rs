//! The server's certificate: read from two files, read again when they have changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};

use crate::domain::Timestamp;

/// A certificate with its chain and its key. A clone is the same one, also once it was read again.
#[derive(Clone, Debug)]
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    config: RustlsConfig,
    ends: Arc<Mutex<Timestamp>>,
}

/// What both files hold.
struct Pair {
    config: Arc<ServerConfig>,
    /// When the server's own certificate ends.
    ends: Timestamp,
}

/// Days before its end from which a certificate is warned of (SECURITY.md, fault 34).
pub const WARN_DAYS: i64 = 14;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoCertificate {
    /// A file cannot be read as what it should be.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, String),
    /// The two do not belong together, or the key is of no kind that is known.
    #[error("the certificate {0} and its key cannot be used: {1}")]
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
            ends: Arc::new(Mutex::new(pair.ends)),
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
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner) = pair.ends;
        Ok(())
    }

    /// When the certificate ends that is shown to clients, whatever its file says by now.
    pub fn ends(&self) -> Timestamp {
        *self.ends.lock().unwrap_or_else(PoisonError::into_inner)
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
        let ends = Timestamp::from_second(read.validity().not_after.timestamp())
            .map_err(|error| of(chain, &error))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| of(key, &error))?;
        let mut config = ServerConfig::builder_with_protocol_versions(&[&TLS13, &TLS12])
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .map_err(|error| NoCertificate::Unusable(chain.to_owned(), error))?;
        // The order of rustls: the strongest first, whatever a client would rather have.
        config.ignore_client_order = true;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            ends,
        })
    }
}
