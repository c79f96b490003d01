//! The server as programs of others see it: its document tried out call by call, its TLS graded.
//!
//! `tests/run outside` gets these programs and names them in the environment; without them this
//! fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

/// The stage of the scenarios, of which only a part is needed here.
#[path = "../it"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the scenarios need the rest of it"
)]
mod stage {
    pub(crate) mod clinic;
    pub(crate) mod staff;
}
use stage::clinic;

mod contract;
mod tls;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;
use vestibule::server::Proxies;

use clinic::Window;
use clinic::authority::AUTHORITY;
use clinic::window::served::{Serving, listen};

/// A server on a port of its own; the limit on one address is out of the way.
fn serve(window: &Window) -> (SocketAddr, Serving) {
    listen(&window.service, Proxies::default(), u32::MAX)
}

/// The certificate authority of the server, for programs that read a file.
fn authority() -> PathBuf {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("outside-authority.pem");
    std::fs::write(&file, &AUTHORITY.root).unwrap();
    file
}

/// A program that `tests/run` named.
fn program(variable: &str) -> Command {
    let path = std::env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} names no program: `tests/run outside` gets it"));
    let mut command = Command::new(path);
    command
        .stdin(Stdio::null())
        // What it keeps for itself stays out of the source.
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .kill_on_drop(true);
    command
}

/// What a program printed, and whether it was content.
async fn printed(command: &mut Command) -> (String, bool) {
    let output = command.output().await.unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        String::from_utf8_lossy(&text).into_owned(),
        output.status.success(),
    )
}
