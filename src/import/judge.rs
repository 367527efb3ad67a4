//! Judging the rows of an import one after the other: whom a row is about, whether they may come onto the list, and what it changes.

use std::collections::{HashMap, HashSet};

use super::fields::{Guard, Key};
use super::matching::{Match, Register, Sketch, Who, country_of, full_name, text};
use super::proposal::{Change, Draft, Judged, Verdict, Wishes};
use super::records::values_of;
use super::rows::{Said, Values};
use super::values::{self, Value};
use super::words;
use crate::model::forgotten::{Forgotten, TraceHash, fold_name};
use crate::model::id::slugify;
use crate::model::language::{Country, Language};
use crate::model::programme::Programme;
use crate::model::wall::Wall;
use crate::plan::Refusal;
use crate::render::links::LinkKey;

/// Most characters of an id that is made from a name, so that a number fits after it.
const MAX_NAME: usize = 80;

/// Judges rows against a programme.
pub struct Judge<'p> {
    programme: &'p Programme,
    wishes: &'p Wishes,
    key: &'p LinkKey,
    wall: Wall,
    register: Register,
    forgotten: HashMap<&'p TraceHash, &'p Forgotten>,
    /// Leads by mailbox that are not linked to a contact: the ids of their referrals.
    leads: HashMap<String, &'p str>,
    ids: HashSet<String>,
    /// The last number that was tried behind an id.
    numbers: HashMap<String, u32>,
    /// Contacts that a row changes: how, and its number.
    changed: HashMap<usize, (Vec<Change>, usize)>,
    /// What became of the rows so far.
    judged: Vec<Judged>,
}

impl<'p> Judge<'p> {
    /// A judge for one import.
    pub fn new(programme: &'p Programme, wishes: &'p Wishes, key: &'p LinkKey) -> Self {
        let unlinked = programme.referrals.iter().filter(|referral| referral.lead.contact.is_none());
        let leads = unlinked
            .filter_map(|referral| Some((referral.lead.email.as_ref()?.folded_without_tag(), referral.id.as_str())));
        Judge {
            programme,
            wishes,
            key,
            wall: Wall::new(programme),
            register: Register::new(programme),
            forgotten: programme.forgotten.iter().map(|line| (&line.hash, line)).collect(),
            leads: leads.collect(),
            ids: programme.contacts.iter().map(|contact| contact.id.to_string()).collect(),
            numbers: HashMap::new(),
            changed: HashMap::new(),
            judged: Vec::new(),
        }
    }

    fn home(&self) -> Country {
        self.programme.settings.country
    }

    /// What becomes of a row if no earlier one is about the same person. Rows can be drafted at once.
    pub fn draft(&self, said: &Said, sketch: &Sketch) -> Draft {
        if let Match::Certain(Who::Known(contact)) = self.register.find(said, sketch) {
            let (changes, kept) = self.compare(&values_of(&self.programme.contacts[contact]), said);
            return Draft::Known { contact, changes, kept };
        }
        match self.refused(said, sketch) {
            Some(verdict) => Draft::Barred(verdict),
            None => self.somebody_new(said),
        }
    }

    /// Judges the next row, of which a draft was made.
    pub fn judge(&mut self, said: &mut Said, sketch: Sketch, draft: Draft) {
        let name = full_name(&said.values);
        let name = if name.is_empty() { text(&said.values, "email").unwrap_or_default().to_owned() } else { name };
        let (number, left_out) = (said.number, std::mem::take(&mut said.left_out));
        let further = std::mem::take(&mut said.further);
        let verdict = match &said.damaged {
            Some(why) => Verdict::Refused { code: "damaged", column: None, why: why.clone() },
            None => self.verdict(said, sketch, draft),
        };
        self.judged.push(Judged { number, name, verdict, left_out, further });
    }

    /// What became of the rows.
    pub fn finish(self) -> Vec<Judged> {
        self.judged
    }

