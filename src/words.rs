//! The words on the screen and in messages, from the Fluent files of `assets/i18n`.
//!
//! `t("key")` gives a message, `t!("key", name = value)` one with values in it. A test holds
//! the keys that are called for against those that exist.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::domain::NoticeKind;
#[cfg(feature = "desktop")]
use crate::domain::{MethodKind, Role};
#[cfg(any(feature = "desktop", feature = "server"))]
use crate::domain::{NotSent, SenderAdvice};

const EN_AU: &str = include_str!("../assets/i18n/en-AU/vestibule.ftl");

fn bundle() -> &'static FluentBundle<FluentResource> {
    static BUNDLE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let language: Option<LanguageIdentifier> = "en-AU".parse().ok();
        let mut bundle = FluentBundle::new_concurrent(language.into_iter().collect());
        // The marks that isolate directions are drawn as boxes by fonts that lack them.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(EN_AU.to_owned()).unwrap_or_else(|(good, bad)| {
            tracing::error!(?bad, "the words have faults");
            good
        });
        if let Err(twice) = bundle.add_resource(resource) {
            tracing::error!(?twice, "words that are given twice");
        }
        bundle
    })
}

/// A message without values.
pub(crate) fn t(key: &str) -> String {
    with(key, None)
}

/// A message with values; use `t!`.
pub(crate) fn with(key: &str, values: Option<&FluentArgs<'_>>) -> String {
    let bundle = bundle();
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        tracing::error!(key, "no such words");
        return key.to_owned();
    };
    let mut faults = Vec::new();
    let words = bundle
        .format_pattern(pattern, values, &mut faults)
        .into_owned();
    if !faults.is_empty() {
        tracing::error!(key, ?faults, "words that lack a value");
    }
    words
}

/// A message with values: `t!("tries-left", tries = 3)`.
macro_rules! message_with {
    ($key:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        let mut values = fluent_bundle::FluentArgs::new();
        $(values.set(stringify!($name), $value);)+
        $crate::words::with($key, Some(&values))
    }};
}
pub(crate) use message_with as t;

/// "SMS", "Email and SMS", "Google Authenticator, Email and SMS".
#[cfg(feature = "desktop")]
pub(crate) fn listed(names: &[String]) -> String {
    let Some((last, before)) = names.split_last() else {
        return String::new();
    };
    let before = before.iter().cloned();
    let before = before.reduce(|all, next| t!("list-comma", before = all, next = next));
    match before {
        Some(before) => t!("list-and", before = before, last = last.as_str()),
        None => last.clone(),
    }
}

/// A method's name.
#[cfg(feature = "desktop")]
pub fn method(kind: MethodKind) -> String {
    match kind {
        MethodKind::Authenticator => t("method-authenticator"),
        MethodKind::Email => t("method-email"),
        MethodKind::Sms => t("method-sms"),
    }
}

/// A role's name.
#[cfg(feature = "desktop")]
pub fn role(role: Role) -> String {
    match role {
        Role::FullAccess => t("role-full-access"),
        Role::Practitioner => t("role-practitioner"),
        Role::Reception => t("role-reception"),
    }
}

/// What is to be known of the name that SMS come from.
#[cfg(any(feature = "desktop", feature = "server"))]
pub fn sender_advice(advice: SenderAdvice) -> String {
    match advice {
        SenderAdvice::Register => t("sender-register"),
        SenderAdvice::Length => t("sender-length"),
        SenderAdvice::Letters => t("sender-letters"),
        SenderAdvice::Ends => t("sender-ends"),
        SenderAdvice::Digits => t("sender-digits"),
        SenderAdvice::Reserved => t("sender-reserved"),
    }
}

