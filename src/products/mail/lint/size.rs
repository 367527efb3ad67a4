//! How big a message is: Gmail cuts an HTML part of more than about 102 KB, and what lies after the cut is the standing text.

use super::{Subject, origin::Sources};
use crate::model::mailing::MailingKind;
use source::diagnostic::{Diagnostic, Severity};

/// From here on the HTML part is nearly too big, in bytes.
const LARGE: usize = 90 * 1024;

/// From here on it is cut, in bytes.
const TOO_LARGE: usize = 100 * 1024;

/// From here on a picture is a burden to who reads on the way, in bytes.
const HEAVY_PICTURE: usize = 1024 * 1024;

/// Most words of a status report (R14).
const STATUS_WORDS: usize = 150;

pub fn findings(subject: &Subject<'_>, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let (code, severity) = match subject.html_bytes {
        TOO_LARGE.. => (Some("html-too-large"), Severity::Error),
        LARGE.. => (Some("html-large"), Severity::Warning),
        _ => (None, Severity::Note),
    };
    let large = code.map(|code| {
        let message = format!("the HTML part has {} KB", subject.html_bytes.div_ceil(1024));
        let finding = Diagnostic::error(code, message).place(sources.body());
        Diagnostic { severity, ..finding }.hint("mail programs cut it at 102 KB, and the standing text with it")
    });
    let sizes = subject.pictures.iter().filter_map(|picture| Some((picture, picture.bytes?)));
    let heavy = sizes.filter(|(_, bytes)| *bytes > HEAVY_PICTURE).map(|(picture, bytes)| {
        let megabytes = bytes as f64 / HEAVY_PICTURE as f64;
        let name = picture.path.rsplit('/').next().unwrap_or_default();
        Diagnostic::warning("heavy-picture", format!("the picture `{}` has {megabytes:.1} MB", picture.path))
            .place(sources.find(&[picture.path, name]))
            .hint("it travels in every message: save it at twice the width it is shown at, and compressed")
    });
    let long = (subject.kind == MailingKind::Status && subject.words > STATUS_WORDS).then(|| {
        let message = format!("this status report has {} words", subject.words);
        let warning = Diagnostic::warning("r14-too-long", message).place(sources.body());
        warning.hint(format!("short rather than long: {STATUS_WORDS} words are enough, the rest is a call"))
    });
    large.into_iter().chain(heavy).chain(long).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::mail::lint::fixture::Message;

    #[test]
    fn the_html_part_is_warned_about_at_90_kb_and_refused_at_100() {
        let sized = |size: usize| Message::new("Some words.\n", &format!("<p>{}</p>", "a".repeat(size))).codes();
        assert!(sized(89 * 1024).is_empty());
        assert_eq!(sized(91 * 1024), ["html-large content/news.en.md:5"]);
        assert_eq!(sized(100 * 1024), ["html-too-large content/news.en.md:5"]);
    }

    #[test]
    fn r14_a_status_report_of_more_than_150_words_is_too_long() {
        let mut message = Message::new("Some words.\n", "<p>Some words.</p>");
        (message.kind, message.words) = (MailingKind::Status, 150);
        assert!(message.codes().is_empty());
        message.words = 151;
        assert_eq!(message.codes(), ["r14-too-long content/news.en.md:5"]);
        message.kind = MailingKind::Newsletter;
        assert!(message.codes().is_empty());
    }

    #[test]
    fn a_picture_over_a_megabyte_is_named_where_it_is_shown() {
        let mut message = Message::new("Words\n\n![Cups](/images/cups.png)\n", "<p>Words</p>");
        message.pictures = vec![("images/cups.png", 1024 * 1024)];
        assert!(!message.codes().iter().any(|found| found.starts_with("heavy-picture")));
        message.pictures = vec![("images/cups.png", 1024 * 1024 + 1)];
        assert!(message.codes().contains(&"heavy-picture content/news.en.md:7".to_owned()));
    }
}
