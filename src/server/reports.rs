//! What providers say of messages that they have taken. Whoever it is and whatever is said, the
//! answer is the same: it tells nobody which messages there are.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;

use crate::service::{Service, TWILIO_REPORTS};

pub(super) fn router(service: Service) -> Router {
    Router::new()
        .route(&format!("{TWILIO_REPORTS}/{{practice}}"), post(twilio))
        .with_state(service)
}

async fn twilio(
    State(service): State<Service>,
    Path(practice): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature = headers.get("x-twilio-signature");
    let signature = signature.and_then(|value| value.to_str().ok());
    let (Some(signature), Ok(practice)) = (signature, practice.parse()) else {
        return StatusCode::NO_CONTENT;
    };
    let params: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    match service.twilio_report(&practice, &params, signature).await {
        Ok(()) => StatusCode::NO_CONTENT,
        // It is said again.
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
