//! An SMTP server (RFC 5321) that does what a script says, wrong things above all, and keeps every message it took.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use data_encoding::BASE64;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A point of a session at which the script is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    Connect,
    Hello,
    StartTls,
    Auth,
    Mail,
    Recipient,
    Data,
    /// The whole message was read.
    Dot,
    Reset,
    Quit,
}

/// What the script is told.
pub struct Moment<'m> {
    pub phase: Phase,
    /// Whose message it is; empty before RCPT.
    pub recipient: &'m str,
    /// How often this recipient has come this far, from 1.
    pub time: usize,
    /// How many messages this connection has brought.
    pub taken: usize,
}

/// What the server does.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// What a good server does.
    Fine,
    /// Answers with this line; a message is not kept.
    Say(&'static str),
    /// Answers with this line and hangs up.
    SayAndHangUp(&'static str),
    /// Hangs up without a word.
    HangUp,
    /// Says nothing for so long, then hangs up.
    Sleep(Duration),
    /// Keeps the message and hangs up without a word.
    KeepAndHangUp,
    /// Keeps the message and says nothing for so long.
    KeepAndSleep(Duration),
    /// Keeps the message and answers with this line.
    KeepAndSay(&'static str),
    /// Does what a good server does, after so long.
    FineAfter(Duration),
}

impl Deed {
    fn keeps(self) -> bool {
        use Deed::{Fine, FineAfter, KeepAndHangUp, KeepAndSay, KeepAndSleep};
        matches!(self, Fine | FineAfter(_) | KeepAndHangUp | KeepAndSay(_) | KeepAndSleep(_))
    }
}

/// What kind of server it is.
#[derive(Clone, Default)]
pub struct Options {
    /// A file of `tests/keys/tls`: STARTTLS is offered with this certificate.
    pub certificate: Option<&'static str>,
    /// TLS from the first byte instead.
    pub implicit: bool,
    /// The mechanisms of AUTH, and name and password (or token) that are right.
    pub login: Option<(&'static str, &'static str, &'static str)>,
    /// The largest message.
    pub size: Option<usize>,
    /// Addresses beyond ASCII are fine.
    pub smtputf8: bool,
    /// The most connections at the same time; the next one gets 421.
    pub connections: Option<usize>,
    /// PIPELINING is offered (RFC 2920).
    pub pipelining: bool,
}

/// A message that was taken.
#[derive(Debug, Clone)]
pub struct Kept {
    pub message_id: String,
    pub to: String,
    pub bytes: Vec<u8>,
    pub encrypted: bool,
    pub login: Option<String>,
}

type Script = Box<dyn Fn(&Moment<'_>) -> Deed + Send + Sync>;

struct Shared {
    options: Options,
    tls: Option<Arc<ServerConfig>>,
    script: Script,
    kept: Mutex<Vec<Kept>>,
    said: Mutex<Vec<String>>,
    times: Mutex<HashMap<(Phase, String), usize>>,
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    closing: AtomicBool,
}

/// A server on a port of its own, until it is dropped.
pub struct Server {
    port: u16,
    shared: Arc<Shared>,
}

impl Server {
    /// A server that takes everything, except where `script` says otherwise.
    pub fn new(script: impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static) -> Self {
        Server::with(Options { smtputf8: true, ..Options::default() }, script)
    }

    /// The same with other options.
    pub fn with(options: Options, script: impl Fn(&Moment<'_>) -> Deed + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            tls: options.certificate.map(tls_config),
            options,
            script: Box::new(script),
            kept: Mutex::default(),
            said: Mutex::default(),
            times: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        });
        let all = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if all.closing.load(Ordering::SeqCst) {
                    return;
                }
                let (Ok(stream), shared) = (stream, Arc::clone(&all)) else { continue };
                thread::spawn(move || serve(stream, &shared));
            }
        });
        Server { port, shared }
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL to send to, with what stands in front of the host (`smtp://`, `smtps://name:password@`).
    pub fn url(&self, before: &str) -> String {
        format!("{before}127.0.0.1:{}", self.port)
    }

    /// What was taken, in order.
    pub fn kept(&self) -> Vec<Kept> {
        lock(&self.shared.kept).clone()
    }

    /// How many messages each address got.
    pub fn by_address(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        lock(&self.shared.kept).iter().for_each(|kept| *counts.entry(kept.to.clone()).or_default() += 1);
        counts
    }

    /// Every command it was sent, `<connection> <command>`.
    pub fn said(&self) -> Vec<String> {
        lock(&self.shared.said).clone()
    }

    /// How many connections were made, and the most at the same time.
    pub fn connections(&self) -> (usize, usize) {
        (self.shared.connections.load(Ordering::SeqCst), self.shared.most_open.load(Ordering::SeqCst))
    }

    /// Waits until the last session has ended: what was on the wire has come in.
    pub fn settle(&self) {
        while self.shared.open.load(Ordering::SeqCst) > 0 {
            thread::sleep(Duration::from_micros(200));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        // The listener wakes up and sees it.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no test panics in here")
}

/// The path of a file of `tests/keys/tls`.
pub fn key(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys/tls").join(name)
}

pub fn tls_config(name: &str) -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(key(name)).expect("a certificate");
    let private = PrivateKeyDer::from_pem_file(key(name)).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("usual versions").with_no_client_auth().with_single_cert(vec![certificate], private);
    Arc::new(config.expect("certificate and key belong together"))
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(stream) => stream.read(buffer),
            Stream::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Stream {
    fn write(&mut self, text: &str) -> io::Result<()> {
        match self {
            Stream::Plain(stream) => stream.write_all(text.as_bytes()),
            Stream::Tls(stream) => {
                stream.write_all(text.as_bytes())?;
                stream.flush()
            }
        }
    }

    fn encrypted(self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        let Stream::Plain(stream) = self else { return Err(io::Error::other("it is encrypted already")) };
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Ok(Stream::Tls(Box::new(StreamOwned::new(connection, stream))))
    }
}

fn serve(stream: TcpStream, shared: &Shared) {
    let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most_open.fetch_max(open, Ordering::SeqCst);
    let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
    // A client that stays forever does not keep the tests.
    let prepared = stream.set_read_timeout(Some(Duration::from_secs(60))).and_then(|()| stream.set_nodelay(true));
    if prepared.is_ok() {
        let full = shared.options.connections.is_some_and(|most| open > most);
        let stream = match (&shared.tls, shared.options.implicit) {
            (Some(config), true) => Stream::Plain(stream).encrypted(config),
            _ => Ok(Stream::Plain(stream)),
        };
        if let Ok(stream) = stream {
            let mut session = Session::new(stream, number, shared);
            // How it ends is the client's business.
            let _ = if full { session.write("421 4.7.0 too many connections") } else { session.run() };
        }
    }
    shared.open.fetch_sub(1, Ordering::SeqCst);
}

/// The session goes on, or is over.
type Step = io::Result<Option<()>>;

const ON: Step = Ok(Some(()));
const OVER: Step = Ok(None);

struct Session<'s> {
    reader: Option<BufReader<Stream>>,
    number: usize,
    shared: &'s Shared,
    encrypted: bool,
    login: Option<String>,
    recipient: String,
    taken: usize,
}

impl<'s> Session<'s> {
    fn new(stream: Stream, number: usize, shared: &'s Shared) -> Self {
        let encrypted = matches!(stream, Stream::Tls(_));
        let reader = Some(BufReader::new(stream));
        Session { reader, number, shared, encrypted, login: None, recipient: String::new(), taken: 0 }
    }

    fn reader(&mut self) -> &mut BufReader<Stream> {
        self.reader.as_mut().expect("it is there except in the middle of STARTTLS")
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        self.reader().get_mut().write(&format!("{line}\r\n"))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        if self.reader().read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// Asks the script, and does what it says or, where all is well, what `fine` says.
    fn at(&mut self, phase: Phase, fine: impl FnOnce(&mut Self) -> Step) -> Step {
        let deed = self.ask(phase);
        self.answer(deed, fine)
    }

    fn ask(&mut self, phase: Phase) -> Deed {
        let time = {
            let mut times = lock(&self.shared.times);
            let time = times.entry((phase, self.recipient.clone())).or_default();
            *time += 1;
            *time
        };
        (self.shared.script)(&Moment { phase, recipient: &self.recipient, time, taken: self.taken })
    }

    fn answer(&mut self, deed: Deed, fine: impl FnOnce(&mut Self) -> Step) -> Step {
        match deed {
            Deed::Fine => return fine(self),
            Deed::FineAfter(time) => {
                thread::sleep(time);
                return fine(self);
            }
            Deed::Say(line) | Deed::KeepAndSay(line) => return self.say(line),
            Deed::SayAndHangUp(line) => self.write(line)?,
            Deed::HangUp | Deed::KeepAndHangUp => {}
            Deed::Sleep(time) | Deed::KeepAndSleep(time) => thread::sleep(time),
        }
        OVER
    }

    fn run(&mut self) -> io::Result<()> {
        let greeted = self.at(Phase::Connect, |session| session.say("220 mx.test ESMTP"))?;
        if greeted.is_none() {
            return Ok(());
        }
        loop {
            let line = self.line()?;
            lock(&self.shared.said).push(format!("{} {line}", self.number));
            if self.command(&line)?.is_none() {
                return Ok(());
            }
        }
    }

    fn say(&mut self, line: &str) -> Step {
        self.write(line)?;
        ON
    }

    fn command(&mut self, line: &str) -> Step {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.at(Phase::Hello, Self::hello),
            "STARTTLS" => self.at(Phase::StartTls, Self::start_tls),
            "AUTH" => self.at(Phase::Auth, |session| session.auth(rest)),
            "MAIL" => self.mail(rest),
            "RCPT" => {
                self.recipient = between(rest, '<', '>').to_owned();
                let deed = self.ask(Phase::Recipient);
                if !matches!(deed, Deed::Fine | Deed::FineAfter(_)) {
                    // Whoever was refused is no recipient, whatever comes after in one piece.
                    self.recipient.clear();
                }
                self.answer(deed, |session| session.say("250 2.1.5 ok"))
            }
            "DATA" => match self.recipient.is_empty() {
                true => self.say("503 5.5.1 RCPT first"),
                false => self.at(Phase::Data, Self::data),
            },
            "RSET" => {
                self.recipient.clear();
                self.at(Phase::Reset, |session| session.say("250 2.0.0 ok"))
            }
            "NOOP" => self.say("250 2.0.0 ok"),
            "QUIT" => self.at(Phase::Quit, |session| {
                session.write("221 2.0.0 bye")?;
                OVER
            }),
            _ => self.say("502 5.5.2 what?"),
        }
    }

    fn hello(&mut self) -> Step {
        let options = &self.shared.options;
        let mut lines = vec!["mx.test".to_owned(), "8BITMIME".to_owned()];
        lines.extend(options.size.map(|size| format!("SIZE {size}")));
        lines.extend(options.smtputf8.then(|| "SMTPUTF8".to_owned()));
        lines.extend(options.pipelining.then(|| "PIPELINING".to_owned()));
        if self.shared.tls.is_some() && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        }
        lines.extend(options.login.map(|(mechanisms, _, _)| format!("AUTH {mechanisms}")));
        let last = lines.len() - 1;
        let mark = |index| if index == last { ' ' } else { '-' };
        let lines: Vec<String> =
            lines.iter().enumerate().map(|(index, line)| format!("250{}{line}", mark(index))).collect();
        self.say(&lines.join("\r\n"))
    }

    fn start_tls(&mut self) -> Step {
        let Some(config) = &self.shared.tls else { return self.say("502 5.5.1 no TLS here") };
        self.write("220 2.0.0 ready")?;
        let stream = self.reader.take().expect("it is there").into_inner().encrypted(config)?;
        self.reader = Some(BufReader::new(stream));
        self.encrypted = true;
        ON
    }

    fn auth(&mut self, rest: &str) -> Step {
        let Some((_, name, password)) = self.shared.options.login else { return self.say("502 5.5.1 no AUTH here") };
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let given = match mechanism.to_ascii_uppercase().as_str() {
            "LOGIN" => {
                let mut words = vec![];
                if !initial.is_empty() {
                    words.push(decode(initial));
                }
                for prompt in ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"].iter().skip(words.len()) {
                    self.write(prompt)?;
                    words.push(decode(&self.line()?));
                }
                words == [name, password]
            }
            mechanism => {
                let text = match initial {
                    "" => {
                        self.write("334 ")?;
                        decode(&self.line()?)
                    }
                    initial => decode(initial),
                };
                match mechanism {
                    "XOAUTH2" => text == format!("user={name}\x01auth=Bearer {password}\x01\x01"),
                    _ => text == format!("\0{name}\0{password}"),
                }
            }
        };
        if !given {
            return self.say("535 5.7.8 wrong name or password");
        }
        self.login = Some(name.to_owned());
        self.say("235 2.7.0 welcome")
    }

    fn mail(&mut self, rest: &str) -> Step {
        let options = &self.shared.options;
        self.recipient.clear();
        let parameters = rest.split_once('>').map_or("", |(_, parameters)| parameters).to_ascii_uppercase();
        let size = parameters.split(' ').find_map(|word| word.strip_prefix("SIZE=")?.parse::<usize>().ok());
        if options.login.is_some() && self.login.is_none() {
            return self.say("530 5.7.0 authentication required");
        }
        if parameters.contains("SMTPUTF8") && !options.smtputf8 {
            return self.say("555 5.6.7 no SMTPUTF8 here");
        }
        if options.size.is_some_and(|most| size.is_some_and(|size| size > most)) {
            return self.say("552 5.3.4 too large");
        }
        self.at(Phase::Mail, |session| session.say("250 2.1.0 ok"))
    }

    fn data(&mut self) -> Step {
        self.write("354 go ahead")?;
        let mut bytes = Vec::new();
        loop {
            let from = bytes.len();
            if self.reader().read_until(b'\n', &mut bytes)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if &bytes[from..] == b".\r\n" {
                bytes.truncate(from);
                break;
            }
            if bytes[from] == b'.' {
                bytes.remove(from);
            }
        }
        // What is kept is kept before anything is said.
        let deed = self.ask(Phase::Dot);
        let large = self.shared.options.size.is_some_and(|most| bytes.len() > most);
        if deed.keeps() && !large {
            let (message_id, to) = (header(&bytes, "message-id"), self.recipient.clone());
            let kept = Kept { message_id, to, bytes, encrypted: self.encrypted, login: self.login.clone() };
            lock(&self.shared.kept).push(kept);
            self.taken += 1;
        }
        self.recipient.clear();
        self.answer(deed, |session| session.say(if large { "552 5.3.4 too large" } else { "250 2.0.0 queued" }))
    }
}

fn between(text: &str, open: char, close: char) -> &str {
    let inside = text.split_once(open).map_or("", |(_, behind)| behind);
    inside.split_once(close).map_or("", |(inside, _)| inside)
}

fn decode(text: &str) -> String {
    String::from_utf8_lossy(&BASE64.decode(text.as_bytes()).unwrap_or_default()).into_owned()
}

/// The value of a header field, folded lines joined, without brackets.
fn header(message: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(message).replace("\r\n ", " ");
    let lines = text.lines().take_while(|line| !line.is_empty());
    let fields = lines.filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    values.next().unwrap_or_default().trim().trim_matches(['<', '>']).to_owned()
}
