//! A practice that goes from one computer to a server: retired there, taken in here, with all that
//! its people sign in with, and nothing good twice.

mod refused;

use std::path::Path;
use std::sync::Arc;

use vestibule::api::{
    CodeDue, Error, KeepRecoveryCodes, MakeRecoveryCodes, Outcome, Secret, SubmitRecoveryCode,
    Token, VerifyActivity,
};
use vestibule::backend::{Embedded, KeepFault, OpenFault};
use vestibule::delivery::{Patience, Post};
use vestibule::domain::{Reason, RecoveryKey};
use vestibule::service::{ImportFault, Imported, Keys, Service, SystemRandom, unpack};
use vestibule::store::Store;

use crate::clinic::{CHEAP, Clinic, MANAGER, PASSWORD, Person, Phone, used, wrong};
use crate::rounds;

const SAM: &str = "sam@hills.example";
const SERVER: &str = "https://practice.example";

/// A practice on one computer, whose manager has an authenticator and recovery codes; and a server
/// that has another practice. Both go by one clock.
struct Stage {
    computer: Clinic,
    place: Embedded,
    phone: Phone,
    codes: Vec<Secret>,
    server: Clinic,
}

impl Stage {
    async fn new() -> Self {
        let computer = Clinic::on_one_computer().await;
        let phone = computer.enrol(&computer.founder.clone()).await;
        computer.clock.advance(60);
        let token = computer.founder.clone();
        let made = computer.call(&token, MakeRecoveryCodes {}).await.unwrap();
        let set = made.set.clone();
        computer
            .call(&token, KeepRecoveryCodes { set })
            .await
            .unwrap();
        computer.hire(SAM).await;
        let place = computer.computer().await;
        let server = Clinic::new().await;
        server
            .sql("UPDATE users SET email = 'owner@other.example'")
            .await;
        let stage = Self {
            computer,
            place,
            phone,
            codes: made.codes,
            server,
        };
        stage.pass(60);
        stage
    }

    /// Time goes by, for both.
    fn pass(&self, seconds: i64) {
        self.computer.clock.advance(seconds);
        self.server.clock.set(self.computer.now());
    }

    /// A manager's session on the computer.
    async fn session(&self) -> Token {
        let token = self.computer.manager().session_by(&self.phone).await;
        self.pass(60);
        token
    }

    /// Exports the practice as the command does; the key of the file.
    async fn export(&self, file: &Path) -> Result<Secret, KeepFault> {
        let export = self.place.export().await?;
        let outcome = export.sign_in(MANAGER, &Secret::new(PASSWORD)).await?;
        let Outcome::Code(due) = outcome else {
            panic!("no code was asked for: {outcome:?}")
        };
        let code = Secret::new(self.phone.code());
        let Outcome::In(admitted) = export.submit(&due.token, &code).await? else {
            panic!("not signed in")
        };
        let reason = Reason::parse("A second computer").unwrap();
        let done = export.finish(&admitted.token, &reason, Some(SERVER), file);
        done.await.map(|done| done.key)
    }

    /// Takes it in on the server, as the command does.
    async fn import(&self, file: &Path, key: &Secret) -> Result<Imported, ImportFault> {
        let key = RecoveryKey::parse(key.expose()).unwrap();
        let (keys, database) = unpack(&std::fs::read(file).unwrap(), &key).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.db");
        std::fs::write(&path, &*database).unwrap();
        let from = self.source(&path, keys).await;
        let imported = self.server.backend.service.import(&from).await;
        from.close().await;
        imported
    }

    async fn source(&self, path: &Path, keys: Keys) -> Service {
        let store = Store::open_to_move(path).await.unwrap();
        let (clock, random) = (self.server.clock.clone(), Arc::new(SystemRandom));
        let post = Arc::new(Post::new(Patience::default()).unwrap());
        Service::new(store, keys, clock, random, CHEAP, post).unwrap()
    }

    fn on_the_server(&self, email: &str) -> Person<'_> {
        Person {
            clinic: &self.server,
            email: email.into(),
            password: PASSWORD.into(),
        }
    }

    async fn recovery(&self, due: &CodeDue, n: usize) -> Result<Token, Error> {
        let code = self.codes[n].clone();
        let call = SubmitRecoveryCode { code };
        match self.server.call(&due.token, call).await? {
            Outcome::In(admitted) => Ok(admitted.token),
            other => panic!("a right code led to {other:?}"),
        }
    }
}

fn moved() -> Error {
    Error::Moved {
        to: Some(SERVER.into()),
    }
}

