//! Contacts whom an author named in public: on a page, or in a mailing that goes to the archive. What is printed by a tag is
//! looked after elsewhere (quotes need permission, a public copy has no reader); this is about what somebody typed.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::model::content::ContentFile;
use crate::model::language::Country;
use crate::model::phone;
use crate::model::programme::Programme;
use crate::model::text::Line;
use crate::render::site_pages::written;
use mail::address::EmailAddress;
use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

/// What of a contact stands in a text.
#[derive(Clone, Copy)]
enum What {
    Name,
    Street,
}

/// The names and streets of contacts as words in lower case, by the first of them, and their mailboxes: of those whom a text may
/// name.
struct Known {
    words: HashMap<String, Vec<(Vec<String>, What)>>,
    mailboxes: HashSet<String>,
    /// Telephone numbers with their calling codes.
    phones: HashSet<String>,
    /// Where a number without a calling code may be one of.
    countries: BTreeSet<Country>,
}

/// What stands in texts that a contact may be known by. Texts are few and contacts many: whoever has nothing of it is not looked at.
#[derive(Default)]
struct Written {
    /// Words in lower case.
    words: HashSet<String>,
    /// Domains of addresses.
    domains: HashSet<String>,
    /// The last digits of what may be a telephone number.
    endings: HashSet<[u8; ENDING]>,
}

/// Digits at the end of telephone numbers by which they are told apart at first sight.
const ENDING: usize = 5;

/// Every contact who is named in a text that the site shows, or will.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let mut texts: Vec<&ContentFile> = written(programme).map(|(.., content)| content).collect();
    for mailing in programme.mailings().filter(|mailing| mailing.public) {
        let variants = programme.content(mailing).variants.iter();
        texts.extend(variants.filter(|((_, tier), _)| tier.is_none()).map(|(_, content)| content));
    }
    texts.sort_by_key(|text| text.file.path());
    texts.dedup_by_key(|text| text.file.path());
    if texts.is_empty() {
        return Vec::new();
    }
    let mut written = Written::default();
    texts.iter().for_each(|text| written.add(text.file.text()));
    let known = Known::new(programme, &written);
    texts.into_iter().flat_map(|text| known.in_file(&text.file)).collect()
}

impl Written {
    fn add(&mut self, text: &str) {
        self.words.extend(words(text).map(|(_, word)| word.chars().flat_map(char::to_lowercase).collect::<String>()));
        let addresses = addresses(text).filter_map(|(_, written)| written.parse::<EmailAddress>().ok());
        self.domains.extend(addresses.map(|address| address.domain().to_owned()));
        self.endings.extend(numbers(text).filter_map(|(_, written)| ending(written)));
    }

    /// True where a telephone number may be one that is written.
    fn has_number(&self, number: &str) -> bool {
        // What is no plain number is folded to be sure.
        let is_plain = number.is_ascii() && !number.contains(['x', 'X', ';', '#', '(']);
        !is_plain || ending(number).is_some_and(|ending| self.endings.contains(&ending))
    }
}

