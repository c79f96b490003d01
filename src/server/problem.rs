//! What is answered where a call is not done (RFC 9457), and what stands on every answer.

use std::any::Any;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::api::wire::{self, Problem};
use crate::api::{Error, Unreached};
use crate::service::internal;

/// The status of an error, and its stable word.
pub(super) fn meaning(error: &Error) -> (StatusCode, &'static str) {
    match error {
        Error::NotSignedIn => (StatusCode::UNAUTHORIZED, "not-signed-in"),
        Error::Locked => (StatusCode::LOCKED, "locked"),
        Error::SetUpDue => (StatusCode::FORBIDDEN, "set-up-due"),
        Error::StepUpNeeded => (StatusCode::FORBIDDEN, "step-up-needed"),
        Error::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        Error::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        Error::WrongCredentials => (StatusCode::FORBIDDEN, "wrong-credentials"),
        Error::Wait { .. } => (StatusCode::TOO_MANY_REQUESTS, "wait"),
        Error::Stopped => (StatusCode::FORBIDDEN, "stopped"),
        Error::CodeWrong { .. } => (StatusCode::FORBIDDEN, "code-wrong"),
        Error::CodeUsed { .. } => (StatusCode::FORBIDDEN, "code-used"),
        Error::CodeEnded { .. } => (StatusCode::FORBIDDEN, "code-ended"),
        Error::TooSoon { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-soon"),
        Error::ChallengeEnded => (StatusCode::UNAUTHORIZED, "challenge-ended"),
        Error::InvitationNotValid => (StatusCode::FORBIDDEN, "invitation-not-valid"),
        Error::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        Error::NotAllowed { .. } => (StatusCode::CONFLICT, "not-allowed"),
        Error::PracticeExists => (StatusCode::CONFLICT, "practice-exists"),
        Error::LastFullAccess => (StatusCode::CONFLICT, "last-full-access"),
        Error::Stale => (StatusCode::CONFLICT, "stale"),
        Error::ClockBehind { .. } => (StatusCode::SERVICE_UNAVAILABLE, "clock-behind"),
        Error::TooManyFailures { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-many-failures"),
        Error::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Error::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        Error::Moved { .. } => (StatusCode::GONE, "moved"),
        Error::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "too-long"),
        Error::NotUnderstood => (StatusCode::BAD_REQUEST, "not-understood"),
        Error::Unreached { why } => match why {
            Unreached::AppTooOld | Unreached::ServerTooOld => {
                (StatusCode::UPGRADE_REQUIRED, "another-contract")
            }
            // What a client says of a way on which nothing came back.
            _ => (StatusCode::BAD_GATEWAY, "unreached"),
        },
        Error::Internal { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

/// An error under another status than its own.
pub(super) fn of(error: &Error, status: StatusCode) -> Response {
    let (_, word) = meaning(error);
    let problem = Problem {
        kind: format!("urn:vestibule:{word}"),
        title: error.to_string(),
        status: status.as_u16(),
        error: error.clone(),
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut answer = (status, [(CONTENT_TYPE, wire::PROBLEM)], body).into_response();
    if let Error::TooManyFailures { retry_after } | Error::Busy { retry_after } = error {
        answer
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    answer
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        of(&self, meaning(&self).0)
    }
}

/// A fault of ours outside any call.
pub(super) fn broken() -> Response {
    internal(&"an answer").into_response()
}

/// What a panic outside a call is answered with; its words go to the log alone, as its hook has it.
pub(super) fn panicked(_: Box<dyn Any + Send>) -> Response {
    broken()
}

/// No such path.
pub(super) async fn no_such_path() -> Response {
    Error::NotFound.into_response()
}

/// A path that is asked in another way than it answers.
pub(super) async fn no_such_method() -> Response {
    of(&Error::NotUnderstood, StatusCode::METHOD_NOT_ALLOWED)
}

/// What stands on every answer: it is kept by nobody on the way, read as nothing else than it says,
/// and tells which contract it is of.
pub(super) async fn with_headers(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(
        STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=31536000"),
    );
    headers.insert(wire::VERSION, HeaderValue::from(wire::CONTRACT));
    answer
}
