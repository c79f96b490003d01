//! A mail server that takes letters, or answers as it is told.

use std::sync::Arc;

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use vestibule::domain::{EmailAddress, MailSecurity, MailServer};

use super::{Identity, Received, Script, Tray, Wire};

/// What the server does in one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Takes the letter.
    Take,
    /// 451 at RCPT: another time (greylisting).
    Greylist,
    /// 421 instead of a greeting.
    TooMany,
    /// 554 instead of a greeting.
    NoService,
    /// 550 at RCPT: no such mailbox.
    NoSuchPerson,
    /// 553 at MAIL: not your address.
    NotYourAddress,
    /// 535 at AUTH.
    BadPassword,
    /// No AUTH is offered.
    NoSignIn,
    /// 530 at MAIL: sign in first.
    SignInFirst,
    /// 554 after the content: taken for spam.
    Spam,
    /// Takes the content, keeps it, and ends the connection without an answer.
    DropAtData,
    /// Accepts the connection and says nothing.
    Silence,
    /// Says nothing after QUIT; the letter is taken.
    NoGoodbye,
    /// Offers no STARTTLS, as if somebody on the way had taken it out.
    Stripped,
    /// Answers STARTTLS, and with it, still in the clear, all that is asked next within TLS.
    SaidTooEarly,
    /// A greeting without an end.
    Endless,
    /// Offers something in EHLO that has no name.
    NamesNothing,
    /// Ends the connection at once.
    HangUp,
    /// Takes one letter, then says 421 and ends the connection, as after a while without a letter.
    OneLetter,
    /// Takes one letter, then ends the connection without a word.
    OneLetterUnsaid,
    /// Takes one letter, then says nothing more, as where somebody on the way has forgotten it.
    OneLetterThenSilence,
    /// Takes one letter, keeps the content of the next, and ends the connection without an answer.
    DropSecond,
}

/// What takes a letter as if the server had: EHLO, AUTH, MAIL, RCPT, DATA, and the content.
const TOO_EARLY: &str = "\r\n250 AUTH PLAIN\r\n235 a\r\n250 b\r\n250 c\r\n354 d\r\n250 e";

/// A mail server on this computer.
pub struct Mailbox {
    port: u16,
    security: MailSecurity,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script<Answer>,
    letters: Tray<Received>,
    transcripts: Tray<String>,
    tls: Option<TlsAcceptor>,
    security: MailSecurity,
}

impl Mailbox {
    /// Without TLS.
    pub async fn start() -> Self {
        Self::listen(MailSecurity::None, None).await
    }

    /// With TLS, by a certificate of its own.
    pub async fn start_secured(security: MailSecurity, identity: &Identity) -> Self {
        Self::listen(security, Some(identity.acceptor())).await
    }

    async fn listen(security: MailSecurity, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Script::new(),
            letters: Tray::new(),
            transcripts: Tray::new(),
            tls,
            security,
        });
        let server = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = server.script.next().unwrap_or(Answer::Take);
                tokio::spawn(serve(Arc::clone(&server), answer, stream));
            }
        });
        Self {
            port,
            security,
            shared,
        }
    }

    /// Its settings: `clinic` signs in, and mail comes from `codes@hills.example`.
    pub fn server(&self) -> MailServer {
        MailServer {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: self.security,
            user: Some("clinic".to_owned()),
            from: EmailAddress::parse("codes@hills.example").unwrap(),
            from_name: Some("Hills Clinic".to_owned()),
        }
    }

    /// Queues what one conversation to come is answered.
    pub fn answer(&self, answer: Answer) {
        self.shared.script.queue(answer);
    }

    /// Waits for the next letter.
    pub async fn next(&self) -> Received {
        self.shared.letters.next("letter").await
    }

    /// A letter that came already, if there is one.
    pub fn now(&self) -> Option<Received> {
        self.shared.letters.now()
    }

    /// Waits for the end of the next conversation: all that its client said.
    pub async fn transcript(&self) -> String {
        self.shared.transcripts.next("conversation").await
    }
}

async fn serve(shared: Arc<Shared>, answer: Answer, stream: TcpStream) {
    let mut talk = Talk {
        answer,
        said: String::new(),
        letter: Received {
            from: String::new(),
            to: String::new(),
            signed_in: None,
            encrypted: false,
            source: String::new(),
        },
        taken: 0,
    };
    // An error is the client's end of the conversation; what it said until then is kept.
    let _ = talk.hold(&shared, stream).await;
    shared.transcripts.put(talk.said);
}

struct Talk {
    answer: Answer,
    said: String,
    letter: Received,
    /// Letters that were taken in this conversation.
    taken: usize,
}

