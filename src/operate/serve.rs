//! Serving: the socket, the signals, what works in the background.

use std::future::{Future, pending};
use std::net::TcpListener;
use std::pin::pin;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use super::config::Listen;
use super::{Config, NotOpened, open};
use crate::server::{Certificate, Listening, Proxies, Running};
use crate::service::{Clock, FAILURES_A_MINUTE, Service, SystemClock};

/// How long a replica that is told to stop answers everybody and says that it is not ready, for
/// balancers to notice: they ask every few seconds.
const ANNOUNCED: Duration = Duration::from_secs(5);
/// How often the end of the certificate is looked at.
const A_DAY: Duration = Duration::from_hours(24);
/// The first and the longest wait for a database that does not answer.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// Serves as the configuration says, until told to stop. A database that does not answer is waited
/// for (SECURITY.md, fault 6); one that cannot be served ends it.
pub(super) async fn serve(config: &Config) -> Result<(), String> {
    if let Some(metrics) = &config.metrics {
        metrics_exporter_prometheus::PrometheusBuilder::new()
            .with_http_listener(metrics.address)
            .install()
            .map_err(|error| format!("No metrics on {}: {error}.", metrics.address))?;
    }
    let listening = listening(&config.listen)?;
    let (first, longest) = BACK_OFF;
    let waits = ExponentialBuilder::new()
        .with_min_delay(first)
        .with_max_delay(longest)
        .without_max_times()
        .with_jitter();
    let opened = (|| open(config, false))
        .retry(waits)
        .when(|fault| matches!(fault, NotOpened::Away(_)))
        .notify(|fault, next| tracing::warn!(%fault, ?next, "waiting for the database"));
    until_stopped(async { opened.await.map_err(String::from) }, listening).await
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

/// Serves until SIGTERM or Ctrl+C; SIGHUP reads the certificate again. The service may come later.
pub(super) async fn until_stopped(
    opened: impl Future<Output = Result<Service, String>>,
    listening: Listening,
) -> Result<(), String> {
    let running = Running::default();
    let at = listening.socket.local_addr();
    let at = at.map_or_else(|error| error.to_string(), |at| at.to_string());
    let signals = spawn_signal_handler(running.clone(), listening.certificate.clone())?;
    let (give, given) = oneshot::channel();
    let given = async {
        match given.await {
            Ok(service) => service,
            // It never came, and why is told.
            Err(_) => pending().await,
        }
    };
    let ended = |ended: std::io::Result<()>| {
        signals.abort();
        ended.map_err(|error| format!("The server ended: {error}."))
    };
    let mut served = pin!(crate::server::serve_when_ready(given, listening, running));
    let service = tokio::select! {
        opened = opened => opened?,
        // Told to stop before there was anything to serve.
        served = &mut served => return ended(served),
    };
    tracing::info!(version = env!("CARGO_PKG_VERSION"), address = %at, "serving");
    let outbox = tokio::spawn(service.clone().run_outbox());
    let sealing = tokio::spawn(service.clone().run_sealing());
    let _ = give.send(service.clone());
    let served = served.await;
    service.close().await;
    // They end with the database.
    let _ = tokio::join!(outbox, sealing);
    ended(served)
}

/// Does what signals ask for, and once a day looks at how long the certificate is good. It ends
/// when it has told the server to stop.
fn spawn_signal_handler(
    running: Running,
    certificate: Option<Certificate>,
) -> Result<tokio::task::JoinHandle<()>, String> {
    let listen = |kind| signal(kind).map_err(|error| error.to_string());
    let mut stop = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut reload = listen(SignalKind::hangup())?;
    let mut daily = tokio::time::interval(A_DAY);
    Ok(tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = stop.recv() => {
                    tracing::info!("about to stop: not ready any more");
                    running.will_stop();
                    tokio::select! {
                        () = tokio::time::sleep(ANNOUNCED) => break,
                        _ = interrupt.recv() => break,
                    }
                }
                _ = interrupt.recv() => break,
                _ = daily.tick() => tell_of_the_end(certificate.as_ref()),
                _ = reload.recv() => match certificate.as_ref().map(Certificate::read_again) {
                    Some(Ok(())) => {
                        tracing::info!("the certificate was read again");
                        tell_of_the_end(certificate.as_ref());
                    }
                    Some(Err(fault)) => tracing::error!(%fault, "the certificate stays as it was"),
                    None => {}
                },
            }
        }
        tracing::info!("stopping: what is under way comes to its end");
        running.stop();
    }))
}

/// Warns of a certificate that ends soon, or has ended (SECURITY.md, fault 34).
fn tell_of_the_end(certificate: Option<&Certificate>) {
    let now = SystemClock.now();
    let Some(certificate) = certificate else {
        return;
    };
    if certificate.is_authority() {
        tracing::warn!("the certificate is that of an authority: the app takes it for no server's");
    }
    let (begins, ends) = (certificate.begins(), certificate.ends());
    if now < begins {
        tracing::error!(%begins, "the certificate is not good yet: no computer connects");
    } else if ends <= now {
        tracing::error!(%ends, "the certificate has ended, no computer connects: renew it, then reload");
    } else if let Some(days) = certificate.ends_soon(now) {
        tracing::warn!(days, "the certificate ends soon: renew it, then reload");
    }
}
