//! Slips of the pen, the same ones each time: a kind, a place where it can be made, and what stands there afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use bevara::model::content::Asset;
use source::diagnostic::Diagnostic;

mod places;

use places::{Front, entries, keys, lines, values};

/// The texts of a programme by path.
pub type Texts = BTreeMap<String, String>;

/// One slip.
pub struct Slip {
    pub kind: &'static str,
    /// What was done, for who reads a failure.
    pub told: String,
    path: String,
    before: String,
    change: Change,
    /// The lines at which it may be said.
    at: std::ops::RangeInclusive<usize>,
}

enum Change {
    /// The file says this now.
    Text(String),
    /// The file is called so now; what refers to it may be named as well as it.
    Name(String),
}

impl Slip {
    /// Makes it in the folder.
    pub fn make(&self, root: &Path) {
        match &self.change {
            Change::Text(text) => fs::write(root.join(&self.path), text).expect("a file"),
            Change::Name(name) => fs::rename(root.join(&self.path), root.join(name)).expect("a file"),
        }
    }

    /// Takes it back, whatever was mended since.
    pub fn undo(&self, root: &Path) {
        match &self.change {
            Change::Text(_) => fs::write(root.join(&self.path), &self.before).expect("a file"),
            Change::Name(name) if root.join(name).exists() => {
                fs::rename(root.join(name), root.join(&self.path)).expect("a file");
            }
            Change::Name(_) => {}
        }
    }

    /// True for a finding where the slip was made.
    pub fn is_at(&self, finding: &Diagnostic) -> bool {
        let Some(place) = &finding.place else { return false };
        match &self.change {
            Change::Text(_) => {
                place.path() == self.path && place.line_column().is_some_and(|(line, _)| self.at.contains(&line))
            }
            Change::Name(name) => {
                let stem =
                    |path: &str| path.rsplit('/').next().unwrap_or_default().split('.').next().map(str::to_owned);
                place.path() == name
                    || place.path() == self.path
                    || stem(&self.path).is_some_and(|stem| finding.message.contains(&stem))
            }
        }
    }
}

/// Numbers that look random and are the same in each run (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % (sides.max(1) as u64)).expect("less than a number of sides")
    }
}

/// A place in a text and what stands there afterwards.
struct Edit {
    start: usize,
    end: usize,
    new: String,
    /// First and last line that may be named; the line of the edit itself where there is none.
    at: Option<(usize, usize)>,
}

type Make = fn(&Texts, &mut Dice) -> Option<(String, Edit)>;

/// Every kind and how it is made.
const KINDS: [(&str, Make); 22] = [
    ("misspelt key", misspelt_key),
    ("misspelt key in front", misspelt_front_key),
    ("missing key", missing_key),
    ("wrong word", wrong_word),
    ("word in capitals", capital_word),
    ("broken date", broken_date),
    ("date written otherwise", other_date),
    ("doubled entry", doubled_entry),
    ("unknown owner", unknown_owner),
    ("unknown contact", unknown_contact),
    ("unknown text", unknown_text),
    ("misspelt occasion", misspelt_occasion),
    ("dead link", dead_link),
    ("missing picture", missing_picture),
    ("missing picture in settings", missing_picture_in_settings),
    ("unclosed tag", unclosed_tag),
    ("unclosed bracket", unclosed_bracket),
    ("mistyped variable", mistyped_variable),
    ("mistyped component", mistyped_component),
    ("typographic quotes", typographic_quotes),
    ("one = for two", one_equals_sign),
    ("broken yaml", broken_yaml),
];

/// A text under another name.
const RENAMED_TEXT: &str = "renamed text";

/// A picture under another name.
const RENAMED_PICTURE: &str = "renamed picture";

