//! A message whose templates have to see its reader, up to where tera has done its work: what they printed of the reader becomes holes,
//! and with equal texts everything that follows is the same.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tera::{Context, Value};

use super::context::Opened;
use super::message::{BodyParts, Composed, Texts};
use super::{Composer, Rendering, Viewpoint};
use crate::model::mailing::Mailing;
use crate::plan::admission::Recipient;
use crate::render::stamp::stencil::is_plain;
use html::hole;
use html::mark::{self, Run};
use store::digest::Digest;

/// The texts of one reader's message, with holes.
pub(in crate::render) struct DraftTexts<'p> {
    texts: Texts<'p>,
    holes: Holes,
    signed_by: &'p str,
    tier: &'static str,
}

/// The same with its layouts around it.
pub(in crate::render) struct Draft<'p> {
    texts: DraftTexts<'p>,
    pages: [String; 2],
    ways_out: Vec<String>,
}

/// What is known of the values of a reader: each has the number of its hole.
#[derive(Default)]
struct Holes {
    values: Vec<String>,
    numbers: HashMap<String, usize>,
    own: HashSet<String>,
}

/// Values that are nobody's own, by what they are common to.
#[derive(Default)]
pub(in crate::render) struct CommonValues<'p>(Mutex<HashMap<CommonTo<'p>, Arc<HashSet<String>>>>);

/// The path of a text, the id of a contact person, and a tier.
type CommonTo<'p> = (&'p str, &'p str, &'static str);

impl<'p> CommonValues<'p> {
    fn of(&self, to: CommonTo<'p>, context: &Context) -> Arc<HashSet<String>> {
        // Not `mailing`: it has the subject, which may be each reader's own.
        const NAMES: [&str; 9] =
            ["brand", "language", "owner", "programme", "quotes", "reward", "signer", "strings", "tier"];
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(to).or_insert_with(|| Arc::new(texts_in(context, &NAMES))))
    }
}

/// The texts in these variables.
fn texts_in(context: &Context, names: &[&str]) -> HashSet<String> {
    let mut texts = HashSet::new();
    names.iter().filter_map(|name| context.get(name)).for_each(|value| collect(value, &mut texts));
    texts
}

fn collect(value: &Value, texts: &mut HashSet<String>) {
    texts.extend(value.as_str().map(str::to_owned));
    value.as_array().into_iter().flatten().for_each(|item| collect(item, texts));
    value.as_map().into_iter().flatten().for_each(|(_, field)| collect(field, texts));
}

impl Holes {
    /// The first is always the refer link; only what is the reader's `own` gets others.
    fn new(refer: String, own: HashSet<String>) -> Self {
        let mut holes = Holes { own, ..Holes::default() };
        holes.number(refer);
        holes
    }

    fn number(&mut self, value: String) -> usize {
        let next = self.values.len();
        *self.numbers.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            next
        })
    }

    /// A hole for a value; `None` where only the full render treats it right, or there are too many.
    fn hole(&mut self, value: &str) -> Option<char> {
        if !is_plain(value) {
            return None;
        }
        let number = self.number(value.to_owned());
        (number < hole::PAPER).then(|| hole::hole(number))
    }

    /// `text` with a hole for each value of the reader's own in it; equal values have equal holes. What was made of one stays as it is,
    /// and so do values of others: pictures are found by them, links have their labels, and the seal looks for some.
    fn punch(&mut self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        for run in mark::runs(text) {
            match run {
                Run::Literal(literal) => out.push_str(literal),
                Run::Marked(marks) => {
                    for piece in marks.split_inclusive(|c| mark::HOLES.contains(&c)) {
                        let marked = piece.trim_end_matches(|c| mark::HOLES.contains(&c));
                        match &*mark::decode(marked) {
                            "" => {}
                            value if self.own.contains(value) => out.push(self.hole(value)?),
                            _ => out.push_str(marked),
                        }
                        out.push_str(&piece[marked.len()..]);
                    }
                }
            }
        }
        Some(out)
    }
}

