//! The names of firms as they are compared.
//!
//! Case, Unicode form, what nobody sees, white space, punctuation and the legal form do not count, wherever it stands and
//! however it is written; `&` is `och`, `og`, `ja`, `und`, `and`; `ä` is `ae`; what stands after a comma, a slash or a dash is a
//! branch. A missing accent and a letter off are no spelling of the same name but a likeness, see [`likeness`](super::likeness).

use super::confusable;
use super::forms::{AND, BEFORE, BRANCHES, CERTAIN, FORMS, PHRASES};
use source::characters::{is_ignorable, nfkc};

/// A branch is called by so few words.
const BRANCH_WORDS: usize = 3;

/// A part of a firm's name: its words, between commas, slashes, brackets and lone dashes.
type Part = Vec<String>;

/// The folded forms of a firm's name; two names are of one firm where they share one. Never empty.
pub fn keys(name: &str) -> Vec<String> {
    distinct(names(name).iter().map(|words| words.iter().map(|word| canonical(word)).collect()).collect())
}

/// The folded forms of a firm's name in which a missing accent or a look-alike letter does not count.
pub fn loose_keys(name: &str) -> Vec<String> {
    distinct(names(name).iter().map(|words| confusable::skeleton(&words.concat().replace('&', ""))).collect())
}

fn distinct(mut keys: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| !key.is_empty() && seen.insert(key.clone()));
    keys
}

/// The words of every name that a firm's name may stand for: all of it, what stands before a branch, and after `c/o`.
fn names(name: &str) -> Vec<Part> {
    let parts = parts(name);
    let mut names = Vec::new();
    let bare: Vec<Bare> = parts.iter().map(|part| Bare::of(part)).collect();
    let whole: Part = bare.iter().flat_map(|bare| bare.words.iter().cloned()).collect();
    match whole.is_empty() {
        true => names.push(parts.concat()),
        false => names.push(whole),
    }
    if let Some(first) = bare.first() {
        if first.has_company && bare.len() == 1 {
            names.push(first.with_company.clone());
        }
        if let Some(head) = head(&parts[0]) {
            names.push(head);
        }
        if is_before_branch(&bare, &parts) {
            names.push(first.words.clone());
        }
    }
    for (index, (part, bare)) in parts.iter().zip(&bare).enumerate().skip(1) {
        let is_careof = part.first().is_some_and(|word| word == CARE_OF);
        let follows_branch = parts[0].iter().any(|word| BRANCHES.contains(&word.as_str()));
        if is_careof {
            names.push(Bare::of(&part[1..]).words);
            names.push(Bare::of(&parts[index - 1]).words);
        } else if bare.had_form && (bare.words.len() >= 2 || follows_branch) {
            names.push(bare.words.clone());
        }
    }
    names.retain(|words| !words.is_empty());
    names
}

/// A part without legal forms.
struct Bare {
    words: Part,
    /// It had a legal form, or the firm is being wound up.
    had_form: bool,
    /// It had `& Co` before the form.
    has_company: bool,
    /// The words with `& Co`.
    with_company: Part,
}

impl Bare {
    fn of(part: &[String]) -> Self {
        let mut words = part.to_vec();
        let (mut had_form, mut has_company, mut with_company) = (false, false, Part::new());
        loop {
            let end = ending(&words);
            if end > 0 {
                words.truncate(words.len() - end);
                had_form = true;
                continue;
            }
            match words.as_slice() {
                [.., before, and, company] if and == "&" && is_company(company) && (had_form || is_form(before)) => {
                    (has_company, with_company) = (true, words.clone());
                    words.truncate(words.len() - 2);
                }
                [_, _, .., company] if company == "co" => _ = words.pop(),
                [_, .., and] if and == "&" => _ = words.pop(),
                _ => break,
            }
        }
        while words.len() > 1 && BEFORE.contains(&words[0].as_str()) {
            had_form |= words[0] != "the";
            words.remove(0);
        }
        if words.len() == 1 && part.len() > 1 && is_form(&words[0]) {
            words.clear();
        }
        Bare { words, had_form, has_company, with_company }
    }
}

