//! Two-step sign-in for the staff of health practices.
//!
//! # Layers
//!
//! ```text
//!             domain            nouns and rules: no I/O, no async, no clock, no randomness
//!               ^
//!              api              the contract: one value type per call, one error type
//!           ^   ^   ^
//!      client   |   service ---> store, delivery
//!           ^   |   ^      ^
//!           +- backend     server <--- operate   (axum lives only in server)
//!                 ^
//!   keychain     gui              (iced lives only here)
//! ```
//!
//! # Invariants
//!
//! `tests/it/architecture.rs` reads the source and holds these:
//!
//! - `iced` is named under `gui` and in `main.rs` only, `sqlx` under `store` only, the keyring
//!   crates in `keychain` only, what sends HTTP under `client` and `delivery`, SMTP under
//!   `delivery`, what serves HTTP under `server`.
//! - `store` runs on SQLite and on PostgreSQL (feature `server`) by one SQL text; what differs is
//!   in `store::engine`, `store::sqlite` and `store::postgres`, but for the few places that `store`
//!   names.
//! - `paper` makes files and lines of text out of answers; it is used by `gui` and `command`.
//! - `gui` names neither `service` nor `store`: it speaks to [`backend::Backend`] in calls.
//! - `domain` knows no database, no widget, no async runtime and no JSON.
//! - The wall clock is read in `service::clock`, the system's randomness in `service::random`,
//!   and both are passed on.

pub mod api;
#[cfg(any(feature = "desktop", feature = "server"))]
mod ask;
pub mod backend;
pub mod client;
#[cfg(feature = "desktop")]
pub mod command;
pub mod delivery;
pub mod domain;
mod figures;
#[cfg(feature = "desktop")]
pub mod gui;
pub mod keychain;
#[cfg(any(feature = "desktop", feature = "server"))]
pub mod logging;
#[cfg(feature = "server")]
pub mod operate;
pub mod panics;
#[cfg(feature = "desktop")]
pub mod paper;
#[cfg(feature = "server")]
pub mod server;
pub mod service;
#[cfg(feature = "desktop")]
pub mod settings;
pub mod store;
mod words;
