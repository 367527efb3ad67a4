//! Which of the layouts that extend each other keeps a message from being sealed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Composer;
use crate::render::seal::{Part, SealError};
use crate::render::syntax::{Kind, tags};
use source::diagnostic::{Diagnostic, Fault, Place};
use source::{SourceFile, Span};

impl Composer<'_> {
    /// What keeps a message in `layout` from being sealed, in the file of the layouts where it can be mended.
    pub(super) fn unsealed(&self, layout: &str, error: SealError) -> Box<Diagnostic> {
        let place = place(&self.programme.templates, layout, &error);
        Box::new(Diagnostic::from_fault(error.code(), Fault::from(error)).place(place))
    }
}

fn place(templates: &BTreeMap<String, Arc<SourceFile>>, layout: &str, error: &SealError) -> Place {
    let chain = chain(templates, layout);
    let (Some(own), Some(root)) = (chain.first(), chain.last()) else { return Place::File(layout.into()) };
    let sought = sought(error);
    let holder = chain.iter().enumerate().find_map(|(depth, file)| Some((depth, *file, file.text().find(&*sought)?)));
    match (holder, error) {
        (Some((depth, file, at)), _) => {
            // A block of the same name in a layout that extends this one takes its place.
            let block = block_around(file.text(), at);
            let takes =
                |other: &&&Arc<SourceFile>| block.is_some_and(|block| blocks(other.text()).any(|own| own == block));
            match chain[..depth].iter().find(takes) {
                Some(other) => Place::File(other.path().into()),
                None => Place::Span(Arc::clone(file), Span { start: at, end: at + sought.len() }),
            }
        }
        (None, SealError::Behind(..)) => Place::File(own.path().into()),
        (None, _) => Place::File(root.path().into()),
    }
}

/// What the layouts print where it is not missing, or what stands where it must not.
fn sought(error: &SealError) -> String {
    match error {
        SealError::Empty(_) | SealError::Missing(_) => "keep_in_mind".to_owned(),
        SealError::Behind(_, what) => what.clone(),
        SealError::NoAddress(..) => "postal_address".to_owned(),
        SealError::NoOptOut(Part::Letter) => "letter.opt_out".to_owned(),
        SealError::NoOptOut(Part::Html | Part::Text) => "links.unsubscribe".to_owned(),
    }
}

/// A layout and those that it extends, itself first.
fn chain<'t>(templates: &'t BTreeMap<String, Arc<SourceFile>>, layout: &str) -> Vec<&'t Arc<SourceFile>> {
    let mut chain: Vec<&Arc<SourceFile>> = Vec::new();
    let mut next = templates.get(layout);
    while let Some(file) = next.filter(|file| !chain.iter().any(|known| Arc::ptr_eq(known, file))) {
        chain.push(file);
        let parent = statements(file.text()).find_map(|(_, inside)| inside.strip_prefix("extends"));
        next = parent.and_then(|name| templates.get(name.trim().trim_matches(['"', '\'', '`'])));
    }
    chain
}

fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let tags = tags(text).into_iter().filter(|tag| tag.kind == Kind::Statement);
    tags.map(|tag| (tag.inside.start, &text[tag.inside]))
}

fn blocks(text: &str) -> impl Iterator<Item = &str> {
    statements(text).filter_map(|(_, inside)| inside.strip_prefix("block ")).map(str::trim)
}

/// The innermost block around a place.
fn block_around(text: &str, at: usize) -> Option<&str> {
    let mut open = Vec::new();
    for (_, inside) in statements(text).take_while(|(start, _)| *start < at) {
        if let Some(name) = inside.strip_prefix("block ") {
            open.push(name.trim());
        } else if inside.starts_with("endblock") {
            open.pop();
        }
    }
    open.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r26_what_is_missing_is_missed_in_the_layout_that_drops_it() {
        let base = "<p>{% block foot %}\n{{ links.unsubscribe }}{% endblock %}</p>";
        let told = |base: &str, own: &str| {
            let file = |name: &str, text: &str| (name.to_owned(), SourceFile::new(format!("templates/{name}"), text));
            let own = format!("{{% extends \"email/base.html\" %}}{own}");
            let templates = [file("email/base.html", base), file("email/gift.html", &own)].into();
            let place = place(&templates, "email/gift.html", &SealError::NoOptOut(Part::Html));
            (place.path().to_owned(), place.line_column().map(|(line, _)| line))
        };
        let (shared, alone) = ("templates/email/base.html".to_owned(), "templates/email/gift.html".to_owned());
        assert_eq!(told(base, ""), (shared.clone(), Some(2)), "hidden by the style sheet, say");
        assert_eq!(told("<p></p>", ""), (shared, None));
        assert_eq!(told(base, "{% block foot %}{% endblock %}"), (alone, None));
    }
}
