//! What a server counts of messages and codes, for the alarm of attack 60.

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use vestibule::domain::Channel;

use crate::post::Reply;
use crate::sends::{Sends, another_code};

/// The value of a figure; 0 before it was ever counted.
fn value(handle: &PrometheusHandle, figure: &str) -> u64 {
    let all = handle.render();
    let line = all.lines().find_map(|line| line.strip_prefix(figure));
    line.map_or(0, |value| value.trim().parse().unwrap())
}

#[test]
fn codes_that_are_sent_and_codes_that_are_used_are_counted() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // Of this thread alone: other tests run beside it.
    metrics::with_local_recorder(&recorder, || runtime.block_on(story()));
    let of_codes = |figure: &str| value(&handle, &format!("vestibule_codes_{figure}"));
    assert_eq!(of_codes("sent_total{channel=\"sms\"}"), 3);
    assert_eq!(of_codes("used_total{channel=\"sms\"}"), 2);
    assert_eq!(of_codes("sent_total{channel=\"email\"}"), 0);
    let of_messages = |result: &str| {
        let labels = format!("{{channel=\"sms\",result=\"{result}\"}}");
        value(&handle, &format!("vestibule_messages_total{labels}"))
    };
    assert_eq!(of_messages("handed_over"), 3);
    assert_eq!(of_messages("again"), 1);
    assert_eq!(of_messages("failed"), 1);
    // Nobody is named.
    let all = handle.render();
    for private in ["491570156", "hills", "sam"] {
        assert!(!all.contains(private), "{private} in {all}");
    }
}

/// One code for the set-up and one for a sign-in, a third that nobody uses, a busy gateway, and a
/// number that is refused.
async fn story() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let due = sam.code_due().await;
    stage.gateway.answer(Reply::plain("503 A", ""));
    stage.deliver().await;
    stage.gateway.next().await;
    stage.clinic.clock.advance(2);
    let code = stage.code(Channel::Sms).await;
    let wrong = stage.submit(&due, &another_code(&code)).await;
    assert!(wrong.is_err());
    stage.submit(&due, &code).await.unwrap();
    sam.code_due().await;
    stage.code(Channel::Sms).await;
    sam.code_due().await;
    stage.gateway.answer(Reply::plain("422 A", ""));
    stage.deliver().await;
}
