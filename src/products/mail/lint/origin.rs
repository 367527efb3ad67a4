//! Where in the author's files something of a finished message comes from.

use std::sync::Arc;

use crate::model::content::ContentFile;
use source::diagnostic::Place;
use source::{SourceFile, Span};

/// The files a message is made of, in the order in which they are searched.
pub struct Sources<'a> {
    content: &'a ContentFile,
    /// Each with the offset from which on it counts.
    files: Vec<(&'a Arc<SourceFile>, usize)>,
}

impl<'a> Sources<'a> {
    pub fn new(content: &'a ContentFile, standing: Option<&'a ContentFile>, templates: &[&'a Arc<SourceFile>]) -> Self {
        let texts = std::iter::once(content).chain(standing).map(|content| (&content.file, content.body_at));
        Sources { content, files: texts.chain(templates.iter().map(|&file| (file, 0))).collect() }
    }

    /// Where the first of `needles` stands, in the first file that has any; else the first line of the Markdown.
    pub fn find(&self, needles: &[&str]) -> Place {
        self.search(&self.files, needles).unwrap_or_else(|| self.body())
    }

    /// Like [`find`](Self::find), but the style sheets and layouts before the texts: for what is a question of style.
    pub fn find_style(&self, needles: &[&str]) -> Place {
        let files: Vec<_> = self.files.iter().rev().copied().collect();
        self.search(&files, needles).unwrap_or_else(|| self.body())
    }

    fn search(&self, files: &[(&Arc<SourceFile>, usize)], needles: &[&str]) -> Option<Place> {
        files.iter().find_map(|&(file, from)| {
            let text = &file.text()[from..];
            let (at, needle) = needles.iter().find_map(|needle| Some((find(text, needle)?, *needle)))?;
            Some(Place::Span(Arc::clone(file), Span { start: from + at, end: from + at + needle.len() }))
        })
    }

    /// True where the Markdown (not its front matter) has it.
    pub fn in_content(&self, needle: &str) -> bool {
        find(&self.content.file.text()[self.content.body_at..], needle).is_some()
    }

    /// The first line of the Markdown with something on it.
    pub fn body(&self) -> Place {
        let text = self.content.file.text();
        let blank = text[self.content.body_at..].chars().take_while(|letter| letter.is_whitespace());
        let start = self.content.body_at + blank.map(char::len_utf8).sum::<usize>();
        self.span(start, text[start..].lines().next().unwrap_or_default().len())
    }

    /// The line of a key of the front matter; its first line where the key is not there.
    pub fn front(&self, key: &str) -> Place {
        front(self.content, key)
    }

    /// A range of the Markdown file.
    pub fn span(&self, start: usize, length: usize) -> Place {
        Place::Span(Arc::clone(&self.content.file), Span { start, end: start + length })
    }
}

/// The value of a key in a front matter; its first line where the key is not there.
pub fn front(content: &ContentFile, key: &str) -> Place {
    let text = &content.file.text()[..content.body_at];
    let key = format!("{key}:");
    let at = match text.starts_with(&key) {
        true => Some(key.len()),
        false => text.find(&format!("\n{key}")).map(|at| at + 1 + key.len()),
    };
    let span = match at {
        Some(at) => {
            let blank = text[at..].len() - text[at..].trim_start_matches([' ', '\t']).len();
            content.file.scalar_at(at + blank)
        }
        None => Span { start: 0, end: text.lines().next().unwrap_or_default().len() },
    };
    Place::Span(Arc::clone(&content.file), span)
}

/// Where `needle` stands as a whole word.
fn find(text: &str, needle: &str) -> Option<usize> {
    let inside = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || "-_".contains(letter));
    let (first, last) = (needle.chars().next()?, needle.chars().next_back()?);
    text.match_indices(needle).map(|(at, _)| at).find(|&at| {
        let before = text[..at].chars().next_back();
        let behind = text[at + needle.len()..].chars().next();
        !(inside(Some(first)) && inside(before) || inside(Some(last)) && inside(behind))
    })
}

/// The longest piece of a visible text that surely stands in its source as it is: words and blanks between them, no signs that
/// typography may have changed.
pub fn plain_piece(text: &str) -> &str {
    let pieces = text.split(|letter: char| !(letter.is_alphanumeric() || letter == ' ')).map(str::trim);
    pieces.max_by_key(|piece| piece.len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::mail::lint::fixture::content;

    #[test]
    fn the_markdown_is_searched_before_the_layouts_and_words_are_found_whole() {
        let markdown = content("A", "shown\nshow me\n");
        let layout = SourceFile::new("templates/email/base.html", "<p>\nshow</p>unshown");
        let sources = Sources::new(&markdown, None, &[&layout]);
        let at = |place: Place| (place.path().to_owned(), place.line_column().expect("a line").0);
        assert_eq!(at(sources.find(&["show"])), ("content/news.en.md".to_owned(), 6));
        assert_eq!(at(sources.find_style(&["show"])), ("templates/email/base.html".to_owned(), 2));
        assert_eq!(at(sources.find(&["nowhere"])), ("content/news.en.md".to_owned(), 5));
        assert_eq!(at(sources.front("preheader")), ("content/news.en.md".to_owned(), 3));
        assert_eq!(plain_piece("Don’t read “more of it”"), "more of it");
    }
}