/// Why a message has not gone out.
#[cfg(any(feature = "desktop", feature = "server"))]
pub fn not_sent(why: NotSent) -> String {
    match why {
        NotSent::Unreachable => t("not-sent-unreachable"),
        NotSent::NoAnswer => t("not-sent-no-answer"),
        NotSent::Certificate => t("not-sent-certificate"),
        NotSent::NotEncrypted => t("not-sent-not-encrypted"),
        NotSent::Credentials => t("not-sent-credentials"),
        NotSent::Refused => t("not-sent-refused"),
        NotSent::Busy => t("not-sent-busy"),
        NotSent::Faulty => t("not-sent-faulty"),
    }
}

/// What the owner of an account is told, on the screen and by e-mail.
pub(crate) fn notice(kind: NoticeKind, by: Option<&str>, practice: &str) -> String {
    let somebody = t("letter-somebody");
    let oneself = by.is_none();
    let by = by.unwrap_or(somebody.as_str());
    match kind {
        NoticeKind::Enabled => t!("notice-enabled", practice = practice),
        NoticeKind::Replaced => t!("notice-replaced", practice = practice),
        NoticeKind::Removed => t!("notice-removed", practice = practice),
        NoticeKind::TurnedOff if oneself => t!("notice-turned-off-oneself", practice = practice),
        NoticeKind::TurnedOff => t!("notice-turned-off", practice = practice, by = by),
        NoticeKind::Reset => t!("notice-reset", practice = practice, by = by),
        NoticeKind::TurnedOn => t!("notice-turned-on", practice = practice, by = by),
        NoticeKind::SessionsEnded => t!("notice-sessions-ended", practice = practice, by = by),
        NoticeKind::TriesAllowed => t!("notice-tries-allowed", practice = practice, by = by),
        NoticeKind::OldestSessionEnded => t!("notice-oldest-session-ended", practice = practice),
        NoticeKind::RecoveryCodeUsed => t!("notice-recovery-code-used", practice = practice),
        NoticeKind::RecoveryCodesMade => t!("notice-recovery-codes-made", practice = practice),
        NoticeKind::Recovered => t!("notice-recovered", practice = practice),
        NoticeKind::ClockSetRight => t!("notice-clock-set-right", practice = practice),
        NoticeKind::PasswordChanged => t!("notice-password-changed", practice = practice),
        NoticeKind::LetIn => t!("notice-let-in", practice = practice, by = by),
        NoticeKind::HandOverCodeMade => t!("notice-hand-over-code", practice = practice, by = by),
        NoticeKind::PasswordReset => t!("notice-password-reset", practice = practice),
        NoticeKind::NewAddressAsked => t!("notice-new-address", practice = practice, by = by),
        NoticeKind::AddressChanged => t!("notice-address-changed", practice = practice),
        NoticeKind::Renamed => t!("notice-renamed", practice = practice, by = by),
        NoticeKind::RoleSet => t!("notice-role-set", practice = practice, by = by),
        NoticeKind::DatesSet => t!("notice-dates-set", practice = practice, by = by),
        NoticeKind::Deactivated => t!("notice-deactivated", practice = practice, by = by),
        NoticeKind::Reactivated => t!("notice-reactivated", practice = practice, by = by),
        NoticeKind::NewComputer => t!("notice-new-computer", practice = practice),
        NoticeKind::RememberedReplayed => t!("notice-remembered-replayed", practice = practice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "desktop")]
    #[test]
    fn names_are_listed_as_people_say_them() {
        let names = ["Ella", "Chris", "Dana"].map(str::to_owned);
        for (count, said) in [
            (0, ""),
            (1, "Ella"),
            (2, "Ella and Chris"),
            (3, "Ella, Chris and Dana"),
        ] {
            assert_eq!(listed(&names[..count]), said);
        }
    }

    #[test]
    fn a_number_chooses_its_words() {
        assert_eq!(t!("tries-left", tries = 1), "1 try left.");
        assert_eq!(t!("tries-left", tries = 3), "3 tries\u{a0}left.");
        assert_eq!(t("login"), "Login");
    }
}
