//! The personal links of a contact: where they recommend us, and how they opt out.
//!
//! Codes and tokens are keyed hashes (HMAC-SHA-256 of what they are for and the contact's id), so they say nothing about the
//! contact, stay the same over rebuilds and cannot be guessed without the key.

use data_encoding::BASE32_NOPAD;
use ring::hmac::{Context, HMAC_SHA256, Key};

use crate::model::contact::Contact;
use crate::model::forgotten::TraceHash;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::settings::Settings;

/// What the opaque parts of links are derived with (`BEVARA_LINK_KEY`).
#[derive(Clone)]
pub struct LinkKey {
    key: Key,
    secret: Vec<u8>,
}

impl LinkKey {
    /// Characters of a referral code: 50 bits, short enough to be read out.
    pub const CODE: usize = 10;
    /// Characters of an opt-out token: 130 bits.
    pub const TOKEN: usize = 26;

    /// The key from the environment; without one, the programme's address stands in, which keeps links stable but lets
    /// anybody who knows an id work out its code.
    pub fn new(secret: Option<&str>, settings: &Settings) -> Self {
        let secret = secret.unwrap_or(&settings.base_url).as_bytes().to_vec();
        LinkKey { key: Key::new(HMAC_SHA256, &secret), secret }
    }

    /// The contact's referral code: theirs by hand, or derived (R18).
    pub fn code(&self, contact: &Contact) -> String {
        match &contact.details.code {
            Some(code) => code.as_str().to_owned(),
            None => self.derive("code", contact, Self::CODE),
        }
    }

    /// The token with which the contact opts out (R26).
    pub fn token(&self, contact: &Contact) -> String {
        self.derive("unsubscribe", contact, Self::TOKEN)
    }

    /// The key itself.
    pub fn as_bytes(&self) -> &[u8] {
        &self.secret
    }

    /// The keyed hash under which somebody who is forgotten is known again by one of their
    /// [traces](crate::model::forgotten::Traces) (R27).
    pub fn trace_hash(&self, trace: &str) -> TraceHash {
        let mut mac = Context::with_key(&self.key);
        mac.update(b"forgotten");
        mac.update(&[0]);
        mac.update(trace.as_bytes());
        let text = BASE32_NOPAD.encode(mac.sign().as_ref()).to_lowercase();
        text.parse().expect("256 bits in base32 are a hash")
    }

    fn derive(&self, purpose: &str, contact: &Contact, length: usize) -> String {
        let mut mac = Context::with_key(&self.key);
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(contact.id.as_str().as_bytes());
        let mut text = BASE32_NOPAD.encode(mac.sign().as_ref()).to_lowercase();
        text.truncate(length);
        text
    }
}

/// The path of a page in the site of one language: the default language at the root, the others below their tag.
pub fn site_path(settings: &Settings, language: Language, path: &str) -> String {
    match language == settings.languages.default() {
        true => format!("/{path}"),
        false => format!("/{language}/{path}"),
    }
}

/// The public refer-us page, with the personal code where there is a reader.
pub fn refer(settings: &Settings, language: Language, code: Option<&str>) -> String {
    let page = format!("{}{}", settings.base_url, site_path(settings, language, "refer/"));
    match code {
        Some(code) => format!("{page}?ref={code}"),
        None => page,
    }
}

/// The public copy of a mailing.
pub fn archive(settings: &Settings, language: Language, mailing: &Mailing) -> String {
    format!("{}{}", settings.base_url, site_path(settings, language, &archive_path(mailing)))
}

/// The path of the public copy of a mailing below its language.
pub fn archive_path(mailing: &Mailing) -> String {
    format!("archive/{}/", mailing.id)
}

/// Every way to opt out, the best first: the HTTPS endpoint where there is one, and the mailbox (RFC 2369, RFC 8058).
pub fn unsubscribe(settings: &Settings, token: &str) -> Vec<String> {
    let mailbox = format!("mailto:{}?subject=unsubscribe%20{token}", settings.unsubscribe.mailto);
    let endpoint = settings.unsubscribe.url.as_ref().map(|url| {
        let joint = if url.contains('?') { '&' } else { '?' };
        format!("{url}{joint}token={token}")
    });
    endpoint.into_iter().chain([mailbox]).collect()
}
