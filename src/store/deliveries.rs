//! How a practice sends: closed, never overwritten. The secret of a closed one is erased.

use super::{Fault, PracticeRow, Tx, at, ms, parse};
use crate::domain::{Channel, Countries, PracticeId, Timestamp, UserId};

/// How a practice sends on one channel.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// The row's id.
    pub id: String,
    /// Everything but the secret, as JSON.
    pub settings: String,
    /// The secret, sealed to this row.
    pub secret: Option<Vec<u8>>,
    /// Of which countries a number of SMS may be.
    pub countries: Countries,
    /// Since when.
    pub from: Timestamp,
    /// Who set it, by name.
    pub by: Option<String>,
}

/// A practice that sends on a channel.
#[derive(Clone, Debug)]
pub struct Sends {
    /// The practice.
    pub practice: PracticeRow,
    /// The channel.
    pub channel: Channel,
    /// How.
    pub row: DeliveryRow,
}

/// A way of sending to be set.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    /// The row's id.
    pub id: &'a str,
    /// The practice.
    pub practice: &'a PracticeId,
    /// The channel.
    pub channel: Channel,
    /// Everything but the secret, as JSON.
    pub settings: String,
    /// The secret, sealed to this row.
    pub secret: Option<Vec<u8>>,
    /// Of which countries a number of SMS may be.
    pub countries: &'a Countries,
    /// Who sets it.
    pub by: &'a UserId,
    /// Now.
    pub now: Timestamp,
}

#[derive(sqlx::FromRow)]
struct DeliveryColumns {
    id: String,
    settings: String,
    secret: Option<Vec<u8>>,
    countries: String,
    from_at: i64,
    by_name: Option<String>,
}

impl Tx {
    /// How a practice sends on a channel now.
    pub async fn delivery(
        &mut self,
        practice: &PracticeId,
        channel: Channel,
    ) -> Result<Option<DeliveryRow>, Fault> {
        let row: Option<DeliveryColumns> = sqlx::query_as(
            "SELECT deliveries.id, deliveries.settings, deliveries.secret, deliveries.countries,
                    deliveries.from_at, users.name AS by_name
             FROM deliveries LEFT JOIN users ON users.id = deliveries.by_user
             WHERE deliveries.practice_id = $1 AND deliveries.channel = $2
               AND deliveries.until_at IS NULL",
        )
        .bind(practice.to_string())
        .bind(channel.as_str())
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|row| {
            Ok(DeliveryRow {
                id: row.id,
                settings: row.settings,
                secret: row.secret,
                countries: parse(&row.countries)?,
                from: at(row.from_at)?,
                by: row.by_name,
            })
        })
        .transpose()
    }

    /// How every practice sends now: the oldest practice first, e-mail before SMS.
    pub async fn all_deliveries(&mut self) -> Result<Vec<Sends>, Fault> {
        let mut all = Vec::new();
        for practice in self.practices().await? {
            for channel in [Channel::Email, Channel::Sms] {
                if let Some(row) = self.delivery(&practice.id, channel).await? {
                    all.push(Sends {
                        practice: practice.clone(),
                        channel,
                        row,
                    });
                }
            }
        }
        Ok(all)
    }

    /// Closes the way of sending of a channel; whether there was one.
    pub async fn close_delivery(
        &mut self,
        practice: &PracticeId,
        channel: Channel,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let closed = sqlx::query(
            "UPDATE deliveries SET until_at = $3, secret = NULL
             WHERE practice_id = $1 AND channel = $2 AND until_at IS NULL",
        )
        .bind(practice.to_string())
        .bind(channel.as_str())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(closed.rows_affected() > 0)
    }

    /// Sets how a practice sends. The one before has to be closed.
    pub async fn add_delivery(&mut self, new: NewDelivery<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO deliveries
                 (id, practice_id, channel, settings, secret, countries, from_at, by_user)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(new.channel.as_str())
        .bind(new.settings)
        .bind(new.secret)
        .bind(new.countries.to_string())
        .bind(ms(new.now))
        .bind(new.by.to_string())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
