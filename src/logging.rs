//! What the program writes for whoever looks for a fault: on standard error, as much as
//! `VESTIBULE_LOG` asks for.
//!
//! Knows the filter. Must not know what is logged.

use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The variable that says how much.
const VARIABLE: &str = "VESTIBULE_LOG";

/// Crates, each with its family, that write down what is on the screen, codes and keys among it:
/// their details are not listened to, whatever is asked for (security.md, attack 64).
const TELLTALES: &[&str] = &["cosmic_text", "iced", "winit"];

/// Begins to log; as much as `usual` if nothing is asked for.
///
/// # Panics
///
/// If the process logs already.
pub fn start(usual: &str) {
    let asked = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| usual.into());
    tracing_subscriber::registry()
        .with(asked)
        .with(filter_fn(|about| {
            *about.level() <= Level::INFO || !tells(about.target())
        }))
        .with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr))
        .init();
}

fn tells(target: &str) -> bool {
    let root = target.split("::").next().unwrap_or_default();
    TELLTALES.iter().any(|name| {
        root.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}
