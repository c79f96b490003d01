//! An e-mail by SMTP (RFC 5321), step by step, so that it is known at which step a server refused.

use std::error::Error as _;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Code, Response};
use lettre::{Address, address};
use secrecy::{ExposeSecret, SecretString};

use super::wire::Wire;
use super::{HandedOver, Letter, NotHandedOver, Patience, html, is_reference, tls};
use crate::domain::{DeliveryFault, EmailAddress, MailSecurity, MailServer, NotSent};

/// How the password is said; both say it in the clear, and so only within TLS or on this computer.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];

/// Where in the conversation an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Greeting,
    StartTls,
    SignIn,
    From,
    To,
    Content,
}

pub(super) async fn send(
    patience: Patience,
    server: &MailServer,
    secret: Option<&SecretString>,
    letter: &Letter,
) -> Result<HandedOver, NotHandedOver> {
    server.check().map_err(|fault| match fault {
        DeliveryFault::NotEncrypted => NotHandedOver::never(NotSent::NotEncrypted),
        _ => NotHandedOver::never(NotSent::Faulty),
    })?;
    let credentials = credentials(server, secret)?;
    let message = message(server, letter)?;
    let sending = async {
        let mut connection = connect(patience, server).await?;
        converse(&mut connection, credentials.as_ref(), &message).await?;
        Ok(connection)
    };
    let mut connection = tokio::time::timeout(patience.whole, sending)
        .await
        .unwrap_or(Err(NotHandedOver::soon(NotSent::NoAnswer)))?;
    // The mail is taken; whether the server says good-bye does not matter, only not for long.
    let _ = tokio::time::timeout(patience.connect, connection.quit()).await;
    Ok(HandedOver::unnamed())
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

async fn connect(
    patience: Patience,
    server: &MailServer,
) -> Result<AsyncSmtpConnection, NotHandedOver> {
    let secured = || {
        let parameters = TlsParameters::new_rustls(server.host.clone());
        parameters.map_err(|_| NotHandedOver::never(NotSent::Certificate))
    };
    // An address in place of a name, as RFC 5321, 4.1.4 has it for a client without a name; the
    // same on every computer, so that none is told apart by it.
    let name = ClientId::default();
    let there = (server.host.as_str(), server.port);
    let connecting = match server.security {
        MailSecurity::Tls => {
            let (patience, tls) = (Some(patience.connect), Some(secured()?));
            AsyncSmtpConnection::connect_tokio1(there, patience, &name, tls, None).await
        }
        MailSecurity::StartTls | MailSecurity::None => {
            let wire = Wire::connect(patience, there).await?;
            AsyncSmtpConnection::connect_with_transport(Box::new(wire), &name).await
        }
    };
    let mut connection = connecting.map_err(|error| meant(&error, Step::Greeting))?;
    if server.security == MailSecurity::StartTls {
        if !connection.can_starttls() {
            return Err(NotHandedOver::never(NotSent::NotEncrypted));
        }
        connection
            .starttls(secured()?, &name)
            .await
            .map_err(|error| meant(&error, Step::StartTls))?;
    }
    // Whatever happened before: nothing is said in the clear to another computer.
    if server.security != MailSecurity::None && !connection.is_encrypted() {
        return Err(NotHandedOver::never(NotSent::NotEncrypted));
    }
    Ok(connection)
}

/// Each answer must have the very code of its command: an answer too many would otherwise be taken
/// for that to the next command, and a refusal at the end never be read.
async fn converse(
    connection: &mut AsyncSmtpConnection,
    credentials: Option<&Credentials>,
    message: &Message,
) -> Result<(), NotHandedOver> {
    let expect = |code: u16, step: Step, answer: Result<Response, Error>| match answer {
        Ok(answer) if answer.has_code(code) => Ok(()),
        Ok(_) => Err(NotHandedOver::never(NotSent::Faulty)),
        Err(error) => Err(meant(&error, step)),
    };
    if let Some(credentials) = credentials {
        let answer = connection.auth(MECHANISMS, credentials).await;
        expect(235, Step::SignIn, answer)?;
    }
    let envelope = message.envelope();
    let from = Mail::new(envelope.from().cloned(), Vec::new());
    expect(250, Step::From, connection.command(from).await)?;
    for to in envelope.to() {
        let answer = connection.command(Rcpt::new(to.clone(), Vec::new())).await;
        // 251: RFC 5321, 3.4: not here, and sent on.
        if !matches!(&answer, Ok(answer) if answer.has_code(251)) {
            expect(250, Step::To, answer)?;
        }
    }
    expect(354, Step::Content, connection.command(Data).await)?;
    let answer = connection.message(&message.formatted()).await;
    expect(250, Step::Content, answer)
}

/// What an error means at a step. The error itself holds the server's words, and so is dropped.
fn meant(error: &Error, step: Step) -> NotHandedOver {
    if let Some(fault) = tls::fault(error) {
        return fault;
    }
    if let Some(code) = error.status() {
        return refusal(code, step);
    }
    if error.is_client() {
        // The server offers no way to sign in that we have.
        return NotHandedOver::never(match step {
            Step::SignIn => NotSent::Credentials,
            _ => NotSent::Faulty,
        });
    }
    // No connection: its error is one of the system's. Later ones come of reading and writing.
    let system = error
        .source()
        .and_then(|source| source.downcast_ref::<io::Error>());
    // More than is read in one conversation, or bytes that are no text.
    if system.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData) {
        return NotHandedOver::never(NotSent::Faulty);
    }
    let cut = system.is_some_and(|error| {
        use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
        matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
    });
    if step == Step::Greeting && system.is_some() && !cut {
        NotHandedOver::soon(NotSent::Unreachable)
    } else {
        NotHandedOver::soon(NotSent::NoAnswer)
    }
}

fn refusal(code: Code, step: Step) -> NotHandedOver {
    let code = u16::from(code);
    // RFC 5321, 4.2.1: 4yz may succeed another time (421, 450 and 451 greylist), 5yz will not.
    if code < 500 {
        return NotHandedOver::soon(NotSent::Busy);
    }
    let why = match (code, step) {
        // RFC 4954, 6: sign in first, or otherwise.
        (530 | 534 | 535, _) | (_, Step::SignIn) => NotSent::Credentials,
        // RFC 4954, 6: only within TLS.
        (538, _) | (_, Step::StartTls) => NotSent::NotEncrypted,
        (_, Step::To | Step::Content) => NotSent::Refused,
        (_, Step::Greeting | Step::From) => NotSent::Faulty,
    };
    NotHandedOver::never(why)
}
