//! The configuration of a server: one TOML file, in which every key has a meaning or is refused.
//!
//! No secret stands in it: keys and passwords come out of files of their own (`secrets`).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::logging::Form;
use crate::server::Proxies;

/// Everything that a server is told. `packaging/server.toml` tells what each key means.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where clients come.
    pub listen: Listen,
    /// Where the numbers for Prometheus are; nowhere if it is left out.
    pub metrics: Option<Metrics>,
    /// The database.
    pub database: Database,
    /// The keys, which are never in the database.
    #[serde(default)]
    pub keys: KeyFile,
    /// How practices send.
    #[serde(default)]
    pub delivery: Sending,
    /// What is logged.
    #[serde(default)]
    pub log: Log,
}

/// Where clients come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// The certificate with its chain, in PEM.
    pub certificate: Option<PathBuf>,
    /// Its key, in PEM.
    pub key: Option<PathBuf>,
    /// The server's address on the internet, where an SMS provider may say what became of a message.
    pub public_url: Option<url::Url>,
    /// Whether to serve without TLS. Taken for a loopback address alone.
    #[serde(default)]
    pub plain_http: bool,
    /// The proxies whose word on a client's address is taken.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
}

/// Where the numbers for Prometheus are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Address and port, which clients should not reach.
    pub address: SocketAddr,
}

/// The database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `postgres://` and a server, or `sqlite://` and a path. A password may stand in the variable
    /// `VESTIBULE_DATABASE_PASSWORD` or the credential `database-password` instead.
    pub url: String,
    /// The most connections of this replica; of no effect on a file.
    #[serde(default = "connections")]
    pub connections: u32,
    /// Whether a pooler in transaction mode stands in between.
    #[serde(default)]
    pub pooler: bool,
}

/// A few for each core of a small server, and far fewer than PostgreSQL's hundred.
fn connections() -> u32 {
    12
}

/// Where the keys are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// A file that the server's account alone can read. Without it they come from the environment
    /// or the service manager's credentials.
    pub file: Option<PathBuf>,
}

/// How practices send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// Whether they may send through a mail server or an SMS gateway on this computer itself.
    #[serde(default)]
    pub this_computer: bool,
}

/// What is logged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How much; `VESTIBULE_LOG` says otherwise.
    #[serde(default)]
    pub level: Level,
    /// In which form.
    #[serde(default)]
    pub format: Form,
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What went wrong.
    Error,
    /// And what may go wrong.
    Warn,
    /// And what happens.
    #[default]
    Info,
    /// And how.
    Debug,
}

impl Level {
    /// What is listened to at this level.
    pub(super) fn filter(self) -> String {
        let level = match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        };
        format!("error,vestibule={level}")
    }
}

/// Why a configuration cannot be used. Nothing was started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotConfigured {
    /// The file cannot be read.
    #[error("The configuration {0} cannot be read: {1}. Name another one by --config.")]
    File(PathBuf, String),
    /// It is no TOML, or has a key or a value that means nothing.
    #[error("The configuration {path}, line {line}, column {column}: {what}")]
    Key {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// Keys that do not go together.
    #[error("The configuration {0}: {1}")]
    Together(PathBuf, String),
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`NotConfigured`], with the place of what is wrong.
    pub fn read(path: &Path) -> Result<Self, NotConfigured> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| NotConfigured::File(path.to_owned(), error.to_string()))?;
        Self::parse(path, &text)
    }

    /// Reads a text, which is told of as this file.
    ///
    /// # Errors
    ///
    /// As of [`Self::read`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, NotConfigured> {
        // What some editors put first is no part of it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let config: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let before = &text[..at.min(text.len())];
            NotConfigured::Key {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
                what: in_words(error.message()),
            }
        })?;
        config
            .fits()
            .map_err(|why| NotConfigured::Together(path.to_owned(), why))?;
        Ok(config)
    }

    /// Whether its keys go together.
    fn fits(&self) -> Result<(), String> {
        let listen = &self.listen;
        Proxies::parse(&listen.trusted_proxies).map_err(|fault| fault.to_string())?;
        match (&listen.certificate, &listen.key, listen.plain_http) {
            (Some(_), Some(_), false) => {}
            (None, None, true) if listen.address.ip().is_loopback() => {}
            (None, None, true) => {
                return Err(format!(
                    "plain_http is for this computer alone, and {} is not",
                    listen.address.ip()
                ));
            }
            (_, _, true) => return Err("plain_http goes without certificate and key".into()),
            _ => return Err("certificate and key are needed, both of them".into()),
        }
        if self.database.connections == 0 {
            return Err("connections has to be 1 or more".into());
        }
        if listen
            .public_url
            .as_ref()
            .is_some_and(|url| url.scheme() != "https")
        {
            return Err("public_url begins with https://".into());
        }
        self.database.place().map(drop)
    }
}

