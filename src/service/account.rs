//! The signed-in person: who it is, the end of the session.

use super::facts::Facts;
use super::{Handle, Happened, Leaving, Service, Staff};
use crate::api::{Ack, Error, Me, OwnPractice, SignOut, WhoAmI};
use crate::domain::{EventKind, Role, Timestamp};
use crate::store::{About, PracticeRow, UserRow};

impl Handle<WhoAmI> for Service {
    type Caller = Staff;

    async fn handle(&self, caller: Staff, _: WhoAmI, _: Timestamp) -> Result<Me, Error> {
        Ok(me(
            &caller.user,
            &caller.practice,
            caller.role,
            &caller.facts,
        ))
    }
}

impl Handle<SignOut> for Service {
    type Caller = Leaving;

    async fn handle(&self, caller: Leaving, _: SignOut, now: Timestamp) -> Result<Ack, Error> {
        let user = match &caller {
            Leaving::Session(session) => &session.user,
            Leaving::Waiting(waiting) => &waiting.user,
        };
        let mut tx = self.store.write_about(About::Person(user.as_str())).await?;
        match caller {
            Leaving::Session(session) => {
                tx.end_session(&session.id, now).await?;
                let happened = Happened::in_session(&session, EventKind::SignedOut);
                self.log(&mut tx, happened, now).await?;
            }
            Leaving::Waiting(waiting) => {
                tx.end_waiting(&waiting.token_hash, now).await?;
            }
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

/// The signed-in person, as the screens know them.
pub(super) fn me(user: &UserRow, practice: &PracticeRow, role: Role, facts: &Facts) -> Me {
    Me {
        user: user.id.clone(),
        name: user.name.clone(),
        email: user.email.as_str().to_owned(),
        role,
        practice: practice.id.clone(),
        practice_name: practice.name.clone(),
        practices: facts
            .memberships
            .iter()
            .map(|place| OwnPractice {
                practice: place.practice.id.clone(),
                name: place.practice.name.clone(),
                role: place.role,
            })
            .collect(),
        time_zone: practice.time_zone.clone(),
    }
}
