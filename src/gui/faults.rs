//! What went wrong, in sentences that say what to do.

mod practice;

use std::io::{self, ErrorKind};

use super::widget::{self, Element, Tone};
use super::words::t;
use crate::api::{CertificateFault, Dependency, Error, Fault, Field, Unreached};
use crate::domain::{
    DeliveryFault, EmailFault, MobileFault, NameFault, NotAllowed, PasswordFault, StartFault,
    Timestamp,
};

pub use practice::{keeping, opening, settings};

/// What the system says of a file, for the end of a sentence.
pub fn io(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => t("io-not-found"),
        ErrorKind::PermissionDenied => t("io-not-allowed"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => t("io-full"),
        ErrorKind::ReadOnlyFilesystem => t("io-read-only"),
        ErrorKind::IsADirectory => t("io-folder"),
        _ => error.to_string(),
    }
}

/// A sentence for every error, for the screen that has no better one.
pub fn sentence(error: &Error) -> String {
    match error {
        Error::NotSignedIn | Error::Locked => t("fault-signed-out"),
        Error::SetUpDue => t("fault-set-up-due"),
        Error::StepUpNeeded => t("fault-step-up"),
        Error::Forbidden => t("fault-forbidden"),
        Error::NotFound => t("fault-not-found"),
        Error::WrongCredentials => t("fault-credentials"),
        Error::Wait { until } => t!("fault-wait", time = clock(*until)),
        Error::Stopped => t("fault-stopped"),
        Error::CodeWrong { .. } => t("fault-code-wrong"),
        Error::CodeUsed { .. } => t("fault-code-used"),
        Error::CodeEnded { .. } => t("fault-code-ended"),
        Error::TooSoon { until } => t!("fault-too-soon", time = clock(*until)),
        Error::ChallengeEnded => t("fault-challenge-ended"),
        Error::InvitationNotValid => t("fault-invitation"),
        Error::Invalid { field, fault } => typed(*field, *fault),
        Error::NotAllowed { why } => not_allowed(*why),
        Error::PracticeExists => t("fault-practice-exists"),
        Error::LastFullAccess => t("fault-last-full-access"),
        Error::Stale => t("fault-stale"),
        Error::ClockBehind { now, newest } => {
            t!("fault-clock", now = moment(*now), newest = moment(*newest))
        }
        Error::Busy { .. } => t("fault-busy"),
        Error::Unavailable { what } => match what {
            Dependency::Database => t("fault-database"),
            Dependency::DiskSpace => t("fault-disk-space"),
            Dependency::DiskReadOnly => t("fault-disk-read-only"),
            Dependency::Disk => t("fault-disk"),
        },
        Error::Moved { to } => {
            let (what, then) = moved(to.as_deref());
            format!("{what} {then}")
        }
        Error::TooManyFailures { retry_after } => {
            t!("fault-too-many-failures", seconds = *retry_after)
        }
        Error::Unreached { why } => {
            let (what, then) = unreached(*why);
            format!("{what} {then}")
        }
        Error::TooLong => t("fault-request-too-long"),
        Error::NotUnderstood => t("fault-request-unknown"),
        Error::Internal { incident } => t!("fault-internal", incident = incident.as_str()),
    }
}

/// The notice with that sentence.
pub fn notice<'a, M: Clone + 'a>(error: &Error) -> Element<'a, M> {
    widget::notice(Tone::Error, sentence(error), "")
}

/// The practice is on a server now, and what to do.
pub fn moved(to: Option<&str>) -> (String, String) {
    let then = match to {
        Some(to) => t!("moved-to", server = to),
        None => t("moved-help"),
    };
    (t("moved"), then)
}

/// Whether the server did not answer. The strip above every screen says it too: beside what is shown
/// already it need not be said twice, and it is asked for again by itself.
pub fn is_no_answer(error: &Error) -> bool {
    *error == Error::from(Unreached::NoAnswer)
}

