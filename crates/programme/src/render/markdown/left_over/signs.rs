//! The signs by which a mistake is known, in the words of one block.

use std::ops::Range;

use html::mark;

/// Words that were to be replaced.
const FILLERS: [&str; 5] = ["TODO", "FIXME", "TBD", "XXX", "Lorem ipsum"];

/// Longest piece that is shown, in octets; what goes on without an end is told by its beginning.
const LONGEST: usize = 300;

/// Most mistakes of a kind that are told of one block.
const MOST: usize = 200;

/// As much of a text from `start` as is shown.
fn within_reach(text: &str, start: usize) -> &str {
    &text[start..boundary(text, start.saturating_add(LONGEST))]
}

/// The last place between two characters that does not lie behind `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// True where two ranges have something in common.
pub(super) fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// What opens a field, what closes it, and what is one in between.
type Enclosure = (&'static str, &'static str, fn(&str) -> bool);

/// The fields of this and of other programs.
const ENCLOSED: [Enclosure; 12] = [
    ("*|", "|*", is_tag),
    ("%%", "%%", is_name),
    ("@@", "@@", is_name),
    ("<<", ">>", is_name),
    ("<%", "%>", is_name),
    ("[%", "%]", is_name),
    ("{", "}", is_name),
    ("%", "%", is_key),
    // Quotation marks and brackets stand around much else: what they enclose has to name a field.
    ("«", "»", is_known_heading),
    ("‹", "›", is_known_heading),
    ("#", "#", is_known_key),
    ("[", "]", is_known),
];

/// Fields by words of their own, in the languages that texts are written in; those that end in a word for `name` are known by it.
const KNOWN: [&str; 21] = [
    "company",
    "firm",
    "firma",
    "företag",
    "bedrift",
    "virksomhed",
    "yritys",
    "ettevõte",
    "unternehmen",
    "email",
    "e-mail",
    "epost",
    "e-post",
    "sähköposti",
    "address",
    "adress",
    "adresse",
    "osoite",
    "aadress",
    "salutation",
    "anrede",
];

/// What fields of names end in: `firstname`, `Efternamn`, `etunimi`.
const NAMES: [&str; 4] = ["name", "namn", "navn", "nimi"];

fn is_name(inside: &str) -> bool {
    inside.starts_with(char::is_alphabetic)
        && inside.chars().all(|character| character.is_alphanumeric() || "_.- ".contains(character))
}

/// A field of Mailchimp's: `FNAME`, `LIST:COMPANY`.
fn is_tag(inside: &str) -> bool {
    is_name(&inside.replace([':', '|'], ""))
}

/// One word of at least three letters, as programs name what they keep.
fn is_key(inside: &str) -> bool {
    inside.chars().count() > 2
        && inside.starts_with(char::is_alphabetic)
        && inside.chars().all(|character| character.is_alphanumeric() || character == '_')
}

fn is_known_key(inside: &str) -> bool {
    is_key(inside) && is_known(inside)
}

/// A heading of a list, as word processors merge it; a word that is only quoted begins with a small letter.
fn is_known_heading(inside: &str) -> bool {
    inside.starts_with(char::is_uppercase) && is_known_key(inside)
}

fn is_known(inside: &str) -> bool {
    let word = inside.to_lowercase();
    is_name(inside)
        && inside.split_whitespace().count() < 4
        && (inside.contains('_') || KNOWN.contains(&word.as_str()) || NAMES.iter().any(|name| word.ends_with(name)))
}

/// True where a field may begin or end beside this character: one within a word or an address is none.
fn is_outside(character: Option<char>) -> bool {
    character.is_none_or(|character| !character.is_alphanumeric() && !"/=&?[]".contains(character))
}

