//! Activity: what is written down, and what shows when another hand has been at it.

mod sealed;

use vestibule::api::{
    Activity, ActivityFilter, ActivityPage, Error, Lock, SaveActivity, Secret, SignOut, StepUp,
    Unlock,
};
use vestibule::domain::{EventGroup, EventKind, Factor, Role};

use crate::clinic::{Clinic, PASSWORD};
use crate::requirements::reset;
use crate::roles::stranger;
use crate::staff::{Desk, REASON};

const SAM: &str = "sam@hills.example";

/// A page of the manager's.
pub(crate) async fn page(desk: &Desk, filter: ActivityFilter) -> ActivityPage {
    let call = Activity {
        filter,
        after: None,
    };
    desk.clinic.call(&desk.manager, call).await.unwrap()
}

fn search(search: &str) -> ActivityFilter {
    ActivityFilter {
        search: search.into(),
        ..ActivityFilter::default()
    }
}

fn group(group: EventGroup) -> ActivityFilter {
    ActivityFilter {
        group: Some(group),
        ..ActivityFilter::default()
    }
}

fn kinds(page: &ActivityPage) -> Vec<EventKind> {
    page.entries
        .iter()
        .map(|entry| entry.kind.unwrap())
        .collect()
}

#[tokio::test]
async fn an_entry_says_who_to_whom_why_and_when() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, None);
    let newest = page(&desk, ActivityFilter::default())
        .await
        .entries
        .remove(0);
    assert_eq!(newest.kind, Some(EventKind::Reset));
    assert_eq!(newest.actor.unwrap().name, "Alex Lee");
    assert_eq!(newest.subject.unwrap().name, "Sam Roe");
    assert_eq!(newest.reason.as_deref(), Some(REASON));
    assert_eq!(newest.at, desk.clinic.now());
}

/// What the statement counts: whether there was a second step, and by which factor.
#[tokio::test]
async fn a_sign_in_says_by_which_factor() {
    let mut desk = Desk::new().await;
    desk.colleague(SAM, Role::Reception).await;
    desk.return_manager().await;
    let signed_in = page(&desk, group(EventGroup::SignIns)).await.entries;
    let of = |name: &str| {
        let mut entries = signed_in.iter().filter(|entry| {
            entry.kind == Some(EventKind::SignedIn) && entry.actor.as_ref().unwrap().name == name
        });
        entries.next().unwrap().factor
    };
    assert_eq!(of("Alex Lee"), Some(Factor::Authenticator));
    assert_eq!(of("Sam Roe"), None);
}

#[tokio::test]
async fn a_search_finds_who_did_it_and_to_whom() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    assert_eq!(reset(&desk, &desk.manager, &sam.id).await, None);
    let all = page(&desk, ActivityFilter::default()).await.entries;
    let found = page(&desk, search("sam ro")).await.entries;
    assert!(!found.is_empty() && found.len() < all.len());
    for entry in &found {
        let named = [&entry.actor, &entry.subject];
        assert!(named.into_iter().flatten().any(|who| who.name == "Sam Roe"));
    }
    let both = page(&desk, search("alex")).await.entries;
    assert!(
        both.iter()
            .any(|entry| entry.kind == Some(EventKind::Reset))
    );
    for nobody in ["roes", "%", "_", "' OR 1=1 --"] {
        assert_eq!(page(&desk, search(nobody)).await.entries, [], "{nobody}");
    }
}

