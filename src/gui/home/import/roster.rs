//! A list, with what became of each of its lines.

use super::words;
use crate::api::{Invitation, Line, PEOPLE_PER_IMPORT, Secret};
use crate::domain::{Newcomer, RosterLine};
use crate::gui::to_keep;
use crate::gui::words::t;

/// A list, with what became of it.
#[derive(Debug, Default)]
pub struct Roster {
    /// Lines that cannot be taken, each with what is wrong, in order.
    pub(super) bad: Vec<(u64, String)>,
    /// Those who can be added.
    pub(super) good: Vec<(u64, Newcomer)>,
    /// Whom invitations were made for, with their codes.
    pub(super) made: Vec<String>,
    /// How many of them are sent too, and how many were to be and are not.
    pub(super) sent: (usize, usize),
}

impl Roster {
    /// Whether a letter to everybody who was added is on its way.
    pub(super) fn all_sent(&self) -> bool {
        self.sent.0 == self.made.len()
    }

    pub(super) fn of(lines: Vec<RosterLine>) -> Self {
        let mut roster = Self::default();
        for RosterLine { line, read } in lines {
            match read {
                Ok(new) => roster.good.push((line, new)),
                Err(fault) => roster.bad.push((line, words::of_line(line, fault))),
            }
        }
        roster
    }

    pub(super) fn part(&self, from: usize) -> impl Iterator<Item = &(u64, Newcomer)> {
        self.good.iter().skip(from).take(PEOPLE_PER_IMPORT)
    }

    /// Takes those of a part out who have an account; how many of it are left.
    pub(super) fn leave_out(&mut self, from: usize, taken: &[bool]) -> usize {
        let part = self.good.len().min(from + taken.len());
        let looked_at: Vec<_> = self.good.drain(from..part).collect();
        let mut free = Vec::new();
        for ((line, new), taken) in looked_at.into_iter().zip(taken) {
            if *taken {
                self.is_left_out(line, new.email.as_str());
            } else {
                free.push((line, new));
            }
        }
        let left = free.len();
        self.good.splice(from..from, free);
        left
    }

    fn is_left_out(&mut self, line: u64, email: &str) {
        let at = self.bad.partition_point(|(before, _)| *before < line);
        self.bad.insert(at, (line, words::has_account(line, email)));
    }

    pub(super) fn invited(&mut self, from: usize, invitations: &[Option<Invitation>], zone: &str) {
        let part: Vec<_> = self.good.iter().skip(from).cloned().collect();
        for ((line, new), invitation) in part.into_iter().zip(invitations) {
            let (name, email) = (new.name.as_str(), new.email.as_str());
            match invitation {
                Some(made) => {
                    match made.letter {
                        Some(Line::Queued) => self.sent.0 += 1,
                        Some(_) => self.sent.1 += 1,
                        None => {}
                    }
                    self.made.push(words::code(name, email, made, zone));
                }
                None => self.is_left_out(line, email),
            }
        }
    }

    pub(super) fn to_keep(&self, practice: &str) -> Option<to_keep::State> {
        let text = Secret::new(self.made.join("\n"));
        let name = t!("import-file-name", practice = practice);
        (!self.made.is_empty()).then(|| to_keep::State::new(text.clone(), text, name))
    }
}
