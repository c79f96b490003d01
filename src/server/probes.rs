//! Whether the server lives, and whether it can serve: for balancers and supervisors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State as From;
use axum::http::StatusCode;
use axum::routing::get;

use crate::service::Service;

/// How long the database may take before a balancer is told to ask another.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is said while the database does not answer.
const NO_DATABASE: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "no database\n");

/// What the probes know beside the database.
#[derive(Debug, Default)]
pub(super) struct State {
    stopping: AtomicBool,
}

impl State {
    /// From now on nobody new is to come here.
    pub(super) fn stops(&self) {
        self.stopping.store(true, Ordering::Release);
    }
}

pub(super) fn router(service: Service, state: Arc<State>) -> Router {
    Router::new()
        .route("/live", get(live))
        .route("/ready", get(ready))
        .with_state((service, state))
}

/// While there is no database yet.
pub(super) fn closed() -> Router {
    Router::new()
        .route("/live", get(live))
        .route("/ready", get(async || NO_DATABASE))
}

async fn live() -> &'static str {
    "live\n"
}

async fn ready(From((service, state)): From<(Service, Arc<State>)>) -> (StatusCode, &'static str) {
    if state.stopping.load(Ordering::Acquire) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match tokio::time::timeout(PATIENCE, service.answers()).await {
        Ok(Ok(())) => (StatusCode::OK, "ready\n"),
        _ => NO_DATABASE,
    }
}
