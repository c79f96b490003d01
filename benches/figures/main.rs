//! The figures of the README, each against a baseline in the same run: `cargo bench`.
//!
//! What is claimed is a ratio, so both sides of it take turns; criterion measures one side after
//! the other. A figure beyond its limit is marked, and the run fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench that cannot go on has failed"
)]

mod measure;
mod people;
mod practice;

mod sign_in;

use measure::Report;

fn main() {
    // A window is measured with a keyring that is not there: its keys lie in a file.
    let mut report = Report::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(sign_in::measure(&mut report));
    runtime.block_on(people::measure(&mut report));
    report.print();
}
