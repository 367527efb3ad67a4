//! Connections, each of which has to say what it wants: one that sends half a request, or nothing, is let go.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// How long the head of a request may take to come in.
const PATIENCE: Duration = Duration::from_secs(10);

/// What ends the head of a request (RFC 9112 §2.1).
const END: &[u8] = b"\r\n\r\n";

/// Listens.
pub struct Patient(pub TcpListener);

impl Listener for Patient {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Connection { stream, waits: Some(Box::pin(sleep(PATIENCE))), last: Vec::new() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection.
pub struct Connection {
    stream: TcpStream,
    /// The head of a request is not whole yet.
    waits: Option<Pin<Box<Sleep>>>,
    /// The last octets that came in, up to the length of [`END`] less one.
    last: Vec<u8>,
}

impl Connection {
    /// Takes note of what came in.
    fn came(&mut self, bytes: &[u8]) {
        self.last.extend_from_slice(bytes);
        match self.last.windows(END.len()).any(|window| window == END) {
            true => {
                self.waits = None;
                self.last.clear();
            }
            false => {
                self.waits.get_or_insert_with(|| Box::pin(sleep(PATIENCE)));
                let keep = self.last.len().saturating_sub(END.len() - 1);
                self.last.drain(..keep);
            }
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, into) {
            Poll::Ready(Ok(())) => {
                if into.filled().len() > before {
                    self.came(&into.filled()[before..]);
                }
                Poll::Ready(Ok(()))
            }
            Poll::Pending => match self.waits.as_mut().map(|waits| waits.as_mut().poll(context)) {
                Some(Poll::Ready(())) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                _ => Poll::Pending,
            },
            ready => ready,
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
