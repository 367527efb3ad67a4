//! In which characters a file is written: what its first octets say, what is valid, and else which reading makes words.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1257};

/// A text, and how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding, for people.
    pub encoding: String,
}

/// How many octets are looked at to tell the encoding.
const SAMPLE: usize = 256 * 1024;

/// By how much another code page of Windows must make more sense.
const NEIGHBOUR: i64 = 5;

/// Code page 850 from 0x80 on: what "CSV (MS-DOS)" means.
const CODE_PAGE_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Reads a text whose encoding nobody says. `country` is a top-level domain in lower case, such as `ee`: it tips the scales
/// where two encodings make words of the same octets.
pub fn decode(bytes: &[u8], country: Option<&str>) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        if !damaged || encoding != encoding_rs::UTF_8 {
            return said(text, encoding.name(), " with a byte order mark");
        }
        return said(text_by_lines(&bytes[mark..]).into(), "UTF-8", " with a byte order mark and damaged letters");
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return said(encoding.decode_without_bom_handling(bytes).0, encoding.name(), " without a byte order mark");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => return said(text.into(), "ASCII", ""),
        Ok(text) => return said(text.into(), "UTF-8", ""),
        Err(_) if is_mostly_utf_8(bytes) => {
            return said(text_by_lines(bytes).into(), "UTF-8", " with some lines in Windows-1252");
        }
        Err(_) => {}
    }
    single_octets(bytes, country)
}

/// Reads octets whose encoding was named, such as `ISO-8859-1`; `None` where nobody knows that name.
pub fn decode_as(bytes: &[u8], label: &str) -> Option<String> {
    let encoding = Encoding::for_label(label.trim().as_bytes())?;
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn said(text: Cow<'_, str>, name: &str, more: &str) -> Decoded {
    let name = if name.starts_with("windows-") { name.replacen('w', "W", 1) } else { name.to_owned() };
    Decoded { text: text.into_owned(), encoding: format!("{name}{more}") }
}

/// Every other octet of Latin text in UTF-16 is nought.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let noughts = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|octet| **octet == 0).count();
    let (even, odd) = (noughts(0), noughts(1));
    let many = sample.len() / 4;
    match () {
        () if sample.len() < 4 => None,
        () if odd > many && even * 8 < odd => Some(UTF_16LE),
        () if even > many && odd * 8 < even => Some(UTF_16BE),
        () => None,
    }
}

/// Somebody put a line of another encoding into a file of UTF-8.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 2
}

fn text_by_lines(bytes: &[u8]) -> String {
    let read = |line: &[u8]| match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0.into_owned(),
    };
    bytes.split_inclusive(|octet| *octet == b'\n').map(read).collect()
}

/// One octet a letter: the reading that makes most sense.
fn single_octets(bytes: &[u8], country: Option<&str>) -> Decoded {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // What tells encodings apart begins with the first letter beyond ASCII.
    let first = bytes.iter().position(|octet| !octet.is_ascii()).unwrap_or(0).saturating_sub(64);
    let sample = &bytes[first..bytes.len().min(first + SAMPLE)];
    detector.feed(sample, true);
    let guess = detector.guess(country.map(str::as_bytes), Utf8Detection::Deny);
    // Neighbours of Windows-1252 have other letters in the same places: one such letter is no proof.
    let margin = if matches!(country, Some("ee" | "lv" | "lt")) { 0 } else { NEIGHBOUR };
    let candidates =
        [(Some(MACINTOSH), 0), (None, 0), (Some(WINDOWS_1257), margin), (Some(guess), margin.max(1))].into_iter();
    // Of those that are as good the first: Windows-1252 before all.
    let mut best = (sense(&read_as(sample, Some(WINDOWS_1252))), Some(WINDOWS_1252));
    for (encoding, margin) in candidates {
        let sense = sense(&read_as(sample, encoding)) - margin;
        if sense > best.0 {
            best = (sense, encoding);
        }
    }
    let text = read_as(bytes, best.1);
    match best.1 {
        // Latin-1 has control characters there, which no list holds.
        Some(encoding) if encoding == WINDOWS_1252 && !bytes.iter().any(|octet| matches!(octet, 0x80..=0x9f)) => {
            said(text.into(), "Latin-1", " (Windows-1252)")
        }
        Some(encoding) if encoding == MACINTOSH => said(text.into(), "Mac Roman", ""),
        Some(encoding) => said(text.into(), encoding.name(), ""),
        None => said(text.into(), "code page 850 (MS-DOS)", ""),
    }
}

