//! Splitting a Markdown file into its YAML front matter and its text.

use std::sync::Arc;

use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

/// The two parts of a content file, as byte ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The YAML between the `---` lines; empty where there is none.
    pub front: Span,
    /// Where the Markdown begins.
    pub body_at: usize,
}

/// Finds the front matter of `file`.
///
/// # Errors
/// A front matter that is opened and never closed.
pub fn split(file: &Arc<SourceFile>) -> Result<Parts, Diagnostic> {
    let text = file.text();
    let Some(first) = text.split_inclusive('\n').next().filter(|line| line.trim_end() == "---") else {
        return Ok(Parts { front: Span::at(0), body_at: 0 });
    };
    let mut offset = first.len();
    for line in text[offset..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Ok(Parts { front: Span { start: first.len(), end: offset }, body_at: offset + line.len() });
        }
        offset += line.len();
    }
    Err(Diagnostic::error("front-matter", "the front matter is not closed")
        .at(file, Span { start: 0, end: 3 })
        .hint("put a line `---` between the front matter and the text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_stands_between_two_lines_of_hyphens() {
        let file = SourceFile::new("a.md", "---\r\nsubject: x\r\n---\r\nHej\n---\n");
        let parts = split(&file).expect("closed");
        assert_eq!(&file.text()[parts.front.start..parts.front.end], "subject: x\r\n");
        assert_eq!(&file.text()[parts.body_at..], "Hej\n---\n");
        assert_eq!(split(&SourceFile::new("b.md", "Hej\n---\n")).expect("none").body_at, 0);
        assert!(split(&SourceFile::new("c.md", "---\nsubject: x\n")).is_err());
    }
}
