//! Attack 99: everything that reads what somebody else has written, fed with anything.
//!
//! `cargo test --test fuzz` replays what lies under `__fuzz__` and tries random input for a second
//! each. `tests/run --long fuzz` has libFuzzer look for paths that nothing has taken, 30 minutes
//! each; what breaks one is kept under `__fuzz__` from then on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod answered;
mod kept;
mod typed;

/// What of the input is a text.
fn text(input: &[u8]) -> &str {
    match std::str::from_utf8(input) {
        Ok(text) => text,
        Err(fault) => std::str::from_utf8(&input[..fault.valid_up_to()]).unwrap_or_default(),
    }
}
