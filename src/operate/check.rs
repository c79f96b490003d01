//! One line for everything that a server needs: what is wrong, and what to do. A note is no fault.

use std::path::Path;

use jiff::Timestamp;

use super::Config;
use super::{messages, secrets, service, store};
use crate::api::Error;
use crate::server::{Certificate, WARN_DAYS};
use crate::service::{Clock, Service, SystemClock};

/// Looks at everything; an error if anything is wrong.
pub(super) async fn all(config: &Config) -> Result<(), String> {
    let mut wrong = 0;
    let mut tell = |what: &str, found: Result<String, String>| {
        let (word, words) = match found {
            Ok(words) => ("ok   ", words),
            Err(words) => {
                wrong += 1;
                ("WRONG", words)
            }
        };
        say!("{word}  {what}: {words}");
    };
    tell("configuration", Ok("every key is understood".into()));
    let keys = secrets::keys(config);
    tell(
        "keys",
        keys.as_ref()
            .map(|_| "they can be read".into())
            .map_err(Clone::clone),
    );
    let opened = store(config, false).await.map_err(String::from);
    tell(
        "database",
        opened
            .as_ref()
            .map(|_| "it answers, and its schema is ours".into())
            .map_err(Clone::clone),
    );
    let service = match (opened, keys) {
        (Ok((store, clock)), Ok(keys)) => Some(service(store, keys, clock, &config.delivery)?),
        _ => None,
    };
    if let Some(service) = &service {
        tell("keys and database", fit(service).await);
        tell("clock", clock(service).await);
    }
    if let (Some(chain), Some(key)) = (&config.listen.certificate, &config.listen.key) {
        // Without a database this computer's own clock has to do.
        let now = service
            .as_ref()
            .map_or_else(|| SystemClock.now(), Service::now);
        tell("certificate", certificate(chain, key, now));
    }
    if let Some(service) = &service {
        match messages::lines(service).await {
            Ok(lines) => {
                for line in lines {
                    tell(&line.what, line.found);
                    if let Some(note) = line.note {
                        say!("note   {}: {note}", line.what);
                    }
                }
            }
            Err(why) => tell("mail and SMS", Err(why)),
        }
    }
    match wrong {
        0 => Ok(()),
        1 => Err("One thing is wrong.".into()),
        many => Err(format!("{many} things are wrong.")),
    }
}

/// Whether these are the keys that the database is sealed with.
async fn fit(service: &Service) -> Result<String, String> {
    match service.missing_keys().await {
        Ok(missing) if missing.is_empty() => Ok("they belong together".into()),
        Ok(missing) => Err(format!(
            "something is sealed with {}, which is not among the keys: bring it back",
            missing.join(", ")
        )),
        Err(error) => Err(format!("{error}")),
    }
}

/// Whether the clock stands before what has been recorded.
async fn clock(service: &Service) -> Result<String, String> {
    match service.clock_stands().await {
        Ok(()) => Ok(format!("{}", service.now())),
        Err(Error::ClockBehind { now, newest }) => Err(format!(
            "it stands at {now}, and something was recorded at {newest} already: set it right, or \
             `break-glass` accepts it as it is"
        )),
        Err(error) => Err(error.to_string()),
    }
}

fn certificate(chain: &Path, key: &Path, now: Timestamp) -> Result<String, String> {
    let certificate = Certificate::read(chain, key).map_err(|fault| fault.to_string())?;
    let (begin, end) = (certificate.begins(), certificate.ends());
    if certificate.is_authority() {
        return Err(
            "it is that of an authority (CA:TRUE), which the app does not take for a server's own: \
             have the authority sign one for this server, and give that"
                .into(),
        );
    }
    if now < begin {
        return Err(format!(
            "it is not good before {begin}: look at the clock, or take one that is"
        ));
    }
    match certificate.days_left(now) {
        ..0 => Err(format!("it ended at {end}: renew it")),
        days @ 0..=WARN_DAYS => Err(format!("it ends at {end}, in {days} days: renew it")),
        _ => Ok(format!("good until {end}")),
    }
}
