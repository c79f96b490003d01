//! Every reason why the practice cannot be opened, on the screen that tells it.

use std::path::PathBuf;

use crate::backend::OpenFault;
use crate::gui::Message;
use crate::gui::tests::Stage;
use crate::keychain::Fault;

/// Every reason why the practice cannot be opened.
pub(in crate::gui::tests) fn open_faults() -> Vec<OpenFault> {
    let file = PathBuf::from("/home/alex/.local/share/vestibule/vestibule.db");
    vec![
        OpenFault::Keyring(Fault::Locked),
        OpenFault::Keyring(Fault::Silent),
        OpenFault::KeyMissing(file.clone()),
        OpenFault::KeyWrong(file.clone()),
        OpenFault::DatabaseMissing(file.clone()),
        OpenFault::DatabaseDamaged(file.clone()),
        OpenFault::DatabaseNewer { found: 3, known: 1 },
        OpenFault::DatabaseBusy(file.clone()),
        OpenFault::DiskFull,
        OpenFault::ReadOnly(file.clone()),
        OpenFault::Other,
        OpenFault::NotCopied(file.clone()),
        OpenFault::DiskFails,
        OpenFault::Elsewhere(file),
    ]
}

pub(in crate::gui::tests) fn trouble(fault: OpenFault) -> Stage {
    let mut stage = Stage::new();
    stage.said(Message::Opened(stage.app.shown, Err(fault)));
    stage.settle();
    stage
}
