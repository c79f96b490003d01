//! The OpenAPI 3.1 document, made of the same list as the routes.

use std::sync::LazyLock;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::routes;
use crate::api::Call;
use crate::api::wire::{self, Problem};
use crate::service::{Caller, Handle, Service};

/// What a call may answer beside its reply, with what each status says.
const ERRORS: &[(&str, &str)] = &[
    ("400", "The body cannot be read as this call."),
    ("401", "The token is none, or has ended."),
    ("403", "Refused: the error says why."),
    (
        "404",
        "There is no such thing, or it is not the caller's to see.",
    ),
    ("408", "The body did not come in time."),
    ("409", "Not as things stand: the error says why."),
    ("410", "The practice moved to another server."),
    ("413", "The body is too long."),
    ("415", "The body is no JSON."),
    ("422", "Something that was typed cannot be taken."),
    ("423", "The session is locked."),
    ("426", "The client speaks another version of the contract."),
    ("429", "Too many failures, or too soon."),
    ("500", "A fault of the server, under an incident number."),
    (
        "503",
        "Busy, or something that the server needs does not work.",
    ),
];

/// The document under the making.
pub(super) struct Document {
    schemas: SchemaGenerator,
    paths: Map<String, Value>,
}

/// The OpenAPI document of the server.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut document = Document {
        schemas: settings.into_generator(),
        paths: Map::new(),
    };
    routes::describe(&mut document);
    document.whole()
}

impl Document {
    /// Adds a call.
    pub(super) fn describe<C>(&mut self, title: &str)
    where
        C: Call + JsonSchema,
        C::Reply: JsonSchema,
        Service: Handle<C>,
    {
        let request = self.schemas.subschema_for::<C>();
        let reply = self.schemas.subschema_for::<C::Reply>();
        let about = request_words::<C>(&mut self.schemas);
        let mut responses = Map::new();
        responses.insert(
            "200".into(),
            json!({
                "description": "Done.",
                "content": { wire::JSON: { "schema": reply } }
            }),
        );
        for (status, _) in ERRORS {
            let answer = json!({ "$ref": format!("#/components/responses/{status}") });
            responses.insert((*status).into(), answer);
        }
        let who = if <Service as Handle<C>>::Caller::WITHOUT_TOKEN.is_some() {
            json!([{ "token": [] }])
        } else {
            json!([])
        };
        let operation = json!({
            "operationId": C::NAME,
            "summary": title,
            "description": about,
            "security": who,
            "requestBody": {
                "required": true,
                "content": { wire::JSON: { "schema": request } }
            },
            "responses": responses,
        });
        self.paths
            .insert(routes::path(C::NAME), json!({ "post": operation }));
    }

    fn whole(mut self) -> Value {
        let problem = self.schemas.subschema_for::<Problem>();
        let responses: Map<String, Value> = ERRORS
            .iter()
            .map(|(status, words)| {
                let answer = json!({
                    "description": words,
                    "content": { wire::PROBLEM: { "schema": problem } }
                });
                ((*status).to_owned(), answer)
            })
            .collect();
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Vestibule",
                "version": wire::CONTRACT.to_string(),
                "description": "Two-step sign-in for the staff of health practices: a call is a \
                                POST of its JSON, an error a problem of RFC 9457.",
                "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" }
            },
            "paths": self.paths,
            "components": {
                "schemas": self.schemas.take_definitions(true),
                "responses": responses,
                "securitySchemes": {
                    "token": { "type": "http", "scheme": "bearer" }
                }
            }
        })
    }
}

/// What the source says of a call.
fn request_words<C: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    let schema = C::json_schema(schemas);
    schema.get("description").cloned().unwrap_or(Value::Null)
}

pub(super) fn router() -> Router {
    Router::new().route("/openapi.json", get(served))
}

async fn served() -> impl IntoResponse {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().to_string());
    ([(CONTENT_TYPE, wire::JSON)], DOCUMENT.as_str())
}
