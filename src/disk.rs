//! Files that their owner alone can read.
//!
//! Knows how one is made and how one takes the place of another. Must not know what is in it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// What is made with these options is its owner's alone, from the beginning.
pub fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Makes a file under a name that nothing stands under.
///
/// # Errors
///
/// What the system says, [`io::ErrorKind::AlreadyExists`] among it.
pub fn create_new(path: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create_new(true)).open(path)
}

/// Puts bytes in the place of a file, whole or not at all, also where the power goes: what was there
/// before stays until all of the new is on the disk. Whose the file was it stays.
///
/// # Errors
///
/// What the system says; the file is as it was, unless it is said of the folder, which is asked last
/// to keep the name.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Under a name that nobody can know before, and that is gone if it is not finished.
    let mut new = tempfile::NamedTempFile::new_in(folder_of(path))?;
    new.write_all(bytes)?;
    #[cfg(unix)]
    if let Ok(before) = std::fs::metadata(path) {
        use std::os::unix::fs::{MetadataExt, fchown};
        fchown(new.as_file(), Some(before.uid()), Some(before.gid()))?;
    }
    new.as_file().sync_all()?;
    new.persist(path)?;
    sync_folder(path)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names in a file's folder durable.
///
/// # Errors
///
/// What the system says.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder_of(path))?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        replace(&path, b"first").unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let again = create_new(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_cannot_be_replaced_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        // A folder with something in it takes no file in its place.
        std::fs::create_dir_all(path.join("in it")).unwrap();
        assert!(replace(&path, b"second").is_err());
        assert!(path.join("in it").exists());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
