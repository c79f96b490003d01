//! Files of separated values (RFC 4180), for Excel and its like: in UTF-8 with the mark that they
//! need to read it so, and with no cell that they would work out as a formula.

use ::csv::{Terminator, WriterBuilder};

/// The mark of UTF-8, without which Excel takes the file for one of the old code pages.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A file of a line of headings and lines of cells.
pub fn file<'a>(
    headings: &[String],
    lines: impl Iterator<Item = Vec<String>> + 'a,
) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(MARK.to_vec());
    writer.write_record(headings)?;
    for line in lines {
        writer.write_record(line.into_iter().map(defused))?;
    }
    writer.into_inner().map_err(|error| error.into_error())
}

/// A cell that begins as a formula does is put behind an apostrophe (OWASP, CSV Injection).
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> Vec<String> {
        let headings = vec!["A".to_owned(); cells.len()];
        let line = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let file = file(&headings, std::iter::once(line)).unwrap();
        let text = file.strip_prefix(MARK).unwrap();
        let mut read = ::csv::Reader::from_reader(text);
        let line = read.records().next().unwrap().unwrap();
        line.iter().map(str::to_owned).collect()
    }

    #[test]
    fn cells_come_back_as_they_were() {
        let cells = ["plain", "a, b", "she said \"no\"", "two\nlines", "Zoë", ""];
        assert_eq!(written(&cells), cells);
    }

    /// Attack 59: what somebody typed is no formula in somebody else's Excel.
    #[test]
    fn no_cell_begins_as_a_formula() {
        for first in ["=", "+", "-", "@", "\t", "\r", "\n", "＝"] {
            let cell = format!("{first}cmd|' /C calc'!A0");
            let read = written(&[&cell, "b"]);
            assert_eq!(read[0], format!("'{cell}"));
        }
        assert_eq!(written(&["a=b", "1-2"]), ["a=b", "1-2"]);
    }
}
