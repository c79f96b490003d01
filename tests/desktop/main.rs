//! Journeys: the built program in a real window with a real keyring, driven by
//! keyboard and read off its pictures, as a person would.
//!
//! `tests/run journeys` starts two displays with a window manager each and then this;
//! each journey opens a [`desk::Desk`] of its own (home folder, session bus,
//! keyring) and has a display and its keyboard for itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a journey that cannot go on has failed"
)]

mod app;
mod clipboard;
mod demo;
mod desk;
mod first_run;
mod keeping;
mod keyring;
mod lock;
mod messages;
#[cfg(feature = "server")]
mod moved;
mod people;
mod phone;
mod post;
mod printing;
mod roll_out;
#[cfg(feature = "server")]
mod server;
mod sight;
mod statement;
mod steps;
mod until;
