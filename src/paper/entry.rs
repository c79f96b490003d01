//! An entry of Activity in words.

use super::change;
use crate::api::Entry;
use crate::domain::{EventGroup, EventKind, Factor};
use crate::words::{t, with};

/// The sentence of an entry: what was done, by whom and to whom.
pub fn sentence(entry: &Entry) -> String {
    let Some(kind) = entry.kind else {
        return t("event-unknown");
    };
    let oneself = match (&entry.actor, &entry.subject) {
        (Some(actor), Some(subject)) => actor.user == subject.user,
        _ => false,
    };
    let somebody = t("event-somebody-first");
    let who = entry
        .actor
        .as_ref()
        .map_or(somebody, |who| who.name.clone());
    let whom = match &entry.subject {
        // What was refused is told without who did it: somebody may have been at their keyboard.
        Some(_) if oneself && kind.group() != EventGroup::Failures => t("event-themself"),
        Some(whom) => whom.name.clone(),
        None if kind == EventKind::PasswordWrong || kind == EventKind::TriesWait => {
            t("event-nobody")
        }
        None => t("event-somebody"),
    };
    let mut values = fluent_bundle::FluentArgs::new();
    values.set("who", who);
    values.set("whom", whom);
    with(key(kind), Some(&values))
}

/// What else an entry says, on the practice's clock: by which factor, from which computer, why.
pub fn details(entry: &Entry, zone: &str) -> Vec<String> {
    let factor = match (entry.factor, entry.kind) {
        (Some(by), _) => Some(t!("event-by", factor = factor(by))),
        (None, Some(EventKind::SignedIn)) => Some(t("event-by-password")),
        (None, _) => None,
    };
    let computer = entry.computer.as_deref();
    let computer = computer.map(|computer| t!("event-computer", computer = computer));
    let reason = change::told(entry, zone);
    [factor, computer, reason].into_iter().flatten().collect()
}

/// A factor's name.
pub fn factor(factor: Factor) -> String {
    match factor {
        Factor::Authenticator => t("method-authenticator"),
        Factor::Sms => t("method-sms"),
        Factor::Email => t("method-email"),
        Factor::RecoveryCode => t("factor-recovery-code"),
        Factor::RememberedComputer => t("factor-remembered-computer"),
        Factor::DeskCode => t("desk-code"),
    }
}

