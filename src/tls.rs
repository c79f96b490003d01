//! One TLS provider for the whole process, and where its errors are found.

use std::error::Error;
use std::io;

/// Makes rustls with `ring` the TLS of this process. It may be called often and from anywhere.
pub fn install() {
    // An error says that a provider stands already, and there is only one in the program.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The TLS error somewhere below `error`; none if there is none.
pub(crate) fn error_below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    // The source of an I/O error skips what it holds.
    let held = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match held {
        Some(held) => error_below(held),
        None => error.source().and_then(error_below),
    }
}
