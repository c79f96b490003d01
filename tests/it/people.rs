//! The Users table: one's own row only, search, sort, pages, counts, and a status that SQL and
//! the domain tell alike.

use std::collections::BTreeSet;

use vestibule::api::{Error, People, PeoplePage, Person, RuleAsked, Sort, SortBy, ViewPerson};
use vestibule::domain::{MethodKind, Role, Status, Timestamp, UserId};
use vestibule::service::SystemRandom;

use crate::crowd::{Crowd, Stage};
use crate::staff::{BY_NAME, Desk, MANDATORY_NOW};

/// All pages of an order, checked for gaps and doubles as they are read.
async fn all(desk: &Desk, search: &str, status: Option<Status>, sort: Sort) -> Vec<Person> {
    let (mut people, mut after) = (Vec::new(), None);
    loop {
        let page = desk.people(search, status, sort, after).await.unwrap();
        assert!(page.people.len() <= PeoplePage::SIZE);
        let matching = page.counted.unwrap().matching;
        people.extend(page.people);
        after = page.next;
        if after.is_none() {
            assert_eq!(people.len() as u64, matching);
            let distinct: BTreeSet<_> = people.iter().map(|person| person.user.clone()).collect();
            assert_eq!(distinct.len(), people.len(), "somebody stands there twice");
            return people;
        }
        assert!(people.len() % PeoplePage::SIZE == 0, "a page is not full");
    }
}

#[tokio::test]
async fn without_full_access_the_table_is_ones_own_row() {
    let desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let kim = desk
        .colleague("kim@hills.example", Role::Practitioner)
        .await;
    let beyond = format!("\n{}", UserId::new(Timestamp::UNIX_EPOCH, &SystemRandom));
    for colleague in [&sam, &kim] {
        for descending in [false, true] {
            for (search, status, after, matching) in [
                ("", None, None, 1),
                (&*colleague.email, None, None, 1),
                ("alex", None, None, 0),
                ("", Some(Status::Enabled), None, 0),
                ("", Some(Status::NotSetup), None, 1),
                ("", None, Some(&beyond), 1),
            ] {
                let sort = Sort {
                    descending,
                    ..BY_NAME
                };
                let (search, after) = (search.to_owned(), after.cloned());
                let call = People {
                    search,
                    status,
                    away: false,
                    sort,
                    after,
                    count: true,
                };
                let page = desk.clinic.call(&colleague.token, call).await.unwrap();
                assert_eq!(
                    (
                        page.counted.unwrap().matching,
                        page.counted.unwrap().statuses,
                        page.next
                    ),
                    (matching, None, None)
                );
                assert!(page.people.iter().all(|person| person.user == colleague.id));
            }
        }
        // One's own details in the way of a manager are not there either.
        let user = colleague.id.clone();
        let view = desk
            .clinic
            .call(&colleague.token, ViewPerson { user })
            .await;
        assert_eq!(view.err(), Some(Error::Forbidden));
    }
}

#[tokio::test]
async fn search_is_by_beginnings_of_words_and_takes_signs_literally() {
    let desk = Desk::new().await;
    for (name, email) in [
        ("Zo\u{eb} N\u{fa}\u{f1}ez", "zoe.n@hills.example"),
        ("Mary-Jane O\u{2019}Brien", "mj_ob@hills.example"),
        ("Dr Sam Lee", "sam+desk@hills.example"),
        ("Ng\u{f4} B\u{1ea3}o", "bao@vale.example"),
        ("100% Health (locum)", "locum@vale.example"),
    ] {
        let call = vestibule::api::AddPerson {
            name: name.into(),
            email: email.into(),
            role: Role::Reception,
            send: false,
        };
        desk.clinic.call(&desk.manager, call).await.unwrap();
    }
    for (search, found) in [
        ("", 6),
        ("   ", 6),
        ("zoe", 1),
        ("ZO\u{cb}", 1),
        ("zoe\u{308}", 1),
        ("nunez", 1),
        ("unez", 0),
        ("bao", 1),
        ("B\u{1ea3}", 1),
        ("lee", 2),
        ("sam lee", 1),
        ("lee sam", 1),
        ("sa le", 1),
        ("sam  alex", 0),
        ("mary-jane", 1),
        ("jane", 1),
        ("o'brien", 1),
        ("O\u{2019}Br", 1),
        ("brien", 1),
        ("mj_ob", 1),
        ("mj_", 1),
        ("mjxob", 0),
        ("m%", 0),
        ("%", 0),
        ("_", 0),
        ("*", 0),
        ("100%", 1),
        ("(loc", 1),
        ("sam+desk@hills", 1),
        ("hills", 4),
        ("hills.example", 0),
        ("vale", 2),
        ("' OR 1=1 --", 0),
        ("\u{10ffff}", 0),
        ("\0", 0),
        ("\\", 0),
    ] {
        let page = desk.page(search).await;
        let names: Vec<_> = page.people.iter().map(|person| &person.name).collect();
        assert_eq!(page.people.len(), found, "{search:?} finds {names:?}");
        assert_eq!(page.counted.unwrap().matching, found as u64, "{search:?}");
        assert_eq!(
            page.counted.unwrap().statuses.unwrap().all(),
            6,
            "{search:?}"
        );
    }
}

