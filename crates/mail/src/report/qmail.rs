//! Reports in words alone, as qmail and its kin write them (QSBMF, Bernstein 1997).

use mail_parser::{Message, MessageParser};

use super::{Action, Fate, Status, one_line, spellings, status_of};

/// How every such report begins.
const BEGINNING: &str = "Hi. This is the";

/// How the paragraph begins behind which the message comes back.
const BREAK: char = '-';

/// What became of a message for each recipient that the report names, and the id of the message; `None` where it is no such
/// report.
pub(super) fn read(message: &Message<'_>) -> Option<(Vec<Fate>, Option<String>)> {
    let text = message.body_text(0)?.replace("\r\n", "\n");
    let text = text.trim_start();
    if !text.starts_with(BEGINNING) {
        return None;
    }
    let mut fates = Vec::new();
    let mut rest = text;
    while let Some((paragraph, behind)) = rest.split_once("\n\n") {
        if paragraph.trim_start().starts_with(BREAK) {
            let original = MessageParser::default().parse_headers(behind.trim_start().as_bytes());
            return Some((fates, original.and_then(|original| original.message_id().map(str::to_owned))));
        }
        fates.extend(fate(paragraph.trim_start()));
        rest = behind;
    }
    fates.extend(fate(rest.trim_start()));
    Some((fates, None))
}

/// A paragraph about a recipient: `<address>:` in a line of its own, and what happened.
fn fate(paragraph: &str) -> Option<Fate> {
    let (recipient, why) = paragraph.strip_prefix('<')?.split_once(">:")?;
    let addresses = spellings(recipient);
    let diagnostic = one_line(why);
    let words = diagnostic.split(|c: char| c.is_whitespace() || "()#".contains(c));
    let enhanced = words.filter_map(|word| word.parse().ok()).next();
    // Without a status: qmail reports nothing but what it has given up.
    let status = enhanced.or_else(|| status_of(&diagnostic)).unwrap_or(Status { class: 5, subject: 0, detail: 0 });
    let diagnostic = Some(diagnostic).filter(|diagnostic| !diagnostic.is_empty());
    (!addresses.is_empty()).then_some(Fate { addresses, action: Action::Failed, status, diagnostic })
}
