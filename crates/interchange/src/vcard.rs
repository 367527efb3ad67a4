//! vCards of versions 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as address books really write them.

use data_encoding::BASE64;

use crate::NotReadable;
use crate::encoding::{decode, decode_as};

/// Longest line that is written, in octets (RFC 6350 §3.2).
const MAX_LINE: usize = 75;

/// The cards of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cards {
    /// Each card, in order.
    pub cards: Vec<Card>,
    /// How the file was read, for people.
    pub told: String,
}

/// One person's card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    /// The line of its `BEGIN`, from 1.
    pub line: usize,
    /// What it says.
    pub properties: Vec<Property>,
    /// Why it cannot be believed.
    pub damaged: Option<&'static str>,
}

/// A property of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Property {
    /// Its name in upper case, such as `EMAIL`.
    pub name: String,
    /// What binds it to others, such as `item1`.
    pub group: Option<String>,
    /// Its types in upper case, such as `WORK` and `PREF`.
    pub types: Vec<String>,
    /// The value, its transfer encoding undone and its escapes as they are.
    value: String,
}

impl Property {
    /// The value as one text.
    pub fn text(&self) -> String {
        unescaped(&self.value)
    }

    /// The parts of a structured value, such as those of `N` and `ADR`.
    pub fn parts(&self) -> Vec<String> {
        split(&self.value, ';')
    }

    /// The items of a list, such as `CATEGORIES`.
    pub fn list(&self) -> Vec<String> {
        split(&self.value, ',')
    }

    /// True where it has this type.
    pub fn is(&self, kind: &str) -> bool {
        self.types.iter().any(|known| known == kind)
    }
}

/// True where a file begins as cards do.
pub fn is_vcard(bytes: &[u8]) -> bool {
    let start = decode(&bytes[..bytes.len().min(256)], None).text;
    start.trim_start().get(..11).is_some_and(|begin| begin.eq_ignore_ascii_case("BEGIN:VCARD"))
}

/// Reads cards; `country` is a top-level domain that tips the scales between encodings.
///
/// # Errors
/// There is no card in the file.
pub fn read(bytes: &[u8], country: Option<&str>) -> Result<Cards, NotReadable> {
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0);
    let whole = is_wide.then(|| decode(bytes, country));
    // Lines are folded between octets, so that what belongs together is put together before letters are read.
    let lines = unfolded(whole.as_ref().map_or(bytes, |whole| whole.text.as_bytes()));
    let joined = lines.iter().map(|(_, line)| line.as_slice()).collect::<Vec<_>>().join(&b'\n');
    let read = decode(&joined, country);
    let encoding = whole.map_or(read.encoding, |whole| whole.encoding);
    let texts: Vec<(usize, &str)> = lines.iter().map(|(number, _)| *number).zip(read.text.split('\n')).collect();
    let (cards, versions) = cards(&texts);
    if cards.is_empty() {
        return Err(NotReadable("there is no card in this file".to_owned()));
    }
    let told = match versions.is_empty() {
        true => format!("vCard, {encoding}"),
        false => format!("vCard {}, {encoding}", versions.join(" and ")),
    };
    Ok(Cards { cards, told })
}

/// Lines with those that continue them, each with the number of its first.
fn unfolded(bytes: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    // A file of the old Macintosh has no line feeds.
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    for (number, line) in (1..).zip(bytes.split(|octet| *octet == end)) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (lines.last_mut(), line.first()) {
            // Quoted-printable has line ends of its own, and no blank of theirs.
            (Some((_, last)), _) if goes_on(last) => {
                last.pop();
                last.extend(line);
            }
            (Some((_, last)), Some(b' ' | b'\t')) if !last.is_empty() => last.extend(&line[1..]),
            _ => lines.push((number, line.to_vec())),
        }
    }
    lines
}

/// True for a line of quoted-printable that ends with an equals sign.
fn goes_on(line: &[u8]) -> bool {
    const NAME: &[u8] = b"QUOTED-PRINTABLE";
    line.ends_with(b"=")
        && line
            .split(|octet| *octet == b':')
            .next()
            .is_some_and(|head| head.windows(NAME.len()).any(|window| window.eq_ignore_ascii_case(NAME)))
}