#[tokio::test]
async fn a_group_and_days_narrow_it() {
    let desk = Desk::new().await;
    desk.colleague(SAM, Role::Reception).await;
    for wanted in EventGroup::ALL {
        for kind in kinds(&page(&desk, group(*wanted)).await) {
            assert_eq!(kind.group(), *wanted);
        }
    }
    assert!(!kinds(&page(&desk, group(EventGroup::People)).await).is_empty());
    let today = desk.clinic.now().in_tz("Australia/Sydney").unwrap().date();
    let days = |from, to| ActivityFilter {
        from,
        to,
        ..ActivityFilter::default()
    };
    let all = page(&desk, days(None, None)).await;
    assert_eq!(page(&desk, days(Some(today), Some(today))).await, all);
    let tomorrow = today.tomorrow().unwrap();
    let yesterday = today.yesterday().unwrap();
    assert_eq!(page(&desk, days(Some(tomorrow), None)).await.entries, []);
    assert_eq!(page(&desk, days(None, Some(yesterday))).await.entries, []);
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap() {
    let desk = Desk::new().await;
    for _ in 0..ActivityPage::SIZE {
        desk.clinic.call(&desk.manager, Lock {}).await.unwrap();
        desk.clinic
            .sql("UPDATE sessions SET locked_at = NULL")
            .await;
    }
    let save = SaveActivity {
        filter: ActivityFilter::default(),
        after: None,
    };
    let whole = desk.clinic.call(&desk.manager, save).await.unwrap();
    assert_eq!(whole.next, None);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let filter = ActivityFilter::default();
        let call = Activity { filter, after };
        let page = desk.clinic.call(&desk.manager, call).await.unwrap();
        assert!(page.entries.len() <= ActivityPage::SIZE);
        seen.extend(page.entries);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, whole.entries);
    assert!(seen.len() > ActivityPage::SIZE);
    assert_eq!(seen[0].kind, Some(EventKind::ActivitySaved));
    let garbage = Activity {
        filter: ActivityFilter::default(),
        after: Some("garbage".into()),
    };
    let answer = desk.clinic.call(&desk.manager, garbage).await;
    assert_eq!(answer.unwrap_err(), Error::Stale);
}

/// Attack 59: a limit that is hit is written down, once for each wait, however often it is tried.
#[tokio::test]
async fn a_limit_is_written_down_once_for_each_wait() {
    let desk = Desk::new().await;
    let person = desk.clinic.manager();
    let waits = "SELECT COUNT(*) FROM events WHERE kind = 'tries_wait'";
    for round in 1..=3 {
        while person.try_password("wrong wrong wrong").await.err() == Some(Error::WrongCredentials)
        {
        }
        for _ in 0..20 {
            let answer = person.try_password(PASSWORD).await.unwrap_err();
            assert!(matches!(answer, Error::Wait { .. }));
        }
        assert_eq!(desk.clinic.number(waits).await, round);
        desk.clinic.clock.advance(60 * 60);
    }
    let subject = "SELECT COUNT(*) FROM events WHERE kind IN ('tries_wait', 'password_wrong')
                   AND subject IS NOT NULL AND practice_id <> ''";
    let of_alex = desk.clinic.number(subject).await;
    // Nobody's address is tried: there is an entry, and nothing is said of the address.
    let stranger = crate::clinic::Person {
        email: "nobody@else.example".into(),
        ..desk.clinic.manager()
    };
    while stranger.try_password("wrong wrong wrong").await.err() == Some(Error::WrongCredentials) {}
    assert_eq!(desk.clinic.number(waits).await, 4);
    assert_eq!(desk.clinic.number(subject).await, of_alex);
    let dump = desk.clinic.dump().await;
    assert!(dump.iter().all(|(_, value)| !value.contains("nobody@else")));
}

/// Attack 59: tries that are used up are written down once, until they are allowed again.
#[tokio::test]
async fn a_stop_is_written_down_once() {
    let desk = Desk::new().await;
    let due = desk.clinic.manager().code_due().await.token;
    let user = &desk.manager_id;
    let stopped = format!(
        "INSERT INTO tries (subject, counter, failures, changed_at)
         VALUES ('{user}', 'codes', 50, 1)
         ON CONFLICT (subject, counter) DO UPDATE SET failures = 50"
    );
    desk.clinic.sql(&stopped).await;
    for _ in 0..5 {
        let code = vestibule::api::SubmitCode {
            code: Secret::new("123456"),
            remember: false,
        };
        assert_eq!(
            desk.clinic.call(&due, code).await.unwrap_err(),
            Error::Stopped
        );
    }
    let entries = "SELECT COUNT(*) FROM events WHERE kind = 'tries_stopped'";
    assert_eq!(desk.clinic.number(entries).await, 1);
}

