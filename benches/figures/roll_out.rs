//! Two-factor for five thousand people: the dry run, the rule, the chart, a reminder to all.

use std::time::Duration;

use vestibule::api::{
    DryRun, Planned, RollOut, RoundKind, RuleAsked, SetMail, SetRule, StartRound, WouldStop,
};

use vestibule::domain::{EmailAddress, MailSecurity, MailServer, Starts};

use crate::measure::{Report, median, timed};
use crate::practice::{Practice, crowd};

const PEOPLE: usize = 5_000;
const ROUNDS: usize = 5;
/// The longest that any of it may take.
const MOST: Duration = Duration::from_secs(1);

pub(crate) async fn measure(report: &mut Report) {
    let practice = Practice::new().await;
    crowd(&practice.database(), PEOPLE - 1).await;
    let token = practice.sign_in().await;
    let backend = &practice.backend;
    let (mut dry, mut chart, mut rule) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let call = DryRun {
            of: Planned::Mandatory,
            after: None,
        };
        let (took, stopped) = timed(backend.call(Some(&token), call)).await;
        assert_eq!(stopped.unwrap().people.len(), WouldStop::SIZE);
        dry.push(took);
        let (took, days) = timed(backend.call(Some(&token), RollOut { days: 30 })).await;
        assert!(!days.unwrap().is_empty());
        chart.push(took);
        let asked = [
            RuleAsked::Mandatory { from: Starts::Now },
            RuleAsked::Optional,
        ];
        let (took, set) = timed(async {
            for rule in asked {
                backend.call(Some(&token), SetRule { rule }).await.unwrap();
            }
        })
        .await;
        let () = set;
        rule.push(took);
    }
    report.time(&format!("{PEOPLE} people: a dry run"), median(dry), MOST);
    report.time(
        &format!("{PEOPLE} people: thirty days"),
        median(chart),
        MOST,
    );
    let name = format!("{PEOPLE} people: Mandatory, and Optional again");
    report.time(&name, median(rule), MOST);
    let server = MailServer {
        host: "localhost".into(),
        port: 25,
        security: MailSecurity::None,
        user: None,
        from: EmailAddress::parse("codes@hills.example").unwrap(),
        from_name: None,
    };
    let secret = None;
    let set = backend.call(Some(&token), SetMail { server, secret }).await;
    set.unwrap();
    let call = StartRound {
        kind: RoundKind::Test,
        to: Planned::Mandatory,
    };
    let (took, started) = timed(backend.call(Some(&token), call)).await;
    assert!(started.unwrap().round.is_some());
    let name = format!("{PEOPLE} people: a message to everyone who would be stopped");
    report.time(&name, took, MOST);
}
