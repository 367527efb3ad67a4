//! `contacts/*.yaml` → [`Contact`]s, and `do-not-contact.yaml` → the wall.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::node_path::{NodePath, Required};
use super::settings::{Frame, postal_address};
use crate::load::Folder;
use crate::load::kind::Kind as FileKind;
use crate::load::scalar::{AskedOn, Day, Lit, PersonName, Whole};
use crate::load::wire;
use crate::load::word::ReferralCode;
use crate::model::contact::{
    Ask, Basis, BasisKind, Contact, Details, Ended, Kind, Name, Nature, Nps, Origin, Pause, Unsubscribed,
};
use crate::model::id::ContactId;
use crate::model::ledger::{WallEntry, WallKey};
use crate::model::preference::Preference;
use crate::model::programme::People;
use mail::address::{EmailAddress, fold_domain};
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::{Document, Read, Step};

/// Everybody, and who was read before.
#[derive(Default)]
pub struct Contacts {
    /// Every contact that could be read, in the order of the files.
    pub list: People,
    /// Position by id.
    pub by_id: Arc<HashMap<ContactId, u32>>,
    /// Who is there but could not be read: what refers to them is not wrong.
    pub faulty: HashSet<ContactId>,
    /// True where a whole file could not be read.
    pub is_torn: bool,
    /// The files they stand in.
    pub files: Vec<Arc<SourceFile>>,
}

/// The files that hold contacts, in their order.
pub fn files(folder: &Folder) -> Vec<Arc<SourceFile>> {
    folder.of(FileKind::Contacts).cloned().collect()
}

/// Reads every contact of these files on all cores; each list item is taken apart as it is parsed, so that a long list never
/// stands in memory twice.
pub fn contacts(files: Vec<Arc<SourceFile>>, frame: &Frame, found: &mut Vec<Diagnostic>) -> Contacts {
    let numbered: Vec<(u32, &Arc<SourceFile>)> = (0..).zip(&files).collect();
    let read: Vec<Part> = numbered.par_iter().map(|(number, file)| read_file(file, *number, frame)).collect();
    let mut list = Enlisted::new(files, read.iter().map(|part| part.contacts.len()).sum());
    for part in read {
        list.is_torn |= part.found.iter().any(|finding| finding.code == "yaml");
        found.extend(part.found);
        for (contact, folded) in part.contacts {
            list.add(contact, folded, found);
        }
        list.faulty.extend(part.faulty);
    }
    list.finish()
}

/// What one file holds.
#[derive(Default)]
struct Part {
    /// Who could be read, each with their folded address.
    contacts: Vec<(Contact, Option<String>)>,
    faulty: Vec<ContactId>,
    found: Vec<Diagnostic>,
}

fn read_file(file: &Arc<SourceFile>, number: u32, frame: &Frame) -> Part {
    let document = Document::whole(file);
    let mut part = Part::default();
    let groups = document.read_long_list::<wire::Contact, Part>(&mut part.found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        let mut group = Part::default();
        for (index, wire) in value.into_iter().enumerate() {
            let item = first + index;
            let spot = NodePath::root(&document).item(item);
            let origin = Origin { file: number, item: u32::try_from(item).expect("fewer than 2^32 contacts") };
            let id = wire.id.as_ref().map(|Lit(id)| id.clone());
            let mut reader = Reader { spot: &spot, read: &read, path: &[Step::Item(index)], frame, found };
            match reader.contact(wire, origin) {
                Some(contact) => {
                    let folded = contact.email.as_ref().map(EmailAddress::folded_without_tag);
                    group.contacts.push((contact, folded));
                }
                None => group.faulty.extend(id),
            }
        }
        group
    });
    for group in groups {
        part.contacts.extend(group.contacts);
        part.faulty.extend(group.faulty);
    }
    part
}

