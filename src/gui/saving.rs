//! Files that the person asks for.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::faults;
use super::words::t;
use crate::disk;

/// Saves a file into the person's documents, for them alone to read, under this name and ending. A
/// file that is there already stays, and the new one gets a number.
///
/// # Errors
///
/// Why not, as the system says it.
pub async fn save(name: String, ending: &'static str, bytes: &[u8]) -> Result<PathBuf, String> {
    write_new(&documents()?, &name, ending, bytes).map_err(|error| faults::io(&error))
}

/// Where a file of this name would go, which is not there yet.
///
/// # Errors
///
/// Why not, as the system says it.
pub fn free_place(name: &str, ending: &str) -> Result<PathBuf, String> {
    let folder = documents()?;
    std::fs::create_dir_all(&folder).map_err(|error| faults::io(&error))?;
    let mut number = 1;
    loop {
        let place = place(&folder, name, ending, number);
        if !place.exists() {
            return Ok(place);
        }
        number += 1;
    }
}

fn documents() -> Result<PathBuf, String> {
    let folders = directories::UserDirs::new().ok_or_else(|| t("no-home"))?;
    let folder = folders.document_dir().unwrap_or(folders.home_dir());
    Ok(folder.to_owned())
}

/// The place of a file, or of the second or third of its name.
fn place(folder: &Path, name: &str, ending: &str, number: u64) -> PathBuf {
    // A practice may be called "GP/Dental".
    let name: String = name
        .chars()
        .map(|letter| match letter {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            other => other,
        })
        .collect();
    folder.join(match number {
        1 => format!("{name}.{ending}"),
        _ => format!("{name} {number}.{ending}"),
    })
}

fn write_new(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut number = 1;
    loop {
        let path = place(folder, name, ending, number);
        match disk::create_new(&path) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_before_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_new(folder.path(), "a", "txt", b"first").unwrap();
        let second = write_new(folder.path(), "a", "txt", b"second").unwrap();
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "first");
        assert_eq!(std::fs::read_to_string(&second).unwrap(), "second");
    }

    #[test]
    fn a_practice_with_a_stroke_in_its_name_has_files_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = write_new(folder.path(), "Codes of GP/Dental", "txt", b"").unwrap();
        assert_eq!(path, folder.path().join("Codes of GP-Dental.txt"));
    }
}