/// So many slips of the kinds that are wanted, these in turn; each seed gives others.
pub fn slips(
    texts: &Texts,
    assets: &BTreeMap<String, Asset>,
    count: usize,
    seed: u64,
    is_wanted: &dyn Fn(&str) -> bool,
) -> Vec<Slip> {
    let mut dice = Dice(seed);
    let mut made: Vec<Slip> = Vec::with_capacity(count);
    let mut turn = 0;
    while made.len() < count {
        let number = turn % (KINDS.len() + 2);
        turn += 1;
        assert!(turn < count * 40, "no more places for slips");
        let kind =
            KINDS.get(number).map_or(if number == KINDS.len() { RENAMED_TEXT } else { RENAMED_PICTURE }, |kind| kind.0);
        if !is_wanted(kind) {
            continue;
        }
        let slip = match KINDS.get(number) {
            Some((_, make)) => make(texts, &mut dice).map(|(path, edit)| edited(kind, texts, path, &edit)),
            None if number == KINDS.len() => renamed_text(texts, &mut dice),
            None => renamed_picture(assets, &mut dice),
        };
        let Some(slip) = slip else { continue };
        if !made.iter().any(|known| known.told == slip.told) {
            made.push(slip);
        }
    }
    made
}

fn edited(kind: &'static str, texts: &Texts, path: String, edit: &Edit) -> Slip {
    let before = texts[&path].clone();
    let line = before[..edit.start].matches('\n').count() + 1;
    let (first, last) = edit.at.unwrap_or((line, line));
    let after = [&before[..edit.start], &edit.new, &before[edit.end..]].concat();
    let told = format!("{kind}: {path}:{line}: `{}` -> `{}`", &before[edit.start..edit.end], edit.new);
    Slip { kind, told, path, before, change: Change::Text(after), at: first..=last }
}

/// A word as a hurried hand writes it: two letters changed about, one left out, one twice, or one beside it.
fn misspelt(word: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.roll(letters.len() - 2);
    match dice.roll(4) {
        0 if letters[at] != letters[at + 1] => letters.swap(at, at + 1),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = if letters[at] == 'x' { 'z' } else { 'x' },
    }
    letters.into_iter().collect()
}

/// The same with the last part of a path.
fn misspelt_name(path: &str, dice: &mut Dice) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or_default();
    format!("{folder}/{}", misspelt(name, dice))
}

fn any<T>(mut all: Vec<T>, dice: &mut Dice) -> Option<T> {
    match all.len() {
        0 => None,
        length => Some(all.swap_remove(dice.roll(length))),
    }
}

/// The file in which the next slip is made: each as likely, however long.
fn file<'t>(texts: &'t Texts, dice: &mut Dice, is_one: impl Fn(&str) -> bool) -> Option<(&'t String, &'t String)> {
    any(texts.iter().filter(|(path, _)| is_one(path)).collect(), dice)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") && !path.starts_with("templates/")
}

fn is_text(path: &str) -> bool {
    path.ends_with(".md")
}

/// A word of at least so many letters between `start` and `end`, misspelt.
fn misspelt_at(text: &str, (start, end): (usize, usize), dice: &mut Dice) -> Edit {
    Edit { start, end, new: misspelt(&text[start..end], dice), at: None }
}

fn misspelt_key(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let places = keys(text).into_iter().filter(|(start, end)| end - start >= 4).collect();
    Some((path.clone(), misspelt_at(text, any(places, dice)?, dice)))
}

fn misspelt_front_key(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_text)?;
    let front = Front::of(text)?;
    let places = keys(front.text).into_iter().filter(|(start, end)| end - start >= 4 && front.is_top(*start));
    let (start, end) = any(places.collect(), dice)?;
    Some((path.clone(), misspelt_at(text, (start + front.at, end + front.at), dice)))
}

/// Keys that an entry must have; a contact and a meeting need no `kind`.
const NEEDED: [&str; 12] =
    ["id", "name", "tier", "language", "owner", "kind", "content", "when", "year", "referrer", "received", "stage"];

