//! Recovery codes: made, ticked, spent.

use super::acts::on_oneself;
use super::facts::Facts;
use super::notices::Told;
use super::sign_in::By;
use super::{CodeDue, Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{
    Ack, Error, Fault, Field, KeepRecoveryCodes, MakeRecoveryCodes, Outcome, RecoveryCodes,
    RecoveryDue, Secret, SubmitRecoveryCode,
};
use crate::domain::{
    Counter, EventKind, Factor, NotAllowed, NoticeKind, RECOVERY_CODES_FEW, RECOVERY_CODES_PER_SET,
    RecoveryCode, TRIES_PER_CHALLENGE, Timestamp, UserId,
};
use crate::store::{About, NewRecoverySet, Tx};

/// Bytes of the one salt of a set (OWASP Password Storage: 128 bits).
const SALT: usize = 16;

/// A recovery code that was counted, and its hash under the set that counts.
pub(super) struct Hashed {
    set: String,
    hash: Vec<u8>,
}

impl Handle<MakeRecoveryCodes> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(owner): Self::Caller,
        _: MakeRecoveryCodes,
        now: Timestamp,
    ) -> Result<RecoveryCodes, Error> {
        if !owner.facts.is_enabled() {
            return Err(NotAllowed::NoSuchMethod.into());
        }
        let turn = self.hasher.turn()?;
        let codes: Vec<RecoveryCode> = (0..RECOVERY_CODES_PER_SET)
            .map(|_| RecoveryCode::generate(&*self.random))
            .collect();
        let mut salt = [0; SALT];
        self.random.fill(&mut salt);
        let user = owner.user.id.clone();
        let hashes = self
            .hasher
            .recovery_codes(turn, &user, &salt, None, &codes)
            .await?;

        let mut tx = self.store.write_about(About::Person(user.as_str())).await?;
        let owner = owner.again(&mut tx, now).await?;
        if !owner.facts.is_enabled() {
            return Err(NotAllowed::NoSuchMethod.into());
        }
        let set = self.new_row_id(now);
        tx.add_recovery_set(NewRecoverySet {
            id: &set,
            user: &user,
            salt: &salt,
            hashes,
            now,
        })
        .await?;
        self.log(
            &mut tx,
            on_oneself(&owner, EventKind::RecoveryCodesShown),
            now,
        )
        .await?;
        tx.commit().await?;
        let text = |code: &RecoveryCode| {
            Secret::new(secrecy::ExposeSecret::expose_secret(&code.to_text()))
        };
        Ok(RecoveryCodes {
            set,
            codes: codes.iter().map(text).collect(),
        })
    }
}

