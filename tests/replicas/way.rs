//! A way to a server from an address of this computer: each request is sent once, so that nothing
//! that is lost is hidden.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Response, StatusCode};
use vestibule::api::wire::{self, Problem};
use vestibule::api::{Call, Error, Token, Unreached};
use vestibule::domain::Random;
use vestibule::service::SystemRandom;

use crate::authority::AUTHORITY;

/// How long an answer is waited for where nobody says otherwise: a busy computer is no fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// No answer of a replica came back.
pub(crate) const LOST: Error = Error::Unreached {
    why: Unreached::NoAnswer,
};

#[derive(Clone)]
pub(crate) struct Way {
    http: Client,
    url: String,
    patience: Duration,
}

impl Way {
    /// From an address, which failures are counted under.
    pub(crate) fn new(at: SocketAddr, from: Ipv4Addr) -> Self {
        vestibule::tls::install();
        let root = reqwest::Certificate::from_pem(AUTHORITY.root.as_bytes()).unwrap();
        let http = Client::builder()
            .tls_certs_only([root])
            .retry(reqwest::retry::never())
            .no_proxy()
            .local_address(std::net::IpAddr::from(from))
            .build()
            .unwrap();
        Self {
            http,
            url: format!("https://{at}"),
            patience: PATIENCE,
        }
    }

    /// The same for somebody who gives up after so long.
    pub(crate) fn within(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Straight to somebody, from this computer's usual address.
    pub(crate) fn to(at: SocketAddr) -> Self {
        Self::new(at, Ipv4Addr::LOCALHOST)
    }

    pub(crate) async fn call<C: Call>(
        &self,
        token: Option<&Token>,
        call: C,
    ) -> Result<C::Reply, Error> {
        self.call_numbered(&number(), token, &call).await
    }

    /// A call under this number: one that comes again is the same.
    pub(crate) async fn call_numbered<C: Call>(
        &self,
        number: &str,
        token: Option<&Token>,
        call: &C,
    ) -> Result<C::Reply, Error> {
        let answer = self.request(number, token, call).await;
        let answer = answer.map_err(|_| LOST)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|_| LOST)?;
        if status == StatusCode::OK {
            return Ok(serde_json::from_slice(&body).unwrap());
        }
        match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) => Err(problem.error),
            // The balancer's own.
            Err(_) => Err(LOST),
        }
    }

    /// The answer as it came.
    pub(crate) async fn send<C: Call>(
        &self,
        token: Option<&Token>,
        call: &C,
    ) -> reqwest::Result<Response> {
        self.request(&number(), token, call).await
    }

    async fn request<C: Call>(
        &self,
        number: &str,
        token: Option<&Token>,
        call: &C,
    ) -> reqwest::Result<Response> {
        let mut request = self
            .http
            .post(format!("{}/v1/{}", self.url, C::NAME))
            .timeout(self.patience)
            .header(CONTENT_TYPE, wire::JSON)
            .header(wire::REQUEST, number)
            .body(serde_json::to_vec(call).unwrap());
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        request.send().await
    }

    /// What a path answers; none if nothing does.
    pub(crate) async fn get(&self, path: &str) -> Option<(u16, String)> {
        let asked = self.http.get(format!("{}{path}", self.url));
        let asked = asked.timeout(self.patience);
        let answer = asked.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.text().await.ok()?))
    }
}

/// The number of a request.
pub(crate) fn number() -> String {
    let mut number = [0; 16];
    SystemRandom.fill(&mut number);
    data_encoding::HEXLOWER.encode(&number)
}
