//! The signed-in person: who it is, the end of the session.

use super::sign_in::me;
use super::{Handle, Happened, Leaving, Service, Staff};
use crate::api::{Ack, Error, Me, SignOut, WhoAmI};
use crate::domain::{EventKind, Timestamp};

impl Handle<WhoAmI> for Service {
    type Caller = Staff;

    async fn handle(&self, caller: Staff, _: WhoAmI, _: Timestamp) -> Result<Me, Error> {
        let place = (&caller.practice, caller.role);
        Ok(me(&caller.user, place, &caller.facts))
    }
}

impl Handle<SignOut> for Service {
    type Caller = Leaving;

    async fn handle(&self, caller: Leaving, _: SignOut, now: Timestamp) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
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
