//! A connection: octets out and lines in, each against a deadline, in the clear or through TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::reply::MAX_LINE;
use super::tls;
use crate::clock::Clock;
use crate::smtp::fault::Cause;

/// Shortest timeout that the system is given: 0 would mean for ever.
const SHORTEST: Duration = Duration::from_millis(1);

enum Link {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    Closed,
}

/// A connection to a relay.
pub struct Stream<'c> {
    link: Link,
    clock: &'c dyn Clock,
    /// What was read and not yet taken: from `start` on.
    buffer: Vec<u8>,
    start: usize,
}

impl<'c> Stream<'c> {
    /// Connects to a host, to the first of its addresses that answers.
    ///
    /// # Errors
    /// No such name, or nobody there.
    pub fn connect(host: &str, port: u16, timeout: Duration, clock: &'c dyn Clock) -> Result<Self, Cause> {
        let addresses: Vec<SocketAddr> = (host, port)
            .to_socket_addrs()
            .map_err(|error| Cause::Unreachable(format!("{host} is not found: {error}")))?
            .collect();
        let mut last = Cause::Unreachable(format!("{host} has no address"));
        for address in addresses {
            match TcpStream::connect_timeout(&address, timeout) {
                Ok(socket) => {
                    // What is written here is written whole: waiting for more only costs time.
                    socket.set_nodelay(true).map_err(|error| Cause::Lost(error.to_string()))?;
                    return Ok(Stream { link: Link::Plain(socket), clock, buffer: Vec::new(), start: 0 });
                }
                Err(error) => {
                    last = Cause::Unreachable(format!("cannot connect to {host} port {port}: {}", plain(&error)));
                }
            }
        }
        Err(last)
    }

    /// This machine's address on the connection.
    pub fn local_address(&self) -> Option<SocketAddr> {
        self.socket().and_then(|socket| socket.local_addr().ok())
    }

    /// Goes on through TLS, with a relay that proves to be `host`.
    ///
    /// # Errors
    /// The handshake fails, or the relay said more before it than it may.
    pub fn start_tls(&mut self, config: &Arc<ClientConfig>, host: &str, timeout: Duration) -> Result<(), Cause> {
        if self.start < self.buffer.len() {
            // Somebody in between may have put it there (CVE-2011-0411).
            return Err(Cause::Untrusted("the relay sent something in the clear behind its answer to STARTTLS".into()));
        }
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| Cause::Untrusted(format!("no certificate can be for `{host}`")))?;
        let connection = ClientConnection::new(Arc::clone(config), name)
            .map_err(|error| Cause::Untrusted(tls::in_words(&error, host)))?;
        let Link::Plain(socket) = std::mem::replace(&mut self.link, Link::Closed) else {
            return Err(Cause::Lost("the connection is closed".into()));
        };
        let mut stream = StreamOwned::new(connection, socket);
        stream.conn.set_buffer_limit(None);
        let deadline = self.clock.elapsed() + timeout;
        while stream.conn.is_handshaking() {
            self.arm(&stream.sock, deadline, timeout)?;
            stream.conn.complete_io(&mut stream.sock).map_err(|error| handshake_failure(&error, host, timeout))?;
        }
        self.link = Link::Tls(Box::new(stream));
        Ok(())
    }

    /// Writes all of `bytes` within `timeout`.
    ///
    /// # Errors
    /// The connection broke, or the relay took too long to take it.
    pub fn write(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), Cause> {
        let deadline = self.clock.elapsed() + timeout;
        let mut rest = bytes;
        while !rest.is_empty() {
            if let Some(socket) = self.socket() {
                self.arm(socket, deadline, timeout)?;
            }
            let written = match &mut self.link {
                Link::Plain(socket) => socket.write(rest),
                Link::Tls(stream) => stream.write(rest).and_then(|count| stream.flush().map(|()| count)),
                Link::Closed => Err(io::ErrorKind::NotConnected.into()),
            };
            match written {
                Ok(0) => return Err(lost()),
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(&error, timeout)),
            }
        }
        Ok(())
    }

    /// Reads one line within `deadline` (of the clock's elapsed time), without its end; `timeout` is what is told when it passes.
    ///
    /// # Errors
    /// The connection broke, the time is over, or the line has no end.
    pub fn read_line(&mut self, deadline: Duration, timeout: Duration) -> Result<Vec<u8>, Cause> {
        loop {
            let fresh = &self.buffer[self.start..];
            if let Some(length) = fresh.iter().position(|&byte| byte == b'\n') {
                let line = fresh[..length].strip_suffix(b"\r").unwrap_or(&fresh[..length]).to_vec();
                self.start += length + 1;
                if self.start == self.buffer.len() {
                    self.buffer.clear();
                    self.start = 0;
                }
                return Ok(line);
            }
            if fresh.len() > MAX_LINE {
                return Err(Cause::Garbage("a line without an end".into()));
            }
            self.fill(deadline, timeout)?;
        }
    }

    fn fill(&mut self, deadline: Duration, timeout: Duration) -> Result<(), Cause> {
        let mut chunk = [0; 2048];
        loop {
            if let Some(socket) = self.socket() {
                self.arm(socket, deadline, timeout)?;
            }
            let read = match &mut self.link {
                Link::Plain(socket) => socket.read(&mut chunk),
                Link::Tls(stream) => stream.read(&mut chunk),
                Link::Closed => Err(io::ErrorKind::NotConnected.into()),
            };
            match read {
                Ok(0) => return Err(lost()),
                Ok(count) => {
                    self.buffer.extend_from_slice(&chunk[..count]);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(&error, timeout)),
            }
        }
    }

    /// Ends the connection without a word.
    pub fn close(&mut self) {
        if let Some(socket) = self.socket() {
            // It may be gone already.
            let _ = socket.shutdown(Shutdown::Both);
        }
        self.link = Link::Closed;
    }

    fn socket(&self) -> Option<&TcpStream> {
        match &self.link {
            Link::Plain(socket) => Some(socket),
            Link::Tls(stream) => Some(&stream.sock),
            Link::Closed => None,
        }
    }

    /// Gives the system the time that is left.
    fn arm(&self, socket: &TcpStream, deadline: Duration, timeout: Duration) -> Result<(), Cause> {
        let left = deadline.saturating_sub(self.clock.elapsed());
        if left.is_zero() {
            return Err(Cause::Timeout(timeout.as_secs()));
        }
        let left = Some(left.max(SHORTEST));
        let armed = socket.set_read_timeout(left).and_then(|()| socket.set_write_timeout(left));
        armed.map_err(|error| Cause::Lost(error.to_string()))
    }
}

fn lost() -> Cause {
    Cause::Lost("the relay closed the connection".into())
}

fn broken(error: &io::Error, timeout: Duration) -> Cause {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Cause::Timeout(timeout.as_secs()),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => lost(),
        _ => Cause::Lost(format!("the connection broke: {error}")),
    }
}

fn handshake_failure(error: &io::Error, host: &str, timeout: Duration) -> Cause {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => Cause::Untrusted(tls::in_words(error, host)),
        None => broken(error, timeout),
    }
}

/// What the system says of a connection that was not made, in words.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "no answer".to_owned(),
        _ => error.to_string(),
    }
}
