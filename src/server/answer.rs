//! The one handler: a request becomes a call, its reply an answer.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{self, FromRequest, FromRequestParts, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

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
    /// Of the calls that are worked on side by side.
    pub(super) places: Arc<Semaphore>,
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
    let reply = to_its_end(served, asker, call).await?;
    let reply = reply.map_err(IntoResponse::into_response)?;
    let body = serde_json::to_vec(&reply).map_err(|_| problem::broken())?;
    Ok(([(header::CONTENT_TYPE, wire::JSON)], body).into_response())
}

/// Does a call, whether or not anybody waits for its answer: what is dropped with a connection is cut
/// off between two commits, and a guess whose connection is closed in time would be counted and
/// written down nowhere (attacks 4, 59). It keeps its place to its end.
async fn to_its_end<C>(
    served: &Served,
    asker: Asker,
    call: C,
) -> Result<Result<C::Reply, Error>, Response>
where
    C: Call,
    Service: Handle<C>,
{
    let place = served.places.clone().acquire_owned().await;
    let place = place.map_err(|_| problem::broken())?;
    let (service, most_failures) = (served.service.clone(), served.failures_a_minute);
    let done = tokio::spawn(async move {
        let _held = place;
        let request = Request {
            from: asker.from,
            most_failures,
            number: asker.request.as_deref(),
        };
        service.call_from(request, asker.token.as_ref(), call).await
    });
    done.await.map_err(|_| problem::broken())
}

/// Whether a content type is JSON, with parameters or without.
fn is_json(kind: &[u8]) -> bool {
    let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii()
        .eq_ignore_ascii_case(wire::JSON.as_bytes())
}
