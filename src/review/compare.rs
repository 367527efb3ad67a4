//! Two states of a programme, side by side: which variants read differently, who gains or loses a mailing and why, what moves in
//! the plan, what changes on the site and on paper.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use source::SourceFile;
use store::digest::Digest;

use super::holes;
use super::variants::{VariantText, letters, variants};
use super::wording::{Change, changes};
use crate::model::channel::Channel;
use crate::model::contact::{Contact, Standing};
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::{Audience, Roster};
use crate::plan::{Recipient, Refusal};
use crate::render::compose::{Composed, Composer};
use crate::render::inputs::Inputs;

/// Of a variant that is rendered for each reader, so many are rendered at most to find out whether they read something else.
const MAX_RENDERED: usize = 500;

/// One state of a programme, ready to be looked at.
pub struct Side<'s, 'p> {
    /// The programme.
    pub programme: &'p Programme,
    /// Everybody on the list.
    pub roster: &'s Roster<'p>,
    /// What makes messages.
    pub composer: &'p Composer<'p>,
    /// The digests of its pages, by their path below `output/`.
    pub site: BTreeMap<String, Digest>,
}

/// What differs between two states.
#[derive(Debug, Default)]
pub struct Differences {
    /// By mailing, in the order of the plan.
    pub mailings: Vec<MailingDifference>,
    /// What moved, came or went in the plan, a line each.
    pub plan: Vec<String>,
    /// Pages that are new, gone or other, by their path below `output/`.
    pub site: Vec<String>,
    /// Mailings whose letters are other, with how many get one.
    pub post: Vec<(String, usize)>,
}

impl Differences {
    /// True where nobody gets anything else than before.
    pub fn is_empty(&self) -> bool {
        self.mailings.is_empty() && self.plan.is_empty() && self.site.is_empty() && self.post.is_empty()
    }
}

/// People by what became of them.
pub type ByReason = BTreeMap<String, Vec<ContactId>>;

/// What differs in one mailing.
#[derive(Debug)]
pub struct MailingDifference {
    /// Its id.
    pub id: String,
    /// Variants that read otherwise than before, or that nobody read before.
    pub variants: Vec<VariantDifference>,
    /// Who gets it and did not, by reason.
    pub gain: ByReason,
    /// Who got it and does not any more, by reason.
    pub lose: ByReason,
    /// Who reads another variant than before because they changed themselves, by what did.
    pub moved: ByReason,
}

/// How a variant reads otherwise.
#[derive(Debug)]
pub struct VariantDifference {
    /// `A/sv`.
    pub name: String,
    /// How many read it now.
    pub readers: usize,
    /// What is other: `subject`, `preheader`, `text`, `html`, `sender`, `pictures`, `attachments`; `new` where there was none.
    pub changed: Vec<&'static str>,
    /// The words that changed, wherever a reader sees them first.
    pub words: Vec<Change>,
    /// What its readers read before; `None` where there was none.
    pub old: Option<VariantText>,
    /// What they read now.
    pub new: VariantText,
}

/// What differs between two states of a programme.
pub fn compare<'p>(old: &Side<'_, 'p>, new: &Side<'_, 'p>) -> Differences {
    let mut differences = Differences { site: pages(&old.site, &new.site), ..Differences::default() };
    for mailing in old.programme.mailings().filter(|mailing| new.programme.mailing(mailing.id.as_str()).is_none()) {
        differences.plan.push(format!("`{}` is no longer planned", mailing.id));
    }
    let same_lists = ["contacts/", "content/plan/"].iter().all(|below| holds_the_same(old, new, below));
    let (old_texts, new_texts) = (Inputs::of_texts(old.programme), Inputs::of_texts(new.programme));
    for mailing in new.programme.mailings() {
        let earlier = old.programme.mailing(mailing.id.as_str());
        if same_lists && earlier.is_some_and(|earlier| old_texts.of(earlier) == new_texts.of(mailing)) {
            continue;
        }
        let audience = new.roster.audience(mailing);
        let earlier_audience = earlier.map(|mailing| old.roster.audience(mailing));
        match earlier {
            None => differences.plan.push(format!(
                "`{}` is new: {}, {}",
                mailing.id,
                mailing.kind.name(),
                day_of(&audience)
            )),
            Some(earlier) => differences.plan.extend(moved(earlier, mailing, earlier_audience.as_ref(), &audience)),
        }
        let pair = Pair { old, new, before: earlier_audience.as_ref(), after: &audience };
        let difference = pair.difference();
        if !difference.variants.is_empty()
            || ![&difference.gain, &difference.lose, &difference.moved].iter().all(|people| people.is_empty())
        {
            differences.mailings.push(difference);
        }
        if let Some(letters) = pair.letters().filter(|letters| *letters > 0) {
            differences.post.push((mailing.id.to_string(), letters));
        }
    }
    differences
}

