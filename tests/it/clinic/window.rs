//! A way to the practice: the service in this process, over a file or a database of a server, or a
//! server of it over TLS.
//!
//! Which one is the run's to choose, so that every scenario runs unchanged over each
//! (`VESTIBULE_TEST_WAY`).

use std::ops::Deref;
use std::sync::Arc;

use vestibule::backend::Backend;
use vestibule::service::Service;

use super::Hand;

/// A program over a practice.
#[derive(Clone)]
pub(crate) struct Window {
    backend: Backend,
    /// The service that does its calls.
    pub(crate) service: Service,
    #[cfg(feature = "server")]
    _serving: Option<Arc<served::Serving>>,
}

impl Deref for Window {
    type Target = Backend;

    fn deref(&self) -> &Backend {
        &self.backend
    }
}

impl Window {
    /// The way that this run takes.
    #[cfg(not(feature = "server"))]
    pub(crate) fn open(service: Service, _: &Arc<Hand>) -> Self {
        Self {
            backend: Backend::Embedded(service.clone()),
            service,
        }
    }

    /// The way that this run takes.
    #[cfg(feature = "server")]
    pub(crate) fn open(service: Service, clock: &Arc<Hand>) -> Self {
        match std::env::var("VESTIBULE_TEST_WAY").as_deref() {
            Err(_) | Ok("embedded") => Self {
                backend: Backend::Embedded(service.clone()),
                service,
                _serving: None,
            },
            Ok("http" | "postgres") => {
                let (backend, serving) = served::start(&service, clock);
                Self {
                    backend,
                    service,
                    _serving: Some(Arc::new(serving)),
                }
            }
            Ok(other) => panic!("there is no way {other:?}"),
        }
    }
}

/// The service of an embedded practice.
pub(crate) fn service_of(backend: Backend) -> Service {
    match backend {
        Backend::Embedded(service) => service,
        Backend::Remote(_) => panic!("this practice is on a server"),
    }
}

#[cfg(feature = "server")]
pub(crate) mod served {
    //! A server of this process.

    use std::net::{SocketAddr, TcpListener};
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, LazyLock};

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    use vestibule::backend::Backend;
    use vestibule::client::{Client, Trust};
    use vestibule::server::{Certificate, Listening, Proxies, Running, serve};
    use vestibule::service::{Service, SystemRandom};

    use super::Hand;

    /// Stops its server when it goes.
    pub(crate) struct Serving(Running);

    impl Drop for Serving {
        fn drop(&mut self) {
            self.0.stop();
        }
    }

    /// A certificate authority of this run, and a certificate of it for this computer.
    pub(crate) struct Authority {
        pub(crate) root: String,
        pub(crate) chain: PathBuf,
        pub(crate) key: PathBuf,
    }

    pub(crate) static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Another name than a certificate's: what bears its issuer's name counts as self-signed.
        let name = "The authority of the tests";
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let leaf = CertificateParams::new(names).unwrap();
        let leaf = leaf.signed_by(&key, &root).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let file = |name: &str| folder.join(format!("{}-{name}.pem", std::process::id()));
        let (chain, key_file) = (file("chain"), file("key"));
        std::fs::write(&chain, leaf.pem()).unwrap();
        std::fs::write(&key_file, key.serialize_pem()).unwrap();
        Authority {
            root: root.pem(),
            chain,
            key: key_file,
        }
    });

    pub(crate) fn client(at: SocketAddr, clock: &Arc<Hand>) -> Client {
        let trust = Trust::Only(AUTHORITY.root.clone());
        let address = at.to_string().parse().unwrap();
        Client::new(address, &trust, clock.clone(), Arc::new(SystemRandom)).unwrap()
    }

    /// A server on a port of its own, and the way there. Its limit on one address is out of the
    /// way: all actors of a scenario come from this one.
    pub(crate) fn start(service: &Service, clock: &Arc<Hand>) -> (Backend, Serving) {
        let (at, serving) = listen(service, Proxies::default(), u32::MAX);
        (Backend::Remote(client(at, clock)), serving)
    }

    pub(crate) fn listen(
        service: &Service,
        proxies: Proxies,
        failures_a_minute: u32,
    ) -> (SocketAddr, Serving) {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = socket.local_addr().unwrap();
        let running = Running::default();
        let listening = Listening {
            socket,
            certificate: Some(Certificate::read(&AUTHORITY.chain, &AUTHORITY.key).unwrap()),
            proxies,
            failures_a_minute,
        };
        tokio::spawn(serve(service.clone(), listening, running.clone()));
        (at, Serving(running))
    }
}
