//! A practice that goes to a server: retired where it was, taken in where it goes on.
//!
//! It is retired first, in a committed statement, and its file is written then: at no time are there
//! two backends that take its codes. Whoever is cut off in between writes the file once more.

mod rows;

use super::{Caller, FullAccess, Happened, Service, SteppedUp, acts};
use crate::api::{Error, Misfit, Token};
use crate::domain::{EventKind, NotAllowed, Reason};
use crate::store::{Fault, Moving, Tx};
use rows::{Move, Row};

/// Rows that are read at once.
const AT_ONCE: i64 = 500;

/// Why a practice was not taken in. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// It was not retired where it came from: two backends would take its codes.
    #[error("it is no export")]
    NotExported,
    /// A practice of this name is here already, and it is the same.
    #[error("{0} is here already")]
    PracticeHere(String),
    /// These addresses have accounts here, which belong to whoever has them.
    #[error("there are accounts with {}", .0.join(", "))]
    AccountsHere(Vec<String>),
    /// Something in it is not as it was written.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Anything else.
    #[error("{0}")]
    Call(#[from] Error),
}

impl From<Fault> for ImportFault {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Damaged(why) => Self::Damaged(why),
            fault => Self::Call(fault.into()),
        }
    }
}

/// What was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The practice.
    pub practice: String,
    /// How many people it has.
    pub people: usize,
    /// Those who have no password yet: their invitations did not come with them.
    pub uninvited: Vec<String>,
    /// The entries of Activity that were sealed.
    pub entries: u64,
    /// The first of them that did not fit its seal where it came from; none if all did.
    pub misfit: Option<Misfit>,
}

impl Service {
    /// Retires the practice of this computer: from now on nobody is answered out of this database,
    /// and it waits for nothing but to be taken in by a server. What was retired before stays so.
    ///
    /// # Errors
    ///
    /// [`Error::StepUpNeeded`] and [`Error::Forbidden`] as every act of full access; nothing was
    /// changed.
    pub async fn retire(
        &self,
        token: &Token,
        reason: &Reason,
        to: Option<&str>,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let stepped_up = <SteppedUp<FullAccess> as Caller>::admit(self, Some(token), now);
        let SteppedUp(actor) = stepped_up.await?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        // What belongs to the others too is not one practice's to take away.
        if tx.has_several_practices().await? {
            return Err(NotAllowed::SharedBackend.into());
        }
        if tx.moved().await?.is_none() {
            tx.end_all_that_is_open(now).await?;
            let happened = Happened {
                reason: Some(reason.as_str()),
                ..acts::by(&actor, EventKind::PracticeExported)
            };
            self.log(&mut tx, happened, now).await?;
            tx.retire(to, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Takes in the practice of another backend, which was retired there: its people with what they
    /// sign in with, its rules, and Activity. In one transaction: whoever is cut off has done
    /// nothing.
    ///
    /// Every time step up to now counts as spent. No account that exists is touched.
    ///
    /// # Errors
    ///
    /// An [`ImportFault`]; nothing was changed.
    pub async fn import(&self, from: &Self) -> Result<Imported, ImportFault> {
        let now = self.clock.now();
        let practice = {
            let mut tx = from.store.read().await?;
            tx.moved().await?.ok_or(ImportFault::NotExported)?;
            let sealed = tx.first_practice().await?;
            sealed.ok_or(ImportFault::NotExported)?.practice
        };
        let seals = from.verify_first_practice().await?;

        let mut tx = self.store.write().await?;
        self.refuse_known(from, &mut tx).await?;
        let key = tx.sealing_key().await?.unwrap_or_else(|| self.keys.id());
        let mut moving = Move::new(from, self, key, &practice.id, now);
        for &what in Moving::ALL {
            moving.table(what, &mut tx).await?;
        }
        moving.pepper(&mut tx).await?;
        let told = match &seals.misfit {
            None => format!(
                "{} entries came with it, and fit their seals",
                seals.entries
            ),
            Some(misfit) => format!("entry {} did not fit its seal", misfit.number),
        };
        let happened = Happened {
            practice: Some(&practice.id),
            reason: Some(&told),
            ..Happened::of(EventKind::PracticeImported)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(Imported {
            practice: practice.name,
            people: moving.people.len(),
            uninvited: moving.uninvited,
            entries: seals.entries,
            misfit: seals.misfit,
        })
    }

    async fn refuse_known(&self, from: &Self, tx: &mut Tx) -> Result<(), ImportFault> {
        for practice in from.rows(Moving::Practices).await? {
            if tx
                .has_practice(practice.text("id").unwrap_or_default())
                .await?
            {
                let name = practice.text("name").unwrap_or_default();
                return Err(ImportFault::PracticeHere(name.to_owned()));
            }
        }
        let mut here = Vec::new();
        for user in from.rows(Moving::Users).await? {
            let email = user.text("email").unwrap_or_default();
            if tx.has_account(email).await? {
                here.push(email.to_owned());
            }
        }
        if here.is_empty() {
            return Ok(());
        }
        Err(ImportFault::AccountsHere(here))
    }

    /// All rows of a table, for those that are few.
    async fn rows(&self, what: Moving) -> Result<Vec<Row>, ImportFault> {
        let mut tx = self.store.read().await?;
        let rows = tx.rows_to_move(what, 0, i64::MAX).await?;
        let rows = rows.into_iter().map(|(_, cells)| Row { what, cells });
        Ok(rows.collect())
    }
}
