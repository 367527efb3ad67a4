//! `contacts/*.yaml` → [`Contact`]s.

use std::sync::Arc;

use rayon::prelude::*;

use super::cut;
use super::enlisted::{Broken, Contacts, Enlisted, Entry};
use super::nature::{kind_of, nature_of};
use super::node_path::{NodePath, Required};
use super::settings::{Frame, postal_address};
use crate::load::Folder;
use crate::load::kind::Kind as FileKind;
use crate::load::scalar::{AskedOn, Day, Lit, PersonName, Whole};
use crate::load::wire;
use crate::load::word::ReferralCode;
use crate::model::contact::{Ask, Basis, Contact, Details, Ended, Name, Nps, Origin, Pause, RareDetails, Unsubscribed};
use crate::model::preference::Preference;
use crate::model::text::Line;
use mail::address::EmailAddress;
use source::SourceFile;
use source::diagnostic::Diagnostic;
use store::digest::Digest;
use yaml::{Document, Read, Step};

/// Words that YAML takes for nothing and people are called.
const NULLS: [&str; 2] = ["Null", "NULL"];

/// The files that hold contacts, in their order.
pub fn files(folder: &Folder) -> Vec<Arc<SourceFile>> {
    folder.of(FileKind::Contacts).cloned().collect()
}

/// Reads every contact of these files on all cores; each list item is taken apart as it is parsed, so that a long list never
/// stands in memory twice. Files that are the very same as `before`, read within the same frame, are not read again.
pub fn contacts(
    files: Vec<Arc<SourceFile>>,
    frame: &Frame,
    before: Option<&Contacts>,
    found: &mut Vec<Diagnostic>,
) -> Contacts {
    let read = |(number, file)| match before.and_then(|before| before.of_same(number, file)) {
        Some((known, found)) => Part { entries: known.iter().cloned().map(sound).collect(), found: found.to_vec() },
        None => read_file(file, u32::try_from(number).expect("fewer than 2^32 files"), frame),
    };
    let numbered: Vec<(usize, &Arc<SourceFile>)> = files.iter().enumerate().collect();
    let parts: Vec<Part> = numbered.into_par_iter().map(read).collect();
    let mut list = Enlisted::new(files, parts.iter().map(|part| part.entries.len()).sum());
    parts.into_iter().for_each(|part| list.add_file(part.entries, part.found, found));
    list.finish()
}

fn sound(contact: Arc<Contact>) -> Entry {
    let folded = contact.email.as_ref().map(EmailAddress::folded_without_tag);
    Entry::Sound(contact, folded)
}

/// What one file holds.
#[derive(Default)]
struct Part {
    entries: Vec<Entry>,
    found: Vec<Diagnostic>,
}

fn read_file(list: &Arc<SourceFile>, number: u32, frame: &Frame) -> Part {
    let file = list.take(|text| Digest::of(text.as_bytes()).bytes());
    let document = Document::whole(&file);
    let mut part = Part::default();
    let holds = |word: &str| memchr::memmem::find(file.text().as_bytes(), word.as_bytes()).is_some();
    let has_nulls = NULLS.iter().any(|null| holds(null));
    let groups = document.read_long_list::<wire::Contact, Part>(&mut part.found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        let mut group = Part::default();
        for (index, wire) in value.into_iter().enumerate() {
            let item = first + index;
            let spot = NodePath::root(&document).item(item);
            let origin = Origin { file: number, item: u32::try_from(item).expect("fewer than 2^32 contacts") };
            let (id, email) = (wire.id.as_ref().map(|Lit(id)| id.clone()), wire.email.clone().map(|Lit(email)| email));
            let mut reader =
                ContactReader { spot: &spot, read: &read, path: &[Step::Item(index)], frame, has_nulls, found };
            group.entries.push(match reader.contact(wire, origin) {
                Some(contact) => sound(Arc::new(contact)),
                None => Entry::Broken(Broken { id, email, origin }),
            });
        }
        group
    });
    for group in groups {
        part.entries.extend(group.entries);
    }
    cut::of_contacts(&file, &mut part.found);
    list.know_items(&file);
    part
}