/// Every card, and the versions there are.
fn cards(lines: &[(usize, &str)]) -> (Vec<Card>, Vec<String>) {
    let mut cards: Vec<Card> = Vec::new();
    let mut versions: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    for (number, line) in lines {
        let trimmed = line.trim();
        if trimmed.eq_ignore_ascii_case("BEGIN:VCARD") {
            depth += 1;
            if depth == 1 {
                cards.push(Card { line: *number, ..Card::default() });
            }
            continue;
        }
        if trimmed.eq_ignore_ascii_case("END:VCARD") {
            depth = depth.saturating_sub(1);
            continue;
        }
        let Some(card) = cards.last_mut().filter(|_| depth == 1) else { continue };
        let Some(head) = Head::read(line) else {
            if !trimmed.is_empty() {
                card.damaged = card.damaged.or(Some("a line of this card is no property"));
            }
            continue;
        };
        let value = head.value.to_owned();
        if head.name == "VERSION" && !versions.contains(&value) {
            versions.push(value.trim().to_owned());
            continue;
        }
        let value = head.decoded(value);
        card.properties.push(Property { name: head.name, group: head.group, types: head.types, value });
    }
    if depth > 0
        && let Some(card) = cards.last_mut()
    {
        card.damaged = Some("this card has no end");
    }
    (cards, versions)
}

/// What stands before the colon, and what after it.
struct Head<'l> {
    name: String,
    group: Option<String>,
    types: Vec<String>,
    encoding: Option<String>,
    charset: Option<String>,
    value: &'l str,
}

impl<'l> Head<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.char_indices().find(|(_, letter)| {
            quoted ^= *letter == '"';
            *letter == ':' && !quoted
        })?;
        let mut parameters = parameters(&line[..colon.0]).into_iter();
        let whole = parameters.next()?.to_uppercase();
        let (group, name) = match whole.rsplit_once('.') {
            Some((group, name)) => (Some(group.to_owned()), name.to_owned()),
            None => (None, whole),
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return None;
        }
        let mut head =
            Head { name, group, types: Vec::new(), encoding: None, charset: None, value: &line[colon.0 + 1..] };
        for parameter in parameters {
            let (key, value) = parameter.split_once('=').unwrap_or(("TYPE", &parameter));
            let value = value.trim_matches('"').to_uppercase();
            match key.to_uppercase().as_str() {
                // In 2.1 encodings stand alone, as types do.
                "TYPE" if matches!(value.as_str(), "QUOTED-PRINTABLE" | "BASE64" | "B") => head.encoding = Some(value),
                "TYPE" => head.types.extend(value.split(',').map(|kind| kind.trim().to_owned())),
                "ENCODING" => head.encoding = Some(value),
                "CHARSET" => head.charset = Some(value),
                "PREF" => head.types.push("PREF".to_owned()),
                _ => {}
            }
        }
        Some(head)
    }

    fn decoded(&self, value: String) -> String {
        let bytes = match self.encoding.as_deref() {
            Some("QUOTED-PRINTABLE") => quoted_printable(&value),
            Some("BASE64" | "B") => {
                let letters: Vec<u8> = value.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
                BASE64.decode(&letters).unwrap_or_default()
            }
            _ => return value,
        };
        let named = self.charset.as_deref().and_then(|charset| decode_as(&bytes, charset));
        named.unwrap_or_else(|| decode(&bytes, None).text)
    }
}

/// The name and its parameters, cut at semicolons outside of quotes.
fn parameters(head: &str) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    for letter in head.chars() {
        match letter {
            '"' => quoted = !quoted,
            ';' if !quoted => parts.push(String::new()),
            letter => parts.last_mut().expect("there is one from the start").push(letter),
        }
    }
    parts
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let digit = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'=', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            (b'=', ..) => at += 1,
            (other, ..) => {
                out.push(other);
                at += 1;
            }
        }
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(escaped @ (',' | ';' | ':' | '\\')) => out.push(escaped),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            letter => out.push(letter),
        }
    }
    out
}

/// Cut at each separator that has no backslash before it.
fn split(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut start, mut escaped) = (Vec::new(), 0, false);
    for (at, letter) in text.char_indices() {
        if letter == separator && !escaped {
            parts.push(unescaped(&text[start..at]));
            start = at + letter.len_utf8();
        }
        escaped = letter == '\\' && !escaped;
    }
    parts.push(unescaped(&text[start..]));
    parts
}

/// A property to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<'t> {
    /// Name and parameters, such as `TEL;TYPE=WORK`.
    pub head: &'t str,
    /// The parts of its value, joined by `separator`.
    pub parts: Vec<&'t str>,
    /// `;` between the parts of a structured value, `,` between the items of a list.
    pub separator: char,
}

