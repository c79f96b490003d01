//! Why a command was not done, each in a sentence or two.

use std::path::Path;

use crate::backend::{KeepFault, UnlockFault};
use crate::gui::{error, open_fault};
use crate::words::t;

/// What is said on the terminal.
pub(super) fn sentence(fault: KeepFault) -> String {
    let path = |path: &Path| path.display().to_string();
    match fault {
        KeepFault::Open(fault) | KeepFault::Key(UnlockFault::Open(fault)) => {
            let (what, then) = open_fault(&fault);
            format!("{what} {then}").trim_end().to_owned()
        }
        KeepFault::NoPractice => t("no-practice"),
        KeepFault::Exists(file) => t!("file-exists", file = path(&file)),
        KeepFault::NotWritten { file, why } => {
            t!("file-not-written", file = path(&file), why = why)
        }
        KeepFault::NotRead { file, why } => t!("file-not-read", file = path(&file), why = why),
        KeepFault::NotABackup(file) => t!("not-a-backup", file = path(&file)),
        KeepFault::Newer { file, found, known } => t!(
            "backup-newer",
            file = path(&file),
            found = found,
            known = known
        ),
        KeepFault::InUse(_) => t("restore-in-use"),
        KeepFault::Key(UnlockFault::Mistyped(_)) => t("fault-recovery-key-form"),
        KeepFault::Key(UnlockFault::Wrong) => t("fault-recovery-key"),
        KeepFault::NotFullAccess => t("recover-nobody"),
        KeepFault::Call(fault) => error(&fault),
        KeepFault::KeyNotKept(_) => t("key-not-kept"),
    }
}