fn missing_key(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let is_listed = |path: &str| path.starts_with("contacts/") && is_yaml(path) || path.starts_with("content/plan/");
    let (path, text) = file(texts, dice, is_listed)?;
    // Deeper down the same words are keys that need not be there, such as the name of a project.
    let is_plan = path.starts_with("content/plan/");
    let has_kind = is_plan || path.starts_with("contacts/touches/");
    let entries = entries(text);
    let lines = lines(text);
    let needed = |line: &&(usize, &str)| {
        let key = line.1.trim_start().split(':').next().unwrap_or_default();
        NEEDED.contains(&key)
            && (key != "kind" || has_kind)
            && (is_plan || !line.1.starts_with("   "))
            && line.1.starts_with("  ")
            && !line.1.contains('{')
    };
    let (start, line) = any(lines.iter().filter(needed).copied().collect(), dice)?;
    let number = text[..start].matches('\n').count() + 1;
    let &(first, last) = entries.iter().find(|(first, last)| (*first..=*last).contains(&number))?;
    Some((path.clone(), Edit { start, end: start + line.len() + 1, new: String::new(), at: Some((first, last)) }))
}

/// Keys whose value is one word of a few.
const WORDS: [&str; 9] = ["kind", "stage", "channel", "recipient", "opportunity", "shift", "purpose", "place", "paper"];

fn wrong_word(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let places = values(text, &WORDS).into_iter().filter(|(start, end)| end - start >= 4).collect();
    Some((path.clone(), misspelt_at(text, any(places, dice)?, dice)))
}

fn capital_word(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let (start, end) = any(values(text, &["language", "country", "tier", "kind", "currency"]), dice)?;
    let word = &text[start..end];
    let other = match word.chars().all(char::is_uppercase) {
        true => word.to_lowercase(),
        false => word.to_uppercase(),
    };
    Some((path.clone(), Edit { start, end, new: other, at: None }))
}

/// A day as `2027-03-09`, by its place.
fn days(text: &str) -> Vec<(usize, usize)> {
    let is_day = |word: &str| {
        word.len() == 10
            && word
                .bytes()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() })
    };
    let all = (0..text.len().saturating_sub(10)).filter(|&at| text.get(at..at + 10).is_some_and(is_day));
    let alone = |&at: &usize| {
        let before = text[..at].chars().next_back().is_none_or(|c| c == ' ');
        before && text[at + 10..].chars().next().is_none_or(|c| matches!(c, '\n' | ',' | '}'))
    };
    let in_line = |&at: &usize| {
        let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
        !line.contains('#') && !line.contains('"') && line.ends_with(": ")
    };
    all.filter(alone).filter(in_line).map(|at| (at, at + 10)).collect()
}

fn broken_date(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let (start, end) = any(days(text), dice)?;
    let day = &text[start..end];
    let new = match dice.roll(3) {
        0 => format!("{}-13-{}", &day[..4], &day[8..]),
        1 => format!("{}-02-30", &day[..4]),
        _ => format!("{}-00", &day[..7]),
    };
    Some((path.clone(), Edit { start, end, new, at: None }))
}

fn other_date(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let (start, end) = any(days(text), dice)?;
    let day = &text[start..end];
    let new = match dice.roll(3) {
        0 => day.replace('-', "/"),
        1 => day.replace('-', "."),
        _ => day.replace('-', ""),
    };
    Some((path.clone(), Edit { start, end, new, at: None }))
}

fn doubled_entry(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let is_listed = |path: &str| {
        path.starts_with("contacts/")
            && is_yaml(path)
            && !["touches", "meetings", "do-not"].iter().any(|no| path.contains(no))
            || path.starts_with("content/plan/")
            || path == "content/services.yaml"
    };
    let (path, text) = file(texts, dice, is_listed)?;
    let all = lines(text);
    let (first, last) = any(entries(text), dice)?;
    let start = all[first - 1].0;
    let end = all.get(last).map_or(text.len(), |line| line.0);
    let block = &text[start..end];
    let block = format!("{}\n", block.trim_end_matches('\n'));
    let is_whole = block.contains("id: ") && !block.contains("\n#");
    let length = block.lines().count();
    let edit = Edit { start, end: start, new: block, at: Some((first, last + length)) };
    is_whole.then(|| (path.clone(), edit))
}

