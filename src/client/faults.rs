//! What it means that no answer came.

use std::error::Error;

use reqwest::{Response, StatusCode};
use rustls::CertificateError;

use crate::api::{CertificateFault, Unreached, wire};
use crate::tls;

/// Whether the request may have been lost before anybody read it, so that it is sent once more.
/// What took too long is not: whoever waits has waited long enough.
pub(super) fn may_be_sent_again(error: &reqwest::Error) -> bool {
    !error.is_timeout() && !error.is_builder() && of_tls(error).is_none()
}

/// Whether a balancer answers itself, since the replica that it had chosen is not there or was lost
/// before it answered: another may do what was asked. One that waited in vain (504) is not asked
/// again.
pub(super) fn is_of_a_balancer(answer: &Response) -> bool {
    let lost = [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE];
    lost.contains(&answer.status()) && !answer.headers().contains_key(wire::VERSION)
}

/// Whether the address has too many failures.
pub(super) fn is_beyond_a_limit(answer: &Response) -> bool {
    answer.status() == StatusCode::TOO_MANY_REQUESTS
}

/// What an error of the client means. It is not logged: it may hold what was sent.
pub(super) fn meant(error: &reqwest::Error) -> Unreached {
    match of_tls(error) {
        Some(fault) => fault,
        None if error.is_builder() => Unreached::NotVestibule,
        None => Unreached::NoAnswer,
    }
}

/// What a TLS error somewhere below means; none if there is none.
fn of_tls(error: &(dyn Error + 'static)) -> Option<Unreached> {
    Some(match tls::error_below(error)? {
        rustls::Error::InvalidCertificate(fault) => Unreached::Certificate {
            fault: certificate(fault),
        },
        // What some systems' verifiers answer instead.
        rustls::Error::General(_) => Unreached::Certificate {
            fault: CertificateFault::Other,
        },
        _ => Unreached::NotEncrypted,
    })
}

fn certificate(fault: &CertificateError) -> CertificateFault {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateFault::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateFault::NotYet
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateFault::OtherName
        }
        // Signed by somebody else under the name of whoever is trusted.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            CertificateFault::UnknownIssuer
        }
        CertificateError::Revoked => CertificateFault::Revoked,
        CertificateError::UnsupportedSignatureAlgorithmContext { .. }
        | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            CertificateFault::Signature
        }
        _ => CertificateFault::Other,
    }
}
