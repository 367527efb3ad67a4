//! A zone served on this machine, sound, and then broken in one place at a time.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use mail::dns::Resolver;

use super::*;

/// The records of a zone: name and type, and what stands there.
type Zone = HashMap<(String, u16), Vec<Vec<u8>>>;

fn labels(name: &str) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    for label in name.split('.').filter(|label| !label.is_empty()) {
        out.push(label.len() as u8);
        out.extend(label.as_bytes());
    }
    out.push(0);
    out
}

/// One record as it is written in a zone file: `name TYPE value`.
fn entry(line: &str) -> ((String, u16), Vec<u8>) {
    let (name, rest) = line.split_once(' ').expect("a name");
    let (kind, value) = rest.split_once(' ').expect("a type");
    let (kind, data) = match kind {
        "A" => (1, value.split('.').map(|part| part.parse().expect("a number")).collect()),
        "MX" => (15, [vec![0, 10], labels(value)].concat()),
        "PTR" => (12, labels(value)),
        "TXT" => (16, value.as_bytes().chunks(255).flat_map(|part| [&[part.len() as u8], part].concat()).collect()),
        other => panic!("no type {other}"),
    };
    ((name.to_owned(), kind), data)
}

/// Serves a zone on loopback until the test ends; names below `broken.` are answered with SERVFAIL.
fn serve(lines: &[String]) -> SocketAddr {
    let mut zone = Zone::new();
    for (key, data) in lines.iter().map(|line| entry(line)) {
        zone.entry(key).or_default().push(data);
    }
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    thread::spawn(move || {
        let mut question = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut question) {
            let end = 12 + question[12..length].iter().position(|&octet| octet == 0).expect("a name") + 1;
            let (mut name, mut at) = (Vec::new(), 12);
            while question[at] != 0 {
                let label = &question[at + 1..at + 1 + usize::from(question[at])];
                name.push(String::from_utf8_lossy(label).into_owned());
                at += 1 + label.len();
            }
            let kind = u16::from_be_bytes([question[end], question[end + 1]]);
            let found = zone.get(&(name.join("."), kind)).cloned().unwrap_or_default();
            let code = if name.iter().any(|label| label == "broken") { 2 } else { 0 };
            let mut answer = vec![question[0], question[1], 0x81, code, 0, 1, 0, found.len() as u8, 0, 0, 0, 0];
            answer.extend(&question[12..end + 4]);
            for data in found {
                answer.extend([0xc0, 12]);
                answer.extend(kind.to_be_bytes());
                answer.extend([0, 1, 0, 0, 0, 60]);
                answer.extend((data.len() as u16).to_be_bytes());
                answer.extend(data);
            }
            let _ = socket.send_to(&answer, from);
        }
    });
    address
}

const SOUND: [&str; 8] = [
    "ek.example TXT v=spf1 a:relay.ek.example include:_spf.provider.example -all",
    "_spf.provider.example TXT v=spf1 ip4:198.51.100.0/24 -all",
    "s1._domainkey.ek.example TXT v=DKIM1; k=ed25519; p=KEY",
    "_dmarc.ek.example TXT v=DMARC1; p=reject; rua=mailto:d@ek.example",
    "ek.example MX mail.ek.example",
    "relay.ek.example A 192.0.2.25",
    "25.2.0.192.in-addr.arpa PTR relay.ek.example",
    "mail.ek.example A 192.0.2.26",
];

/// What the doctor says of a zone in which each `from` stands for `to`; a line without words is taken out.
fn diagnosed(changes: &[(&str, &str)], change: impl FnOnce(&mut Subject<'_>)) -> Vec<Line> {
    let mut lines: Vec<String> = SOUND.iter().map(|line| (*line).to_owned()).collect();
    for (from, to) in changes {
        match lines.iter_mut().find(|line| line.contains(from)) {
            Some(line) => *line = if to.is_empty() { String::new() } else { line.replace(from, to) },
            None => lines.push((*to).to_owned()),
        }
    }
    lines.retain(|line| !line.is_empty());
    let resolver = Resolver::new(serve(&lines), Duration::from_secs(2));
    let unsubscribe: EmailAddress = "nej@ek.example".parse().expect("an address");
    let mut subject = Subject {
        domain: "ek.example",
        dkim: Some(("ek.example", "s1")),
        key_record: Some("v=DKIM1; k=ed25519; p=KEY".to_owned()),
        relay: Some("relay.ek.example"),
        unsubscribe: &unsubscribe,
    };
    change(&mut subject);
    names(&subject, &|name, kind| resolver.ask(name, kind))
}

#[test]
fn a_sound_zone_passes_everywhere() {
    let lines = diagnosed(&[], |_| {});
    assert!(lines.iter().all(|line| line.state == State::Passed), "{lines:#?}");
    assert_eq!(
        lines.iter().map(|line| line.check).collect::<Vec<_>>(),
        ["spf", "dkim", "dmarc", "alignment", "mx", "ptr"]
    );
}

/// What is changed, the check that notices, and what it says.
type SetUp<'s> = (&'s [(&'s str, &'s str)], &'s str, &'s str);

