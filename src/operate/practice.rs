//! Practices and the people who may always come back.

use clap::Args;

use super::sentence;
use crate::api::{AddPractice, Invitation};
use crate::ask::Asker;
use crate::domain::{EmailAddress, Reason};
use crate::service::{InviteFault, RecoverFault, Service};

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

/// Whom to invite anew.
#[derive(Clone, Debug, Args)]
pub(super) struct Invited {
    /// The e-mail address of somebody with full access who has no password yet
    #[arg(long)]
    email: String,
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
    if service.has_practice().await.map_err(sentence)? {
        return Err(
            "There is a practice already. `practice add` makes one more; `invite-again` makes \
             another invitation for somebody with full access who has no password yet."
                .into(),
        );
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
    let added = service.operate(call).await.map_err(sentence)?;
    say!("{} is made.", new.practice);
    if added.has_account {
        say!("There is an account with this address: it is offered a place in it.");
        print(&added.invitation);
        say!(
            "In the app, signed in: My account, “A place in another practice”. The address \
             has to be proven by a code before, under My account too."
        );
    } else {
        tell(&new.name, &added.invitation);
    }
    Ok(())
}

/// Invites somebody anew who has not been in yet.
pub(super) async fn invite_again(service: &Service, whom: Invited) -> Result<(), String> {
    let email = EmailAddress::parse(&whom.email)
        .map_err(|_| format!("{} is no e-mail address.", whom.email))?;
    let invitation = service.invite_again(&email).await;
    let invitation = invitation.map_err(|fault| match fault {
        InviteFault::Call(error) => sentence(error),
        other @ InviteFault::NotWaiting => format!(
            "Not done: {other}. Whoever forgot a password has a code made by somebody else with \
             full access, or by `break-glass`."
        ),
    })?;
    tell(email.as_str(), &invitation);
    Ok(())
}

fn tell(name: &str, invitation: &Invitation) {
    say!("An invitation for {name}, good once and for 24 hours:");
    print(invitation);
    say!("In the app: “I have an invitation”.");
}

fn print(invitation: &Invitation) {
    say!("\n    {}\n", invitation.code.expose());
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
    say!(
        "{} signs in with the new password and sets up two-factor.",
        done.name
    );
    if let Some(newest) = done.clock_was_ahead {
        say!(
            "The clock of this machine is taken as it is, although something was recorded at \
             {newest}: everyone signs in again, and {} others set up two-factor again.",
            done.set_up_again
        );
    }
    Ok(())
}