/// Reads in an encoding, or in code page 850.
fn read_as(bytes: &[u8], encoding: Option<&'static Encoding>) -> String {
    if let Some(encoding) = encoding {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    let upper: Vec<char> = CODE_PAGE_850.chars().collect();
    bytes
        .iter()
        .map(|octet| upper.get(usize::from(*octet).wrapping_sub(0x80)).copied().unwrap_or(char::from(*octet)))
        .collect()
}

/// How much a text looks like lists of people around the Baltic: letters that are used there count most, signs and capitals
/// in the middle of words against it.
fn sense(text: &str) -> i64 {
    let mut sum = 0;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied().unwrap_or(' ');
        if !letter.is_ascii() {
            sum += worth(letter);
            let is_within = before.is_alphabetic() && next.is_alphabetic();
            if is_within && !letter.is_alphabetic() && letter != '\u{2019}' {
                sum -= 12;
            }
            if letter.is_uppercase() && (before.is_lowercase() || before.is_alphabetic() && next.is_lowercase()) {
                sum -= 6;
            }
        }
        before = letter;
    }
    sum
}

fn worth(letter: char) -> i64 {
    match letter {
        'å' | 'ä' | 'ö' | 'æ' | 'ø' | 'Å' | 'Ä' | 'Ö' | 'Æ' | 'Ø' | 'ü' | 'Ü' | 'õ' | 'Õ' | 'ß' | 'é' | 'É' => {
            8
        }
        'š' | 'ž' | 'Š' | 'Ž' | 'ā' | 'č' | 'ē' | 'ģ' | 'ī' | 'ķ' | 'ļ' | 'ņ' | 'ū' | 'ą' | 'ę' | 'ė' | 'į' | 'ų' => {
            6
        }
        'Ā' | 'Č' | 'Ē' | 'Ģ' | 'Ī' | 'Ķ' | 'Ļ' | 'Ņ' | 'Ū' | 'Ą' | 'Ę' | 'Ė' | 'Į' | 'Ų' => 4,
        'á' | 'à' | 'è' | 'ê' | 'ë' | 'í' | 'ï' | 'ó' | 'ô' | 'ú' | 'ç' | 'ñ' => 6,
        'â' | 'î' | 'û' | 'ò' | 'ì' | 'ù' | 'ý' | 'ã' => 4,
        '\u{2013}' | '\u{2014}' | '\u{2018}'..='\u{201e}' | '\u{a0}' | '€' | '·' | '§' | '´' => 2,
        '\u{80}'..='\u{9f}' | '\u{fffd}' => -20,
        letter if letter.is_alphabetic() => 3,
        _ => -4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Förnamn;Ort\r\nÅsa;Malmö\r\nØystein;Ærøskøbing\r\nJürgen;Düsseldorf\r\nÕie;Võru\r\n";

    #[test]
    fn the_encodings_of_the_north_are_told_apart() {
        let marked = |mark: &[u8], body: Vec<u8>| [mark, &body].concat();
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let dos = |text: &str| {
            let upper: Vec<char> = CODE_PAGE_850.chars().collect();
            let octet = |letter: char| match letter.is_ascii() {
                true => letter as u8,
                false => {
                    0x80 + u8::try_from(upper.iter().position(|known| *known == letter).expect("a letter"))
                        .expect("128")
                }
            };
            text.chars().map(octet).collect::<Vec<u8>>()
        };
        for (bytes, name) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (marked(b"\xef\xbb\xbf", TEXT.into()), "UTF-8 with a byte order mark"),
            (marked(b"\xff\xfe", le.clone()), "UTF-16LE with a byte order mark"),
            (marked(b"\xfe\xff", be.clone()), "UTF-16BE with a byte order mark"),
            (le, "UTF-16LE without a byte order mark"),
            (be, "UTF-16BE without a byte order mark"),
            (WINDOWS_1252.encode(TEXT).0.into_owned(), "Latin-1 (Windows-1252)"),
            (MACINTOSH.encode(TEXT).0.into_owned(), "Mac Roman"),
            (dos(TEXT), "code page 850 (MS-DOS)"),
        ] {
            let read = decode(&bytes, Some("se"));
            assert_eq!((read.text.as_str(), read.encoding.as_str()), (TEXT, name));
        }
    }

    #[test]
    fn one_letter_is_enough() {
        for text in [
            "Name\nBjörn\n",
            "Name\nZoë\n",
            "Name\nSiân\n",
            "Name\nÅsa\n",
            "Nimi\nŠaron Õun\n",
            "Navn\nØye – Bygg\n",
            "Name\nGroß\n",
        ] {
            let bytes = WINDOWS_1252.encode(text).0;
            assert_eq!(decode(&bytes, Some("se")).text, text);
        }
        let baltic = "Vārds\nJānis Bērziņš\nŽydrūnė Šimkutė\n";
        assert_eq!(decode(&WINDOWS_1257.encode(baltic).0, Some("lv")).text, baltic);
    }

    #[test]
    fn a_strange_line_does_not_spoil_the_others() {
        let mut bytes = "Åsa;Öberg\nJürgen;Müller\n".as_bytes().to_vec();
        bytes.extend(b"Bj\xf6rn;Ek\n");
        assert_eq!(decode(&bytes, None).text, "Åsa;Öberg\nJürgen;Müller\nBjörn;Ek\n");
    }
}
