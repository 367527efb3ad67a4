//! The keep-in-mind text is the last thing a reader reads (R2), and every mailing shows who sends it and how to opt out (R26): one
//! that does not cannot be built.

use std::fmt;

use html::{Link, fold, links, visible_text};
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

/// What a mailing has to show beside the standing text, wherever its layout likes (R26).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// The lines of the sender's postal address.
    pub postal_address: Vec<String>,
    /// What shows the way out: one of these is the target of a link that is seen, or stands in the text. Where there is none (a
    /// copy that nobody in particular reads), none is asked for.
    pub opt_out: Vec<String>,
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
    /// Something is to be read after it.
    Behind(Part, String),
    /// A line of the sender's postal address is not to be seen.
    NoAddress(Part, String),
    /// No way to opt out is to be seen.
    NoOptOut(Part),
}

impl SealError {
    /// The part that it is about.
    pub fn part(&self) -> Part {
        match self {
            SealError::Empty(part)
            | SealError::Missing(part)
            | SealError::Behind(part, _)
            | SealError::NoAddress(part, _)
            | SealError::NoOptOut(part) => *part,
        }
    }

    /// The code of the finding.
    pub fn code(&self) -> &'static str {
        match self {
            SealError::Empty(_) | SealError::Missing(_) | SealError::Behind(..) => "r02-keep-in-mind",
            SealError::NoAddress(..) => "r26-postal-address",
            SealError::NoOptOut(_) => "r26-opt-out",
        }
    }
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SealError::Empty(part) => write!(f, "the keep-in-mind text says nothing in the {part}"),
            SealError::Missing(part) => write!(f, "the {part} does not show the keep-in-mind text"),
            SealError::Behind(part, what) => write!(f, "`{what}` stands after the keep-in-mind text in the {part}"),
            SealError::NoAddress(part, line) => {
                write!(f, "the {part} does not show `{line}` of the sender's postal address")
            }
            SealError::NoOptOut(part) => write!(f, "the {part} shows no way to opt out"),
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
            SealError::NoAddress(..) => {
                "let the layout print every line of `programme.sender.postal_address.lines`, in sight"
            }
            SealError::NoOptOut(Part::Html) => {
                "let the layout print `<a href=\"{{ links.unsubscribe }}\">`, with words in it and in sight"
            }
            SealError::NoOptOut(Part::Text) => "let the layout print `{{ links.unsubscribe }}`",
            SealError::NoOptOut(Part::Letter) => "let the layout print `{{ letter.opt_out }}`, in sight",
        };
        Fault::new(error.to_string()).hint(hint)
    }
}

/// Seals a finished message: the visible text of both parts must end with the keep-in-mind text, white space apart.
///
/// # Errors
/// Which part does not, and what stands after the text or that it is missing. The HTML part is looked at first.
pub fn seal(html: String, text: String, keep: &KeepInMind, imprint: &Imprint) -> Result<Sealed, SealError> {
    let seen = visible_text(&html);
    ends_with(Part::Html, &seen, &keep.visible)?;
    ends_with(Part::Text, &text, &keep.text)?;
    let shows = |way: &String| !way.is_empty();
    let leads_out = |link: &Link| {
        let ways = &mut imprint.opt_out.iter().filter(|way| shows(way));
        !fold(&link.text).is_empty() && ways.any(|way| link.href.contains(way.as_str()))
    };
    if !imprint.opt_out.is_empty() && !links(&html).iter().any(leads_out) {
        return Err(SealError::NoOptOut(Part::Html));
    }
    shows_way_out(Part::Text, &text, imprint)?;
    shows_address(Part::Html, &seen, imprint)?;
    shows_address(Part::Text, &text, imprint)?;
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
/// What stands after the text, or that it is missing.
pub fn seal_letter(html: String, shown: &str, keep: &KeepInMind, imprint: &Imprint) -> Result<SealedLetter, SealError> {
    let seen = visible_text(shown);
    ends_with(Part::Letter, &seen, &keep.visible)?;
    shows_way_out(Part::Letter, &seen, imprint)?;
    shows_address(Part::Letter, &seen, imprint)?;
    Ok(SealedLetter(html))
}

fn shows_way_out(part: Part, seen: &str, imprint: &Imprint) -> Result<(), SealError> {
    let ways = &imprint.opt_out;
    let is_shown = ways.is_empty() || ways.iter().any(|way| !way.is_empty() && seen.contains(way.as_str()));
    if is_shown { Ok(()) } else { Err(SealError::NoOptOut(part)) }
}

fn shows_address(part: Part, seen: &str, imprint: &Imprint) -> Result<(), SealError> {
    let seen = fold(seen);
    let missing = imprint.postal_address.iter().find(|line| !seen.contains(&fold(line)));
    missing.map_or(Ok(()), |line| Err(SealError::NoAddress(part, line.clone())))
}

fn ends_with(part: Part, shown: &str, keep: &str) -> Result<(), SealError> {
    /// The longest excerpt of what stands after, in characters.
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

    /// Nothing more is asked for.
    fn nothing() -> Imprint {
        Imprint { postal_address: Vec::new(), opt_out: Vec::new() }
    }

    fn sealed(html: &str, text: &str) -> Result<Sealed, SealError> {
        seal(html.into(), text.into(), &keep(), &nothing())
    }

    #[test]
    fn r26_the_way_out_and_the_postal_address_are_to_be_seen_in_every_part() {
        let imprint =
            Imprint { postal_address: vec!["Vasagatan 9".into()], opt_out: vec!["mailto:nej@x.example".into()] };
        let (link, street) = ("<a href=\"mailto:nej@x.example\">Nej tack</a>", "<p>Vasagatan\n9</p>");
        let keep_html = keep().html;
        let text = "Nej: mailto:nej@x.example\nVasagatan 9\nRing mig,\nså ordnar vi det.";
        let sealed = |html: &str, text: &str| seal(format!("{html}{keep_html}"), text.into(), &keep(), &imprint).err();
        assert_eq!(sealed(&format!("{link}{street}"), text), None);
        let no_way = |part| Some(SealError::NoOptOut(part));
        assert_eq!(sealed(street, text), no_way(Part::Html));
        assert_eq!(sealed(&format!("<div hidden>{link}</div>{street}"), text), no_way(Part::Html));
        assert_eq!(sealed(&format!("{}{street}", link.replace("Nej tack", "&#8203;")), text), no_way(Part::Html));
        assert_eq!(sealed(&format!("{link}{street}"), &text.replace("mailto:", "")), no_way(Part::Text));
        let no_street = |part| Some(SealError::NoAddress(part, "Vasagatan 9".into()));
        assert_eq!(sealed(link, text), no_street(Part::Html));
        assert_eq!(sealed(&format!("{link}{street}"), &text.replace("gatan", "")), no_street(Part::Text));
        let letter = |shown: &str| seal_letter(String::new(), &format!("{shown}{keep_html}"), &keep(), &imprint).err();
        assert_eq!(letter(&format!("mailto:nej@x.example{street}")), None);
        assert_eq!(letter(street), no_way(Part::Letter));
        assert_eq!(letter("mailto:nej@x.example"), no_street(Part::Letter));
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
        assert_eq!(seal(html, "x".into(), &empty, &nothing()), Err(SealError::Empty(Part::Html)));
        assert_eq!(seal_letter(keep().html, "<p>Hej</p>", &keep(), &nothing()), Err(SealError::Missing(Part::Letter)));
        let fault = Fault::from(SealError::Missing(Part::Text));
        assert_eq!(fault.message, "the text part does not show the keep-in-mind text");
    }
}
