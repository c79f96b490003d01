//! The memory that hashes are worked out in: kept from one to the next, since to ask the system
//! for 19 MiB of empty pages takes a good part of the time of a hash, and an allocator keeps it
//! once for every thread that ever had some. As many pieces as there are cores, at most.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

use crate::api::Error;
use crate::service::internal;

const ALGORITHM: Algorithm = Algorithm::Argon2id;
const VERSION: Version = Version::V0x13;
/// The most that a kept hash may ask for, in KiB and in passes: more was never made, and whoever
/// wrote it there could hold up every core.
const MOST_MEMORY: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;

/// The pieces that nobody works in.
#[derive(Clone, Default)]
pub(super) struct Memory(Arc<Mutex<Vec<Vec<Block>>>>);

/// A piece that somebody works in.
pub(super) struct Piece {
    blocks: Vec<Block>,
    /// How many blocks a hash of today's cost takes.
    usual: usize,
    back: Memory,
}

impl Memory {
    /// A piece for hashes of this cost.
    pub(super) fn piece(&self, params: &Params) -> Piece {
        let mut free = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Piece {
            blocks: free.pop().unwrap_or_default(),
            usual: params.block_count(),
            back: self.clone(),
        }
    }
}

impl Piece {
    /// The hash of a secret.
    pub(super) fn hash_into(
        &mut self,
        params: &Params,
        secret: &[u8],
        salt: &[u8],
        out: &mut [u8],
    ) -> Result<(), Error> {
        let more = params.block_count().saturating_sub(self.blocks.len());
        let reserved = self.blocks.try_reserve_exact(more);
        reserved.map_err(|error| internal(&error))?;
        let all = self.blocks.len() + more;
        self.blocks.resize(all, Block::new());
        Argon2::new(ALGORITHM, VERSION, params.clone())
            .hash_password_into_with_memory(secret, salt, out, &mut self.blocks)
            .map_err(|error| internal(&error))
    }

    /// The PHC string of a secret.
    pub(super) fn phc(
        &mut self,
        params: &Params,
        secret: &[u8],
        salt: &[u8],
    ) -> Result<String, Error> {
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        self.hash_into(params, secret, salt, &mut out)?;
        let phc = || {
            Ok::<_, argon2::password_hash::Error>(PasswordHash {
                algorithm: ALGORITHM.ident(),
                version: Some(VERSION.into()),
                params: ParamsString::try_from(params)?,
                salt: Some(Salt::new(salt)?),
                hash: Some(Output::new(&out)?),
            })
        };
        Ok(phc().map_err(|error| internal(&error))?.to_string())
    }

    /// Whether a secret is what a PHC string is of, whatever it cost.
    pub(super) fn is_of(&mut self, phc: &str, secret: &[u8]) -> Result<bool, Error> {
        let kept = PasswordHash::new(phc).map_err(|error| internal(&error))?;
        let (Some(salt), Some(expected)) = (&kept.salt, &kept.hash) else {
            return Err(internal(&"a hash without its salt or its value"));
        };
        if kept.algorithm != ALGORITHM.ident() || kept.version != Some(VERSION.into()) {
            return Err(internal(&"a hash of another kind"));
        }
        let params = Params::try_from(&kept).map_err(|error| internal(&error))?;
        if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_PASSES || params.p_cost() != 1 {
            return Err(internal(&"a hash of a cost that is none of ours"));
        }
        let mut out = [0; Output::MAX_LENGTH];
        let out = &mut out[..expected.len()];
        self.hash_into(&params, secret, salt, out)?;
        // In a time that does not depend on where they differ.
        let found = Output::new(out).map_err(|error| internal(&error))?;
        Ok(found == *expected)
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        // What an unusual hash took more is let go.
        if self.blocks.len() == self.usual {
            let mut free = self.back.0.lock().unwrap_or_else(PoisonError::into_inner);
            free.push(std::mem::take(&mut self.blocks));
        }
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordHasher, PasswordVerifier};

    use super::*;

    const SALT: &[u8] = b"a salt of sixteen";

    fn params(memory: u32) -> Params {
        Params::new(memory, 1, 1, None).unwrap()
    }

    #[test]
    fn it_hashes_as_the_library_does_whatever_was_in_the_memory() {
        let memory = Memory::default();
        for cost in [16, 64, 16, 32] {
            let params = params(cost);
            let library = Argon2::new(ALGORITHM, VERSION, params.clone());
            let mut piece = memory.piece(&params);
            let phc = piece.phc(&params, b"kelp ladder", SALT).unwrap();
            let theirs = library.hash_password_with_salt(b"kelp ladder", SALT);
            assert_eq!(phc, theirs.unwrap().to_string());
            library
                .verify_password(b"kelp ladder", phc.as_str())
                .unwrap();
            assert!(piece.is_of(&phc, b"kelp ladder").unwrap());
            assert!(!piece.is_of(&phc, b"kelp laddes").unwrap());
        }
    }

    #[test]
    fn a_hash_of_another_cost_is_looked_at_and_its_memory_is_not_kept() {
        let memory = Memory::default();
        let mut piece = memory.piece(&params(64));
        let dear = piece.phc(&params(64), b"kelp ladder", SALT).unwrap();
        let memory = Memory::default();
        let mut piece = memory.piece(&params(16));
        assert!(piece.is_of(&dear, b"kelp ladder").unwrap());
        drop(piece);
        assert_eq!(memory.0.lock().unwrap().len(), 0);
        for _ in 0..2 {
            let mut piece = memory.piece(&params(16));
            piece.phc(&params(16), b"kelp ladder", SALT).unwrap();
        }
        assert_eq!(memory.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_hash_of_ours_is_a_fault_and_no_wrong_password() {
        let memory = Memory::default();
        let mut piece = memory.piece(&params(16));
        let phc = piece.phc(&params(16), b"kelp ladder", SALT).unwrap();
        for other in [
            phc.replace("argon2id", "argon2d"),
            phc.replace("v=19", "v=16"),
            phc.replace("m=16,", "m=4000000000,"),
            phc.replace("t=1,", "t=4000000000,"),
            phc.replace("p=1", "p=2"),
            phc.rsplit_once('$').unwrap().0.to_owned(),
            "$2b$10$N9qo8uLOickgx2ZMRZoMye".to_owned(),
            String::new(),
        ] {
            assert!(piece.is_of(&other, b"kelp ladder").is_err(), "{other}");
        }
    }
}
