//! A small resolver: one question, one server, what is in the answer (RFC 1035; RFC 6891 for longer answers).
//!
//! It looks things up for a person who wants to know how their domain stands. It caches nothing and trusts its server.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An address.
    A = 1,
    /// The name of an address.
    Ptr = 12,
    /// Who takes mail.
    Mx = 15,
    /// Text.
    Txt = 16,
    /// An address of version 6.
    Aaaa = 28,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An address.
    Address(IpAddr),
    /// A name, in lower case and without the last dot.
    Name(String),
    /// A text, its strings joined.
    Text(String),
}

/// A server that is asked.
#[derive(Debug, Clone, Copy)]
pub struct Resolver {
    server: SocketAddr,
    timeout: Duration,
}

/// The type of an alias.
const CNAME: u16 = 5;
/// Aliases that are followed.
const ALIASES: usize = 8;
/// How often a question is asked that gets no answer.
const TRIES: usize = 2;
/// Octets that we take in one datagram.
const DATAGRAM: u16 = 1232;

/// The first server that the text of a `resolv.conf` names.
pub fn first_server(text: &str) -> Option<SocketAddr> {
    let servers = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    servers.filter_map(|rest| rest.trim().parse::<IpAddr>().ok()).map(|ip| SocketAddr::new(ip, 53)).next()
}

/// The name under which the names of an address stand (RFC 1035 §3.5, RFC 3596 §2.5).
pub fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits = address.octets().into_iter().rev().flat_map(|octet| [octet & 15, octet >> 4]);
            digits.map(|digit| format!("{digit:x}.")).collect::<String>() + "ip6.arpa"
        }
    }
}

impl Resolver {
    /// A resolver that asks `server` and waits this long for each answer.
    pub fn new(server: SocketAddr, timeout: Duration) -> Self {
        Resolver { server, timeout }
    }

    /// What there is of this kind under `name`; nothing where the name or the kind is not there.
    ///
    /// # Errors
    /// Why it is not known: no answer, or one that says nothing.
    pub fn ask(&self, name: &str, kind: Kind) -> Result<Vec<Record>, String> {
        let mut name = name.trim_end_matches('.').to_ascii_lowercase();
        for _ in 0..ALIASES {
            let (records, alias) = self.once(&name, kind)?;
            match alias {
                Some(alias) if records.is_empty() => name = alias,
                _ => return Ok(records),
            }
        }
        Err(format!("the aliases of {name} go on and on"))
    }

    fn once(&self, name: &str, kind: Kind) -> Result<(Vec<Record>, Option<String>), String> {
        let mut id = [0; 2];
        SystemRandom::new().fill(&mut id).map_err(|_| "no randomness".to_owned())?;
        let question = question(id, name, kind).ok_or_else(|| format!("`{name}` is no name"))?;
        let failed = |error: std::io::Error| format!("{} does not answer: {error}", self.server);
        let mut answer = Err("it was not asked".to_owned());
        for _ in 0..TRIES {
            answer = self.by_datagram(&question).map_err(failed);
            if answer.is_ok() {
                break;
            }
        }
        let mut answer = answer?;
        if answer.get(2).is_some_and(|flags| flags & 2 != 0) {
            answer = self.by_stream(&question).map_err(failed)?;
        }
        read(&answer, id, kind).ok_or_else(|| format!("{} answers in a way that cannot be read", self.server))?
    }

    fn by_datagram(&self, question: &[u8]) -> std::io::Result<Vec<u8>> {
        let own: SocketAddr =
            if self.server.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
        let socket = UdpSocket::bind(own)?;
        socket.connect(self.server)?;
        socket.set_read_timeout(Some(self.timeout))?;
        socket.send(question)?;
        let mut answer = vec![0; usize::from(u16::MAX)];
        loop {
            let length = socket.recv(&mut answer)?;
            // Somebody else's answer is passed over.
            if length >= 12 && answer[..2] == question[..2] {
                answer.truncate(length);
                return Ok(answer);
            }
        }
    }

    fn by_stream(&self, question: &[u8]) -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&self.server, self.timeout)?;
        stream.set_read_timeout(Some(self.timeout))?;
        let length = u16::try_from(question.len()).expect("a question is short");
        stream.write_all(&[&length.to_be_bytes()[..], question].concat())?;
        let mut length = [0; 2];
        stream.read_exact(&mut length)?;
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

/// The octets of a question; `None` for what is no name.
fn question(id: [u8; 2], name: &str, kind: Kind) -> Option<Vec<u8>> {
    // Recursion is wanted; one question, one additional record.
    let mut out = vec![id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    for label in name.split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length) && label.is_ascii())?;
        out.push(length);
        out.extend(label.as_bytes());
    }
    out.push(0);
    if out.len() > 12 + 255 {
        return None;
    }
    out.extend((kind as u16).to_be_bytes());
    out.extend([0, 1]);
    // The size of datagrams that we take (RFC 6891 §6.1.2).
    out.extend([0, 0, 41]);
    out.extend(DATAGRAM.to_be_bytes());
    out.extend([0, 0, 0, 0, 0, 0]);
    Some(out)
}