/// True where both sides have the very same texts below a folder.
fn holds_the_same(old: &Side<'_, '_>, new: &Side<'_, '_>, below: &str) -> bool {
    let texts = |side: &Side<'_, '_>| {
        let files = side.programme.files.iter().filter(|file| file.path().starts_with(below));
        files.map(|file| (file.path().to_owned(), Arc::clone(file))).collect::<BTreeMap<_, _>>()
    };
    let (old, new) = (texts(old), texts(new));
    let has = |(path, one): (&String, &Arc<SourceFile>)| {
        new.get(path).is_some_and(|other| Arc::ptr_eq(one, other) || one.text() == other.text())
    };
    old.len() == new.len() && old.iter().all(has)
}

fn day_of(audience: &Audience<'_>) -> String {
    audience.recipients.iter().map(Recipient::date).min().map_or_else(|| "to nobody".to_owned(), |day| day.to_string())
}

/// What is other about a mailing's line in the plan.
fn moved(old: &Mailing, new: &Mailing, before: Option<&Audience<'_>>, after: &Audience<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let (from, to) = (before.map_or_else(String::new, day_of), day_of(after));
    if old.when != new.when || old.shift != new.shift {
        lines.push(format!("`{}` moves from {from} to {to}", new.id));
    }
    if old.to != new.to {
        lines.push(format!("`{}` goes to tier {} and above, not {}", new.id, new.to.letter(), old.to.letter()));
    }
    if old.channel != new.channel {
        lines.push(format!("`{}` goes by {}, not {}", new.id, new.channel.name(), old.channel.name()));
    }
    if old.narrowing != new.narrowing {
        lines.push(format!("`{}` has another `where`", new.id));
    }
    if old.signed_by != new.signed_by {
        lines.push(format!("`{}` is signed by somebody else", new.id));
    }
    lines
}

/// One mailing on both sides.
struct Pair<'s, 'p> {
    old: &'s Side<'s, 'p>,
    new: &'s Side<'s, 'p>,
    /// Its audience before; `None` where the mailing is new.
    before: Option<&'s Audience<'p>>,
    after: &'s Audience<'p>,
}

impl Pair<'_, '_> {
    fn difference(&self) -> MailingDifference {
        let old = self.before.map_or_else(Vec::new, |audience| variants(self.old.composer, audience));
        let new = variants(self.new.composer, self.after);
        let (gain, lose) = self.movements();
        let (variants, moved) = self.read_otherwise(&old, new);
        MailingDifference { id: self.after.mailing.id.to_string(), variants, gain, lose, moved }
    }

    /// The variants that read otherwise than before, and who reads another one. A variant that keeps its text under another name
    /// reads the same; whoever moved to a variant that was there, because they are now of its tier, say, changes none.
    fn read_otherwise(&self, old: &[VariantText], new: Vec<VariantText>) -> (Vec<VariantDifference>, ByReason) {
        let (mut different, mut moved) = (Vec::new(), ByReason::new());
        let had = holders(self.old.programme, old.iter().map(|variant| &variant.members));
        let known: HashSet<Digest> = old.iter().map(|variant| variant.digest).collect();
        let kept: HashSet<Digest> = new.iter().map(|variant| variant.digest).collect();
        for variant in new {
            let before = |&member: &u32| had.get(&self.new.programme.contacts[member as usize].id);
            let is_other = |member: &&u32| {
                before(member).is_some_and(|had| !had.iter().any(|&index| old[index].digest == variant.digest))
            };
            let movers: Vec<u32> = variant.members.iter().filter(is_other).copied().collect();
            if known.contains(&variant.digest) && !movers.iter().any(|&member| self.is_unchanged(member)) {
                for member in movers {
                    let id = &self.new.programme.contacts[member as usize].id;
                    moved.entry(self.why_moved(id)).or_default().push(id.clone());
                }
                continue;
            }
            if variant.is_source && self.reads_the_same(&variant, |member| before(&member), old) {
                continue;
            }
            let mut counts = vec![0_usize; old.len()];
            variant.members.iter().filter_map(before).flatten().for_each(|&index| counts[index] += 1);
            let alike = |other: &VariantText| other.tier == variant.tier && other.language == variant.language;
            let most = (0..old.len()).filter(|&index| alike(&old[index]) && counts[index] > 0);
            // Of readers who are all new, whatever was called the same and is gone.
            let gone = || old.iter().find(|other| other.name == variant.name && !kept.contains(&other.digest));
            let before = most.max_by_key(|&index| counts[index]).map(|index| &old[index]).or_else(gone);
            let (changed, words) = match before {
                None => (vec!["new"], Vec::new()),
                Some(before) => (parts(before, &variant), words(before, &variant)),
            };
            different.push(VariantDifference {
                name: variant.name.clone(),
                readers: variant.readers,
                changed,
                words,
                old: before.cloned(),
                new: variant,
            });
        }
        (different, moved)
    }

