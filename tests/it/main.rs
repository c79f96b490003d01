//! All that needs nothing but Rust: no display, no network, no services.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod architecture;
