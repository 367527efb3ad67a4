//! Tags in texts and layouts, as they are being typed.

use std::ops::Range;

/// What is being written in a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typing {
    /// A variable, or anything else that an expression begins with.
    Name,
    /// A field of what has this name.
    Field(String),
    /// A filter.
    Filter,
    /// The name of a component.
    Component,
    /// The path of a layout.
    Template,
    /// The word that a tag begins with.
    Tag,
}

/// The tag around a place, from behind its opening to the place.
pub fn open_tag(text: &str, at: usize) -> Option<Range<usize>> {
    let before = &text[..at];
    let (opened, closed) = (before.rfind("{{").max(before.rfind("{%")), before.rfind("}}").max(before.rfind("%}")));
    let opened = opened.filter(|opened| closed.is_none_or(|closed| closed < *opened))?;
    // A comment that holds tags is still a comment.
    let in_comment = before.rfind("{#").is_some_and(|comment| before[comment..].find("#}").is_none());
    (!in_comment).then_some(opened + 2..at)
}

/// What may be written at a place; `None` outside of tags and inside of strings.
pub fn place(text: &str, at: usize) -> Option<Typing> {
    let tag = open_tag(text, at)?;
    let is_statement = text[..tag.start].ends_with("{%");
    let inside = text[tag].trim_start_matches('-');
    if let Some(string) = open_string(inside) {
        let word = inside[..string].split_whitespace().next().unwrap_or_default();
        return matches!(word, "include" | "extends").then_some(Typing::Template);
    }
    let is_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    let typed = inside.trim_end_matches(is_name);
    if let Some(before) = typed.strip_suffix('.') {
        let begin = before.rfind(|letter: char| !is_name(letter) && letter != '.').map_or(0, |at| at + 1);
        return Some(Typing::Field(before[begin..].to_owned()));
    }
    let before = typed.trim_end();
    if before.ends_with('|') {
        return Some(Typing::Filter);
    }
    if before.ends_with(['<', '/']) && before.trim_start_matches(['<', '/', ' ']).is_empty() {
        return Some(Typing::Component);
    }
    Some(if before.is_empty() && is_statement { Typing::Tag } else { Typing::Name })
}

/// Where a string begins that is not closed.
fn open_string(text: &str) -> Option<usize> {
    let mut open = None;
    for (at, letter) in text.char_indices().filter(|(_, letter)| matches!(letter, '"' | '\'' | '`')) {
        match open {
            None => open = Some((at, letter)),
            Some((_, quote)) if quote == letter => open = None,
            Some(_) => {}
        }
    }
    open.map(|(at, _)| at)
}

/// The whole tag around a place, without its brackets.
pub fn whole_tag(text: &str, at: usize) -> Option<Range<usize>> {
    let open = open_tag(text, at)?;
    let close = [text[at..].find("}}"), text[at..].find("%}")].into_iter().flatten().min()?;
    Some(open.start..at + close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_written_is_known() {
        let at_end = |text: &str| place(text, text.len());
        assert_eq!(at_end("Hi {{ con"), Some(Typing::Name));
        assert_eq!(at_end("Hi {{ contact.na"), Some(Typing::Field("contact".into())));
        assert_eq!(at_end("Hi {{ contact.name."), Some(Typing::Field("contact.name".into())));
        assert_eq!(at_end("{{ date | da"), Some(Typing::Filter));
        assert_eq!(at_end("{{ <but"), Some(Typing::Component));
        assert_eq!(at_end("{% inc"), Some(Typing::Tag));
        assert_eq!(at_end("{% include \"em"), Some(Typing::Template));
        assert_eq!(at_end("{% if contact.company and ow"), Some(Typing::Name));
        assert_eq!(at_end("{{ \"a"), None);
        assert_eq!(at_end("{{ a }} b"), None);
        assert_eq!(at_end("{# {{ a"), None);
    }

    #[test]
    fn the_tag_around_a_place_is_found() {
        let text = "{{ a }}{% if b %}c";
        assert_eq!(whole_tag(text, 3).map(|tag| &text[tag]), Some(" a "));
    }
}