fn unknown_owner(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let places = values(text, &["owner", "by", "signed_by"]).into_iter();
    let places = places.filter(|&(start, end)| ["astrid", "sara", "kadri", "mikkel"].contains(&&text[start..end]));
    Some((path.clone(), misspelt_at(text, any(places.collect(), dice)?, dice)))
}

fn unknown_contact(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, |path| is_yaml(path) && path.starts_with("contacts/"))?;
    let places = values(text, &["contact", "referrer"]).into_iter();
    let places = places.filter(|&(start, end)| end - start > 5 && text[start..end].contains('-'));
    // `referrer` is also the key of a day.
    let places = places.filter(|&(start, _)| text[start..].starts_with(|c: char| c.is_ascii_lowercase()));
    Some((path.clone(), misspelt_at(text, any(places.collect(), dice)?, dice)))
}

fn unknown_text(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, |path| path.starts_with("content/plan/"))?;
    let (start, end) = any(values(text, &["content"]), dice)?;
    Some((path.clone(), misspelt_at(text, (start, end), dice)))
}

fn misspelt_occasion(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, |path| path.starts_with("content/plan/"))?;
    let places = values(text, &["when"]).into_iter().filter_map(|(start, end)| {
        let word = text[start..end].chars().take_while(char::is_ascii_alphabetic).count();
        (word > 4).then_some((start, start + word))
    });
    Some((path.clone(), misspelt_at(text, any(places.collect(), dice)?, dice)))
}

/// Where one of the beginnings stands in a text, and the word of letters and some signs behind it.
fn behind(text: &str, beginnings: &[&str], belongs: impl Fn(char) -> bool) -> Vec<(usize, usize)> {
    let body = Front::of(text).map_or(0, |front| front.end);
    let found = beginnings.iter().flat_map(|beginning| text.match_indices(beginning));
    let places = found.filter(|(at, _)| *at >= body).map(|(at, beginning)| {
        let start = at + beginning.len();
        let end = text[start..].find(|c| !belongs(c)).map_or(text.len(), |length| start + length);
        (start, end)
    });
    places.filter(|(start, end)| end - start >= 4).collect()
}

fn in_text(
    texts: &Texts,
    dice: &mut Dice,
    beginnings: &[&str],
    belongs: impl Fn(char) -> bool,
) -> Option<(String, Edit)> {
    let has = |path: &str| is_text(path) && !behind(&texts[path], beginnings, &belongs).is_empty();
    let (path, text) = file(texts, dice, has)?;
    let place = any(behind(text, beginnings, &belongs), dice)?;
    Some((path.clone(), misspelt_at(text, place, dice)))
}

fn dead_link(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    in_text(texts, dice, &["](/", "lindholm-saar.example/"], |c| c.is_ascii_alphanumeric() || c == '-')
}

fn missing_picture(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    in_text(texts, dice, &["](/images/"], |c| c.is_ascii_alphanumeric() || c == '-')
}

fn missing_picture_in_settings(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let text = &texts["bevara.yaml"];
    let places = values(text, &["logo", "logo_dark", "photo", "signature"]);
    let (start, end) = any(places, dice)?;
    let name = start + text[start..end].rfind('/')? + 1;
    let stem = name + text[name..end].find('.')?;
    Some(("bevara.yaml".to_owned(), misspelt_at(text, (name, stem), dice)))
}

fn unclosed_tag(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let has = |path: &str| is_text(path) && texts[path].contains("{% endif %}");
    let (path, text) = file(texts, dice, has)?;
    let ends: Vec<usize> = text.match_indices("{% endif %}").map(|(at, _)| at).collect();
    let start = any(ends, dice)?;
    // The opening line is what is to be named: of the last one before the missing end that is not closed before it.
    let closed = |at: usize| text[at..start].matches("{% endif").count();
    let opened = |at: usize| text[at..start].matches("{% if").count();
    let opening = text[..start].rmatch_indices("{% if").map(|(at, _)| at).find(|&at| opened(at) > closed(at))?;
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let edit = Edit { start, end: start + 11, new: String::new(), at: Some((line(opening), line(start))) };
    Some((path.clone(), edit))
}

