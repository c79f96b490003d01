//! What is set outside any practice: by whoever looks after the computer, by the person, or by
//! nobody.
//!
//! Knows two small files and which of them wins. Must not know what a setting is for. No secret
//! stands in them.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::client::ServerAddress;

/// The two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// Of whoever looks after the computer. What it sets nobody else can.
    pub managed: PathBuf,
    /// Of this OS account.
    pub own: PathBuf,
}

/// Who set something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetBy {
    /// Whoever started the program, for this time.
    Argument,
    /// Whoever looks after the computer.
    Managed,
    /// Somebody at this OS account, in the app.
    Person,
}

/// What is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    files: Files,
    /// The server in the place of this computer alone, and who said so.
    pub server: Option<(ServerAddress, SetBy)>,
    /// Whether the files are still to be read.
    unread: bool,
}

/// Why the settings cannot be used. Nothing was opened in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSettings {
    /// A file cannot be read.
    File(PathBuf, String),
    /// A file is no TOML, or has a key or a value that means nothing.
    Key {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
}

/// A file as it is written.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    server: Option<String>,
}

impl Files {
    /// The usual files of this OS account; none where it has no home.
    pub fn usual() -> Option<Self> {
        let folders = directories::ProjectDirs::from("", "", "vestibule")?;
        Some(Self {
            managed: managed(),
            own: folders.config_local_dir().join("settings.toml"),
        })
    }
}

#[cfg(target_os = "linux")]
fn managed() -> PathBuf {
    PathBuf::from("/etc/vestibule/settings.toml")
}

#[cfg(target_os = "macos")]
fn managed() -> PathBuf {
    PathBuf::from("/Library/Application Support/vestibule/settings.toml")
}

#[cfg(windows)]
fn managed() -> PathBuf {
    PathBuf::from(r"C:\ProgramData\vestibule\settings.toml")
}

impl Settings {
    /// Nothing is set yet.
    pub fn none(files: Files) -> Self {
        Self {
            files,
            server: None,
            unread: false,
        }
    }

    /// What these files set, once they are read.
    pub fn of(files: Files) -> Self {
        Self {
            unread: true,
            ..Self::none(files)
        }
    }

    /// This server, for this time alone, where nobody manages it.
    #[must_use]
    pub fn with_server(mut self, address: ServerAddress) -> Self {
        self.server = Some((address, SetBy::Argument));
        self
    }

    /// Reads what is set, where that is still to be done. What counts for nothing is not read.
    ///
    /// # Errors
    ///
    /// [`NotSettings`]: what cannot be read is never taken for something that is not set, or the
    /// person would be shown another practice than theirs.
    pub fn read(&mut self) -> Result<(), NotSettings> {
        if !self.unread {
            return Ok(());
        }
        if let Some(address) = server(&self.files.managed)? {
            self.server = Some((address, SetBy::Managed));
        } else if self.server.is_none() {
            self.server = server(&self.files.own)?.map(|address| (address, SetBy::Person));
        }
        self.unread = false;
        Ok(())
    }

    /// Whether the server is set by whoever looks after the computer.
    pub fn is_managed(&self) -> bool {
        matches!(self.server, Some((_, SetBy::Managed)))
    }

    /// Keeps another server, or none.
    ///
    /// # Errors
    ///
    /// What the system says of the file; nothing was changed.
    pub fn choose(&mut self, address: Option<ServerAddress>) -> io::Result<()> {
        let written = Written {
            server: address.as_ref().map(ToString::to_string),
        };
        let text = toml::to_string(&written).map_err(io::Error::other)?;
        if let Some(folder) = self.files.own.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = self.files.own.with_extension("new");
        std::fs::write(&new, text)?;
        std::fs::rename(new, &self.files.own)?;
        self.server = address.map(|address| (address, SetBy::Person));
        Ok(())
    }
}

fn server(path: &Path) -> Result<Option<ServerAddress>, NotSettings> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(NotSettings::File(path.to_owned(), error.to_string())),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let wrong = |at: usize, what: String| NotSettings::Key {
        path: path.to_owned(),
        line: text[..at.min(text.len())].matches('\n').count() + 1,
        what,
    };
    let written: Written = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong(at, error.message().to_owned())
    })?;
    let Some(address) = written.server else {
        return Ok(None);
    };
    let at = text.find("server").unwrap_or_default();
    address
        .parse()
        .map(Some)
        .map_err(|fault| wrong(at, format!("server: {fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Files {
        Files {
            managed: folder.join("managed.toml"),
            own: folder.join("own").join("settings.toml"),
        }
    }

    fn at(typed: &str) -> ServerAddress {
        typed.parse().unwrap()
    }

    fn read(files: Files) -> Settings {
        let mut settings = Settings::of(files);
        settings.read().unwrap();
        settings
    }

    #[test]
    fn what_is_chosen_is_kept_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = read(files(folder.path()));
        assert_eq!(settings.server, None);
        settings.choose(Some(at("hills.example"))).unwrap();
        let again = read(files(folder.path()));
        assert_eq!(again, settings);
        assert_eq!(again.server, Some((at("hills.example"), SetBy::Person)));
        settings.choose(None).unwrap();
        assert_eq!(read(files(folder.path())).server, None);
    }

    #[test]
    fn what_is_managed_wins() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let mut settings = Settings::none(files.clone());
        settings.choose(Some(at("other.example"))).unwrap();
        let by_argument = || Settings::of(files.clone()).with_server(at("third.example"));
        let mut settings = by_argument();
        settings.read().unwrap();
        assert_eq!(
            settings.server,
            Some((at("third.example"), SetBy::Argument))
        );
        std::fs::write(&files.managed, "server = \"https://hills.example\"\n").unwrap();
        let mut settings = by_argument();
        settings.read().unwrap();
        assert!(settings.is_managed());
        assert_eq!(settings.server, Some((at("hills.example"), SetBy::Managed)));
    }

    /// Fault 21: a file that counts for nothing stands in nobody's way.
    #[test]
    fn a_damaged_file_of_the_person_is_not_read_where_a_managed_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        std::fs::create_dir_all(files.own.parent().unwrap()).unwrap();
        std::fs::write(&files.own, "server = ").unwrap();
        let mut settings = Settings::of(files.clone());
        assert!(settings.read().is_err());
        std::fs::write(&files.managed, "server = \"https://hills.example\"\n").unwrap();
        settings.read().unwrap();
        assert!(settings.is_managed());
    }

    /// Fault 21: what cannot be read is told of with its place, and nothing is opened in its place.
    #[test]
    fn a_damaged_file_is_named_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        for (text, line, told) in [
            ("\u{feff}\r\nserver = 1\r\n", 2, "invalid type"),
            ("\n\nsever = \"a\"", 3, "unknown field"),
            ("server = \"http://hills.example\"", 1, "only https"),
            ("server = ", 1, ""),
        ] {
            std::fs::write(&files.managed, text).unwrap();
            let read = Settings::of(files.clone()).read();
            let Err(NotSettings::Key { line: at, what, .. }) = read else {
                panic!("{text:?} was read");
            };
            assert_eq!(at, line, "{text:?}");
            assert!(what.contains(told), "{what}");
        }
    }
}
