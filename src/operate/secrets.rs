//! Where a server's keys come from: the environment, the service manager, or a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use url::Url;
use zeroize::Zeroizing;

use super::Config;
use crate::disk;
use crate::service::Keys;

/// The variable with the keys themselves.
const KEYS: &str = "VESTIBULE_KEYS";
/// The variable with the password of the database.
const DATABASE_PASSWORD: &str = "VESTIBULE_DATABASE_PASSWORD";
/// The folder of the service manager's credentials (systemd.exec, `LoadCredential=`).
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// The keys of a configuration.
pub(super) fn keys(config: &Config) -> Result<Keys, String> {
    if let Some(text) = std::env::var(KEYS).ok().map(SecretString::from) {
        return parse(&text, &format!("the variable {KEYS}"));
    }
    let credential = std::env::var_os(CREDENTIALS)
        .map(|folder| PathBuf::from(folder).join("keys"))
        .filter(|file| file.exists());
    if let (None, Some(file)) = (&config.keys.file, &credential) {
        // The service manager lets the server alone see it, by means that no mode tells of.
        return parsed(file);
    }
    let file = config.keys.file.clone().ok_or_else(|| {
        format!(
            "There are no keys: name a file for them in [keys] and make them by `vestibule-server \
             make-keys --write`, or give them as the credential `keys` or in {KEYS}."
        )
    })?;
    read(&file)
}

/// The address of a database, with its password where that is kept apart.
pub(super) fn with_password(mut url: Url) -> Result<String, String> {
    let credential = std::env::var_os(CREDENTIALS)
        .map(|folder| PathBuf::from(folder).join("database-password"))
        .filter(|file| file.exists());
    let password = match (std::env::var(DATABASE_PASSWORD), credential) {
        (Ok(password), _) => Some(Zeroizing::new(password)),
        (Err(_), Some(file)) => {
            let read = std::fs::read_to_string(&file).map(Zeroizing::new);
            Some(read.map_err(|error| {
                let shown = file.display();
                format!("The password in {shown} cannot be read: {error}.")
            })?)
        }
        (Err(_), None) => None,
    };
    if let Some(password) = password {
        url.set_password(Some(password.trim()))
            .map_err(|()| "The url of the database takes no password.".to_owned())?;
    }
    Ok(url.into())
}

/// The keys in a file.
pub(super) fn read(file: &Path) -> Result<Keys, String> {
    let shown = file.display();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).map(|file| file.permissions().mode());
        if mode.is_ok_and(|mode| mode & 0o077 != 0) {
            return Err(format!(
                "Others on this machine can read the keys in {shown}: `chmod 600 {shown}` first."
            ));
        }
    }
    parsed(file)
}

fn parsed(file: &Path) -> Result<Keys, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file)
        .map(|text| SecretString::from(Zeroizing::new(text).trim()))
        .map_err(|error| format!("The keys in {shown} cannot be read: {error}."))?;
    parse(&text, &shown.to_string())
}

fn parse(text: &SecretString, place: &str) -> Result<Keys, String> {
    Keys::parse(text).ok_or_else(|| format!("What is in {place} are no keys of a server."))
}

/// The keys that others are to be made of: those of the file, where that is written, and not what the
/// environment says instead.
pub(super) fn keys_to_change(config: &Config, write: bool) -> Result<Keys, String> {
    match write {
        true => read(named(config)?),
        false => keys(config),
    }
}

/// Gives keys into the file that a configuration names, or prints them for wherever they are kept.
pub(super) fn give(keys: &Keys, into: Option<&Config>) -> Result<(), String> {
    let text = keys.to_text();
    let Some(config) = into else {
        return print(text.expose_secret());
    };
    let file = named(config)?;
    let shown = file.display();
    let text = Zeroizing::new(format!("{}\n", text.expose_secret()));
    disk::replace(file, text.as_bytes())
        .map_err(|error| format!("The keys in {shown} stay as they were: {error}."))?;
    say!("{shown} has the keys. A copy belongs in a safe, and none into a backup of the database.");
    Ok(())
}

/// Refuses to make new keys where there are some: what they seal would be lost.
pub(super) fn refuse_to_replace(config: &Config) -> Result<(), String> {
    let file = named(config)?;
    match std::fs::metadata(file) {
        Ok(there) if there.len() > 0 => Err(format!(
            "{} has keys already, and stays as it is: `--add` puts a new one beside them.",
            file.display()
        )),
        _ => Ok(()),
    }
}

fn named(config: &Config) -> Result<&Path, String> {
    let file = config.keys.file.as_deref();
    file.ok_or_else(|| "No file is named in [keys].".to_owned())
}

/// Prints what another program or file is to have, or says that it has not got it.
pub(super) fn print(text: &str) -> Result<(), String> {
    let mut out = std::io::stdout();
    let printed = writeln!(out, "{text}").and_then(|()| out.flush());
    printed.map_err(|error| format!("Standard output takes nothing: {error}."))
}
