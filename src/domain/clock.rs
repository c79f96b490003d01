//! What time it is: an argument, never the domain's own.

use super::Timestamp;

/// A source of the present time. It is asked once a call, and the answer is passed on.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}