    fn verdict(&mut self, said: &Said, sketch: Sketch, draft: Draft) -> Verdict {
        match (self.register.find(said, &sketch), draft) {
            (Match::Certain(Who::Known(contact)), draft) => self.known(contact, said, draft),
            (Match::Certain(Who::Earlier(earlier)), _) => self.again(earlier, said),
            (_, Draft::Barred(verdict)) => verdict,
            (Match::Doubtful(whom, why), _) => {
                let candidates = whom.into_iter().map(|who| self.id_of(who)).collect();
                Verdict::Doubtful { candidates, why }
            }
            (Match::Nobody, Draft::Faulty(verdict)) => verdict,
            (Match::Nobody, Draft::New { values, ids }) => self.enlist(values, ids, sketch, said),
            // Whoever is found among our contacts is found again, or several are.
            (Match::Nobody, Draft::Known { contact, .. }) => {
                let candidates = vec![self.id_of(Who::Known(contact))];
                Verdict::Doubtful { candidates, why: "nobody can tell who is meant".into() }
            }
        }
    }

    /// Adds somebody new under an id that nobody has.
    fn enlist(&mut self, mut values: Values, ids: Vec<String>, sketch: Sketch, said: &Said) -> Verdict {
        let free = ids.iter().find(|id| !self.ids.contains(*id)).cloned();
        let id = free.unwrap_or_else(|| {
            let base = ids.last().map_or("contact", String::as_str);
            let number = self.numbers.entry(base.to_owned()).or_insert(1);
            loop {
                *number += 1;
                let id = format!("{base}-{number}");
                if !self.ids.contains(&id) {
                    return id;
                }
            }
        });
        self.ids.insert(id.clone());
        values.insert(Key::of("id"), Value::Text(id.clone()));
        self.register.note(self.judged.len(), &id, sketch, &said.mailboxes);
        Verdict::New { id, values }
    }

    fn id_of(&self, who: Who) -> String {
        match who {
            Who::Known(contact) => self.programme.contacts[contact].id.to_string(),
            Who::Earlier(row) => match &self.judged[row].verdict {
                Verdict::New { id, .. } => id.clone(),
                _ => String::new(),
            },
        }
    }

    /// Why somebody who is not on the list may not come onto it: they were forgotten, or are to be left alone (R4, R27).
    fn refused(&self, said: &Said, sketch: &Sketch) -> Option<Verdict> {
        let refused = |code, why| Some(Verdict::Refused { code, column: None, why });
        if !self.forgotten.is_empty() {
            let mut traces = sketch.traces().clone();
            let others: Vec<Option<String>> = said.mailboxes.iter().map(|m| Some(m.folded_without_tag())).collect();
            for mailbox in std::iter::once(traces.mailbox.clone()).chain(others) {
                traces.mailbox = mailbox;
                let hit = traces.iter().find_map(|trace| self.forgotten.get(&self.key.trace_hash(&trace)));
                if let Some(line) = hit {
                    return refused("forgotten", format!("they asked to be forgotten, on {}", line.on));
                }
            }
        }
        let (company, phone) = (text(&said.values, "company"), text(&said.values, "phone"));
        let (name, country) = (full_name(&said.values), country_of(&said.values, self.home()));
        let (first, others) = said.mailboxes.split_first().map_or((None, &[][..]), |(first, rest)| (Some(first), rest));
        let stop = self.wall.stops_named(&name, company, first, phone, country);
        let stop = stop.or_else(|| others.iter().find_map(|mailbox| self.wall.stops_address(mailbox)));
        if let Some(stop) = stop {
            return refused("wall", Refusal::Wall(stop).to_string());
        }
        let lead = said.mailboxes.iter().find_map(|mailbox| self.leads.get(&mailbox.folded_without_tag()));
        let lead = lead?;
        refused(
            "lead",
            format!(
                "they were named in the referral `{lead}`: they come onto the list once they wrote or consented (R20)"
            ),
        )
    }