impl Talk {
    async fn hold(&mut self, shared: &Shared, stream: TcpStream) -> std::io::Result<()> {
        let mut wire: BufReader<Box<dyn Wire>> = BufReader::new(Box::new(stream));
        match self.answer {
            Answer::HangUp => return Ok(()),
            Answer::Silence => {
                wire.read_to_string(&mut self.said).await?;
                return Ok(());
            }
            // Until the client has had enough of it, which is an error here.
            Answer::Endless => loop {
                wire.write_all(&[b'2'; 4096]).await?;
            },
            _ => {}
        }
        if let (MailSecurity::Tls, Some(tls)) = (shared.security, &shared.tls) {
            wire = secure(tls, wire).await?;
            self.letter.encrypted = true;
        }
        match self.answer {
            Answer::TooMany => return say(&mut wire, "421 mail.hills.example too many").await,
            Answer::NoService => return say(&mut wire, "554 mail.hills.example none").await,
            _ => say(&mut wire, "220 mail.hills.example").await?,
        }
        loop {
            let line = self.line(&mut wire).await?;
            if line.is_empty() {
                return Ok(());
            }
            let word = line.split([' ', '\r', ':']).next().unwrap_or_default();
            match word.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    let hello = self.hello(shared);
                    say(&mut wire, &hello).await?;
                }
                "STARTTLS" => {
                    let early = self.answer == Answer::SaidTooEarly;
                    let more = if early { TOO_EARLY } else { "" };
                    say(&mut wire, &format!("220 go on{more}")).await?;
                    wire = secure(shared.tls.as_ref().unwrap(), wire).await?;
                    self.letter.encrypted = true;
                }
                "QUIT" if self.answer == Answer::NoGoodbye => {
                    wire.read_to_string(&mut self.said).await?;
                    return Ok(());
                }
                "QUIT" => return say(&mut wire, "221 bye").await,
                "DATA" => {
                    say(&mut wire, "354 go on").await?;
                    self.letter.source = self.content(&mut wire).await?;
                    if self.answer == Answer::Spam {
                        say(&mut wire, "554 5.7.1 spam").await?;
                        continue;
                    }
                    shared.letters.put(self.letter.clone());
                    self.taken += 1;
                    match (self.answer, self.taken) {
                        (Answer::DropAtData, _) | (Answer::DropSecond, 2) => return Ok(()),
                        _ => say(&mut wire, "250 2.0.0 queued").await?,
                    }
                    match self.answer {
                        Answer::OneLetter => return say(&mut wire, "421 4.4.2 too long").await,
                        Answer::OneLetterUnsaid => return Ok(()),
                        Answer::OneLetterThenSilence => {
                            wire.read_to_string(&mut self.said).await?;
                            return Ok(());
                        }
                        _ => {}
                    }
                }
                // An answer that is queued is for a conversation of its own: a server may end
                // any in which a letter was taken.
                "MAIL" if self.taken > 0 && shared.script.is_waiting() => return Ok(()),
                word => {
                    let reply = self.reply(word, &line);
                    say(&mut wire, reply).await?;
                }
            }
        }
    }

    fn hello(&self, shared: &Shared) -> String {
        let mut hello = "250-mail.hills.example\r\n250-8BITMIME\r\n".to_owned();
        let offered = shared.security == MailSecurity::StartTls && !self.letter.encrypted;
        if offered && self.answer != Answer::Stripped {
            hello += "250-STARTTLS\r\n";
        }
        if self.answer != Answer::NoSignIn {
            hello += "250-AUTH LOGIN PLAIN\r\n";
        }
        if self.answer == Answer::NamesNothing {
            hello += "250- \r\n";
        }
        hello + "250 SIZE 1000000"
    }

    fn reply(&mut self, word: &str, line: &str) -> &'static str {
        let address = || {
            let (_, rest) = line.split_once('<').unwrap();
            rest.split_once('>').unwrap().0.to_owned()
        };
        match (word, self.answer) {
            ("AUTH", Answer::BadPassword) => "535 5.7.8 wrong for clinic",
            ("AUTH", _) => {
                let given = line.trim_end().strip_prefix("AUTH PLAIN ").unwrap();
                let given = String::from_utf8(BASE64.decode(given.as_bytes()).unwrap()).unwrap();
                let mut parts = given.split('\0').skip(1).map(str::to_owned);
                self.letter.signed_in = Some((parts.next().unwrap(), parts.next().unwrap()));
                "235 2.7.0 welcome"
            }
            ("MAIL", Answer::NotYourAddress) => "553 5.7.1 not your address",
            ("MAIL", Answer::SignInFirst) => "530 5.7.0 sign in first",
            ("MAIL", _) => {
                self.letter.from = address();
                "250 2.1.0 yes"
            }
            ("RCPT", Answer::Greylist) => "451 4.7.1 another time",
            ("RCPT", Answer::NoSuchPerson) => "550 5.1.1 no such mailbox",
            ("RCPT", _) => {
                self.letter.to = address();
                "250 2.1.5 yes"
            }
            _ => "500 5.5.1 what?",
        }
    }

    /// The next line, empty at the end of the connection. A bare LF is no end of a line.
    async fn line(&mut self, wire: &mut BufReader<Box<dyn Wire>>) -> std::io::Result<String> {
        let mut line = String::new();
        while !line.ends_with("\r\n") && wire.read_line(&mut line).await? > 0 {}
        self.said.push_str(&line);
        Ok(line)
    }

    /// The content, until a dot on a line of its own, and the dots that were stuffed taken out.
    async fn content(&mut self, wire: &mut BufReader<Box<dyn Wire>>) -> std::io::Result<String> {
        let mut content = String::new();
        loop {
            let line = self.line(wire).await?;
            match line.as_str() {
                "" => return Err(std::io::ErrorKind::UnexpectedEof.into()),
                ".\r\n" => return Ok(content),
                _ => content.push_str(line.strip_prefix('.').unwrap_or(&line)),
            }
        }
    }
}

async fn secure(
    tls: &TlsAcceptor,
    wire: BufReader<Box<dyn Wire>>,
) -> std::io::Result<BufReader<Box<dyn Wire>>> {
    // What is said before the handshake must not be taken for something said within it.
    assert!(wire.buffer().is_empty(), "said too early");
    let secured = tls.accept(wire.into_inner()).await?;
    Ok(BufReader::new(Box::new(secured)))
}

async fn say(wire: &mut BufReader<Box<dyn Wire>>, line: &str) -> std::io::Result<()> {
    wire.write_all(format!("{line}\r\n").as_bytes()).await?;
    wire.flush().await
}
