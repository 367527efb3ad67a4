//! The words of one paragraph: links, line breaks, wrapping.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;
use unicode_width::UnicodeWidthStr;

use super::Links;
use html::hole;
use html::mark;
use html::url;

/// A space that no line is broken at; never in a text, because [`Inline::push`] lets no control character through.
const BOUND: char = '\u{1f}';

/// Something the text refers to by a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reference {
    /// An address.
    Url(String),
    /// A footnote, by its label.
    Note(String),
}

/// What the text refers to, numbered from 1.
#[derive(Debug)]
pub(super) struct References {
    links: Links,
    listed: Vec<Reference>,
}

impl References {
    pub(super) fn new(links: Links) -> Self {
        References { links, listed: Vec::new() }
    }

    pub(super) fn get(&self, index: usize) -> Option<&Reference> {
        self.listed.get(index)
    }

    /// The number of a reference: that of its first mention.
    fn number(&mut self, reference: Reference) -> usize {
        let known = self.listed.iter().position(|listed| *listed == reference);
        known.unwrap_or_else(|| {
            self.listed.push(reference);
            self.listed.len() - 1
        }) + 1
    }

    /// What follows the words of a link, if anything.
    fn suffix(&mut self, label: &str, target: &Target) -> String {
        match target {
            _ if spoils(label, target.address()) => hole::SPOILT.to_string(),
            _ if target.is_said_by(label) => String::new(),
            Target::Direct(address) => format!(" ({address})"),
            Target::Url(url) if self.links == Links::Inline => format!(" ({url})"),
            Target::Url(url) => format!("{BOUND}[{}]", self.number(Reference::Url(url.clone()))),
        }
    }
}

/// Where a link leads.
#[derive(Debug)]
enum Target {
    /// An address that is short enough to be said: of `mailto:` or `tel:`.
    Direct(String),
    /// Any other address.
    Url(String),
}

impl Target {
    /// `None` for a link that leads nowhere outside of the text.
    fn new(href: &str) -> Option<Self> {
        let href = href.trim();
        let (scheme, rest) = href.split_once(':').unwrap_or(("", href));
        match scheme.to_ascii_lowercase().as_str() {
            "mailto" => Some(Target::Direct(percent_decoded(rest.split('?').next().unwrap_or_default()))),
            "tel" => Some(Target::Direct(percent_decoded(rest.split(';').next().unwrap_or_default()))),
            _ if href.is_empty() || href.starts_with('#') => None,
            _ => Some(Target::Url(href.replace(' ', "%20"))),
        }
    }

    fn address(&self) -> &str {
        match self {
            Target::Direct(address) | Target::Url(address) => address,
        }
    }

    /// Do the words of the link already say where it leads?
    fn is_said_by(&self, label: &str) -> bool {
        let bare = |url: &str| {
            let url = url.trim().trim_end_matches('/').to_lowercase();
            url.split_once("://").map_or(url.clone(), |(_, rest)| rest.to_owned())
        };
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match self {
            Target::Url(url) => bare(url) == bare(label),
            Target::Direct(address) if address.contains('@') => label.to_lowercase().contains(&address.to_lowercase()),
            Target::Direct(number) => {
                // "08-555 010 20" says +46 8 555 010 20: a number is told from its end.
                let (number, label) = (digits(number), digits(label));
                let national = label.trim_start_matches('0');
                label.contains(&number) || (national.len() >= 6 && number.ends_with(national))
            }
        }
    }
}

/// Can only the full render tell how a link is said? Not where just its address is the personal refer link, alone.
fn spoils(label: &str, address: &str) -> bool {
    let holds_url = label.contains("://") || label.contains('@');
    hole::has_holes(label) || (hole::has_holes(address) && (holds_url || address != hole::hole(0).to_string()))
}

/// The address that a URL says; it is printed on one line, whatever it decodes to.
fn percent_decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().chars().filter(|character| !character.is_control()).collect()
}

/// The words of a paragraph as they come in.
#[derive(Debug, Default)]
pub(super) struct Inline {
    text: String,
    links: Vec<(Range<usize>, Target)>,
    open: Option<(usize, String)>,
}

