//! The statement of five thousand people who signed in every day, and the page of their Activity.

use std::time::Duration;

use vestibule::api::{Activity, ActivityFilter, ActivityPage, Statement};
use vestibule::paper::statement::{csv, pdf};

use crate::measure::{Report, median, timed};
use crate::practice::{Practice, crowd, open};

const PEOPLE: usize = 5_000;
const ROUNDS: usize = 5;
/// The longest that a statement may take, with its file.
const MOST: Duration = Duration::from_secs(1);
/// The longest that a page of Activity may take (SECURITY.md, fault 36).
const PAGE: Duration = Duration::from_millis(50);

pub(crate) async fn measure(report: &mut Report) {
    let practice = Practice::new().await;
    crowd(&practice.database(), PEOPLE - 1).await;
    let token = practice.sign_in().await;
    let mut file = open(&practice.database()).await;
    let every_day = "WITH RECURSIVE days (day) AS
            (SELECT 1 UNION ALL SELECT day + 1 FROM days WHERE day < 90)
        INSERT INTO events (id, practice_id, at, kind, actor, factor)
        SELECT users.id || day, practices.id,
            (SELECT MAX(at) FROM events) - day * 86400000, 'signed_in', users.id, 'authenticator'
        FROM days, users, practices";
    sqlx::query(every_day).execute(&mut file).await.unwrap();
    sqlx::Connection::close(file).await.unwrap();

    let day = practice.backend.now().in_tz("Australia/Sydney");
    let day = day.unwrap().date();
    let (mut asked, mut on_paper, mut separated) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let call = practice.backend.call(Some(&token), Statement { day });
        let (took, statement) = timed(call).await;
        let statement = statement.unwrap();
        assert_eq!(statement.people.len(), PEOPLE);
        asked.push(took);
        let (drawn, file) = timed(async { pdf(&statement) }).await;
        assert!(file.unwrap().len() > PEOPLE);
        on_paper.push(took + drawn);
        let (written, file) = timed(async { csv(&statement) }).await;
        assert!(file.unwrap().len() > PEOPLE);
        separated.push(took + written);
    }
    let entries = format!("{PEOPLE} people, {} sign-ins", PEOPLE * 90);
    report.time(&format!("{entries}: a statement"), median(asked), MOST);
    report.time(&format!("{entries}: as a PDF"), median(on_paper), MOST);
    report.time(&format!("{entries}: as a CSV"), median(separated), MOST);

    for (search, name) in [("", "a page of Activity"), ("ngu gra", "searched")] {
        let filter = ActivityFilter {
            search: search.into(),
            ..ActivityFilter::default()
        };
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            let (filter, after) = (filter.clone(), None);
            let call = practice
                .backend
                .call(Some(&token), Activity { filter, after });
            let (time, page) = timed(call).await;
            assert_eq!(page.unwrap().entries.len(), ActivityPage::SIZE);
            took.push(time);
        }
        report.time(&format!("{entries}: {name}"), median(took), PAGE);
    }
}