/// Guarantee G2 and attack 72: people go on with what they had, and what was used is used.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn people_go_on_with_what_they_had_and_nothing_is_good_twice() {
    let stage = Stage::new().await;
    let file = stage.computer.path("export");
    // A recovery code is used there, a code is wrong, and somebody waits.
    let manager = stage.computer.manager();
    let due = manager.code_due().await;
    let code = stage.codes[0].clone();
    let call = SubmitRecoveryCode { code };
    stage.computer.call(&due.token, call).await.unwrap();
    stage.pass(60);
    let session = stage.session().await;
    let waiting = manager.code_due().await;
    let sam = stage.computer.manager();
    let sam = Person {
        email: SAM.into(),
        ..sam
    };
    assert!(sam.try_password("not this one at all").await.is_err());
    let key = stage.export(&file).await.unwrap();

    // From now on nobody is answered there, whatever they have.
    for token in [&session, &waiting.token] {
        assert_eq!(stage.computer.admits(token).await, Err(moved()));
    }
    let next = stage.phone.code_at(stage.phone.step() + 1);
    assert_eq!(stage.computer.submit(&waiting, &next).await, Err(moved()));
    assert_eq!(sam.sign_in().await.map(drop), Err(moved()));
    let opened = stage.place.open().await;
    let fault = OpenFault::Moved {
        to: Some(SERVER.into()),
    };
    assert_eq!(opened.err(), Some(fault));

    let imported = stage.import(&file, &key).await.unwrap();
    assert_eq!(imported.practice, "Hills Clinic");
    assert_eq!((imported.people, imported.misfit.clone()), (2, None));
    assert_eq!(imported.uninvited, Vec::<String>::new());
    // Sessions stay behind, and the codes of this moment are spent.
    let owner = stage.on_the_server(MANAGER);
    assert_eq!(stage.server.admits(&session).await, Err(Error::NotSignedIn));
    for step in [0, 1] {
        let due = owner.code_due().await;
        let code = stage.phone.code_at(stage.phone.step() + step);
        assert!(used(&stage.server.submit(&due, &code).await), "{step}");
    }
    let due = owner.code_due().await;
    assert!(wrong(&stage.recovery(&due, 0).await));
    let due = owner.code_due().await;
    let session = stage.recovery(&due, 1).await.unwrap();
    let sealed = stage.server.call(&session, VerifyActivity {}).await;
    let sealed = sealed.unwrap();
    assert_eq!(sealed.misfit, None);
    assert!(sealed.entries > imported.entries, "{sealed:?}");
    for kind in ["practice_founded", "practice_exported", "practice_imported"] {
        let told =
            format!("SELECT COUNT(*) FROM events WHERE kind = '{kind}' AND seal IS NOT NULL");
        assert!(stage.server.number(&told).await >= 1, "{kind}");
    }

    // The wrong password of before is counted on, and from the next step on all is as it was.
    let counted = "SELECT COUNT(*) FROM tries WHERE counter = 'passwords' AND failures = 1";
    assert_eq!(stage.server.number(counted).await, 1);
    stage.pass(90);
    let session = owner.session_by(&stage.phone).await;
    stage.server.admits(&session).await.unwrap();
    stage.on_the_server(SAM).session().await;
    // A password that came with it is hashed with the server's own pepper from then on.
    let foreign = "SELECT COUNT(*) FROM users WHERE password_hash LIKE '%keyid%'";
    assert_eq!(stage.server.number(foreign).await, 0);
    // Another replica, which has not seen the pepper yet, takes what is left of the codes.
    let replica = stage.server.another_window().await;
    let due = owner.code_due().await;
    let code = stage.codes[2].clone();
    let call = SubmitRecoveryCode { code };
    replica.call(Some(&due.token), call).await.unwrap();
}

/// Whoever is cut off before the practice is retired has done nothing; after that, the file is
/// written once more.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_export_that_is_cut_off_is_begun_again() {
    let stage = Stage::new().await;
    let file = stage.computer.path("export");
    let nowhere = stage.computer.path("no such folder").join("export");
    let refused = stage.export(&nowhere).await.unwrap_err();
    assert!(
        matches!(refused, KeepFault::NotWritten { .. }),
        "{refused:?}"
    );
    stage.pass(60);
    std::fs::write(&file, "a letter").unwrap();
    let refused = stage.export(&file).await.unwrap_err();
    assert_eq!(refused, KeepFault::Exists(file.clone()));
    assert_eq!(std::fs::read(&file).unwrap(), b"a letter");
    std::fs::remove_file(&file).unwrap();
    stage.pass(60);
    let token = stage.session().await;
    stage.computer.admits(&token).await.unwrap();
    assert!(!file.exists());
    let backup = stage.computer.backup("copy.db").await;

    // Without full access, or the step-up, nothing is retired.
    let service = &stage.computer.backend.service;
    let reason = Reason::parse("A second computer").unwrap();
    let sam = Person {
        email: SAM.into(),
        ..stage.computer.manager()
    };
    let sam = sam.session().await;
    let refused = service.retire(&sam, &reason, None).await;
    assert_eq!(refused, Err(Error::Forbidden));
    stage.pass(301);
    let refused = service.retire(&token, &reason, None).await;
    assert_eq!(refused, Err(Error::StepUpNeeded));

    // Killed between the two.
    let token = stage.session().await;
    service.retire(&token, &reason, Some(SERVER)).await.unwrap();
    assert_eq!(stage.computer.admits(&token).await, Err(moved()));
    let export = stage.place.export().await;
    let export = export.unwrap();
    assert!(export.is_retired());
    export.close().await;
    let key = stage.export(&file).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let once = "SELECT COUNT(*) FROM events WHERE kind = 'practice_exported'";
    assert_eq!(stage.computer.number(once).await, 1);
    stage.import(&file, &key).await.unwrap();

    // No older copy comes back in its place, and no key of before opens it here.
    stage.computer.close().await;
    let refused = stage.computer.restore(&backup, &stage.place, None).await;
    let there = KeepFault::Open(OpenFault::Moved { to: None });
    assert_eq!(refused, Err(there));
    let key = &stage.computer.recovery_key;
    let refused = stage.place.recover(key).await;
    assert!(matches!(
        refused,
        Err(KeepFault::Open(OpenFault::Moved { .. }))
    ));
}

