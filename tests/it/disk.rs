//! A disk that is full, broken or read-only, or another computer's, under the product's own
//! SQLite: `disk/fault.c` stands between them and the system, for which nobody needs a privilege.

use std::path::{Path, PathBuf};
use std::process::Command;

use vestibule::api::{Dependency, Error};
use vestibule::backend::{Backend, Embedded, KeepFault, OpenFault, Opened};

use crate::clinic::{Clinic, PASSWORD};

const DISK: &str = "VESTIBULE_TEST_DISK";

/// The disk of a process that was started for one test.
struct Disk(PathBuf);

impl Disk {
    /// Does a test in a process of its own, all of whose temporary files lie on such a disk.
    fn hold<F: Future<Output = ()>>(name: &str, test: impl FnOnce(Self) -> F) {
        if let Some(folder) = std::env::var_os(DISK) {
            let disk = Self(folder.into());
            disk.bites();
            let runtime = tokio::runtime::Runtime::new().unwrap();
            return runtime.block_on(test(disk));
        }
        let place = tempfile::tempdir().unwrap();
        let place = place.path().canonicalize().unwrap();
        let (folder, library) = (place.join("disk"), place.join("fault.so"));
        std::fs::create_dir(&folder).unwrap();
        // The compiler that Rust links with.
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/disk/fault.c"))
            .arg("-ldl")
            .status();
        assert!(made.unwrap().success());
        let done = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("disk::{name}")])
            .env("LD_PRELOAD", &library)
            .env("TMPDIR", &folder)
            .env(DISK, &folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
    }

    /// A disk that never fails would show nothing.
    fn bites(&self) {
        let file = self.0.join("file");
        let mut written = Vec::new();
        for wrong in ["full 2", "broken", "read-only"] {
            std::fs::write(&file, "abc").unwrap();
            self.has(wrong);
            written.push(std::fs::write(&file, "abcdef").unwrap_err().raw_os_error());
            self.is_well();
        }
        std::fs::remove_file(&file).unwrap();
        // ENOSPC, EIO, EROFS.
        assert_eq!(written, [Some(28), Some(5), Some(30)]);
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.0.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn has(&self, wrong: &str) {
        std::fs::write(self.beside(".fault"), wrong).unwrap();
    }

    fn is_well(&self) {
        std::fs::remove_file(self.beside(".fault")).unwrap();
    }
}

fn lacks(what: Dependency) -> Error {
    Error::Unavailable { what }
}

/// Whatever failed, the file is whole, and nothing lies in the log that would hide a full disk.
async fn is_whole(clinic: &Clinic) {
    assert_eq!(clinic.sql("PRAGMA integrity_check").await, [["ok"]]);
    clinic.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
}

async fn open_sessions(clinic: &Clinic) -> i64 {
    let count = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    clinic.number(count).await
}

/// A computer on which no practice is yet.
fn new_computer(clinic: &Clinic) -> Embedded {
    Embedded {
        database: clinic.path("new").join("vestibule.db"),
        ..clinic.strange_computer()
    }
}

/// Fault 4 and attack 43: whenever the disk fills, nobody is in, the code is still good, and all
/// goes on when there is room.
#[test]
fn a_full_disk_signs_nobody_in_and_spends_no_code() {
    Disk::hold(
        "a_full_disk_signs_nobody_in_and_spends_no_code",
        |disk| async move {
            let (clinic, phone) = Clinic::enabled().await;
            let mut refused = 0;
            for room in (0..).step_by(1_500) {
                clinic.clock.advance(60);
                is_whole(&clinic).await;
                disk.has(&format!("full {room}"));
                let first = clinic.manager().sign_in().await.map(|_| ());
                disk.is_well();
                is_whole(&clinic).await;
                let (due, before) = (
                    clinic.manager().code_due().await,
                    open_sessions(&clinic).await,
                );
                is_whole(&clinic).await;
                disk.has(&format!("full {room}"));
                let second = clinic.submit(&due, &phone.code()).await;
                disk.is_well();
                for fault in [first.clone().err(), second.clone().err()] {
                    assert!(
                        fault.is_none() || fault == Some(lacks(Dependency::DiskSpace)),
                        "{fault:?} with room for {room}"
                    );
                }
                is_whole(&clinic).await;
                if second.is_err() {
                    refused += 1;
                    assert_eq!(open_sessions(&clinic).await, before);
                    clinic.submit(&due, &phone.code()).await.unwrap();
                } else if first.is_ok() {
                    break;
                }
            }
            assert!(refused > 10, "{refused}");
        },
    );
}

