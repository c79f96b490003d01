//! The figures of the README, each against a baseline in the same run: `cargo bench`.
//!
//! What is claimed is a ratio, so both sides of it take turns; criterion measures one side after
//! the other. A figure beyond its limit is marked.
//!
//! `cargo bench --bench figures -- window` measures the window alone, and `-- sign-in` what a disk
//! decides alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench that cannot go on has failed"
)]

mod measure;
mod people;
mod practice;
mod program;
mod roll_out;
mod sign_in;
mod statement;
mod typing;

use measure::Report;

fn main() {
    if std::env::args().any(|argument| argument == program::BARE) {
        return program::bare_window();
    }
    let mut report = Report::default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let alone = |part: &str| std::env::args().any(|argument| argument == part);
    if alone("sign-in") {
        runtime.block_on(sign_in::measure(&mut report));
        return report.print();
    }
    if !alone("window") {
        runtime.block_on(sign_in::measure(&mut report));
        runtime.block_on(people::measure(&mut report));
        runtime.block_on(roll_out::measure(&mut report));
        runtime.block_on(statement::measure(&mut report));
    }
    typing::measure(&runtime, &mut report);
    program::measure(&mut report);
    report.print();
}
