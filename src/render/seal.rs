//! The keep-in-mind text is the last thing a reader reads (R2): a mailing that says otherwise cannot be built.

use std::fmt;

use html::{fold, visible_text};
use source::diagnostic::Fault;

/// The standing "keep me in mind" text, rendered for one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepInMind {
    /// Its HTML, finished.
    pub html: String,
    /// The same for the text part.
    pub text: String,
    /// What a reader sees of the HTML.
    pub visible: String,
}

impl KeepInMind {
    /// The text in its two forms; what is visible of the HTML is read off it.
    pub fn new(html: String, text: String) -> Self {
        let visible = visible_text(&html);
        KeepInMind { html, text, visible }
    }
}

/// The two parts of a message, both known to end with the keep-in-mind text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    html: String,
    text: String,
}

impl Sealed {
    /// The HTML part.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// The text part.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The HTML part.
    Html,
    /// The text part.
    Text,
    /// The letter on paper.
    Letter,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Html => "HTML part",
            Part::Text => "text part",
            Part::Letter => "letter",
        })
    }
}

/// Why a message cannot be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SealError {
    /// The keep-in-mind text itself has nothing to read in this part.
    Empty(Part),
    /// The part does not show the keep-in-mind text.
    Missing(Part),
    /// Something is to be read behind it.
    Behind(Part, String),
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SealError::Empty(part) => write!(f, "the keep-in-mind text says nothing in the {part}"),
            SealError::Missing(part) => write!(f, "the {part} does not show the keep-in-mind text"),
            SealError::Behind(part, what) => write!(f, "`{what}` stands behind the keep-in-mind text in the {part}"),
        }
    }
}

impl std::error::Error for SealError {}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Fault {
        let hint = match error {
            SealError::Empty(_) => "write what you do, how to call you, the ask and the promise",
            SealError::Missing(_) => "let the layout print `{{ keep_in_mind }}`, in sight, as its last words",
            SealError::Behind(..) => "let the layout print `{{ keep_in_mind }}` after everything else",
        };
        Fault::new(error.to_string()).hint(hint)
    }
}

/// Seals a finished message: the visible text of both parts must end with the keep-in-mind text, white space apart.
///
/// # Errors
/// Which part does not, and what stands behind the text or that it is missing. The HTML part is looked at first.
pub fn seal(html: String, text: String, keep: &KeepInMind) -> Result<Sealed, SealError> {
    ends_with(Part::Html, &visible_text(&html), &keep.visible)?;
    ends_with(Part::Text, &text, &keep.text)?;
    Ok(Sealed { html, text })
}

/// A letter, known to end with the keep-in-mind text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedLetter(String);

impl SealedLetter {
    /// Its HTML.
    pub fn html(&self) -> &str {
        &self.0
    }

    /// Its HTML, unsealed.
    pub fn into_html(self) -> String {
        self.0
    }
}

/// Seals a finished letter: its visible text must end with the keep-in-mind text, white space apart. `shown` is the same letter
/// with its style sheet inlined, from which it is read what a reader sees.
///
/// # Errors
/// What stands behind the text, or that it is missing.
pub fn seal_letter(html: String, shown: &str, keep: &KeepInMind) -> Result<SealedLetter, SealError> {
    ends_with(Part::Letter, &visible_text(shown), &keep.visible)?;
    Ok(SealedLetter(html))
}

fn ends_with(part: Part, shown: &str, keep: &str) -> Result<(), SealError> {
    /// The longest excerpt of what stands behind, in characters.
    const EXCERPT: usize = 60;
    let (shown, keep) = (fold(shown), fold(keep));
    if keep.is_empty() {
        return Err(SealError::Empty(part));
    }
    // It must begin a word: a text that only happens to end like it is another text.
    let begins = |at: usize| at == 0 || shown[..at].ends_with(' ');
    let at = shown.rmatch_indices(&keep).map(|(at, _)| at).find(|&at| begins(at)).ok_or(SealError::Missing(part))?;
    let behind = shown[at + keep.len()..].trim_start();
    match behind.char_indices().nth(EXCERPT) {
        _ if behind.is_empty() => Ok(()),
        Some((cut, _)) => Err(SealError::Behind(part, format!("{}…", &behind[..cut]))),
        None => Err(SealError::Behind(part, behind.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep() -> KeepInMind {
        KeepInMind::new("<p>Ring <b>mig</b>,\nså ordnar vi det.</p>".into(), "Ring mig,\nså ordnar vi det.".into())
    }

    fn sealed(html: &str, text: &str) -> Result<Sealed, SealError> {
        seal(html.into(), text.into(), &keep())
    }

    #[test]
    fn r02_a_message_that_ends_with_the_keep_in_mind_text_is_sealed() {
        let html = "<p>Hej</p><div><p>Ring <b>mig</b>, så ordnar vi det.</p></div><img src=x alt=\"\">\
            <div style=\"display:none\">x</div>&#8203;</body>";
        let sealed = sealed(html, "Hej\n\nRing mig, så\nordnar vi det.\n").expect("it ends right");
        assert!(sealed.html().starts_with("<p>Hej"));
        assert!(sealed.text().ends_with("det.\n"));
    }

    #[test]
    fn r02_nothing_stands_behind_the_keep_in_mind_text() {
        let (html, text) = (keep().html, keep().text);
        let behind = |part, what: &str| Err(SealError::Behind(part, what.into()));
        assert_eq!(sealed(&format!("{html}<p>PS</p>"), &text), behind(Part::Html, "PS"));
        assert_eq!(sealed(&format!("{html}<img alt=\"logo\">"), &text), behind(Part::Html, "logo"));
        assert_eq!(sealed(&format!("{html}<!--[if mso]>x<![endif]-->"), &text), behind(Part::Html, "x"));
        assert_eq!(
            sealed(&html, &format!("{text}\n[1] https://x.example")),
            behind(Part::Text, "[1] https://x.example")
        );
        let long = sealed(&html, &format!("{text} {}", "å".repeat(80))).expect_err("too much");
        assert_eq!(long, SealError::Behind(Part::Text, format!("{}…", "å".repeat(60))));
    }

    #[test]
    fn r02_a_dropped_or_hidden_keep_in_mind_text_is_missing() {
        let (html, text) = (keep().html, keep().text);
        assert_eq!(sealed("<p>Hej</p>", &text), Err(SealError::Missing(Part::Html)));
        assert_eq!(
            sealed(&format!("<div style='display:none'>{html}</div>"), &text),
            Err(SealError::Missing(Part::Html))
        );
        assert_eq!(sealed(&html, "SRing mig, så ordnar vi det."), Err(SealError::Missing(Part::Text)));
        let empty = KeepInMind::new("<p hidden>x</p>".into(), "x".into());
        assert_eq!(seal(html, "x".into(), &empty), Err(SealError::Empty(Part::Html)));
        assert_eq!(seal_letter(keep().html, "<p>Hej</p>", &keep()), Err(SealError::Missing(Part::Letter)));
        let fault = Fault::from(SealError::Missing(Part::Text));
        assert_eq!(fault.message, "the text part does not show the keep-in-mind text");
    }
}