/// Fault 4: a first run, a start, a backup and a restore say that the disk is full, leave nothing
/// behind, and are done when there is room.
#[test]
fn a_full_disk_is_said_at_the_start_and_by_the_commands() {
    Disk::hold(
        "a_full_disk_is_said_at_the_start_and_by_the_commands",
        |disk| async move {
            let clinic = Clinic::new().await;
            let (new, place) = (new_computer(&clinic), clinic.computer().await);
            let mut refused = 0;
            for room in (0..).step_by(20_000) {
                disk.has(&format!("full {room}"));
                let made = new.create().await.map(|_| ());
                disk.is_well();
                if made.is_ok() {
                    break;
                }
                refused += 1;
                assert_eq!(made, Err(OpenFault::DiskFull), "with room for {room}");
            }
            assert!(refused > 3, "{refused}");

            let copy = clinic.backup("copy.db").await;
            let file = clinic.path("another.db");
            for room in [0, 10_000, 100_000] {
                disk.has(&format!("full {room}"));
                let saved = place.backup(&file).await;
                disk.is_well();
                let Err(KeepFault::NotWritten { why, .. }) = saved else {
                    panic!("{saved:?} with room for {room}")
                };
                assert!(why.contains("full") || why.contains("space"), "{why}");
                assert!(!file.exists());
            }
            clinic.close().await;
            let before = std::fs::read(clinic.database()).unwrap();
            for room in [0, 10_000] {
                disk.has(&format!("full {room}"));
                let opened = place.open().await;
                let restored = place.restore(&copy).await;
                disk.is_well();
                assert_eq!(opened.err(), Some(OpenFault::DiskFull), "{room}");
                let Err(KeepFault::NotWritten { why, .. }) = restored else {
                    panic!("{restored:?}")
                };
                assert!(why.contains("space"), "{why}");
                assert_eq!(std::fs::read(clinic.database()).unwrap(), before);
            }
            let opened = place.open().await;
            assert!(matches!(opened, Ok(Opened::Ready(..))), "{opened:?}");
        },
    );
}

/// Fault 5: a disk that fails while the practice is open is told as that, and never as a wrong
/// code; when it works again, so does the practice. An act whose log did not reach the disk was
/// not done: fault 3 rests on that.
#[test]
fn a_disk_that_fails_is_said_and_spends_no_code() {
    Disk::hold(
        "a_disk_that_fails_is_said_and_spends_no_code",
        |disk| async move {
            let (clinic, phone) = Clinic::enabled().await;
            for wrong in ["broken", "read-only", "unsynced"] {
                clinic.clock.advance(60);
                let due = clinic.manager().code_due().await;
                let before = open_sessions(&clinic).await;
                for _ in 0..2 {
                    disk.has(wrong);
                    let code = clinic.submit(&due, &phone.code()).await.map(|_| ());
                    let password = clinic.manager().try_password(PASSWORD).await.map(|_| ());
                    disk.is_well();
                    for answer in [code, password] {
                        let told = match answer {
                            // As far as a new connection was needed.
                            Err(fault) if wrong == "read-only" => {
                                fault == lacks(Dependency::DiskReadOnly)
                                    || fault == lacks(Dependency::Disk)
                            }
                            answer => answer == Err(lacks(Dependency::Disk)),
                        };
                        assert!(told, "{wrong}");
                    }
                    assert_eq!(open_sessions(&clinic).await, before, "{wrong}");
                    assert_eq!(clinic.sql("PRAGMA integrity_check").await, [["ok"]]);
                }
                clinic.submit(&due, &phone.code()).await.unwrap();
            }
        },
    );
}

