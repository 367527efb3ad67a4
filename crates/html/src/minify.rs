//! Makes HTML smaller and changes nothing that a reader sees or a script finds.

use super::scan::{Token, scan};

/// Elements beside whose tags white space is never shown, however a style sheet lays them out: blocks that nobody sets in a line.
/// List items and `div` are not among them.
fn is_block(name: &str) -> bool {
    // Bytes and not text: the compiler makes one decision tree of them.
    let plain = |name: &[u8]| {
        matches!(
            name,
            b"p" | b"ul"
                | b"h2"
                | b"h3"
                | b"h1"
                | b"ol"
                | b"section"
                | b"address"
                | b"article"
                | b"aside"
                | b"blockquote"
                | b"fieldset"
                | b"figcaption"
                | b"figure"
                | b"footer"
                | b"form"
                | b"h4"
                | b"h5"
                | b"h6"
                | b"header"
                | b"hr"
                | b"main"
                | b"nav"
                | b"pre"
                | b"table"
                | b"tbody"
                | b"thead"
                | b"tr"
        )
    };
    const MAX_LENGTH: usize = "figcaption".len();
    match name.len() {
        1..=MAX_LENGTH if name.bytes().any(|letter| letter.is_ascii_uppercase()) => {
            plain(name.to_ascii_lowercase().as_bytes())
        }
        1..=MAX_LENGTH => plain(name.as_bytes()),
        _ => false,
    }
}

