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
            return Err(Cause::Untrusted("the relay sent something in the clear after its answer to STARTTLS".into()));
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
        // Step by step, so that a handshake which drips in is over when its time is.
        // Its last words are the client's own.
        while stream.conn.is_handshaking() || stream.conn.wants_write() {
            self.arm(&stream.sock, deadline, timeout)?;
            step(&mut stream).map_err(|error| handshake_failure(&error, host, timeout))?;
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
        if let Link::Tls(stream) = &mut self.link {
            stream.conn.writer().write_all(rest).map_err(|error| broken(&error, timeout))?;
            rest = &[];
        }
        while !rest.is_empty() || self.is_encrypting() {
            if let Some(socket) = self.socket() {
                self.arm(socket, deadline, timeout)?;
            }
            let written = match &mut self.link {
                Link::Plain(socket) => socket.write(rest),
                Link::Tls(stream) => stream.conn.write_tls(&mut stream.sock),
                Link::Closed => Err(io::ErrorKind::NotConnected.into()),
            };
            match written {
                Ok(0) => return Err(lost()),
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(&error, timeout)),
            }
        }
        Ok(())
    }

    /// Something was encrypted and has not left yet.
    fn is_encrypting(&self) -> bool {
        matches!(&self.link, Link::Tls(stream) if stream.conn.wants_write())
    }

    /// True where the relay has said something that was not asked for, as far as it has come in; nothing is waited for.
    ///
    /// # Errors
    /// The connection broke.
    pub fn has_unread(&mut self) -> Result<bool, Cause> {
        if self.start < self.buffer.len() {
            return Ok(true);
        }
        let wait = |socket: &TcpStream, is_waiting: bool| {
            socket.set_nonblocking(!is_waiting).map_err(|error| Cause::Lost(error.to_string()))
        };
        if let Some(socket) = self.socket() {
            wait(socket, false)?;
        }
        let mut chunk = [0; 512];
        let read = match &mut self.link {
            Link::Plain(socket) => socket.read(&mut chunk),
            Link::Tls(stream) => read_encrypted(stream, &mut chunk),
            Link::Closed => Err(io::ErrorKind::NotConnected.into()),
        };
        if let Some(socket) = self.socket() {
            wait(socket, true)?;
        }
        match read {
            Ok(0) => Err(lost()),
            Ok(count) => {
                self.buffer.extend_from_slice(&chunk[..count]);
                Ok(true)
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => Ok(false),
            Err(error) => Err(broken(&error, Duration::ZERO)),
        }
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
                Link::Tls(stream) => read_encrypted(stream, &mut chunk),
                Link::Closed => Err(io::ErrorKind::NotConnected.into()),
            };
            match read {
                Ok(0) => return Err(lost()),
                Ok(count) => {
                    self.buffer.extend_from_slice(&chunk[..count]);
                    return Ok(());
                }
                // A record that is not whole yet: on, against the same deadline.
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

/// One step of a handshake: something is written, or something is read.
fn step(stream: &mut StreamOwned<ClientConnection, TcpStream>) -> io::Result<()> {
    if stream.conn.wants_write() {
        stream.conn.write_tls(&mut stream.sock)?;
        return Ok(());
    }
    if stream.conn.read_tls(&mut stream.sock)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let processed = stream.conn.process_new_packets();
    if processed.is_err() {
        // The other side is told why, if it still listens.
        let _ = stream.conn.write_tls(&mut stream.sock);
    }
    processed.map(|_| ()).map_err(io::Error::other)
}

/// Reads what is there in the clear, or takes in one piece of what is encrypted: `Interrupted` where that was not enough.
fn read_encrypted(stream: &mut StreamOwned<ClientConnection, TcpStream>, chunk: &mut [u8]) -> io::Result<usize> {
    match stream.conn.reader().read(chunk) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        read => return read,
    }
    if stream.conn.read_tls(&mut stream.sock)? == 0 {
        return Ok(0);
    }
    stream.conn.process_new_packets().map_err(io::Error::other)?;
    match stream.conn.reader().read(chunk) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(io::ErrorKind::Interrupted.into()),
        read => read,
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