fn key(kind: EventKind) -> &'static str {
    match kind {
        EventKind::SignedIn => "event-signed-in",
        EventKind::SignedOut => "event-signed-out",
        EventKind::Locked => "event-locked",
        EventKind::Unlocked => "event-unlocked",
        EventKind::AddressLimited => "event-address-limited",
        EventKind::EndedByUnlocks => "event-ended-by-unlocks",
        EventKind::OldestSessionEnded => "event-oldest-session-ended",
        EventKind::OwnSessionsEnded => "event-own-sessions-ended",
        EventKind::SessionsEnded => "event-sessions-ended",
        EventKind::SteppedUp => "event-stepped-up",
        EventKind::LetInAtDesk => "event-let-in-at-desk",
        EventKind::DeskCodeMade => "event-desk-code-made",
        EventKind::ComputerAdded => "event-computer-added",
        EventKind::ComputerRemembered => "event-computer-remembered",
        EventKind::RememberedEnded => "event-remembered-ended",
        EventKind::SetUpStarted => "event-set-up-started",
        EventKind::SetUpCancelled => "event-set-up-cancelled",
        EventKind::MethodProven => "event-method-proven",
        EventKind::MethodPreferred => "event-method-preferred",
        EventKind::MethodRemoved => "event-method-removed",
        EventKind::TurnedOn => "event-turned-on",
        EventKind::TurnedOff => "event-turned-off",
        EventKind::Reset => "event-reset",
        EventKind::TriesAllowed => "event-tries-allowed",
        EventKind::RecoveryCodesShown => "event-recovery-codes-shown",
        EventKind::RecoveryCodesVoided => "event-recovery-codes-voided",
        EventKind::RecoveryCodesMade => "event-recovery-codes-made",
        EventKind::RecoveryCodeUsed => "event-recovery-code-used",
        EventKind::SetUpAgain => "event-set-up-again",
        EventKind::PersonAdded => "event-person-added",
        EventKind::InvitationSent => "event-invitation-sent",
        EventKind::InvitedAgain => "event-invited-again",
        EventKind::Agreed => "event-agreed",
        EventKind::PlaceOffered => "event-place-offered",
        EventKind::PlaceAccepted => "event-place-accepted",
        EventKind::PracticeLeft => "event-practice-left",
        EventKind::PracticeEntered => "event-practice-entered",
        EventKind::InvitationRedeemed => "event-invitation-redeemed",
        EventKind::Renamed => "event-renamed",
        EventKind::RoleSet => "event-role-set",
        EventKind::DatesSet => "event-dates-set",
        EventKind::Deactivated => "event-deactivated",
        EventKind::Reactivated => "event-reactivated",
        EventKind::HandOverCodeMade => "event-hand-over-code-made",
        EventKind::ResetAsked => "event-reset-asked",
        EventKind::PasswordReset => "event-password-reset",
        EventKind::NewAddressAsked => "event-new-address-asked",
        EventKind::NewAddressGivenUp => "event-new-address-given-up",
        EventKind::AddressChanged => "event-address-changed",
        EventKind::PasswordChanged => "event-password-changed",
        EventKind::AddressProven => "event-address-proven",
        EventKind::Recovered => "event-recovered",
        EventKind::GlassBroken => "event-glass-broken",
        EventKind::PracticeFounded => "event-practice-founded",
        EventKind::RuleChanged => "event-rule-changed",
        EventKind::AllowedMethodsChanged => "event-allowed-methods-changed",
        EventKind::TestsSent => "event-tests-sent",
        EventKind::RemindersSent => "event-reminders-sent",
        EventKind::RoundTakenBack => "event-round-taken-back",
        EventKind::SessionRuleChanged => "event-session-rule-changed",
        EventKind::ComputerRuleChanged => "event-computer-rule-changed",
        EventKind::DeliverySet => "event-delivery-set",
        EventKind::DeliveryCleared => "event-delivery-cleared",
        EventKind::DeliveryTested => "event-delivery-tested",
        EventKind::RecoveryKeyMade => "event-recovery-key-made",
        EventKind::ClockAccepted => "event-clock-accepted",
        EventKind::Restored => "event-restored",
        EventKind::KeyRotated => "event-key-rotated",
        EventKind::PracticeExported => "event-practice-exported",
        EventKind::PracticeImported => "event-practice-imported",
        EventKind::ActivitySaved => "event-activity-saved",
        EventKind::StatementSaved => "event-statement-saved",
        EventKind::PasswordWrong => "event-password-wrong",
        EventKind::UnlockPasswordWrong => "event-unlock-password-wrong",
        EventKind::StepUpPasswordWrong => "event-step-up-password-wrong",
        EventKind::DeskPasswordWrong => "event-desk-password-wrong",
        EventKind::CodeWrong => "event-code-wrong",
        EventKind::CodeUsed => "event-code-used",
        EventKind::CodeEnded => "event-code-ended",
        EventKind::RememberedReplayed => "event-remembered-replayed",
        EventKind::RecoveryCodeWrong => "event-recovery-code-wrong",
        EventKind::InvitationWrong => "event-invitation-wrong",
        EventKind::TriesWait => "event-tries-wait",
        EventKind::TriesStopped => "event-tries-stopped",
        EventKind::SmsBudgetSpent => "event-sms-budget-spent",
        EventKind::EmailBudgetSpent => "event-email-budget-spent",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::api::Who;

    fn entry(kind: Option<EventKind>) -> Entry {
        let who = |name: &str, last: char| Who {
            user: format!("01900000-0000-7000-8000-00000000000{last}")
                .parse()
                .unwrap(),
            name: name.into(),
        };
        Entry {
            id: String::new(),
            at: crate::domain::Timestamp::UNIX_EPOCH,
            kind,
            actor: Some(who("Alex Lee", '1')),
            subject: Some(who("Sam Roe", '2')),
            reason: None,
            factor: None,
            computer: None,
            number: None,
        }
    }

    /// Attack 59: every kind of entry is told, and no two are told alike.
    #[test]
    fn every_kind_has_a_sentence_of_its_own() {
        let told: HashSet<_> = EventKind::ALL
            .iter()
            .map(|kind| {
                let said = sentence(&entry(Some(*kind)));
                assert_ne!(said, key(*kind), "{kind} has no words");
                assert!(!said.contains('{'), "{said}");
                assert_eq!(key(*kind), format!("event-{kind}").replace('_', "-"));
                said
            })
            .collect();
        assert_eq!(told.len(), EventKind::ALL.len());
        assert!(!told.contains(&sentence(&entry(None))));
    }

    #[test]
    fn what_is_done_to_oneself_is_said_so() {
        let mut own = entry(Some(EventKind::TurnedOn));
        own.subject.clone_from(&own.actor);
        assert_eq!(sentence(&own), "Alex Lee turned on two-factor for themself");
        let nobody = Entry {
            actor: None,
            subject: None,
            ..entry(Some(EventKind::PasswordWrong))
        };
        let said = "Wrong password at sign-in for an address without an account";
        assert_eq!(sentence(&nobody), said);
    }
}
