//! Taking in the practice of a computer, out of the file that it was exported to.

use std::path::Path;
use std::sync::Arc;

use super::config::Sending;
use super::{sentence, service};
use crate::ask::Asker;
use crate::domain::RecoveryKey;
use crate::service::{ImportFault, NotOpened, Service, SystemClock, unpack};
use crate::store::{self, Fault, Store};

/// Takes it in, and says what follows.
pub(super) async fn import(to: &Service, file: &Path) -> Result<(), String> {
    let shown = file.display();
    let cannot = |error: std::io::Error| format!("{shown} cannot be read: {error}.");
    let sealed = std::fs::read(file).map_err(cannot)?;
    let key = Asker::new().hidden("The key of the export:".to_owned())?;
    let key = RecoveryKey::parse(key.expose()).map_err(|_| {
        "That is not a key as it was shown: it has seven groups of four letters and digits."
            .to_owned()
    })?;
    let (keys, database) = unpack(&sealed, &key).map_err(|fault| match fault {
        NotOpened::NoExport => format!("{shown} is no export of a practice."),
        NotOpened::KeyWrong => format!("That key does not open {shown}, or the file is damaged."),
    })?;
    // Its owner's alone, and gone at the end.
    let folder = tempfile::tempdir().map_err(|error| format!("No folder to work in: {error}."))?;
    let path = folder.path().join("export.db");
    std::fs::write(&path, &*database).map_err(|error| format!("No room to work in: {error}."))?;
    let damaged = |fault: Fault| match fault {
        Fault::Newer { found, known } => format!(
            "{shown} was made by a newer Vestibule ({found} > {known}): update the server first."
        ),
        fault => format!("{shown} cannot be used: {fault}."),
    };
    store::inspect_whole(&path).await.map_err(damaged)?;
    let source = Store::open_to_move(&path).await.map_err(damaged)?;
    let from = service(source, keys, Arc::new(SystemClock), &Sending::default())?;
    let imported = to.import(&from).await;
    from.close().await;
    let imported = imported.map_err(why)?;
    let people = match imported.people {
        1 => "1 person".to_owned(),
        many => format!("{many} people"),
    };
    say!(
        "{} is here, with {people} and {} entries of Activity. Whoever connects to this server \
         signs in with what they had.",
        imported.practice,
        imported.entries
    );
    if let Some(misfit) = imported.misfit {
        say!(
            "Entry {} of Activity did not fit its seal where it came from. That stands in Activity \
             too.",
            misfit.number
        );
    }
    if !imported.uninvited.is_empty() {
        say!(
            "These had not chosen a password yet and need a new invitation: {}.",
            imported.uninvited.join(", ")
        );
    }
    say!("Delete the file and its copies: it opens with its key alone, and is not needed again.");
    Ok(())
}

fn why(fault: ImportFault) -> String {
    match fault {
        ImportFault::NotExported => {
            "That is no practice that was retired by `vestibule export`. Nothing was done.".into()
        }
        ImportFault::PracticeHere(name) => {
            format!("{name} is on this server already. Nothing was done.")
        }
        ImportFault::AccountsHere(emails) => format!(
            "These addresses have accounts on this server, which an import never touches: {}. \
             Nothing was done.",
            emails.join(", ")
        ),
        ImportFault::Damaged(what) => format!("The export is damaged ({what}). Nothing was done."),
        ImportFault::Call(error) => sentence(error),
    }
}
