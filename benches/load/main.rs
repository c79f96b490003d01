//! What a server does on a busy morning, each figure against a baseline in the same run:
//! `tests/run load`, which starts PostgreSQL for it.
//!
//! The server is the program itself, in a process of its own; people sign in through the product's
//! own client, over TLS. All of them share this computer with PostgreSQL and the driver.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench that cannot go on has failed"
)]

mod base;
mod crowd;
#[path = "../figures/measure.rs"]
#[allow(dead_code, reason = "the other figures need the rest of it")]
mod measure;
mod past;
mod place;
mod staff;
mod strangers;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use vestibule::api::{Activity, ActivityFilter, People, Sort, SortBy};
use vestibule::domain::Timestamp;
use vestibule::store::{Connections, Leftover, Store, Walked};

use measure::Report;
use place::Place;
use staff::{Person, Staff};

/// Accounts that sign in: each takes one code in a time step of 30 s.
const ACCOUNTS: usize = 800;
/// How many sign in at once where as many as possible are to.
const AT_ONCE: usize = 8;
/// How long as many as possible sign in.
const RUSH: Duration = Duration::from_secs(12);
/// Second steps that are taken as fast as possible.
const CODES: usize = 800;
/// What a commit waits for beside this computer's disk: a slower one, or a standby elsewhere.
const SLOW_COMMIT: Duration = Duration::from_millis(5);
/// A busy morning (SECURITY.md, fault 38).
const MORNING: usize = 300;
/// Sign-ins, one after the other, among so and so many people.
const AMONG: usize = 200;
/// How often each thing is asked after years of work.
const ASKED: usize = 100;
/// What it may take then (SECURITY.md, fault 36).
const QUERY: Duration = Duration::from_millis(50);

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut report = Report::default();
    runtime.block_on(all(&mut report));
    report.print();
}

async fn all(report: &mut Report) {
    let database = base::Database::new().await;
    let place = Place::start(&database.url).await;
    let idle = place.memory().await;
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
    report.line(
        "memory of a server that idles",
        &mib(idle),
        "< 30 MiB",
        idle < 30 << 20,
    );

    let staff = Staff::hired(&place, ACCOUNTS).await;
    // As PostgreSQL does by itself within minutes: it plans by what it knows of the tables.
    database.sql("VACUUM ANALYZE".into()).await;
    rush(&staff, report).await;
    codes(&place, &database, &staff, "", report).await;
    database.commits_take(SLOW_COMMIT).await;
    let where_slow = format!(", where a commit takes {SLOW_COMMIT:?} more");
    codes(&place, &database, &staff, &where_slow, report).await;
    database.commits_take(Duration::ZERO).await;
    morning(&staff, report).await;
    let most = place.most_memory().await;
    report.line("the most memory of it, so far", &mib(most), "", true);
    among(&database, &staff, report).await;
    strangers::measure((&place, &database), &staff, report).await;
    after_years(&database, &staff, report).await;
}

/// As many full sign-ins as possible, beside as many hashes.
async fn rush(staff: &Staff, report: &mut Report) {
    let hashes = base::hashes_a_second();
    staff.next_step().await;
    let began = Instant::now();
    let mut lanes = Vec::new();
    for lane in staff.people.chunks(staff.people.len() / AT_ONCE) {
        lanes.push(async move {
            let mut done = 0_usize;
            for person in lane {
                if began.elapsed() > RUSH {
                    break;
                }
                person.sign_in().await;
                done += 1;
            }
            done
        });
    }
    let done: usize = join_all(lanes).await.into_iter().sum();
    let rate = done as f64 / began.elapsed().as_secs_f64();
    let ratio = rate / hashes;
    report.line(
        "password + code sign-ins a second / hashes a second",
        &format!("{rate:.1} / {hashes:.1} = {ratio:.2}"),
        "> 0.85",
        ratio > 0.85,
    );
}

/// As many second steps as possible, beside as many commits.
async fn codes(
    place: &Place,
    database: &base::Database,
    staff: &Staff,
    how: &str,
    report: &mut Report,
) {
    let commits = database.commits_a_second();
    let people = &staff.people[..CODES];
    let lanes = people.chunks(CODES / AT_ONCE);
    let waiting = join_all(lanes.map(async |lane| {
        let mut due = Vec::new();
        for person in lane {
            due.push((person, person.password().await));
        }
        due
    }))
    .await;
    staff.next_step().await;
    let (cpu, began) = (place.cpu().await, Instant::now());
    join_all(waiting.into_iter().map(async |lane| {
        for (person, due) in lane {
            person.code(&due).await;
        }
    }))
    .await;
    let took = began.elapsed();
    let each = (place.cpu().await - cpu) / u32::try_from(CODES).unwrap();
    let rate = CODES as f64 / took.as_secs_f64();
    let ratio = rate / commits;
    report.line(
        &format!("second steps a second / commits a second of pgbench{how}"),
        &format!("{rate:.0} / {commits:.0} = {ratio:.2}"),
        "> 0.25",
        ratio > 0.25,
    );
    report.time(
        &format!("processor time of the server for a second step{how}"),
        each,
        Duration::from_millis(2),
    );
}

