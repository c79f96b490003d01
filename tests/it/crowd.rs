//! Many people at once, put into the database past the product.

use vestibule::domain::{MembershipId, MethodId, MethodKind, Role, Timestamp, UserId};
use vestibule::service::SystemRandom;

use crate::staff::Desk;

/// A method: milliseconds until its set-up ends, whether it is proven, whether it is closed.
pub(crate) type Stage = (i64, bool, bool);

/// People past the product, all at once: a table of them is not what is tested.
pub(crate) struct Crowd {
    sql: Vec<String>,
    now: Timestamp,
    manager: UserId,
}

impl Crowd {
    pub(crate) fn of(desk: &Desk) -> Self {
        Self {
            sql: Vec::new(),
            now: desk.clinic.now(),
            manager: desk.manager_id.clone(),
        }
    }

    pub(crate) fn person(&mut self, name: &str, role: Role, last_sign_in: Option<i64>) -> UserId {
        let user = UserId::new(self.now, &SystemRandom);
        let place = MembershipId::new(self.now, &SystemRandom);
        let last = last_sign_in.map_or("NULL".to_owned(), |at| at.to_string());
        let folded = name.to_lowercase();
        self.sql.push(format!(
            "INSERT INTO users (id, email, name, folded_name, password_hash, made_at, last_sign_in_at)
             VALUES ('{user}', '{user}@crowd.example', '{name}', '{folded}', 'x', 1, {last})"
        ));
        self.sql.push(format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', id, '{user}', '{role}', 1 FROM practices"
        ));
        user
    }

    pub(crate) fn method(
        &mut self,
        user: &UserId,
        kind: MethodKind,
        (ends, proven, closed): Stage,
    ) {
        let id = MethodId::new(self.now, &SystemRandom);
        let now = self.now.as_millisecond();
        let proven = if proven { "1" } else { "NULL" };
        let closed = if closed { "2" } else { "NULL" };
        let preferred = u8::from(proven == "1");
        let ends = now + ends;
        self.sql.push(format!(
            "INSERT INTO methods (id, user_id, kind, last_step, tries, preferred, from_at, ends_at,
                                  proven_at, until_at)
             VALUES ('{id}', '{user}', '{kind}', 0, 0, {preferred}, 1, {ends}, {proven}, {closed})"
        ));
    }

    pub(crate) fn requirement(&mut self, user: &UserId, source: &str, from: i64, closed: bool) {
        let id = MethodId::new(self.now, &SystemRandom);
        let by = self.manager.clone();
        let closed = if closed { "2" } else { "NULL" };
        let bites = match source {
            "oneself" => "NULL",
            _ => "4000000000000",
        };
        self.sql.push(format!(
            "INSERT INTO requirements (id, user_id, source, bites_at, from_at, until_at, by_user)
             VALUES ('{id}', '{user}', '{source}', {bites}, {from}, {closed}, '{by}')"
        ));
    }

    pub(crate) async fn arrive(self, desk: &Desk) {
        let all = self.sql.join(";\n");
        desk.clinic.sql(&format!("BEGIN;\n{all};\nCOMMIT")).await;
    }
}
