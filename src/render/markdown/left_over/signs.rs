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

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || "_.- ".contains(character)
}

/// Fields of this and of other programs that nothing was put in for.
pub(super) fn fields(text: &str) -> Vec<Range<usize>> {
    const ENCLOSED: [(&str, &str); 4] = [("*|", "|*"), ("%%", "%%"), ("<<", ">>"), ("{", "}")];
    let mut found: Vec<Range<usize>> = Vec::new();
    for sign in ["{{", "}}", "{%", "%}", "{#", "#}"] {
        found.extend(text.match_indices(sign).map(|(at, _)| at..at + sign.len()).take(MOST));
    }
    for (open, close) in ENCLOSED {
        for (at, _) in text.match_indices(open) {
            let inside = at + open.len();
            if found.len() > MOST {
                break;
            }
            let Some(length) = within_reach(text, inside).find(close) else { continue };
            let name = text[inside..inside + length].trim();
            let is_name = name.starts_with(char::is_alphabetic) && name.chars().all(is_word);
            let range = at..inside + length + close.len();
            if is_name && !found.iter().any(|known| overlap(known, &range)) {
                found.push(range);
            }
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

/// Links, pictures and notes that lead nowhere.
pub(super) fn links(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.match_indices("](").chain(text.match_indices("][")) {
        // What stands in the last one is a part of it.
        if found.len() > MOST || found.last().is_some_and(|last| last.contains(&at)) {
            continue;
        }
        let near = boundary(text, at.saturating_sub(LONGEST));
        let open = text[near..at].rfind(['[', '\n']).map(|open| near + open);
        let Some(open) = open.filter(|&open| text[open..].starts_with('[')) else { continue };
        let start = if text[..open].ends_with('!') { open - 1 } else { open };
        let close = if sign == "](" { [')', '\n'] } else { [']', '\n'] };
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

/// Stars and tildes that were to make a word bold or strike it through: at a word, and not as an ornament.
pub(super) fn emphasis(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for sign in ["**", "~~"] {
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
            if touches(at) || sign == "~~" {
                found.push(at..end);
            }
        }
    }
    found
}

/// Rows of bars that are no table, and headings that lack a blank.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        let is_row = content.len() > 1 && content.starts_with('|') && content[1..].contains('|');
        let is_rule = content.contains("--") && content.contains('|') && content.chars().all(|c| "|-: ".contains(c));
        let is_heading =
            content.starts_with("##") && content.trim_start_matches('#').starts_with(char::is_alphanumeric);
        if (is_row || is_rule || is_heading) && found.len() < MOST {
            found.push(at..at + within_reach(content, 0).len());
        }
        start += line.len();
    }
    found
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
