//! Two texts with the words marked that differ: `<del>` where they are gone, `<ins>` where they are new.

use std::ops::Range;

use html::{Token, escape_text, scan};
use similar::{ChangeTag, DiffTag, TextDiff};

use super::wording::split;

/// Elements whose words nobody sees.
const UNSEEN: [&str; 5] = ["head", "style", "script", "template", "title"];
/// How a word is marked inside a mail, whose style sheet is its own.
const GONE: &str = "<del style=\"background:#f6d5cc;color:#17110d;text-decoration:line-through;border-radius:3px\">";
const NEW: &str = "<ins style=\"background:#cfe8dc;color:#17110d;text-decoration:none;border-radius:3px\">";

/// Both pages, the words marked that the other one has not.
pub fn pages(old: &str, new: &str) -> (String, String) {
    let (old_words, new_words) = (words(old), words(new));
    let texts = |page: &'_ str, words: &[Range<usize>]| -> Vec<String> {
        words.iter().map(|word| page[word.clone()].to_owned()).collect()
    };
    let (old_texts, new_texts) = (texts(old, &old_words), texts(new, &new_words));
    let diff = TextDiff::configure().diff_slices(&refs(&old_texts), &refs(&new_texts)).ops().to_vec();
    let changed = diff.iter().filter(|op| op.tag() != DiffTag::Equal);
    let (mut gone, mut added) = (Vec::new(), Vec::new());
    for op in changed {
        gone.extend(runs(old, &old_words[op.old_range()]));
        added.extend(runs(new, &new_words[op.new_range()]));
    }
    (wrapped(old, &gone, GONE, "</del>"), wrapped(new, &added, NEW, "</ins>"))
}

fn refs(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Where the words of a page stand.
fn words(page: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let (mut at, mut hidden) = (0, 0_usize);
    for token in scan(page) {
        let length = match &token {
            Token::Text(text) | Token::Raw(text) | Token::Declaration(text) => text.len(),
            Token::Open(tag) => tag.raw.len(),
            Token::Close(_, raw) | Token::Comment(_, raw) => raw.len(),
        };
        match &token {
            Token::Open(tag) if !tag.is_void() && UNSEEN.iter().any(|name| tag.is(name)) => hidden += 1,
            Token::Close(name, _) if UNSEEN.iter().any(|unseen| name.eq_ignore_ascii_case(unseen)) => {
                hidden = hidden.saturating_sub(1);
            }
            Token::Text(text) if hidden == 0 => {
                for word in text.split_whitespace() {
                    let start = at + (word.as_ptr() as usize - text.as_ptr() as usize);
                    words.push(start..start + word.len());
                }
            }
            _ => {}
        }
        at += length;
    }
    words
}

/// Words that only white space parts, together.
fn runs(page: &str, words: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for word in words {
        match runs.last_mut() {
            Some(last) if page[last.end..word.start].trim().is_empty() => last.end = word.end,
            _ => runs.push(word.clone()),
        }
    }
    runs
}

fn wrapped(page: &str, ranges: &[Range<usize>], open: &str, close: &str) -> String {
    let mut out = String::with_capacity(page.len() + ranges.len() * (open.len() + close.len()));
    let mut at = 0;
    for range in ranges {
        out.extend([&page[at..range.start], open, &page[range.clone()], close]);
        at = range.end;
    }
    out.push_str(&page[at..]);
    out
}

/// Two plain texts as one piece of HTML: the new one with its own lines, and what is gone before what stands in its place.
pub fn plain(old: &str, new: &str) -> String {
    let (old_words, new_words) = (split(old), split(new));
    let diff = TextDiff::configure().diff_slices(&old_words, &new_words);
    let mut out = String::new();
    let mut gone: Vec<&str> = Vec::new();
    let mut at = 0;
    for change in diff.iter_all_changes() {
        let word = change.value();
        if change.tag() == ChangeTag::Delete {
            gone.push(word);
            continue;
        }
        let start = at + new[at..].find(word).unwrap_or(0);
        let gap = &new[at..start];
        at = start + word.len();
        let is_new = change.tag() == ChangeTag::Insert;
        // A word that follows its like on the same line goes on with it.
        let inside = out.strip_suffix("</ins>").map(str::len).filter(|_| is_new && gone.is_empty());
        if let Some(inside) = inside.filter(|_| !gap.contains('\n')) {
            out.truncate(inside);
            out.push_str(gap);
            escape_text(word, &mut out);
            out.push_str("</ins>");
            continue;
        }
        out.push_str(gap);
        if !gone.is_empty() {
            element("del", &std::mem::take(&mut gone).join(" "), &mut out);
            out.push(' ');
        }
        match is_new {
            true => element("ins", word, &mut out),
            false => escape_text(word, &mut out),
        }
    }
    if !gone.is_empty() {
        out.push_str(if out.is_empty() { "" } else { " " });
        element("del", &gone.join(" "), &mut out);
    }
    out
}

fn element(name: &str, text: &str, out: &mut String) {
    out.push_str(&format!("<{name}>"));
    escape_text(text, out);
    out.push_str(&format!("</{name}>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_on_both_pages_and_tags_left_alone() {
        let (old, new) =
            pages("<title>a</title><p>one <b>two</b> three four</p>", "<title>b</title><p>one <b>2</b> 3 four</p>");
        assert_eq!(old, format!("<title>a</title><p>one <b>{GONE}two</del></b> {GONE}three</del> four</p>"));
        assert_eq!(new, format!("<title>b</title><p>one <b>{NEW}2</ins></b> {NEW}3</ins> four</p>"));
    }

    #[test]
    fn a_plain_text_keeps_its_lines_and_shows_what_is_gone() {
        assert_eq!(plain("a b c\nd", "a x y c\nd <e>"), "a <del>b</del> <ins>x y</ins> c\nd <ins>&lt;e&gt;</ins>");
        assert_eq!(plain("a b", "a\n\nc"), "a\n\n<del>b</del> <ins>c</ins>");
        assert_eq!(plain("a b", "a"), "a <del>b</del>");
        assert_eq!(plain("", "new"), "<ins>new</ins>");
    }
}