/// Why the server was not reached, and what to do.
pub fn unreached(why: Unreached) -> (String, String) {
    let (what, then) = match why {
        Unreached::NoAnswer => ("unreached-no-answer", "unreached-no-answer-help"),
        Unreached::Certificate { fault } => match fault {
            CertificateFault::UnknownIssuer => ("unreached-issuer", "unreached-issuer-help"),
            CertificateFault::OtherName => ("unreached-other-name", "unreached-other-name-help"),
            CertificateFault::Expired => ("unreached-expired", "unreached-expired-help"),
            CertificateFault::NotYet => ("unreached-not-yet", "unreached-not-yet-help"),
            CertificateFault::Revoked => ("unreached-revoked", "unreached-revoked-help"),
            CertificateFault::Signature => ("unreached-signature", "unreached-signature-help"),
            CertificateFault::Other => ("unreached-certificate", "unreached-certificate-help"),
        },
        Unreached::NotEncrypted => ("unreached-not-encrypted", "unreached-not-encrypted-help"),
        Unreached::NotVestibule => ("unreached-not-vestibule", "unreached-not-vestibule-help"),
        Unreached::AppTooOld => ("unreached-app-too-old", "unreached-app-too-old-help"),
        Unreached::ServerTooOld => ("unreached-server-too-old", "unreached-server-too-old-help"),
        Unreached::NoTrust => ("unreached-no-trust", "unreached-no-trust-help"),
    };
    (t(what), t(then))
}

/// The sentence for one field of a form, if the error is about it.
pub fn of_field(error: Option<&Error>, asked: Field) -> Option<String> {
    match error {
        Some(Error::Invalid { field, fault }) if *field == asked => Some(typed(asked, *fault)),
        _ => None,
    }
}

fn typed(field: Field, fault: Fault) -> String {
    match (field, fault) {
        (_, Fault::Name(NameFault::Empty)) if field == Field::PracticeName => {
            t("fault-practice-name-empty")
        }
        (_, Fault::Name(NameFault::Empty)) => t("fault-name-empty"),
        (_, Fault::Name(NameFault::TooLong)) => t("fault-name-long"),
        (_, Fault::Name(NameFault::Forbidden)) => t("fault-name-forbidden"),
        (_, Fault::Email(EmailFault::Empty)) => t("fault-email-empty"),
        (_, Fault::Email(_)) => t("fault-email"),
        (_, Fault::Password(PasswordFault::Empty)) => t("fault-password-empty"),
        (_, Fault::Password(PasswordFault::TooShort)) => t("fault-password-short"),
        (_, Fault::Password(PasswordFault::TooLong)) => t("fault-password-long"),
        (_, Fault::Password(PasswordFault::Common)) => t("fault-password-common"),
        (_, Fault::Password(PasswordFault::MadeOfName)) => t("fault-password-names"),
        (_, Fault::Code(_)) | (Field::Code, _) => t("fault-code-form"),
        (Field::Reason, _) => t("fault-reason"),
        (Field::Email, Fault::Taken) => t("fault-email-taken"),
        (Field::Mobile, Fault::Mobile(fault)) => mobile(fault),
        (Field::Delivery, Fault::Delivery(fault)) => delivery(fault),
        (Field::RecoveryCode, _) => t("fault-recovery-code-form"),
        (Field::Invitation, _) => t("fault-invitation-form"),
        (Field::When, Fault::NotYet) => t("fault-day-ahead"),
        (Field::When, Fault::TooEarly) => t("fault-day-before"),
        (Field::IdleMinutes, _) => t("fault-idle-minutes"),
        (Field::AbsoluteHours, _) => t("fault-absolute-hours"),
        (Field::RememberDays, _) => t("fault-remember-days"),
        (_, Fault::Start(StartFault::Past)) => t("fault-start-past"),
        (_, Fault::Start(StartFault::TooFar)) => t("fault-start-far"),
        (Field::People, _) => t("fault-people"),
        (Field::LastDay, Fault::OutOfBounds) => t("fault-last-day-order"),
        (Field::LastDay, Fault::Past) => t("fault-last-day-past"),
        (Field::FirstDay | Field::LastDay, _) => t("fault-day"),
        _ => t("fault-not-understood"),
    }
}

