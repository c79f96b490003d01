//! Why the practice of this computer cannot be opened, kept or moved, or which is to be is unknown.

use std::path::Path;

use super::{moved, sentence};
use crate::backend::{KeepFault, OpenFault, UnlockFault};
use crate::gui::words::t;
use crate::keychain;
use crate::settings::NotSettings;

/// Why it cannot be opened, and what to do.
pub fn opening(fault: &OpenFault) -> (String, String) {
    let path = |path: &Path| path.display().to_string();
    match fault {
        OpenFault::Keyring(keychain::Fault::Locked) => {
            (t("keyring-locked"), t("keyring-locked-help"))
        }
        OpenFault::Keyring(_) => (t("keyring-silent"), t("keyring-silent-help")),
        OpenFault::KeyMissing(file) => {
            (t("key-missing"), t!("key-missing-help", path = path(file)))
        }
        OpenFault::KeyWrong(file) => (t("key-wrong"), t!("key-missing-help", path = path(file))),
        OpenFault::DatabaseMissing(file) => (
            t("database-missing"),
            t!("database-missing-help", path = path(file)),
        ),
        OpenFault::DatabaseDamaged(file) => (
            t("database-damaged"),
            t!("database-damaged-help", path = path(file)),
        ),
        OpenFault::DatabaseNewer { found, known } => (
            t("database-newer"),
            t!("database-newer-help", found = *found, known = *known),
        ),
        OpenFault::DatabaseBusy(file) => (
            t("database-busy"),
            t!("database-busy-help", path = path(file)),
        ),
        OpenFault::NotCopied(file) => (
            t("not-copied-before"),
            t!("not-copied-before-help", path = path(file)),
        ),
        OpenFault::DiskFull => (t("fault-disk-space"), String::new()),
        OpenFault::ReadOnly(file) => (
            t("fault-disk-read-only"),
            t!("read-only-help", path = path(file)),
        ),
        OpenFault::DiskFails => (t("fault-disk"), String::new()),
        OpenFault::Elsewhere(file) => (
            t("database-elsewhere"),
            t!("database-elsewhere-help", path = path(file)),
        ),
        OpenFault::Moved { to } => moved(to.as_deref()),
        OpenFault::Other => (t("open-other"), t("open-other-help")),
    }
}

/// Why it is not known what is to be opened, and what to do.
pub fn settings(fault: &NotSettings) -> (String, String) {
    let then = match fault {
        NotSettings::File(file, why) => t!(
            "settings-not-read",
            file = file.display().to_string(),
            why = why.as_str()
        ),
        NotSettings::Key { path, line, what } => t!(
            "settings-not-understood",
            file = path.display().to_string(),
            line = *line,
            what = what.as_str()
        ),
    };
    (t("settings-damaged"), then)
}

/// Why it was not kept, brought back or moved, in a sentence or two.
pub fn keeping(fault: KeepFault) -> String {
    let path = |path: &Path| path.display().to_string();
    match fault {
        KeepFault::Open(fault) | KeepFault::Key(UnlockFault::Open(fault)) => {
            let (what, then) = opening(&fault);
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
        KeepFault::Call(fault) => sentence(&fault),
        KeepFault::KeyNotKept(_) => t("key-not-kept"),
    }
}
