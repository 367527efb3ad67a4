//! Tips that came by the refer-us page: a mail with the form's fields, or the form's own JSON lines (R18).

use mail_parser::MessageParser;
use serde_json::Value;

use mail::address::EmailAddress;

/// What the form asks for (design §7), as it was filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tip {
    /// Where it was found: a file, or a line of one.
    pub place: String,
    /// The name of who recommends us.
    pub name: String,
    /// Their address.
    pub email: Option<EmailAddress>,
    /// Whom they name, perhaps with the firm after a comma.
    pub friend_name: String,
    /// How to reach them: an address, or a telephone number.
    pub friend_contact: String,
    /// What was said.
    pub message: String,
    /// They know that they were named.
    pub consent: bool,
    /// The code of the refer link.
    pub code: Option<String>,
    /// The day it was sent, ISO 8601, where the mail or the line says.
    pub on: Option<jiff::civil::Date>,
}

/// The tips in a file: `bytes` are a mail, or JSON lines. Nothing where it is neither.
pub fn read(place: &str, bytes: &[u8]) -> Vec<Tip> {
    let text = String::from_utf8_lossy(bytes);
    let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    if !is_json {
        return mail(place, bytes).into_iter().collect();
    }
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    lines.filter_map(|(number, line)| json(&format!("{place}:{}", number + 1), line)).collect()
}

fn json(place: &str, line: &str) -> Option<Tip> {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(line) else { return None };
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Bool(yes)) => yes.to_string(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let on = ["t", "on", "date"].into_iter().map(text).find(|day| !day.is_empty());
    Some(tip(place, text, on.and_then(|day| day.get(..10)?.parse().ok())))
}

fn mail(place: &str, bytes: &[u8]) -> Option<Tip> {
    let message = MessageParser::new().parse(bytes)?;
    let body = message.body_text(0)?;
    let fields = fields(&body);
    let from = message.from().and_then(|from| from.first()).and_then(|from| Some((from.name(), from.address()?)));
    let text = |name: &str| {
        fields.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, text)| text.trim().to_owned())
    };
    let on = message.date().and_then(|date| {
        jiff::civil::Date::new(
            i16::try_from(date.year).ok()?,
            i8::try_from(date.month).ok()?,
            i8::try_from(date.day).ok()?,
        )
        .ok()
    });
    let mut tip = tip(place, text, on);
    if let Some((name, address)) = from {
        tip.email = tip.email.or_else(|| address.parse().ok());
        if tip.name.is_empty() {
            tip.name = name.unwrap_or_default().to_owned();
        }
    }
    if fields.is_empty() {
        // No form: somebody simply wrote. A person reads it.
        tip.message = body.trim().to_owned();
    }
    Some(tip)
}

/// `name=value`, as browsers write a form of type `text/plain`; what follows on further lines belongs to the last name.
fn fields(body: &str) -> Vec<(String, String)> {
    const NAMES: [&str; 8] =
        ["name", "email", "friend_name", "friend_contact", "message", "consent", "ref", "language"];
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in body.lines() {
        let known = line.split_once('=').filter(|(name, _)| NAMES.contains(&name.trim()));
        match (known, fields.last_mut()) {
            (Some((name, value)), _) => fields.push((name.trim().to_owned(), value.to_owned())),
            (None, Some((_, text))) => {
                text.push('\n');
                text.push_str(line);
            }
            (None, None) => {}
        }
    }
    fields
}

fn tip(place: &str, text: impl Fn(&str) -> String, on: Option<jiff::civil::Date>) -> Tip {
    Tip {
        place: place.to_owned(),
        name: text("name"),
        email: text("email").parse().ok(),
        friend_name: text("friend_name"),
        friend_contact: text("friend_contact"),
        message: text("message"),
        consent: matches!(text("consent").to_lowercase().as_str(), "yes" | "true" | "on" | "1"),
        code: Some(text("ref")).filter(|code| !code.is_empty()),
        on,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: Anna Lind <anna@linds.example>\r\nTo: tipsa@x.example\r\nSubject: Tips\r\nDate: Tue, 03 Feb 2027 09:12:00 +0100\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nlanguage=sv\r\nref=abc123\r\nname=Anna Lind\r\nemail=anna@linds.example\r\nfriend_name=Tor Ek, Ek AB\r\nfriend_contact=+46 70 1740605\r\nmessage=Ring p\u{e5} morgonen.\r\nHan vet = ja.\r\nconsent=yes\r\n";

    #[test]
    fn r18_the_form_is_read_from_mails_and_from_json_lines() {
        let tips = read("new/1.eml", MAIL.as_bytes());
        assert_eq!(tips.len(), 1);
        let tip = &tips[0];
        assert_eq!((tip.name.as_str(), tip.friend_name.as_str()), ("Anna Lind", "Tor Ek, Ek AB"));
        assert_eq!((tip.code.as_deref(), tip.consent), (Some("abc123"), true));
        assert_eq!(tip.message, "Ring p\u{e5} morgonen.\nHan vet = ja.");
        assert_eq!(tip.on.map(|on| on.to_string()).as_deref(), Some("2027-02-03"));
        let line = "{\"t\":\"2027-02-03T09:00:00Z\",\"name\":\"Anna\",\"friend_name\":\"Tor\",\"friend_contact\":\"tor@ek.example\",\"consent\":\"yes\",\"ref\":\"abc\"}\n\nnot json\n";
        let tips = read("tips.jsonl", line.as_bytes());
        assert_eq!(
            (tips.len(), tips[0].place.as_str(), tips[0].friend_contact.as_str()),
            (1, "tips.jsonl:1", "tor@ek.example")
        );
    }

    #[test]
    fn a_mail_without_the_form_is_kept_whole() {
        let mail = "From: anna@linds.example\r\nSubject: Hej\r\n\r\nRing Tor!\r\n";
        let tips = read("1.eml", mail.as_bytes());
        assert_eq!((tips[0].friend_name.as_str(), tips[0].message.as_str()), ("", "Ring Tor!"));
        assert_eq!(tips[0].email.as_ref().map(|email| email.as_str()), Some("anna@linds.example"));
    }
}