/// The list while it is drawn up.
struct Enlisted {
    list: Vec<Contact>,
    by_id: HashMap<ContactId, u32>,
    by_address: HashMap<String, u32>,
    faulty: HashSet<ContactId>,
    is_torn: bool,
    files: Vec<Arc<SourceFile>>,
}

impl Enlisted {
    fn new(files: Vec<Arc<SourceFile>>, count: usize) -> Self {
        Enlisted {
            list: Vec::with_capacity(count),
            by_id: HashMap::with_capacity(count),
            by_address: HashMap::with_capacity(count),
            faulty: HashSet::new(),
            is_torn: false,
            files,
        }
    }

    /// Adds a contact whose id and address nobody before had.
    fn add(&mut self, contact: Contact, folded: Option<String>, found: &mut Vec<Diagnostic>) {
        let index = u32::try_from(self.list.len()).expect("fewer than 2^32 contacts");
        if let Some(&first) = self.by_id.get(&contact.id) {
            let document = self.document(&contact);
            let error =
                spot(&document, &contact).key("id").error("duplicate-id", format!("the id `{}` is taken", contact.id));
            let file = self.files[self.list[first as usize].origin.file as usize].path();
            found.push(error.hint(format!("the first stands in {file}")));
            return;
        }
        if let (Some(email), Some(folded)) = (&contact.email, folded)
            && let Some(first) = self.by_address.insert(folded, index)
        {
            let document = self.document(&contact);
            let error = spot(&document, &contact).key("email").error(
                "duplicate-address",
                format!("`{email}` is also the address of `{}`", self.list[first as usize].id),
            );
            found.push(error.hint("one person, one contact: or everything reaches them twice"));
        }
        self.by_id.insert(contact.id.clone(), index);
        self.list.push(contact);
    }

    fn document(&self, contact: &Contact) -> Document {
        Document::whole(&self.files[contact.origin.file as usize])
    }

    fn finish(self) -> Contacts {
        let Enlisted { list, by_id, by_address: _, faulty, is_torn, files } = self;
        Contacts { list: list.into(), by_id: Arc::new(by_id), faulty, is_torn, files }
    }
}

fn spot<'d>(document: &'d Document, contact: &Contact) -> NodePath<'d> {
    NodePath::root(document).item(contact.origin.item as usize)
}

