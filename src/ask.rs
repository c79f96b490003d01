//! Questions on the terminal, or answers from standard input, a line each.

use std::io::{BufRead, IsTerminal, Read, StdinLock, Write};

use zeroize::Zeroizing;

use crate::api::Secret;
use crate::words::t;

/// The longest answer that is read, in bytes: four times the longest password.
const LONGEST: u64 = 4_096;

/// Asks.
pub(crate) struct Asker {
    /// None on a terminal, where each question is asked.
    lines: Option<StdinLock<'static>>,
}

impl Asker {
    pub(crate) fn new() -> Self {
        let input = std::io::stdin();
        Self {
            lines: (!input.is_terminal()).then(|| input.lock()),
        }
    }

    /// A secret, typed without being shown.
    pub(crate) fn hidden(&mut self, question: String) -> Result<Secret, String> {
        let typed = match &mut self.lines {
            Some(lines) => line(lines),
            // It ends by Ctrl+C or Ctrl+D with an error, and nothing was changed.
            None => rpassword::prompt_password(format!("{question} "))
                .ok()
                .map(Zeroizing::new),
        };
        typed
            .filter(|typed| !typed.trim().is_empty())
            .map(|typed| Secret::new(typed.as_str()))
            .ok_or_else(|| t("nothing-entered"))
    }

    /// Something that may be seen; none for an empty line.
    #[cfg_attr(
        not(feature = "desktop"),
        expect(dead_code, reason = "a server's commands ask for secrets alone")
    )]
    pub(crate) fn shown(&mut self, question: String) -> Result<Option<String>, String> {
        let typed = match &mut self.lines {
            Some(lines) => line(lines),
            None => {
                let mut terminal = std::io::stderr();
                let asked = write!(terminal, "{question} ").and_then(|()| terminal.flush());
                asked.map_err(|error| error.to_string())?;
                line(&mut std::io::stdin().lock())
            }
        };
        let typed = typed.ok_or_else(|| t("nothing-entered"))?;
        Ok(Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty()))
    }
}

/// The next line; none at the end of what is given, or where it is no text.
fn line(input: &mut impl BufRead) -> Option<Zeroizing<String>> {
    let mut typed = Zeroizing::new(String::new());
    let read = input.take(LONGEST).read_line(&mut typed).ok()?;
    let whole = typed.trim_end_matches(['\r', '\n']).len();
    typed.truncate(whole);
    (read > 0).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_answer_and_the_end_is_none() {
        let mut input = &b"first \r\n\nlast"[..];
        let lines = std::iter::from_fn(|| line(&mut input));
        let lines: Vec<_> = lines.map(|line| line.to_string()).collect();
        assert_eq!(lines, ["first ", "", "last"]);
        assert_eq!(line(&mut &b"\xff\n"[..]), None);
    }
}
