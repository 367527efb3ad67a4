//! Pictures: what they say to who cannot see them, and what a message says without them.

use super::{Subject, origin::Sources, prose};
use crate::model::mailing::MailingKind;

use source::diagnostic::Diagnostic;

/// So many words carry a message whose pictures are not shown.
const ENOUGH_WORDS: usize = 25;

/// So many lines carry a greeting.
const ENOUGH_LINES: usize = 3;

pub fn findings(subject: &Subject<'_>, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let images = html::images(subject.html).into_iter();
    let mute = images.filter_map(|image| {
        let path = path_of(subject, &image.src);
        let name = path.rsplit('/').next().unwrap_or_default();
        // Decoration of a layout may be mute; a picture somebody chose for the text is not decoration.
        let missing = match &image.alt {
            None => true,
            Some(alt) => alt.trim().is_empty() && sources.in_content(name),
        };
        missing.then(|| {
            Diagnostic::error("missing-alt", format!("the picture `{path}` has no alternative text"))
                .place(sources.find(&[path, name]))
                .hint("say what is to be seen: `![Two cups on a counter](…)`")
        })
    });
    mute.chain(only_pictures(subject, sources)).collect()
}

/// The path below `content/` of a picture, or its address.
fn path_of<'s>(subject: &'s Subject<'_>, src: &'s str) -> &'s str {
    let content_id = src.strip_prefix("cid:");
    let own = content_id.and_then(|id| subject.pictures.iter().find(|picture| picture.content_id == id));
    own.map_or(src, |picture| picture.path)
}

fn only_pictures(subject: &Subject<'_>, sources: &Sources<'_>) -> Option<Diagnostic> {
    let markdown = &subject.content.file.text()[subject.content.body_at..];
    let at = ["![", "<img", "{{ <picture"].iter().filter_map(|mark| markdown.find(mark)).min()?;
    let text = prose::prose(subject.content);
    let words = prose::words(&text).count();
    let lines = text.lines().filter(|line| prose::words(line).next().is_some()).count();
    let greets = subject.kind == MailingKind::Greeting && lines >= ENOUGH_LINES;
    (words < ENOUGH_WORDS && !greets).then(|| {
        let line = markdown[at..].lines().next().unwrap_or_default();
        Diagnostic::warning("only-pictures", format!("beside its pictures this message has {words} words"))
            .place(sources.span(subject.content.body_at + at, line.len()))
            .hint("many readers see no pictures at first, and spam filters distrust mail without words")
    })
}

#[cfg(test)]
mod tests {
    use crate::model::mailing::MailingKind;
    use crate::products::mail::lint::fixture::Message;

    const WORDS: &str = "The tables stand outside again, there is cardamom in the buns, and for once nobody asks for the \
        Wi-Fi password before they have sat down and had a cup.\n";

    #[test]
    fn a_picture_without_alternative_text_is_an_error_where_it_stands() {
        let mut message = Message::new(
            &format!("{WORDS}\n![](/images/cups.png)\n"),
            "<p>Words</p><img src=\"cid:images/cups.png@x.example\" alt=\"\">",
        );
        message.pictures = vec![("images/cups.png", 1000)];
        assert_eq!(message.codes(), ["missing-alt content/news.en.md:7"]);
        message.html = message.html.replace("alt=\"\"", "alt=\"Two cups\"");
        assert!(message.codes().is_empty());
    }

    #[test]
    fn decoration_of_a_layout_may_be_mute_but_must_say_so() {
        let mut message = Message::new(WORDS, "<p>Words</p><img src=\"https://x.example/line.png\" alt=\"\">");
        assert!(message.codes().is_empty());
        message.html = message.html.replace(" alt=\"\"", "");
        assert_eq!(message.codes(), ["missing-alt content/news.en.md:5"]);
    }

    #[test]
    fn a_message_of_pictures_needs_words_and_a_greeting_three_lines() {
        let mut message =
            Message::new("![A meadow](/images/meadow.png)\n\nSummer.\n\nSwim.\n\nSleep.\n", "<p>Summer</p>");
        assert_eq!(message.codes(), ["only-pictures content/news.en.md:5"]);
        message.kind = MailingKind::Greeting;
        assert!(message.codes().is_empty());
        let newsletter = Message::new(&format!("![A meadow](/images/meadow.png)\n\n{WORDS}"), "<p>Words</p>");
        assert!(newsletter.codes().is_empty());
    }
}