/// Writes a card of version 3.0, which every address book reads.
pub fn write(properties: &[Said<'_>], out: &mut String) {
    out.push_str("BEGIN:VCARD\r\nVERSION:3.0\r\n");
    for property in properties {
        let parts: Vec<String> = property.parts.iter().map(|part| escaped(part)).collect();
        fold(&format!("{}:{}", property.head, parts.join(&property.separator.to_string())), out);
    }
    out.push_str("END:VCARD\r\n");
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace("\r\n", "\\n").replace('\n', "\\n")
}

fn fold(line: &str, out: &mut String) {
    let mut room = MAX_LINE;
    for letter in line.chars() {
        if letter.len_utf8() > room {
            out.push_str("\r\n ");
            room = MAX_LINE - 1;
        }
        out.push(letter);
        room -= letter.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Card {
        read(text.as_bytes(), None).expect("a card").cards.remove(0)
    }

    fn text<'c>(card: &'c Card, name: &str) -> Vec<String> {
        let own: Vec<&'c Property> = card.properties.iter().filter(|property| property.name == name).collect();
        own.iter().map(|property| property.text()).collect()
    }

    #[test]
    fn version_2_1_has_quoted_printable_and_bare_types() {
        let card = one(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96berg;=C3=85sa=\r\n Maria\r\n\
             TEL;WORK;VOICE:+46 8\r\nADR;HOME;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:;;G=E5rden 1=0D=0AB;=D6;1=\r\n23;;SE\r\n\
             AGENT:\r\nBEGIN:VCARD\r\nN:Other;One\r\nEND:VCARD\r\nEND:VCARD\r\n",
        );
        assert_eq!(card.properties[0].parts(), ["Öberg", "Åsa Maria"]);
        assert!(card.properties[1].is("WORK") && card.properties[1].is("VOICE"));
        assert_eq!(card.properties[2].parts(), ["", "", "Gården 1\r\nB", "Ö", "123", "", "SE"]);
        assert!(!card.properties.iter().any(|property| property.text().contains("Other")));
    }

    #[test]
    fn later_versions_have_escapes_folds_and_groups() {
        let card = one(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Per Kristian Øye\nORG:Øye\\; Sønn\\, Bygg;Avd\nitem1.EMAIL;type=INTERNET;type=pref:per@oye\n \
             .example\nitem1.X-ABLabel:_$!<Work>!$_\nNOTE:one\\ntwo\\\\n\nTEL;TYPE=\"work,voice\";VALUE=uri:tel:+47-90\nCATEGORIES:a\\,b,c\nEND:VCARD\n",
        );
        assert_eq!(text(&card, "EMAIL"), ["per@oye.example"]);
        assert_eq!(card.properties[2].group.as_deref(), Some("ITEM1"));
        assert_eq!(card.properties[1].parts(), ["Øye; Sønn, Bygg", "Avd"]);
        assert_eq!(text(&card, "NOTE"), ["one\ntwo\\n"]);
        assert!(card.properties[5].is("WORK") && card.properties[5].is("VOICE"));
        assert_eq!(card.properties[6].list(), ["a,b", "c"]);
    }

    #[test]
    fn a_letter_that_is_folded_in_the_middle_is_whole_again() {
        let bytes = b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:\xc3\r\n \x85sa\r\nEND:VCARD\r\n";
        assert_eq!(text(&read(bytes, None).expect("a card").cards[0], "FN"), ["Åsa"]);
        let told = read(b"BEGIN:VCARD\rVERSION:2.1\rFN:Bj\xf6rn\rEND:VCARD\r", None).expect("a card");
        assert_eq!(
            (text(&told.cards[0], "FN"), told.told.as_str()),
            (vec!["Björn".to_owned()], "vCard 2.1, Latin-1 (Windows-1252)")
        );
    }

    #[test]
    fn a_card_without_an_end_is_said() {
        let cards = read(b"BEGIN:VCARD\nFN:A\nEND:VCARD\n\nBEGIN:VCARD\nFN:B\n", None).expect("cards").cards;
        assert_eq!((cards[0].damaged, cards[1].damaged), (None, Some("this card has no end")));
        assert_eq!(cards[1].line, 5);
        assert!(read(b"Name,City\n", None).is_err() && !is_vcard(b"Name,City\n") && is_vcard(b"begin:vcard\r\n"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let long = "Ångström; ".repeat(20);
        let mut out = String::new();
        let said = [
            Said { head: "N", parts: vec!["Lind", "Anna", "", "", ""], separator: ';' },
            Said { head: "NOTE", parts: vec![&long], separator: ';' },
            Said { head: "CATEGORIES", parts: vec!["a,b", "c\\d"], separator: ',' },
        ];
        write(&said, &mut out);
        assert!(out.split("\r\n").all(|line| line.len() <= MAX_LINE));
        let card = one(&out);
        assert_eq!(card.properties[0].parts()[..2], ["Lind", "Anna"]);
        assert_eq!(card.properties[1].text(), long);
        assert_eq!(card.properties[2].list(), ["a,b", "c\\d"]);
    }
}
