//! Letters that look alike (Unicode Technical Standard #39 §4, as far as names of firms and mailboxes reach), and letters
//! without their marks.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters of other scripts, and what of the Latin alphabet they look like in lower or upper case.
const ALIKE: &[(&str, char)] = &[
    ("аɑα\u{1d00}ꭺ", 'a'),
    ("вьβƅ\u{0299}ꞵ", 'b'),
    ("сϲς\u{1d04}ꮯ", 'c'),
    ("ԁɗđð\u{1d05}", 'd'),
    ("еёєεҽ\u{1d07}ꭼə", 'e'),
    ("ƒ", 'f'),
    ("ɡցԍ\u{0262}", 'g'),
    ("һнհ\u{029c}ħн", 'h'),
    ("іїιıɩ\u{026a}", 'i'),
    ("јϳ\u{1d0a}", 'j'),
    ("кκ\u{1d0b}қ", 'k'),
    ("ӏłƚ\u{029f}|", 'l'),
    ("мμ\u{1d0d}", 'm'),
    ("пηոɴ", 'n'),
    ("оοσօøө\u{1d0f}", 'o'),
    ("рρϱ\u{1d18}", 'p'),
    ("ԛզ", 'q'),
    ("гʀ", 'r'),
    ("ѕꜱß", 's'),
    ("тτŧ\u{1d1b}", 't'),
    ("υսцʋ\u{1d1c}", 'u'),
    ("ѵν\u{1d20}", 'v'),
    ("ԝωѡ\u{1d21}", 'w'),
    ("хχ×", 'x'),
    ("уγүʏ", 'y'),
    ("ζ\u{1d22}", 'z'),
];

/// A name with every letter as the plainest that it looks like: no marks, one alphabet, digits for no letters.
pub(super) fn skeleton(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let has_letters = name.chars().any(char::is_alphabetic);
    let letters: Box<dyn Iterator<Item = char>> = match name.is_ascii() {
        // Nothing to take apart.
        true => Box::new(name.chars()),
        false => Box::new(name.nfd().filter(|letter| !is_combining_mark(*letter))),
    };
    for letter in letters {
        match letter {
            '0' if has_letters => out.push('o'),
            '1' if has_letters => out.push('l'),
            'æ' => out.push('a'),
            'œ' => out.push('o'),
            _ if letter.is_ascii() => out.push(letter),
            _ => out.push(ALIKE.iter().find(|(alike, _)| alike.contains(letter)).map_or(letter, |(_, plain)| *plain)),
        }
    }
    // What is written for letters with marks, and pairs that are read as one letter.
    for (pair, one) in [("aa", "a"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("rn", "m"), ("vv", "w"), ("ss", "s")] {
        if out.contains(pair) {
            out = out.replace(pair, one);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_look_alike_have_one_skeleton() {
        for other in [
            "gra kontorsdrift",
            "graa kontorsdrift",
            "gr\u{430} kontorsdrift",
            "grå k0ntorsdrift",
            "gr\u{e4} kontorsdrift",
        ] {
            assert_eq!(skeleton(other), skeleton("grå kontorsdrift"), "{other}");
        }
        assert_ne!(skeleton("grön"), skeleton("gran"));
        assert_eq!(skeleton("2027"), "2027");
    }
}