    /// True where a variant is made of something else than before and each of its readers reads the same all the same. What is
    /// rendered for each reader is compared so, unless they are too many.
    fn reads_the_same<'h>(
        &self,
        variant: &VariantText,
        before: impl Fn(u32) -> Option<&'h Vec<usize>>,
        old: &[VariantText],
    ) -> bool {
        let Some(audience) = self.before.filter(|_| variant.readers <= MAX_RENDERED) else { return false };
        let earlier: HashMap<&ContactId, &Recipient<'_>> =
            audience.recipients.iter().map(|recipient| (&recipient.contact().id, recipient)).collect();
        let members: HashSet<u32> = variant.members.iter().copied().collect();
        let of_variant = self.after.recipients.iter().filter_map(|recipient| {
            let position = *self.new.programme.by_id.get(&recipient.contact().id)?;
            members.contains(&position).then_some((position, recipient))
        });
        let mut compared = 0;
        for (position, recipient) in of_variant.filter(|(position, _)| self.is_unchanged(*position)) {
            let (Some(had), Some(earlier)) = (before(position), earlier.get(&recipient.contact().id)) else { continue };
            let same_head = had.iter().any(|&index| {
                let old = &old[index];
                (&old.head, &old.attachments, &old.pictures) == (&variant.head, &variant.attachments, &variant.pictures)
            });
            let now = self.new.composer.compose(self.after.mailing, recipient);
            let then = self.old.composer.compose(audience.mailing, earlier);
            let (Ok(now), Ok(then)) = (now, then) else { return false };
            let parts = |composed: &Composed<'_>| {
                let sealed = &composed.sealed;
                (composed.subject.clone(), sealed.html().to_owned(), sealed.text().to_owned())
            };
            if !same_head || parts(&now) != parts(&then) {
                return false;
            }
            compared += 1;
        }
        compared > 0
    }

    /// True for a contact that both sides have as the same.
    fn is_unchanged(&self, member: u32) -> bool {
        if self.old.programme.contacts.is(&self.new.programme.contacts) {
            return true;
        }
        let contact = &self.new.programme.contacts[member as usize];
        let same = |old: &Contact| Contact { origin: contact.origin, ..old.clone() } == *contact;
        self.old.programme.contact(&contact.id).is_some_and(same)
    }

    /// Who gains and who loses the mailing, by reason.
    fn movements(&self) -> (ByReason, ByReason) {
        fn ids<'p>(audience: &Audience<'p>) -> HashSet<&'p ContactId> {
            audience.recipients.iter().map(|recipient| &recipient.contact().id).collect()
        }
        let (old, new) = (self.old.programme, self.new.programme);
        let (had, has) = (self.before.map(ids).unwrap_or_default(), ids(self.after));
        let refusals = |programme: &Programme, audience: Option<&Audience<'_>>| -> BTreeMap<ContactId, Refusal> {
            let refused = audience.into_iter().flat_map(|audience| &audience.refusals);
            refused.map(|(index, refusal)| (programme.contacts[*index as usize].id.clone(), *refusal)).collect()
        };
        let (refused_before, refused_now) = (refusals(old, self.before), refusals(new, Some(self.after)));
        let (mut gain, mut lose) = (ByReason::new(), ByReason::new());
        for &contact in has.difference(&had) {
            let why = match refused_before.get(contact) {
                _ if self.before.is_none() => "the mailing is new".to_owned(),
                Some(refusal) => format!("no longer {}", refusal.code()),
                None => change_of(old, new, contact).unwrap_or_else(|| "the mailing goes to others".to_owned()),
            };
            gain.entry(why).or_default().push(contact.clone());
        }
        for &contact in had.difference(&has) {
            let why = match refused_now.get(contact) {
                Some(refusal) => refusal.code().to_owned(),
                None => change_of(old, new, contact).unwrap_or_else(|| "the mailing goes to others".to_owned()),
            };
            lose.entry(why).or_default().push(contact.clone());
        }
        gain.values_mut().chain(lose.values_mut()).for_each(|people| people.sort());
        (gain, lose)
    }

    fn why_moved(&self, id: &ContactId) -> String {
        change_of(self.old.programme, self.new.programme, id).unwrap_or_else(|| "another text fits them now".to_owned())
    }

    /// How many get another letter than before; `None` where the mailing never goes by post.
    fn letters(&self) -> Option<usize> {
        if self.after.mailing.channel == Channel::Email {
            return None;
        }
        let old = self.before.map_or_else(Vec::new, |audience| letters(self.old.composer, audience));
        let had = holders(self.old.programme, old.iter().map(|(_, members)| members));
        let is_other = |member: u32, digest: Digest| {
            let id = &self.new.programme.contacts[member as usize].id;
            let same = had.get(id).is_some_and(|had| had.iter().any(|&index| old[index].0 == digest));
            !same && (self.before.is_none() || self.is_unchanged(member))
        };
        let new = letters(self.new.composer, self.after);
        let others =
            new.iter().map(|(digest, members)| members.iter().filter(|&&member| is_other(member, *digest)).count());
        Some(others.sum())
    }
}