/// Three hundred people within a minute.
async fn morning(staff: &Staff, report: &mut Report) {
    staff.next_step().await;
    let began = tokio::time::Instant::now();
    let took = join_all(staff.people[..MORNING].iter().enumerate().map(
        async |(place, person): (usize, &Person)| {
            let every = Duration::from_secs(60) / u32::try_from(MORNING).unwrap();
            let at = began + every * u32::try_from(place).unwrap();
            tokio::time::sleep_until(at).await;
            person.sign_in().await;
            at.elapsed()
        },
    ))
    .await;
    report.time(
        &format!("p95 of {MORNING} sign-ins in a minute"),
        p95(took),
        Duration::from_millis(1_500),
    );
}

/// One sign-in after the other, among more and more people.
async fn among(database: &base::Database, staff: &Staff, report: &mut Report) {
    let mut base = None;
    for (turn, many) in [1_000, 100_000, 1_000_000].into_iter().enumerate() {
        crowd::grown_to(database, many).await;
        staff.next_step().await;
        let mut took = Vec::new();
        let people = &staff.people[turn * AMONG..][..AMONG];
        for person in people {
            let began = Instant::now();
            person.sign_in().await;
            took.push(began.elapsed());
        }
        let it = p95(took);
        let base = *base.get_or_insert(it);
        report.ratio(
            &format!("p95 of a sign-in among {many} / among 1000"),
            (it, base),
            1.3,
        );
    }
}

/// What people wait for beside ten million rows of what was done, among a million people.
async fn after_years(database: &base::Database, staff: &Staff, report: &mut Report) {
    let began = Instant::now();
    past::put_into(database).await;
    report.line(
        "ten million rows were put in",
        &format!("{:.0?}", began.elapsed()),
        "",
        true,
    );
    let cores = std::thread::available_parallelism().unwrap().get();
    let hash = Duration::from_secs_f64(cores as f64 / base::hashes_a_second());
    let of = |what: &str| format!("p95 beside ten million rows: {what}");

    staff.next_step().await;
    let mut took = Vec::new();
    for person in &staff.people[..ASKED] {
        let (time, _) = measure::timed(person.sign_in()).await;
        took.push(time.saturating_sub(hash));
    }
    report.time(&of("a sign-in, without its hash"), p95(took), QUERY);

    let manager = &staff.manager;
    let token = manager.sign_in().await;
    let activity = |search: &str, after: Option<String>| Activity {
        filter: ActivityFilter {
            search: search.into(),
            ..ActivityFilter::default()
        },
        after,
    };
    let mut took = Vec::new();
    let mut after = None;
    for _ in 0..ASKED {
        let page = manager.call(&token, activity("", after));
        let (time, page) = measure::timed(page).await;
        took.push(time);
        after = page.next;
    }
    report.time(&of("a page of Activity, and the next"), p95(took), QUERY);
    for (whom, search) in [("who did much", "alex"), ("who did little", past::RARE)] {
        let mut took = Vec::new();
        for _ in 0..ASKED / 10 {
            // One that takes five seconds is given up by the database, and is told as what it took.
            let page = manager.ask(&token, activity(search, None));
            took.push(measure::timed(page).await.0);
        }
        report.time(
            &of(&format!("Activity of somebody {whom}")),
            p95(took),
            QUERY,
        );
    }
    let mut took = Vec::new();
    let mut after = None;
    for _ in 0..ASKED {
        let people = People {
            search: String::new(),
            status: None,
            away: false,
            sort: Sort {
                by: SortBy::Name,
                descending: false,
            },
            after,
            // Which looks at everybody, whatever was done.
            count: false,
        };
        let (time, page) = measure::timed(manager.call(&token, people)).await;
        took.push(time);
        after = page.next;
    }
    report.time(&of("a page of Users, and the next"), p95(took), QUERY);
    purging(database, report, &of).await;
}

/// One step of removing what has ended, of each kind: as if all of it were old, and given up again.
async fn purging(database: &base::Database, report: &mut Report, of: &impl Fn(&str) -> String) {
    let connections = Connections {
        most: 1,
        pooler: false,
    };
    let store = Store::connect(&database.url, connections).await.unwrap();
    for what in [
        Leftover::Requests,
        Leftover::Waiting,
        Leftover::Sessions,
        Leftover::Messages,
        Leftover::Codes,
        Leftover::Invitations,
        Leftover::Notices,
        Leftover::Passwords,
    ] {
        let (mut took, mut walked) = (Vec::new(), Walked::START);
        for _ in 0..ASKED / 5 {
            let mut tx = store.write_beside().await.unwrap();
            let step = async {
                let next = tx.next_leftovers(what, &walked, Timestamp::MAX, 500);
                let Some(next) = next.await.unwrap() else {
                    return;
                };
                tx.remove_leftovers(what, &walked, &next).await.unwrap();
                walked = next;
            };
            took.push(measure::timed(step).await.0);
        }
        report.time(
            &of(&format!("a step of purging {what:?}")),
            p95(took),
            QUERY,
        );
    }
}

fn p95(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 95 / 100]
}
