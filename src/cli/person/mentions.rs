//! Where somebody is spoken of in free text: by name, mailbox, telephone number, street or id, and how that is taken out.

use super::whom::Person;
use crate::model::contact::Contact;
use crate::model::language::Country;
use crate::model::phone;
use crate::model::programme::Programme;
use mail::address::EmailAddress;

/// What stands where a name stood.
pub const SOMEBODY: &str = "somebody forgotten";

/// Fewest digits of what may be a telephone number in a text.
const SHORTEST_NUMBER: usize = 7;

/// What somebody is spoken of by.
pub struct Mentions {
    /// Texts that are theirs alone.
    words: Vec<String>,
    /// Mailboxes in any spelling, folded.
    mailboxes: Vec<String>,
    /// Telephone numbers in any spelling, folded.
    phones: Vec<String>,
    home: Country,
}

impl Mentions {
    /// What `person` is spoken of by, but for what others share.
    pub fn of(person: &Person<'_>, programme: &Programme) -> Self {
        let home = programme.settings.country;
        let traces = person.traces(programme);
        let of_kind =
            |kind: &str| traces.iter().filter_map(|trace| trace.strip_prefix(kind)).map(str::to_owned).collect();
        let (mailboxes, phones) = (of_kind("mailbox:"), of_kind("phone:"));
        Mentions { words: words(person, programme), mailboxes, phones, home }
    }

    /// The texts that are looked for letter by letter, as git and the history know them.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// A text in which nobody is spoken of by these.
    pub fn taken_out_of(&self, text: &str) -> String {
        // A name may stand within an address.
        let text = self.without_numbers(&self.without_mailboxes(text));
        self.words.iter().fold(text, |text, word| replaced(&text, word, SOMEBODY))
    }

    fn without_mailboxes(&self, text: &str) -> String {
        let is_around = |c: char| c.is_whitespace() || "<>\"'(),;:[]{}|`*".contains(c);
        let ends = |c: char| is_around(c) || c == '.' || c == '!' || c == '?';
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        for (at, _) in text.match_indices('@') {
            if at < from || self.mailboxes.is_empty() {
                continue;
            }
            let start = text[from..at]
                .rfind(is_around)
                .map_or(from, |before| from + before + text[from + before..].chars().next().map_or(1, char::len_utf8));
            let end = text[at..].find(is_around).map_or(text.len(), |behind| at + behind);
            let word = text[start..end].trim_end_matches(ends);
            let folded = word.parse::<EmailAddress>().ok().map(|email| email.folded_without_tag());
            if folded.is_some_and(|folded| self.mailboxes.contains(&folded)) {
                out.push_str(&text[from..start]);
                out.push_str(SOMEBODY);
                from = start + word.len();
            }
        }
        out + &text[from..]
    }

    fn without_numbers(&self, text: &str) -> String {
        if self.phones.is_empty() {
            return text.to_owned();
        }
        let begins = |c: char| c.is_ascii_digit() || c == '+' || c == '(';
        let belongs = |c: char| c.is_ascii_digit() || "+()-/. \u{a0}\u{202f}".contains(c);
        let (mut out, mut from) = (String::with_capacity(text.len()), 0);
        while let Some(start) = text[from..].find(begins).map(|at| from + at) {
            let end = text[start..].find(|c: char| !belongs(c)).map_or(text.len(), |at| start + at);
            let number = text[start..end].trim_end_matches(|c: char| !c.is_ascii_digit());
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            // Within their country people leave out its code, whatever country that is.
            let bare = digits.trim_start_matches('0');
            let is_long = bare.len() >= SHORTEST_NUMBER;
            let is_theirs = || {
                phone::folded(number, self.home).is_some_and(|folded| self.phones.contains(&folded))
                    || self.phones.iter().any(|phone| phone.ends_with(bare))
            };
            let behind = start + number.len().max(1);
            out.push_str(&text[from..start]);
            out.push_str(if is_long && is_theirs() { SOMEBODY } else { &text[start..behind] });
            from = behind;
        }
        out + &text[from..]
    }
}

