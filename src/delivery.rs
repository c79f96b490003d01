//! stub
mod inbox;
use crate::domain::*;
pub use inbox::{Inbox, Kept};
use secrecy::SecretString;
use std::future::Future;
use std::pin::Pin;
pub struct Letter {
    pub to: EmailAddress,
    pub subject: String,
    pub text: String,
    pub reference: String,
    pub at: Timestamp,
}
pub struct Sms {
    pub to: Mobile,
    pub text: String,
    pub reference: String,
}
#[derive(Debug)]
pub enum Again {
    Never,
    Soon,
    After(u32),
}
#[derive(Debug)]
pub struct NotHandedOver {
    pub why: NotSent,
    pub again: Again,
}
pub type Handing<'a> = Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>>;
pub trait Courier: Send + Sync {
    fn letter<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
        letter: &'a Letter,
    ) -> Handing<'a>;
    fn sms<'a>(
        &'a self,
        gateway: &'a SmsGateway,
        secret: Option<&'a SecretString>,
        sms: &'a Sms,
    ) -> Handing<'a>;
}
#[derive(Clone)]
pub struct Post;
#[derive(Default)]
pub struct Patience;
impl Post {
    pub fn new(_: Patience) -> Result<Self, String> {
        Ok(Self)
    }
}
impl Courier for Post {
    fn letter<'a>(
        &'a self,
        _: &'a MailServer,
        _: Option<&'a SecretString>,
        _: &'a Letter,
    ) -> Handing<'a> {
        Box::pin(async { Ok(()) })
    }
    fn sms<'a>(
        &'a self,
        _: &'a SmsGateway,
        _: Option<&'a SecretString>,
        _: &'a Sms,
    ) -> Handing<'a> {
        Box::pin(async { Ok(()) })
    }
}
