//! Who somebody is to us and in the eyes of the law, where nobody says (R26).

use unicode_normalization::UnicodeNormalization;

use crate::model::contact::{Basis, BasisKind, Kind, Name, Nature};
use mail::address::EmailAddress;

/// What a contact is where nobody said so: a customer where that is why we may write to them.
pub(super) fn kind_of(basis: Option<&Basis>) -> Kind {
    match basis.map(|basis| basis.kind) {
        Some(BasisKind::Customer) => Kind::Customer,
        _ => Kind::Other,
    }
}

/// Who somebody is in the eyes of the law where nobody says: at a firm, an address with their name in it is a named work address.
pub(super) fn nature_of(at_firm: bool, name: &Name, email: Option<&EmailAddress>) -> Nature {
    let bears_name = |email: &EmailAddress| {
        let mailbox = bare_letters(email.local());
        let parts = [Some(&name.given), name.family.as_ref()];
        let words = parts.into_iter().flatten().flat_map(|part| part.as_str().split_whitespace());
        words.map(bare_letters).any(|word| word.len() > 2 && mailbox.contains(&word))
    };
    match at_firm {
        false => Nature::Natural,
        true if email.is_some_and(bears_name) => Nature::WorkAddress,
        true => Nature::Legal,
    }
}

/// The letters of a text as they are written in mailboxes: small, and without their marks.
fn bare_letters(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for letter in text.to_lowercase().nfkd() {
        match letter {
            'ø' => bare.push('o'),
            'æ' => bare.push_str("ae"),
            'ß' => bare.push_str("ss"),
            letter if letter.is_alphanumeric() => bare.push(letter),
            _ => {}
        }
    }
    bare
}
