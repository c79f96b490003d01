//! Password hashing: Argon2id over a keyed hash, one at a time for each core.

mod memory;

use std::sync::Arc;

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use self::memory::{Memory, Piece};
use super::internal;
use super::keys::{Keys, Pepper};
use super::peppers::named_in;
use crate::api::Error;
use crate::domain::{Password, Random, RecoveryCode, UserId};

/// The cost of a hash: a value of the policy, so that a test may take a cheaper one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
}

impl HashCost {
    /// 19 MiB and 2 passes, one lane (OWASP Password Storage cheat sheet).
    pub const OWASP: Self = Self {
        memory: 19_456,
        passes: 2,
    };
}

/// How many callers may wait for a core, or for the database before they need one, until the next
/// is told to come back.
const QUEUE_PER_CORE: usize = 16;

/// Hashes and verifies passwords away from the async threads.
#[derive(Clone, Debug)]
pub(super) struct Hasher {
    keys: Arc<Keys>,
    params: Params,
    /// Held only while a hash is made, by nobody who waits for the database (SECURITY.md, fault 8).
    cores: Arc<Semaphore>,
    /// The permits: of those who hash, and of those who are going to.
    places: Arc<Semaphore>,
    memory: Memory,
}

/// A permit to hash. Dropped unused, it is free at once. Once hashing has begun, permit and core
/// are released when the hash ends, even if the caller is gone: hanging up buys no second hash
/// (attack 2).
#[must_use]
pub(super) struct Turn(OwnedSemaphorePermit);

impl Hasher {
    /// A hasher of this cost.
    pub(super) fn new(keys: Arc<Keys>, cost: HashCost) -> Result<Self, argon2::Error> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            keys,
            params: Params::new(cost.memory, cost.passes, 1, None)?,
            cores: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores * (1 + QUEUE_PER_CORE))),
            memory: Memory::default(),
        })
    }

    /// A permit, after which a core is there soon; [`Error::Busy`] if there is none. Ask for it
    /// before anything is counted, so that a crowd costs nobody a try.
    pub(super) fn turn(&self) -> Result<Turn, Error> {
        let place = self.places.clone().try_acquire_owned();
        place.map(Turn).map_err(|_| Error::Busy { retry_after: 2 })
    }

    /// The PHC string of a password, with a new salt of 128 bits.
    pub(super) async fn hash(
        &self,
        turn: Turn,
        owner: &UserId,
        password: &Password,
        random: &dyn Random,
    ) -> Result<String, Error> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        let keyed = self.keyed(None, owner.as_str(), password.expose_bytes());
        self.off_thread(turn, move |piece, params| piece.phc(params, &*keyed, &salt))
            .await
    }

    /// Whether a password is right. Where there is no hash the same work is done, so that time
    /// does not tell whether an account exists (SECURITY.md, attack 1).
    pub(super) async fn verify(
        &self,
        turn: Turn,
        password: &Password,
        kept: Option<(&UserId, &str)>,
        pepper: Option<Arc<Pepper>>,
    ) -> Result<bool, Error> {
        let (owner, hash) = kept.unzip();
        let owner = owner.map_or("", UserId::as_str);
        let keyed = self.keyed(pepper.as_deref(), owner, password.expose_bytes());
        let hash = hash.map(str::to_owned);
        self.off_thread(turn, move |piece, params| match hash {
            Some(hash) => piece.is_of(&hash, &*keyed),
            None => {
                let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
                piece.hash_into(params, &*keyed, &[0; 16], &mut out)?;
                Ok(false)
            }
        })
        .await
    }

    /// The hashes of recovery codes under the one salt of their set, so that a try costs one hash.
    pub(super) async fn recovery_codes(
        &self,
        turn: Turn,
        owner: &UserId,
        salt: &[u8],
        pepper: Option<Arc<Pepper>>,
        codes: &[RecoveryCode],
    ) -> Result<Vec<Vec<u8>>, Error> {
        let keyed: Vec<_> = codes
            .iter()
            .map(|code| code.expose().as_bytes())
            .map(|code| self.keyed(pepper.as_deref(), owner.as_str(), code))
            .collect();
        let salt = salt.to_vec();
        self.off_thread(turn, move |piece, params| {
            let hash = |keyed: &Zeroizing<[u8; 32]>| {
                let mut out = vec![0; Params::DEFAULT_OUTPUT_LEN];
                piece.hash_into(params, &**keyed, &salt, &mut out)?;
                Ok(out)
            };
            keyed.iter().map(hash).collect()
        })
        .await
    }

    /// Whether a hash was made at another cost than today's, or with another backend's pepper.
    pub(super) fn is_dated(&self, hash: &str) -> bool {
        if named_in(hash).is_some() {
            return true;
        }
        PasswordHash::new(hash)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_none_or(|params| {
                (params.m_cost(), params.t_cost(), params.p_cost())
                    != (
                        self.params.m_cost(),
                        self.params.t_cost(),
                        self.params.p_cost(),
                    )
            })
    }

    /// The pepper comes in as an HMAC before the hash (NIST SP 800-63B-4 3.1.1.2, the additional
    /// keyed iteration), and binds the hash to its owner: copied to another account it opens
    /// nothing (SECURITY.md, attack 88).
    fn keyed(&self, pepper: Option<&Pepper>, owner: &str, secret: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut of = Zeroizing::new(owner.as_bytes().to_vec());
        of.push(0);
        of.extend_from_slice(secret);
        let pepper = pepper.unwrap_or_else(|| self.keys.pepper());
        pepper.mac("password", &of)
    }

    /// Does the work where it holds up nobody, in memory of its own.
    async fn off_thread<T: Send + 'static>(
        &self,
        turn: Turn,
        work: impl FnOnce(&mut Piece, &Params) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let core = self.cores.clone().acquire_owned().await;
        let core = core.map_err(|error| internal(&error))?;
        let (memory, params) = (self.memory.clone(), self.params.clone());
        let work = tokio::task::spawn_blocking(move || {
            let _held = (turn.0, core);
            work(&mut memory.piece(&params), &params)
        });
        work.await.map_err(|error| internal(&error))?
    }
}
