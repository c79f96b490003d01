//! Serving: the socket, the signals, what works in the background.

use std::net::TcpListener;

use tokio::signal::unix::{SignalKind, signal};

use super::Config;
use super::config::Listen;
use crate::server::{Certificate, Listening, Proxies, Running};
use crate::service::{FAILURES_A_MINUTE, Service};

/// Serves as the configuration says, until told to stop.
pub(super) async fn serve(config: &Config, service: Service) -> Result<(), String> {
    if let Some(metrics) = &config.metrics {
        metrics_exporter_prometheus::PrometheusBuilder::new()
            .with_http_listener(metrics.address)
            .install()
            .map_err(|error| format!("No metrics on {}: {error}.", metrics.address))?;
    }
    let listening = listening(&config.listen)?;
    until_stopped(service, listening).await
}

/// What a configuration listens on.
fn listening(listen: &Listen) -> Result<Listening, String> {
    let certificate = match (&listen.certificate, &listen.key) {
        (Some(chain), Some(key)) => {
            let read = Certificate::read(chain, key);
            Some(read.map_err(|fault| format!("{fault}."))?)
        }
        _ => None,
    };
    let socket = TcpListener::bind(listen.address)
        .map_err(|error| format!("Nothing can listen on {}: {error}.", listen.address))?;
    Ok(Listening {
        socket,
        certificate,
        proxies: Proxies::parse(&listen.trusted_proxies).map_err(|fault| fault.to_string())?,
        failures_a_minute: FAILURES_A_MINUTE,
    })
}

/// Serves until SIGTERM or Ctrl+C; SIGHUP reads the certificate again.
pub(super) async fn until_stopped(service: Service, listening: Listening) -> Result<(), String> {
    let running = Running::default();
    let told = told(running.clone(), listening.certificate.clone())?;
    let outbox = tokio::spawn(service.clone().run_outbox());
    let sealing = tokio::spawn(service.clone().run_sealing());
    let served = crate::server::serve(service.clone(), listening, running).await;
    told.abort();
    service.close().await;
    // They end with the database.
    let _ = tokio::join!(outbox, sealing);
    served.map_err(|error| format!("The server ended: {error}."))
}

fn told(
    running: Running,
    certificate: Option<Certificate>,
) -> Result<tokio::task::JoinHandle<()>, String> {
    let listen = |kind| signal(kind).map_err(|error| error.to_string());
    let mut stop = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut reload = listen(SignalKind::hangup())?;
    Ok(tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = stop.recv() => break,
                _ = interrupt.recv() => break,
                _ = reload.recv() => match certificate.as_ref().map(Certificate::read_again) {
                    Some(Ok(())) => tracing::info!("the certificate was read again"),
                    Some(Err(fault)) => tracing::error!(%fault, "the certificate stays as it was"),
                    None => {}
                },
            }
        }
        tracing::info!("stopping: what is under way comes to its end");
        running.stop();
    }))
}
