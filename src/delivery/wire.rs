//! The way to a mail server, as far as it is in the clear.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{NotHandedOver, Patience};
use crate::domain::NotSent;

/// How much is read in one conversation, in bytes: ours, ample for the answers of a server and
/// its certificates, and no room for a line without an end (attack 66).
const MOST_READ: usize = 256 * 1024;

/// A connection that is read to the end of one line at a time.
///
/// The mail library keeps what it has read beyond an answer, also when TLS begins. Whoever stands
/// on the way could say all later answers in the clear, right behind the one to STARTTLS, and a
/// letter that was refused would count as sent (attack 83). Read by lines, what was said too early
/// is still here when TLS begins, and is no TLS.
#[derive(Debug)]
pub(super) struct Wire {
    stream: BufReader<TcpStream>,
    left: usize,
}

impl Wire {
    /// Connects to the first address of the host that takes it.
    pub(super) async fn connect(
        patience: Patience,
        there: (&str, u16),
    ) -> Result<Self, NotHandedOver> {
        let unreachable = NotHandedOver::soon(NotSent::Unreachable);
        for place in lookup_host(there).await.map_err(|_| unreachable)? {
            if let Ok(Ok(stream)) = timeout(patience.connect, TcpStream::connect(place)).await {
                return Ok(Self {
                    stream: BufReader::new(stream),
                    left: MOST_READ,
                });
            }
        }
        Err(unreachable)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().peer_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = &mut *self;
        let held = ready!(Pin::new(&mut wire.stream).poll_fill_buf(context))?;
        let line = held.iter().position(|&byte| byte == b'\n');
        let most = line.map_or(held.len(), |end| end + 1);
        let given = most.min(into.remaining());
        let Some(left) = wire.left.checked_sub(given) else {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        };
        into.put_slice(&held[..given]);
        wire.left = left;
        Pin::new(&mut wire.stream).consume(given);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.stream.get_mut()).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_shutdown(context)
    }
}
