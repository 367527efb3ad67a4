//! Typographic punctuation: what an author types on a keyboard becomes what the language prints.
//!
//! Straight quotes become the language's own, `'` between letters an apostrophe, `--` and `---` dashes, `...` an ellipsis.
//! Code, addresses, escaped characters and merged values are never touched, but they count as neighbours: the quote in
//! `{{ contact.name.given }}'s` is an apostrophe. Markup is looked through: `"*x*"` and `*"x"*` get the same quotes.

use std::ops::Range;

use memchr::{memchr2, memmem};
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::model::language::Language;
use crate::render::locale::{self, Quotes};
use html::mark::is_mark;

/// An event and the bytes of the source it was made from.
pub type Spanned<'a> = (Event<'a>, Range<usize>);

/// Puts typographic punctuation into the text events of a document.
pub fn smarten(source: &str, events: &mut [Spanned<'_>], language: Language) {
    let runs = [&b"--"[..], b".."].iter().any(|run| memmem::find(source.as_bytes(), run).is_some());
    if !runs && memchr2(b'"', b'\'', source.as_bytes()).is_none() {
        return;
    }
    let quotes = locale::quotes(language);
    let mut block = Block::default();
    let mut begin = 0;
    let mut wanting = false;
    let mut code = false;
    for index in 0..=events.len() {
        match events.get(index) {
            Some((Event::Text(text), _)) => wanting |= !code && !wanting && may_want(text, runs),
            Some((event, _)) if continues_block(event) => {}
            ending => {
                code = matches!(ending, Some((Event::Start(Tag::CodeBlock(_)), _)));
                if std::mem::take(&mut wanting) {
                    block.read(source, events, begin..index);
                    block.finish(events, quotes);
                }
                begin = index + 1;
            }
        }
    }
}

/// May some punctuation in the text want another form? `runs`: somewhere in the document stand two dashes or dots; a run may
/// begin in the text before.
fn may_want(text: &str, runs: bool) -> bool {
    let bytes = text.as_bytes();
    memchr2(b'"', b'\'', bytes).is_some() || (runs && memchr2(b'-', b'.', bytes).is_some())
}

/// Does a paragraph, heading, cell or list item go on with this event?
fn continues_block(event: &Event<'_>) -> bool {
    match event {
        Event::Text(_) | Event::Code(_) | Event::FootnoteReference(_) | Event::InlineMath(_) => true,
        Event::DisplayMath(_) | Event::SoftBreak | Event::HardBreak | Event::TaskListMarker(_) => true,
        Event::InlineHtml(_) => true,
        Event::Start(tag) => is_inline(&tag.to_end()),
        Event::End(tag) => is_inline(tag),
        _ => false,
    }
}

fn is_inline(tag: &TagEnd) -> bool {
    use TagEnd::{Emphasis, Image, Link, Strikethrough, Strong, Subscript, Superscript};
    matches!(tag, Emphasis | Strong | Strikethrough | Link | Image | Subscript | Superscript)
}

/// A plain text (a subject, an attribute) with typographic punctuation.
pub fn smarten_line(text: &str, language: Language) -> String {
    let mut events = [(Event::Text(text.into()), 0..text.len())];
    smarten(text, &mut events, language);
    match events {
        [(Event::Text(text), _)] => text.into_string(),
        _ => text.to_owned(),
    }
}

/// In the place of an event: nothing is written back.
const NEIGHBOUR: u32 = u32::MAX;

/// One character of a block.
struct TypedCharacter {
    /// As it was typed.
    typed: char,
    /// What is printed instead; nothing where another letter stands for it.
    printed: Option<char>,
    /// The event it belongs to; [`NEIGHBOUR`] for what only counts as one.
    event: u32,
    /// May it be changed?
    free: bool,
}

/// The characters of one paragraph, heading, cell or list item.
#[derive(Default)]
struct Block {
    letters: Vec<TypedCharacter>,
    /// Where the straight quotes are that may be changed.
    quotes: Vec<usize>,
    /// There are dashes or dots in a row.
    runs: bool,
}

impl Block {
    /// Takes in the characters of some events.
    fn read(&mut self, source: &str, events: &[Spanned<'_>], block: Range<usize>) {
        self.letters.clear();
        self.quotes.clear();
        self.runs = false;
        let mut verbatim = false;
        for (index, (event, range)) in block.clone().zip(&events[block]) {
            match event {
                Event::Start(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => verbatim = true,
                Event::End(TagEnd::Link) => verbatim = false,
                Event::Text(text) => {
                    // Text that is not its source came from a character reference: the author asked for exactly that.
                    let typed = !verbatim && source.get(range.clone()) == Some(text.as_ref());
                    // A document of four thousand million events does not fit into memory.
                    self.text(text, index as u32, typed, source[..range.start].ends_with('\\'));
                }
                Event::Code(_) | Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                    self.atom('x')
                }
                Event::SoftBreak | Event::HardBreak | Event::TaskListMarker(_) => self.atom(' '),
                Event::InlineHtml(html) if html.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) => {
                    self.atom(' ')
                }
                _ => {}
            }
        }
    }

    fn atom(&mut self, typed: char) {
        self.letters.push(TypedCharacter { typed, printed: Some(typed), event: NEIGHBOUR, free: false });
    }

    fn text(&mut self, text: &str, event: u32, typed: bool, escaped: bool) {
        let first = self.letters.len();
        let letter = |character: char| TypedCharacter {
            typed: character,
            printed: Some(character),
            event,
            free: typed && !is_mark(character),
        };
        match text.is_ascii() {
            // Most text is: then every byte is a letter, and many are written at once.
            true => self.letters.extend(text.bytes().map(|byte| letter(char::from(byte)))),
            false => self.letters.extend(text.chars().map(letter)),
        }
        if let Some(letter) = self.letters.get_mut(first).filter(|_| escaped) {
            letter.free = false;
        }
        for at in first..self.letters.len() {
            let letter = &self.letters[at];
            match letter.typed {
                '"' | '\'' if letter.free => self.quotes.push(at),
                '-' | '.' if letter.free => {
                    let before = at.checked_sub(1).map(|before| &self.letters[before]);
                    self.runs |= before.is_some_and(|before| before.free && before.typed == letter.typed);
                }
                _ => {}
            }
        }
    }

    /// Sets the punctuation of the block and writes it back into its events.
    fn finish(&mut self, events: &mut [Spanned<'_>], quotes: Quotes) {
        if self.runs {
            self.dashes();
        }
        self.quotes(quotes);
        if self.runs || !self.quotes.is_empty() {
            self.write(events);
        }
    }

    fn write(&self, events: &mut [Spanned<'_>]) {
        for letters in self.letters.chunk_by(|a, b| a.event == b.event) {
            let event = letters[0].event;
            if event != NEIGHBOUR && letters.iter().any(|letter| letter.printed != Some(letter.typed)) {
                let mut text = String::with_capacity(letters.len() + letters.len() / 8);
                text.extend(letters.iter().filter_map(|letter| letter.printed));
                events[event as usize].0 = Event::Text(text.into());
            }
        }
    }

    /// Dashes and ellipses, outside of words that are addresses.
    fn dashes(&mut self) {
        let letters = &mut self.letters;
        let mut at = 0;
        while at < letters.len() {
            let typed = letters[at].typed;
            if !matches!(typed, '-' | '.') {
                at += 1;
                continue;
            }
            let run = letters[at..].iter().take_while(|letter| letter.typed == typed && letter.free).count().max(1);
            let printed = match (typed, run) {
                ('-', 2) => Some('–'),
                ('-', 3) => Some('—'),
                ('.', 3) => Some('…'),
                _ => None,
            };
            let beside = |at: Option<usize>| at.and_then(|at| letters.get(at)).map(|letter| letter.typed);
            let before = beside(at.checked_sub(1));
            let arrow = before == Some('<') || beside(Some(at + run)) == Some('>');
            let longer = before == Some(typed) || beside(Some(at + run)) == Some(typed);
            if let Some(printed) = printed.filter(|_| !arrow && !longer && !in_address(letters, at)) {
                letters[at..at + run].iter_mut().for_each(|letter| letter.printed = None);
                letters[at].printed = Some(printed);
            }
            at += run;
        }
    }

    fn quotes(&mut self, quotes: Quotes) {
        let mut double = false;
        let mut single = false;
        // The opening quote just printed: what follows it may open, too.
        let mut opened = None;
        for index in 0..self.quotes.len() {
            let at = self.quotes[index];
            let typed = self.letters[at].typed;
            let around = Around::new(&self.letters, at, opened);
            let printed = if typed == '"' {
                if around.can_open() && !(double && around.after_dash && !around.before_word) {
                    double = true;
                    opened = Some(at);
                    quotes.open
                } else if std::mem::take(&mut double) {
                    quotes.close
                } else if around.after_digit {
                    '″'
                } else if around.before_word && self.closes_later(at) {
                    double = true;
                    opened = Some(at);
                    quotes.open
                } else {
                    quotes.close
                }
            } else if around.after_word && around.before_word {
                '’'
            } else if around.can_open() && self.closes_later(at) && !self.is_decade(at) {
                single = true;
                opened = Some(at);
                quotes.inner_open
            } else if !around.can_open() && std::mem::take(&mut single) {
                quotes.inner_close
            } else if around.after_digit {
                '′'
            } else {
                '’'
            };
            self.letters[at].printed = Some(printed);
        }
    }

    /// Does the quote at `at` have a partner that could close it?
    fn closes_later(&self, at: usize) -> bool {
        self.quotes.iter().filter(|&&later| later > at && self.letters[later].typed == self.letters[at].typed).any(
            |&later| {
                let around = Around::new(&self.letters, later, None);
                !around.after_space && !around.before_word
            },
        )
    }

    /// `'90s`: two digits and no third after the apostrophe.
    fn is_decade(&self, at: usize) -> bool {
        let digit = |offset: usize| self.letters.get(at + offset).is_some_and(|letter| letter.typed.is_ascii_digit());
        digit(1) && digit(2) && !digit(3)
    }
}

/// Is the letter part of a word that is an address of the web?
fn in_address(letters: &[TypedCharacter], at: usize) -> bool {
    let space = |letter: &TypedCharacter| letter.typed.is_whitespace();
    let start = letters[..at].iter().rposition(space).map_or(0, |space| space + 1);
    let end = letters[at..].iter().position(space).map_or(letters.len(), |space| at + space);
    let word: String = letters[start..end].iter().map(|letter| letter.typed).collect();
    word.contains("://") || word.starts_with("www.")
}

/// What stands on both sides of a quote.
struct Around {
    after_space: bool,
    after_word: bool,
    after_digit: bool,
    after_dash: bool,
    after_opening: bool,
    before_word: bool,
    /// Behind the quote is neither space nor the end nor closing punctuation.
    before_something: bool,
}

impl Around {
    fn new(letters: &[TypedCharacter], at: usize, opened: Option<usize>) -> Self {
        let word = |character: char| character.is_alphanumeric() || is_mark(character);
        let before = at.checked_sub(1).map(|before| letters[before].typed);
        let behind = letters.get(at + 1).map(|letter| letter.typed);
        Around {
            after_space: before.is_none_or(char::is_whitespace),
            after_word: before.is_some_and(word),
            after_digit: before.is_some_and(|character| character.is_ascii_digit()),
            after_dash: before.is_some_and(|character| matches!(character, '-' | '–' | '—' | '/' | '=')),
            after_opening: before.is_some_and(|character| "([{<¿¡„“‚‘«‹".contains(character))
                || (opened.is_some() && opened == at.checked_sub(1)),
            before_word: behind.is_some_and(word),
            before_something: behind
                .is_some_and(|character| !character.is_whitespace() && !".,;:!?)]}>".contains(character)),
        }
    }

    fn can_open(&self) -> bool {
        (self.after_space || self.after_dash || self.after_opening) && self.before_something
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use html::mark;

    #[test]
    fn each_language_has_its_own_quotes() {
        let typed = "\"Han sa 'ja'\", sa hon (\"tyst\").";
        let expected = [
            (Language::Sv, "”Han sa ’ja’”, sa hon (”tyst”)."),
            (Language::Fi, "”Han sa ’ja’”, sa hon (”tyst”)."),
            (Language::Nb, "«Han sa ‘ja’», sa hon («tyst»)."),
            (Language::Da, "»Han sa ›ja‹«, sa hon (»tyst«)."),
            (Language::Et, "„Han sa ‚ja‘“, sa hon („tyst“)."),
            (Language::De, "„Han sa ‚ja‘“, sa hon („tyst“)."),
            (Language::En, "“Han sa ‘ja’”, sa hon (“tyst”)."),
        ];
        for (language, printed) in expected {
            assert_eq!(smarten_line(typed, language), printed);
        }
    }

    #[test]
    fn apostrophes_primes_dashes_and_ellipses() {
        let expected = [
            ("Don't, 'tis the '90s -- or so ...", "Don’t, ’tis the ’90s – or so …"),
            ("the students' room---\"Sara's\"", "the students’ room—“Sara’s”"),
            ("a 27\" screen, 6' tall, \"27\" it says", "a 27″ screen, 6′ tall, “27” it says"),
            ("\"'Yes'\", \"no\"-sayers, gum\"my\"", "“‘Yes’”, “no”-sayers, gum“my”"),
            ("1990--2000, ----, .., ...., -->, a-b", "1990–2000, ----, .., ...., -->, a-b"),
            (
                "see https://x.example/a--b...c and www.x.example/a--b",
                "see https://x.example/a--b...c and www.x.example/a--b",
            ),
            ("\"…\" \"-\". \"--\"", "“…” “-”. “–”"),
        ];
        for (typed, printed) in expected {
            assert_eq!(smarten_line(typed, Language::En), printed);
        }
    }

    #[test]
    fn a_value_is_a_neighbour_and_never_changed() {
        let value = mark::encode("\"O'Hara\" -- ...");
        let printed = smarten_line(&format!("\"{value}\", {value}'s --{value}"), Language::En);
        assert_eq!(printed, format!("“{value}”, {value}’s –{value}"));
    }
}
