//! What changes in a built message when it leaves: its `Date`, and the signature in front. Nothing else does.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::settings::Dkim;
use mail::dkim::{self, Key};
use mail::header;

/// Makes built messages ready to leave.
pub struct Departure {
    zone: TimeZone,
    signature: Option<(Key, Dkim)>,
}

impl Departure {
    /// Messages are dated in `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Departure { zone, signature: None }
    }

    /// The same, with a signature on every message.
    pub fn signed(self, key: Key, dkim: Dkim) -> Self {
        Departure { signature: Some((key, dkim)), ..self }
    }

    /// The message as it leaves at this moment.
    pub fn ready(&self, built: &[u8], at: Timestamp) -> Vec<u8> {
        let (before, after) = around_date(built);
        let mut message = Vec::with_capacity(built.len() + 64);
        message.extend_from_slice(before);
        header::date(&at.to_zoned(self.zone.clone()), &mut message);
        message.extend_from_slice(after);
        self.sign(message, at)
    }

    fn sign(&self, message: Vec<u8>, at: Timestamp) -> Vec<u8> {
        let Some((key, dkim)) = &self.signature else { return message };
        let mut signed = dkim::sign(&message, key, dkim.selector.as_str(), &dkim.domain, at).into_bytes();
        signed.extend_from_slice(&message);
        signed
    }
}

/// What stands before and after the `Date` field of a message of ours, which is one line.
fn around_date(message: &[u8]) -> (&[u8], &[u8]) {
    const FIELD: &[u8] = b"\r\nDate: ";
    let head = message.windows(4).position(|four| four == b"\r\n\r\n").map_or(message.len(), |end| end + 2);
    let Some(start) = message[..head].windows(FIELD.len()).position(|window| window == FIELD) else {
        return (&[], message);
    };
    let start = start + 2;
    let length = message[start..head].windows(2).position(|two| two == b"\r\n").map_or(head - start, |end| end + 2);
    (&message[..start], &message[start + length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_date_changes() {
        let built = b"From: a\r\nDate: Wed, 20 Jan 2027 09:00:00 +0100\r\nTo: b\r\n\r\nDate: not me\r\n";
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let at = "2027-01-21T08:30:05Z".parse().expect("a moment");
        let left = Departure::new(zone).ready(built, at);
        let expected = "From: a\r\nDate: Thu, 21 Jan 2027 10:30:05 +0200\r\nTo: b\r\n\r\nDate: not me\r\n";
        assert_eq!(String::from_utf8_lossy(&left), expected);
    }
}