impl Known {
    fn new(programme: &Programme, written: &Written) -> Self {
        let settings = &programme.settings;
        let own_words: HashSet<Vec<String>> = settings
            .team
            .iter()
            .map(|member| member.name.as_str())
            .chain(settings.sender.postal_address.street.as_ref().map(|street| street.as_str()))
            .map(lower_words)
            .collect();
        let own_addresses = settings.team.iter().map(|member| &member.email);
        let own_addresses = own_addresses.chain([&settings.sender.email, &settings.unsubscribe.mailto]);
        let own_addresses = own_addresses.chain(settings.sender.reply_to.as_ref());
        let own_addresses: HashSet<String> = own_addresses.map(EmailAddress::folded_without_tag).collect();
        let home = settings.country;
        let own_phones = settings.team.iter().filter_map(|member| member.phone.as_ref());
        let own_phones: HashSet<String> =
            own_phones.filter_map(|number| phone::folded(number.as_str(), home)).collect();
        let mut known = Known {
            words: HashMap::new(),
            mailboxes: HashSet::new(),
            phones: HashSet::new(),
            countries: [home].into(),
        };
        for contact in &programme.contacts {
            let street = contact.address.as_ref().and_then(|address| address.street.as_ref()).map(Line::as_str);
            let street = street.filter(|street| street.bytes().any(|byte| byte.is_ascii_digit()));
            let family = contact.name.family.as_ref().map_or("", Line::as_str);
            for (text, rest, what) in
                [(contact.name.given.as_str(), family, What::Name), (street.unwrap_or(""), "", What::Street)]
            {
                let mut words = words(text).chain(words(rest)).map(|(_, word)| word.to_lowercase());
                let Some(first) = words.next().filter(|first| written.words.contains(first)) else { continue };
                let words: Vec<String> = std::iter::once(first).chain(words).collect();
                // One word is a word, and no person.
                if words.len() > 1 && !own_words.contains(&words) {
                    let alike = known.words.entry(words[0].clone()).or_default();
                    if !alike.iter().any(|(known, _)| *known == words) {
                        alike.push((words, what));
                    }
                }
            }
            let email = contact.email.as_ref().filter(|email| written.domains.contains(email.domain()));
            let mailbox = email.map(EmailAddress::folded_without_tag);
            known.mailboxes.extend(mailbox.filter(|mailbox| !own_addresses.contains(mailbox)));
            let Some(phone) = &contact.phone else { continue };
            let country = contact.country(home);
            known.countries.insert(country);
            let number = Some(phone.as_str()).filter(|phone| written.has_number(phone));
            let number = number.and_then(|number| phone::folded(number, country));
            known.phones.extend(number.filter(|number| !own_phones.contains(number)));
        }
        known
    }

    fn in_file(&self, file: &Arc<SourceFile>) -> Vec<Diagnostic> {
        let text = file.text();
        let words: Vec<(usize, &str)> = words(text).collect();
        let mut found = Vec::new();
        let mut lower = String::new();
        for (number, (start, word)) in words.iter().enumerate() {
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            for (name, what) in self.words.get(&lower).into_iter().flatten() {
                let Some(here) = words.get(number..number + name.len()) else { continue };
                if here.iter().zip(name).all(|((_, word), known)| word.to_lowercase() == *known) {
                    let end = here.last().map_or(*start, |(at, word)| at + word.len());
                    found.push(finding(file, Span { start: *start, end }, *what));
                }
            }
        }
        for (start, written) in addresses(text) {
            let address = written.parse::<EmailAddress>().ok();
            if address.is_some_and(|address| self.mailboxes.contains(&address.folded_without_tag())) {
                let message = format!("`{written}` is the address of a contact, and this text is public");
                let span = Span { start, end: start + written.len() };
                found.push(Diagnostic::error("public-contact", message).at(file, span).hint("take it out"));
            }
        }
        found.extend(self.numbers_in(file));
        found
    }

    /// Telephone numbers of contacts, however they are spelt and wherever they would be dialled.
    fn numbers_in(&self, file: &Arc<SourceFile>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for (start, written) in numbers(file.text()) {
            let is_known =
                |country: &Country| phone::folded(written, *country).is_some_and(|n| self.phones.contains(&n));
            if self.countries.iter().any(is_known) {
                let message = format!("`{written}` is the telephone number of a contact, and this text is public");
                let span = Span { start, end: start + written.len() };
                found.push(Diagnostic::error("public-contact", message).at(file, span).hint("take it out"));
            }
        }
        found
    }
}

/// What may be an address in a text, with its place.
fn addresses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let ends_address = |c: char| c.is_whitespace() || "<>()[]\"'`,;:|{}".contains(c);
    memchr::memchr_iter(b'@', text.as_bytes()).map(move |at| {
        let start = text[..at]
            .rfind(ends_address)
            .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
        let end = text[at..].find(|c: char| ends_address(c) || c == '?').map_or(text.len(), |end| at + end);
        (start, text[start..end].trim_end_matches('.'))
    })
}

/// What may be a telephone number in a text, with its place.
fn numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let begins = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(');
    let belongs = |c: char| c.is_ascii_digit() || "+()-/. \u{a0}\u{202f}\u{2011}\u{2013}".contains(c);
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = text[from..].find(begins).map(|at| from + at)?;
        let end = text[start..].find(|c| !belongs(c)).map_or(text.len(), |at| start + at);
        let written = text[start..end].trim_end_matches(|c: char| !c.is_ascii_digit());
        from = start + written.len().max(1);
        Some((start, written))
    })
}