#[tokio::test]
async fn every_order_pages_through_120_people_without_gaps_or_doubles() {
    let desk = Desk::new().await;
    let mut crowd = Crowd::of(&desk);
    for n in 0..119_i64 {
        let role = Role::ALL[usize::try_from(n % 3).unwrap()];
        // Names and times repeat, so that a page can end within equals.
        let name = format!("Person {}", n % 7);
        let user = crowd.person(&name, role, (n % 4 > 0).then_some(n % 5 * 1_000));
        match n % 5 {
            0 => crowd.method(&user, MethodKind::Authenticator, (9, true, false)),
            1 => crowd.method(&user, MethodKind::Email, (60_000, false, false)),
            2 => crowd.requirement(&user, "full_access", 1, false),
            _ => {}
        }
    }
    crowd.arrive(&desk).await;
    let counts = desk.page("").await.counted.unwrap().statuses.unwrap();
    assert_eq!(
        (
            counts.enabled,
            counts.pending,
            counts.activated,
            counts.not_setup
        ),
        (25, 24, 24, 47)
    );
    for by in [
        SortBy::Name,
        SortBy::Email,
        SortBy::Role,
        SortBy::Status,
        SortBy::Method,
        SortBy::LastSignIn,
    ] {
        let up = all(
            &desk,
            "",
            None,
            Sort {
                by,
                descending: false,
            },
        )
        .await;
        let mut down = all(
            &desk,
            "",
            None,
            Sort {
                by,
                descending: true,
            },
        )
        .await;
        down.reverse();
        assert_eq!(up, down, "{by:?}");
        assert_eq!(up.len(), 120);
        let key = |person: &Person| match by {
            SortBy::Name => person.name.to_lowercase(),
            SortBy::Email => person.email.clone(),
            SortBy::Role => person.role.to_string(),
            SortBy::Status => (person.status as u8).to_string(),
            SortBy::Method => person
                .method
                .map(|kind| kind.to_string())
                .unwrap_or_default(),
            SortBy::LastSignIn => {
                let at = person.last_sign_in.map_or(0, |at| at.as_millisecond());
                format!("{at:020}")
            }
        };
        assert!(
            up.is_sorted_by_key(|person| (key(person), person.user.clone())),
            "{by:?}"
        );
        for status in Status::ALL {
            let filtered = all(
                &desk,
                "",
                Some(*status),
                Sort {
                    by,
                    descending: true,
                },
            )
            .await;
            let mut expected: Vec<_> = up.iter().filter(|p| p.status == *status).cloned().collect();
            expected.reverse();
            assert_eq!(filtered, expected, "{by:?} {status}");
        }
    }
}

/// A cursor is taken as it was given or not at all.
#[tokio::test]
async fn a_cursor_that_is_none_is_stale() {
    let desk = Desk::new().await;
    let user = &desk.manager_id;
    for cursor in [
        "",
        "x",
        "\n",
        "a\nb",
        "a\n' OR 1=1",
        &format!("{user}"),
        &format!("a\n{user} "),
        &"\n".repeat(10_000),
    ] {
        let answer = desk
            .people("", None, BY_NAME, Some(cursor.to_owned()))
            .await;
        let answer = answer.err();
        assert!(
            matches!(answer, Some(Error::Stale | Error::TooLong)),
            "{answer:?}"
        );
    }
}

