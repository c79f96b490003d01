//! What one replica has queued and another sends.

use std::time::Duration;

use vestibule::domain::Channel;

use crate::sends::Sends;

/// Longer than the ten seconds after which a worker looks that nobody wakes.
const WOKEN: Duration = Duration::from_secs(20);

/// Fault 30: what a replica has queued that died before it sent anything is sent by another, which
/// nobody wakes.
#[tokio::test]
async fn what_another_replica_has_queued_is_sent() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let service = stage.clinic.another_window().await.service;
    let worker = tokio::spawn(service.clone().run_outbox());
    for _ in 0..2 {
        // The replicas of this window have no worker.
        let due = sam.code_due().await;
        let code = tokio::time::timeout(WOKEN, stage.gateway.next());
        let code = code.await.expect("nobody has sent it").code();
        stage.submit(&due, &code).await.unwrap();
    }
    service.close().await;
    worker.await.unwrap();
}