pub(super) struct ContactReader<'a, 'd> {
    pub(super) spot: &'a NodePath<'d>,
    pub(super) read: &'a Read<()>,
    pub(super) path: &'a [Step],
    pub(super) frame: &'a Frame,
    /// `Null` or `NULL` stands somewhere in the file.
    has_nulls: bool,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

impl ContactReader<'_, '_> {
    fn contact(&mut self, wire: wire::Contact, origin: Origin) -> Option<Contact> {
        let wire::Contact {
            id,
            name,
            company,
            role,
            email,
            phone,
            address,
            language,
            tier,
            tier_reason,
            owner,
            kind,
            recipient,
            basis,
            source,
            collected_on,
            unsubscribed,
            prefers,
            segment,
            values,
            size,
            network_size,
            opportunity,
            owned,
            nps,
            inner_circle,
            ask,
            pause,
            issues,
            birthday,
            since,
            ended,
            competitors,
            project,
            tags,
            code,
            email_bounced,
            extra,
        } = wire;
        let company = company.or_else(|| self.null_name("company").map(Lit));
        let name = self.with_null_names(name);
        let mut need = Required { spot: self.spot, read: self.read, path: self.path, found: self.found };
        let id = need.take(id, "id", "a stable id, like `anna-lind`");
        let name = need.take(name, "name", "a name, or {given, family}");
        let tier = need.take(tier, "tier", "A, B or C, or D for who must be left alone (R1)");
        let owner = need.take(owner, "owner", "the id of who cares for them (R6)");
        // Where there is one language, everybody reads it.
        let only = match self.frame.languages.as_slice() {
            [only] if !self.read.is_faulty(self.path, "language") => Some(Lit(*only)),
            _ => None,
        };
        let language = match self.frame.languages.is_empty() {
            // Which of them is the only one is not known, and that was said.
            true => language,
            false => need.take(language.or(only), "language", "the language they read, like sv"),
        };
        let name = name.and_then(|PersonName { given, family }| {
            let given = self.need(given, "name", "given", "write {given: Anna, family: Lind}")?;
            Some(Name { given, family })
        });
        let address = address.map(|address| Box::new(postal_address(&address)));
        let reachable =
            email.is_some() || phone.is_some() || address.as_ref().is_some_and(|address| address.is_complete());
        let faulty = self.read.faulty.iter().any(|path| path.starts_with(self.path));
        if !reachable && !faulty {
            let error = self.spot.error("unreachable", "there is no way to reach this contact");
            self.found.push(error.hint("give an email, a phone or a full address"));
        }
        if let Some(Lit(owner)) = &owner {
            self.found.extend(self.frame.check_member(owner, &self.spot.key("owner"), "the owner"));
        }
        if let Some(Lit(language)) = &language {
            self.found.extend(self.frame.check_language(*language, &self.spot.key("language")));
        }
        let since = day(since);
        let issues = self.issues(issues.unwrap_or_default());
        let rare = RareDetails {
            unsubscribed: unsubscribed.and_then(|wire| self.unsubscribed(*wire)),
            prefers: prefers.map(|wire| preference(*wire)).unwrap_or_default(),
            values: values.into_iter().flatten().map(|Lit(id)| id).collect(),
            opportunity: opportunity.map(|Lit(opportunity)| opportunity),
            owned: lines(owned),
            nps: nps.and_then(|wire| self.nps(*wire)),
            inner_circle: inner_circle.and_then(|wire| self.inner_circle(*wire)),
            ask: ask.map(|wire| self.ask(*wire)).unwrap_or_default(),
            pause: pause.map(|wire| Pause { until: day(wire.until), why: wire.why.map(|Lit(why)| why) }),
            issues,
            ended: ended.and_then(|wire| self.ended(*wire, since)),
            competitors: lines(competitors),
            project: project.map(|wire| self.project(*wire)),
            code: code.map(|Lit(ReferralCode(code))| code),
            email_bounced: day(email_bounced),
            extra: self.spot.key("extra").free_fields(extra, self.found),
        };
        let details = Details {
            source: source.map(|Lit(source)| source),
            collected_on: day(collected_on),
            segment: segment.map(|Lit(segment)| segment),
            size: whole(size),
            network_size: whole(network_size),
            birthday: day(birthday),
            since,
            tags: lines(tags).into(),
            rare: rare.into(),
        };
        let basis = basis.and_then(|wire| self.basis(*wire));
        let (Lit(id), name, Lit(tier), Lit(owner), Lit(language)) = (id?, name?, tier?, owner?, language?);
        let nature = recipient.map_or_else(
            || nature_of(company.is_some(), &name, email.as_ref().map(|Lit(email)| email)),
            |Lit(nature)| nature,
        );
        Some(Contact {
            id,
            name,
            standing: tier,
            tier_reason: tier_reason.map(|Lit(reason)| reason),
            owner,
            language,
            kind: kind.map_or_else(|| kind_of(basis.as_ref()), |Lit(kind)| kind),
            nature,
            company: company.map(|Lit(company)| company),
            role: role.map(|Lit(role)| role),
            email: email.map(|Lit(email)| email),
            phone: phone.map(|Lit(phone)| phone),
            address,
            basis: basis.map(Box::new),
            details: Box::new(details),
            origin,
        })
    }

    /// Where `Null` stands as a name, which YAML takes for nothing: the name. [`cut`](super::cut) asks to have it quoted.
    fn null_name(&self, key: &str) -> Option<Line> {
        self.null_at(&self.spot.key(key))
    }

