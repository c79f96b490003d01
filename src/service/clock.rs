//! The one place where the wall clock is read.

#[cfg(feature = "server")]
mod database;

use crate::domain::{Clock, Timestamp};

#[cfg(feature = "server")]
pub use database::DatabaseClock;

/// This computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
