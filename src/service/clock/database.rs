//! The clock of the database, where several replicas share one: whatever their own clocks say, a
//! code ends for all of them at once, and no time step is to be had twice (SECURITY.md, attack 93).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
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
    /// The database's time at that moment, in epoch milliseconds.
    offset: AtomicI64,
    /// The newest time that was told.
    told: AtomicI64,
    /// Another offset that the last measure found and that was not believed.
    doubted: Mutex<Option<i64>>,
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
        clock.offset.store(offset, Ordering::SeqCst);
        Ok(Arc::new(clock))
    }

    fn begun(offset: i64) -> Self {
        Self {
            began: Instant::now(),
            offset: AtomicI64::new(offset),
            told: AtomicI64::new(i64::MIN),
            doubted: Mutex::default(),
        }
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
        let mut doubted = self.doubted.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.offset.load(Ordering::SeqCst);
        let agrees = |other: i64| offset.abs_diff(other) <= FURTHEST.unsigned_abs();
        if !agrees(before) && !doubted.is_some_and(agrees) {
            tracing::warn!(
                milliseconds = offset.saturating_sub(before),
                "the database's clock has jumped against this computer's: not believed yet"
            );
            *doubted = Some(offset);
            return;
        }
        *doubted = None;
        self.offset.store(offset, Ordering::SeqCst);
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        let passed = milliseconds(self.began.elapsed());
        let now = self.offset.load(Ordering::SeqCst).saturating_add(passed);
        // It stands still rather than go back.
        let told = self.told.fetch_max(now, Ordering::SeqCst).max(now);
        Timestamp::from_millisecond(told).unwrap_or(Timestamp::MAX)
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
    }
}
