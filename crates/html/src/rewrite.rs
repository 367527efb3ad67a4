//! Changes attributes of an HTML text and leaves every other byte as it is.

use super::entity::escape_attribute;
use super::scan::{Attribute, Tag, Token, scan};

/// What becomes of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It stays.
    Keep,
    /// It goes.
    Drop,
    /// It gets this value, not yet escaped.
    Value(String),
}

/// The HTML with its attributes edited; `added` is put after the name of each opening tag.
pub fn rewrite(
    html: &str,
    edit: &mut dyn FnMut(&Tag<'_>, &Attribute<'_>) -> Edit,
    added: &dyn Fn(&Tag<'_>) -> &'static str,
) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    for token in scan(html) {
        match token {
            Token::Open(tag) => rewrite_tag(&tag, edit, added(&tag), &mut out),
            Token::Text(raw) | Token::Raw(raw) | Token::Declaration(raw) => out.push_str(raw),
            Token::Close(_, raw) | Token::Comment(_, raw) => out.push_str(raw),
        }
    }
    out
}

/// Appends one opening tag, edited.
pub(super) fn rewrite_tag(
    tag: &Tag<'_>,
    edit: &mut dyn FnMut(&Tag<'_>, &Attribute<'_>) -> Edit,
    added: &str,
    out: &mut String,
) {
    let name_end = 1 + tag.name.len();
    out.push_str(&tag.raw[..name_end]);
    out.push_str(added);
    let mut at = name_end;
    for attribute in &tag.attributes {
        let before = &tag.raw[at..attribute.range.start];
        at = attribute.range.end;
        match edit(tag, attribute) {
            Edit::Keep => {
                out.push_str(before);
                out.push_str(&tag.raw[attribute.range.clone()]);
            }
            Edit::Drop => {}
            Edit::Value(value) => {
                out.push_str(before);
                out.push_str(attribute.name);
                out.push_str("=\"");
                escape_attribute(&value, out);
                out.push('"');
            }
        }
    }
    out.push_str(&tag.raw[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_change_and_nothing_else() {
        let html = "<!-- a --><img src='x.png' alt=b><a href=\"/c?d&amp;e\" title=\"f\">g</a><td align=right>h<br/>";
        let done = rewrite(
            html,
            &mut |tag, attribute| match attribute.name {
                "href" if tag.is("a") => Edit::Value("/i?j&k".to_owned()),
                "align" => Edit::Drop,
                _ => Edit::Keep,
            },
            &|tag| if tag.is("img") { " loading=\"lazy\"" } else { "" },
        );
        assert_eq!(
            done,
            "<!-- a --><img loading=\"lazy\" src='x.png' alt=b><a href=\"/i?j&amp;k\" title=\"f\">g</a><td>h<br/>"
        );
    }
}
