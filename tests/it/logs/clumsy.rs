//! What falls out of a courier's hands, in a panic.

use secrecy::SecretString;
use vestibule::delivery::{Courier, Handing, Letter, Reaching, Sms};
use vestibule::domain::{MailServer, SmsGateway};

/// A courier who drops what it carries, and says what it was.
pub(super) struct Clumsy;

impl Courier for Clumsy {
    fn letter<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
        letter: &'a Letter,
    ) -> Handing<'a> {
        panic!("dropped {letter:?} for {server:?} with {secret:?}")
    }

    fn sms<'a>(
        &'a self,
        gateway: &'a SmsGateway,
        secret: Option<&'a SecretString>,
        sms: &'a Sms,
    ) -> Handing<'a> {
        panic!("dropped {sms:?} for {gateway:?} with {secret:?}")
    }

    fn reach_mail<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
    ) -> Reaching<'a> {
        panic!("fell on the way to {server:?} with {secret:?}")
    }

    fn reach_sms<'a>(&'a self, gateway: &'a SmsGateway) -> Reaching<'a> {
        panic!("fell on the way to {gateway:?}")
    }
}