impl<'p> Composer<'p> {
    /// The texts of a reader's message with holes; `None` where only the full render can tell.
    pub(in crate::render) fn draft(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        common: &CommonValues<'p>,
    ) -> Option<DraftTexts<'p>> {
        let reader = Viewpoint::of(recipient, Rendering::Full);
        let mut texts = self.texts(mailing, reader).ok()?;
        let Opened { content, language, ref context, .. } = texts.opened;
        let contact = recipient.contact();
        let tier = recipient.tier().letter();
        let common = common.of((content.file.path(), contact.owner.as_str(), tier), context);
        let mut own = texts_in(context, &["contact", "links"]);
        own.extend([Some(&texts.subject), texts.preheader.as_ref()].into_iter().flatten().cloned());
        own.retain(|value| !common.contains(value));
        let mut holes = Holes::new(self.links(mailing, language, Some(contact)).refer, own);
        texts.markdown = holes.punch(&texts.markdown)?;
        texts.keep.markdown = holes.punch(&texts.keep.markdown)?;
        let signer = self.signer(mailing, reader).unwrap_or_else(|| self.programme.settings.ceo());
        Some(DraftTexts { texts, holes, signed_by: signer.id.as_str(), tier })
    }

    /// What stands within the layouts; equal where [`DraftTexts::digest`] is.
    pub(in crate::render) fn drafted_parts(&self, draft: &DraftTexts<'p>) -> BodyParts {
        self.parts(&draft.texts)
    }

    /// The layouts around it.
    pub(in crate::render) fn drafted(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        mut draft: DraftTexts<'p>,
        parts: &BodyParts,
    ) -> Option<Draft<'p>> {
        let reader = Viewpoint::of(recipient, Rendering::Full);
        let [page, plain] = self.pages(mailing, &mut draft.texts, parts, reader).ok()?;
        let pages = [draft.holes.punch(&page)?, draft.holes.punch(&plain)?];
        let known = |way: &String| draft.holes.numbers.get(way).map(|number| hole::hole(*number).to_string());
        let ways_out = self.unsubscribe(recipient.contact()).iter().filter_map(known).collect();
        Some(Draft { texts: draft, pages, ways_out })
    }

    /// The message with holes; equal where [`Draft::digest`] is.
    pub(in crate::render) fn finished(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        draft: &mut Draft<'p>,
        parts: &BodyParts,
    ) -> Option<Composed<'p>> {
        let reader = Viewpoint::of(recipient, Rendering::Full);
        let ways_out = draft.ways_out.clone();
        let mut composed =
            self.sealed(mailing, &draft.texts.texts, parts.clone(), &draft.pages, reader, ways_out).ok()?;
        composed.subject = draft.texts.holes.hole(&composed.subject)?.to_string();
        Some(composed)
    }
}

impl DraftTexts<'_> {
    /// A digest of everything that its parts are made of.
    pub(in crate::render) fn digest(&self) -> Digest {
        let Texts { opened, markdown, keep, .. } = &self.texts;
        let mut digest = Digest::builder();
        for part in
            [opened.content.file.path(), opened.language.tag(), markdown, keep.content.file.path(), &keep.markdown]
        {
            digest.add(part);
        }
        digest.finish()
    }
}

impl Draft<'_> {
    /// A digest of everything that the message is made of but the values; `parts` is that of its parts.
    pub(in crate::render) fn digest(&mut self, parts: Digest) -> Option<Digest> {
        let subject = self.texts.holes.hole(&self.texts.texts.subject)?;
        let mut digest = Digest::builder();
        digest.add_bytes(parts.as_bytes());
        digest.add(&format!("{} {} {subject}", self.texts.signed_by, self.texts.tier));
        self.pages.iter().chain(&self.ways_out).for_each(|part| digest.add(part));
        Some(digest.finish())
    }

    /// The values of the reader, by the number of their hole.
    pub(in crate::render) fn values(&self) -> &[String] {
        &self.texts.holes.values
    }

    /// The subject that the reader gets.
    pub(in crate::render) fn subject(&self) -> &str {
        &self.texts.texts.subject
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_holes_and_what_is_not_own_or_not_plain_has_none() {
        let own = ["Anna", "https://x.example", " Anna"].map(str::to_owned);
        let mut holes = Holes::new("https://x.example".to_owned(), own.into());
        let [anna, link, blank, street] = ["Anna", "https://x.example", " Anna", "Hamngatan 1"].map(mark::encode);
        let [zero, one, two] = [0, 1, 2].map(hole::hole);
        assert_eq!(holes.punch(&format!("Hej {anna}, {link} {anna}")), Some(format!("Hej {one}, {zero} {one}")));
        let twice = format!("{two}{anna}{anna}{zero} {street}");
        assert_eq!(holes.punch(&twice), Some(twice.clone()));
        assert_eq!(holes.values, ["https://x.example", "Anna"]);
        assert_eq!(holes.punch(&blank), None);
    }
}
