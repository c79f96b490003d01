//! A list of people to be added, as a spreadsheet saves it: name, e-mail and role, read line by
//! line, with what is wrong with each line that cannot be taken.

use std::collections::HashMap;

use super::{EmailAddress, EmailFault, NameFault, PersonName, Role};

/// The most lines of a list.
pub const LONGEST_ROSTER: usize = 5_000;
/// The most bytes of a list that are looked at: two hundred for each line.
pub const LONGEST_ROSTER_BYTES: usize = 200 * LONGEST_ROSTER;

/// Somebody who can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// The name.
    pub name: PersonName,
    /// The address.
    pub email: EmailAddress,
    /// The role; out of a list never full access.
    pub role: Role,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Who it is, or why it cannot be taken.
    pub read: Result<Newcomer, LineFault>,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// It has fewer values than the header, or more.
    Columns,
    /// The name.
    Name(NameFault),
    /// The e-mail address.
    Email(EmailFault),
    /// The role is none of ours.
    Role,
    /// A list grants nobody full access.
    FullAccess,
    /// The address stands in this line too.
    Twice(u64),
}

/// Why a file is no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterFault {
    /// It is not text, or its quotes do not fit.
    NotText,
    /// The first line lacks one of name, email and role.
    Header,
    /// It has no line but the first.
    Empty,
    /// It has more than [`LONGEST_ROSTER`] lines.
    TooLong,
}

/// Reads a list: UTF-8 with or without a mark, columns in any order, parted by commas or
/// semicolons, lines ended in either way.
///
/// # Errors
///
/// [`RosterFault`], where it is no list at all. What is wrong with a line stands in the line.
pub fn read_roster(bytes: &[u8]) -> Result<Vec<RosterLine>, RosterFault> {
    if bytes.len() > LONGEST_ROSTER_BYTES {
        return Err(RosterFault::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| RosterFault::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let semicolons = header.matches(';').count() > header.matches(',').count();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| RosterFault::NotText)?.clone();
    let column = |names: &[&str]| {
        let is = |title: &str| names.contains(&title.to_lowercase().as_str());
        header.iter().position(is).ok_or(RosterFault::Header)
    };
    let name = column(&["name"])?;
    let email = column(&["email", "e-mail"])?;
    let role = column(&["role"])?;

    let mut lines = Vec::new();
    let mut counted = Counted::default();
    let mut seen: HashMap<String, u64> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|_| RosterFault::NotText)?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if lines.len() == LONGEST_ROSTER {
            return Err(RosterFault::TooLong);
        }
        let begins = record.position().map_or(0, csv::Position::byte);
        let line = counted.line_at(text, usize::try_from(begins).unwrap_or(usize::MAX));
        let read = if record.len() == header.len() {
            newcomer(&record[name], &record[email], &record[role])
        } else {
            Err(LineFault::Columns)
        };
        let read = read.and_then(|newcomer| {
            let before = seen.insert(newcomer.email.as_str().to_owned(), line);
            match before {
                Some(before) => Err(LineFault::Twice(before)),
                None => Ok(newcomer),
            }
        });
        lines.push(RosterLine { line, read });
    }
    if lines.is_empty() {
        return Err(RosterFault::Empty);
    }
    Ok(lines)
}

/// Counts lines as an editor does: the reader's own count stands still at blank lines and at the
/// second half of an end of line.
#[derive(Default)]
struct Counted {
    upto: usize,
    ends: u64,
}

impl Counted {
    /// The number of the line in which a record begins, whose end of line before it may not have
    /// been read. Records are asked for in order.
    fn line_at(&mut self, text: &str, begins: usize) -> u64 {
        let rest = text.get(begins..).unwrap_or_default();
        let begins = begins + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let between = text.get(self.upto..begins).unwrap_or_default();
        let ends = between.bytes().filter(|byte| *byte == b'\n').count();
        self.ends += u64::try_from(ends).unwrap_or(u64::MAX);
        self.upto = begins;
        self.ends + 1
    }
}

