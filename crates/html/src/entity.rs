//! Character references and escapes.

use std::borrow::Cow;

/// Names of U+00A0..=U+00FF in order (HTML 4, Latin 1).
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo", "not", "shy",
    "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot", "cedil", "sup1", "ordm",
    "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig",
    "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve",
    "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN",
    "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc",
    "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml",
    "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// The other names that mail and pages use: markup, letters of our languages, punctuation, spaces, arrows, signs.
const OTHERS: [(&str, char); 72] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("AMP", '&'),
    ("LT", '<'),
    ("GT", '>'),
    ("QUOT", '"'),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Zcaron", 'Ž'),
    ("zcaron", 'ž'),
    ("Yuml", 'Ÿ'),
    ("fnof", 'ƒ'),
    ("circ", 'ˆ'),
    ("tilde", '˜'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("numsp", '\u{2007}'),
    ("puncsp", '\u{2008}'),
    ("thinsp", '\u{2009}'),
    ("hairsp", '\u{200a}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("hyphen", '‐'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("horbar", '―'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("dagger", '†'),
    ("Dagger", '‡'),
    ("bull", '•'),
    ("hellip", '…'),
    ("permil", '‰'),
    ("prime", '′'),
    ("Prime", '″'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("frasl", '⁄'),
    ("euro", '€'),
    ("trade", '™'),
    ("larr", '←'),
    ("uarr", '↑'),
    ("rarr", '→'),
    ("darr", '↓'),
    ("harr", '↔'),
    ("minus", '−'),
    ("lowast", '∗'),
    ("infin", '∞'),
    ("asymp", '≈'),
    ("ne", '≠'),
    ("le", '≤'),
    ("ge", '≥'),
    ("check", '✓'),
    ("cross", '✗'),
    ("star", '☆'),
    ("starf", '★'),
    ("phone", '☎'),
    ("hearts", '♥'),
    ("NewLine", '\n'),
    ("Tab", '\t'),
    ("NoBreak", '\u{2060}'),
];

/// What the numbers 128 to 159 mean in a reference: Windows-1252 (HTML standard, numeric character reference end state).
const WINDOWS_1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// Decodes character references; what is none stays as it is. Names need their semicolon.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match reference(rest) {
            Some((character, length)) => {
                out.push(character);
                rest = &rest[length..];
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character a reference (after its `&`) stands for, and its length with the semicolon.
fn reference(text: &str) -> Option<(char, usize)> {
    let end = text.find(|character: char| !character.is_ascii_alphanumeric() && character != '#')?;
    let name = &text[..end];
    if !text[end..].starts_with(';') {
        return None;
    }
    let character = match name.strip_prefix('#') {
        Some(number) => numeric(number)?,
        None => named(name)?,
    };
    Some((character, end + 1))
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse::<u32>().ok()?,
    };
    match code {
        0 => Some(char::REPLACEMENT_CHARACTER),
        0x80..=0x9F => WINDOWS_1252.chars().nth(code as usize - 0x80),
        // A reference cannot make a mark: values only ever come in as marks themselves.
        code => Some(char::from_u32(code).filter(|&c| !crate::mark::is_mark(c)).unwrap_or(char::REPLACEMENT_CHARACTER)),
    }
}

fn named(name: &str) -> Option<char> {
    let latin = || LATIN_1.iter().position(|known| *known == name).and_then(|at| char::from_u32(0xA0 + at as u32));
    OTHERS.iter().find(|(known, _)| *known == name).map(|(_, character)| *character).or_else(latin)
}

/// Escapes a text for element content: `&`, `<`, `>`.
pub fn escape_text(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
}

/// Escapes a text for an attribute value in either kind of quotes: `&`, `<`, `>`, `"`, `'`.
pub fn escape_attribute(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_and_look_alikes_are_not() {
        assert_eq!(decode("&lt;a&gt; &nbsp;&middot;&#8199;&#x2014;&yuml;&#150;"), "<a> \u{a0}·\u{2007}—ÿ–");
        assert_eq!(decode("&aring;&Oslash;&szlig;&hellip;&euro;"), "åØß…€");
        for plain in ["&", "a & b", "&;", "&#;", "&#x;", "&unknown;", "AT&T", "&amp", "&copy=1", "&å;"] {
            assert_eq!(decode(plain), plain);
        }
        assert_eq!(decode("&amp;lt;"), "&lt;", "decoded once, not twice");
        assert_eq!(decode("&#xF0041;&#xD800;&#0;"), "\u{fffd}\u{fffd}\u{fffd}");
    }

    #[test]
    fn an_escaped_text_decodes_to_itself() {
        let text = "<a href=\"x\">'&amp;'</a>";
        let (mut content, mut attribute) = (String::new(), String::new());
        escape_text(text, &mut content);
        escape_attribute(text, &mut attribute);
        assert_eq!(decode(&content), text);
        assert_eq!(decode(&attribute), text);
        assert!(!attribute.contains(['<', '>', '"', '\'']));
    }
}
