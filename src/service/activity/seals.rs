//! What is signed of an entry, of the end of a chain and of what was removed.

use super::super::Keys;
use crate::domain::UserId;
use crate::store::{EntryAsKept, Event, Head, Segment};

/// Bytes of a seal (HMAC-SHA-256).
pub(super) const MAC: usize = 32;
/// In the place of the seal before the first.
pub(super) const NOTHING: [u8; MAC] = [0; MAC];

impl Keys {
    /// The MAC of an entry by itself, which is written with it.
    pub(super) fn stamp(&self, event: &Event<'_>) -> [u8; MAC] {
        let text = |id: Option<&UserId>| id.map(ToString::to_string);
        let practice = event.practice.as_ref().map(ToString::to_string);
        let (actor, subject) = (text(event.actor), text(event.subject));
        let said = canonical(
            &practice.unwrap_or_default(),
            event.at.as_millisecond(),
            [
                Some(&event.id),
                Some(event.kind.as_str()),
                actor.as_deref(),
                subject.as_deref(),
                event.reason,
                event.factor.map(|factor| factor.as_str()),
                event.computer,
            ],
        );
        self.activity_mac("entry", &said)
    }

    /// The same, of an entry as it stands.
    pub(in crate::service) fn stamp_of(&self, chain: &str, entry: &EntryAsKept) -> [u8; MAC] {
        self.activity_mac("entry", &said(chain, entry))
    }

    /// The MAC over an entry, its number and the seal before it.
    pub(super) fn seal_of(
        &self,
        chain: &str,
        entry: &EntryAsKept,
        seq: i64,
        before: &[u8],
    ) -> [u8; MAC] {
        let mut of = said(chain, entry);
        of.extend(seq.to_be_bytes());
        of.extend(entry.n.to_be_bytes());
        of.push(u8::from(entry.stamp.is_some()));
        of.extend(before);
        self.activity_mac("seal", &of)
    }

    /// The MAC over how far a chain reaches.
    pub(super) fn mac_of_head(&self, chain: &str, head: &Head) -> [u8; MAC] {
        let mut of = head.old_through.to_be_bytes().to_vec();
        of.extend(head.last_seq.to_be_bytes());
        put(&mut of, Some(&head.last_seal));
        put(&mut of, Some(chain.as_bytes()));
        self.activity_mac("head", &of)
    }

    /// The MAC over what was removed.
    pub(super) fn mac_of_segment(&self, chain: &str, segment: &Segment) -> [u8; MAC] {
        let mut of = segment.first_seq.to_be_bytes().to_vec();
        of.extend(segment.last_seq.to_be_bytes());
        of.extend(segment.closed_at.to_be_bytes());
        put(&mut of, Some(&segment.last_seal));
        put(&mut of, Some(chain.as_bytes()));
        self.activity_mac("segment", &of)
    }
}

/// Everything that an entry says, so that no two entries say the same in other fields.
fn said(chain: &str, entry: &EntryAsKept) -> Vec<u8> {
    canonical(
        chain,
        entry.at,
        [
            Some(&entry.id),
            Some(&entry.kind),
            entry.actor.as_deref(),
            entry.subject.as_deref(),
            entry.reason.as_deref(),
            entry.factor.as_deref(),
            entry.computer.as_deref(),
        ],
    )
}

fn canonical(chain: &str, at: i64, fields: [Option<&str>; 7]) -> Vec<u8> {
    let mut bytes = at.to_be_bytes().to_vec();
    put(&mut bytes, Some(chain.as_bytes()));
    for field in fields {
        put(&mut bytes, field.map(str::as_bytes));
    }
    bytes
}

/// A field with its length before it; one that is not there differs from an empty one.
fn put(bytes: &mut Vec<u8>, field: Option<&[u8]>) {
    match field {
        None => bytes.push(0),
        Some(field) => {
            bytes.push(1);
            bytes.extend(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend(field);
        }
    }
}
