//! What mail servers, gateways and providers answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Runtime;
use vestibule::delivery::{Letter, Patience, Post, Sms, is_signed_by_twilio, twilio_report};
use vestibule::domain::{Kannel, MailSecurity, MailServer, Mobile, SmsGateway, Timestamp, Twilio};

use crate::text;

/// A server that says the same to everyone and hangs up.
struct Answering {
    at: SocketAddr,
    says: Arc<Mutex<Vec<u8>>>,
}

impl Answering {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let says = Arc::new(Mutex::new(Vec::new()));
        let what = says.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let Ok(mut connection) = connection else {
                    continue;
                };
                let says = what.lock().unwrap().clone();
                let _ = connection.set_read_timeout(Some(Duration::from_millis(1)));
                let _ = connection.write_all(&says);
                let _ = connection.shutdown(std::net::Shutdown::Write);
                // Hung up on what was not read, the answer would be lost as well.
                let _ = connection.read_to_end(&mut Vec::new());
            }
        });
        Self { at, says }
    }

    fn say(&self, input: &[u8]) {
        *self.says.lock().unwrap() = input.to_vec();
    }
}

const PATIENCE: Patience = Patience {
    connect: Duration::from_millis(500),
    whole: Duration::from_secs(1),
    // On a connection that is kept, what a server said too early is the answer to the next letter.
    kept: Duration::ZERO,
};

#[test]
fn a_mail_server() {
    let (runtime, server) = (Runtime::new().unwrap(), Answering::start());
    let post = AssertUnwindSafe(Post::new(PATIENCE).unwrap());
    let settings = MailServer {
        host: "127.0.0.1".into(),
        port: server.at.port(),
        security: MailSecurity::None,
        user: None,
        from: "clinic@hills.example".parse().unwrap(),
        from_name: None,
    };
    let letter = Letter {
        to: "sam@hills.example".parse().unwrap(),
        subject: "A code".into(),
        text: "123 456".into(),
        shown: None,
        reference: "m-1".into(),
        at: Timestamp::UNIX_EPOCH,
    };
    bolero::check!().for_each(|input: &[u8]| {
        server.say(input);
        // Nothing was sent to whoever hung up before it was read.
        let sent = runtime.block_on(post.letter(&settings, None, &letter));
        assert!(sent.is_err() || input.len() > 20);
    });
}

#[test]
fn a_gateway() {
    let (runtime, server) = (Runtime::new().unwrap(), Answering::start());
    let at = format!("http://{}/", server.at);
    let post = Post::new(PATIENCE).unwrap();
    let post = AssertUnwindSafe(post.with_twilio_at(at.parse().unwrap()));
    let secret = "pass&word".into();
    let gateways: [SmsGateway; 2] = [
        SmsGateway::Kannel(Kannel {
            url: at,
            user: "clinic".into(),
            sender: None,
        }),
        SmsGateway::Twilio(Twilio {
            account: format!("AC{}", "0".repeat(32)),
            sender: "+61491570157".into(),
        }),
    ];
    let sms = Sms {
        to: Mobile::parse("+61491570156", &["AU".parse().unwrap()]).unwrap(),
        text: "123 456".into(),
        reference: "s-1".into(),
        report_to: None,
    };
    bolero::check!().for_each(|input: &[u8]| {
        // The head is ours, so that what comes after it is looked at; or all of it is theirs.
        let answer = match input.split_first() {
            Some((0..128, body)) => {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                [head.as_bytes(), body].concat()
            }
            _ => input.to_vec(),
        };
        server.say(&answer);
        for gateway in &gateways {
            if let Ok(taken) = runtime.block_on(post.sms(gateway, Some(&secret), &sms)) {
                let id = taken.id.unwrap_or_default();
                assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            }
        }
    });
}

#[test]
fn a_report() {
    let secret = "a token of theirs".into();
    let url = "https://sign-in.hills.example/reports";
    bolero::check!().for_each(|input: &[u8]| {
        let params: Vec<(String, String)> =
            url::form_urlencoded::parse(input).into_owned().collect();
        let _ = twilio_report(&params);
        assert!(!is_signed_by_twilio(&secret, url, &params, text(input)));
    });
}
