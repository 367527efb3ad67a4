//! What a relay can do, from its answer to `EHLO` (RFC 5321 §4.1.1.1).

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::extension::{Extension, ServerInfo};
use lettre::transport::smtp::response::Response;

use super::reply::Reply;

/// The extensions that matter here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// `SIZE` is known (RFC 1870).
    pub knows_size: bool,
    /// The largest message it takes, in octets.
    pub largest: Option<u64>,
    /// Several commands may be sent at once (RFC 2920).
    pub pipelining: bool,
    /// What lettre knows.
    known: ServerInfo,
}

impl Offers {
    /// Reads the lines of a reply; the first is a greeting.
    pub fn of(reply: &Reply) -> Self {
        let lines: Vec<String> = reply.lines().enumerate().map(|(index, line)| tidy(index, line)).collect();
        let mut offers = Offers::default();
        let sizes = lines.iter().skip(1).filter_map(|line| line.strip_prefix("SIZE"));
        for words in sizes.filter(|words| words.is_empty() || words.starts_with(' ')) {
            offers.knows_size = true;
            // 0 means that there is no limit that could be told (RFC 1870 §4).
            offers.largest = words.trim().parse().ok().filter(|&largest| largest > 0);
        }
        offers.pipelining = lines.iter().skip(1).any(|line| line.trim() == "PIPELINING");
        let tidied = Response::new(reply.response().code(), lines);
        offers.known = ServerInfo::from_response(&tidied).unwrap_or_default();
        offers
    }

    /// RFC 3207.
    pub fn starttls(&self) -> bool {
        self.known.supports_feature(Extension::StartTls)
    }

    /// RFC 6152.
    pub fn eight_bit(&self) -> bool {
        self.known.supports_feature(Extension::EightBitMime)
    }

    /// RFC 6531.
    pub fn smtputf8(&self) -> bool {
        self.known.supports_feature(Extension::SmtpUtfEight)
    }

    /// The first of these ways to log in that is offered (RFC 4954).
    pub fn first_of(&self, mechanisms: &[Mechanism]) -> Option<Mechanism> {
        self.known.get_auth_mechanism(mechanisms)
    }
}

/// A line in capitals (keywords are read in any case), and `AUTH=LOGIN`, as some old servers write it, in two words.
fn tidy(index: usize, line: &str) -> String {
    match index {
        0 => line.split(' ').next().unwrap_or_default().to_owned(),
        _ => line.to_ascii_uppercase().replacen("AUTH=", "AUTH ", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::reply::Reading;

    #[test]
    fn extensions_are_read_in_any_case() {
        let mut reading = Reading::default();
        let lines =
            "250-relay.example STARTTLS\n250-size 1000\n250-AUTH=LOGIN\n250-AUTH PLAIN LOGIN GSSAPI\n250 SmtpUtf8";
        let reply = lines.lines().find_map(|line| reading.line(line.as_bytes()).expect("good")).expect("whole");
        let offers = Offers::of(&reply);
        assert_eq!((offers.largest, offers.starttls(), offers.smtputf8()), (Some(1000), false, true));
        assert_eq!(offers.first_of(&[Mechanism::Xoauth2, Mechanism::Login]), Some(Mechanism::Login));
    }
}
