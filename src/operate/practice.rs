//! Practices and the people who may always come back.

use clap::Args;

use super::sentence;
use crate::api::{AddPractice, Greet, PracticeAdded};
use crate::ask::Asker;
use crate::domain::{EmailAddress, Reason};
use crate::service::{RecoverFault, Service};

/// A practice to be made.
#[derive(Clone, Debug, Args)]
pub(super) struct NewPractice {
    /// The practice's name
    #[arg(long)]
    practice: String,
    /// The name of its first person, who has full access
    #[arg(long)]
    name: String,
    /// That person's e-mail address
    #[arg(long)]
    email: String,
    /// The practice's IANA time zone
    #[arg(long, default_value = "Australia/Sydney")]
    time_zone: String,
}

/// Whom to let back in.
#[derive(Clone, Debug, Args)]
pub(super) struct BreakGlass {
    /// The e-mail address of somebody with full access
    #[arg(long)]
    email: String,
    /// Why: it stands in the practice's Activity
    #[arg(long)]
    reason: String,
}

impl NewPractice {
    /// The practice of a server that is tried.
    pub(super) fn to_try() -> Self {
        Self {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: "alex@hills.example".into(),
            time_zone: "Australia/Sydney".into(),
        }
    }
}

/// Makes the first practice.
pub(super) async fn first(service: &Service, new: NewPractice) -> Result<(), String> {
    let greeting = service.call(None, Greet {}).await.map_err(sentence)?;
    if greeting.practice.is_some() {
        return Err("There is a practice already: `practice add` makes one more.".into());
    }
    add(service, new).await
}

/// Makes one more practice.
pub(super) async fn add(service: &Service, new: NewPractice) -> Result<(), String> {
    let call = AddPractice {
        practice: new.practice.clone(),
        time_zone: new.time_zone,
        name: new.name.clone(),
        email: new.email,
    };
    let PracticeAdded { invitation, .. } = service.operate(call).await.map_err(sentence)?;
    println!(
        "{} is made. An invitation for {}, good once and for 24 hours:",
        new.practice, new.name
    );
    println!();
    println!("    {}", invitation.code.expose());
    println!();
    println!("In the app: “I have an invitation”.");
    Ok(())
}

/// Gives somebody with full access a new password, and leaves a set-up due.
pub(super) async fn break_glass(service: &Service, whom: BreakGlass) -> Result<(), String> {
    let email = EmailAddress::parse(&whom.email)
        .map_err(|_| format!("{} is no e-mail address.", whom.email))?;
    let reason = Reason::parse(&whom.reason).map_err(|_| "A reason is needed.".to_owned())?;
    let mut asker = Asker::new();
    let password = asker.hidden(format!("A new password for {email}:"))?;
    let again = asker.hidden("The same once more:".to_owned())?;
    if password != again {
        return Err("The two are not the same. Nothing was changed.".into());
    }
    let done = service.break_glass(&email, &password, &reason).await;
    let done = done.map_err(|fault| match fault {
        RecoverFault::Call(error) => sentence(error),
        other => format!("Not done: {other}."),
    })?;
    println!(
        "{} signs in with the new password and sets up two-factor. Everyone else signs in again.",
        done.name
    );
    Ok(())
}
