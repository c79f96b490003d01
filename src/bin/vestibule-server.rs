//! The server program.

use std::process::ExitCode;

use clap::Parser;
use vestibule::operate::Arguments;

fn main() -> ExitCode {
    vestibule::panics::tell_places_only();
    match Arguments::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
