//! The desktop program.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use vestibule::backend::demo::Demo;
use vestibule::backend::{Embedded, ServerAddress};
use vestibule::command::Command;
use vestibule::gui::Start;
use vestibule::logging::Form;
use vestibule::settings::{Files, Settings};

/// Two-step sign-in for the staff of health practices.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Open a made-up practice to try everything on; nothing of it is kept
    #[arg(long)]
    demo: bool,
    /// Use this server, this time
    #[arg(long, value_name = "https://…", conflicts_with = "demo")]
    server: Option<ServerAddress>,
    #[command(subcommand)]
    command: Option<Command>,
}

const NO_HOME: &str = "Vestibule finds no home folder for this account to keep its data in.";

fn main() -> ExitCode {
    vestibule::panics::tell_places_only();
    let Arguments {
        demo,
        server,
        command,
    } = Arguments::parse();
    // A command says what went wrong itself.
    let usual = if command.is_some() {
        "off"
    } else {
        "error,vestibule=info"
    };
    vestibule::logging::start(usual, Form::Lines);
    let done = match &command {
        Some(command) => run(command),
        None => start(demo, server),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn start(demo: bool, server: Option<ServerAddress>) -> Result<(), String> {
    if !has_display() {
        return Err("Vestibule needs a display: start it from a desktop session.".into());
    }
    // Its folder goes with it, when the window has gone.
    let demo = demo.then(Demo::new).transpose().map_err(|error| {
        format!("Vestibule cannot make its demo in the folder for temporary files: {error}.")
    })?;
    let demo = demo.map(Arc::new);
    let place = match &demo {
        Some(demo) => demo.place(),
        None => place()?,
    };
    let files = Files::usual().ok_or(NO_HOME)?;
    let settings = match &demo {
        // The demo is on this computer, whatever is set on it.
        Some(_) => Settings::none(files),
        None => Settings::of(files),
    };
    let settings = match server {
        Some(address) => settings.with_server(address),
        None => settings,
    };
    vestibule::gui::run(Start {
        place,
        demo,
        settings,
    })
    .map_err(|error| format!("Vestibule cannot open a window on this display: {error}."))
}

fn run(command: &Command) -> Result<(), String> {
    println!("{}", command.run(&place()?)?);
    Ok(())
}

fn place() -> Result<Embedded, String> {
    Ok(Embedded::usual().ok_or(NO_HOME)?)
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
