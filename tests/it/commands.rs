//! The commands of the built program, with a home folder of their own and no keyring.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use secrecy::ExposeSecret;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use vestibule::api::{Found, Outcome, Secret, SignIn};
use vestibule::backend::{Backend, Embedded, Opened};
use vestibule::keychain::{Item, Keychain};
use vestibule::service::SystemClock;

use crate::clinic::{MANAGER, PASSWORD, service_of};

const NEW: &str = "copper 31 wharf lantern";

/// An account on a computer without a keyring.
struct Account {
    home: tempfile::TempDir,
}

/// What a command said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    /// One sentence on standard error, and nothing else.
    fn refused(&self, word: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:?}");
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
        assert!(self.err.contains(word), "{self:?}");
    }
}

impl Account {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Where the program looks for the practice.
    fn place(&self) -> Embedded {
        Embedded {
            database: self.path("data/vestibule/vestibule.db"),
            keychain: Keychain::over(keyring_core::mock::Store::new().unwrap(), self.key_file()),
            clock: Arc::new(SystemClock),
        }
    }

    fn key_file(&self) -> PathBuf {
        self.path("config/vestibule/embedded-keys")
    }

    /// Founds a practice, whose key lies in the key file; the recovery key.
    async fn found(&self) -> Secret {
        let place = self.place();
        let (backend, _) = place.create().await.unwrap();
        let call = Found {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: MANAGER.into(),
            password: Secret::new(PASSWORD),
            time_zone: "Australia/Sydney".into(),
        };
        let founded = backend.call(None, call).await.unwrap();
        close(backend).await;
        let (key, _) = place
            .keychain
            .read(Item::EmbeddedKeys)
            .await
            .unwrap()
            .unwrap();
        std::fs::create_dir_all(self.key_file().parent().unwrap()).unwrap();
        std::fs::write(self.key_file(), key.expose_secret()).unwrap();
        founded.recovery_key
    }

    fn run(&self, arguments: &[&str], input: &[&str]) -> Said {
        self.run_in(&[], arguments, input)
    }

    fn run_in(&self, variables: &[(&str, &str)], arguments: &[&str], input: &[&str]) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .env("XDG_CONFIG_HOME", self.path("config"))
            .envs(variables.iter().copied())
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = program.stdin.take().unwrap();
        // A program that does not ask does not read either.
        let _ = lines.write_all(input.join("\n").as_bytes());
        drop(lines);
        let output = program.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// The file, as another program opens it.
    async fn file(&self) -> SqliteConnection {
        let file = SqliteConnectOptions::new().filename(self.place().database);
        file.connect().await.unwrap()
    }

    /// The open practice.
    async fn open(&self) -> Backend {
        match self.place().open().await {
            Ok(Opened::Ready(backend, _)) => backend,
            other => panic!("it does not open: {other:?}"),
        }
    }

    async fn sign_in(&self, password: &str) -> Result<Outcome, vestibule::api::Error> {
        let backend = self.open().await;
        let call = SignIn {
            email: MANAGER.into(),
            password: Secret::new(password),
            computer: None,
            remembered: None,
        };
        let outcome = backend.call(None, call).await;
        close(backend).await;
        outcome
    }
}

