//! The way to a server: a call is one HTTP request.
//!
//! Knows HTTP, TLS and what an answer means. Must not know what any call does, nor widgets.
//!
//! It goes to one origin, over `https://` alone, follows no redirect and tells the difference
//! between a server that cannot be reached, a certificate that is not one to trust and an answer
//! that no Vestibule gave: none of them looks like a wrong password, and none costs a try. Whatever
//! it answers goes through `answer`, which lets no text through that none of ours could be.

mod address;
pub(crate) mod answer;
mod faults;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Response, redirect};
use tokio::sync::watch;

use crate::api::wire;
use crate::api::{Call, Error, Token, Unreached};
use crate::domain::{Clock, Random, Timestamp};

pub use address::{NotAnAddress, ServerAddress};

/// How long a connection may take; one that is refused is known at once.
const CONNECT: Duration = Duration::from_secs(4);
/// How long a connection is kept for the next request: less than a server keeps it.
const IDLE: Duration = Duration::from_secs(8);

/// Which certificates are trusted.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those of the operating system, to which a practice adds its own.
    #[default]
    System,
    /// Those that this certificate in PEM has signed, and no other.
    Only(String),
}

/// A server, as one computer reaches it. A clone shares its connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: ServerAddress,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    /// Whether the last request was answered.
    reached: Arc<watch::Sender<bool>>,
    /// Milliseconds by which the server's clock is ahead of this computer's; the least number
    /// before the first answer.
    ahead: Arc<AtomicI64>,
}

/// A call as it is sent.
struct Request {
    name: &'static str,
    body: Vec<u8>,
    longest_wait: Duration,
    /// In bytes.
    longest_reply: usize,
}

/// How long a request that was lost on the way may be under way, as a rule.
const UNDER_WAY: Duration = Duration::from_secs(2);

/// Before the first answer nothing is known of the server's clock.
const UNKNOWN: i64 = i64::MIN;

