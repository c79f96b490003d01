//! A conversation with a mail server, step by step, so that it is known at which step it refused.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::message::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Code, Response};
use tokio::time::timeout;

use crate::delivery::wire::Wire;
use crate::delivery::{NotHandedOver, Patience, tls};
use crate::domain::{MailSecurity, MailServer, NotSent};

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

/// A conversation in which we are signed in, if the server asks who we are.
pub(super) struct Talk {
    connection: AsyncSmtpConnection,
    /// Letters that were taken in it.
    letters: u32,
}

impl Talk {
    /// Connects and signs in.
    pub(super) async fn begin(
        patience: Patience,
        server: &MailServer,
        credentials: Option<&Credentials>,
    ) -> Result<Self, NotHandedOver> {
        let mut connection = connect(patience, server).await?;
        if let Some(credentials) = credentials {
            let answer = connection.auth(MECHANISMS, credentials).await;
            expect(235, Step::SignIn, answer)?;
        }
        let letters = 0;
        Ok(Self {
            connection,
            letters,
        })
    }

    /// Letters that were taken in it.
    pub(super) const fn letters(&self) -> u32 {
        self.letters
    }

    /// Says from whom a letter is and for whom; the server is ready for it then, and has nothing
    /// of it yet. Whoever says nothing within this time is given up.
    pub(super) async fn offer(
        &mut self,
        letter: &Message,
        within: Duration,
    ) -> Result<(), NotHandedOver> {
        let from = Mail::new(letter.envelope().from().cloned(), Vec::new());
        let answer = timeout(within, self.connection.command(from)).await;
        let answer = answer.map_err(|_| NotHandedOver::soon(NotSent::NoAnswer))?;
        expect(250, Step::From, answer)?;
        for to in letter.envelope().to() {
            let to = Rcpt::new(to.clone(), Vec::new());
            let answer = self.connection.command(to).await;
            // 251: RFC 5321, 3.4: not here, and sent on.
            if !matches!(&answer, Ok(answer) if answer.has_code(251)) {
                expect(250, Step::To, answer)?;
            }
        }
        let ready = self.connection.command(Data).await;
        expect(354, Step::Content, ready)
    }

    /// Gives the letter that was offered. Where no answer comes, nobody knows whether it was taken.
    pub(super) async fn give(&mut self, letter: &Message) -> Result<(), NotHandedOver> {
        let answer = self.connection.message(&letter.formatted()).await;
        expect(250, Step::Content, answer)?;
        self.letters += 1;
        Ok(())
    }

    /// Says good-bye. Whether the server does too does not matter, only not for long.
    pub(super) async fn end(mut self, patience: Patience) {
        let _ = timeout(patience.connect, self.connection.quit()).await;
    }
}

/// Each answer must have the very code of its command: an answer too many would otherwise be taken
/// for that to the next command, and a refusal at the end never be read.
fn expect(code: u16, step: Step, answer: Result<Response, Error>) -> Result<(), NotHandedOver> {
    match answer {
        Ok(answer) if answer.has_code(code) => Ok(()),
        Ok(_) => Err(NotHandedOver::never(NotSent::Faulty)),
        Err(error) => Err(meant(&error, step)),
    }
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