/// Fault 5: a start on such a disk is refused with its reason, and the next one opens.
#[test]
fn a_start_on_a_disk_that_fails_is_refused_with_its_reason() {
    Disk::hold(
        "a_start_on_a_disk_that_fails_is_refused_with_its_reason",
        |disk| async move {
            let clinic = Clinic::new().await;
            let place = clinic.computer().await;
            clinic.close().await;
            for (wrong, fault) in [
                ("read-only", OpenFault::ReadOnly(place.database.clone())),
                ("broken", OpenFault::DiskFails),
            ] {
                // A practice that opens seals what was written before.
                let before = std::fs::read(&place.database).unwrap();
                for _ in 0..2 {
                    disk.has(wrong);
                    let opened = place.open().await;
                    disk.is_well();
                    assert_eq!(opened.err(), Some(fault.clone()), "{wrong}");
                    assert_eq!(std::fs::read(&place.database).unwrap(), before);
                }
                let opened = place.open().await;
                let Ok(Opened::Ready(Backend::Embedded(service), _)) = opened else {
                    panic!("{opened:?}")
                };
                service.close().await;
            }
        },
    );
}

/// Fault 23: a practice in a folder of another computer is refused before anything is made there;
/// a copy of it can still be saved, and it opens where it is put right.
#[test]
fn a_practice_on_another_computers_disk_is_refused() {
    use std::os::unix::fs::MetadataExt;
    Disk::hold(
        "a_practice_on_another_computers_disk_is_refused",
        |disk| async move {
            let clinic = Clinic::new().await;
            let place = clinic.computer().await;
            clinic.close().await;
            let device = disk.0.metadata().unwrap().dev();
            let (major, minor) = (rustix::fs::major(device), rustix::fs::minor(device));
            let new = new_computer(&clinic);
            for (kind, away) in [("cifs", true), ("nfs4", true), ("ext4", false)] {
                let mounts =
                    format!("21 1 {major}:{minor} / / rw shared:1 - {kind} //files/staff rw\n");
                std::fs::write(disk.beside(".mounts"), mounts).unwrap();
                let opened = place.open().await;
                assert_eq!(opened.is_err(), away, "{kind}: {opened:?}");
                if away {
                    let there = place.database.clone();
                    assert_eq!(opened.err(), Some(OpenFault::Elsewhere(there)));
                    let made = new.create().await;
                    let there = new.database.clone();
                    assert_eq!(made.err(), Some(OpenFault::Elsewhere(there)));
                    assert!(!clinic.path("new").exists());
                    place.backup(&clinic.path(kind)).await.unwrap();
                }
            }
        },
    );
}

/// Fault 4: what is said of it is a sentence that a receptionist understands.
#[test]
fn a_command_on_a_full_disk_says_so() {
    Disk::hold("a_command_on_a_full_disk_says_so", |disk| async move {
        let clinic = Clinic::new().await;
        let folder = clinic.path("vestibule");
        std::fs::create_dir(&folder).unwrap();
        clinic.close().await;
        std::fs::copy(clinic.database(), folder.join("vestibule.db")).unwrap();
        disk.has("full 0");
        let said = Command::new(env!("CARGO_BIN_EXE_vestibule"))
            .args(["backup", "copy.db"])
            .env("HOME", clinic.path(""))
            .env("XDG_DATA_HOME", clinic.path(""))
            .current_dir(clinic.path(""))
            .output()
            .unwrap();
        disk.is_well();
        assert_eq!(said.status.code(), Some(1));
        let err = String::from_utf8(said.stderr).unwrap();
        assert!(
            err.contains("copy.db cannot be written") || err.contains("no disk space"),
            "{err}"
        );
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(!clinic.path("copy.db").exists());
    });
}
