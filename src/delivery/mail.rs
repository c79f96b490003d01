//! An e-mail by SMTP (RFC 5321): what it is made of, and over which connection it goes.

use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, address};
use secrecy::{ExposeSecret, SecretString};

use super::{HandedOver, Letter, NotHandedOver, Patience, html, is_reference};
use crate::domain::{DeliveryFault, EmailAddress, MailServer, NotSent};

mod kept;
mod talk;

pub(super) use kept::Kept;
use kept::Whom;
use talk::Talk;

/// Hands a letter over, by a connection that is kept from the letter before it if there is one.
///
/// Such a connection may be dead, which shows at its first answer. Whatever it answers before it is
/// given the letter, the letter then goes by a new one: it was taken by nobody, and so is neither
/// lost nor sent twice. After that the outbox decides, as of a new one.
pub(super) async fn send(
    kept: &Kept,
    patience: Patience,
    server: &MailServer,
    secret: Option<&SecretString>,
    letter: &Letter,
) -> Result<HandedOver, NotHandedOver> {
    check(server)?;
    let credentials = credentials(server, secret)?;
    let message = message(server, letter)?;
    let whom = Whom::of(server, secret);
    let sending = async {
        if let Some(mut talk) = kept.take(&whom) {
            // Whoever has gone meanwhile is not waited for as long as the letter may take.
            match talk.offer(&message, patience.connect).await {
                Ok(()) => {
                    talk.give(&message).await?;
                    return Ok(talk);
                }
                // Those that have waited longer will hardly be better.
                Err(_) => kept.drop_all(&whom),
            }
        }
        let mut talk = Talk::begin(patience, server, credentials.as_ref()).await?;
        talk.offer(&message, patience.whole).await?;
        talk.give(&message).await?;
        Ok(talk)
    };
    let talk = tokio::time::timeout(patience.whole, sending)
        .await
        .unwrap_or(Err(NotHandedOver::soon(NotSent::NoAnswer)))?;
    // The mail is taken, whatever becomes of the connection.
    kept.put(whom, talk, patience).await;
    Ok(HandedOver::unnamed())
}

/// Whether the server can be reached and lets us in; it is given nothing.
pub(super) async fn reach(
    patience: Patience,
    server: &MailServer,
    secret: Option<&SecretString>,
) -> Result<(), NotHandedOver> {
    check(server)?;
    let credentials = credentials(server, secret)?;
    let reaching = Talk::begin(patience, server, credentials.as_ref());
    let talk = tokio::time::timeout(patience.whole, reaching)
        .await
        .unwrap_or(Err(NotHandedOver::soon(NotSent::NoAnswer)))?;
    talk.end(patience).await;
    Ok(())
}

fn check(server: &MailServer) -> Result<(), NotHandedOver> {
    server.check().map_err(|fault| match fault {
        DeliveryFault::NotEncrypted => NotHandedOver::never(NotSent::NotEncrypted),
        _ => NotHandedOver::never(NotSent::Faulty),
    })
}

fn credentials(
    server: &MailServer,
    secret: Option<&SecretString>,
) -> Result<Option<Credentials>, NotHandedOver> {
    match (&server.user, secret) {
        (None, _) => Ok(None),
        (Some(_), None) => Err(NotHandedOver::never(NotSent::Credentials)),
        (Some(user), Some(secret)) => {
            let secret = secret.expose_secret();
            // PLAIN parts its values by NUL.
            if secret.contains('\0') {
                return Err(NotHandedOver::never(NotSent::Credentials));
            }
            Ok(Some(Credentials::new(user.clone(), secret.to_owned())))
        }
    }
}

/// The message, of ASCII alone, so that every server can take it.
fn message(server: &MailServer, letter: &Letter) -> Result<Message, NotHandedOver> {
    let faulty = NotHandedOver::never(NotSent::Faulty);
    let one_line = !letter.subject.chars().any(char::is_control);
    if !one_line || !is_reference(&letter.reference) || letter.text.contains('\0') {
        return Err(faulty);
    }
    // A `Date` before 1970 cannot be written.
    let written = u64::try_from(letter.at.as_second()).map_err(|_| faulty)?;
    let (_, domain) = server.from.as_str().split_once('@').ok_or(faulty)?;
    let auto = HeaderName::new_from_ascii("Auto-Submitted".to_owned()).map_err(|_| faulty)?;
    let from = mailbox(&server.from).map_err(|_| faulty)?;
    let to = mailbox(&letter.to).map_err(|_| NotHandedOver::never(NotSent::Refused))?;
    let envelope = Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(|_| faulty)?;
    Message::builder()
        .envelope(envelope)
        .from(Mailbox::new(server.from_name.clone(), from))
        .to(Mailbox::new(None, to))
        .subject(letter.subject.as_str())
        .date(UNIX_EPOCH + Duration::from_secs(written))
        .message_id(Some(format!("<{}@{domain}>", letter.reference)))
        // RFC 3834: no machine should answer it, and holiday notices do not.
        .raw_header(HeaderValue::new(auto, "auto-generated".to_owned()))
        .header(MIME_VERSION_1_0)
        .multipart(alternatives(letter))
        .map_err(|_| faulty)
}

/// The text, and the page of the same words after it: what is better stands last (RFC 2046,
/// 5.1.4).
fn alternatives(letter: &Letter) -> MultiPart {
    let page = html::page(&letter.subject, &letter.text, letter.shown.as_deref());
    // No line of either can begin so: `=_` is no quoted-printable. A retry has the same.
    let boundary = format!("=_{}", letter.reference);
    let plain = SinglePart::builder().header(ContentType::TEXT_PLAIN);
    let marked_up = SinglePart::builder().header(ContentType::TEXT_HTML);
    MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary)
        .singlepart(plain.body(with_crlf(&letter.text)))
        .singlepart(marked_up.body(with_crlf(&page)))
}

fn mailbox(address: &EmailAddress) -> Result<Address, address::AddressError> {
    address.as_str().parse()
}

/// Every end of a line as CRLF: a bare LF or CR is what one server takes for an end and the next
/// does not (attack 62).
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}
