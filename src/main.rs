//! The desktop program.

use std::process::ExitCode;

use clap::Parser;
use vestibule::backend::Embedded;

/// Two-step sign-in for the staff of health practices.
#[derive(Parser)]
#[command(version)]
struct Arguments {}

fn main() -> ExitCode {
    let Arguments {} = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("VESTIBULE_LOG")
                .unwrap_or_else(|_| "error,vestibule=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), String> {
    if !has_display() {
        return Err("Vestibule needs a display: start it from a desktop session.".into());
    }
    let place = Embedded::usual()
        .ok_or("Vestibule finds no home folder for this account to keep its data in.")?;
    vestibule::gui::run(place)
        .map_err(|error| format!("Vestibule cannot open a window on this display: {error}."))
}

/// Whether a window can be opened at all. The window library panics where there is none.
fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
