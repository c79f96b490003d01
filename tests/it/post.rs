//! A stage for messages: a real mail server and a real SMS gateway on this computer, which answer
//! as they are told and keep what they were sent.
//!
//! ```text
//! let mailbox = Mailbox::start().await;      // mailbox.server() are its settings
//! let code = mailbox.next().await.code();    // waits for the letter
//! let gateway = Gateway::start().await;      // gateway.settings() are its settings
//! let code = gateway.next().await.code();    // waits for the text message
//! ```
//!
//! Answers are queued (`mailbox.answer(Answer::Greylist)`) and used by one conversation each; with
//! none queued every message is taken.

mod gateway;
mod identity;
mod mailbox;
mod received;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;

pub use gateway::{Gateway, Posted, Reply};
pub use identity::Identity;
pub use mailbox::{Answer, Mailbox};
pub use received::Received;
use received::six_digits;

/// Long enough for the slowest machine; who waits longer waits for what never comes.
const GENEROUS: Duration = Duration::from_secs(60);

/// What a server reads from and writes to: TCP, or TLS over it.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// What comes out of a server, one at a time and in order.
struct Tray<T> {
    put: mpsc::UnboundedSender<T>,
    take: tokio::sync::Mutex<mpsc::UnboundedReceiver<T>>,
}

impl<T> Tray<T> {
    fn new() -> Self {
        let (put, take) = mpsc::unbounded_channel();
        let take = tokio::sync::Mutex::new(take);
        Self { put, take }
    }

    fn put(&self, it: T) {
        self.put.send(it).ok().unwrap();
    }

    /// Waits for the next.
    async fn next(&self, what: &str) -> T {
        let mut take = self.take.lock().await;
        match tokio::time::timeout(GENEROUS, take.recv()).await {
            Ok(Some(it)) => it,
            _ => panic!("no {what} came"),
        }
    }

    /// What is there already, and no waiting.
    fn now(&self) -> Option<T> {
        self.take.try_lock().ok()?.try_recv().ok()
    }
}

/// Answers that are queued.
struct Script<T>(Mutex<VecDeque<T>>);

impl<T> Script<T> {
    fn new() -> Self {
        Self(Mutex::default())
    }

    fn queue(&self, answer: T) {
        self.0.lock().unwrap().push_back(answer);
    }

    fn next(&self) -> Option<T> {
        self.0.lock().unwrap().pop_front()
    }

    fn is_waiting(&self) -> bool {
        !self.0.lock().unwrap().is_empty()
    }
}
