//! Printing by the print queue of the system: CUPS, as Linux and macOS have it.
//!
//! What is printed goes to `lp` by a pipe: there is no file of it and nothing in an argument. The
//! queue may keep it for a day, as it does with whatever is printed.

use std::io::ErrorKind;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

use super::faults;
use super::words::t;
use crate::api::Secret;

/// Whether there is such a queue on this system.
pub const IS_HERE: bool = cfg!(unix);

/// How long the queue is waited for: a printer of the network is asked by the queue, not here.
const PATIENCE: Duration = Duration::from_secs(10);

/// The name of this account's default printer, if it has one.
///
/// # Errors
///
/// Why the queue cannot be asked.
pub async fn default_printer() -> Result<Option<String>, String> {
    let mut asked = Command::new("lpstat");
    // Its answer is translated otherwise.
    asked.arg("-d").env("LC_ALL", "C");
    let answer = answer_of(asked, &[]).await?;
    let answer = answer.ok_or_else(|| t("printing-silent"))?;
    Ok(named_in(&String::from_utf8_lossy(&answer.stdout)))
}

/// Prints a text.
///
/// # Errors
///
/// Why not, as the system says it.
pub async fn print(printer: &str, text: &Secret) -> Result<(), String> {
    let mut asked = Command::new("lp");
    asked.args(["-d", printer, "-t", "Vestibule"]);
    asked.args(["-o", "document-format=text/plain", "-"]);
    let answer = answer_of(asked, text.expose().as_bytes()).await?;
    // It may have it all the same.
    let answer = answer.ok_or_else(|| t("printing-unknown"))?;
    if answer.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    let why = said.lines().next().unwrap_or_default();
    let why = why.strip_prefix("lp: ").unwrap_or(why);
    Err(why.trim_end_matches('.').to_owned())
}

/// None if there is no answer in time.
async fn answer_of(mut asked: Command, input: &[u8]) -> Result<Option<Output>, String> {
    let answer = async {
        let mut child = asked
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            // One that ends without reading says why.
            let _ = pipe.write_all(input).await;
        }
        child.wait_with_output().await
    };
    match timeout(PATIENCE, answer).await {
        Ok(Ok(answer)) => Ok(Some(answer)),
        Ok(Err(error)) if error.kind() == ErrorKind::NotFound => Err(t("printing-nowhere")),
        Ok(Err(error)) => Err(faults::io(&error)),
        Err(_) => Ok(None),
    }
}

/// The printer in an answer of `lpstat -d`.
fn named_in(answer: &str) -> Option<String> {
    let name = answer.strip_prefix("system default destination: ")?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_printer_is_read_and_none_is_none() {
        let one = named_in("system default destination: Front_desk\n");
        assert_eq!(one.as_deref(), Some("Front_desk"));
        assert_eq!(named_in("no system default destination\n"), None);
        assert_eq!(named_in("system default destination: \n"), None);
        assert_eq!(named_in(""), None);
    }
}
