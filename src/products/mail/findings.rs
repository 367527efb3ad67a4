//! Every message of a mailing, looked at without being written: it can be rendered for each of its readers, and stamping it
//! gives the same as rendering it in full. The linter looks at every subject, and at a message of each tier and language, and at each status report.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::lint;
use crate::model::content::ContentFile;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::render::compose::{Composed, Composer};
use crate::render::site_pages::SitePages;
use crate::render::stamp::{Drafts, Filled, Key, MailingRenderer, Variant, stamp_differs};
use source::diagnostic::Diagnostic;
use store::digest::Digest;

/// What is wrong with one mailing's messages; what goes wrong in one place is said once, with how many it concerns.
pub fn findings<'p>(
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    audience: &Audience<'p>,
    addresses: &SitePages<'_>,
) -> Vec<Diagnostic> {
    of_texts(programme, composer, audience, addresses, &|_| false).found
}

/// What came of looking at a mailing's messages.
pub struct Looked<'p> {
    /// What is wrong with them.
    pub found: Vec<Diagnostic>,
    /// The texts about whose messages nothing was found.
    pub clean: Vec<&'p ContentFile>,
}

/// The same but for messages whose text is known to be clean.
pub fn of_texts<'p>(
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    audience: &Audience<'p>,
    addresses: &SitePages<'_>,
    is_clean: &dyn Fn(&ContentFile) -> bool,
) -> Looked<'p> {
    let checks = MessageChecks {
        programme,
        mailing: audience.mailing,
        renderer: &MailingRenderer::new(composer, audience.mailing),
        drafts: Drafts::new(composer, audience.mailing),
        addresses,
    };
    let texts = programme.content(audience.mailing).variants.values();
    let mut clean: BTreeMap<&str, &'p ContentFile> = texts.map(|text| (text.file.path(), text)).collect();
    let skipped: BTreeSet<&str> = clean.values().filter(|text| is_clean(text)).map(|text| text.file.path()).collect();
    let is_looked_at = |recipient: &&Recipient<'p>| {
        let text = || checks.text(recipient).is_some_and(|text| skipped.contains(text.file.path()));
        matches!(recipient.route(), Route::Email(_)) && (skipped.is_empty() || !text())
    };
    let readers: Vec<&Recipient<'p>> = audience.recipients.iter().filter(is_looked_at).collect();
    let mut found = Vec::new();
    for (text, said) in checks.samples(&readers) {
        if !said.is_empty() {
            clean.remove(text.file.path());
        }
        note(&mut found, said);
    }
    let groups = checks.groups(&readers);
    let looked_at: Vec<Group> =
        groups.par_iter().map(|((_, key), readers)| checks.look_at(key.as_ref(), readers)).collect();
    let mut failed: Vec<(Diagnostic, usize)> = Vec::new();
    let mut subjects = Vec::new();
    for (group, ((text, _), _)) in looked_at.into_iter().zip(&groups) {
        if !group.said.is_empty() || !group.failed.is_empty() {
            text.map(|text| clean.remove(text));
        }
        note(&mut subjects, group.said);
        for (error, count) in group.failed {
            match failed.iter_mut().find(|(known, _)| known.place == error.place && known.code == error.code) {
                Some((_, more)) => *more += count,
                None => failed.push((error, count)),
            }
        }
    }
    let with_count = failed.into_iter().map(|(mut error, count)| {
        if count > 1 {
            error.message = format!("{} and {} more", error.message, count - 1);
        }
        error
    });
    found.extend(with_count);
    note(&mut found, subjects);
    clean.retain(|path, _| !skipped.contains(path));
    Looked { found, clean: clean.into_values().collect() }
}

/// Adds findings about texts, of each place and kind the first.
fn note(known: &mut Vec<Diagnostic>, more: Vec<Diagnostic>) {
    for finding in more {
        if !known.iter().any(|known| known.place == finding.place && known.code == finding.code) {
            known.push(finding);
        }
    }
}

/// What is known of a reader who has no variant of their own, from others.
enum Known {
    Nothing,
    /// The first of so many who get the same but for its values.
    First(usize),
    /// A further one of them, and the subject they get.
    Again(String),
}

/// What came of the readers of one variant.
#[derive(Default)]
struct Group {
    /// Each error with how many readers it concerns.
    failed: Vec<(Diagnostic, usize)>,
    /// What is wrong with their subjects, and left over in their texts.
    said: Vec<Diagnostic>,
}

