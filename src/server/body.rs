//! The body of a request, read to its end before anything is answered.
//!
//! A connection on which a body is left unread is closed after the answer, under the next request
//! of a client that keeps it. And who sends a body slowly takes none of the places of those that
//! are worked on.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{PATIENCE, problem};
use crate::api::{Error, wire};

/// Hands a request on once all of it is here.
pub(super) async fn read_first(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match tokio::time::timeout(PATIENCE, to_bytes(body, wire::MOST_BYTES)).await {
        Err(_) => problem::of(&Error::NotUnderstood, StatusCode::REQUEST_TIMEOUT),
        Ok(Err(_)) => Error::TooLong.into_response(),
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
    }
}
