//! Two-step sign-in for the staff of health practices.
//!
//! # Layers
//!
//! CONTRIBUTING.md draws them, and tells what each knows. From the ground up:
//!
//! - `disk`, `domain`, `logging`, `panics` and `tls` use nothing of ours; `keychain` uses `disk`.
//! - `api`, `words` and `figures` use `domain`; `delivery` uses `domain`, `panics` and
//!   `tls`.
//! - `store` uses `api`, `disk` and `domain`; `ask` uses `api` and `words`; `paper` uses `api`, `words` and
//!   `domain`.
//! - `service` uses `store`, `api`, `delivery`, `domain`, `figures`, `panics` and `words`.
//! - `client` uses `api`, `domain` and `tls`; `server` uses `service` beside them.
//! - `settings` uses `client`; `backend` uses `client`, `service`, `store`, `keychain`, `api`,
//!   `delivery`, `disk` and `domain`.
//! - `gui` uses `backend`, `settings`, `paper`, `keychain`, `words`, `api`, `disk` and `domain`.
//! - `command` uses `gui` (its sentences alone), `backend`, `paper`, `ask`, `words`, `api` and
//!   `domain`; `operate` uses `server`, `service`, `store`, `ask`, `logging`, `words`, `api`,
//!   `delivery`, `disk` and `domain`.
//! - The program `vestibule` uses `command`, `gui`, `backend`, `settings`, `logging` and `panics`;
//!   `vestibule-server` uses `operate` and `panics`.
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
//! - No module names one that the list above does not give it: `gui` neither `service` nor `store`,
//!   it speaks to [`backend::Backend`] in calls.
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
pub mod disk;
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
pub mod tls;
mod words;