/// What is needed to look at the messages of one mailing.
struct MessageChecks<'d, 'p> {
    programme: &'p Programme,
    mailing: &'p Mailing,
    renderer: &'d MailingRenderer<'p>,
    /// For readers without a variant.
    drafts: Option<Drafts<'p, Variant<'p>>>,
    addresses: &'d SitePages<'d>,
}

/// Readers of one text (by its path) who get the same but for their values; without a key each gets their own.
type Alike<'d, 'p> = ((Option<&'p str>, Option<Key<'p>>), Vec<&'d Recipient<'p>>);

impl<'p> MessageChecks<'_, 'p> {
    /// The text that a reader gets.
    fn text(&self, recipient: &Recipient<'p>) -> Option<&'p ContentFile> {
        let chain = self.programme.settings.languages.chain(recipient.contact().language);
        self.programme.content(self.mailing).pick(&chain, Some(recipient.tier())).map(|(_, text)| text)
    }

    /// What the linter finds in a message of each tier and language. One that cannot be rendered is somebody else's finding.
    fn samples(&self, readers: &[&Recipient<'p>]) -> Vec<(&'p ContentFile, Vec<Diagnostic>)> {
        let mut known = BTreeSet::new();
        // Each status report is about a project of its own.
        let own =
            |recipient: &Recipient<'p>| (self.mailing.kind == MailingKind::Status).then(|| &recipient.contact().id);
        let first = |recipient: &&&Recipient<'p>| {
            known.insert((recipient.tier(), recipient.contact().language, own(recipient)))
        };
        let samples: Vec<&Recipient<'p>> = readers.iter().filter(first).copied().collect();
        let look = |recipient: &&Recipient<'p>| {
            let composed = self.renderer.full(recipient).ok()?;
            let subject = lint::Subject::new(self.programme, self.mailing, recipient, &composed, self.addresses);
            let mut found = subject.map_or_else(Vec::new, |subject| lint::lint(&subject));
            found.extend(composed.left_over);
            Some((self.text(recipient)?, found))
        };
        samples.par_iter().filter_map(look).collect()
    }

    /// The readers by what they have in common. What concerns many is said of the first of them in the order of the contacts.
    fn groups<'d>(&self, readers: &[&'d Recipient<'p>]) -> Vec<Alike<'d, 'p>> {
        let kind = |recipient: &&Recipient<'p>| {
            let text = self.text(recipient).map(|text| text.file.path());
            (text, self.renderer.key(recipient, &self.renderer.reader(recipient)))
        };
        let kinds: Vec<_> = readers.par_iter().map(kind).collect();
        let mut groups: HashMap<_, Vec<&Recipient<'p>>> = HashMap::new();
        for (recipient, kind) in readers.iter().zip(kinds) {
            groups.entry(kind).or_default().push(recipient);
        }
        let mut groups: Vec<Alike<'d, 'p>> = groups.into_iter().collect();
        groups.sort_by_key(|(_, readers)| readers[0].contact().origin);
        groups
    }

    fn look_at(&self, key: Option<&Key<'p>>, readers: &[&Recipient<'p>]) -> Group {
        let mut group = Group::default();
        let Some(variant) = key.and_then(|key| self.renderer.variant(key, readers[0])) else {
            return self.in_full(readers, key.is_some());
        };
        if let Some(error) = differs(self.renderer, &variant, readers[0]) {
            group.failed.push((error, readers.len()));
            return group;
        }
        note(&mut group.said, variant.composed.left_over.clone());
        let fits = |recipient: &&&Recipient<'p>| variant.fits(&self.renderer.reader(recipient));
        let (fitting, rest): (Vec<&Recipient<'p>>, Vec<&Recipient<'p>>) = readers.iter().partition(fits);
        // A subject without a hole is the same for all.
        let told_apart = if variant.subject.holes.is_empty() { 1 } else { fitting.len() };
        for recipient in fitting.into_iter().take(told_apart) {
            let reader = self.renderer.reader(recipient);
            let value = |number: usize| reader.value(number).unwrap_or_default();
            note(&mut group.said, self.subject(recipient, &variant.subject.fill(&value)));
        }
        let full = self.in_full(&rest, false);
        group.failed.extend(full.failed);
        note(&mut group.said, full.said);
        group
    }

    /// Renders each reader in full. Where all are `alike`, the first one's failure is everybody's.
    fn in_full(&self, readers: &[&Recipient<'p>], alike: bool) -> Group {
        let mut group = Group::default();
        if let (true, Some(first)) = (alike, readers.first())
            && let Err(error) = self.renderer.full(first)
        {
            group.failed.push((*error, readers.len()));
            return group;
        }
        let drafted = self.drafted(readers);
        let made: Vec<_> =
            readers.par_iter().zip(&drafted).map(|(recipient, known)| self.one(recipient, known)).collect();
        for (recipient, made) in readers.iter().zip(made) {
            match made {
                Ok((subject, left_over)) => {
                    note(&mut group.said, self.subject(recipient, &subject));
                    note(&mut group.said, left_over);
                }
                Err((error, readers)) => {
                    let alike = |known: &Diagnostic| known.place == error.place && known.code == error.code;
                    match group.failed.iter_mut().find(|(known, _)| alike(known)) {
                        Some((_, count)) => *count += readers,
                        None => group.failed.push((*error, readers)),
                    }
                }
            }
        }
        group
    }

    /// Which of these readers get what another gets, but for its values.
    fn drafted(&self, readers: &[&Recipient<'p>]) -> Vec<Known> {
        let Some(drafts) = self.drafts.as_ref().filter(|_| readers.len() > 1) else {
            return readers.iter().map(|_| Known::Nothing).collect();
        };
        let draft = |recipient: &&Recipient<'p>| {
            let drafted = drafts.of(recipient)?;
            Some((drafted.digest, drafted.subject().to_owned()))
        };
        let drafted: Vec<Option<(Digest, String)>> = readers.par_iter().map(draft).collect();
        let mut sharing: HashMap<Digest, usize> = HashMap::new();
        for (digest, _) in drafted.iter().flatten() {
            *sharing.entry(*digest).or_default() += 1;
        }
        let known = |drafted: Option<(Digest, String)>| {
            let Some((digest, subject)) = drafted else { return Known::Nothing };
            match sharing.remove(&digest) {
                Some(1) => Known::Nothing,
                Some(readers) => Known::First(readers),
                None => Known::Again(subject),
            }
        };
        drafted.into_iter().map(known).collect()
    }

    /// The subject of one reader, and what is left over in their texts; else what went wrong, and for how many.
    fn one(
        &self,
        recipient: &Recipient<'p>,
        known: &Known,
    ) -> Result<(String, Vec<Diagnostic>), (Box<Diagnostic>, usize)> {
        let readers = match known {
            Known::Again(subject) => return Ok((subject.clone(), Vec::new())),
            Known::First(readers) => *readers,
            Known::Nothing => 1,
        };
        let full = self.renderer.full(recipient).map_err(|error| (error, readers))?;
        let filled = self.drafts.as_ref().filter(|_| readers > 1).and_then(|drafts| {
            let mut drafted = drafts.of(recipient)?;
            let variant = drafts.variant(recipient, &mut drafted, Some)?;
            Some(drafted.fill(&variant))
        });
        match filled.is_none_or(|filled| is_same(&filled, &full)) {
            true => Ok((full.subject, full.left_over)),
            false => Err((Box::new(stamp_differs(recipient)), readers)),
        }
    }

    /// What is wrong with the subject that a reader gets.
    fn subject(&self, recipient: &Recipient<'p>, subject: &str) -> Vec<Diagnostic> {
        let reader = recipient.contact().id.as_str();
        self.text(recipient).map_or_else(Vec::new, |text| lint::subject_line(text, subject, reader))
    }
}

/// A finding where the stamped message of a reader is not the one rendered in full: a fault of bevara itself.
fn differs<'p>(renderer: &MailingRenderer<'p>, variant: &Variant<'p>, recipient: &Recipient<'p>) -> Option<Diagnostic> {
    let filled = variant.fill(&renderer.reader(recipient))?;
    let full = match renderer.full(recipient) {
        Ok(full) => full,
        Err(error) => return Some(*error),
    };
    (!is_same(&filled, &full)).then(|| stamp_differs(recipient))
}

fn is_same(filled: &Filled, full: &Composed<'_>) -> bool {
    filled.subject == full.subject && filled.html == full.sealed.html() && filled.text == full.sealed.text()
}