/// The last digits of a number; `None` where it has fewer.
fn ending(number: &str) -> Option<[u8; ENDING]> {
    let mut digits = number.bytes().rev().filter(u8::is_ascii_digit);
    let mut ending = [0; ENDING];
    for digit in ending.iter_mut().rev() {
        *digit = digits.next()?;
    }
    Some(ending)
}

fn finding(file: &Arc<SourceFile>, span: Span, what: What) -> Diagnostic {
    let written = file.text()[span.start..span.end].split_whitespace().collect::<Vec<_>>().join(" ");
    let (message, hint) = match what {
        What::Name => (
            format!("`{written}` is a contact, and this text is public"),
            "take the name out; what they allowed us to quote is printed with `{{ <quote id=\"…\" /> }}`",
        ),
        What::Street => (format!("`{written}` is where a contact lives, and this text is public"), "take it out"),
    };
    Diagnostic::error("public-contact", message).at(file, span).hint(hint)
}

/// The words of a text, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || "-'’".contains(c);
    let words = text.split(move |c: char| !is_part(c)).filter(|word| !word.is_empty());
    words.map(move |word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

fn lower_words(text: &str) -> Vec<String> {
    words(text).map(|(_, word)| word.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, postal_address};
    use crate::model::content::Front;
    use crate::model::language::Language;

    /// What is found on a page that says `text`.
    fn found(text: &str) -> Vec<String> {
        let page = SourceFile::new("content/pages/about.sv.md", format!("---\ntitle: Om oss\n---\n{text}\n"));
        let programme = Fixture::new()
            .contact("anna", "A", |c| {
                c.name = "Anna Lind".parse().expect("a name");
                postal_address(c);
                c.phone = Some("+46 70 174 06 05".parse().expect("a number"));
            })
            .contact("bo", "D", |c| c.name = "Bo".parse().expect("a name"))
            .contact("kari", "C", |c| {
                c.phone = Some("55 50 30 01".parse().expect("a number"));
                postal_address(c);
                c.address.as_mut().expect("made above").country = Some(Country::NO);
            })
            .contact("sara", "C", |c| {
                c.name = "Sara Nyström".parse().expect("a name");
                c.email = Some("sara@lindholm-saar.example".parse().expect("an address"));
            })
            .page("about", Front::default())
            .change(|programme| {
                let about = programme.pages.get_mut("about").expect("made above");
                let content = ContentFile { file: Arc::clone(&page), body_at: 0, front: Front::default() };
                about.variants.insert((Language::Sv, None), content);
            })
            .build();
        let line = |finding: &Diagnostic| {
            let place = finding.place.as_ref().and_then(|place| place.line_column()).expect("a place");
            format!("{}:{} {}", place.0, place.1, finding.message.split('`').nth(1).unwrap_or_default())
        };
        findings(&programme).iter().map(line).collect()
    }

    #[test]
    fn a_contact_whom_an_author_names_in_public_is_found() {
        assert_eq!(found("Our customer **Anna\nLIND** is glad."), ["4:16 Anna LIND"]);
        assert_eq!(found("[Write](mailto:Anna@customer.example?subject=x)."), ["4:16 Anna@customer.example"]);
        assert_eq!(found("bo@customer.example."), ["4:1 bo@customer.example"]);
        for number in
            ["070-174 06 05", "+46 (0)70 174 06 05", "0046701740605", "070\u{a0}174\u{a0}06\u{a0}05", "070/1740605"]
        {
            assert_eq!(found(&format!("Call {number}, or not.")), [format!("4:6 {number}")]);
        }
        assert_eq!(found("[Call](tel:+4755503001)"), ["4:12 +4755503001"]);
        assert_eq!(found("Ring 55 50 30 01."), ["4:6 55 50 30 01"]);
        assert_eq!(found("She lives at Vasagatan 9."), ["4:14 Vasagatan 9"]);
    }

    #[test]
    fn our_own_people_and_single_words_are_not() {
        for fine in [
            "Sara Nyström, sara@lindholm-saar.example, hej@lindholm-saar.example",
            "Bo is a name, and Anna was here in Lind.",
            "Vasagatan 90, a@b.example, @anna",
            "070-174 06 06, 2026-11-21, 1 740 605 kronor, +46 70 174 06 050",
        ] {
            assert!(found(fine).is_empty(), "{fine}: {:?}", found(fine));
        }
    }
}
