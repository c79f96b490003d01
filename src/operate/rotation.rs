//! Another data key: sealing everything with it, and leaving the old one.

use super::sentence;
use crate::service::{RotateFault, Rotated, Service};

/// Seals everything with the newest key, and says which may go.
pub(super) async fn rotate(service: &Service) -> Result<(), String> {
    let Rotated {
        key,
        done_with,
        sealed,
    } = service.rotate_keys().await.map_err(why)?;
    say!("Everything is sealed with the key {key}: {sealed} values were sealed again.");
    match done_with.as_slice() {
        [] => say!("There is no other key."),
        old => say!(
            "Nothing is sealed with {} any more. `vestibule-server make-keys --drop-old` makes the \
             keys without it, for every replica (`--write`: into the file of this one); a copy of \
             the old ones stays in the safe for as long as backups of before are kept.",
            old.join(", ")
        ),
    }
    Ok(())
}

/// Refuses while something is sealed with an older key than the newest.
pub(super) async fn is_done(service: &Service) -> Result<(), String> {
    if service.seals_with_newest_alone().await.map_err(sentence)? {
        return Ok(());
    }
    Err("Something is sealed with an older key: run `vestibule-server rotate-key` first.".into())
}

fn why(fault: RotateFault) -> String {
    match fault {
        RotateFault::KeysMissing(missing) => format!(
            "Something is sealed with {}, which is not among the keys. Nothing was done: bring it \
             back.",
            missing.join(", ")
        ),
        RotateFault::NoNewKey => "There is no new key to seal with. `vestibule-server make-keys \
                                  --add` makes the keys with a new one beside them (`--write`: into \
                                  the file of this machine): give them to every replica and start \
                                  it again, then rotate."
            .into(),
        RotateFault::DoNotOpen(shut) => format!(
            "These were changed or moved, and do not open with the key that they name: {}. All \
             others are sealed with the new key. Reset those methods or set that delivery anew, \
             then rotate once more; the old key stays until then.",
            shut.join(", ")
        ),
        RotateFault::Call(error) => {
            let said = sentence(error);
            format!("{said} What was sealed anew stays so: run it again.")
        }
    }
}
