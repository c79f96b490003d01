//! The one place where the wall clock is read.

#[cfg(feature = "server")]
mod database;

use crate::domain::Timestamp;

#[cfg(feature = "server")]
pub use database::DatabaseClock;

/// A source of the present time. The service asks it once a call and passes the answer on.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// This computer's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
