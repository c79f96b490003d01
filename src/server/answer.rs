//! The one handler: a request becomes a call, its reply an answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{self, FromRequest, FromRequestParts, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::asker::{Asker, Proxies};
use super::problem;
use crate::api::{Call, Error, wire};
use crate::service::{Caller, Handle, Request, Service};

/// What every request is answered with.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) service: Service,
    pub(super) proxies: Arc<Proxies>,
    pub(super) failures_a_minute: u32,
}

/// Answers a call.
pub(super) async fn answer<C>(State(served): State<Served>, request: extract::Request) -> Response
where
    C: Call,
    Service: Handle<C>,
{
    let (Ok(mut answer) | Err(mut answer)) = done::<C>(&served, request).await;
    let now = served.service.now().as_millisecond();
    answer
        .headers_mut()
        .insert(wire::TIME, HeaderValue::from(now));
    answer
}

async fn done<C>(served: &Served, request: extract::Request) -> Result<Response, Response>
where
    C: Call,
    Service: Handle<C>,
{
    let (mut parts, body) = request.into_parts();
    let asker = Asker::from_request_parts(&mut parts, served).await?;
    // Before anything is made of the words of whoever shows nothing.
    if let (None, Some(nobody)) = (&asker.token, <Service as Handle<C>>::Caller::WITHOUT_TOKEN) {
        return Err(nobody.into_response());
    }
    let kind = parts.headers.get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| is_json(kind.as_bytes())) {
        return Err(problem::of(
            &Error::NotUnderstood,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ));
    }
    let body = Bytes::from_request(extract::Request::new(body), &()).await;
    let body = body.map_err(IntoResponse::into_response)?;
    let call: C = serde_json::from_slice(&body)
        .map_err(|_| problem::of(&Error::NotUnderstood, StatusCode::BAD_REQUEST))?;
    let request = Request {
        from: asker.from,
        most_failures: served.failures_a_minute,
        number: asker.request.as_deref(),
    };
    let reply = served
        .service
        .call_from(request, asker.token.as_ref(), call)
        .await
        .map_err(|error| error.into_response())?;
    let body = serde_json::to_vec(&reply).map_err(|_| problem::broken())?;
    Ok(([(header::CONTENT_TYPE, wire::JSON)], body).into_response())
}

/// Whether a content type is JSON, with parameters or without.
fn is_json(kind: &[u8]) -> bool {
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii()
        .eq_ignore_ascii_case(wire::JSON.as_bytes())
}