/// The status in SQL is the domain's: over every mix of what may be kept about a person, under
/// every rule, at the second before and after a set-up ends.
#[tokio::test]
async fn sql_and_the_domain_derive_the_same_status() {
    let desk = Desk::new().await;
    let mut crowd = Crowd::of(&desk);
    let methods: [&[(MethodKind, Stage)]; 8] = [
        &[],
        &[(MethodKind::Authenticator, (60_000, false, false))],
        &[(MethodKind::Authenticator, (0, false, false))],
        &[(MethodKind::Authenticator, (60_000, false, true))],
        &[(MethodKind::Authenticator, (0, true, false))],
        &[(MethodKind::Authenticator, (0, true, true))],
        &[
            (MethodKind::Authenticator, (0, true, false)),
            (MethodKind::Email, (60_000, false, false)),
        ],
        &[
            (MethodKind::Authenticator, (0, true, true)),
            (MethodKind::Sms, (60_000, false, false)),
        ],
    ];
    let requirements: [&[(&str, i64, bool)]; 6] = [
        &[],
        &[("oneself", 1, false)],
        &[("full_access", 1, false)],
        &[("oneself", 9, false), ("full_access", 5, false)],
        &[("oneself", 1, true)],
        &[("full_access", 1, true), ("oneself", 7, false)],
    ];
    let mut users = Vec::new();
    for kept in methods {
        for asked in requirements {
            let user = crowd.person("Pat Roe", Role::Reception, None);
            for (kind, method) in kept {
                crowd.method(&user, *kind, *method);
            }
            for (source, from, closed) in asked {
                crowd.requirement(&user, source, *from, *closed);
            }
            users.push(user);
        }
    }
    crowd.arrive(&desk).await;

    let mut seen = BTreeSet::new();
    for seconds in [0, 59, 1] {
        desk.clinic.clock.advance(seconds);
        for rule in [RuleAsked::Optional, RuleAsked::Prompt, MANDATORY_NOW] {
            desk.set_rule(rule).await;
            let table = all(&desk, "", None, BY_NAME).await;
            for user in &users {
                let details = desk.view(user).await;
                let row = table.iter().find(|person| person.user == *user).unwrap();
                assert_eq!(*row, details.person);
                let facts = details.facts;
                assert_eq!(row.status, facts.status);
                seen.insert(facts.status.as_str());
                if facts.status == Status::Activated {
                    assert!(row.since.is_some());
                    assert_eq!(
                        (row.since, &row.turned_on_by),
                        (facts.since, &facts.turned_on_by)
                    );
                }
                if let Some(method) = facts.methods.first() {
                    assert_eq!(row.method, Some(method.kind));
                }
            }
            let counts = desk.page("").await.counted.unwrap().statuses.unwrap();
            let of = |status| {
                table
                    .iter()
                    .filter(|person| person.status == status)
                    .count() as u64
            };
            assert_eq!(counts.enabled, of(Status::Enabled));
            assert_eq!(counts.pending, of(Status::Pending));
            assert_eq!(counts.activated, of(Status::Activated));
            assert_eq!(counts.not_setup, of(Status::NotSetup));
        }
    }
    assert_eq!(seen.len(), Status::ALL.len());
}

/// The stop stands in the table from the 50th wrong code on, until tries are allowed again.
#[tokio::test]
async fn who_is_stopped_stands_in_the_table_as_stopped() {
    let desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let stopped = async || desk.page("sam@").await.people[0].stopped;
    assert!(!stopped().await);
    for (failures, expected) in [(49, false), (50, true)] {
        desk.clinic
            .sql(&format!(
                "INSERT INTO tries (subject, counter, failures, changed_at)
                 VALUES ('{}', 'codes', {failures}, 0)
                 ON CONFLICT (subject, counter) DO UPDATE SET failures = {failures}",
                sam.id
            ))
            .await;
        assert_eq!(stopped().await, expected);
    }
    let allowed = crate::requirements::allow(&desk, &desk.manager, &sam.id).await;
    assert_eq!(allowed, None);
    assert!(!stopped().await);
}
