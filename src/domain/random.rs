//! Where unpredictable bytes come from: an argument, never the domain's own.

/// The caller's cryptographically secure generator of random bytes.
///
/// Codes, secrets and ids are only as strong as this: a release passes the system's generator,
/// and nothing else (guarantee G12).
pub trait Random: Send + Sync {
    /// Fills all of `bytes` with uniform, independent random bytes.
    ///
    /// An implementation must always fill the whole slice. One that cannot must not return.
    fn fill(&self, bytes: &mut [u8]);
}

/// A repeatable generator for tests: SHA-256 over a seed and a counter.
#[cfg(test)]
pub(crate) mod seeded {
    use std::sync::atomic::{AtomicU64, Ordering};

    use sha2::{Digest, Sha256};

    use super::Random;

    /// The same seed gives the same bytes in the same order.
    pub(crate) struct Seeded {
        seed: u64,
        block: AtomicU64,
    }

    impl Seeded {
        pub(crate) fn new(seed: u64) -> Self {
            Self {
                seed,
                block: AtomicU64::new(0),
            }
        }
    }

    impl Random for Seeded {
        fn fill(&self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(32) {
                let block = self.block.fetch_add(1, Ordering::Relaxed);
                let mut hash = Sha256::new();
                hash.update(self.seed.to_be_bytes());
                hash.update(block.to_be_bytes());
                chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
            }
        }
    }

    #[test]
    fn repeats_by_seed_and_differs_between_seeds() {
        let bytes = |seed| {
            let random = Seeded::new(seed);
            let mut bytes = [0; 100];
            random.fill(&mut bytes);
            bytes
        };
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }
}
