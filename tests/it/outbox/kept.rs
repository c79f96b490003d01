//! What of a message lies in the database, and for how long (attacks 8 and 64).

use std::sync::Mutex;

use log::{LevelFilter, Log, Metadata, Record};
use vestibule::api::Line;
use vestibule::domain::Channel;

use super::{line, read};
use crate::sends::{NUMBER, Sends};

/// An address of a method, not of an account: accounts are found by theirs.
const PRIVATE: &str = "canary.otter@elsewhere.example";

/// Searches every value and every file for what must be nowhere in the clear.
async fn is_nowhere(stage: &Sends, canaries: &[String]) {
    for (place, value) in stage.clinic.dump().await {
        for canary in canaries {
            assert!(!value.contains(canary.as_str()), "{canary} in {place}");
            let hex = data_encoding::HEXUPPER.encode(canary.as_bytes());
            assert!(!value.contains(&hex), "{canary} in {place}");
        }
    }
    for (path, bytes) in stage.clinic.files() {
        for canary in canaries {
            let found = bytes
                .windows(canary.len())
                .any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} in {}", path.display());
        }
    }
}

/// A code as whole values; as part of a longer number six digits may stand anywhere by chance.
async fn is_no_value(stage: &Sends, code: &str) {
    for (place, value) in stage.clinic.dump().await {
        assert_ne!(value, code, "{place}");
        let hex = data_encoding::HEXUPPER.encode(code.as_bytes());
        assert!(!value.contains(&hex), "{place}");
    }
}

async fn sealed(stage: &Sends) -> i64 {
    let sealed = "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL";
    stage.clinic.number(sealed).await
}

#[tokio::test]
async fn nothing_of_a_message_lies_in_the_clear_and_nothing_at_all_after_its_end() {
    for (channel, to) in [(Channel::Email, PRIVATE), (Channel::Sms, NUMBER)] {
        for used in [true, false] {
            let stage = Sends::new().await;
            let sam = stage.hire("sam@hills.example", channel, to).await;
            assert_eq!(sealed(&stage).await, 0, "the code of the set-up was used");
            let due = sam.code_due().await;
            let ends = stage.sent(&due).await.ends.unwrap();
            let mut canaries: Vec<String> = [
                "canary.otter",
                "491570156",
                "0491 570 156",
                "is your sign-in code",
                "Tell your practice manager",
                "mail secret",
                "gateway secret",
            ]
            .map(str::to_owned)
            .to_vec();
            is_nowhere(&stage, &canaries).await;
            assert_eq!(sealed(&stage).await, 1, "queued");
            let code = stage.code(channel).await;
            canaries.push(format!("{} {}", &code[..3], &code[3..]));
            is_nowhere(&stage, &canaries).await;
            is_no_value(&stage, &code).await;
            // It may be sent again, and so is kept until it is used or ends.
            assert_eq!(sealed(&stage).await, 1, "handed over");
            if used {
                stage.submit(&due, &code).await.unwrap();
            } else {
                stage.clinic.clock.set(ends);
                stage.deliver().await;
            }
            assert_eq!(sealed(&stage).await, 0, "used: {used}");
            is_nowhere(&stage, &canaries).await;
            is_no_value(&stage, &code).await;
        }
    }
}

/// Counts the incidents in the log.
struct Incidents(Mutex<Vec<String>>);

static INCIDENTS: Incidents = Incidents(Mutex::new(Vec::new()));

impl Log for Incidents {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        if record.target().starts_with("vestibule::service") && line.contains("incident") {
            self.0.lock().unwrap().push(line);
        }
    }

    fn flush(&self) {}
}

/// A sealed message opens in its own row alone; the log says so, and nobody else is troubled.
///
/// In a program of its own, because a program has one log.
#[test]
fn a_message_that_was_moved_is_not_sent() {
    const AGAIN: &str = "VESTIBULE_TEST_WITH_ITS_OWN_LOG";
    if std::env::var_os(AGAIN).is_none() {
        let status = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "outbox::kept::a_message_that_was_moved_is_not_sent",
            ])
            .env(AGAIN, "1")
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        return;
    }
    log::set_logger(&INCIDENTS).unwrap();
    log::set_max_level(LevelFilter::Error);
    tokio::runtime::Runtime::new().unwrap().block_on(moved());
}

async fn moved() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let kim = stage
        .hire("kim@hills.example", Channel::Sms, "0491 570 157")
        .await;
    read(&stage, Channel::Sms);
    let (sams, kims) = (sam.code_due().await, kim.code_due().await);
    let of = |id: &str| format!("user_id = '{id}' AND sealed IS NOT NULL");
    let (sam_id, kim_id) = (of(&sam.id().await), of(&kim.id().await));
    let copy = format!(
        "UPDATE outbox SET sealed = (SELECT sealed FROM outbox WHERE {sam_id}) WHERE {kim_id}"
    );
    stage.clinic.sql(&copy).await;
    stage.deliver().await;
    let posted = stage.gateway.next().await;
    assert_eq!(posted.to(), "+61491570156");
    assert!(stage.gateway.now().is_none(), "sent from another's row");
    let incidents = INCIDENTS.0.lock().unwrap().clone();
    assert_eq!(incidents.len(), 1, "{incidents:?}");
    assert!(!incidents[0].contains(&posted.code()), "{incidents:?}");
    let code = posted.code();
    assert!(stage.submit(&kims, &code).await.is_err());
    stage.submit(&sams, &code).await.unwrap();

    // It ends as it would have, and the next one is sent.
    stage.clinic.clock.advance(5 * 60);
    stage.deliver().await;
    assert_eq!(line(&stage, &kims).await, Line::Dropped);
    let due = kim.code_due().await;
    let code = stage.code(Channel::Sms).await;
    stage.submit(&due, &code).await.unwrap();
}
