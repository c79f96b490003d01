//! Requests that come over a network: from an address, under a number.
//!
//! An answer can be lost on its way, and then nobody knows whether anything was done. So whoever
//! asks sends the same request once more under the same number, and it is answered as before: it is
//! taken in a committed statement before anything is done, and what was answered is kept for some
//! minutes, sealed. A number is good for the same token and the same call in the same words: in
//! others it is another request.

use std::net::IpAddr;
use std::time::Duration;

use zeroize::Zeroizing;

use super::keys::{Place, token_hash};
use super::{Handle, Service, answered, internal};
use crate::api::{Call, Error, Kind, Token};
use crate::store::TakenRequest;

/// How long a request that comes again waits for the first to be answered, and how often it looks.
const LOOKS: u32 = 50;
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// The bytes that a request has at the most: what a server takes, with its number and token.
const LONGEST_REQUEST: usize = 20 * 1024;

/// Where a request comes from, and what it is known by.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The client's address.
    pub from: IpAddr,
    /// How many failures that address may have in a minute:
    /// [`FAILURES_A_MINUTE`](super::FAILURES_A_MINUTE) but in tests of what comes after it.
    pub most_failures: u32,
    /// The number of the request, if it has one.
    pub number: Option<&'a str>,
}

impl Service {
    /// Does the call of a request for whoever holds this token: what changes anything once for each
    /// number, and what can be guessed within the limit of its address.
    pub async fn call_from<C: Call>(
        &self,
        request: Request<'_>,
        token: Option<&Token>,
        call: C,
    ) -> Result<C::Reply, Error>
    where
        Self: Handle<C>,
    {
        let now = self.clock.now();
        let from = self.begin_from::<C>(request);
        let number = request.number.filter(|_| C::KIND != Kind::Reads);
        let id = number.map(|number| self.request_id(number, token, &call));
        let id = id.transpose()?;
        if C::KIND.is_limited() {
            let mut tx = self.store.read().await?;
            if let Err(refused) = from.refuse_beyond(&mut tx, now).await {
                // What was answered before the limit was reached is answered again, or the network
                // costs a code. Nobody waits here: whoever is beyond it could hold every place.
                let kept = match &id {
                    Some(id) => tx
                        .answered_request(id)
                        .await?
                        .flatten()
                        .map(|kept| (id, kept)),
                    None => None,
                };
                return match kept {
                    Some((id, sealed)) => self.opened(id, &sealed),
                    None => Err(refused),
                };
            }
        }
        let Some(id) = id else {
            return self.call_within(from, token, call).await;
        };
        // On the disk no later than the first thing that is done.
        let mut tx = self.store.write_soon().await?;
        let holder = token.map(|token| token_hash(token.expose()));
        let taken = tx.take_request(&id, holder.as_deref(), now).await?;
        tx.commit().await?;
        match taken {
            TakenRequest::First => {}
            // It counts as under way meanwhile, as the first does.
            TakenRequest::Again => return self.answer_of(&id).await,
            TakenRequest::OfNobody => return self.call_within(from, token, call).await,
        }
        let answer = self.call_within(from, token, call).await;
        // Whoever has no token leaves nothing behind by what was not even looked at.
        if token.is_none() && answer.as_ref().is_err_and(did_nothing) {
            let mut tx = self.store.write_beside().await?;
            tx.forget_request(&id).await?;
            tx.commit().await?;
            return answer;
        }
        // What was done is done, and is answered so, whatever becomes of the copy.
        let text = serde_json::to_vec(&answer).map(Zeroizing::new);
        let kept = async {
            let text = text.map_err(|error| internal(&error))?;
            self.keep_answer(&id, &text).await
        };
        if let Err(error) = answered(kept).await {
            tracing::warn!(%error, "an answer is not kept");
        }
        answer
    }

    /// What a request is kept under: keyed, so that whoever reads the database can neither ask for
    /// anything nor try passwords against it.
    fn request_id<C: Call>(
        &self,
        number: &str,
        token: Option<&Token>,
        call: &C,
    ) -> Result<String, Error> {
        let token = token.map_or("", Token::expose);
        // Of this size from the beginning: what grows leaves parts of itself behind.
        let mut all = Zeroizing::new(Vec::with_capacity(LONGEST_REQUEST));
        for part in [number, C::NAME, token] {
            all.extend(part.len().to_le_bytes());
            all.extend(part.as_bytes());
        }
        serde_json::to_writer(&mut *all, call).map_err(|error| internal(&error))?;
        Ok(data_encoding::HEXLOWER.encode(&*self.keys.mac("request", &all)))
    }

    /// Where the database ends at this moment a repeat is told that nobody knows, as where the
    /// replica does.
    async fn keep_answer(&self, id: &str, text: &[u8]) -> Result<(), Error> {
        let mut tx = self.store.write_soon().await?;
        let sealed = self.seal(&mut tx, place(id), text).await?;
        tx.answer_request(id, sealed).await?;
        Ok(tx.commit().await?)
    }

    /// What the first request of this number was answered. If that is still under way it is waited
    /// for; if it was cut off nobody knows, and nothing is done again.
    async fn answer_of<T: serde::de::DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        for _ in 0..LOOKS {
            match self.store.read().await?.answered_request(id).await? {
                Some(Some(sealed)) => return self.opened(id, &sealed),
                Some(None) => tokio::time::sleep(LOOK_AGAIN).await,
                // It was refused meanwhile with nothing done.
                None => break,
            }
        }
        Err(Error::Busy { retry_after: 1 })
    }

    /// An answer that was kept.
    fn opened<T: serde::de::DeserializeOwned>(&self, id: &str, sealed: &[u8]) -> Result<T, Error> {
        let text = self.keys.open(place(id), sealed);
        let text = text.map_err(|error| internal(&error))?;
        serde_json::from_slice(&text).map_err(|error| internal(&error))?
    }
}

/// Whether a call was refused with nothing done. What was counted on the way is given back, but where
/// the database itself was too busy in the midst of it: then a repeat counts once more.
fn did_nothing(refused: &Error) -> bool {
    matches!(
        refused,
        Error::Invalid { .. } | Error::Wait { .. } | Error::Stopped | Error::Busy { .. }
    )
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "requests",
        row: id,
        column: "answer",
    }
}
