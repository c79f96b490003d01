//! The clock of the database, where several replicas share one: whatever their own clocks say, a
//! code ends for all of them at once, and no time step is to be had twice (SECURITY.md, attack 93).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Clock;
use crate::domain::Timestamp;
use crate::store::{Fault, Store};

/// How often the two are held against each other.
const MEASURED_EVERY: Duration = Duration::from_secs(60);
/// By how many milliseconds two measures may differ.
const FURTHEST: i64 = 1_000;

/// How far the database's clock stands from this computer's monotonic one, which nobody sets.
pub struct DatabaseClock {
    /// When the monotonic clock is taken to have begun.
    began: Instant,
    kept: Mutex<Kept>,
}

/// All in epoch milliseconds.
struct Kept {
    /// The database's time when the monotonic clock began.
    offset: i64,
    /// The newest time that was told.
    told: i64,
    /// Another offset that the last measure found and that was not believed.
    doubted: Option<i64>,
}

impl DatabaseClock {
    /// Measures for the first time.
    ///
    /// # Errors
    ///
    /// A [`Fault`], as where the database is a file and has no clock of its own.
    pub async fn measured(store: &Store) -> Result<Arc<Self>, Fault> {
        let clock = Self::begun(0);
        let offset = clock.measure(store).await?;
        clock.kept().offset = offset;
        Ok(Arc::new(clock))
    }

    fn begun(offset: i64) -> Self {
        Self {
            began: Instant::now(),
            kept: Mutex::new(Kept {
                offset,
                told: i64::MIN,
                doubted: None,
            }),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on measuring, for as long as the database is open.
    pub async fn run(self: Arc<Self>, store: Store) {
        while !store.is_closed() {
            sleep(MEASURED_EVERY).await;
            match self.measure(&store).await {
                Ok(offset) => self.take(offset),
                Err(error) => tracing::warn!(%error, "the database's clock was not read"),
            }
        }
    }

    async fn measure(&self, store: &Store) -> Result<i64, Fault> {
        let (time, between) = store.time().await?;
        // It was read somewhere in between.
        let within = between.end.duration_since(between.start);
        if milliseconds(within) > FURTHEST {
            return Err(Fault::Busy);
        }
        let read = between.start + within / 2;
        Ok(time.as_millisecond() - milliseconds(read.duration_since(self.began)))
    }

    /// Goes by a measure, unless it differs from the one in force: a clock that was set shows at
    /// the next measure too, and a measure that went wrong does not.
    fn take(&self, offset: i64) {
        let mut kept = self.kept();
        let agrees = |other: i64| offset.abs_diff(other) <= FURTHEST.unsigned_abs();
        let drifted = agrees(kept.offset);
        if !drifted && !kept.doubted.is_some_and(agrees) {
            tracing::warn!(
                milliseconds = offset.saturating_sub(kept.offset),
                "the database's clock has jumped against this computer's: not believed yet"
            );
            kept.doubted = Some(offset);
            return;
        }
        if !drifted {
            // Standing still until a clock that was set back has caught up would end nothing for as
            // long. What was recorded tells whoever signs in that it was.
            tracing::warn!("the database's clock was set, and is followed");
            kept.told = i64::MIN;
        }
        kept.doubted = None;
        kept.offset = offset;
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        let mut kept = self.kept();
        let now = kept
            .offset
            .saturating_add(milliseconds(self.began.elapsed()));
        // Where the two drift apart it stands still rather than go back.
        kept.told = kept.told.max(now);
        Timestamp::from_millisecond(kept.told).unwrap_or(Timestamp::MAX)
    }
}

impl std::fmt::Debug for DatabaseClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseClock").finish_non_exhaustive()
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_goes_with_the_monotonic_clock_and_never_back() {
        let clock = DatabaseClock::begun(1_800_000_000_000);
        let now = || clock.now().as_millisecond() - 1_800_000_000_000;
        assert_eq!(now(), 0);
        advance(Duration::from_secs(60)).await;
        assert_eq!(now(), 60_000);
        // A drift is followed; backwards by standing still until it has been caught up with.
        clock.take(1_800_000_000_400);
        assert_eq!(now(), 60_400);
        clock.take(1_799_999_999_900);
        assert_eq!(now(), 60_400);
        advance(Duration::from_millis(500)).await;
        assert_eq!(now(), 60_400);
        advance(Duration::from_millis(1)).await;
        assert_eq!(now(), 60_401);
    }

    #[tokio::test(start_paused = true)]
    async fn one_measure_alone_moves_it_by_no_more_than_a_second() {
        let clock = DatabaseClock::begun(1_800_000_000_000);
        let now = || clock.now().as_millisecond() - 1_800_000_000_000;
        for jump in [1_001, 3_600_000, -3_600_000, 1_001, -1_001] {
            clock.take(1_800_000_000_000 + jump);
            assert_eq!(now(), 0, "{jump}");
        }
        // A measure that agrees clears the doubt.
        clock.take(1_800_000_000_000);
        clock.take(1_799_999_998_999);
        assert_eq!(now(), 0);
        // Twice the same: the clock was set, or this computer slept.
        clock.take(1_800_000_000_000);
        clock.take(1_800_003_600_000);
        clock.take(1_800_003_600_300);
        assert_eq!(now(), 3_600_300);
        // Set back likewise, rather than standing still for an hour.
        clock.take(1_800_000_000_000);
        assert_eq!(now(), 3_600_300);
        clock.take(1_800_000_000_000);
        assert_eq!(now(), 0);
    }
}
