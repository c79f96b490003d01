//! What held at a time that has passed, out of rows that are closed and never overwritten.

use jiff::Timestamp;

use super::Status;

/// Something that held from one time until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From this time on.
    pub from: Timestamp,
    /// Until before this one; none while it holds.
    pub until: Option<Timestamp>,
}

impl Span {
    /// Whether it held at `at`.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

/// A method of a person, as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastMethod {
    /// From its start until it was closed.
    pub there: Span,
    /// When its set-up ended, unless it was proven before.
    pub ends: Timestamp,
    /// When it was proven, if it was.
    pub proven: Option<Timestamp>,
}

/// What is kept of one person's past.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Past {
    /// When the person belonged to the practice.
    pub member: Vec<Span>,
    /// When two-factor was turned on for the person, by anyone.
    pub required: Vec<Span>,
    /// When a rule of one of the person's practices was Mandatory, from its saving on.
    pub ruled: Vec<Span>,
    /// The methods.
    pub methods: Vec<PastMethod>,
}

impl Past {
    /// The status at `at`, as [`Status::of`] told it then; none if the person did not belong.
    #[must_use]
    pub fn status(&self, at: Timestamp) -> Option<Status> {
        if !self.member.iter().any(|span| span.holds(at)) {
            return None;
        }
        let mut there = self.methods.iter().filter(|method| method.there.holds(at));
        let proven = |method: &PastMethod| method.proven.is_some_and(|proven| proven <= at);
        let turned_on = self.required.iter().chain(&self.ruled);
        Some(if there.clone().any(proven) {
            Status::Enabled
        } else if there.any(|method| at < method.ends) {
            Status::Pending
        } else if turned_on.clone().any(|span| span.holds(at)) {
            Status::Activated
        } else {
            Status::NotSetup
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn span(from: i64, until: Option<i64>) -> Span {
        Span {
            from: at(from),
            until: until.map(at),
        }
    }

    #[test]
    fn a_past_is_told_second_by_second() {
        let method = |from, until, ends, proven: Option<i64>| PastMethod {
            there: span(from, until),
            ends: at(ends),
            proven: proven.map(at),
        };
        let past = Past {
            member: vec![span(10, Some(100)), span(200, None)],
            required: vec![span(20, Some(60))],
            ruled: vec![span(210, None)],
            methods: vec![
                method(30, Some(40), 900, None),
                method(45, Some(70), 900, Some(50)),
                method(220, None, 230, None),
            ],
        };
        for (second, status) in [
            (9, None),
            (10, Some(Status::NotSetup)),
            (20, Some(Status::Activated)),
            (30, Some(Status::Pending)),
            (40, Some(Status::Activated)),
            (45, Some(Status::Pending)),
            (50, Some(Status::Enabled)),
            (69, Some(Status::Enabled)),
            (70, Some(Status::NotSetup)),
            (100, None),
            (200, Some(Status::NotSetup)),
            (210, Some(Status::Activated)),
            (220, Some(Status::Pending)),
            (230, Some(Status::Activated)),
        ] {
            assert_eq!(past.status(at(second)), status, "{second}");
        }
    }
}
