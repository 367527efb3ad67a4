//! What a relay can do, from its answer to `EHLO` (RFC 5321 §4.1.1.1).

use super::relay::Mechanism;
use super::reply::Reply;

/// The extensions that matter here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// `SIZE` is known (RFC 1870).
    pub knows_size: bool,
    /// The largest message it takes, in octets.
    pub largest: Option<u64>,
    /// RFC 3207.
    pub starttls: bool,
    /// RFC 6152.
    pub eight_bit: bool,
    /// RFC 6531.
    pub smtputf8: bool,
    /// RFC 4954.
    pub logins: Vec<Mechanism>,
}

impl Offers {
    /// Reads the lines of a reply; the first is a greeting.
    pub fn of(reply: &Reply) -> Self {
        let mut offers = Offers::default();
        for line in reply.lines().skip(1) {
            // Some old servers write AUTH=LOGIN.
            let mut words = line.split(|c: char| c == ' ' || c == '=').filter(|word| !word.is_empty());
            let keyword = words.next().unwrap_or_default().to_ascii_uppercase();
            match keyword.as_str() {
                "SIZE" => {
                    offers.knows_size = true;
                    // 0 means that there is no limit that could be told (RFC 1870 §4).
                    offers.largest = words.next().and_then(|word| word.parse().ok()).filter(|&largest| largest > 0);
                }
                "STARTTLS" => offers.starttls = true,
                "8BITMIME" => offers.eight_bit = true,
                "SMTPUTF8" => offers.smtputf8 = true,
                "AUTH" => {
                    for word in words {
                        let known = Mechanism::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(word));
                        offers.logins.extend(known.filter(|known| !offers.logins.contains(known)));
                    }
                }
                _ => {}
            }
        }
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::smtp::reply::Reading;

    #[test]
    fn extensions_are_read_in_any_case() {
        let mut reading = Reading::default();
        let lines =
            "250-relay.example STARTTLS\n250-size 1000\n250-AUTH=LOGIN\n250-AUTH PLAIN LOGIN GSSAPI\n250 SmtpUtf8";
        let reply = lines.lines().find_map(|line| reading.line(line.as_bytes()).expect("good")).expect("whole");
        let offers = Offers::of(&reply);
        assert_eq!((offers.largest, offers.starttls, offers.smtputf8), (Some(1000), false, true));
        assert_eq!(offers.logins, [Mechanism::Login, Mechanism::Plain]);
    }
}
