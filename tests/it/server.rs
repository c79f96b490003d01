//! The edge of the server: statuses, headers, limits, who is believed.

mod hung_up;
mod limits;
mod trust;

use std::net::SocketAddr;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use vestibule::api::{Error, wire};
use vestibule::server::{Proxies, document};

use crate::clinic::authority::AUTHORITY;
use crate::clinic::window::served::{Serving, listen};
use crate::clinic::{Clinic, MANAGER, PASSWORD, Phone};

/// A server, and a client that is none of ours.
struct Edge {
    clinic: Clinic,
    phone: Phone,
    http: Client,
    at: SocketAddr,
    _serving: Serving,
}

/// What was answered.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    kind: String,
    body: Value,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
        let status = response.status();
        assert_eq!(response.headers()["cache-control"], "no-store");
        let body = response.bytes().await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Self { status, kind, body }
    }

    fn error(&self) -> Error {
        assert_eq!(self.kind, wire::PROBLEM, "{self:?}");
        assert_eq!(self.body["status"], self.status.as_u16());
        let named = self.body["type"].as_str().unwrap();
        assert!(named.starts_with("urn:vestibule:"), "{named}");
        serde_json::from_value(self.body["error"].clone()).unwrap()
    }
}

impl Edge {
    async fn new() -> Self {
        Self::with(&[], u32::MAX).await
    }

    async fn with(proxies: &[&str], failures_a_minute: u32) -> Self {
        let (clinic, phone) = Clinic::enabled().await;
        let proxies = Proxies::parse(proxies).unwrap();
        let (at, serving) = listen(&clinic.backend.service, proxies, failures_a_minute);
        let root = reqwest::Certificate::from_pem(AUTHORITY.root.as_bytes()).unwrap();
        let http = Client::builder().tls_certs_only([root]).build().unwrap();
        Self {
            clinic,
            phone,
            http,
            at,
            _serving: serving,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.at)
    }

