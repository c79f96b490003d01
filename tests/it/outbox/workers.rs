//! Workers that wait, die, and stand in each other's way (fault 30, attack 67).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use vestibule::api::{CodeDue, Error, Line, Outcome, Secret, SignIn};
use vestibule::delivery::{Patience, Post};
use vestibule::domain::{Channel, MethodKind};

use super::{counted, line, read, settle};
use crate::clinic::{PASSWORD, Window};
use crate::post::{Answer, Reply};
use crate::rounds;
use crate::sends::{SAM, Sends};

/// Longer than any test: a provider that is silent stays in a worker's hands.
const FOR_EVER: Patience = Patience {
    connect: Duration::from_secs(3_600),
    whole: Duration::from_secs(3_600),
    kept: Duration::ZERO,
};

/// Within which a worker ends: less than the 30 seconds of its longest sleep, so that it has to be
/// woken, and far more than that takes.
const WOKEN: Duration = Duration::from_secs(20);

/// A worker beside the stage's own, which waits for its provider for ever.
async fn patient_worker(stage: &Sends) -> JoinHandle<()> {
    let post = Arc::new(Post::new(FOR_EVER).unwrap());
    let service = stage.clinic.another_courier(post).await.service;
    tokio::spawn(async move { service.send_due().await.unwrap() })
}

async fn in_hands(stage: &Sends) -> i64 {
    let taken = "SELECT COUNT(*) FROM outbox WHERE state = 'sending'";
    stage.clinic.number(taken).await
}

/// Faults 11, 12 and 39: nobody waits for a provider, neither for the answer to the password nor
/// for the second step by another way; then fault 30, as the worker dies with it.
#[tokio::test]
async fn nobody_waits_for_a_gateway_that_says_nothing() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let first = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let token = stage.submit(&first, &code).await.unwrap();
    stage.enrol(&token, Channel::Email, SAM).await;
    settle(&stage).await;

    stage.gateway.answer(Reply::Silence);
    let held = sam.code_due().await;
    let (before, _) = counted(&stage.clinic).await;
    let worker = patient_worker(&stage).await;
    let sent = stage.gateway.next().await;
    assert_eq!(in_hands(&stage).await, 1);
    // The password, of the same person and of another, with a second step by the authenticator.
    let other = sam.code_due().await;
    stage.clinic.manager().session_by(&stage.alex).await;
    // The second step by another way.
    stage.another(&other, MethodKind::Email).await.unwrap();
    let mailed = stage.code(Channel::Email).await;
    stage.submit(&other, &mailed).await.unwrap();
    assert_eq!(in_hands(&stage).await, 1, "still with the silent gateway");
    assert!(!worker.is_finished());
    assert_eq!(line(&stage, &held).await, Line::Queued);
    read(&stage, Channel::Sms);

    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    stage.clinic.clock.advance(59);
    stage.deliver().await;
    assert!(stage.gateway.now().is_none(), "taken for a minute");
    stage.clinic.clock.advance(1);
    stage.deliver().await;
    let again = stage.gateway.next().await;
    assert_eq!(again.body, sent.body, "the same text, number and name");
    let at = stage.clinic.now();
    assert_eq!(line(&stage, &held).await, Line::HandedOver { at });
    stage.deliver().await;
    assert!(stage.gateway.now().is_none());
    // The challenges that were there, the held one among them, have been tried no more than then.
    let (challenges, _) = counted(&stage.clinic).await;
    let stands = |row| challenges.contains(row);
    assert!(before.iter().all(stands), "{challenges:?}");
    stage.submit(&held, &again.code()).await.unwrap();
}

#[tokio::test]
async fn nobody_waits_for_a_mail_server_that_says_nothing() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Email).await;
    settle(&stage).await;
    stage.mailbox.answer(Answer::Silence);
    let held = sam.code_due().await;
    let worker = patient_worker(&stage).await;
    while in_hands(&stage).await == 0 {
        tokio::task::yield_now().await;
    }
    let other = sam.code_due().await;
    stage.clinic.manager().session_by(&stage.alex).await;
    // The worker may have taken the second as well: it was still looking when that was queued.
    assert_ne!(in_hands(&stage).await, 0, "still with the silent server");
    assert!(!worker.is_finished());
    assert_eq!(line(&stage, &held).await, Line::Queued);
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    stage.clinic.clock.advance(60);
    stage.deliver().await;
    for due in [&held, &other] {
        let line = line(&stage, due).await;
        assert!(matches!(line, Line::HandedOver { .. }), "{line:?}");
    }
}

/// Fault 30: a worker that died after the provider had taken the message; the next one cannot
/// know, and sends the same once more under the same name.
#[tokio::test]
async fn a_message_that_a_dead_worker_had_taken_goes_out_once_more_and_only_once() {
    for channel in [Channel::Email, Channel::Sms] {
        let stage = Sends::new().await;
        let sam = stage.sam(channel).await;
        settle(&stage).await;
        let due = sam.code_due().await;
        let until = stage.clinic.now().as_millisecond() + 60_000;
        let take = "UPDATE outbox SET state = 'sending', tried = tried + 1";
        let take = format!("{take}, next_at = {until} WHERE state = 'queued' AND code_id NOTNULL");
        stage.clinic.sql(&take).await;
        stage.deliver().await;
        assert!(read(&stage, channel).is_empty());
        stage.clinic.clock.advance(60);
        stage.deliver().await;
        stage.deliver().await;
        let sent = read(&stage, channel);
        assert_eq!(sent.len(), 1);
        stage.submit(&due, &sent[0].1).await.unwrap();
    }
}

