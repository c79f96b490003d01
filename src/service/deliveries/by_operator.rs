//! What whoever runs the backend sees on the machine itself: whether every practice's ways of
//! sending can be reached, and what becomes of a message that tries one.
//!
//! No token reaches it. A message goes out past the outbox, for its answer is waited for, and past
//! the limits of codes: whoever has the keys and the database could send without us.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::super::outbox::{Outgoing, settings};
use super::super::{Happened, Service, internal, letters};
use crate::api::Error;
use crate::domain::{
    Channel, Destination, EventKind, MailServer, NotAllowed, NotSent, SenderAdvice, SmsGateway,
};
use crate::store::{DeliveryRow, Fault, PracticeRow, Sends};

/// Providers that are looked at side by side: thirty practices are not to be waited for in a row.
const SIDE_BY_SIDE: usize = 8;

/// A way of sending of a practice, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The practice's name.
    pub practice: String,
    /// Which way.
    pub channel: Channel,
    /// What the provider is known by: a host, or a name.
    pub provider: String,
    /// The name that text messages come from, and what is to be known of it.
    pub sender: Option<(String, SenderAdvice)>,
    /// Whether it can be used.
    pub went: Result<(), NotReached>,
}

/// Why a way of sending cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReached {
    /// What became of reaching the provider.
    Provider(NotSent),
    /// It is on this computer, which is closed to the practices.
    Closed,
    /// Its settings or its secret cannot be read: the keys are others, or the row was changed.
    Damaged,
}

/// A message that tried a way of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The practice's name.
    pub practice: String,
    /// What the provider is known by: a host, or a name.
    pub provider: String,
    /// What became of it.
    pub went: Result<(), NotSent>,
}

/// Why no message was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TryFault {
    /// No practice is called so.
    #[error("no practice has this name or id")]
    NoPractice,
    /// More than one may be meant; their names and ids.
    #[error("more than one practice may be meant")]
    Which(Vec<(String, String)>),
    /// It would go through this computer, which is closed to the practices.
    #[error("this computer is closed to the practices")]
    Closed,
    /// Anything else.
    #[error("{0}")]
    Call(#[from] Error),
}

impl From<Fault> for TryFault {
    fn from(fault: Fault) -> Self {
        Self::Call(fault.into())
    }
}

impl Service {
    /// Looks at every way of sending of every practice, by the age of the practice. No message is
    /// sent: a mail server is signed in to, the host of a gateway is spoken to.
    ///
    /// # Errors
    ///
    /// Why the database does not answer.
    pub async fn reach_deliveries(&self) -> Result<Vec<Reached>, Error> {
        let all = self.store.read().await?.all_deliveries().await?;
        let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
        let looks: Vec<_> = all
            .into_iter()
            .map(|sends| {
                let (service, places) = (self.clone(), places.clone());
                tokio::spawn(async move {
                    let _place = places.acquire().await;
                    service.look_at(sends).await
                })
            })
            .collect();
        let mut reached = Vec::new();
        for look in looks {
            reached.push(look.await.map_err(|error| internal(&error))?);
        }
        Ok(reached)
    }

    async fn look_at(&self, sends: Sends) -> Reached {
        let Sends {
            practice,
            channel,
            row,
        } = sends;
        let sender = match channel {
            Channel::Email => None,
            Channel::Sms => settings::<SmsGateway>(&row).ok().and_then(advised),
        };
        let went = match self.is_closed(channel, &row) {
            Ok(true) => Err(NotReached::Closed),
            Ok(false) => match self.reach(channel, &row).await {
                Ok(went) => went.map_err(NotReached::Provider),
                Err(_) => Err(NotReached::Damaged),
            },
            Err(_) => Err(NotReached::Damaged),
        };
        Reached {
            practice: practice.name,
            channel,
            provider: provider(channel, &row).unwrap_or_default(),
            sender,
            went,
        }
    }

    /// Whether it leads to this computer, which is closed to the practices.
    fn is_closed(&self, channel: Channel, row: &DeliveryRow) -> Result<bool, Error> {
        let here = match channel {
            Channel::Email => settings::<MailServer>(row)?.is_here(),
            Channel::Sms => settings::<SmsGateway>(row)?.is_here(),
        };
        Ok(self.may_be(here).is_err())
    }

    async fn reach(
        &self,
        channel: Channel,
        row: &DeliveryRow,
    ) -> Result<Result<(), NotSent>, Error> {
        let secret = self.delivery_secret(row)?;
        let went = match channel {
            Channel::Email => {
                let server: MailServer = settings(row)?;
                self.courier.reach_mail(&server, secret.as_ref()).await
            }
            Channel::Sms => self.courier.reach_sms(&settings(row)?).await,
        };
        Ok(went.map_err(|not| not.why))
    }

    /// Sends a test message of a practice, and waits for what becomes of it. The practice is named
    /// by its name or its id, or not at all where there is one.
    ///
    /// # Errors
    ///
    /// [`TryFault`]; nothing was sent.
    pub async fn send_test(
        &self,
        practice: Option<&str>,
        to: Destination,
    ) -> Result<Tried, TryFault> {
        let now = self.clock.now();
        let channel = to.channel();
        let mut tx = self.store.write().await?;
        let practice = meant(tx.practices().await?, practice)?;
        let row = tx.delivery(&practice.id, channel).await?;
        let row = row.ok_or(Error::from(NotAllowed::NotConfigured))?;
        if self.is_closed(channel, &row)? {
            return Err(TryFault::Closed);
        }
        let secret = self.delivery_secret(&row)?;
        let provider = provider(channel, &row)?;
        let tested = Happened {
            practice: Some(&practice.id),
            ..Happened::of(EventKind::DeliveryTested)
        };
        self.log(&mut tx, tested, now).await?;
        tx.commit().await?;
        let letter = letters::test(&to, &practice.name);
        let outgoing = Outgoing {
            practice: &practice.id,
            reference: &self.new_row_id(now),
            made: now,
        };
        let handed = self.courier(outgoing, &row, to, &letter, secret.as_ref());
        let went = handed.await?.map(drop).map_err(|not| not.why);
        Ok(Tried {
            practice: practice.name,
            provider,
            went,
        })
    }
}

/// The practice that is meant by a name, in whichever case, or an id.
fn meant(all: Vec<PracticeRow>, called: Option<&str>) -> Result<PracticeRow, TryFault> {
    let is_meant = |practice: &PracticeRow| {
        called.is_none_or(|called| {
            practice.id.to_string() == called
                || practice.name.to_lowercase() == called.to_lowercase()
        })
    };
    let mut meant: Vec<_> = all.into_iter().filter(is_meant).collect();
    match (meant.pop(), meant.is_empty()) {
        (None, _) => Err(TryFault::NoPractice),
        (Some(practice), true) => Ok(practice),
        (Some(last), false) => {
            meant.push(last);
            let named = meant.into_iter().map(|it| (it.name, it.id.to_string()));
            Err(TryFault::Which(named.collect()))
        }
    }
}

fn provider(channel: Channel, row: &DeliveryRow) -> Result<String, Error> {
    Ok(match channel {
        Channel::Email => settings::<MailServer>(row)?.host,
        Channel::Sms => settings::<SmsGateway>(row)?.known_as(),
    })
}

fn advised(gateway: SmsGateway) -> Option<(String, SenderAdvice)> {
    let advice = gateway.sender_advice()?;
    Some((gateway.sender()?.to_owned(), advice))
}