/// Which of several lists of positions each contact is on.
fn holders<'p, 'm>(
    programme: &'p Programme,
    lists: impl Iterator<Item = &'m Vec<u32>>,
) -> HashMap<&'p ContactId, Vec<usize>> {
    let mut holders: HashMap<&ContactId, Vec<usize>> = HashMap::new();
    for (index, list) in lists.enumerate() {
        for &member in list {
            holders.entry(&programme.contacts[member as usize].id).or_default().push(index);
        }
    }
    holders
}

fn parts(old: &VariantText, new: &VariantText) -> Vec<&'static str> {
    let parts = [
        ("subject", old.subject != new.subject),
        ("preheader", old.preheader != new.preheader),
        ("text", old.text != new.text),
        ("html", old.html != new.html),
        ("sender", old.head != new.head),
        ("pictures", old.pictures != new.pictures),
        ("attachments", old.attachments != new.attachments),
    ];
    parts.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// The words that changed between two variants, wherever a reader sees them first: what only the HTML part says, and who sends it,
/// where the text part says the same as before.
pub fn words(old: &VariantText, new: &VariantText) -> Vec<Change> {
    let pairs = [(&old.subject, &new.subject), (&old.preheader, &new.preheader), (&old.text, &new.text)];
    let mut found: Vec<Change> = pairs.into_iter().flat_map(|(old, new)| read(old, new)).collect();
    if old.text == new.text && old.html != new.html && !new.is_source {
        found.extend(read(&html::visible_text(&old.html), &html::visible_text(&new.html)));
    }
    if found.is_empty() {
        found.extend(changes(&old.head, &new.head));
    }
    found
}

/// The words that changed as a person reads them; where that hides the change, as they are written.
fn read(old: &str, new: &str) -> Vec<Change> {
    let (short_old, short_new) = holes::readable(old, new);
    let found = changes(&short_old, &short_new);
    if found.is_empty() { changes(old, new) } else { found }
}

/// What became of a contact, as far as tier and language go.
fn change_of(old: &Programme, new: &Programme, id: &ContactId) -> Option<String> {
    let (old, new) = match (old.contact(id), new.contact(id)) {
        (Some(old), Some(new)) => (old, new),
        (None, Some(_)) => return Some("new on the list".to_owned()),
        (Some(_), None) => return Some("no longer on the list".to_owned()),
        (None, None) => return None,
    };
    match (old.standing, new.standing) {
        (Standing::Active(before), Standing::Active(after)) if before != after => {
            Some(format!("tier {} to {}", before.letter(), after.letter()))
        }
        (Standing::DoNotContact, Standing::Active(_)) => Some("no longer tier D".to_owned()),
        (Standing::Active(_), Standing::DoNotContact) => Some("now tier D".to_owned()),
        _ if old.language != new.language => Some(format!("language {} to {}", old.language, new.language)),
        _ if old.owner != new.owner => Some("another contact person".to_owned()),
        _ => None,
    }
}

/// The pages that are new, gone or other. Pictures and sheets have their digest in their name.
fn pages(old: &BTreeMap<String, Digest>, new: &BTreeMap<String, Digest>) -> Vec<String> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    paths.into_iter().filter(|path| old.get(*path) != new.get(*path)).cloned().collect()
}
