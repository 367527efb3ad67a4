//! Two states of a programme, side by side: which variants read differently, who gains or loses a mailing and why, what moves in
//! the plan, what changes on the site and on paper.

use std::collections::{BTreeMap, BTreeSet};

use store::digest::Digest;

use super::variants::{VariantText, variants};
use super::wording::{Change, changes};
use crate::model::channel::Channel;
use crate::model::contact::Standing;
use crate::model::id::ContactId;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::plan::audience::{Audience, Roster};
use crate::plan::{Recipient, Refusal, Route};
use crate::render::compose::Composer;
use crate::render::inputs::Inputs;

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

/// What differs in one mailing.
#[derive(Debug)]
pub struct MailingDifference {
    /// Its id.
    pub id: String,
    /// Variants that read otherwise than before, or that nobody read before.
    pub variants: Vec<VariantDifference>,
    /// Who gets it and did not, by reason.
    pub gain: BTreeMap<String, Vec<ContactId>>,
    /// Who got it and does not any more, by reason.
    pub lose: BTreeMap<String, Vec<ContactId>>,
}

/// How a variant reads otherwise.
#[derive(Debug)]
pub struct VariantDifference {
    /// `A/sv`.
    pub name: String,
    /// How many read it now.
    pub readers: usize,
    /// What is other: `subject`, `preheader`, `text`, `html`, `pictures`; `new` where there was none.
    pub changed: Vec<&'static str>,
    /// The words that changed in subject, preheader and text.
    pub words: Vec<Change>,
}

/// What differs between two states of a programme.
pub fn compare<'p>(old: &Side<'_, 'p>, new: &Side<'_, 'p>) -> Differences {
    let ids =
        |side: &Side<'_, 'p>| side.programme.mailings().map(|mailing| mailing.id.clone()).collect::<BTreeSet<_>>();
    let (before, after) = (ids(old), ids(new));
    let mut differences = Differences { site: pages(&old.site, &new.site), ..Differences::default() };
    for mailing in old.programme.mailings().filter(|mailing| !after.contains(&mailing.id)) {
        differences.plan.push(format!("`{}` is no longer planned", mailing.id));
    }
    let (old_texts, new_texts) = (Inputs::of_texts(old.programme), Inputs::of_texts(new.programme));
    for mailing in new.programme.mailings() {
        let audience = new.roster.audience(mailing);
        let earlier = old.programme.mailing(mailing.id.as_str()).filter(|_| before.contains(&mailing.id));
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
        let same_texts = earlier.is_some_and(|earlier| old_texts.of(earlier) == new_texts.of(mailing));
        let (gain, lose) = movements(old, new, earlier_audience.as_ref(), &audience);
        let variants = if same_texts && gain.is_empty() {
            Vec::new()
        } else {
            let earlier = earlier_audience.as_ref().map_or_else(Vec::new, |audience| variants(old.composer, audience));
            read_otherwise(&earlier, self::variants(new.composer, &audience))
        };
        if !variants.is_empty() || !gain.is_empty() || !lose.is_empty() {
            differences.mailings.push(MailingDifference { id: mailing.id.to_string(), variants, gain, lose });
        }
        let letters =
            audience.recipients.iter().filter(|recipient| matches!(recipient.route(), Route::Post(_))).count();
        if mailing.channel != Channel::Email && !same_texts && letters > 0 {
            differences.post.push((mailing.id.to_string(), letters));
        }
    }
    differences
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

/// The variants that read otherwise than before. One that keeps its text under another name reads the same.
fn read_otherwise(old: &[VariantText], new: Vec<VariantText>) -> Vec<VariantDifference> {
    let known: BTreeSet<String> = old.iter().map(|variant| variant.digest.to_string()).collect();
    let mut different = Vec::new();
    for variant in new.into_iter().filter(|variant| !known.contains(&variant.digest.to_string())) {
        let alike = |other: &&VariantText| other.tier == variant.tier && other.language == variant.language;
        let before = old.iter().find(|other| other.name == variant.name).or_else(|| old.iter().find(alike));
        let (changed, words) = match before {
            None => (vec!["new"], Vec::new()),
            Some(before) => (parts(before, &variant), words(before, &variant)),
        };
        different.push(VariantDifference { name: variant.name, readers: variant.readers, changed, words });
    }
    different
}

