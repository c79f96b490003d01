//! What the program does without a window: backup, restore, recover.
//!
//! Knows the backend and the words. Must not know the service, the store or a widget. Whatever
//! is secret is typed where it is not shown, or comes on standard input; never from an argument
//! or the environment, which others on the computer can read.

mod export;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::ask::Asker;
use crate::backend::{Embedded, Home, Restored, ServerAddress};
use crate::gui::keep_fault as sentence;
use crate::paper;
use crate::words::t;

/// A command of the program.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Save a copy of the practice, also while Vestibule is open
    Backup {
        /// The file to make; one that exists is never written over
        file: PathBuf,
    },
    /// Put a backup in the place of the practice, which is kept
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Retire the practice of this computer and write it into a sealed file for a server
    Export {
        /// The file to make; one that exists is never written over
        file: PathBuf,
        /// The server's address, told to whoever opens the practice here later
        #[arg(long, value_name = "https://…")]
        to: Option<ServerAddress>,
    },
    /// With the practice recovery key: give someone with full access a new password
    Recover,
    /// Check that no entry of Activity was changed or removed, also while Vestibule is open
    VerifyActivity,
}

impl Command {
    /// Does it; what is to be said then.
    ///
    /// # Errors
    ///
    /// A sentence on why it was not done.
    pub fn run(&self, place: &Embedded) -> Result<String, String> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(async {
            match self {
                Self::Backup { file } => backup(place, file).await,
                Self::Restore { file } => restore(place, file).await,
                Self::Export { file, to } => export::export(place, file, to.as_ref()).await,
                Self::Recover => recover(place).await,
                Self::VerifyActivity => verify_activity(place).await,
            }
        })
    }
}

async fn backup(place: &Embedded, file: &Path) -> Result<String, String> {
    place.backup(file).await.map_err(sentence)?;
    Ok(t!("backup-done", file = shown(file)))
}

async fn restore(place: &Embedded, file: &Path) -> Result<String, String> {
    let mut ready = place.restore(file).await.map_err(sentence)?;
    if ready.needs_recovery_key() {
        let key = Asker::new().hidden(t("ask-restore-key"))?;
        ready.unlock(&key).map_err(|fault| sentence(fault.into()))?;
    }
    let done = ready.finish().await.map_err(sentence)?;
    Ok(restored(file, &done))
}

fn restored(file: &Path, done: &Restored) -> String {
    let mut said = vec![t!(
        "restore-done",
        practice = done.practice.as_str(),
        file = shown(file)
    )];
    if let Some(aside) = &done.aside {
        said.push(t!("restore-aside", file = shown(aside)));
    }
    if done.key_replaced {
        said.push(t("restore-key-replaced"));
    }
    if done.home == Some(Home::File) {
        said.push(t("no-keyring"));
    }
    said.push(t("restore-then"));
    said.join("\n")
}

async fn recover(place: &Embedded) -> Result<String, String> {
    if !place
        .holds_practice()
        .await
        .map_err(|fault| sentence(fault.into()))?
    {
        return Err(t("no-practice"));
    }
    let mut asker = Asker::new();
    let key = asker.hidden(t("ask-recovery-key"))?;
    let recovery = place.recover(&key).await;
    let recovery = recovery.map_err(sentence)?;
    let email = match recovery.people() {
        [only] => {
            let typed = asker.shown(t!("ask-recover-only", email = only.as_str()))?;
            typed.unwrap_or_else(|| only.clone())
        }
        _ => asker
            .shown(t("ask-recover-email"))?
            .ok_or_else(|| t("nothing-entered"))?,
    };
    let known = |known: &String| known.eq_ignore_ascii_case(email.trim());
    if !recovery.people().iter().any(known) {
        return Err(t("recover-nobody"));
    }
    let password = asker.hidden(t("ask-new-password"))?;
    if asker.hidden(t("ask-password-again"))? != password {
        return Err(t("passwords-differ"));
    }
    let done = recovery.finish(email.trim(), &password).await;
    let done = done.map_err(sentence)?;
    recovery.close().await;
    let mut said = vec![t!("recover-done", name = done.name.as_str())];
    if let Some(newest) = done.clock_was_ahead {
        said.push(t!(
            "recover-clock",
            newest = crate::gui::moment(newest),
            others = done.set_up_again
        ));
    }
    Ok(said.join("\n"))
}

async fn verify_activity(place: &Embedded) -> Result<String, String> {
    let verified = place.verify_activity().await;
    let verified = verified.map_err(sentence)?;
    let said = paper::verified(&verified, None);
    // A script reads it off the code that the program ends with.
    match verified.misfit {
        None => Ok(said),
        Some(_) => Err(said),
    }
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}