    fn somebody_new(&self, said: &Said) -> Draft {
        let refused = |code, column, why: &str| Draft::Faulty(Verdict::Refused { code, column, why: why.to_owned() });
        if !said.values.contains_key(&Key::of("name.given")) {
            return refused("no-name", None, "there is no name, neither of a person nor of a firm");
        }
        let mut values = self.wishes.sets.clone();
        // A group is said whole by one side, or a basis of ours would get evidence of theirs.
        values.retain(|key, _| !said.values.keys().any(|theirs| theirs.is_beside(key)));
        values.extend(said.values.clone());
        let wanted = values.remove(&Key::of("id"));
        self.complete(&mut values, said.is_firm);
        let missing: Vec<&str> =
            ["tier", "owner"].into_iter().filter(|path| !values.contains_key(&Key::of(path))).collect();
        if !missing.is_empty() {
            let examples = missing.iter().map(|path| if *path == "tier" { "tier=C" } else { "owner=ID" });
            let why = format!(
                "no {}: a list cannot know that, say `--set {}`",
                missing.join(" and no "),
                examples.collect::<Vec<_>>().join(" ")
            );
            return refused("missing", None, &why);
        }
        let has = |path: &str| values.contains_key(&Key::of(path));
        let is_address = ["address.street", "address.postcode", "address.city"].into_iter().all(has);
        if !has("email") && !has("phone") && !is_address {
            // A mailbox that could not be read is what is at fault.
            let at_fault = said.left_out.first();
            let why = match at_fault {
                Some(left_out) => format!("there is no way to reach them: {}", left_out.fault.message),
                None => "there is no way to reach them: no e-mail, no telephone, no full address".to_owned(),
            };
            return refused("no-reach", at_fault.map(|left_out| left_out.column), &why);
        }
        Draft::New { ids: ids(wanted, &values), values }
    }

    /// What follows from the rest.
    fn complete(&self, values: &mut Values, is_firm: bool) {
        let settings = &self.programme.settings;
        let mut put = |path: &str, text: String| _ = values.entry(Key::of(path)).or_insert(Value::Text(text));
        if is_firm {
            put("recipient", "legal".to_owned());
        }
        if let [only] = settings.team.as_slice() {
            put("owner", only.id.to_string());
        }
        if let Some(source) = &self.wishes.source {
            put("source", source.clone());
        }
        let country = country_of(values, self.home());
        let own = words::language_of(country).filter(|language| settings.languages.all.contains(language));
        let language: Language = own.unwrap_or_else(|| settings.languages.default());
        values.entry(Key::of("language")).or_insert(Value::Text(language.tag().to_owned()));
    }

    /// A contact we have.
    fn known(&mut self, contact: usize, said: &Said, draft: Draft) -> Verdict {
        let id = self.programme.contacts[contact].id.to_string();
        if let Some((earlier, number)) = self.changed.get(&contact) {
            let mut now = values_of(&self.programme.contacts[contact]);
            now.extend(earlier.iter().map(|change| (change.key.clone(), change.to.clone())));
            let (changes, kept) = self.compare(&now, said);
            return match changes.is_empty() {
                true => Verdict::Unchanged { id, kept },
                false => {
                    let why = format!("row {number} is about the same contact and says something else");
                    Verdict::Doubtful { candidates: vec![id], why }
                }
            };
        }
        let (changes, kept) = match draft {
            Draft::Known { contact: drafted, changes, kept } if drafted == contact => (changes, kept),
            _ => self.compare(&values_of(&self.programme.contacts[contact]), said),
        };
        if changes.is_empty() {
            return Verdict::Unchanged { id, kept };
        }
        self.changed.insert(contact, (changes.clone(), said.number));
        self.register.note_mailboxes(Who::Known(contact), &said.mailboxes);
        Verdict::Changed { contact, changes, kept }
    }

