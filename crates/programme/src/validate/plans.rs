//! `content/plan/<year>.yaml` → [`Plan`]s.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::content::content_hint;
use super::misnamed;
use super::node_path::{NodePath, Required};
use super::settings::{Frame, money};
use crate::load::kind::Kind;
use crate::load::scalar::{Day, Flag, LeadDays, Lit, RelativePath, Year};
use crate::load::wire;
use crate::load::word::{Reach, SignedBy};
use crate::load::{Folder, journals};
use crate::model::channel::Channel;
use crate::model::contact::{Origin, Tier};
use crate::model::content::Content;
use crate::model::expression::Expression;
use crate::model::id::{MailingId, TouchId};
use crate::model::ledger::Side;
use crate::model::mailing::{Gift, Mailing, MailingKind, Plan, PlannedTouch, Rhythm, Signer};
use crate::model::touch::Purpose;
use source::SourceFile;
use source::diagnostic::{Diagnostic, Place, Severity};
use yaml::{At, Document, Read, Step};

/// The year plans, as far as they could be read.
pub struct Plans {
    /// Those that hold together, by year.
    pub by_year: BTreeMap<i16, Plan>,
    /// The id of every mailing, also of one that is wrong elsewhere.
    pub mailings: BTreeSet<MailingId>,
    /// True where a whole plan or somebody's id could not be read: any id may be that of a mailing.
    pub is_torn: bool,
}

/// Reads every year plan.
pub fn plans(
    folder: &Folder,
    frame: &Frame,
    contents: &BTreeMap<String, Content>,
    files: &mut Vec<Arc<SourceFile>>,
    found: &mut Vec<Diagnostic>,
) -> Plans {
    let mut plans: BTreeMap<i16, Plan> = BTreeMap::new();
    let mut mailings = BTreeSet::new();
    let mut is_torn = false;
    for file in folder.of(Kind::Plan) {
        let document = Document::whole(file);
        let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
        files.push(Arc::clone(file));
        let Some(read) = document.read::<wire::Plan>(found) else {
            is_torn = true;
            continue;
        };
        is_torn |= read.value.mailings.iter().flatten().any(|mailing| mailing.id.is_none());
        let spot = NodePath::root(&document);
        let mut reader =
            PlanReader { folder, spot: &spot, read: &read, frame, contents, mailings: &mut mailings, number, found };
        let Some(plan) = reader.plan() else { continue };
        found.extend(
            misnamed(file.path(), plan.year)
                .map(|(message, hint)| spot.key("year").warning("plan-name", message).hint(hint)),
        );
        if let Some(first) = plans.insert(plan.year, plan) {
            let message = format!("the year {} is planned twice", first.year);
            found.push(spot.key("year").error("duplicate-year", message).hint("one file a year"));
        }
    }
    former_ids(&plans, files, found);
    // A line that is wrong elsewhere may be the one that owns a journal.
    if !found.iter().any(|finding| finding.severity == Severity::Error) {
        orphans(folder, &plans, found);
    }
    Plans { by_year: plans, mailings, is_torn }
}

/// What is wrong with a file that is called by another year than the one it plans: somebody looks for it in vain.
fn misnamed(path: &str, year: i16) -> Option<(String, String)> {
    let (folder, name) = path.rsplit_once('/')?;
    let (stem, suffix) = name.split_once('.')?;
    let is_year = stem.len() == 4 && stem.parse::<i16>().is_ok_and(|named| named != year);
    is_year.then(|| {
        let message = format!("this is the plan of {year}, in a file called {name}");
        (message, format!("rename it to {folder}/{year}.{suffix}, or write `year: {stem}`"))
    })
}

