//! Messages whose templates have to see their readers: rendered by tera for each, and finished once for all whose texts then only
//! differ in values.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::printed::only_prints;
use super::renderer::{Filled, Variant};
use crate::model::mailing::Mailing;
use crate::plan::Recipient;
use crate::render::compose::Composer;
use crate::render::compose::draft::{CommonValues, Draft};
use crate::render::compose::message::BodyParts;
use store::digest::Digest;

/// Things that are kept at a time; where readers have less than that in common, keeping more would not help.
const MAX_COUNT: usize = 256;

/// The messages of one mailing that is rendered for each reader; what is made of a variant is `V`.
pub struct Drafts<'p, V> {
    composer: &'p Composer<'p>,
    mailing: &'p Mailing,
    common: CommonValues<'p>,
    parts: Memory<BodyParts>,
    made: Memory<V>,
}

/// The message of one reader, up to where it may be another's too.
pub struct Drafted<'p> {
    /// What it is but for its values: readers with equal digests get the same.
    pub digest: Digest,
    parts: Arc<BodyParts>,
    draft: Draft<'p>,
}

impl<'p, V> Drafts<'p, V> {
    /// Those of `mailing`; `None` where a layout does more with the texts it stands around than print them.
    pub fn new(composer: &'p Composer<'p>, mailing: &'p Mailing) -> Option<Self> {
        let layouts = composer.programme().templates.iter().filter(|(name, _)| name.starts_with("email/"));
        let printed = layouts.map(|(_, file)| file.text()).all(|text| only_prints(text, &["body", "keep_in_mind"]));
        let (common, parts, made) = (CommonValues::default(), Memory::default(), Memory::default());
        printed.then_some(Drafts { composer, mailing, common, parts, made })
    }

    /// What a reader gets; `None` where only the full render can tell.
    pub fn of(&self, recipient: &Recipient<'p>) -> Option<Drafted<'p>> {
        let texts = self.composer.draft(self.mailing, recipient, &self.common)?;
        let digest = texts.digest();
        let parts = self.parts.of(digest, || Some(self.composer.drafted_parts(&texts)))?;
        let mut draft = self.composer.drafted(self.mailing, recipient, texts, &parts)?;
        Some(Drafted { digest: draft.digest(digest)?, parts, draft })
    }

    /// What `make` makes of the variant of a message, once for all who share it; `None` where it must be rendered in full.
    pub fn variant(
        &self,
        recipient: &Recipient<'p>,
        drafted: &mut Drafted<'p>,
        make: impl FnOnce(Variant<'p>) -> Option<V>,
    ) -> Option<Arc<V>> {
        let Drafted { digest, parts, draft } = drafted;
        self.made.of(*digest, || make(Variant::of(self.composer.finished(self.mailing, recipient, draft, parts)?)?))
    }
}

impl Drafted<'_> {
    /// The subject that the reader gets.
    pub fn subject(&self) -> &str {
        self.draft.subject()
    }

    /// The copy of the reader from its variant.
    pub fn fill(&self, variant: &Variant<'_>) -> Filled {
        variant.filled(&|number| self.value(number).into())
    }

    /// The values of the reader for the holes that occur in its variant, by number.
    pub fn values(&self, variant: &Variant<'_>) -> Vec<(usize, Cow<'_, str>)> {
        variant.holes.iter().map(|&number| (number, self.value(number).into())).collect()
    }

    fn value(&self, number: usize) -> &str {
        self.draft.values().get(number).map_or("", String::as_str)
    }
}

/// What was made, by what it was made of.
struct Memory<V>(Mutex<HashMap<Digest, Slot<V>>>);

/// Filled by the first who asks.
type Slot<V> = Arc<OnceLock<Option<Arc<V>>>>;

impl<V> Default for Memory<V> {
    fn default() -> Self {
        Memory(Mutex::default())
    }
}

impl<V> Memory<V> {
    fn of(&self, digest: Digest, make: impl FnOnce() -> Option<V>) -> Option<Arc<V>> {
        let slot = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MAX_COUNT && !known.contains_key(&digest) {
                known.clear();
            }
            Arc::clone(known.entry(digest).or_default())
        };
        slot.get_or_init(|| make().map(Arc::new)).clone()
    }
}