type Answer = Result<(Vec<Record>, Option<String>), String>;

/// What an answer says; `None` where it cannot be read.
fn read(answer: &[u8], id: [u8; 2], kind: Kind) -> Option<Answer> {
    let word = |at: usize| Some(u16::from_be_bytes([*answer.get(at)?, *answer.get(at + 1)?]));
    if answer.get(..2)? != id || answer.get(2)? & 0x80 == 0 {
        return None;
    }
    match answer.get(3)? & 15 {
        0 => {}
        3 => return Some(Ok((Vec::new(), None))),
        2 => return Some(Err("the name servers of this domain fail (SERVFAIL)".to_owned())),
        5 => return Some(Err("the server does not want to answer (REFUSED)".to_owned())),
        code => return Some(Err(format!("the server answers with error {code}"))),
    }
    let mut at = 12;
    for _ in 0..word(4)? {
        at = name(answer, at)?.1 + 4;
    }
    let (mut records, mut alias) = (Vec::new(), None);
    for _ in 0..word(6)? {
        let start = name(answer, at)?.1;
        let (found, length) = (word(start)?, usize::from(word(start + 8)?));
        let data = answer.get(start + 10..start + 10 + length)?;
        if found == CNAME {
            alias = Some(name(answer, start + 10)?.0);
        } else if found == kind as u16 {
            records.push(record(answer, start + 10, data, kind)?);
        }
        at = start + 10 + length;
    }
    Some(Ok((records, alias)))
}

fn record(answer: &[u8], at: usize, data: &[u8], kind: Kind) -> Option<Record> {
    Some(match kind {
        Kind::A => Record::Address(IpAddr::from(<[u8; 4]>::try_from(data).ok()?)),
        Kind::Aaaa => Record::Address(IpAddr::from(<[u8; 16]>::try_from(data).ok()?)),
        Kind::Ptr => Record::Name(name(answer, at)?.0),
        Kind::Mx => Record::Name(name(answer, at + 2)?.0),
        Kind::Txt => {
            let (mut text, mut rest) = (Vec::new(), data);
            while let Some((&length, behind)) = rest.split_first() {
                text.extend(behind.get(..usize::from(length))?);
                rest = &behind[usize::from(length)..];
            }
            Record::Text(String::from_utf8_lossy(&text).into_owned())
        }
    })
}

/// The name at `at`, and where what follows it begins; a name may go on elsewhere (RFC 1035 §4.1.4).
fn name(answer: &[u8], at: usize) -> Option<(String, usize)> {
    let (mut out, mut at, mut behind) = (String::new(), at, None);
    for _ in 0..128 {
        let length = *answer.get(at)?;
        match length {
            0 => return Some((out, behind.unwrap_or(at + 1))),
            0xc0.. => {
                behind = behind.or(Some(at + 2));
                at = usize::from(u16::from_be_bytes([length & 0x3f, *answer.get(at + 1)?]));
            }
            _ => {
                let label = answer.get(at + 1..at + 1 + usize::from(length))?;
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&String::from_utf8_lossy(label).to_ascii_lowercase());
                at += 1 + usize::from(length);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_shortened_names_an_alias_and_several_strings_is_read() {
        let mut answer = question([7, 9], "a.example", Kind::Txt).expect("a name");
        answer.truncate(answer.len() - 11);
        answer[2] = 0x81;
        answer[7] = 2;
        answer[11] = 0;
        // An alias to `b.example`, written with what stands in the question; then two strings.
        answer.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 9, 0, 4, 1, b'b', 0xc0, 14]);
        answer.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 9, 0, 6, 2, b'v', b'=', 2, b'x', b'y']);
        let (records, alias) = read(&answer, [7, 9], Kind::Txt).expect("readable").expect("an answer");
        assert_eq!(records, [Record::Text("v=xy".into())]);
        assert_eq!(alias.as_deref(), Some("b.example"));
        for length in 0..answer.len() {
            let _ = read(&answer[..length], [7, 9], Kind::Txt);
        }
        assert!(read(&answer, [7, 8], Kind::Txt).is_none(), "somebody else's");
        assert!(name(&[0xc0, 0], 0).is_none(), "a name that goes on at itself");
    }

    #[test]
    fn addresses_have_names_the_other_way_round() {
        assert_eq!(reverse_name("192.0.2.9".parse().expect("ip")), "9.2.0.192.in-addr.arpa");
        assert!(reverse_name("2001:db8::1".parse().expect("ip")).starts_with("1.0.0.0."));
        assert!(question([0, 0], "a..b", Kind::A).is_none());
        assert_eq!(first_server("# x\nsearch y\nnameserver 192.0.2.53\n").map(|server| server.port()), Some(53));
    }
}