fn newcomer(name: &str, email: &str, role: &str) -> Result<Newcomer, LineFault> {
    let name = PersonName::parse(name).map_err(LineFault::Name)?;
    let email = EmailAddress::parse(email).map_err(LineFault::Email)?;
    let role = match role.to_lowercase().replace(['_', '-'], " ").as_str() {
        "reception" => Role::Reception,
        "practitioner" => Role::Practitioner,
        "full access" => return Err(LineFault::FullAccess),
        _ => return Err(LineFault::Role),
    };
    Ok(Newcomer { name, email, role })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Told = (u64, Result<(String, Role), LineFault>);

    fn told(text: &str) -> Vec<Told> {
        let lines = read_roster(text.as_bytes()).unwrap();
        let told = |line: RosterLine| {
            let read = line.read;
            (
                line.line,
                read.map(|new| (new.email.as_str().to_owned(), new.role)),
            )
        };
        lines.into_iter().map(told).collect()
    }

    #[test]
    fn a_list_is_read_as_spreadsheets_save_it() {
        let sam = Ok(("sam@hills.example".to_owned(), Role::Reception));
        let kim = Ok(("kim@hills.example".to_owned(), Role::Practitioner));
        for text in [
            "name,email,role\nSam Roe,sam@hills.example,Reception\nKim Lee,kim@hills.example,Practitioner\n",
            "\u{feff}Name;Email;Role\r\nSam Roe;sam@hills.example;reception\r\nKim Lee;kim@hills.example;PRACTITIONER\r\n",
            "Role,E-mail,Phone,Name\nReception, SAM@Hills.example ,1,\"Roe, Sam\"\npractitioner,kim@hills.example,2,Kim Lee",
        ] {
            let read = told(text);
            assert_eq!(read, [(2, sam.clone()), (3, kim.clone())], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_line_is_told_of_that_line() {
        let text = "name,email,role\n\
                    ,a@hills.example,Reception\n\
                    Bo,not one,Reception\n\
                    Cy,c@hills.example,Nurse\n\
                    Di,d@hills.example,Full access\n\
                    Ed,e@hills.example\n\
                    \n\
                    Fa,f@hills.example,Reception\n\
                    Ga,F@Hills.example,Reception\n";
        let faults: Vec<_> = told(text)
            .into_iter()
            .map(|(line, read)| (line, read.err()))
            .collect();
        let expected = [
            (2, Some(LineFault::Name(NameFault::Empty))),
            (3, Some(LineFault::Email(EmailFault::Malformed))),
            (4, Some(LineFault::Role)),
            (5, Some(LineFault::FullAccess)),
            (6, Some(LineFault::Columns)),
            (8, None),
            (9, Some(LineFault::Twice(8))),
        ];
        assert_eq!(faults, expected);
    }

    #[test]
    fn what_is_no_list_is_refused_whole() {
        let long = "x,x@hills.example,Reception\n".repeat(LONGEST_ROSTER + 1);
        for (bytes, fault) in [
            (&b""[..], RosterFault::Header),
            (b"name,email\nSam,s@hills.example", RosterFault::Header),
            (b"name,email,role\n", RosterFault::Empty),
            (b"name,email,role\n\xff,x,Reception", RosterFault::NotText),
            (
                format!("name,email,role\n{long}").as_bytes(),
                RosterFault::TooLong,
            ),
        ] {
            assert_eq!(read_roster(bytes), Err(fault));
        }
    }

    proptest! {
        /// Attack 99: whatever the bytes are, it is answered, and nobody gets full access.
        #[test]
        fn any_bytes_are_answered(tail in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
            let mut bytes = b"name,email,role\n".to_vec();
            bytes.extend(text.as_bytes());
            bytes.extend(tail);
            for line in read_roster(&bytes).unwrap_or_default() {
                prop_assert!(line.read.map_or(true, |new| !new.role.has_full_access()));
            }
        }
    }
}