    /// Somebody whom an earlier row brings.
    fn again(&self, earlier: usize, said: &Said) -> Verdict {
        let Judged { number, verdict: Verdict::New { id, values }, .. } = &self.judged[earlier] else {
            return Verdict::Unchanged { id: String::new(), kept: Vec::new() };
        };
        match self.compare(values, said).0.is_empty() {
            true => Verdict::Unchanged { id: id.clone(), kept: Vec::new() },
            false => {
                let why = format!("row {number} is about the same person and says something else");
                Verdict::Doubtful { candidates: vec![id.clone()], why }
            }
        }
    }

    /// What a row would change about somebody, and what differs and stays.
    fn compare(&self, current: &Values, said: &Said) -> (Vec<Change>, Vec<Change>) {
        let (mut changes, mut kept) = (Vec::new(), Vec::new());
        let country = country_of(current, self.home());
        let same_name = said.is_firm || fold_name(&full_name(current)) == fold_name(&full_name(&said.values));
        let sets =
            self.wishes.sets.iter().filter(|(key, _)| self.is_overwritten(key) && !said.values.contains_key(*key));
        for (key, to) in said.values.iter().chain(sets) {
            let path = key.path();
            let is_name = path.starts_with("name.");
            if path == "id" || is_name && same_name || said.implied.contains(key) && current.contains_key(key) {
                continue;
            }
            let from = current.get(key);
            let change = |to: Value| Change { key: key.clone(), from: from.cloned(), to };
            match (from, key.guard()) {
                (Some(from), _) if values::same(key.kind(), from, to, country) => {}
                (Some(from), Guard::Joined) if !self.is_overwritten(key) => {
                    changes.extend(joined(from, to).map(change));
                }
                (Some(_), Guard::Kept) if !self.is_overwritten(key) => kept.push(change(to.clone())),
                // A group that is there is not filled up from elsewhere: evidence belongs to its own basis.
                (None, Guard::Kept) if !self.is_overwritten(key) && has_group(current, key) => {
                    kept.push(change(to.clone()))
                }
                _ => changes.push(change(to.clone())),
            }
        }
        (changes, kept)
    }

    fn is_overwritten(&self, key: &Key) -> bool {
        let path = key.path();
        self.wishes.overwrite.iter().any(|wanted| {
            path == *wanted || path.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
        })
    }
}

fn has_group(current: &Values, key: &Key) -> bool {
    key.path().contains('.') && matches!(key, Key::Field(_)) && current.keys().any(|known| known.is_beside(key))
}

/// The list with what is new to it; `None` where nothing is.
fn joined(ours: &Value, theirs: &Value) -> Option<Value> {
    let (Value::List(ours), Value::List(theirs)) = (ours, theirs) else { return None };
    let known: HashSet<String> = ours.iter().map(|item| item.to_lowercase()).collect();
    let new: Vec<&String> = theirs.iter().filter(|item| !known.contains(&item.to_lowercase())).collect();
    (!new.is_empty()).then(|| Value::List(ours.iter().chain(new).cloned().collect()))
}

/// The ids that somebody may have, the best first: the list's own, one made from the name, one with the firm, and the name's
/// again, for a number to stand behind it.
fn ids(wanted: Option<Value>, values: &Values) -> Vec<String> {
    let short = |text: &str| {
        let slug = slugify(text);
        let end = slug.len().min(MAX_NAME);
        slug[..end].trim_end_matches('-').to_owned()
    };
    let firm = text(values, "company").map(short).unwrap_or_default();
    let local = || text(values, "email").and_then(|email| email.split('@').next()).map(short).unwrap_or_default();
    let name = Some(short(&full_name(values))).filter(|slug| !slug.is_empty());
    let name = name.or_else(|| Some(local()).filter(|slug| !slug.is_empty()));
    let base =
        name.or_else(|| Some(firm.clone()).filter(|slug| !slug.is_empty())).unwrap_or_else(|| "contact".to_owned());
    let with_firm = (!firm.is_empty() && firm != base).then(|| short(&format!("{base}-{firm}")));
    let wanted = wanted.map(|value| value.shown().into_owned());
    wanted.into_iter().chain([base.clone()]).chain(with_firm).chain([base]).collect()
}