async fn close(backend: Backend) {
    service_of(backend).close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_backup_is_restored_on_another_computer() {
    let (old, new) = (Account::new(), Account::new());
    old.run(&["backup", "copy.db"], &[]).refused("no practice");
    let key = old.found().await;
    // While it is open.
    let window = old.open().await;
    let said = old.run(&["backup", "copy.db"], &[]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.out.contains("copy.db"), "{said:?}");
    old.run(&["backup", "copy.db"], &[])
        .refused("copy.db exists already");
    old.run(&["restore", "copy.db"], &[])
        .refused("Close every window");
    close(window).await;

    let file = new.path("copy.db");
    std::fs::copy(old.path("copy.db"), &file).unwrap();
    new.run(&["restore", "absent.db"], &[])
        .refused("absent.db cannot be read");
    new.run(&["restore", "copy.db"], &[])
        .refused("Nothing was entered");
    new.run(&["restore", "copy.db"], &["7K3F-M9QX"])
        .refused("seven groups");
    let other = Account::new().found().await;
    new.run(&["restore", "copy.db"], &[other.expose()])
        .refused("does not open");
    assert!(!new.place().database.exists());
    assert!(!new.key_file().exists());

    let typed = key.expose().to_lowercase().replace('-', "");
    let said = new.run(&["restore", "copy.db"], &[&typed, ""]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.out.contains("Hills Clinic is restored"), "{said:?}");
    assert!(!said.out.contains(key.expose()), "{said:?}");
    let admitted = new.sign_in(PASSWORD).await;
    assert!(matches!(admitted, Ok(Outcome::In(_))), "{admitted:?}");
    {
        use std::os::unix::fs::PermissionsExt;
        let place = new.place();
        for file in [&place.database, &new.key_file()] {
            let mode = file.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", file.display());
        }
    }

    // Once more, over what is there now: it is kept, and no key is asked for.
    let said = new.run(&["restore", "copy.db"], &[]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("vestibule before restore.db"), "{said:?}");
    std::fs::write(&file, b"a letter").unwrap();
    new.run(&["restore", "copy.db"], &[])
        .refused("copy.db is damaged");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_recovery_gives_the_only_manager_a_new_password() {
    let account = Account::new();
    account.run(&["recover"], &["x"]).refused("no practice");
    assert!(!account.place().database.exists(), "looking makes nothing");
    let key = account.found().await;
    // Without the key, as on a computer whose keyring was lost.
    std::fs::remove_file(account.key_file()).unwrap();

    let (key, again) = (key.expose(), [NEW, NEW]);
    let [new, twice] = again;
    account
        .run(&["recover"], &[])
        .refused("Nothing was entered");
    account
        .run(&["recover"], &["nonsense"])
        .refused("seven groups");
    for (email, first, second, word) in [
        ("sam@hills.example", new, twice, "Nobody with full access"),
        ("", new, "something else", "not the same"),
        ("", new, "", "Nothing was entered"),
        ("", "short", "short", "too short"),
        ("", "Alex Hills Clinic", "Alex Hills Clinic", "your name"),
    ] {
        account
            .run(&["recover"], &[key, email, first, second])
            .refused(word);
    }
    assert!(!account.key_file().exists());

    let said = account.run(&["recover"], &[key, "", new, twice, ""]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.out.contains("Alex Lee can sign in"), "{said:?}");
    for secret in [key, new] {
        assert!(!said.out.contains(secret), "{said:?}");
    }
    let refused = account.sign_in(PASSWORD).await.map(|_| ());
    assert_eq!(refused, Err(vestibule::api::Error::WrongCredentials));
    let due = account.sign_in(NEW).await;
    assert!(matches!(due, Ok(Outcome::SetUp(_))), "{due:?}");
}

/// Fault 40: a time is told by the clock of this computer, in ASCII digits and 24 hours, whatever
/// its zone and language.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_time_is_told_by_the_clock_of_this_computer_in_every_language() {
    let account = Account::new();
    let key = account.found().await;
    for (zone, language, told) in [
        ("Australia/Sydney", "C", "2 January 2100, 07:30"),
        ("America/St_Johns", "ar_EG.UTF-8", "1 January 2100, 17:00"),
        ("Pacific/Kiritimati", "hi_IN.UTF-8", "2 January 2100, 10:30"),
        ("UTC", "en_US.UTF-8", "1 January 2100, 20:30"),
    ] {
        let mut file = account.file().await;
        file.execute(
            "UPDATE events SET at = 4102518600000, ahead = 0 WHERE kind = 'practice_founded'",
        )
        .await
        .unwrap();
        file.close().await.unwrap();
        let variables = [("TZ", zone), ("LC_ALL", language), ("LANG", language)];
        let input = [key.expose(), "", NEW, NEW, ""];
        let said = account.run_in(&variables, &["recover"], &input);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.contains(told), "{zone}: {said:?}");
    }
}

/// Attack 59: a script reads off the code that the program ends with whether Activity fits.
#[tokio::test]
async fn activity_is_checked_from_the_command_line() {
    let account = Account::new();
    account
        .run(&["verify-activity"], &[])
        .refused("no practice");
    account.found().await;
    let said = account.run(&["verify-activity"], &[]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(
        said.out.starts_with("All 2 sealed entries are unchanged."),
        "{said:?}"
    );
    let mut file = account.file().await;
    file.execute("UPDATE events SET kind = 'signed_out' WHERE kind = 'signed_in'")
        .await
        .unwrap();
    file.close().await.unwrap();
    let said = account.run(&["verify-activity"], &[]);
    said.refused("Entry 2, written ");
}

/// A practice goes to a server in the hands of whoever has full access, and stays away.
#[cfg(all(target_os = "linux", feature = "server"))]
#[tokio::test]
async fn a_practice_is_exported_by_whoever_has_full_access() {
    let account = Account::new();
    account
        .run(&["export", "moved"], &[])
        .refused("no practice");
    account.found().await;
    let to = ["export", "--to", "practice.example", "moved"];
    for (input, word) in [
        (&[MANAGER, "no password of hers", "x"][..], "not right"),
        (&[MANAGER, PASSWORD, "", ""], "in a few words why"),
        (&[MANAGER], "Nothing was entered"),
    ] {
        account.run(&to, input).refused(word);
        assert!(!account.path("moved").exists());
    }
    assert!(account.sign_in(PASSWORD).await.is_ok());

    let said = account.run(&to, &[MANAGER, PASSWORD, "A second computer"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let named = said.out.contains("Hills Clinic is in moved");
    assert!(named && !said.out.contains(PASSWORD), "{said:?}");
    account.run(&to, &[]).refused("moved exists already");
    for command in [&["recover"][..], &["verify-activity"]] {
        let said = account.run(command, &["7K3F-M9QX"]);
        assert!(said.code == Some(1) && said.out.is_empty(), "{said:?}");
    }
    account
        .run(&["verify-activity"], &[])
        .refused("It goes on at https://practice.example");
    // Once more, where the file is lost.
    std::fs::remove_file(account.path("moved")).unwrap();
    let again = account.run(&to, &[MANAGER, PASSWORD, "The file was lost"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_ne!(again.out, said.out);
}

/// No secret is ever an argument: what comes after is not taken.
#[test]
fn secrets_are_no_arguments() {
    let account = Account::new();
    for arguments in [
        &["recover", "7K3F-M9QX"][..],
        &["restore", "a.db", "7K3F-M9QX"],
        &["--password", "x"],
        &["backup"],
    ] {
        let said = account.run(arguments, &[]);
        assert_eq!(said.code, Some(2), "{said:?}");
    }
    let help = account.run(&["--help"], &[]);
    for command in ["backup", "restore", "export", "recover", "verify-activity"] {
        assert!(help.out.contains(command), "{help:?}");
    }
}
