//! What the errors of TLS mean for a message.

use std::error::Error;

use super::NotHandedOver;
use crate::domain::NotSent;
use crate::tls;

/// What a TLS error somewhere below `error` means; `None` if there is none.
pub(super) fn fault(error: &(dyn Error + 'static)) -> Option<NotHandedOver> {
    let why = match tls::error_below(error)? {
        // `General` is what some systems' verifiers answer instead.
        rustls::Error::InvalidCertificate(_) | rustls::Error::General(_) => NotSent::Certificate,
        // A plain server on a port for TLS, an old TLS, none of our ciphers.
        _ => NotSent::NotEncrypted,
    };
    Some(NotHandedOver::never(why))
}
