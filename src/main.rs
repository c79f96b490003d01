//! The desktop program.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use vestibule::backend::Embedded;
use vestibule::backend::demo::Demo;
use vestibule::command::Command;
use vestibule::logging::Form;

/// Two-step sign-in for the staff of health practices.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Open a made-up practice to try everything on; nothing of it is kept
    #[arg(long)]
    demo: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    vestibule::panics::tell_places_only();
    let Arguments { demo, command } = Arguments::parse();
    // A command says what went wrong itself.
    let usual = if command.is_some() {
        "off"
    } else {
        "error,vestibule=info"
    };
    vestibule::logging::start(usual, Form::Lines);
    let done = match &command {
        Some(command) => run(command),
        None => start(demo),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn start(demo: bool) -> Result<(), String> {
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
    vestibule::gui::run(place, demo)
        .map_err(|error| format!("Vestibule cannot open a window on this display: {error}."))
}

fn run(command: &Command) -> Result<(), String> {
    println!("{}", command.run(&place()?)?);
    Ok(())
}

fn place() -> Result<Embedded, String> {
    Embedded::usual().ok_or_else(|| {
        "Vestibule finds no home folder for this account to keep its data in.".into()
    })
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
