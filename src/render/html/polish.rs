//! The way of a page's HTML from its templates to its readers, in one pass: attributes are edited, values and pictures get their
//! place ([`finish`](super::finish)), white space that nobody sees goes ([`minified`](super::minified)).

use super::finish::{Picture, finish_token, is_open_question};
use super::minify::Minifier;
use super::rewrite::{Edit, rewrite_tag};
use super::scan::{Attribute, Tag, Token, scan};
use crate::render::mark;

/// What becomes of the tags of an author's text.
pub struct Edits<'f> {
    /// What becomes of an attribute.
    pub attribute: &'f mut dyn FnMut(&Tag<'_>, &Attribute<'_>) -> Edit,
    /// What is put behind the name of a tag.
    pub added: &'f dyn Fn(&Tag<'_>) -> &'static str,
}

/// The text of a page, edited, finished and minified.
pub fn polished(html: &str, edits: &mut Edits<'_>, picture: &mut dyn FnMut(&str) -> Option<Picture>) -> String {
    let mut polisher = Polisher::new(html.len() + html.len() / 8, picture);
    for token in scan(html) {
        match token {
            Token::Open(tag) if !tag.attributes.is_empty() || !(edits.added)(&tag).is_empty() => {
                let mut edited = String::with_capacity(tag.raw.len() + 64);
                rewrite_tag(&tag, edits.attribute, (edits.added)(&tag), &mut edited);
                scan(&edited).for_each(|token| polisher.token(&token));
            }
            token => polisher.token(&token),
        }
    }
    polisher.minifier.finish()
}

/// The page, finished and minified, except for the `body` in it, which is [`polished`] already.
pub fn framed(page: &str, body: &str, picture: &mut dyn FnMut(&str) -> Option<Picture>) -> String {
    let mut polisher = Polisher::new(page.len() + 1024, picture);
    let mut rest = page;
    while let Some(at) = find(rest, body) {
        scan(&rest[..at]).for_each(|token| polisher.token(&token));
        polisher.minifier.splice(body);
        rest = &rest[at + body.len()..];
    }
    scan(rest).for_each(|token| polisher.token(&token));
    polisher.minifier.finish()
}

/// Where the body stands in a page.
fn find(page: &str, body: &str) -> Option<usize> {
    // A whole body is a long thing to look for; the search for its beginning needs no preparation to speak of.
    const BEGINNING: usize = 64;
    let beginning = &body.as_bytes()[..body.len().min(BEGINNING)];
    let mut found = memchr::memmem::find_iter(page.as_bytes(), beginning);
    found.find(|&at| !body.is_empty() && page.as_bytes()[at..].starts_with(body.as_bytes()))
}

struct Polisher<'f> {
    picture: &'f mut dyn FnMut(&str) -> Option<Picture>,
    minifier: Minifier,
    /// For what is written anew.
    scratch: String,
}

impl<'f> Polisher<'f> {
    fn new(capacity: usize, picture: &'f mut dyn FnMut(&str) -> Option<Picture>) -> Self {
        Polisher { picture, minifier: Minifier::new(capacity), scratch: String::new() }
    }

    fn token(&mut self, token: &Token<'_>) {
        let as_it_is = match token {
            Token::Text(text) => !mark::has_marks(text),
            Token::Open(tag) => !is_open_question(tag),
            Token::Raw(raw) | Token::Declaration(raw) | Token::Close(_, raw) => !mark::has_marks(raw),
            Token::Comment(..) => false,
        };
        if as_it_is {
            return self.minifier.token(token);
        }
        self.scratch.clear();
        finish_token(token, self.picture, &mut self.scratch);
        match token {
            Token::Text(_) => self.minifier.text(&self.scratch),
            Token::Open(tag) => self.minifier.open(tag.name, &self.scratch),
            Token::Raw(_) => self.minifier.token(&Token::Raw(&self.scratch)),
            _ => scan(&self.scratch).for_each(|token| self.minifier.token(&token)),
        }
    }
}
