//! What the program writes for whoever looks for a fault: on standard error, as much as
//! `VESTIBULE_LOG` asks for.
//!
//! Knows the filter. Must not know what is logged.

use std::io::IsTerminal;

use tracing::Level;
#[cfg(feature = "server")]
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The variable that says how much.
const VARIABLE: &str = "VESTIBULE_LOG";

/// Crates, each with its family, that write down what is on the screen, codes and keys among it:
/// their details are not listened to, whatever is asked for (SECURITY.md, attack 64).
const TELLTALES: &[&str] = &["cosmic_text", "iced", "winit"];

/// In which form it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Lines for people.
    #[default]
    #[serde(rename = "text")]
    Lines,
    /// A JSON object a line.
    Json,
}

/// Begins to log; as much as `usual` if nothing is asked for.
///
/// # Panics
///
/// If the process logs already.
pub fn start(usual: &str, form: Form) {
    start_to(usual, form, std::io::stderr);
}

/// What writes the log beside the work. When it goes, what is still to be written is.
#[cfg(feature = "server")]
#[must_use = "nothing is written without it"]
pub struct Beside(#[expect(dead_code, reason = "kept until it goes")] WorkerGuard);

/// As [`start`], but nobody waits for whoever reads the log: lines that are not taken from us in
/// time are left out (SECURITY.md, fault 35).
///
/// # Panics
///
/// If the process logs already.
#[cfg(feature = "server")]
pub fn start_beside(usual: &str, form: Form) -> Beside {
    let (writer, guard) = tracing_appender::non_blocking(std::io::stderr());
    start_to(usual, form, writer);
    Beside(guard)
}

fn start_to<W>(usual: &str, form: Form, writer: W)
where
    W: for<'a> MakeWriter<'a> + Clone + Send + Sync + 'static,
{
    let asked = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| usual.into());
    let lines = (form == Form::Lines).then(|| {
        fmt::layer()
            // Colours are for a terminal.
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(writer.clone())
    });
    let json = (form == Form::Json).then(|| fmt::layer().json().with_writer(writer));
    tracing_subscriber::registry()
        .with(asked)
        .with(filter_fn(|about| {
            *about.level() <= Level::INFO || !tells(about.target())
        }))
        .with(lines)
        .with(json)
        .init();
}

fn tells(target: &str) -> bool {
    let root = target.split("::").next().unwrap_or_default();
    TELLTALES.iter().any(|name| {
        root.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}
