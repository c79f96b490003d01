//! Before the service is there: a replica that waits for its database lives, and is not ready.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use tower::ServiceExt;

use super::{probes, problem};
use crate::api::{Dependency, Error};

/// What answers: nobody at first, then the service for good.
#[derive(Clone, Default)]
pub(super) struct Gate(Arc<OnceLock<Router>>);

impl Gate {
    /// From now on this answers.
    pub(super) fn open(&self, app: Router) {
        // It opens once: there is no second service.
        let _ = self.0.set(app);
    }

    /// What answers, whoever that is by then.
    pub(super) fn router(self) -> Router {
        let closed = probes::closed()
            .fallback(nobody)
            .layer(axum::middleware::map_response(problem::with_headers));
        Router::new().fallback(through).with_state((self, closed))
    }
}

async fn through(State((gate, closed)): State<(Gate, Router)>, request: Request) -> Response {
    let app = gate.0.get().cloned().unwrap_or(closed);
    let answer = app.oneshot(request).await;
    answer.unwrap_or_else(|never| match never {})
}

/// What every call is answered meanwhile (SECURITY.md, fault 6).
async fn nobody() -> Error {
    Error::Unavailable {
        what: Dependency::Database,
    }
}
