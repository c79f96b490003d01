//! The one place where the system's randomness is read.

use crate::domain::Random;

/// The operating system's cryptographically secure generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // Nothing that this program does is safe without randomness.
            tracing::error!(%error, "the operating system gives no random numbers");
            std::process::abort();
        }
    }
}

/// A number under which the log keeps the details of a fault.
pub(super) fn incident() -> String {
    let mut bytes = [0; 4];
    SystemRandom.fill(&mut bytes);
    data_encoding::HEXUPPER.encode(&bytes)
}