impl Handle<KeepRecoveryCodes> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        owner: Staff,
        call: KeepRecoveryCodes,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(owner.user.id.as_str()))
            .await?;
        let owner = owner.again(&mut tx, now).await?;
        let user = &owner.user.id;
        if !tx.tick_recovery_set(&call.set, user, now).await? {
            return Err(Error::Stale);
        }
        // A first set takes nothing from anybody; another takes the place of what was kept.
        if owner.facts.recovery_left.is_some() {
            tx.end_remembered_of(user, now).await?;
        }
        self.log(
            &mut tx,
            on_oneself(&owner, EventKind::RecoveryCodesMade),
            now,
        )
        .await?;
        let told = Told::in_session(&owner, NoticeKind::RecoveryCodesMade);
        self.notify(&mut tx, user, told, now).await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<SubmitRecoveryCode> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: SubmitRecoveryCode,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let code = recovery_code(&call.code)?;
        let turn = self.hasher.turn()?;

        // Counted and durable before the code is looked at.
        let mut tx = self
            .store
            .write_about(About::Person(waiting.user.as_str()))
            .await?;
        let counted = self
            .count_try_of(&mut tx, &waiting.user, Counter::RecoveryCodes, now)
            .await;
        if matches!(counted, Err(Error::Stopped)) {
            // Whoever used these tries up begins again with the password (SECURITY.md, attack 45).
            tx.end_waiting(&waiting.token_hash, now).await?;
            tx.commit().await?;
            return Err(Error::Stopped);
        }
        let counted = counted?;
        let taken = tx
            .take_try(&waiting.token_hash, TRIES_PER_CHALLENGE, now)
            .await?
            .ok_or(Error::ChallengeEnded)?;
        tx.commit().await?;
        let tries_left = TRIES_PER_CHALLENGE.saturating_sub(taken);

        let hashed = self.hash_recovery_code(turn, &waiting.user, &code).await?;
        let mut tx = self
            .store
            .write_about(About::Person(waiting.user.as_str()))
            .await?;
        // First, so that a right code is never called wrong because a reset came before it.
        if !tx.end_waiting(&waiting.token_hash, now).await? {
            return Err(Error::ChallengeEnded);
        }
        let user = tx.user(&waiting.user).await?.ok_or(Error::ChallengeEnded)?;
        if !self.spend_recovery_code(&mut tx, &hashed, now).await? {
            drop(tx);
            let wrong = Happened {
                factor: Some(Factor::RecoveryCode),
                computer: waiting.computer.as_deref(),
                ..Happened::on(&user.id, EventKind::RecoveryCodeWrong)
            };
            self.log_failure(wrong, now).await?;
            return Err(Error::CodeWrong { tries_left });
        }
        let told = Told::of(NoticeKind::RecoveryCodeUsed);
        let left = self.recovery_code_used(&mut tx, &user.id, told, now);
        let left = left.await?;
        let facts = Facts::read(&mut tx, &user.id, now).await?;
        let by = By::factor(Factor::RecoveryCode, &waiting);
        let mut outcome = self.after_code(&mut tx, &user, &facts, by, now).await?;
        self.right_without_sign_in(&mut tx, &outcome, &counted, now)
            .await?;
        if let Outcome::In(admitted) = &mut outcome {
            admitted.recovery = Some(RecoveryDue::Used {
                left,
                few: left <= RECOVERY_CODES_FEW,
            });
        }
        tx.commit().await?;
        Ok(outcome)
    }
}

impl Service {
    /// Hashes a counted code under the set that counts; the same work where there is none.
    pub(super) async fn hash_recovery_code(
        &self,
        turn: super::hashing::Turn,
        user: &UserId,
        code: &RecoveryCode,
    ) -> Result<Hashed, Error> {
        let set = {
            let mut tx = self.store.read().await?;
            tx.recovery_set(user).await?
        };
        let (set, salt, pepper) = match set {
            Some(set) => (set.id, set.salt, set.pepper),
            None => (String::new(), vec![0; SALT], None),
        };
        let pepper = self.pepper(pepper.as_deref()).await?;
        let hashes = self
            .hasher
            .recovery_codes(turn, user, &salt, pepper, std::slice::from_ref(code))
            .await?;
        let hash = hashes.into_iter().next().unwrap_or_default();
        Ok(Hashed { set, hash })
    }

    /// Spends a code; false if it is not one of the set, is spent, or its set is dead by now.
    pub(super) async fn spend_recovery_code(
        &self,
        tx: &mut Tx,
        hashed: &Hashed,
        now: Timestamp,
    ) -> Result<bool, Error> {
        Ok(tx
            .spend_recovery_code(&hashed.set, &hashed.hash, now)
            .await?)
    }

    /// What every use of a recovery code leaves behind; how many are left.
    pub(super) async fn recovery_code_used(
        &self,
        tx: &mut Tx,
        user: &UserId,
        told: Told<'_>,
        now: Timestamp,
    ) -> Result<u32, Error> {
        let happened = Happened {
            actor: Some(user),
            subject: Some(user),
            ..Happened::of(EventKind::RecoveryCodeUsed)
        };
        self.log(tx, happened, now).await?;
        tx.end_remembered_of(user, now).await?;
        self.notify(tx, user, told, now).await?;
        Ok(tx.recovery_set(user).await?.map_or(0, |set| set.left))
    }
}

/// A recovery code as typed.
pub(super) fn recovery_code(typed: &Secret) -> Result<RecoveryCode, Error> {
    RecoveryCode::parse(typed.expose())
        .map_err(|_| Field::RecoveryCode.cannot_be(Fault::NotUnderstood))
}