#[test]
fn each_broken_set_up_is_named() {
    let many: String = (0..11).map(|n| format!(" a:h{n}.ek.example")).collect();
    let many = format!("ek.example TXT v=spf1{many} -all");
    let spf = SOUND[0];
    let set_ups: [SetUp<'_>; 24] = [
        (&[(spf, "")], "spf", "does not say who may send"),
        (&[("new", "ek.example TXT v=spf1 -all")], "spf", "two SPF records"),
        (&[("-all", "+all")], "spf", "lets everybody send"),
        (&[("-all", "?all")], "spf", "ends without"),
        (&[(" -all", "")], "spf", "does not say who may send"),
        (&[(spf, &many)], "spf", "more than 10 lookups"),
        (&[("include:_spf.provider.example", "include:_spf.nobody.example")], "spf", "which has none"),
        (&[("include:_spf.provider.example", "include:ek.example")], "spf", "lookups"),
        (&[("a:relay.ek.example", "ip4:192.0.2.999")], "spf", "none of SPF's words"),
        (&[("a:relay.ek.example", "adress:relay")], "spf", "none of SPF's words"),
        (&[(SOUND[2], "")], "dkim", "there is no key"),
        (&[("p=KEY", "p=OTHER")], "dkim", "another than the one"),
        (&[("p=KEY", "p=")], "dkim", "is revoked"),
        (&[("; p=KEY", "")], "dkim", "there is no key"),
        (&[("v=DKIM1;", "v=DKIM2;")], "dkim", "none of DKIM"),
        (&[("k=ed25519;", "t=y;")], "dkim", "only tried out"),
        (&[("new", "s1._domainkey.ek.example TXT v=DKIM1; p=KEY")], "dkim", "more than one record"),
        (&[(SOUND[3], "")], "dmarc", "has no policy"),
        (&[("new", "_dmarc.ek.example TXT v=DMARC1; p=none")], "dmarc", "several records"),
        (&[("p=reject", "p=maybe")], "dmarc", "no policy that is known"),
        (&[(SOUND[4], ""), ("none", "ek.example MX .")], "mx", "takes no mail"),
        (&[(SOUND[4], "")], "mx", "nothing takes mail"),
        (&[(SOUND[6], "")], "ptr", "has no name"),
        (&[("PTR relay.ek.example", "PTR mail.ek.example")], "ptr", "is not its name"),
    ];
    for (changes, check, said) in set_ups {
        // What takes all words of a line away takes the line away.
        let lines = diagnosed(changes, |_| {});
        let line = lines.iter().find(|line| line.check == check).expect("it was asked");
        let is_named = line.state == State::Failed && (line.said.contains(said) || said == "lookups");
        assert!(is_named && line.remedy.is_some(), "{changes:?} → {line:?}");
    }
}

#[test]
fn alignment_looks_at_the_organisation() {
    let signed_by = |domain: &'static str, more: &str| {
        let key = format!("s1._domainkey.{domain} TXT v=DKIM1; p=KEY");
        let mut changes = vec![(SOUND[0], ""), ("new", key.as_str())];
        if !more.is_empty() {
            changes.push(("none", more));
        }
        let lines = diagnosed(&changes, |subject| subject.dkim = Some((domain, "s1")));
        lines.into_iter().find(|line| line.check == "alignment").expect("it was asked")
    };
    assert_eq!(signed_by("news.ek.example", "").state, State::Passed, "below one policy");
    assert_eq!(signed_by("other.example", "_dmarc.other.example TXT v=DMARC1; p=none").state, State::Failed);
    assert_eq!(signed_by("news.ek.example", "_dmarc.news.ek.example TXT v=DMARC1; p=none; psd=n").state, State::Failed);
}

#[test]
fn what_cannot_be_looked_at_is_never_green() {
    let broken = |subject: &mut Subject<'_>| {
        subject.domain = "broken.example";
        subject.dkim = Some(("broken.example", "s1"));
        subject.relay = Some("relay.broken.example");
    };
    let lines = diagnosed(&[], broken);
    assert!(
        lines.iter().filter(|line| !line.said.contains("ek.example")).all(|line| line.state == State::Unseen),
        "{lines:#?}"
    );
    let silent = UdpSocket::bind("127.0.0.1:0").expect("a port");
    let resolver = Resolver::new(silent.local_addr().expect("an address"), Duration::from_millis(30));
    assert!(resolver.ask("ek.example", Kind::Txt).is_err());
    let no_key = diagnosed(&[], |subject| subject.key_record = None);
    assert_eq!(no_key[1].state, State::Unseen);
    let inside = diagnosed(&[("A 192.0.2.25", "A 127.0.0.1")], |_| {});
    assert_eq!(inside.last().expect("the relay").state, State::Unseen);
    let elsewhere = diagnosed(&[("a:relay.ek.example", "a:mail.ek.example")], |_| {});
    assert_eq!(elsewhere[0].state, State::Unseen, "only its operator knows");
}