fn parts(old: &VariantText, new: &VariantText) -> Vec<&'static str> {
    let parts = [
        ("subject", old.subject != new.subject),
        ("preheader", old.preheader != new.preheader),
        ("text", old.text != new.text),
        ("html", old.html != new.html),
        ("pictures", old.pictures != new.pictures),
    ];
    parts.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// The words that changed between two variants, wherever a reader sees them first.
pub fn words(old: &VariantText, new: &VariantText) -> Vec<Change> {
    let pairs = [(&old.subject, &new.subject), (&old.preheader, &new.preheader), (&old.text, &new.text)];
    pairs.into_iter().flat_map(|(old, new)| changes(old, new)).collect()
}

type Movements = (BTreeMap<String, Vec<ContactId>>, BTreeMap<String, Vec<ContactId>>);

/// Who gains and who loses a mailing, by reason.
fn movements(old: &Side<'_, '_>, new: &Side<'_, '_>, before: Option<&Audience<'_>>, after: &Audience<'_>) -> Movements {
    let ids = |audience: &Audience<'_>| {
        audience.recipients.iter().map(|recipient| recipient.contact().id.clone()).collect::<BTreeSet<_>>()
    };
    let (had, has) = (before.map(ids).unwrap_or_default(), ids(after));
    let refusals = |side: &Side<'_, '_>, audience: Option<&Audience<'_>>| -> BTreeMap<ContactId, Refusal> {
        let refused = audience.into_iter().flat_map(|audience| &audience.refusals);
        refused.map(|(index, refusal)| (side.programme.contacts[*index as usize].id.clone(), *refusal)).collect()
    };
    let (refused_before, refused_now) = (refusals(old, before), refusals(new, Some(after)));
    let mut movements = Movements::default();
    for contact in has.difference(&had) {
        let why = match refused_before.get(contact) {
            _ if before.is_none() => "the mailing is new".to_owned(),
            Some(refusal) => format!("no longer {}", refusal.code()),
            None => change_of(old.programme, new.programme, contact),
        };
        movements.0.entry(why).or_default().push(contact.clone());
    }
    for contact in had.difference(&has) {
        let why = match refused_now.get(contact) {
            Some(refusal) => refusal.code().to_owned(),
            None => change_of(old.programme, new.programme, contact),
        };
        movements.1.entry(why).or_default().push(contact.clone());
    }
    movements
}

/// What became of a contact that is in one audience and not in the other, and was refused in neither.
fn change_of(old: &Programme, new: &Programme, id: &ContactId) -> String {
    let tier = |programme: &Programme| programme.contact(id).map(|contact| contact.standing);
    match (tier(old), tier(new)) {
        (None, Some(_)) => "new on the list".to_owned(),
        (Some(_), None) => "no longer on the list".to_owned(),
        (Some(Standing::Active(before)), Some(Standing::Active(after))) if before != after => {
            format!("tier {} to {}", before.letter(), after.letter())
        }
        (Some(Standing::DoNotContact), Some(_)) => "no longer tier D".to_owned(),
        (Some(_), Some(Standing::DoNotContact)) => "now tier D".to_owned(),
        _ => "the mailing goes to others".to_owned(),
    }
}

/// The pages that are new, gone or other. Pictures and sheets have their digest in their name.
fn pages(old: &BTreeMap<String, Digest>, new: &BTreeMap<String, Digest>) -> Vec<String> {
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    paths.into_iter().filter(|path| old.get(*path) != new.get(*path)).cloned().collect()
}
