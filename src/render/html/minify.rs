//! Makes HTML smaller and changes nothing that a reader sees or a script finds.

use super::scan::{Token, scan};

/// Elements beside whose tags white space is never shown, however a style sheet lays them out: what has no box of its own, and
/// blocks that nobody sets in a line. List items and `div` are not among them.
fn is_block(name: &str) -> bool {
    let plain = |name: &str| {
        matches!(
            name,
            "p" | "ul"
                | "h2"
                | "h3"
                | "link"
                | "meta"
                | "h1"
                | "ol"
                | "section"
                | "address"
                | "article"
                | "aside"
                | "blockquote"
                | "body"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "h4"
                | "h5"
                | "h6"
                | "head"
                | "header"
                | "hr"
                | "html"
                | "main"
                | "nav"
                | "pre"
                | "script"
                | "style"
                | "table"
                | "tbody"
                | "thead"
                | "title"
                | "tr"
        )
    };
    match name.bytes().any(|letter| letter.is_ascii_uppercase()) {
        true => plain(&name.to_ascii_lowercase()),
        false => plain(name),
    }
}

/// The page without comments, and with white space only where it may be seen: a run becomes one line break or blank, and beside a
/// block's tag it goes. What stands in `pre`, `textarea`, `script` and `style` is left alone, and so is every tag.
pub fn minified(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    // How deep we are in elements whose white space counts.
    let mut kept = 0_usize;
    // The tag that only white space stands behind; the beginning counts as a block's.
    let mut before = "html";
    let mut tokens = scan(html).peekable();
    while let Some(token) = tokens.next() {
        let raw = match &token {
            Token::Text(text) if kept > 0 => text,
            Token::Text(text) => {
                let mut text = *text;
                if text.starts_with(blank) && is_block(before) {
                    text = text.trim_ascii_start();
                }
                if text.ends_with(blank) && tokens.peek().is_none_or(|token| name(token).is_some_and(is_block)) {
                    text = text.trim_ascii_end();
                }
                push_collapsed(text, &mut out);
                if !text.is_empty() {
                    before = "";
                }
                continue;
            }
            Token::Comment(content, _) if !content.trim_start().starts_with("[if") => continue,
            Token::Open(tag) => {
                kept += usize::from(keeps_space(tag.name));
                tag.raw
            }
            Token::Close(name, raw) => {
                kept = kept.saturating_sub(usize::from(keeps_space(name)));
                raw
            }
            Token::Raw(raw) | Token::Declaration(raw) | Token::Comment(_, raw) => raw,
        };
        out.push_str(raw);
        before = name(&token).unwrap_or_default();
    }
    out
}

fn blank(letter: char) -> bool {
    letter.is_ascii_whitespace()
}

/// The name in a tag; a declaration counts as the whole page's.
fn name<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token {
        Token::Open(tag) => Some(tag.name),
        Token::Close(name, _) => Some(name),
        Token::Declaration(_) => Some("html"),
        Token::Raw(_) | Token::Text(_) | Token::Comment(..) => None,
    }
}

fn keeps_space(name: &str) -> bool {
    name.eq_ignore_ascii_case("pre") || name.eq_ignore_ascii_case("textarea")
}

/// Appends the text, each run of white space as one character: a line break where there was one.
fn push_collapsed(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = run_of_space(rest) {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let end = behind.bytes().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(behind.len());
        out.push(if behind[..end].contains('\n') { '\n' } else { ' ' });
        rest = &behind[end..];
    }
    out.push_str(rest);
}

/// Where the first run of several blanks begins.
fn run_of_space(text: &str) -> Option<usize> {
    text.as_bytes().windows(2).position(|pair| pair[0].is_ascii_whitespace() && pair[1].is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::html::visible_text;

    #[test]
    fn white_space_beside_blocks_goes_and_between_words_stays() {
        let html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title> a  b </title>\n</head>\n<body>\n<!-- note -->\n<p>One <b>two</b> \n <i>three</i>\n</p>\n\n\
                    <ul>\n<li>a</li>\n<li> b</li>\n</ul>\n<p>\n</p></body>\n</html>\n";
        assert_eq!(
            minified(html),
            "<!DOCTYPE html><html lang=\"en\"><head><title>a b</title></head><body><p>One <b>two</b>\n<i>three</i></p>\
             <ul><li>a</li>\n<li> b</li></ul><p></p></body></html>"
        );
    }

    #[test]
    fn what_is_set_as_it_is_written_stays() {
        for html in [
            "<pre>a\n\n  b\n</pre>x<textarea>\n  a  b\n</textarea>",
            "<style>a  {\n}</style><script>a  ;\n\n</script>",
            "<a title=\"a  b\"   href=x>a</a> <em>b</em> <img src=a> <img src=b>",
            "<span>a</span> <div>b</div> <div>c</div>",
            "<!--[if mso]>  <p>a</p>  <![endif]-->",
            "a\u{a0}\u{a0}b",
        ] {
            assert_eq!(minified(html), html);
        }
    }

    #[test]
    fn a_reader_sees_the_same() {
        let html = "<h1> A </h1>\n\n<p>b  c<br>\nd <code>e  f</code> </p> g <p>h</p>\ni <span> j </span> k";
        assert_eq!(visible_text(&minified(html)), visible_text(html));
        assert_eq!(minified(&minified(html)), minified(html));
    }
}