/// How many words at the end are a legal form or a state, leaving at least one.
fn ending(words: &[String]) -> usize {
    let phrase = |phrase: &&&[&str]| {
        words.len() > phrase.len() && words.iter().rev().zip(phrase.iter().rev()).all(|(a, b)| a == b)
    };
    let longest = PHRASES.iter().filter(phrase).map(|phrase| phrase.len()).max();
    let single = usize::from(words.len() > 1 && words.last().is_some_and(|last| is_form(last)));
    longest.unwrap_or(0).max(single)
}

fn is_form(word: &str) -> bool {
    FORMS.contains(&word)
}

fn is_company(word: &str) -> bool {
    matches!(word, "co" | "cie" | "company" | "comp")
}

/// The words before a legal form in the middle, or before a word for a branch.
fn head(part: &[String]) -> Option<Part> {
    let at = (1..part.len()).find(|&at| {
        let behind = part.get(at + 1).map(String::as_str);
        let is_followed = behind.is_some_and(|behind| behind != "&" && !is_form(behind));
        (CERTAIN.contains(&part[at].as_str()) && is_followed) || BRANCHES.contains(&part[at].as_str())
    })?;
    let words = Bare::of(&part[..at]).words;
    (!words.is_empty()).then_some(words)
}

/// True where what follows the first part is a branch of it, and not the rest of a name like `Lund, Berg & Holm AB`.
fn is_before_branch(bare: &[Bare], parts: &[Part]) -> bool {
    let [first, rest @ ..] = bare else { return false };
    if rest.is_empty() || first.words.is_empty() {
        return false;
    }
    let names_branch = parts[1..].iter().flatten().any(|word| BRANCHES.contains(&word.as_str()));
    let is_name =
        rest.iter().any(|part| part.had_form && !part.words.is_empty() || part.words.iter().any(|word| word == "&"));
    let is_short = rest.iter().map(|part| part.words.len()).sum::<usize>() <= BRANCH_WORDS;
    first.had_form || names_branch || (!is_name && is_short && (first.words.len() > 1 || rest[0].words.len() == 1))
}

/// What stands for `c/o` among words.
const CARE_OF: &str = "c/o";

/// Takes a name apart into words, in lower case and composed.
fn parts(name: &str) -> Vec<Part> {
    let visible: String =
        name.chars().filter(|&c| !is_ignorable(c) && !matches!(c, '™' | '®' | '©' | '℠' | '´' | '¨')).collect();
    let folded = nfkc(&visible.replace("&amp;", "&")).to_lowercase();
    let folded = nfkc(&folded);
    // With points only: without them they are an oak, and half a river.
    let trimmed = folded.trim_end();
    let registered = [" e.k.", " e. k.", " e.k", " e.v.", " e. v.", " e.v", " e.g.", " e. g."];
    let folded = registered.iter().find_map(|form| trimmed.strip_suffix(form)).unwrap_or(trimmed);
    let letters: Vec<char> = folded.chars().collect();
    let mut reader = NameWords::default();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1).copied();
        reader.take(letter, before, after, letters.get(at + 2).copied());
    }
    reader.finish()
}

#[derive(Default)]
struct NameWords {
    parts: Vec<Part>,
    part: Part,
    word: String,
}

