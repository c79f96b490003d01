//! The verification server: the service over HTTP.
//!
//! Knows HTTP: routes, statuses, headers, limits, TLS, who is at the other end. Must not know a
//! rule, nor SQL: every call is done by [`Service`], for whoever its token makes.

mod answer;
mod asker;
mod body;
mod document;
mod gate;
mod probes;
mod problem;
mod reports;
mod routes;
mod tls;

use std::future::{Future, pending};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsAcceptor;
use hyper_util::rt::TokioTimer;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::service::Service;

pub use asker::{NotANetwork, Proxies};
pub use document::document;
pub use tls::{Certificate, NoCertificate, WARN_DAYS};

/// How long a client may take over its handshake, its headers and its body, each: ours
/// (SECURITY.md, attack 82).
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a connection that many requests share is asked whether it is still there.
const STILL_THERE: Duration = Duration::from_secs(30);
/// Requests that are worked on side by side. What comes beyond them waits for a place, and holds
/// nothing but its connection.
const SIDE_BY_SIDE: u32 = 512;
/// How long requests that are under way may take once nobody new is answered
/// (SECURITY.md, fault 31): a stop takes 30 s at most, with what goes before and comes after.
const DRAIN: Duration = Duration::from_secs(20);
/// How long calls may take after that whose clients have gone.
const REST: Duration = Duration::from_secs(5);

/// What a server listens on, and whom it believes.
#[derive(Debug)]
pub struct Listening {
    /// The bound socket.
    pub socket: TcpListener,
    /// The certificate; none for plain HTTP.
    pub certificate: Option<Certificate>,
    /// The proxies whose word on a client's address is taken.
    pub proxies: Proxies,
    /// How many failures one address may have in a minute:
    /// [`FAILURES_A_MINUTE`](crate::service::FAILURES_A_MINUTE).
    pub failures_a_minute: u32,
}

/// A server that runs, to be told to stop.
#[derive(Clone, Debug, Default)]
pub struct Running {
    handle: Handle<SocketAddr>,
    probes: Arc<probes::State>,
}

impl Running {
    /// Says that it is about to stop to whoever asks whether it is ready, and answers everybody
    /// meanwhile: balancers send nobody new, and nobody is turned away.
    pub fn will_stop(&self) {
        self.probes.stops();
    }

    /// Answers nobody new, and lets what is under way come to its end.
    pub fn stop(&self) {
        self.probes.stops();
        self.handle.graceful_shutdown(Some(DRAIN));
    }
}

/// Serves until it is told to stop, and before the service is there: until then the server says that
/// it lives and is not ready, and every call is answered that the database is not available (SECURITY.md, fault 6).
///
/// # Errors
///
/// What the system says of the socket.
pub async fn serve_when_ready(
    service: impl Future<Output = Service>,
    listening: Listening,
    running: Running,
) -> io::Result<()> {
    let Listening {
        socket,
        certificate,
        proxies,
        failures_a_minute,
    } = listening;
    socket.set_nonblocking(true)?;
    let gate = gate::Gate::default();
    let places = Arc::new(Semaphore::new(SIDE_BY_SIDE as usize));
    let opened = async {
        let served = answer::Served {
            service: service.await,
            proxies: Arc::new(proxies),
            failures_a_minute,
            places: places.clone(),
        };
        gate.open(app(served, running.probes));
        pending().await
    };
    let app = gate.clone().router();
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let mut server = axum_server::from_tcp(socket)?
        .handle(running.handle)
        .first_request_timeout(PATIENCE);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(64 * 1024);
    server
        .http_builder()
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(STILL_THERE)
        .keep_alive_timeout(PATIENCE);
    let served = async {
        match certificate {
            Some(certificate) => {
                let acceptor =
                    RustlsAcceptor::new(certificate.config()).handshake_timeout(PATIENCE);
                server.acceptor(acceptor).serve(app).await
            }
            None => server.serve(app).await,
        }
    };
    let served = tokio::select! {
        // A service that is there already is never seen to be missing.
        biased;
        never = opened => never,
        served = served => served,
    };
    // Nobody waits for these, and they are not cut off between two commits all the same.
    let _ = tokio::time::timeout(REST, places.acquire_many(SIDE_BY_SIDE)).await;
    served
}

/// Everything that is answered.
fn app(served: answer::Served, probes: Arc<probes::State>) -> Router {
    let service = served.service.clone();
    routes::router()
        .with_state(served)
        .merge(reports::router(service.clone()))
        .merge(probes::router(service, probes))
        .merge(document::router())
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(axum::middleware::from_fn(body::read_first))
        .layer(axum::middleware::map_response(problem::with_headers))
        .layer(CatchPanicLayer::custom(problem::panicked))
}