/// Name, addresses, telephone numbers, street and id, but for what others share.
fn words(person: &Person<'_>, programme: &Programme) -> Vec<String> {
    let named = person.named_in(programme);
    let contacts = || programme.contacts.iter().filter(|other| other.id.as_str() != person.id());
    let leads = || programme.referrals.iter().filter(|other| !named.iter().any(|own| own.id == other.id));
    let is_named_so = |name: &str| {
        contacts().any(|other| other.name.full() == name)
            || leads().any(|other| other.lead.name.as_str() == name)
            || programme.settings.team.iter().any(|member| member.name.as_str() == name)
    };
    let mut words: Vec<String> = Vec::new();
    let names = std::iter::once(person.name()).chain(named.iter().map(|one| one.lead.name.as_str().to_owned()));
    for name in names.filter(|name| !is_named_so(name)) {
        let Some((given, family)) = name.rsplit_once(' ') else { continue };
        words.push(format!("{family}, {given}"));
        if let Some((contact, family)) = person.contact().and_then(|own| Some((own, own.name.family.as_ref()?))) {
            words.push(format!("{}, {}", family.as_str(), contact.name.given.as_str()));
        }
        words.push(name);
    }
    let own = person.contact();
    let emails = own.and_then(|own| own.email.as_ref()).into_iter();
    let emails = emails.chain(named.iter().filter_map(|one| one.lead.email.as_ref()));
    words.extend(emails.map(|email| email.as_str().to_owned()));
    let phones = own.and_then(|own| own.phone.as_ref()).into_iter();
    let phones = phones.chain(named.iter().filter_map(|one| one.lead.phone.as_ref()));
    let is_shared = |phone: &str| {
        let has = |other: Option<&crate::model::text::Line>| other.is_some_and(|other| other.as_str() == phone);
        contacts().any(|other| has(other.phone.as_ref())) || leads().any(|other| has(other.lead.phone.as_ref()))
    };
    words.extend(phones.map(|phone| phone.as_str().to_owned()).filter(|phone| !is_shared(phone)));
    words.extend(own.and_then(|own| street(own, programme)));
    // A word of the language may be an id, but hardly one with a hyphen in it.
    words.extend(own.map(|own| own.id.as_str().to_owned()).filter(|id| id.contains('-')));
    let mut unique: Vec<String> = Vec::new();
    words.into_iter().for_each(|word| {
        if !unique.contains(&word) {
            unique.push(word)
        }
    });
    unique
}

/// The street of a contact, with its number, unless others live or work there.
fn street(contact: &Contact, programme: &Programme) -> Option<String> {
    let street_of = |contact: &Contact| Some(contact.address.as_ref()?.street.as_ref()?.as_str().to_lowercase());
    let street = contact.address.as_ref()?.street.as_ref()?.as_str();
    let small = street_of(contact)?;
    let ours = programme.settings.sender.postal_address.street.as_ref().map(|line| line.as_str().to_lowercase());
    let is_shared =
        programme.contacts.iter().any(|other| other.id != contact.id && street_of(other).as_ref() == Some(&small))
            || ours == Some(small);
    (!is_shared && street.bytes().any(|octet| octet.is_ascii_digit())).then(|| street.to_owned())
}

/// `text` with `new` for every `word` that stands alone; case does not count.
pub fn replaced(text: &str, word: &str, new: &str) -> String {
    let (small, word) = (text.to_lowercase(), word.to_lowercase());
    // Where lower case has other lengths, places in one are none in the other.
    let (haystack, word) =
        if small.len() == text.len() { (small.as_str(), word.as_str()) } else { (text, word.as_str()) };
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let is_joined = |letter: Option<char>| is_part(letter) || (word.contains('-') && letter == Some('-'));
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (start, found) in haystack.match_indices(word) {
        let end = start + found.len();
        let alone = !is_joined(haystack[..start].chars().next_back()) && !is_joined(haystack[end..].chars().next());
        if alone && start >= at {
            out.push_str(&text[at..start]);
            out.push_str(new);
            at = end;
        }
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_replaced_where_it_stands_alone() {
        let text = "Anna Lind, anna lind; ANNA LIND's. Anna Lindqvist; Joanna Lind";
        assert_eq!(replaced(text, "Anna Lind", "…"), "…, …; …'s. Anna Lindqvist; Joanna Lind");
        assert_eq!(replaced("anna-lind anna-lind-2 x-anna-lind", "anna-lind", "…"), "… anna-lind-2 x-anna-lind");
        assert_eq!(replaced("İ Åsa Ek", "åsa ek", "…"), "İ Åsa Ek", "lengths differ: only what is written the same");
    }

    #[test]
    fn r27_every_spelling_of_a_mailbox_and_a_number_is_taken_out() {
        let mentions = Mentions {
            words: Vec::new(),
            mailboxes: vec!["anna@linds.example".to_owned()],
            phones: vec!["4618123456".to_owned()],
            home: Country::SE,
        };
        for (text, wanted) in [
            ("mail Anna+news@Linds.example.", "mail somebody forgotten."),
            ("<anna@linds.example>, joanna@linds.example", "<somebody forgotten>, joanna@linds.example"),
            ("call 018-12 34 56 on 2026-11-20", "call somebody forgotten on 2026-11-20"),
            ("call (018) 12 34 56.", "call somebody forgotten."),
            ("0018123456 and 18123456", "somebody forgotten and somebody forgotten"),
            ("+46 18 123 456, 018-12 34 57", "somebody forgotten, 018-12 34 57"),
            ("(2 of 3) +4 @ å@", "(2 of 3) +4 @ å@"),
        ] {
            assert_eq!(mentions.taken_out_of(text), wanted);
        }
    }
}
