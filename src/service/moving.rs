//! A practice that goes to a server: retired where it was, taken in where it goes on.
//!
//! It is retired first, in a committed statement, and its file is written then: at no time are there
//! two backends that take its codes. Whoever is cut off in between writes the file once more.

use std::collections::{HashMap, HashSet};

use super::keys::{KeyMissing, Place};
use super::peppers::{name_of, naming, place_of};
use super::{Caller, FullAccess, Happened, Service, SteppedUp, acts, internal, keeping};
use crate::api::{Error, Misfit, Token};
use crate::domain::{EmailAddress, EventKind, NotAllowed, Reason, Timestamp};
use crate::store::{Cell, EntryAsKept, Fault, Moving, Tx};

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

/// A row on its way.
struct Row {
    what: Moving,
    cells: Vec<Cell>,
}

impl Row {
    fn text(&self, column: &str) -> Option<&str> {
        match self.what.column(column).map(|at| &self.cells[at]) {
            Some(Cell::Text(text)) => text.as_deref(),
            _ => None,
        }
    }

    fn number(&self, column: &str) -> Option<i64> {
        match self.what.column(column).map(|at| &self.cells[at]) {
            Some(Cell::Number(number)) => *number,
            _ => None,
        }
    }

    fn bytes(&self, column: &str) -> Option<&[u8]> {
        match self.what.column(column).map(|at| &self.cells[at]) {
            Some(Cell::Bytes(bytes)) => bytes.as_deref(),
            _ => None,
        }
    }

    fn set(&mut self, column: &str, cell: Cell) {
        if let Some(at) = self.what.column(column) {
            self.cells[at] = cell;
        }
    }
}

/// What is known of a practice while it is taken in.
struct Move<'a> {
    from: &'a Service,
    to: &'a Service,
    /// The data key that seals where it goes.
    key: String,
    now: Timestamp,
    people: HashSet<String>,
    uninvited: Vec<String>,
    /// What wrong passwords of an address are counted under, there and here.
    subjects: HashMap<String, String>,
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
        let mut moving = Move {
            from,
            to: self,
            key,
            now,
            people: HashSet::new(),
            uninvited: Vec::new(),
            subjects: HashMap::new(),
        };
        for what in Moving::ALL {
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

impl Move<'_> {
    async fn table(&mut self, what: Moving, tx: &mut Tx) -> Result<(), ImportFault> {
        let mut beyond = 0;
        loop {
            let rows = {
                let mut source = self.from.store.read().await?;
                source.rows_to_move(what, beyond, AT_ONCE).await?
            };
            let Some((last, _)) = rows.last() else {
                return Ok(());
            };
            beyond = *last;
            for (_, cells) in rows {
                if let Some(row) = self.turned(Row { what, cells })? {
                    tx.put_row(what, row.cells).await?;
                }
            }
        }
    }

    /// A row as it is to stand here; none if it does not come along.
    fn turned(&mut self, mut row: Row) -> Result<Option<Row>, ImportFault> {
        match row.what {
            Moving::Practices => {
                // Its recovery key opens nothing here: whoever runs the server keeps the keys.
                row.set("wrapped_keys", Cell::Bytes(Some(Vec::new())));
                row.set("key_id", Cell::Text(Some(self.key.clone())));
                row.set("came_at", Cell::Number(Some(self.now.as_millisecond())));
            }
            Moving::Users => self.user(&mut row)?,
            Moving::Methods => {
                let spent = i64::try_from(keeping::newest_open_step(self.now)).unwrap_or(i64::MAX);
                let last = row.number("last_step").unwrap_or_default();
                row.set("last_step", Cell::Number(Some(last.max(spent))));
                self.sealed("methods", &mut row)?;
            }
            Moving::Deliveries => self.sealed("deliveries", &mut row)?,
            Moving::RecoverySets => {
                let name = name_of(self.from.keys.pepper());
                row.set("pepper", Cell::Text(Some(name)));
            }
            Moving::Tries => {
                let subject = row.text("subject").unwrap_or_default();
                let here = match self.subjects.get(subject) {
                    Some(here) => here.clone(),
                    None if self.people.contains(subject) => subject.to_owned(),
                    // Of an address without an account, or of a computer, which stays behind.
                    None => return Ok(None),
                };
                row.set("subject", Cell::Text(Some(here)));
            }
            Moving::Events => self.event(&mut row),
            Moving::Words
            | Moving::Memberships
            | Moving::Rules
            | Moving::AllowedMethods
            | Moving::Requirements
            | Moving::RecoveryCodes
            | Moving::Notices
            | Moving::NewAddresses => {}
        }
        Ok(Some(row))
    }

    fn user(&mut self, row: &mut Row) -> Result<(), ImportFault> {
        let email = row.text("email").unwrap_or_default().to_owned();
        let parsed = EmailAddress::parse(&email)
            .map_err(|_| ImportFault::Damaged("an e-mail address".into()))?;
        let there = self.from.password_subject(&parsed);
        let here = self.to.password_subject(&parsed);
        self.subjects.insert(there, here);
        let id = row.text("id").unwrap_or_default();
        self.people.insert(id.to_owned());
        match row.text("password_hash") {
            None => self.uninvited.push(email),
            Some(hash) => {
                let named = naming(hash, self.from.keys.pepper())
                    .ok_or_else(|| ImportFault::Damaged("a password's hash".into()))?;
                row.set("password_hash", Cell::Text(Some(named)));
            }
        }
        Ok(())
    }

    /// Seals the secret of a row with the key of here.
    fn sealed(&self, table: &str, row: &mut Row) -> Result<(), ImportFault> {
        let Some(sealed) = row.bytes("secret") else {
            return Ok(());
        };
        let place = Place {
            table,
            row: row.text("id").unwrap_or_default(),
            column: "secret",
        };
        let opened = self.from.keys.open(place, sealed);
        let opened = opened.map_err(|_| ImportFault::Damaged(format!("a secret of {table}")))?;
        let keys = &self.to.keys;
        let new = keys.seal_with(&self.key, place, &opened, &*self.to.random);
        let new = new.map_err(|error: KeyMissing| internal(&error))?;
        row.set("secret", Cell::Bytes(Some(new)));
        Ok(())
    }

    /// An entry is stamped anew: the key of Activity is another here. Whether it fitted its seal
    /// where it came from stands in the entry of the import.
    fn event(&self, row: &mut Row) {
        let text = |column: &str| row.text(column).map(str::to_owned);
        let at = row.number("at").unwrap_or_default();
        let entry = EntryAsKept {
            n: 0,
            id: text("id").unwrap_or_default(),
            at,
            kind: text("kind").unwrap_or_default(),
            actor: text("actor"),
            subject: text("subject"),
            reason: text("reason"),
            factor: text("factor"),
            computer: text("computer"),
            stamp: None,
            seq: None,
            seal: None,
        };
        let chain = text("practice_id").unwrap_or_default();
        let stamp = self.to.keys.stamp_of(&chain, &entry);
        row.set("stamp", Cell::Bytes(Some(stamp.to_vec())));
        // A clock that stood ahead there is no measure of the one here.
        if at > self.now.as_millisecond() {
            row.set("ahead", Cell::Number(Some(1)));
        }
    }

    /// The pepper that its passwords and recovery codes were hashed with.
    async fn pepper(&self, tx: &mut Tx) -> Result<(), ImportFault> {
        let pepper = self.from.keys.pepper();
        let name = name_of(pepper);
        let sealed = self.to.seal(tx, place_of(&name), pepper.expose_bytes());
        let sealed = sealed.await?;
        tx.add_pepper(&name, sealed).await?;
        Ok(())
    }
}
