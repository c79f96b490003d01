//! An SMS gateway: an HTTP server that keeps what it was sent and answers as it is told.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use url::form_urlencoded;
use vestibule::domain::{GatewayContent, GatewayMethod, HttpGateway};

use super::{Identity, Script, Tray, Wire, six_digits};

/// What the gateway does with one request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status line's rest, headers (each ended by CRLF), and a body.
    With(&'static str, String, String),
    /// A body without an end.
    Endless,
    /// The head of an answer, a part of its body, and the end of the connection.
    Torn,
    /// A 500 that says what was sent.
    Echo,
    /// No answer.
    Silence,
    /// The end of the connection before a word is read.
    HangUp,
}

impl Reply {
    /// An answer without headers of its own.
    pub fn plain(status: &'static str, body: &str) -> Self {
        Self::With(status, String::new(), body.to_owned())
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Posted {
    /// GET or POST.
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// The lines of the head after the first.
    pub head: Vec<String>,
    /// The body.
    pub body: String,
}

impl Posted {
    /// A header's value; there must be at most one of it.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.head.iter().filter_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        let value = values.next();
        assert_eq!(values.next(), None, "two {name}");
        value
    }

    /// A field of the form in the body, or of the query.
    pub fn field(&self, name: &str) -> String {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let form = format!("{query}&{}", self.body);
        let mut values = form_urlencoded::parse(form.as_bytes()).filter(|(key, _)| key == name);
        let (_, value) = values.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(values.next().is_none(), "two {name}");
        value.into_owned()
    }

    /// The number, in the settings of [`Gateway::settings`].
    pub fn to(&self) -> String {
        self.field("to")
    }

    /// The message, in the settings of [`Gateway::settings`].
    pub fn text(&self) -> String {
        self.field("text")
    }

    /// The code that it brings: the only run of six digits in its text.
    pub fn code(&self) -> String {
        six_digits(&self.text())
    }
}

/// An SMS gateway on this computer.
pub struct Gateway {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script<Reply>,
    posted: Tray<Posted>,
    tls: Option<TlsAcceptor>,
}

impl Gateway {
    /// Without TLS.
    pub async fn start() -> Self {
        Self::listen(None).await
    }

    /// With TLS, by a certificate of its own.
    pub async fn start_secured(identity: &Identity) -> Self {
        Self::listen(Some(identity.acceptor())).await
    }

    async fn listen(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            script: Script::new(),
            posted: Tray::new(),
            tls,
        });
        let server = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(Arc::clone(&server), stream));
            }
        });
        Self { port, shared }
    }

    /// `http://` or `https://`, this computer and the port.
    pub fn origin(&self) -> String {
        let scheme = if self.shared.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Its settings: a form with `to`, `text`, `ref` and `from`; `queued` is its word of success.
    pub fn settings(&self) -> HttpGateway {
        HttpGateway {
            method: GatewayMethod::Post,
            url: format!("{}/send", self.origin()),
            content: GatewayContent::Form,
            headers: vec![("X-Key".to_owned(), "{secret}".to_owned())],
            body: "to={to}&text={text}&ref={ref}&from={sender}".to_owned(),
            success: Some("queued".to_owned()),
            user: None,
            sender: Some("HillsClinic".to_owned()),
        }
    }

    /// Queues how one request to come is answered.
    pub fn answer(&self, reply: Reply) {
        self.shared.script.queue(reply);
    }

    /// Waits for the next message.
    pub async fn next(&self) -> Posted {
        self.shared.posted.next("text message").await
    }

    /// A message that came already, if there is one.
    pub fn now(&self) -> Option<Posted> {
        self.shared.posted.now()
    }
}

async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    // An error is the client's end of the connection.
    let _ = hold(&shared, stream).await;
}

async fn hold(shared: &Shared, stream: TcpStream) -> std::io::Result<()> {
    let wire: Box<dyn Wire> = match &shared.tls {
        Some(tls) => Box::new(tls.accept(stream).await?),
        None => Box::new(stream),
    };
    let mut wire = BufReader::new(wire);
    let reply = shared.script.next();
    if matches!(reply, Some(Reply::HangUp)) {
        return Ok(());
    }
    let posted = match read(&mut wire).await {
        Ok(posted) => posted,
        Err(error) => {
            // As servers do, also where somebody speaks TLS to a plain one.
            let refused = answer("400 Bad Request", "", "");
            wire.write_all(refused.as_bytes()).await?;
            wire.flush().await?;
            return Err(error);
        }
    };
    shared.posted.put(posted.clone());
    let answer = match reply {
        None => answer("200 OK", "", "{\"status\":\"queued\"}"),
        Some(Reply::With(status, headers, body)) => answer(status, &headers, &body),
        Some(Reply::Echo) => answer("500 Oops", "", &format!("{posted:?}")),
        Some(Reply::Torn) => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nque".to_owned(),
        Some(Reply::Endless) => {
            wire.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .await?;
            // Until the client has had enough of it, which is an error here.
            loop {
                wire.write_all(b"1000\r\n").await?;
                wire.write_all(&[b'a'; 0x1000]).await?;
                wire.write_all(b"\r\n").await?;
            }
        }
        Some(Reply::Silence | Reply::HangUp) => {
            let mut rest = Vec::new();
            wire.read_to_end(&mut rest).await?;
            return Ok(());
        }
    };
    wire.write_all(answer.as_bytes()).await?;
    wire.flush().await?;
    wire.shutdown().await
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

async fn read(wire: &mut BufReader<Box<dyn Wire>>) -> std::io::Result<Posted> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            break;
        }
        head.push(line.trim_end().to_owned());
    }
    let first = head.remove(0);
    let mut words = first.split(' ').map(str::to_owned);
    let mut posted = Posted {
        method: words.next().unwrap(),
        target: words.next().unwrap(),
        head,
        body: String::new(),
    };
    let length = posted.header("Content-Length").map(str::parse);
    let mut body = vec![0; length.map_or(0, Result::unwrap)];
    wire.read_exact(&mut body).await?;
    posted.body = String::from_utf8(body).unwrap();
    Ok(posted)
}