impl NameWords {
    fn take(&mut self, letter: char, before: Option<char>, after: Option<char>, then: Option<char>) {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match letter {
            _ if letter.is_alphanumeric() || unicode_normalization::char::is_combining_mark(letter) => {
                self.word.push(letter);
            }
            '\'' | '’' | '‘' | '‛' | '`' | '´' | 'ʼ' | 'ʹ' | '′' | '"' | '“' | '”' | '„' | '«' | '»' | '‹' | '›'
            | '.' => {}
            '\u{301}' | '\u{300}' => {}
            '&' | '+' => {
                self.end_word();
                self.part.push("&".to_owned());
            }
            // `A/S`, `I/S`, `K/S`, `P/S` and `c/o`.
            '/' if self.word.chars().count() == 1 && matches!(after, Some('s' | 'o')) && !is_letter(then) => {
                if self.word == "c" {
                    self.word.clear();
                    self.end_part();
                    self.part.push(CARE_OF.to_owned());
                    // The `o` that follows belongs to it.
                    self.word.push('\u{0}');
                } else if self.word != "a" {
                    self.word.push('/');
                }
            }
            ',' | ';' | '/' | '\\' | '|' | '(' | ')' | '[' | ']' | '·' | '•' | ':' => self.end_part(),
            _ if is_dash(letter) => {
                let is_lone = |c: Option<char>| c.is_none_or(char::is_whitespace);
                match is_lone(before) || is_lone(after) {
                    true => self.end_part(),
                    false => self.end_word(),
                }
            }
            _ => self.end_word(),
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if !word.is_empty() && !word.starts_with('\u{0}') {
            self.part.push(word);
        }
    }

    fn end_part(&mut self) {
        self.end_word();
        if !self.part.is_empty() {
            self.parts.push(std::mem::take(&mut self.part));
        }
    }

    fn finish(mut self) -> Vec<Part> {
        self.end_part();
        self.parts.into_iter().map(|part| with_signs(with_initials(part))).collect()
    }
}

/// Single letters in a row are one word: `A B` is `AB`, `G m b H` is `GmbH`.
fn with_initials(part: Part) -> Part {
    let mut joined: Part = Vec::with_capacity(part.len());
    let is_initial = |word: &str| word != "&" && word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let mut last_was = false;
    for word in part {
        let is = is_initial(&word);
        match joined.last_mut().filter(|_| is && last_was) {
            Some(last) => last.push_str(&word),
            None => joined.push(word),
        }
        last_was = is;
    }
    joined
}

/// A word for `&` between two others is `&`.
fn with_signs(mut part: Part) -> Part {
    for at in 1..part.len().saturating_sub(1) {
        if AND.contains(&part[at].as_str()) {
            part[at] = "&".to_owned();
        }
    }
    part
}

fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{2043}'
                | '\u{207b}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '~'
                | '_'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{30fb}'
    )
}

/// A word in letters that every keyboard has: `å` is `aa`, `ä` and `æ` are `ae`, `ö` and `ø` are `oe`, `ü` is `ue`, `ß` is `ss`.
fn canonical(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut out = String::with_capacity(word.len() + 2);
    for letter in word.chars() {
        match letter {
            'å' => out.push_str("aa"),
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' | 'œ' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'þ' => out.push_str("th"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let known = keys(one);
        keys(other).iter().any(|key| known.contains(key))
    }

    #[test]
    fn a_firm_named_like_a_legal_form_keeps_its_name() {
        assert_eq!(keys("AB"), ["ab"]);
        assert!(same("OÜ Kruus Kinnisvara", "Kruus Kinnisvara OÜ"));
        assert!(!same("Nordisk Kaffe A/S", "Nordisk Te A/S"));
        assert!(same("Müller GmbH & Co. KG", "Müller & Co. KG") && same("Müller GmbH & Co. KG", "Mueller"));
    }

    #[test]
    fn a_branch_is_its_firm_and_a_list_of_partners_is_not_its_first() {
        assert!(same("Grå Kontorsdrift AB", "Grå Kontorsdrift AB, Uppsala"));
        assert!(same("Grå Kontorsdrift AB", "Inköp c/o Grå Kontorsdrift AB"));
        assert!(!same("Lund AB", "Lund, Berg & Holm AB") && !same("Holm", "Lund, Berg & Holm AB"));
    }
}