    fn null_at(&self, spot: &NodePath<'_>) -> Option<Line> {
        let written = if self.has_nulls { spot.written() } else { "" };
        NULLS.contains(&written).then(|| written.parse().ok()).flatten()
    }

    fn with_null_names(&self, name: Option<PersonName>) -> Option<PersonName> {
        if !self.has_nulls {
            return name;
        }
        let Some(name) = name else {
            return self.null_name("name").map(|given| PersonName { given: Some(given), family: None });
        };
        let part = |part: Option<Line>, key: &str| part.or_else(|| self.null_at(&self.spot.key("name").key(key)));
        Some(PersonName { given: part(name.given, "given"), family: part(name.family, "family") })
    }

    /// What a group needs; nothing is said where it is there and faulty.
    fn need<V>(&mut self, value: Option<V>, group: &str, key: &str, hint: &str) -> Option<V> {
        if value.is_none() && !self.read.is_faulty(self.path, group) {
            let error = self.spot.key(group).error("missing-key", format!("`{key}` is missing"));
            self.found.push(error.hint(hint));
        }
        value
    }

    fn unsubscribed(&mut self, wire: wire::Unsubscribed) -> Option<Unsubscribed> {
        let wire::Unsubscribed { on, channel } = wire;
        let Lit(Day(on)) = self.need(on, "unsubscribed", "on", "the day of the opt-out")?;
        Some(Unsubscribed { on, channel: channel.map(|Lit(channel)| channel) })
    }

    fn basis(&mut self, wire: wire::Basis) -> Option<Basis> {
        let wire::Basis { kind, evidence, on, until } = wire;
        let Lit(kind) = self.need(kind, "basis", "kind", "consent, customer or legitimate_interest")?;
        Some(Basis { kind, evidence: evidence.map(|Lit(evidence)| evidence), on: day(on), until: day(until) })
    }

    fn nps(&mut self, wire: wire::Nps) -> Option<Nps> {
        let wire::Nps { score, on } = wire;
        let Lit(Whole(score)) = self.need(score, "nps", "score", "0 to 10")?;
        if score > 10 {
            let error = self.spot.key("nps").key("score").error("bad-value", format!("a score of {score}"));
            self.found.push(error.hint("a net promoter score is 0 to 10"));
        }
        Some(Nps { score: u8::try_from(score.min(10)).unwrap_or(10), on: day(on) })
    }

    fn inner_circle(&mut self, wire: wire::InnerCircle) -> Option<crate::model::text::Line> {
        let wire::InnerCircle { why } = wire;
        self.need(why, "inner_circle", "why", "who is in the inner circle is chosen with a reason (R17)")
            .map(|Lit(why)| why)
    }

    fn ask(&mut self, wire: wire::Ask) -> Ask {
        let wire::Ask { wave, not_before } = wire;
        let wave = whole(wave);
        if wave.is_some_and(|wave| !(1..=9).contains(&wave)) {
            self.found.push(self.spot.key("ask").key("wave").error("bad-value", "a wave is a number from 1 to 9"));
        }
        Ask { wave: wave.and_then(|wave| u8::try_from(wave).ok()), not_before: day(not_before) }
    }

    /// R32: who left is remembered with the day and the reason.
    fn ended(&mut self, wire: wire::Ended, since: Option<jiff::civil::Date>) -> Option<Ended> {
        let wire::Ended { on, why } = wire;
        let spot = self.spot.key("ended");
        if why.is_none() && !self.read.is_faulty(self.path, "ended") {
            let warning = spot.warning("r32-why", "nobody wrote down why they left");
            self.found.push(warning.hint("ask them, and add `why:`; reasons are counted in the report"));
        }
        let Lit(Day(on)) = self.need(on, "ended", "on", "the day they stopped buying from us")?;
        if let Some(since) = since.filter(|since| on < *since) {
            let error = spot.key("on").error("bad-value", "they left before they came");
            self.found.push(error.hint(format!("they are a customer since {since}")));
        }
        Some(Ended { on, why: why.map(|Lit(why)| why) })
    }
}

fn preference(wire: wire::Preference) -> Preference {
    let wire::Preference { channel, every, max_per_year, asked } = wire;
    Preference {
        channel: channel.map(|Lit(channel)| channel),
        every: every.map(|Lit(every)| every),
        max_per_year: whole(max_per_year),
        asked: asked.map(|Lit(AskedOn(asked))| asked),
    }
}

pub(super) fn day(value: Option<Lit<Day>>) -> Option<jiff::civil::Date> {
    value.map(|Lit(Day(day))| day)
}

fn whole(value: Option<Lit<Whole>>) -> Option<u32> {
    value.map(|Lit(Whole(number))| number)
}

pub(super) fn lines(values: Option<Vec<Lit<crate::model::text::Line>>>) -> Vec<crate::model::text::Line> {
    values.into_iter().flatten().map(|Lit(line)| line).collect()
}
