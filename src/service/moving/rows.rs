//! The rows of a practice on their way: what each becomes where it is taken in.

use std::collections::{HashMap, HashSet};

use super::{AT_ONCE, ImportFault};
use crate::domain::{EmailAddress, PracticeId, Timestamp, UserId};
use crate::service::keys::{KeyMissing, Place};
use crate::service::peppers::{name_of, naming, place_of};
use crate::service::{Service, internal, keeping};
use crate::store::{Cell, EntryAsKept, Moving, Tx};

/// A row on its way.
pub(super) struct Row {
    pub(super) what: Moving,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    pub(super) fn text(&self, column: &str) -> Option<&str> {
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
pub(super) struct Move<'a> {
    from: &'a Service,
    to: &'a Service,
    /// The data key that seals where it goes.
    key: String,
    now: Timestamp,
    practice: String,
    pub(super) people: HashSet<String>,
    pub(super) uninvited: Vec<String>,
    /// What wrong passwords of an address are counted under, there and here.
    subjects: HashMap<String, String>,
}

impl<'a> Move<'a> {
    /// A practice on its way from one backend to another, whose data key is to seal it.
    pub(super) fn new(
        from: &'a Service,
        to: &'a Service,
        key: String,
        practice: &PracticeId,
        now: Timestamp,
    ) -> Self {
        Self {
            from,
            to,
            key,
            now,
            practice: practice.to_string(),
            people: HashSet::new(),
            uninvited: Vec::new(),
            subjects: HashMap::new(),
        }
    }

    /// Puts the rows of a table in.
    pub(super) async fn table(&mut self, what: Moving, tx: &mut Tx) -> Result<(), ImportFault> {
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
        self.refuse_about_others(&row)?;
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

    /// Refuses a row that is about a practice or a person that did not come with it. Whoever
    /// has the keys of a file can write anything into it, and none of that may reach what is here
    /// already, or make somebody a member of another practice.
    fn refuse_about_others(&self, row: &Row) -> Result<(), ImportFault> {
        let practice = match row.what {
            Moving::Practices => row.text("id"),
            _ => row.text("practice_id"),
        };
        let people: &[_] = match row.what {
            // What failures are counted under is looked at where they are taken in.
            Moving::Tries => &[],
            // A reset that was asked for at an address without an account is about nobody.
            Moving::Events => &["actor"],
            _ => &["user_id", "by_user", "until_by"],
        };
        let mut people = people.iter().filter_map(|column| row.text(column));
        let ours = practice.is_none_or(|id| id == self.practice)
            && people.all(|id| self.people.contains(id));
        match ours {
            true => Ok(()),
            false => Err(ImportFault::Damaged(format!(
                "a row of {} is about something else",
                row.what
            ))),
        }
    }

    fn user(&mut self, row: &mut Row) -> Result<(), ImportFault> {
        let email = row.text("email").unwrap_or_default().to_owned();
        // In its only spelling, or it could be that of somebody who is here already.
        let parsed = EmailAddress::parse(&email).ok();
        let parsed = parsed.filter(|parsed| parsed.as_str() == email);
        let parsed = parsed.ok_or_else(|| ImportFault::Damaged("an e-mail address".into()))?;
        let there = self.from.password_subject(&parsed);
        let here = self.to.password_subject(&parsed);
        self.subjects.insert(there, here);
        // What failures are counted under is no person.
        let id = row.text("id").unwrap_or_default();
        let person = id.parse::<UserId>().ok();
        let person = person.filter(|person| person.as_str() == id);
        let person = person.ok_or_else(|| ImportFault::Damaged("a person’s id".into()))?;
        self.people.insert(person.to_string());
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
        let subject = row.text("subject");
        if subject.is_some_and(|id| !self.people.contains(id)) {
            // Nobody there, and so nobody here either.
            let nobody = UserId::new(self.now, &*self.to.random);
            row.set("subject", Cell::Text(Some(nobody.to_string())));
        }
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
    pub(super) async fn pepper(&self, tx: &mut Tx) -> Result<(), ImportFault> {
        let pepper = self.from.keys.pepper();
        let name = name_of(pepper);
        let sealed = self.to.seal(tx, place_of(&name), pepper.expose_bytes());
        let sealed = sealed.await?;
        tx.add_pepper(&name, sealed).await?;
        Ok(())
    }
}