    /// A call as it is made by hand, with more headers.
    async fn call(&self, name: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = self
            .http
            .post(self.url(&format!("/v1/{name}")))
            .header(CONTENT_TYPE, wire::JSON)
            .body(body.to_string());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    async fn sign_in(&self, password: &str, headers: &[(&str, &str)]) -> Answer {
        let body = json!({
            "email": MANAGER, "password": password, "computer": null, "remembered": null
        });
        self.call("sign-in", &body, headers).await
    }
}

#[tokio::test]
async fn a_server_says_that_it_lives_and_whether_it_is_ready() {
    let edge = Edge::new().await;
    let get = async |path: &str| {
        let answer = edge.http.get(edge.url(path)).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    assert_eq!(get("/live").await, (StatusCode::OK, "live\n".into()));
    assert_eq!(get("/ready").await, (StatusCode::OK, "ready\n".into()));
    edge.clinic.backend.service.close().await;
    let (status, _) = get("/ready").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(get("/live").await.0, StatusCode::OK);
    // And no call looks like a wrong password (G10).
    let answer = edge.sign_in(PASSWORD, &[]).await;
    assert!(answer.status.is_server_error(), "{answer:?}");
}

/// Attack 99: what cannot be read is refused as what it is, and never with a fault of ours.
#[tokio::test]
async fn what_is_no_call_is_refused_as_a_problem() {
    let edge = Edge::new().await;
    let post = |path: &str, kind: &str, body: String| {
        let request = edge.http.post(edge.url(path)).header(CONTENT_TYPE, kind);
        async move { Answer::of(request.body(body).send().await.unwrap()).await }
    };
    for (path, kind, body, status, error) in [
        ("/v1/greet", "text/plain", "{}", 415, Error::NotUnderstood),
        ("/v1/greet", "", "{}", 415, Error::NotUnderstood),
        ("/v1/greet", wire::JSON, "", 400, Error::NotUnderstood),
        ("/v1/greet", wire::JSON, "[", 400, Error::NotUnderstood),
        ("/v1/greet", wire::JSON, "\u{0}", 400, Error::NotUnderstood),
        ("/v1/sign-in", wire::JSON, "{}", 400, Error::NotUnderstood),
        (
            "/v1/sign-in",
            wire::JSON,
            "{\"email\":1}",
            400,
            Error::NotUnderstood,
        ),
        ("/v1/nothing", wire::JSON, "{}", 404, Error::NotFound),
        ("/v1/found", wire::JSON, "{}", 404, Error::NotFound),
        ("/v1/add-practice", wire::JSON, "{}", 404, Error::NotFound),
        ("/", wire::JSON, "{}", 404, Error::NotFound),
        ("/v1/../v1/greet/", wire::JSON, "{}", 404, Error::NotFound),
        ("/live", wire::JSON, "{}", 405, Error::NotUnderstood),
    ] {
        let answer = post(path, kind, body.to_owned()).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {kind} {body}");
        assert_eq!(answer.error(), error, "{path} {kind} {body}");
    }
    let long = post("/v1/greet", wire::JSON, " ".repeat(16 * 1024 + 1)).await;
    assert_eq!((long.status.as_u16(), long.error()), (413, Error::TooLong));
    let get = edge.http.get(edge.url("/v1/greet")).send().await.unwrap();
    assert_eq!(get.status(), StatusCode::METHOD_NOT_ALLOWED);
    let utf = post("/v1/greet", "application/json; charset=utf-8", "{}".into()).await;
    assert_eq!(utf.status, StatusCode::OK);
}

/// Fault 28: whoever speaks another version of the contract is told who has to update.
#[tokio::test]
async fn another_contract_is_refused_before_anything_is_read() {
    let edge = Edge::new().await;
    let before = edge.clinic.tries().await;
    for (spoken, told) in [
        ("0", "app_too_old"),
        ("99", "server_too_old"),
        ("x", "app_too_old"),
    ] {
        let answer = edge.sign_in(PASSWORD, &[(wire::VERSION, spoken)]).await;
        assert_eq!(answer.status, StatusCode::UPGRADE_REQUIRED);
        assert_eq!(answer.body["error"]["why"]["kind"], told, "{spoken}");
    }
    assert_eq!(edge.clinic.tries().await, before);
    let ours = wire::CONTRACT.to_string();
    let answer = edge.sign_in(PASSWORD, &[(wire::VERSION, &ours)]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// Attack 18, over every call of the document: without a token, with one of nobody, and with one
/// that waits for a code.
#[tokio::test]
async fn no_call_answers_to_a_token_that_is_none_of_its_own() {
    let edge = Edge::new().await;
    let waiting = edge.sign_in(PASSWORD, &[]).await.body["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let before = edge.clinic.dump().await;
    let (mut asked, mut of_anyone, mut answered) = (0, 0, Vec::new());
    for (path, item) in document()["paths"].as_object().unwrap() {
        let name = path.strip_prefix("/v1/").unwrap();
        let needs_token = item["post"]["security"] != json!([]);
        of_anyone += usize::from(!needs_token);
        let body = example(&item["post"]["requestBody"]["content"][wire::JSON]["schema"]);
        for token in [None, Some("nobody"), Some(&*waiting), Some("")] {
            let bearer = token.map(|token| format!("Bearer {token}"));
            let headers: Vec<_> = bearer
                .iter()
                .map(|it| (AUTHORIZATION.as_str(), &**it))
                .collect();
            // What belongs to the code, and leaving, is its own to call.
            let own = [
                "submit-code",
                "challenge-now",
                "send-again",
                "try-another",
                "submit-recovery-code",
                "let-in",
                "ask-at-desk",
                "submit-desk-code",
                "sign-out",
            ];
            if token == Some(&*waiting) && own.contains(&name) || !needs_token {
                continue;
            }
            let answer = edge.call(name, &body, &headers).await;
            if answer.status != StatusCode::UNAUTHORIZED {
                answered.push((name.to_owned(), token.is_some(), answer.status));
            }
            asked += 1;
        }
    }
    assert_eq!(answered, [], "of {asked}");
    assert!(asked > 250 && of_anyone == 4, "{asked}, {of_anyone}");
    assert_eq!(edge.clinic.dump().await, before);
}

/// A value that a schema takes.
fn example(schema: &Value) -> Value {
    let document = document();
    fn of(schema: &Value, document: &Value) -> Value {
        let with_its_own = |mut whole: Value| {
            if let (Some(whole), Value::Object(rest)) =
                (whole.as_object_mut(), properties(schema, document))
            {
                whole.extend(rest);
            }
            whole
        };
        if let Some(path) = schema["$ref"].as_str() {
            return with_its_own(of(document.pointer(&path[1..]).unwrap(), document));
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = schema[choice].as_array().and_then(|all| all.first()) {
                return with_its_own(of(first, document));
            }
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
            return first.clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[0].clone(),
            kind => kind.clone(),
        };
        match kind.as_str().unwrap_or("object") {
            "string" => match schema["format"].as_str() {
                Some("date-time") => json!("2027-01-15T08:00:00Z"),
                Some("date") => json!("2027-01-15"),
                Some("email") => json!("sam@hills.example"),
                _ => json!("0190163d-8694-739b-aea5-966c26f8ad91"),
            },
            "integer" | "number" => json!(5),
            "boolean" => json!(false),
            "array" => json!([]),
            "null" => Value::Null,
            _ => properties(schema, document),
        }
    }
    fn properties(schema: &Value, document: &Value) -> Value {
        let all = schema["properties"].as_object();
        all.into_iter()
            .flatten()
            .map(|(name, schema)| {
                let value = match (name.as_str(), schema["type"].as_str()) {
                    ("email", Some("string")) => json!("sam@hills.example"),
                    ("local", _) => json!("2027-01-15T08:00:00"),
                    _ => of(schema, document),
                };
                (name.clone(), value)
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
    of(schema, &document)
}

/// A report of a message that nobody has signed is answered as every other, and changes nothing.
#[tokio::test]
async fn a_report_that_is_not_signed_is_answered_as_every_other() {
    let edge = Edge::new().await;
    let before = edge.clinic.dump().await;
    for practice in ["x", "0190163d-8694-739b-aea5-966c26f8ad91"] {
        for signature in ["", "bm8="] {
            let url = edge.url(&format!("/v1/reports/twilio/{practice}"));
            let report = edge
                .http
                .post(url)
                .header("x-twilio-signature", signature)
                .body("MessageSid=SM1&MessageStatus=delivered");
            let answer = report.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{practice}");
        }
    }
    assert_eq!(edge.clinic.dump().await, before);
}

/// Every call of the contract is served, but for those of the backend itself.
#[test]
fn every_call_is_served_but_those_of_whoever_runs_the_backend() {
    let document = document();
    let served = document["paths"].as_object().unwrap();
    let mut left_out = Vec::new();
    for file in std::fs::read_dir("src/api").unwrap() {
        let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let names = source.lines().filter(|line| line.starts_with("call!("));
        for line in names {
            let name = line.split('"').nth(1).unwrap();
            if !served.contains_key(&format!("/v1/{name}")) {
                left_out.push(name.to_owned());
            }
        }
    }
    left_out.sort();
    assert_eq!(left_out, ["add-practice", "found", "make-recovery-key"]);
}