/// An import is whole or has not been, and is done once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_import_is_whole_once_and_touches_no_account() {
    let stage = Stage::new().await;
    let file = stage.computer.path("export");
    let key = stage.export(&file).await.unwrap();
    let before = stage.server.dump().await;

    // Somebody has an account already, which is somebody else's to give.
    stage
        .server
        .sql(&format!("UPDATE users SET email = '{SAM}'"))
        .await;
    let refused = stage.import(&file, &key).await;
    assert_eq!(refused, Err(ImportFault::AccountsHere(vec![SAM.into()])));
    stage
        .server
        .sql("UPDATE users SET email = 'owner@other.example'")
        .await;
    // The disk fails at the last of it.
    stage.server.refuse_rows("events").await;
    let refused = stage.import(&file, &key).await;
    assert!(matches!(refused, Err(ImportFault::Call(_))), "{refused:?}");
    stage.server.take_rows("events").await;
    assert_eq!(stage.server.dump().await, before);
    // Or it is killed, wherever it is.
    let opened = RecoveryKey::parse(key.expose()).unwrap();
    let (keys, database) = unpack(&std::fs::read(&file).unwrap(), &opened).unwrap();
    let path = stage.computer.path("taken.db");
    std::fs::write(&path, &*database).unwrap();
    let from = stage.source(&path, keys).await;
    let practices = "SELECT COUNT(*) FROM practices";
    for cut in 0..rounds(5, 150) {
        let (to, from) = (stage.server.backend.service.clone(), from.clone());
        let importing = tokio::spawn(async move { to.import(&from).await });
        for _ in 0..cut * 1_000 {
            tokio::task::yield_now().await;
        }
        importing.abort();
        let _ = importing.await;
        if stage.server.number(practices).await > 1 {
            break;
        }
        assert_eq!(stage.server.dump().await, before);
    }
    from.close().await;
    if stage.server.number(practices).await == 1 {
        stage.import(&file, &key).await.unwrap();
    }
    let after = stage.server.dump().await;
    let twice = stage.import(&file, &key).await;
    assert_eq!(twice, Err(ImportFault::PracticeHere("Hills Clinic".into())));
    assert_eq!(stage.server.dump().await, after);
    // No secret of it lies open, nor is sealed with a key that the server has not.
    let missing = stage.server.backend.service.missing_keys().await;
    assert_eq!(missing, Ok(Vec::new()));
    stage.pass(90);
    stage.on_the_server(MANAGER).session_by(&stage.phone).await;
}

/// From the window, by whoever is signed in there: with a fresh step-up, and every window ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_window_that_is_open_moves_its_practice() {
    let stage = Stage::new().await;
    let file = stage.computer.path("export");
    let reason = Reason::parse("A second computer").unwrap();
    let session = stage.session().await;
    stage.pass(301);
    let finish = async |token: &Token| {
        let export = stage.place.export().await?;
        export.finish(token, &reason, None, &file).await
    };
    let refused = finish(&session).await.err();
    assert_eq!(refused, Some(KeepFault::Call(Error::StepUpNeeded)));
    assert!(!file.exists());
    stage.computer.admits(&session).await.unwrap();

    let code = stage.phone.code();
    let fresh = stage.computer.step_up(&session, Some(&code)).await;
    let done = finish(&fresh.unwrap()).await.unwrap();
    let gone = Err(Error::Moved { to: None });
    assert_eq!(stage.computer.admits(&session).await, gone);
    stage.pass(60);
    let imported = stage.import(&file, &done.key).await.unwrap();
    assert_eq!(
        (imported.practice.as_str(), imported.people),
        ("Hills Clinic", 2)
    );
}