fn unclosed_bracket(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let has = |path: &str| is_text(path) && texts[path].contains(" }}");
    let (path, text) = file(texts, dice, has)?;
    let start = any(text.match_indices(" }}").map(|(at, _)| at).collect(), dice)?;
    Some((path.clone(), Edit { start, end: start + 3, new: " }".to_owned(), at: None }))
}

fn mistyped_variable(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    in_text(texts, dice, &["{{ contact.", "{{ contact.name.", "{{ owner.", "{{ signer.", "{{ links."], |c| {
        c.is_ascii_lowercase() || c == '_'
    })
}

fn mistyped_component(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    in_text(texts, dice, &["{{ <"], |c| c.is_ascii_lowercase() || c == '_')
}

fn typographic_quotes(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let has = |path: &str| is_text(path) && texts[path].contains("== \"");
    let (path, text) = file(texts, dice, has)?;
    let start = any(text.match_indices("== \"").map(|(at, _)| at + 3).collect(), dice)?;
    let end = start + 1 + text[start + 1..].find('"')? + 1;
    let new = format!("\u{201d}{}\u{201d}", &text[start + 1..end - 1]);
    Some((path.clone(), Edit { start, end, new, at: None }))
}

fn one_equals_sign(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let has = |path: &str| is_text(path) && texts[path].contains(" == ");
    let (path, text) = file(texts, dice, has)?;
    let start = any(text.match_indices(" == ").map(|(at, _)| at + 1).collect(), dice)?;
    Some((path.clone(), Edit { start, end: start + 2, new: "=".to_owned(), at: None }))
}

fn broken_yaml(texts: &Texts, dice: &mut Dice) -> Option<(String, Edit)> {
    let (path, text) = file(texts, dice, is_yaml)?;
    let (start, end) = any(keys(text).into_iter().filter(|&(_, end)| text[end..].starts_with(": ")).collect(), dice)?;
    let line = text[..start].matches('\n').count() + 1;
    // A key without its blank is one text with a colon in it; a closing brace that is missing shows a line later.
    let brace = text[end..].find('\n').map(|length| end + length).filter(|&at| text[..at].ends_with('}'));
    let edit = match brace.filter(|_| dice.roll(2) == 0) {
        Some(at) => Edit { start: at - 1, end: at, new: String::new(), at: Some((line, line + 1)) },
        None => Edit { start: end, end: end + 2, new: ":".to_owned(), at: None },
    };
    Some((path.clone(), edit))
}

fn renamed_text(texts: &Texts, dice: &mut Dice) -> Option<Slip> {
    let (path, text) = file(texts, dice, |path| is_text(path) && path.matches('.').count() == 2)?;
    let (stem, rest) = path.split_once('.')?;
    let (language, suffix) = rest.split_once('.')?;
    let to = match dice.roll(4) {
        0 => format!("{stem}.{language}.m{suffix}"),
        1 => format!("{stem}.{language}.txt"),
        2 => format!("{stem}.{language}x.{suffix}"),
        _ => format!("{}.{rest}", misspelt_name(stem, dice)),
    };
    let told = format!("renamed text: {path} -> {to}");
    let change = Change::Name(to);
    Some(Slip { kind: RENAMED_TEXT, told, path: path.clone(), before: text.clone(), change, at: 1..=1 })
}

fn renamed_picture(assets: &BTreeMap<String, Asset>, dice: &mut Dice) -> Option<Slip> {
    let is_picture = |path: &&String| path.starts_with("content/images/") && path.ends_with(".png");
    let path = any(assets.keys().filter(is_picture).collect(), dice)?;
    let (stem, suffix) = path.rsplit_once('.')?;
    let to = match dice.roll(3) {
        0 => format!("{stem}.{}", suffix.to_uppercase()),
        1 => format!("{stem}-1.{suffix}"),
        _ => format!("{}.{suffix}", misspelt_name(stem, dice)),
    };
    let told = format!("renamed picture: {path} -> {to}");
    let change = Change::Name(to);
    Some(Slip { kind: RENAMED_PICTURE, told, path: path.clone(), before: String::new(), change, at: 1..=1 })
}