pub(super) struct Reader<'a, 'd> {
    pub(super) spot: &'a NodePath<'d>,
    pub(super) read: &'a Read<()>,
    pub(super) path: &'a [Step],
    pub(super) frame: &'a Frame,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
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
        let language = need.take(language.or(only), "language", "the language they read, like sv");
        let name =
            name.and_then(|PersonName(name)| self.need(name, "name", "given", "write {given: Anna, family: Lind}"));
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
        let details = Details {
            source: source.map(|Lit(source)| source),
            collected_on: day(collected_on),
            unsubscribed: unsubscribed.and_then(|wire| self.unsubscribed(*wire)),
            prefers: prefers.map(|wire| preference(*wire)).unwrap_or_default(),
            segment: segment.map(|Lit(segment)| segment),
            values: values.into_iter().flatten().map(|Lit(id)| id).collect(),
            size: whole(size),
            network_size: whole(network_size),
            opportunity: opportunity.map(|Lit(opportunity)| opportunity),
            owned: lines(owned),
            nps: nps.and_then(|wire| self.nps(*wire)),
            inner_circle: inner_circle.and_then(|wire| self.inner_circle(*wire)),
            ask: ask.map(|wire| self.ask(*wire)).unwrap_or_default(),
            pause: pause.map(|wire| Pause { until: day(wire.until), why: wire.why.map(|Lit(why)| why) }),
            issues,
            birthday: day(birthday),
            since,
            ended: ended.and_then(|wire| self.ended(*wire, since)),
            competitors: lines(competitors),
            project: project.map(|wire| self.project(*wire)),
            tags: lines(tags),
            code: code.map(|Lit(ReferralCode(code))| code),
            email_bounced: day(email_bounced),
            extra: extra.map(|extra| extra.0).unwrap_or_default(),
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

/// What a contact is where nobody said so: a customer where that is why we may write to them.
fn kind_of(basis: Option<&Basis>) -> Kind {
    match basis.map(|basis| basis.kind) {
        Some(BasisKind::Customer) => Kind::Customer,
        _ => Kind::Other,
    }
}

/// Who somebody is in the eyes of the law where nobody says: at a firm, an address with their name in it is a named work address.
fn nature_of(at_firm: bool, name: &Name, email: Option<&EmailAddress>) -> Nature {
    let bears_name = |email: &EmailAddress| {
        let mailbox = bare_letters(email.local());
        let parts = [Some(&name.given), name.family.as_ref()];
        let words = parts.into_iter().flatten().flat_map(|part| part.as_str().split_whitespace());
        words.map(bare_letters).any(|word| word.len() > 2 && mailbox.contains(&word))
    };
    match at_firm {
        false => Nature::Natural,
        true if email.is_some_and(bears_name) => Nature::WorkAddress,
        true => Nature::Legal,
    }
}

/// The letters of a text as they are written in mailboxes: small, and without their marks.
fn bare_letters(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    for letter in text.to_lowercase().nfkd() {
        match letter {
            'ø' => bare.push('o'),
            'æ' => bare.push_str("ae"),
            'ß' => bare.push_str("ss"),
            letter if letter.is_alphanumeric() => bare.push(letter),
            _ => {}
        }
    }
    bare
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

/// Reads the wall; its lines' origins count in `files`, which the file is added to.
pub fn wall(folder: &Folder, files: &mut Vec<Arc<SourceFile>>, found: &mut Vec<Diagnostic>) -> Vec<WallEntry> {
    let mut entries = Vec::new();
    for file in folder.of(FileKind::Wall) {
        let document = Document::whole(file);
        let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
        files.push(Arc::clone(file));
        document.read_list::<wire::WallEntry>(found, |first, read, found| {
            let Read { value, faulty } = read;
            let read = Read { value: (), faulty };
            for (index, wire) in value.into_iter().enumerate() {
                let spot = NodePath::root(&document).item(first + index);
                let item = u32::try_from(first + index).expect("fewer than 2^32 lines");
                let origin = Origin { file: number, item };
                entries.extend(wall_entry(wire, &spot, &read, &[Step::Item(index)], origin, found));
            }
        });
    }
    entries
}

fn wall_entry(
    wire: wire::WallEntry,
    spot: &NodePath<'_>,
    read: &Read<()>,
    path: &[Step],
    origin: Origin,
    found: &mut Vec<Diagnostic>,
) -> Option<WallEntry> {
    let wire::WallEntry { company, domain, email, why, since } = wire;
    let mut need = Required { spot, read, path, found };
    let why = need.take(why, "why", "who is left alone is left alone for a reason");
    let keys = usize::from(company.is_some()) + usize::from(domain.is_some()) + usize::from(email.is_some());
    let faulty = ["company", "domain", "email"].iter().any(|key| read.is_faulty(path, key));
    if keys != 1 && !faulty {
        let error = spot.error("wall", format!("this line names {keys} of company, domain, email"));
        found.push(error.hint("name exactly one of them"));
    }
    let key = match (company, domain, email) {
        (Some(Lit(company)), ..) => WallKey::Company(company),
        (_, Some(Lit(domain)), _) => match fold_domain(domain.as_str()) {
            Ok(domain) => WallKey::Domain(domain.into()),
            Err(fault) => {
                found.push(spot.key("domain").fault("domain", fault));
                return None;
            }
        },
        (_, _, Some(Lit(email))) => WallKey::Email(email),
        _ => return None,
    };
    Some(WallEntry { key, why: why?.0, since: day(since), origin })
}
