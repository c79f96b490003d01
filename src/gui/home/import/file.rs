//! The file of a list: where it is meant to be, and what is in it.

use std::path::{Path, PathBuf};

use directories::UserDirs;
use url::Url;

use crate::domain::LONGEST_ROSTER_BYTES;
use crate::gui::faults;

/// The file that was meant by what was typed or pasted: a path, the URL that a file manager copies, or
/// a name in one of the folders where such a file lies. None where nothing was typed.
pub(super) fn named(typed: &str) -> Option<PathBuf> {
    let folders = UserDirs::new();
    let places: Vec<&Path> = folders.as_ref().map_or_else(Vec::new, |folders| {
        let home = Some(folders.home_dir());
        let all = [home, folders.download_dir(), folders.document_dir()];
        all.into_iter().flatten().collect()
    });
    meant(typed, &places)
}

/// As [`named`], in these folders, of which the first is the home folder.
fn meant(typed: &str, places: &[&Path]) -> Option<PathBuf> {
    let typed = typed.trim().trim_matches(['"', '\'']);
    if typed.is_empty() {
        return None;
    }
    let url = Url::parse(typed).ok().filter(|url| url.scheme() == "file");
    if let Some(path) = url.and_then(|url| url.to_file_path().ok()) {
        return Some(path);
    }
    if let (Some(path), Some(home)) = (typed.strip_prefix("~/"), places.first()) {
        return Some(home.join(path));
    }
    let path = Path::new(typed);
    let mut here = places.iter().map(|folder| folder.join(path));
    let there = here.find(|path| path.is_file());
    Some(there.unwrap_or_else(|| path.to_owned()))
}

/// Reads it, and no more of it than a list may have.
pub(super) async fn read(path: PathBuf) -> Result<Vec<u8>, String> {
    let read = || -> std::io::Result<Vec<u8>> {
        use std::io::Read;
        let mut bytes = Vec::new();
        let most = u64::try_from(LONGEST_ROSTER_BYTES).unwrap_or(u64::MAX) + 1;
        std::fs::File::open(&path)?
            .take(most)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| faults::io(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_whatever_names_it() {
        let home = tempfile::tempdir().unwrap();
        let downloads = home.path().join("Downloads");
        std::fs::create_dir(&downloads).unwrap();
        let file = downloads.join("our staff.csv");
        std::fs::write(&file, "name,email,role").unwrap();
        let places = [home.path(), downloads.as_path()];
        let found = |typed: &str| meant(typed, &places);
        let path = file.display().to_string();
        let url = Url::from_file_path(&file).unwrap();
        for typed in [
            path.as_str(),
            &format!("  \"{path}\" "),
            url.as_str(),
            "our staff.csv",
            "~/Downloads/our staff.csv",
            "Downloads/our staff.csv",
        ] {
            assert_eq!(found(typed).as_deref(), Some(file.as_path()), "{typed}");
        }
        assert_eq!(found(" \"\" "), None);
        assert_eq!(found("other.csv"), Some(PathBuf::from("other.csv")));
    }
}