impl Client {
    /// The client of a server. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Unreached::NoTrust`] where the certificates to trust cannot be read.
    pub fn new(
        address: ServerAddress,
        trust: &Trust,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, Unreached> {
        crate::tls::install();
        let builder = reqwest::Client::builder()
            .https_only(true)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .min_tls_version(reqwest::tls::Version::TLS_1_2)
            .user_agent(concat!("Vestibule/", env!("CARGO_PKG_VERSION")))
            .pool_idle_timeout(IDLE)
            .connect_timeout(CONNECT);
        let builder = match trust {
            Trust::System => builder,
            Trust::Only(pem) => {
                let root = reqwest::Certificate::from_pem(pem.as_bytes())
                    .map_err(|_| Unreached::NoTrust)?;
                builder.tls_certs_only([root])
            }
        };
        let http = builder.build().map_err(|error| {
            tracing::error!(%error, "no client");
            Unreached::NoTrust
        })?;
        Ok(Self {
            http,
            address,
            clock,
            random,
            reached: Arc::new(watch::Sender::new(true)),
            ahead: Arc::new(AtomicI64::new(UNKNOWN)),
        })
    }

    /// Whether the last request was answered, and what becomes of it. A server that answers
    /// something that it should not was reached.
    pub fn reached(&self) -> watch::Receiver<bool> {
        self.reached.subscribe()
    }

    /// The server.
    pub fn address(&self) -> &ServerAddress {
        &self.address
    }

    /// The server's time, as far as its last answer told it.
    pub fn now(&self) -> Timestamp {
        let here = self.clock.now();
        let ahead = self.ahead().unwrap_or_default();
        here.checked_add(ahead).unwrap_or(here)
    }

    /// By how much the server's clock is ahead of this computer's; none before its first answer.
    pub fn ahead(&self) -> Option<jiff::SignedDuration> {
        match self.ahead.load(Ordering::Relaxed) {
            UNKNOWN => None,
            ahead => Some(jiff::SignedDuration::from_millis(ahead)),
        }
    }

    /// Has a call done on the server.
    ///
    /// A request that may have been lost on the way is sent once more, under the same number: the
    /// server does nothing twice that has one.
    ///
    /// # Errors
    ///
    /// What the server answered: as of [`Service::call`](crate::service::Service::call), or
    /// [`Error::TooManyFailures`] or [`Error::NotUnderstood`]. [`Error::Unreached`] where no
    /// Vestibule answered; after [`Unreached::NoAnswer`] the call may have been done.
    /// [`Error::TooLong`] for a call beyond [`wire::MOST_BYTES`], and [`Error::NotSignedIn`] for a
    /// token that no header holds: neither is sent.
    pub async fn call<C: Call>(&self, token: Option<&Token>, call: C) -> Result<C::Reply, Error> {
        let body = serde_json::to_vec(&call).map_err(|_| Error::from(Unreached::NotVestibule))?;
        let request = Request {
            name: C::NAME,
            body,
            longest_wait: C::LONGEST_WAIT,
            longest_reply: C::LONGEST_REPLY,
        };
        // The same for every call, and compiled once.
        let answer = self.ask(token, request).await;
        let why = Unreached::NoAnswer;
        let reached = !matches!(&answer, Err(error) if *error == Error::Unreached { why });
        self.reached
            .send_if_modified(|was| std::mem::replace(was, reached) != reached);
        let (status, text) = answer?;
        answer::read::<C>(status, &text)
    }

    /// The status and the text of an answer.
    async fn ask(&self, token: Option<&Token>, it: Request) -> Result<(u16, Vec<u8>), Error> {
        if it.body.len() > wire::MOST_BYTES {
            return Err(Error::TooLong);
        }
        let headers = self.headers(token)?;
        let url = self.address.of_call(it.name);
        let (mut again, mut waited) = (true, false);
        loop {
            let request = self
                .http
                .post(url.clone())
                .headers(headers.clone())
                .timeout(it.longest_wait)
                .body(it.body.clone());
            let sent = self.clock.now();
            match request.send().await {
                Ok(answer) if again && faults::is_of_a_balancer(&answer) => again = false,
                // The first may be under way still, and count against the limit of this address.
                Ok(answer) if !again && !waited && faults::is_beyond_a_limit(&answer) => {
                    waited = true;
                    tokio::time::sleep(UNDER_WAY).await;
                }
                Ok(answer) => {
                    self.compare(answer.headers(), sent);
                    return read(answer, it.longest_reply).await;
                }
                Err(error) if again && faults::may_be_sent_again(&error) => again = false,
                Err(error) => return Err(faults::meant(&error).into()),
            }
        }
    }

    fn headers(&self, token: Option<&Token>) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(wire::JSON));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(wire::JSON));
        headers.insert(wire::VERSION, HeaderValue::from(wire::CONTRACT));
        let mut number = [0; 16];
        self.random.fill(&mut number);
        let number = data_encoding::HEXLOWER.encode(&number);
        if let Ok(number) = HeaderValue::from_str(&number) {
            headers.insert(wire::REQUEST, number);
        }
        if let Some(token) = token {
            let bearer = format!("Bearer {}", token.expose());
            let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| Error::NotSignedIn)?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        Ok(headers)
    }

    /// Compares the clocks: the server's answer was made about half way between.
    fn compare(&self, headers: &HeaderMap, sent: Timestamp) {
        let told = headers.get(wire::TIME).and_then(|told| told.to_str().ok());
        let Some(there) = told.and_then(|told| told.parse::<i64>().ok()) else {
            return;
        };
        let (before, after) = (sent.as_millisecond(), self.clock.now().as_millisecond());
        let here = before + after.saturating_sub(before) / 2;
        let ahead = there.saturating_sub(here).max(UNKNOWN + 1);
        self.ahead.store(ahead, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// The status and the text of an answer that is no longer than it may be.
async fn read(mut answer: Response, longest: usize) -> Result<(u16, Vec<u8>), Error> {
    let status = answer.status();
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= longest => {
                body.extend_from_slice(&chunk);
            }
            Ok(None) => return Ok((status.as_u16(), body)),
            Ok(Some(_)) => return Err(Unreached::NotVestibule.into()),
            // Something was done or not: the answer was lost.
            Err(error) => return Err(faults::meant(&error).into()),
        }
    }
}
