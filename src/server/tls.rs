//! The server's certificate: read from two files, read again when they have changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        Ok(Self {
            config: RustlsConfig::from_config(config(chain, key)?),
            chain: chain.to_owned(),
            key: key.to_owned(),
        })
    }

    /// Reads both files again. Connections that are open go on; what cannot be used changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// [`NoCertificate`].
    pub fn read_again(&self) -> Result<(), NoCertificate> {
        self.config
            .reload_from_config(config(&self.chain, &self.key)?);
        Ok(())
    }

    /// When the server's own certificate ends, as its file says now.
    ///
    /// # Errors
    ///
    /// [`NoCertificate`].
    pub fn ends(&self) -> Result<Timestamp, NoCertificate> {
        let cannot = |error: String| NoCertificate::File(self.chain.clone(), error);
        let first = CertificateDer::from_pem_file(&self.chain);
        let first = first.map_err(|error| cannot(error.to_string()))?;
        let (_, read) = x509_parser::parse_x509_certificate(&first)
            .map_err(|error| cannot(error.to_string()))?;
        Timestamp::from_second(read.validity().not_after.timestamp())
            .map_err(|error| cannot(error.to_string()))
    }

    /// The whole days that it is still good for; less than none of one that has ended.
    ///
    /// # Errors
    ///
    /// [`NoCertificate`].
    pub fn days_left(&self, now: Timestamp) -> Result<i64, NoCertificate> {
        let hours = self.ends()?.duration_since(now).as_hours();
        Ok(hours.div_euclid(24))
    }

    /// The whole days that it is still good for, if they are few enough to be told of; none is
    /// left of one that has ended (SECURITY.md, fault 34).
    pub fn ends_soon(&self, now: Timestamp) -> Option<u64> {
        let days = self.days_left(now).ok()?;
        (days <= WARN_DAYS).then(|| u64::try_from(days).unwrap_or_default())
    }

    pub(super) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }
}

/// TLS 1.2 and 1.3 with the cipher suites of rustls, which all have forward secrecy and
/// authenticated encryption (ASVS 12.1).
fn config(chain: &Path, key: &Path) -> Result<Arc<ServerConfig>, NoCertificate> {
    crate::tls::install();
    let of = |path: &Path, error: &dyn std::fmt::Display| {
        NoCertificate::File(path.to_owned(), error.to_string())
    };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect)
        .map_err(|error| of(chain, &error))?;
    if certificates.is_empty() {
        return Err(of(chain, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| of(key, &error))?;
    let mut config = ServerConfig::builder_with_protocol_versions(&[&TLS13, &TLS12])
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(|error| NoCertificate::Unusable(chain.to_owned(), error))?;
    // The order of rustls: the strongest first, whatever a client would rather have.
    config.ignore_client_order = true;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