fn mobile(fault: MobileFault) -> String {
    match fault {
        MobileFault::Empty => t("fault-mobile-empty"),
        MobileFault::NotMobile => t("fault-mobile-not-mobile"),
        MobileFault::OtherCountry => t("fault-mobile-other-country"),
        MobileFault::TooLong | MobileFault::NotDigits | MobileFault::Malformed => t("fault-mobile"),
    }
}

fn delivery(fault: DeliveryFault) -> String {
    match fault {
        DeliveryFault::Host => t("fault-delivery-host"),
        DeliveryFault::Port => t("fault-delivery-port"),
        DeliveryFault::NotEncrypted => t("fault-delivery-not-encrypted"),
        DeliveryFault::Here => t("fault-delivery-here"),
        DeliveryFault::User => t("fault-delivery-user"),
        DeliveryFault::FromName => t("fault-delivery-from-name"),
        DeliveryFault::Url => t("fault-delivery-url"),
        DeliveryFault::Header => t("fault-delivery-header"),
        DeliveryFault::Body => t("fault-delivery-body"),
        DeliveryFault::Success => t("fault-delivery-success"),
        DeliveryFault::Sender => t("fault-delivery-sender"),
        DeliveryFault::Placeholder => t("fault-delivery-placeholder"),
        DeliveryFault::FillIn => t("fault-delivery-fill-in"),
        DeliveryFault::Account => t("fault-delivery-account"),
        DeliveryFault::NoRecipient => t("fault-delivery-no-recipient"),
        DeliveryFault::NoText => t("fault-delivery-no-text"),
        DeliveryFault::Countries => t("fault-delivery-countries"),
    }
}

/// Why a rule refuses.
pub fn not_allowed(why: NotAllowed) -> String {
    match why {
        NotAllowed::RequiredByRule => t("refused-by-rule"),
        NotAllowed::RequiredByFullAccess => t("refused-by-full-access"),
        NotAllowed::FullAccessOnly => t("fault-forbidden"),
        NotAllowed::OnOneself => t("refused-on-oneself"),
        NotAllowed::Stale | NotAllowed::NothingStarted | NotAllowed::Expired => {
            t("fault-challenge-ended")
        }
        NotAllowed::ActorNotEnabled => t("refused-not-enabled"),
        NotAllowed::OnlyMethod => t("refused-only-method"),
        NotAllowed::DeskSession => t("refused-desk-session"),
        NotAllowed::OthersAgree => t("refused-others-agree"),
        NotAllowed::AddressNotProven => t("refused-address-not-proven"),
        NotAllowed::SharedBackend => t("refused-shared-backend"),
        NotAllowed::DeskTooOften => t("refused-desk-too-often"),
        NotAllowed::DeskAuthenticator => t("refused-desk-authenticator"),
        NotAllowed::DeskSetUpDue => t("desk-set-up-due"),
        NotAllowed::NoSuchMethod => t("refused-no-such-method"),
        NotAllowed::StartReached => t("refused-start-reached"),
        NotAllowed::OwnMethod => t("refused-own-method"),
        NotAllowed::NotConfigured => t("refused-not-configured"),
        NotAllowed::MethodNotAllowed => t("refused-method"),
        NotAllowed::MethodBarred => t("code-barred"),
        _ => t("refused"),
    }
}

/// A time of day on this computer, to the second: what a wait is compared with.
pub fn clock(at: Timestamp) -> String {
    at.to_zoned_datetime(here())
        .strftime("%H:%M:%S")
        .to_string()
}

/// A time of day on this computer, to the minute.
pub fn minute(at: Timestamp) -> String {
    at.to_zoned_datetime(here()).strftime("%H:%M").to_string()
}

/// A date and time on this computer.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned_datetime(here())
        .strftime("%-d %B %Y, %H:%M")
        .to_string()
}

/// This computer's time zone; the tests take pictures that must not depend on it.
fn here() -> jiff::tz::TimeZone {
    if cfg!(test) {
        jiff::tz::TimeZone::UTC
    } else {
        jiff::tz::TimeZone::system()
    }
}
