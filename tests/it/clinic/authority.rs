//! A certificate authority of this run, and a certificate of it for this computer.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// Where its files are, in PEM.
pub(crate) struct Authority {
    /// The authority's own certificate.
    pub(crate) root: String,
    pub(crate) root_file: PathBuf,
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
    /// Chain and key in one file, as haproxy wants them.
    pub(crate) both: PathBuf,
}

pub(crate) static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // Another name than that of what it signs, which would count as signed by itself.
    params
        .distinguished_name
        .push(DnType::CommonName, "Vestibule, a run of its tests");
    let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let leaf = CertificateParams::new(names).unwrap();
    let leaf = leaf.signed_by(&key, &root).unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let write = |name: &str, text: String| {
        let file = folder.join(format!("{}-{name}.pem", std::process::id()));
        std::fs::write(&file, text).unwrap();
        file
    };
    let (chain, key) = (leaf.pem(), key.serialize_pem());
    Authority {
        root: root.pem(),
        root_file: write("root", root.pem()),
        both: write("both", format!("{chain}{key}")),
        chain: write("chain", chain),
        key: write("key", key),
    }
});
