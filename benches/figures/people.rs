//! The Users table of ten thousand people beside that of a hundred.

use std::time::Duration;

use vestibule::api::{People, PeoplePage, Sort, SortBy, Token};

use crate::measure::{Report, median, timed};
use crate::practice::{Practice, crowd};

const ROUNDS: usize = 100;
const FEW: usize = 100;
const MANY: usize = 10_000;
/// The longest that anything in the table may take.
const MOST: Duration = Duration::from_millis(30);

struct Table {
    practice: Practice,
    token: Token,
}

impl Table {
    async fn of(many: usize) -> Self {
        let practice = Practice::new().await;
        crowd(&practice.database(), many - 1).await;
        let token = practice.sign_in().await;
        Self { practice, token }
    }

    async fn ask(&self, call: People) -> (Duration, PeoplePage) {
        let (took, page) = timed(self.practice.backend.call(Some(&self.token), call)).await;
        (took, page.unwrap())
    }
}

pub(crate) async fn measure(report: &mut Report) {
    let (few, many) = (Table::of(FEW).await, Table::of(MANY).await);
    for (by, name) in [(SortBy::Name, "name"), (SortBy::Email, "email")] {
        let call = asked(by, "");
        let in_few = beyond(&few, &call).await;
        let in_many = beyond(&many, &call).await;
        let (mut base, mut it) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            base.push(few.ask(in_few.clone()).await.0);
            it.push(many.ask(in_many.clone()).await.0);
        }
        report.ratio(
            &format!("a page by {name} of {MANY} people / of {FEW}"),
            (median(it), median(base)),
            1.2,
        );
    }
    for (by, name) in [
        (SortBy::Name, "name"),
        (SortBy::Role, "role"),
        (SortBy::Status, "status"),
        (SortBy::Method, "method"),
        (SortBy::LastSignIn, "last sign-in"),
    ] {
        first(
            &many,
            asked(by, ""),
            &format!("the first page by {name}, with the counts"),
            report,
        )
        .await;
    }
    for words in ["gra", "ngu gra 99", "q"] {
        let name = format!("search for {words:?}, with the counts");
        first(&many, asked(SortBy::Name, words), &name, report).await;
    }
}

async fn first(table: &Table, call: People, name: &str, report: &mut Report) {
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        took.push(table.ask(call.clone()).await.0);
    }
    report.time(&format!("{MANY} people: {name}"), median(took), MOST);
}

fn asked(by: SortBy, search: &str) -> People {
    let descending = false;
    People {
        search: search.into(),
        status: None,
        away: false,
        sort: Sort { by, descending },
        after: None,
        count: true,
    }
}

/// The page after the first.
async fn beyond(table: &Table, call: &People) -> People {
    let after = table.ask(call.clone()).await.1.next;
    assert!(after.is_some());
    People {
        after,
        count: false,
        ..call.clone()
    }
}
