//! Somebody lets a practice send text messages at its cost, at all replicas at once (attack 60).

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use vestibule::api::{
    CodeDue, Error, Line, Outcome, Prefer, ProveMethod, Secret, SetSms, StartSent, TryAnother,
};
use vestibule::domain::{Channel, MethodKind, SMS_BUDGET, UNUSED_PER_HOUR_AND_ACCOUNT};

use crate::person::Person;
use crate::replica::until;
use crate::rounds;
use crate::scenarios::post::Gateway;
use crate::stage::Stage;

/// Requests that are under way at the same time.
const AT_ONCE: usize = 32;

/// Somebody with an authenticator and a number of their own, whose codes go there first.
async fn with_number<'a>(stage: &'a Stage, gateway: &Gateway, n: usize) -> Person<'a> {
    let person = stage.hire().await;
    let as_them = Some(&person.token);
    let start = StartSent {
        channel: Channel::Sms,
        to: format!("0491 {:03} {:03}", 570 + n / 1_000, n % 1_000),
        replaces: None,
    };
    let started = person.way.call(as_them, start).await.unwrap();
    let prove = ProveMethod {
        method: started.method,
        code: Secret::new(gateway.next().await.code()),
    };
    person.way.call(as_them, prove).await.unwrap();
    let kind = MethodKind::Sms;
    person.way.call(as_them, Prefer { kind }).await.unwrap();
    person
}

/// Signs in as far as the code, however often the servers are too busy for it.
async fn code_due(person: &Person<'_>) -> CodeDue {
    loop {
        match person.sign_in(&person.way).await {
            Ok(Outcome::Code(due)) => return due,
            Err(Error::Busy { .. }) => tokio::task::yield_now().await,
            other => panic!("no code was asked for: {other:?}"),
        }
    }
}

fn line(due: &CodeDue) -> &Line {
    &due.challenge.sent.as_ref().unwrap().line
}

/// Each signs in ten times, and nobody uses a code: 5,000 times over 500 numbers in the long form.
/// What comes to the gateway is the budget of the day, to the message, and no number is called up more
/// often than an account may. Who is sent nothing gets in by another method.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_three_replicas_no_more_is_sent_than_the_budget() {
    let stage = Stage::new().await;
    let gateway = Gateway::start().await;
    let manager = stage.manager().await;
    let token = manager.session().await;
    let set = SetSms {
        gateway: gateway.settings().into(),
        secret: Some(Secret::new("a key")),
        countries: None,
    };
    manager.way.call(Some(&token), set).await.unwrap();
    let mut people = Vec::new();
    for n in 0..rounds(40, 500) {
        people.push(with_number(&stage, &gateway, n).await);
    }
    assert!(gateway.now().is_none());

    let each_in_turn = (0..10).flat_map(|_| &people);
    let dues: Vec<CodeDue> = stream::iter(each_in_turn)
        .map(code_due)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    until("all is sent", async || {
        let waiting = "SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')";
        stage.number(waiting).await == 0
    })
    .await;
    let mut by_number: BTreeMap<String, u32> = BTreeMap::new();
    while let Some(sent) = gateway.now() {
        *by_number.entry(sent.to()).or_default() += 1;
    }
    let everybody = u32::try_from(people.len() + 1).unwrap();
    let budget = SMS_BUDGET.at_least + SMS_BUDGET.for_each * everybody;
    assert_eq!(by_number.values().sum::<u32>(), budget);
    let most = by_number.values().max().unwrap();
    assert!(*most <= UNUSED_PER_HOUR_AND_ACCOUNT, "{by_number:?}");
    let refused = |due: &&CodeDue| matches!(line(due), Line::TooMany { .. });
    let told = dues.iter().filter(refused).count();
    assert_eq!(told, dues.len() - budget as usize);
    let spent = "SELECT COUNT(*) FROM events WHERE kind = 'sms_budget_spent'";
    assert_eq!(stage.number(spent).await, 1);

    for person in people.iter().take(3) {
        person.rested().await;
        let due = code_due(person).await;
        assert!(matches!(line(&due), Line::TooMany { .. }), "{due:?}");
        let method = MethodKind::Authenticator;
        let other = TryAnother { method };
        let asked = person.way.call(Some(&due.token), other).await.unwrap();
        assert_eq!(asked.method, method);
        let code = person.code().await;
        person.submit(&due.token, &code).await.unwrap();
    }
    assert!(gateway.now().is_none());
    assert_eq!(stage.deadlocks().await, 0);
}
