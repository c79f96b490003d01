//! A practice that goes to a server.

use std::path::Path;

use super::shown;
use crate::api::{Outcome, Token};
use crate::ask::Asker;
use crate::backend::{Embedded, Export, KeepFault, ServerAddress};
use crate::domain::Reason;
use crate::gui::{error, keep_fault as sentence};
use crate::words::t;

/// Retires it and writes it into a file, for somebody with full access who signs in here and now.
pub(super) async fn export(
    place: &Embedded,
    file: &Path,
    to: Option<&ServerAddress>,
) -> Result<String, String> {
    // Before anybody has typed anything.
    if file.exists() {
        return Err(sentence(KeepFault::Exists(file.to_owned())));
    }
    let export = place.export().await.map_err(sentence)?;
    let mut asker = Asker::new();
    let (token, reason) = match asked(&export, &mut asker).await {
        Ok(asked) => asked,
        Err(why) => {
            export.close().await;
            return Err(why);
        }
    };
    let to = to.map(ToString::to_string);
    let done = export.finish(&token, &reason, to.as_deref(), file).await;
    let done = done.map_err(sentence)?;
    let key = done.key.expose();
    let practice = done.practice.as_str();
    Ok([
        t!("export-done", practice = practice, file = shown(file)),
        t!("export-key", key = key),
        t("export-then"),
    ]
    .join("\n"))
}

/// Who it is, and why.
async fn asked(export: &Export, asker: &mut Asker) -> Result<(Token, Reason), String> {
    let practice = export.practice();
    let about = match export.is_retired() {
        false => t!("export-practice", practice = practice),
        true => t!("export-again", practice = practice),
    };
    let email = asker.shown(format!("{about}\n{}", t("ask-export-email")))?;
    let email = email.ok_or_else(|| t("nothing-entered"))?;
    let password = asker.hidden(t("ask-export-password"))?;
    let outcome = export.sign_in(&email, &password).await;
    let outcome = match outcome.map_err(|fault| error(&fault))? {
        Outcome::Code(due) => {
            let code = asker.hidden(t("ask-export-code"))?;
            let outcome = export.submit(&due.token, &code).await;
            outcome.map_err(|fault| error(&fault))?
        }
        outcome => outcome,
    };
    let Outcome::In(admitted) = outcome else {
        return Err(t("export-set-up-due"));
    };
    let reason = asker.shown(t("ask-export-reason"))?.unwrap_or_default();
    let reason = Reason::parse(&reason).map_err(|_| t("fault-reason"))?;
    Ok((admitted.token, reason))
}