impl Inline {
    /// Adds words; marks become what they stand for, and white space that HTML would collapse is a space.
    pub(super) fn push(&mut self, text: &str) {
        for character in mark::decode(text).chars() {
            let space = is_break(character) || character.is_control();
            self.text.push(if space { ' ' } else { character });
        }
    }

    pub(super) fn hard_break(&mut self) {
        self.text.push('\n');
    }

    /// Binds what comes next to the word before.
    pub(super) fn bind(&mut self) {
        self.text.push(BOUND);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// A picture is its alt text, with its caption below.
    pub(super) fn image(&mut self, alt: &str, caption: &str) {
        if !alt.trim().is_empty() {
            self.push("[");
            self.push(alt.trim());
            self.push("]");
        }
        if !caption.is_empty() {
            self.hard_break();
            self.push(caption);
        }
    }

    pub(super) fn open_link(&mut self, href: String) {
        self.open = Some((self.text.len(), href));
    }

    pub(super) fn close_link(&mut self) {
        let Some((start, href)) = self.open.take() else { return };
        let words = &self.text[start..];
        let end = start + words.trim_end().len();
        let start = start + (words.len() - words.trim_start().len());
        if let Some(target) = Target::new(&href).filter(|_| start < end) {
            self.links.push((start..end, target));
        }
    }

    /// The text with its links said or numbered. A paragraph that is nothing but a link (`alone`: may it be set apart?) becomes
    /// its words and, on a line of its own, its address.
    pub(super) fn resolve(mut self, references: &mut References, alone: bool) -> String {
        self.close_link();
        if let [(range, target)] = self.links.as_slice()
            && alone
            && self.text[range.clone()] == *self.text.trim()
        {
            let label = self.text.trim();
            if spoils(label, target.address()) {
                return hole::SPOILT.to_string();
            }
            let colon = if label.ends_with([':', '?', '!', '.', '…']) { "" } else { ":" };
            return match target.is_said_by(label) {
                true => label.to_owned(),
                false => format!("{label}{colon}\n{}", target.address()),
            };
        }
        let mut out = String::with_capacity(self.text.len());
        let mut at = 0;
        for (range, target) in &self.links {
            out.push_str(&self.text[at..range.end]);
            out.push_str(&references.suffix(&self.text[range.clone()], target));
            at = range.end;
        }
        out.push_str(&self.text[at..]);
        out
    }
}

impl References {
    /// The number of a footnote, in brackets.
    pub(super) fn note(&mut self, label: &str) -> String {
        format!("[{}]", self.number(Reference::Note(label.to_owned())))
    }
}

/// May a line be broken at this character? Only at white space as HTML knows it: what is wider or thinner is somebody's choice.
fn is_break(character: char) -> bool {
    character.is_ascii_whitespace()
}

/// Bytes that a line may have more than columns, as a guess at what it needs.
const ROOM: usize = 16;

/// Breaks a text into lines of at most `width` columns, at spaces; a longer word has a line of its own.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for hard in text.trim_ascii().split('\n') {
        let room = hard.len().min(width.saturating_add(ROOM));
        let mut line = String::with_capacity(room);
        let mut columns = 0;
        for word in hard.split(is_break).filter(|word| !word.is_empty()) {
            let word = unbind(word);
            let wide = if word.bytes().all(|byte| byte.is_ascii_graphic()) { word.len() } else { word.width() };
            if !line.is_empty() && columns + 1 + wide > width {
                lines.push(std::mem::replace(&mut line, String::with_capacity(room)));
                columns = 0;
            }
            if !line.is_empty() {
                line.push(' ');
                columns += 1;
            }
            line.push_str(&word);
            columns += wide;
        }
        lines.push(line);
    }
    lines
}

fn unbind(word: &str) -> Cow<'_, str> {
    if word.contains(BOUND) { Cow::Owned(word.replace(BOUND, " ")) } else { Cow::Borrowed(word) }
}

/// Where an `href` in HTML leads: references decoded, values in their place.
pub(super) fn href(raw: &str) -> String {
    url::settle(&html::entity::decode(raw))
}
