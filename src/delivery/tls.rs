//! One TLS provider for the whole process, and what its errors mean.

use std::error::Error;
use std::io;

use super::NotHandedOver;
use crate::domain::NotSent;

/// Makes rustls with `ring` the TLS of this process. It may be called often and from anywhere.
pub fn install_tls() {
    // An error says that a provider stands already, and there is only one in the program.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What a TLS error somewhere below `error` means; `None` if there is none.
pub(super) fn fault(error: &(dyn Error + 'static)) -> Option<NotHandedOver> {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(NotHandedOver::never(match tls {
            // `General` is what some systems' verifiers answer instead.
            rustls::Error::InvalidCertificate(_) | rustls::Error::General(_) => {
                NotSent::Certificate
            }
            // A plain server on a port for TLS, an old TLS, none of our ciphers.
            _ => NotSent::NotEncrypted,
        }));
    }
    // The source of an I/O error skips what it holds.
    let held = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match held {
        Some(held) => fault(held),
        None => error.source().and_then(fault),
    }
}