/// What serde says, without the names of types in Rust.
fn in_words(said: &str) -> String {
    const WORDS: [(&str, &str); 6] = [
        (
            "invalid socket address syntax",
            "an IP address and a port are needed, as \"0.0.0.0:8443\"",
        ),
        (
            "socket address",
            "an IP address and a port, as \"0.0.0.0:8443\"",
        ),
        ("expected u32", "expected a number, 0 or more"),
        ("expected path string", "expected a path in quotes"),
        ("expected a string", "expected a text in quotes"),
        ("expected a boolean", "expected true or false"),
    ];
    WORDS.iter().fold(said.to_owned(), |text, (rust, words)| {
        text.replace(rust, words)
    })
}

/// Where a database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// A server.
    Postgres(url::Url),
}

impl Database {
    /// Where it is.
    pub(super) fn place(&self) -> Result<Place, String> {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            let path = Path::new(path);
            return match path.is_absolute() {
                true => Ok(Place::Sqlite(path.to_owned())),
                false => Err("the path of the database begins with a slash".to_owned()),
            };
        }
        match url::Url::parse(&self.url) {
            Ok(url) if url.password().is_some() => Err(
                "no password stands in the url of the database, which others on the machine may \
                 read: give it as the credential `database-password`, or in \
                 VESTIBULE_DATABASE_PASSWORD"
                    .to_owned(),
            ),
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => {
                Ok(Place::Postgres(url))
            }
            _ => Err("the url of the database begins with postgres:// or sqlite://".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../packaging/server.toml");

    fn fault(text: &str) -> String {
        let read = Config::parse(Path::new("server.toml"), text);
        read.unwrap_err().to_string()
    }

    #[test]
    fn the_sample_is_one() {
        let config = Config::parse(Path::new("server.toml"), SAMPLE).unwrap();
        assert_eq!(config.listen.address.port(), 8443);
        assert!(!config.listen.plain_http);
    }

    /// Fault 21: byte order marks, other line ends, keys that mean nothing, values of another kind.
    #[test]
    fn what_cannot_be_read_is_named_with_its_place() {
        let sample = Config::parse(Path::new("server.toml"), SAMPLE).unwrap();
        for text in [format!("\u{feff}{SAMPLE}"), SAMPLE.replace('\n', "\r\n")] {
            let read = Config::parse(Path::new("server.toml"), &text);
            assert_eq!(read.as_ref(), Ok(&sample));
        }
        let unknown = SAMPLE.replacen("[database]", "[database]\npasword = 1", 1);
        let line = 1 + SAMPLE[..SAMPLE.find("[database]").unwrap()]
            .matches('\n')
            .count();
        assert!(
            fault(&unknown).starts_with(&format!(
                "The configuration server.toml, line {}, column 1: unknown field `pasword`",
                line + 1
            )),
            "{}",
            fault(&unknown)
        );
        for (from, to) in [
            ("[listen]", "[listen"),
            ("address = \"0.0.0.0:8443\"", "address = 8443"),
            ("address = \"0.0.0.0:8443\"", "address = \"here\""),
            ("address = \"0.0.0.0:8443\"", ""),
            ("[database]", "[data]"),
        ] {
            let told = fault(&SAMPLE.replacen(from, to, 1));
            assert!(told.contains("line ") && told.contains("column "), "{told}");
        }
        assert!(fault("").contains("missing field `listen`"));
        // Without the names of types.
        let address = "address = \"0.0.0.0:8443\"";
        for (from, to, word) in [
            (address, "address = 8443", "0.0.0.0:8443"),
            (address, "address = \"localhost:8443\"", "0.0.0.0:8443"),
            ("connections = 12", "connections = \"12\"", "a number"),
            ("connections = 12", "connections = 0", "1 or more"),
            (
                "vestibule@localhost",
                "vestibule:pass@localhost",
                "password",
            ),
        ] {
            let told = fault(&SAMPLE.replacen(from, to, 1));
            assert!(told.contains(word), "{told}");
            assert!(
                !told.contains("u32") && !told.contains("socket address"),
                "{told}"
            );
        }
    }

    /// Attack 78: nothing is served without TLS but to this computer, and only when told to.
    #[test]
    fn plain_http_is_for_this_computer_alone() {
        let listen = |listen: &str| {
            let text = format!("[listen]\n{listen}\n[database]\nurl = \"sqlite:///v.db\"");
            Config::parse(Path::new("server.toml"), &text)
        };
        for good in [
            "address = \"127.0.0.1:80\"\nplain_http = true",
            "address = \"[::1]:80\"\nplain_http = true",
            "address = \"0.0.0.0:443\"\ncertificate = \"/c\"\nkey = \"/k\"",
        ] {
            assert!(listen(good).is_ok(), "{good}");
        }
        for bad in [
            "address = \"0.0.0.0:80\"\nplain_http = true",
            "address = \"10.0.0.7:80\"\nplain_http = true",
            "address = \"127.0.0.1:80\"",
            "address = \"127.0.0.1:80\"\nplain_http = true\ncertificate = \"/c\"\nkey = \"/k\"",
            "address = \"0.0.0.0:443\"\ncertificate = \"/c\"",
            "address = \"0.0.0.0:443\"\ncertificate = \"/c\"\nkey = \"/k\"\ntrusted_proxies = [\"x\"]",
        ] {
            assert!(listen(bad).is_err(), "{bad}");
        }
    }
}