/// Every `where` of the plans with its place, whatever else is wrong with them.
pub fn conditions(folder: &Folder) -> Vec<(Expression, Place)> {
    let mut conditions = Vec::new();
    for file in folder.of(Kind::Plan) {
        let document = Document::whole(file);
        let Some(Read { value: wire::Plan { mailings, touches, .. }, .. }) = document.read(&mut Vec::new()) else {
            continue;
        };
        let of_mailings = mailings.into_iter().flatten().map(|mailing| ("mailings", mailing.r#where)).enumerate();
        let of_touches = touches.into_iter().flatten().map(|touch| ("touches", touch.r#where)).enumerate();
        for (index, (list, condition)) in of_mailings.chain(of_touches) {
            let Some(Lit(condition)) = condition else { continue };
            let span = document.locate(&[list.into(), index.into(), "where".into()], At::Value);
            conditions.push((condition, Place::Span(Arc::clone(file), span)));
        }
    }
    conditions
}

/// An id that a mailing once had may be that of no other, nor have been that of two.
fn former_ids(plans: &BTreeMap<i16, Plan>, files: &[Arc<SourceFile>], found: &mut Vec<Diagnostic>) {
    let mailings = || plans.values().flat_map(|plan| &plan.mailings);
    let mut taken: HashSet<&MailingId> = mailings().map(|mailing| &mailing.id).collect();
    for mailing in mailings() {
        for (index, was) in mailing.was.iter().enumerate().filter(|(_, was)| !taken.insert(was)) {
            let document = Document::whole(&files[mailing.origin.file as usize]);
            let spot =
                NodePath::root(&document).key("mailings").item(mailing.origin.item as usize).key("was").item(index);
            let message = format!("`{was}` is, or was, the id of another mailing too");
            found.push(spot.error("former-id", message).hint("its journal can only count for one of them"));
        }
    }
}

/// Journals that belong to no mailing of any plan: whoever is in them is in nobody's way any more.
fn orphans(folder: &Folder, plans: &BTreeMap<i16, Plan>, found: &mut Vec<Diagnostic>) {
    let mailings = plans.values().flat_map(|plan| &plan.mailings);
    let known: HashSet<&str> =
        mailings.flat_map(|mailing| mailing.was.iter().chain([&mailing.id])).map(MailingId::as_str).collect();
    for id in folder.journals.keys().filter(|id| !known.contains(id.as_str())) {
        let message = format!("no plan has a mailing `{id}`, and this is its journal");
        let hint = format!("if the mailing has another id now, its line in the plan needs `was: [{id}]`");
        let path = format!("{}/{id}.jsonl", journals::FOLDER);
        found.push(Diagnostic::warning("orphan-journal", message).in_file(path).hint(hint));
    }
}

struct PlanReader<'a, 'd> {
    folder: &'a Folder,
    spot: &'a NodePath<'d>,
    read: &'a Read<wire::Plan>,
    frame: &'a Frame,
    contents: &'a BTreeMap<String, Content>,
    mailings: &'a mut BTreeSet<MailingId>,
    number: u32,
    found: &'a mut Vec<Diagnostic>,
}

impl PlanReader<'_, '_> {
    fn plan(&mut self) -> Option<Plan> {
        let wire::Plan { year, mailings, touches } = &self.read.value;
        let mut need = Required { spot: self.spot, read: self.read, path: &[], found: self.found };
        let year = need.take(year.as_ref(), "year", "the calendar year, like 2027").map(|Lit(Year(year))| *year);
        let mut plan = Plan { year: year.unwrap_or(0), mailings: Vec::new(), touches: Vec::new() };
        for (index, wire) in mailings.iter().flatten().enumerate() {
            plan.mailings.extend(self.mailing(wire, index, year));
        }
        for (index, wire) in touches.iter().flatten().enumerate() {
            plan.touches.extend(self.touch(wire, index));
        }
        year.map(|_| plan)
    }

    fn mailing(&mut self, wire: &wire::Mailing, index: usize, year: Option<i16>) -> Option<Mailing> {
        let spot = self.spot.key("mailings").item(index);
        let path = [Step::from("mailings"), index.into()];
        let wire::Mailing { id, kind, content, when, shift, to, r#where, channel, .. } = wire;
        let wire::Mailing { signed_by, public, gift, post_by, was, again, side, .. } = wire;
        let mut need = Required { spot: &spot, read: self.read, path: &path, found: self.found };
        let id = need.take(id.as_ref(), "id", "an id that is never reused, like `2027-01-newsletter`");
        let kind =
            need.take(kind.as_ref(), "kind", "newsletter, greeting, gift, survey, status, thanks or announcement");
        let content = need.take(content.as_ref(), "content", "the path of its text below content/");
        let when = need.take(when.as_ref(), "when", "a date, or an occasion like easter-7d");
        let to = need.take(to.as_ref(), "to", "the lowest tier that gets it: A, B, C or everyone (R9)");
        if let Some(Lit(id)) = id
            && !self.mailings.insert(id.clone())
        {
            let error = spot.key("id").error("duplicate-id", format!("the mailing `{id}` is planned twice"));
            self.found.push(error.hint("an id is a folder, a journal and a Message-ID seed: never use it again"));
        }
        if let Some(Lit(RelativePath(path))) = content
            && !self.contents.contains_key(path.as_ref())
        {
            let error = spot.key("content").error("unknown-content", format!("there is no text `{path}`"));
            let (named, path) = (path, format!("content/{path}.md"));
            let hint = misnamed::other_file(self.folder, &path).map(|file| misnamed::hint(file, &path));
            self.found.push(error.hint(hint.unwrap_or_else(|| content_hint(named, self.contents))));
        }
        if let (Some(Lit(when)), Some(year)) = (when, year)
            && let Some(date) = when.fixed().filter(|date| date.year() != year)
        {
            let error = spot.key("when").error("outside-year", format!("{date} is not in {year}"));
            self.found.push(error.hint(format!("plan it in content/plan/{}.yaml", date.year())));
        }
        let signed_by = signed_by.as_ref().map_or(Signer::Owner, |Lit(SignedBy(signer))| signer.clone());
        self.check_signer(&signed_by, &spot.key("signed_by"));
        let gift_there = gift.is_some() || self.read.is_faulty(&path, "gift");
        if matches!(kind, Some(Lit(MailingKind::Gift))) && !gift_there {
            let error = spot.error("missing-key", "a gift mailing needs `gift:`");
            self.found.push(error.hint("{item, unit_cost, currency, why_ours, budget} (R8)"));
        }
        let gift = gift.as_ref().and_then(|wire| self.gift(wire, &spot, index));
        if side.is_some() && kind.is_some_and(|Lit(kind)| *kind != MailingKind::Thanks) {
            let error = spot.key("side").error("no-effect", "`side` says nothing here");
            self.found.push(error.hint("only mailings of kind thanks are for a side of a referral"));
        }
        Some(Mailing {
            id: id?.0.clone(),
            kind: kind?.0,
            content: content?.0.0.clone(),
            when: when?.0.clone(),
            year: year?,
            shift: shift.as_ref().map(|Lit(shift)| *shift),
            to: reach(to?),
            narrowing: r#where.as_ref().map(|Lit(narrowing)| narrowing.clone()),
            channel: channel.as_ref().map_or(Channel::Email, |Lit(channel)| *channel),
            signed_by,
            public: matches!(public, Some(Lit(Flag(true)))),
            gift,
            post_by: post_by.as_ref().map(|LeadDays(lead)| lead.clone()).unwrap_or_default(),
            side: side.as_ref().map_or(Side::Referrer, |Lit(side)| *side),
            was: was.iter().flatten().map(|Lit(was)| was.clone()).collect(),
            again: matches!(again, Some(Lit(Flag(true)))),
            origin: Origin { file: self.number, item: u32::try_from(index).expect("fewer than 2^32 mailings") },
        })
    }

    fn check_signer(&mut self, signer: &Signer, spot: &NodePath<'_>) {
        if let Signer::Member(id) = signer {
            self.found.extend(self.frame.check_member(id, spot, "the signer"));
        }
    }

    fn gift(&mut self, wire: &wire::Gift, mailing: &NodePath<'_>, index: usize) -> Option<Gift> {
        let spot = mailing.key("gift");
        let path = [Step::from("mailings"), index.into(), "gift".into()];
        let wire::Gift { item, unit_cost, currency, why_ours, budget } = wire;
        let mut need = Required { spot: &spot, read: self.read, path: &path, found: self.found };
        let item = need.take(item.as_ref(), "item", "what it is");
        let unit_cost = need.take(unit_cost.as_ref(), "unit_cost", "what one costs, like \"89.00\"");
        let why_ours = need.take(why_ours.as_ref(), "why_ours", "a gift is tied to what the firm does (R8)");
        let currency = currency.as_ref().map(|Lit(currency)| *currency).or(self.frame.currency);
        let unit_cost = unit_cost.and_then(|amount| money(amount, currency, &spot.key("unit_cost"), self.found));
        let budget = budget.as_ref().and_then(|amount| money(amount, currency, &spot.key("budget"), self.found));
        Some(Gift { item: item?.0.clone(), unit_cost: unit_cost?, why_ours: why_ours?.0.clone(), budget })
    }

    fn touch(&mut self, wire: &wire::PlannedTouch, index: usize) -> Option<PlannedTouch> {
        let spot = self.spot.key("touches").item(index);
        let path = [Step::from("touches"), index.into()];
        let wire::PlannedTouch { id, kind, to, r#where, every, on, by, purpose } = wire;
        let mut need = Required { spot: &spot, read: self.read, path: &path, found: self.found };
        let id = need.take(id.as_ref(), "id", "an id, like `quarterly-review`");
        let kind = need.take(kind.as_ref(), "kind", "call, visit, review, meeting …");
        let to = need.take(to.as_ref(), "to", "the lowest tier that gets it: A, B, C or everyone (R9)");
        let faulty = self.read.is_faulty(&path, "every") || self.read.is_faulty(&path, "on");
        let rhythm = match (every, on) {
            (Some(Lit(interval)), None) => Some(Rhythm::Every(*interval)),
            (None, Some(Lit(Day(day)))) => Some(Rhythm::On(*day)),
            _ if faulty => None,
            _ => {
                let error = spot.error("rhythm", "a touch comes either `every:` some time or `on:` a day");
                self.found.push(error.hint("write one of the two: `every: 3 months`"));
                None
            }
        };
        if let Some(Lit(id)) = id
            && self.is_touch_before(id, index)
        {
            self.found.push(spot.key("id").error("duplicate-id", format!("the touch `{id}` is planned twice")));
        }
        let by = by.as_ref().map_or(Signer::Owner, |Lit(SignedBy(signer))| signer.clone());
        self.check_signer(&by, &spot.key("by"));
        Some(PlannedTouch {
            purpose: purpose
                .as_ref()
                .map_or_else(|| kind.map_or(Purpose::Care, |Lit(kind)| kind.usual_purpose()), |Lit(purpose)| *purpose),
            id: id?.0.clone(),
            kind: kind?.0,
            to: reach(to?),
            narrowing: r#where.as_ref().map(|Lit(narrowing)| narrowing.clone()),
            rhythm: rhythm?,
            by,
            origin: Origin { file: self.number, item: u32::try_from(index).expect("fewer than 2^32 touches") },
        })
    }

    /// The same touch may be planned again in another year, but not twice in one.
    fn is_touch_before(&self, id: &TouchId, index: usize) -> bool {
        let before = self.read.value.touches.iter().flatten().take(index);
        before.filter_map(|touch| touch.id.as_ref()).any(|Lit(other)| other == id)
    }
}

fn reach(to: &Lit<Reach>) -> Tier {
    to.0.0
}