/// A worker that comes back late notes nothing over what the next one has noted.
#[tokio::test]
async fn a_worker_that_was_given_up_changes_nothing_any_more() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    read(&stage, Channel::Sms);
    // Two answers: the slow worker's gateway speaks only after the next worker is done.
    let slow = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let fast = stage.gateway.settings();
    let founder = stage.clinic.founder.clone();
    let set = async |url: String| {
        let gateway = vestibule::domain::HttpGateway {
            url,
            ..stage.gateway.settings()
        };
        let secret = Some(Secret::new("gateway secret"));
        let gateway = gateway.into();
        let call = vestibule::api::SetSms {
            gateway,
            secret,
            countries: None,
        };
        stage.clinic.call(&founder, call).await.unwrap();
    };
    set(format!("http://{}/send", slow.local_addr().unwrap())).await;
    let due = sam.code_due().await;
    let worker = patient_worker(&stage).await;
    let (talk, _) = slow.accept().await.unwrap();
    set(fast.url.clone()).await;
    stage.clinic.clock.advance(60);
    stage.deliver().await;
    let at = stage.clinic.now();
    stage.clinic.clock.advance(1);
    // The end of the connection is a failure that would be tried again.
    drop((talk, slow));
    worker.await.unwrap();
    assert_eq!(line(&stage, &due).await, Line::HandedOver { at });
    assert_eq!(read(&stage, Channel::Sms).len(), 1);
}

/// The worker as it runs in the program: nobody's hand, and an end.
#[tokio::test]
async fn the_worker_sends_by_itself_and_ends_with_the_service() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let service = stage.clinic.backend.service.clone();
    let worker = tokio::spawn(service.clone().run_outbox());
    for _ in 0..3 {
        let due = sam.code_due().await;
        let code = stage.gateway.next().await.code();
        stage.submit(&due, &code).await.unwrap();
    }
    service.close().await;
    let ended = tokio::time::timeout(WOKEN, worker).await;
    ended
        .expect("the worker goes on without a database")
        .unwrap();
}

/// One that has nothing to do waits for a message, and for the end.
#[tokio::test]
async fn a_worker_without_work_ends_with_the_service() {
    let stage = Sends::new().await;
    let service = stage.clinic.another_window().await.service;
    let worker = tokio::spawn(service.clone().run_outbox());
    // Long enough for it to have looked and found nothing.
    stage.clinic.manager().session_by(&stage.alex).await;
    service.close().await;
    let ended = tokio::time::timeout(WOKEN, worker).await;
    ended
        .expect("the worker goes on without a database")
        .unwrap();
}

async fn signs_in(backend: Window, email: String) -> CodeDue {
    loop {
        let call = SignIn {
            email: email.clone(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        match backend.call(None, call).await {
            Ok(Outcome::Code(due)) => return due,
            Err(Error::Busy { .. }) => tokio::task::yield_now().await,
            other => panic!("{other:?}"),
        }
    }
}

/// Attack 67 and fault 30: forty at once over two workers (a thousand in the long form); each
/// message goes out once, to its own number, and opens its own sign-in only.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_each_gets_the_own_code_once() {
    let stage = Sends::new().await;
    let mut people = Vec::new();
    for number in 0..rounds(40, 1_000) {
        let email = format!("person{number}@hills.example");
        let mobile = format!("0491 571 {number:03}");
        stage.hire(&email, Channel::Sms, &mobile).await;
        people.push((email, format!("+61491571{number:03}")));
    }
    read(&stage, Channel::Sms);
    let signing_in: Vec<_> = people
        .iter()
        .map(|(email, _)| tokio::spawn(signs_in(stage.clinic.backend.clone(), email.clone())))
        .collect();
    let mut dues = Vec::new();
    for signing_in in signing_in {
        dues.push(signing_in.await.unwrap());
    }
    let windows = [
        stage.clinic.backend.clone(),
        stage.clinic.another_window().await,
    ];
    let workers = windows.map(|window| {
        tokio::spawn(async move { while window.service.send_due().await.is_err() {} })
    });
    for worker in workers {
        worker.await.unwrap();
    }
    stage.deliver().await;
    let mut codes = BTreeMap::new();
    while let Some(posted) = stage.gateway.now() {
        let twice = codes.insert(posted.to(), posted.code());
        assert!(twice.is_none(), "two messages to one number");
    }
    assert_eq!(codes.len(), people.len());
    for (at, ((_, number), due)) in people.iter().zip(&dues).enumerate() {
        let (_, next) = &people[(at + 1) % people.len()];
        if codes[next] != codes[number] {
            let crossed = stage.submit(due, &codes[next]).await;
            assert!(
                matches!(crossed, Err(Error::CodeWrong { .. })),
                "{crossed:?}"
            );
        }
        stage.submit(due, &codes[number]).await.unwrap();
    }
}
