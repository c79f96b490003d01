//! A way to the practice: the service in this process over a file, a server of it over TLS, or
//! three replicas of a server over a database of PostgreSQL, behind a balancer.
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
    /// The service that does its calls; of several replicas the first.
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
    /// The way that this run takes to whoever does its calls.
    #[cfg(not(feature = "server"))]
    pub(crate) fn open(replicas: Vec<Service>, _: &Arc<Hand>) -> Self {
        let service = replicas[0].clone();
        Self {
            backend: Backend::Embedded(service.clone()),
            service,
        }
    }

    /// The way that this run takes to whoever does its calls.
    #[cfg(feature = "server")]
    pub(crate) fn open(replicas: Vec<Service>, clock: &Arc<Hand>) -> Self {
        let service = replicas[0].clone();
        let (backend, serving) = match std::env::var("VESTIBULE_TEST_WAY").as_deref() {
            Err(_) | Ok("embedded") => (Backend::Embedded(service.clone()), None),
            Ok("http" | "postgres") => {
                let (backend, serving) = served::start(&replicas, clock);
                (backend, Some(Arc::new(serving)))
            }
            Ok(other) => panic!("there is no way {other:?}"),
        };
        Self {
            backend,
            service,
            _serving: serving,
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
    //! A server of this process, or several replicas of it behind a balancer.

    use std::net::{SocketAddr, TcpListener};
    use std::sync::Arc;

    use vestibule::backend::Backend;
    use vestibule::client::{Client, Trust};
    use vestibule::server::{Certificate, Listening, Proxies, Running, serve_when_ready};
    use vestibule::service::{Service, SystemRandom};

    use super::Hand;
    use crate::clinic::authority::AUTHORITY;
    use crate::clinic::balancer::{Balancer, Wish};

    /// Stops its servers when it goes.
    pub(crate) struct Serving {
        running: Vec<Running>,
        _balancer: Option<Balancer>,
    }

    impl Drop for Serving {
        fn drop(&mut self) {
            for running in &self.running {
                running.stop();
            }
        }
    }

    pub(crate) fn client(at: SocketAddr, clock: &Arc<Hand>) -> Client {
        let trust = Trust::Only(AUTHORITY.root.clone());
        let address = at.to_string().parse().unwrap();
        Client::new(address, &trust, clock.clone(), Arc::new(SystemRandom)).unwrap()
    }

    /// A server on a port of its own for each of these, and the way there: straight to one, through
    /// a balancer to several. Their limit on one address is out of the way: all actors of a
    /// scenario come from this one.
    pub(crate) fn start(replicas: &[Service], clock: &Arc<Hand>) -> (Backend, Serving) {
        let proxies = || Proxies::parse(&["127.0.0.1"]).unwrap();
        let all = replicas
            .iter()
            .map(|replica| serving(replica, proxies(), u32::MAX));
        let (places, running): (Vec<_>, Vec<_>) = all.unzip();
        let balancer = (places.len() > 1).then(|| {
            let (server, backend) = ("", "");
            Balancer::before(&places, &Wish { server, backend })
        });
        let at = balancer.as_ref().map_or(places[0], |balancer| balancer.at);
        let serving = Serving {
            running,
            _balancer: balancer,
        };
        (Backend::Remote(client(at, clock)), serving)
    }

    /// One server, to look at its edge.
    pub(crate) fn listen(
        service: &Service,
        proxies: Proxies,
        failures_a_minute: u32,
    ) -> (SocketAddr, Serving) {
        let (at, running) = serving(service, proxies, failures_a_minute);
        let serving = Serving {
            running: vec![running],
            _balancer: None,
        };
        (at, serving)
    }

    fn serving(
        service: &Service,
        proxies: Proxies,
        failures_a_minute: u32,
    ) -> (SocketAddr, Running) {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = socket.local_addr().unwrap();
        let running = Running::default();
        let listening = Listening {
            socket,
            certificate: Some(Certificate::read(&AUTHORITY.chain, &AUTHORITY.key).unwrap()),
            proxies,
            failures_a_minute,
        };
        let given = std::future::ready(service.clone());
        tokio::spawn(serve_when_ready(given, listening, running.clone()));
        (at, running)
    }
}
