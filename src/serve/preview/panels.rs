//! What a message consists of, made readable: its header fields decoded, its source with numbered lines.

use crate::model::contact::Contact;
use crate::model::mailing::Mailing;
use crate::serve::audience::grouped;
use crate::serve::changes;
use crate::serve::html::Text;
use crate::serve::message::Message;
use mail::header;

/// Lines of base64 in a row that are shown of a source.
const MAX_BASE64: usize = 3;

/// The header fields as a mail program reads them; what was encoded for the way stands below.
pub(super) fn headers(message: &Message) -> String {
    let Some(source) = &message.source else {
        return "<p class=\"empty\">It goes by post: there are no headers.</p>".to_owned();
    };
    let text = String::from_utf8_lossy(source);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let rows = changes::fields(head).into_iter().map(|(name, value)| {
        let decoded = header::decoded(&value);
        let encoded = match decoded == value {
            true => String::new(),
            false => format!("<details><summary>as it travels</summary><code>{}</code></details>", Text(&value)),
        };
        format!("<tr><th scope=\"row\">{}</th><td>{}{encoded}</td></tr>", Text(name), Text(decoded))
    });
    format!("<table class=\"headers\"><tbody>{}</tbody></table>", rows.collect::<String>())
}

/// The source, its lines numbered.
pub(super) fn source(mailing: &Mailing, contact: &Contact, message: &Message) -> String {
    let Some(source) = &message.source else {
        return "<p class=\"empty\">It goes by post: there is no e-mail.</p>".to_owned();
    };
    let link = format!("/preview/{}/{}.eml", mailing.id, contact.id);
    let size = grouped(source.len().div_ceil(1000));
    let text = String::from_utf8_lossy(source);
    let lines = shortened(&text).map(|(number, line)| match line {
        Some(line) => format!("<li value=\"{number}\">{}</li>", Text(line)),
        None => "<li class=\"gap\">…</li>".to_owned(),
    });
    format!(
        "<p class=\"lead\"><a class=\"download\" href=\"{link}\" download=\"{}.eml\">Download</a> \
         <span class=\"quiet\">{size} kB</span></p><ol class=\"lines\">{}</ol>",
        contact.id,
        lines.collect::<String>()
    )
}

/// The lines with their numbers; of pictures and attachments the first few, and one gap.
fn shortened(source: &str) -> impl Iterator<Item = (usize, Option<&str>)> {
    let is_base64 =
        |line: &str| line.len() == 76 && line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let mut run = 0;
    (1..).zip(source.lines()).filter_map(move |(number, line)| {
        run = if is_base64(line) { run + 1 } else { 0 };
        match run {
            0..=MAX_BASE64 => Some((number, Some(line))),
            _ => (run == MAX_BASE64 + 1).then_some((number, None)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_cut_short_and_lines_keep_their_numbers() {
        let picture = "A".repeat(76);
        let source = format!("Subject: x\r\n{picture}\r\n{picture}\r\n{picture}\r\n{picture}\r\n{picture}\r\n--b--");
        let lines: Vec<_> = shortened(&source).collect();
        assert_eq!(lines.len(), 6);
        assert_eq!((lines[4], lines[5]), ((5, None), (7, Some("--b--"))));
    }
}