/// Elements of which a page has one. Before its words they are blocks; a tag that stands between words begins or ends nothing.
fn is_of_page(name: &str) -> bool {
    ["html", "head", "body"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Elements without a box: the words beside them stand beside each other, and white space on either side is that between them.
fn has_no_box(name: &str) -> bool {
    ["link", "meta", "script", "style", "title"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The page without comments, and with white space only where it may be seen: a run becomes one line break or blank, and beside a
/// block's tag it goes. What stands in `pre`, `textarea`, `script` and `style` is left alone, and so is every tag.
pub fn minified(html: &str) -> String {
    let mut minifier = Minifier::new(html.len());
    scan(html).for_each(|token| minifier.token(&token));
    minifier.finish()
}

/// Writes HTML token by token, as [`minified`] says.
pub(super) struct Minifier {
    out: String,
    /// How deep we are in elements whose white space counts.
    kept: usize,
    /// A block's tag was written last; the beginning counts as one.
    beside_block: bool,
    /// White space that will be seen unless a block's tag comes next.
    pending: Option<char>,
    /// A `<` stands in the text. It may begin a tag that has no end, and would have one if a quote or sign in a comment after it went.
    is_torn: bool,
    /// We are in a title, whose words are none of the page's.
    is_title: bool,
    /// The page has words.
    has_words: bool,
}

impl Minifier {
    pub(super) fn new(capacity: usize) -> Self {
        Minifier {
            out: String::with_capacity(capacity),
            kept: 0,
            beside_block: true,
            pending: None,
            is_torn: false,
            is_title: false,
            has_words: false,
        }
    }

    pub(super) fn token(&mut self, token: &Token<'_>) {
        match token {
            Token::Text(text) => self.text(text),
            Token::Open(tag) => self.open(tag.name, tag.raw),
            Token::Close(name, raw) => {
                self.kept = self.kept.saturating_sub(usize::from(keeps_space(name)));
                self.tag(name, raw);
            }
            Token::Declaration(raw) => {
                // A document type begins a page; elsewhere nobody minds it, and words around it stand beside each other.
                let begins = self.out.is_empty() && is_document_type(raw);
                self.tag("", raw);
                self.beside_block = begins;
            }
            Token::Comment(content, raw) if !self.is_torn && !content.trim_start().starts_with("[if") => {
                // After one without an end nothing follows.
                if raw.ends_with('>') && self.is_inside_a_reference() {
                    self.tag("", "<!---->");
                }
            }
            Token::Raw(raw) => self.out.push_str(raw),
            Token::Comment(_, raw) => self.tag("", raw),
        }
    }

    /// An opening tag, in as many words as it takes.
    pub(super) fn open(&mut self, name: &str, raw: &str) {
        self.tag(name, raw);
        self.kept += usize::from(keeps_space(name));
    }

    fn tag(&mut self, name: &str, raw: &str) {
        let is_of_page = is_of_page(name);
        let is_left = raw.starts_with("</") || raw.ends_with("/>");
        self.is_title = name.eq_ignore_ascii_case("title") && !is_left;
        let is_end_of_page = is_of_page && is_left && !name.eq_ignore_ascii_case("head");
        if has_no_box(name) || (is_end_of_page && self.has_words) {
            return self.out.push_str(raw);
        }
        self.beside_block = is_block(name) || (is_of_page && !self.has_words);
        if let Some(space) = self.pending.take().filter(|_| !self.beside_block) {
            self.out.push(space);
        }
        self.out.push_str(raw);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.is_torn |= memchr::memchr(b'<', text.as_bytes()).is_some();
        if self.kept > 0 {
            self.out.extend(self.pending.take());
            (self.beside_block, self.has_words) = (false, true);
            self.out.push_str(text);
            return;
        }
        if self.is_title {
            return push_collapsed(text.trim_ascii(), &mut self.out);
        }
        let text = if self.beside_block || self.pending.is_some() { text.trim_ascii_start() } else { text };
        if text.is_empty() {
            return;
        }
        self.has_words = true;
        self.out.extend(self.pending.take());
        let words = text.trim_ascii_end();
        push_collapsed(words, &mut self.out);
        self.pending = (words.len() < text.len()).then(|| one_space(&text[words.len()..]));
        self.beside_block = false;
    }

    /// What was written last would be a character reference if certain letters followed.
    fn is_inside_a_reference(&self) -> bool {
        let before = self.out.trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == '#');
        self.pending.is_none() && before.ends_with('&')
    }

    /// HTML that was minified by itself.
    pub(super) fn splice(&mut self, html: &str) {
        let first = scan(html).next();
        match first.as_ref().and_then(name) {
            Some(name) => self.tag(name, html),
            None => self.tag("", html),
        }
        let last = html.ends_with('>').then(|| html.rfind('<')).flatten().map(|at| &html[at + 1..html.len() - 1]);
        let last = last.and_then(|tag| tag.trim_start_matches('/').split_ascii_whitespace().next());
        self.beside_block = last.is_some_and(is_block);
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// True for a document type, and not for what else begins like one (`<![endif]>`).
fn is_document_type(raw: &str) -> bool {
    raw.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype"))
}

/// The name in a tag.
fn name<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token {
        Token::Open(tag) => Some(tag.name),
        Token::Close(name, _) => Some(name),
        Token::Raw(_) | Token::Text(_) | Token::Comment(..) | Token::Declaration(_) => None,
    }
}

fn keeps_space(name: &str) -> bool {
    name.eq_ignore_ascii_case("pre") || name.eq_ignore_ascii_case("textarea")
}

/// Appends the text, each run of white space as one character.
fn push_collapsed(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = run_of_space(rest) {
        let (before, behind) = rest.split_at(at);
        let end = behind.bytes().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(behind.len());
        out.push_str(before);
        out.push(one_space(&behind[..end]));
        rest = &behind[end..];
    }
    out.push_str(rest);
}

/// What a run of white space becomes: a line break where there was one.
fn one_space(run: &str) -> char {
    match run.len() {
        1 => char::from(run.as_bytes()[0]),
        _ if run.contains('\n') => '\n',
        _ => ' ',
    }
}

/// Where the first run of several blanks begins.
fn run_of_space(text: &str) -> Option<usize> {
    let pairs = || text.as_bytes().iter().zip(text.as_bytes().get(1..).unwrap_or_default());
    // Without branches it looks at many pairs at once, and most texts have no run.
    let perhaps = pairs().fold(false, |found, (first, second)| found | ((*first <= b' ') & (*second <= b' ')));
    perhaps.then(|| pairs().position(|(first, second)| first.is_ascii_whitespace() && second.is_ascii_whitespace()))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visible_text;

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
            "a <![if !mso]> b <![endif]> c",
            "a<script>b</script> c<style>d</style>e",
            "a\n<!doctype html>b <!DOCTYPE html> c",
            "a<title>b</title>c<title>d</title> e",
            "a<title/> b",
            "a</head> b<body> c<html lang=sv> d",
            "a <head>b </head>c",
            "<<!---->b>a &am<!---->p; b",
            "a\u{a0}\u{a0}b",
        ] {
            assert_eq!(minified(html), html);
        }
    }

    #[test]
    fn what_may_be_a_tag_without_an_end_gets_none_from_a_comment_that_goes() {
        for html in ["<a b<<!--c", "<table <<!--& <a href=\"x>y-->c", "a < b<!--\"-->c<!--d-->"] {
            assert_eq!(minified(html), html);
            assert_eq!(visible_text(&minified(html)), visible_text(html));
        }
        assert_eq!(minified("a &lt; b<!--c-->d<!--e"), "a &lt; bd");
    }

    #[test]
    fn a_reader_sees_the_same() {
        let html = "<h1> A </h1>\n\n<p>b  c<br>\nd <code>e  f</code> </p> g <p>h</p>\ni <span> j </span> k";
        assert_eq!(visible_text(&minified(html)), visible_text(html));
        assert_eq!(minified(&minified(html)), minified(html));
    }
}
