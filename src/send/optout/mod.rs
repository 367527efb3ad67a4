//! Opt-outs that come in by mail or from a one-click endpoint (R26; RFC 2369, RFC 8058).
//!
//! A token in a subject, or in the log of the endpoint, says for certain who opts out. Words say it too, but a person decides:
//! what only reads like an opt-out is [`Ask::Doubtful`].

use jiff::Timestamp;
use mail_parser::{HeaderValue, MessageParser};
use serde_json::Value;

use crate::render::links::LinkKey;
use mail::address::EmailAddress;

mod words;

/// What one message, or one line of a log, asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Whoever has one of these tokens opts out.
    Token {
        /// What may be a token, in lower case.
        tokens: Vec<String>,
        /// When it was asked.
        at: Option<Timestamp>,
        /// `link` or `mail`.
        channel: &'static str,
    },
    /// Whoever wrote it may want to opt out.
    Doubtful {
        /// Who wrote.
        from: Option<EmailAddress>,
        /// What it was read from.
        words: String,
        /// When it was written.
        at: Option<Timestamp>,
    },
}

/// Everything in a text that may be the token of an opt-out: alone, in `<…>`, or in a whole subject or link.
pub fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_token = |word: &str| {
        word.len() == LinkKey::TOKEN && word.bytes().all(|letter| matches!(letter, b'a'..=b'z' | b'2'..=b'7'))
    };
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    words.filter(move |word| is_token(word))
}

/// What a file asks for: a message, or the log of an endpoint with a JSON object a line.
pub fn read(bytes: &[u8]) -> Vec<Ask> {
    match bytes.trim_ascii_start().first() {
        Some(b'{') => String::from_utf8_lossy(bytes).lines().filter_map(of_log).collect(),
        _ => of_message(bytes).into_iter().collect(),
    }
}

/// A line of a log. Whoever follows links to look at them uses GET, and has not asked for anything (RFC 8058 §3).
fn of_log(line: &str) -> Option<Ask> {
    let Value::Object(fields) = serde_json::from_str(line).ok()? else { return None };
    let text = |names: &[&str]| names.iter().find_map(|name| fields.get(*name)).and_then(Value::as_str);
    if text(&["method", "request_method", "verb"]).is_some_and(|method| !method.eq_ignore_ascii_case("POST")) {
        return None;
    }
    let tokens: Vec<String> =
        fields.values().flat_map(texts).flat_map(|text| tokens(&text).collect::<Vec<_>>()).collect();
    let moment = text(&["t", "time", "timestamp", "ts", "at", "date"]);
    let at = moment.and_then(|moment| moment.parse().ok());
    (!tokens.is_empty()).then_some(Ask::Token { tokens, at, channel: "link" })
}

/// Every text in a value.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn of_message(bytes: &[u8]) -> Option<Ask> {
    let message = MessageParser::default().parse(bytes)?;
    let subject = message.subject().unwrap_or_default();
    let date = message.date().filter(|date| date.is_valid());
    let at = date.and_then(|date| Timestamp::from_second(date.to_timestamp()).ok());
    let tokens: Vec<String> = tokens(subject).collect();
    if !tokens.is_empty() {
        return Some(Ask::Token { tokens, at, channel: "mail" });
    }
    // What a machine answers is nobody's wish (RFC 3834), and reports are read by `bounces`.
    let is_automatic = match message.header("Auto-Submitted") {
        Some(HeaderValue::Text(text)) => !text.trim().eq_ignore_ascii_case("no"),
        _ => false,
    };
    let is_report = message.parts.first().is_some_and(|part| {
        mail_parser::MimeHeaders::content_type(part).is_some_and(|kind| kind.subtype() == Some("report"))
    });
    if is_automatic || is_report {
        return None;
    }
    let body = message.body_text(0).unwrap_or_default();
    let words = words::found(subject, &body)?;
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    Some(Ask::Doubtful { from: from.and_then(|address| address.parse().ok()), words, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "abcdefghijklmnopqrstuvwx27";

    fn message(headers: &str, body: &str) -> Vec<Ask> {
        read(format!("From: Anna <anna@linds.example>\r\n{headers}\r\n\r\n{body}\r\n").as_bytes())
    }

    #[test]
    fn r26_a_token_in_a_subject_is_an_opt_out_in_every_form() {
        for subject in [
            format!("unsubscribe {TOKEN}"),
            format!("Re: unsubscribe <{}>", TOKEN.to_uppercase()),
            format!("=?utf-8?q?unsubscribe_{TOKEN}?="),
            format!("unsubscribe\r\n {TOKEN}"),
        ] {
            let asks = message(&format!("Subject: {subject}"), "");
            let [Ask::Token { tokens, channel: "mail", .. }] = &asks[..] else { panic!("{subject}: {asks:?}") };
            assert_eq!(tokens, &[TOKEN]);
        }
        assert!(message("Subject: Re: our offer", &format!("> https://x.example/?token={TOKEN}")).is_empty(), "quoted");
    }

    #[test]
    fn r26_a_log_of_one_click_posts_is_read_line_by_line_and_get_is_none() {
        let log = format!(
            "{{\"t\":\"2026-11-20T08:00:00Z\",\"method\":\"POST\",\"url\":\"/u?token={TOKEN}\",\"body\":\"List-Unsubscribe=One-Click\"}}\n\
             {{\"method\":\"GET\",\"url\":\"/u?token={TOKEN}\"}}\nnot json\n{{\"token\":\"{TOKEN}\"}}\n{{\"url\":\"/\"}}\n"
        );
        let asks = read(log.as_bytes());
        assert_eq!(asks.len(), 2);
        let Ask::Token { at: Some(at), channel: "link", .. } = &asks[0] else { panic!("{asks:?}") };
        assert_eq!(at.to_string(), "2026-11-20T08:00:00Z");
    }

    #[test]
    fn r26_plain_words_in_seven_languages_are_doubtful_and_machines_are_not_heard() {
        for words in [
            "Please unsubscribe me",
            "Ta bort mig från listan",
            "Meld meg av, takk",
            "Jeg vil gerne afmeldes",
            "Poistakaa minut listalta",
            "Palun eemaldage mind listist",
            "Bitte nehmen Sie mich aus dem Verteiler",
        ] {
            let asks = message("Subject: Hej", words);
            let [Ask::Doubtful { from: Some(from), .. }] = &asks[..] else { panic!("{words}: {asks:?}") };
            assert_eq!(from.as_str(), "anna@linds.example");
        }
        assert!(message("Subject: Thanks", "See you on Friday.\r\n> unsubscribe here").is_empty());
        assert!(message("Subject: Away\r\nAuto-Submitted: auto-replied", "unsubscribe").is_empty());
    }
}