/// Attack 59: what can be refused or done in a session leaves an entry each.
#[tokio::test]
async fn what_is_done_in_a_session_is_written_down() {
    let desk = Desk::new().await;
    let (clinic, token) = (&desk.clinic, &desk.manager);
    let wrong = StepUp {
        password: Secret::new("wrong wrong wrong"),
        code: Some(Secret::new("123456")),
        by: None,
    };
    clinic.call(token, wrong).await.unwrap_err();
    clinic.call(token, Lock {}).await.unwrap();
    let unlock = |password: &str| Unlock {
        password: Secret::new(password),
    };
    clinic
        .call(token, unlock("wrong wrong wrong"))
        .await
        .unwrap_err();
    let opened = clinic.call(token, unlock(PASSWORD)).await.unwrap().token;
    clinic.call(&opened, SignOut {}).await.unwrap();
    let words = clinic
        .sql("SELECT kind FROM events ORDER BY n DESC LIMIT 5")
        .await;
    let words: Vec<_> = words.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        words,
        [
            "signed_out",
            "unlocked",
            "unlock_password_wrong",
            "locked",
            "step_up_password_wrong"
        ]
    );
}

/// Attack 59: nothing that is typed makes an entry of its own, nor ends up in one.
#[tokio::test]
async fn hostile_reasons_stay_in_their_entry() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    let before = desk.clinic.number("SELECT COUNT(*) FROM events").await;
    let hostile = "x\",\"kind\":\"reset\"}' || CHAR(10) || '";
    let call = vestibule::api::Reset {
        user: sam.id.clone(),
        reason: hostile.into(),
    };
    desk.clinic.call(&desk.manager, call).await.unwrap();
    let newest = page(&desk, ActivityFilter::default())
        .await
        .entries
        .remove(0);
    assert_eq!(newest.reason.as_deref(), Some(hostile));
    assert_eq!(
        desk.clinic.number("SELECT COUNT(*) FROM events").await,
        before + 1
    );
    for forged in ["lost\r\nher phone", "lost \u{1b}[2Jher phone", "lost\0it"] {
        let call = vestibule::api::Reset {
            user: sam.id.clone(),
            reason: forged.into(),
        };
        let answer = desk.clinic.call(&desk.manager, call).await;
        assert!(answer.is_err(), "{forged:?}");
    }
}

/// Attack 57: another practice's entries are as unknown as none, by page and by search.
#[tokio::test]
async fn another_practices_entries_are_as_unknown_as_none() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    let user = stranger(&desk).await;
    for sql in [
        format!("INSERT INTO words (word, user_id) VALUES ('vale', '{user}')"),
        format!(
            "INSERT INTO events (id, practice_id, at, kind, actor)
             SELECT 'theirs', practice_id, {}, 'signed_in', user_id FROM memberships
             WHERE user_id = '{user}'",
            clinic.now().as_millisecond()
        ),
    ] {
        clinic.sql(&sql).await;
    }
    assert_eq!(page(&desk, search("vale")).await.entries, []);
    let all = page(&desk, ActivityFilter::default()).await.entries;
    assert!(all.iter().all(|entry| entry.id != "theirs"));
    // A cursor is a place in time, not in another's log.
    let after = Some(format!("{}.{}", i64::MAX / 4, 1));
    let filter = ActivityFilter::default();
    let answer = clinic.call(&desk.manager, Activity { filter, after }).await;
    assert!(
        answer.is_err()
            || answer
                .unwrap()
                .entries
                .iter()
                .all(|entry| entry.id != "theirs")
    );
}

/// Attack 58: what a call does not ask for is refused where it would widen what is answered.
#[test]
fn fields_that_are_not_asked_for_are_refused() {
    let call = Activity {
        filter: ActivityFilter::default(),
        after: None,
    };
    for (field, value) in [
        ("practice", "01900000-0000-7000-8000-000000000000"),
        ("user_id", "x"),
        ("role", "full_access"),
    ] {
        let mut sent = serde_json::to_value(&call).unwrap();
        sent[field] = value.into();
        assert!(serde_json::from_value::<Activity>(sent).is_err(), "{field}");
        let mut sent = serde_json::to_value(&call).unwrap();
        sent["filter"][field] = value.into();
        assert!(serde_json::from_value::<Activity>(sent).is_err(), "{field}");
    }
}

/// Attack 59: nothing but the removal of what was kept for long enough takes an entry away.
#[test]
fn no_call_removes_an_entry() {
    let mut removes = Vec::new();
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/store")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            if text.contains("DELETE FROM events") {
                removes.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    assert_eq!(removes, ["seals.rs"]);
}

/// The clinic of [`sealed`].
async fn with_entries() -> Clinic {
    let clinic = Clinic::new().await;
    for _ in 0..4 {
        clinic
            .manager()
            .try_password("wrong wrong wrong")
            .await
            .unwrap_err();
    }
    clinic.backend.service.seal_due().await.unwrap();
    clinic
}