/// Fields of this and of other programs that nothing was put in for.
pub(super) fn fields(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for sign in ["{{", "}}", "{%", "%}", "{#", "#}"] {
        found.extend(text.match_indices(sign).map(|(at, _)| at..at + sign.len()).take(MOST));
    }
    for (open, close, is_field) in ENCLOSED {
        for (at, _) in text.match_indices(open) {
            let inside = at + open.len();
            if found.len() > MOST {
                break;
            }
            let Some(length) = within_reach(text, inside).find(close) else { continue };
            let name = text[inside..inside + length].trim_matches(|sign: char| sign == '=' || sign.is_whitespace());
            let range = at..inside + length + close.len();
            let behind = &text[range.end..];
            let is_apart = !matches!(open, "%" | "#" | "[")
                || is_outside(text[..at].chars().next_back())
                    && is_outside(behind.chars().next())
                    && !behind.trim_start().starts_with('(');
            if is_field(name) && is_apart && !found.iter().any(|known| overlap(known, &range)) {
                found.push(range);
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// What an address begins with.
const ADDRESSES: [&str; 6] = ["http://", "https://", "mailto:", "tel:", "www.", "/"];

/// Links, pictures and notes that lead nowhere.
pub(super) fn links(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let apart = text
        .match_indices("] (")
        .filter(|(at, sign)| ADDRESSES.iter().any(|address| text[at + sign.len()..].starts_with(address)));
    for (at, sign) in text.match_indices("](").chain(text.match_indices("][")).chain(apart) {
        // What stands in the last one is a part of it.
        if found.len() > MOST || found.last().is_some_and(|last| last.contains(&at)) {
            continue;
        }
        let near = boundary(text, at.saturating_sub(LONGEST));
        let open = text[near..at].rfind(['[', '\n']).map(|open| near + open);
        let Some(open) = open.filter(|&open| text[open..].starts_with('[')) else { continue };
        let start = if text[..open].ends_with('!') { open - 1 } else { open };
        let close = if sign == "][" { [']', '\n'] } else { [')', '\n'] };
        let inside = at + sign.len();
        let rest = within_reach(text, inside);
        let end = rest
            .find(close)
            .map_or(inside + rest.len(), |end| inside + end + usize::from(!text[inside + end..].starts_with('\n')));
        found.push(start..end);
    }
    for (at, _) in text.match_indices("![").chain(text.match_indices("[^")) {
        if found.len() > 2 * MOST || found.last().is_some_and(|last| last.contains(&at)) {
            continue;
        }
        let rest = within_reach(text, at);
        let end = rest.find([']', '\n']).map_or(at + rest.len(), |end| at + end);
        let is_note = text[at..].starts_with("[^");
        let is_closed = text[end..].starts_with(']') && end > at + 2;
        if (is_closed || !is_note) && !found.iter().any(|known| known.contains(&at)) {
            found.push(at..(end + usize::from(is_closed)).min(text.len()));
        }
    }
    found
}

/// Stars, strokes and tildes that were to make words bold or strike them through: at a word, or around some, and not as an ornament.
pub(super) fn emphasis(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for sign in ["**", "__", "~~"] {
        let star = sign.chars().next().unwrap_or('*');
        let is_alone = |at: usize| !text[..at].ends_with(star) && !text[at + 2..].starts_with(star);
        let touches = |at: usize| {
            let is_at_word = |other: Option<char>| other.is_some_and(|other| !other.is_whitespace());
            is_at_word(text[..at].chars().next_back()) || is_at_word(text[at + 2..].chars().next())
        };
        let mut signs = text.match_indices(sign).map(|(at, _)| at).filter(|&at| is_alone(at));
        while let Some(at) = signs.next().filter(|_| found.len() < MOST) {
            // Up to the one that was to end it, else the sign by itself.
            let end = signs.next().filter(|&end| !text[at..end].contains('\n')).map_or(at + 2, |end| end + 2);
            let end = end.min(at + within_reach(text, at).len());
            let is_around =
                text[at..end].contains(char::is_alphabetic) && !text[..at].trim_end().ends_with(char::is_numeric);
            let is_meant = match sign {
                "~~" => true,
                "__" => is_around && !touches(at),
                _ => is_around || touches(at),
            };
            if is_meant {
                found.push(at..end);
            }
        }
    }
    found
}

/// Markup of other programs: `[/b]`, which ends what `[b]` began, and the boxes of GitHub's, `[!NOTE]`.
pub(super) fn foreign(text: &str) -> Vec<Range<usize>> {
    let of = |sign: &'static str, is_part: fn(&char) -> bool| {
        text.match_indices(sign).filter_map(move |(at, _)| {
            let inside = at + sign.len();
            let name: usize = text[inside..].chars().take_while(is_part).map(char::len_utf8).sum();
            (name > 0 && text[inside + name..].starts_with(']')).then(|| at..inside + name + 1)
        })
    };
    let ends = of("[/", |letter| letter.is_ascii_alphanumeric() || *letter == '_');
    ends.chain(of("[!", char::is_ascii_uppercase)).take(MOST).collect()
}

/// Rows of bars that are no table, headings that lack a blank, and lists that are none.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // One line alone may be a greeting from `-Ada`, or begin with a hashtag.
    let is_list = text.lines().filter(|line| is_like_item(line)).nth(1).is_some();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        let is_row = content.len() > 1 && content.starts_with('|') && content[1..].contains('|');
        let is_rule = content.contains("--") && content.contains('|') && content.chars().all(|c| "|-: ".contains(c));
        let is_heading =
            content.starts_with("##") && content.trim_start_matches('#').starts_with(char::is_alphanumeric);
        let is_item = is_list && is_like_item(line);
        if (is_row || is_rule || is_heading || is_item) && found.len() < MOST {
            found.push(at..at + within_reach(content, 0).len());
        }
        start += line.len();
    }
    found
}

/// True for a line that looks like an item of a list and is none: `-Fern`, `2.Fern`, and bullets as word processors write them.
fn is_like_item(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with(['•', '·', '▪', '◦']) {
        return true;
    }
    let number = line.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let rest = match number.len() == line.len() {
        true => line.strip_prefix(['-', '*', '+']),
        false => number.strip_prefix(['.', ')']),
    };
    rest.is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// Days such as 2026-12-24, in addresses and numbers none.
pub(super) fn dates(text: &str) -> Vec<Range<usize>> {
    const LENGTH: usize = "2026-12-24".len();
    let shown = |character: char| mark::decode(character.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(character);
    let characters: Vec<(usize, char)> = text.char_indices().map(|(at, character)| (at, shown(character))).collect();
    let is_part = |character: Option<&(usize, char)>| {
        character.is_some_and(|(_, character)| character.is_alphanumeric() || "/-_=#&?@".contains(*character))
    };
    let mut found = Vec::new();
    for (number, window) in characters.windows(LENGTH).enumerate() {
        if window[4].1 != '-' || window[7].1 != '-' {
            continue;
        }
        let day: String = window.iter().map(|(_, character)| character).collect();
        let is_day = day.starts_with(['1', '2']) && day.is_ascii() && day.parse::<jiff::civil::Date>().is_ok();
        let before = number.checked_sub(1).and_then(|before| characters.get(before));
        let behind = characters.get(number + LENGTH);
        if is_day && !is_part(before) && !is_part(behind) {
            found.push(window[0].0..behind.map_or(text.len(), |(at, _)| *at));
        }
    }
    found
}

/// Words that were to be replaced.
pub(super) fn fillers(text: &str) -> Vec<Range<usize>> {
    let is_part = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let all = FILLERS.iter().flat_map(|filler| text.match_indices(filler).map(|(at, filler)| at..at + filler.len()));
    all.filter(|range| !is_part(text[..range.start].chars().next_back()) && !is_part(text[range.end..].chars().next()))
        .collect()
}
