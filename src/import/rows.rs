//! A row of cells as what it says about a person: values by field, and what of it could not be read.

use std::collections::{BTreeMap, BTreeSet};

use super::days::{self, Order};
use super::fields::{Key, Kind};
use super::headings::{Block, Part, Target};
use super::reading::{List, Row};
use super::values::{self, Value, ValueReader};
use super::words;
use mail::address::EmailAddress;
use source::diagnostic::Fault;

/// Values by field.
pub type Values = BTreeMap<Key, Value>;

/// A text that was left out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its column.
    pub column: usize,
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What a row says about a person.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The number of its row.
    pub number: usize,
    /// What it says, field by field.
    pub values: Values,
    /// Further mailboxes, by which they may be known.
    pub mailboxes: Vec<EmailAddress>,
    /// What could not be read.
    pub left_out: Vec<LeftOut>,
    /// E-mail addresses and telephone numbers besides those that are kept, with their columns.
    pub further: Vec<(usize, String)>,
    /// Why nothing of it can be believed.
    pub damaged: Option<String>,
    /// True where the firm's name stands for a person's.
    pub is_firm: bool,
    /// What follows from the list and is not written in it, such as the day of an opt-out.
    pub implied: BTreeSet<Key>,
}

/// Reads rows of one list.
pub struct RowReader<'l, 'p> {
    list: &'l List,
    values: &'l ValueReader<'p>,
    /// The order of days and months, by column.
    orders: Vec<Option<Order>>,
    /// True where a column says what people's job is.
    has_role: bool,
}

/// Parts of an address, each with its column and its text.
type AddressCells<'r> = Vec<(Part, usize, &'r str)>;

/// What is collected of a row before it is put together.
#[derive(Default)]
struct Parts<'r> {
    given: Vec<&'r str>,
    family: Vec<&'r str>,
    full: Option<&'r str>,
    title: Option<(usize, &'r str)>,
    /// Rank and order, column, text.
    phones: Vec<(u8, u32, usize, &'r str)>,
    mailboxes: Vec<(u32, Block, usize, &'r str)>,
    /// By block and number: part, column, text.
    addresses: BTreeMap<(Block, u32), AddressCells<'r>>,
    tags: Vec<String>,
}

impl<'l, 'p> RowReader<'l, 'p> {
    /// A reader of the rows of `list`.
    pub fn new(list: &'l List, values: &'l ValueReader<'p>) -> Self {
        let is_day = |target: &Target| match target {
            Target::Birthday => true,
            Target::Field(key) => matches!(key.kind(), Kind::Day),
            _ => false,
        };
        let order = |index: usize| {
            let cells = list.rows.iter().flat_map(|row| &row.cells).filter(move |(column, _)| *column == index);
            days::order_of(cells.map(|(_, text)| text.trim()))
        };
        let orders = list.columns.iter().enumerate().map(|(index, column)| {
            column.heading.as_ref().filter(|heading| is_day(&heading.target)).and_then(|_| order(index))
        });
        let is_role = |column: &super::reading::Column| {
            column.filled > 0 && column.heading.as_ref().is_some_and(|heading| heading.target == Target::Role)
        };
        RowReader { list, values, orders: orders.collect(), has_role: list.columns.iter().any(is_role) }
    }

    /// What a row says.
    pub fn read(&self, row: &Row) -> Said {
        let mut said = Said { number: row.number, damaged: row.damaged.clone(), ..Said::default() };
        let mut parts = Parts::default();
        for (index, text) in &row.cells {
            let Some(heading) = &self.list.columns[*index].heading else { continue };
            let at = *index;
            match &heading.target {
                Target::Field(key) => self.field(key, at, text, &mut said),
                Target::Given => parts.given.push(text),
                Target::Family => parts.family.push(text),
                Target::FullName => parts.full = parts.full.or(Some(text)),
                Target::Company => self.first(&Key::of("company"), at, text, &mut said),
                Target::Role => self.first(&Key::of("role"), at, text, &mut said),
                Target::Title => parts.title = Some((at, text)),
                Target::Email => parts.mailboxes.push((heading.number, heading.block, at, text)),
                Target::Phone(rank) => parts.phones.push((*rank, heading.number, at, text)),
                Target::Address(part) => {
                    parts.addresses.entry((heading.block, heading.number)).or_default().push((*part, at, text));
                }
                Target::Birthday => self.field(&Key::of("birthday"), at, text, &mut said),
                Target::Tags => parts.tags.push(text.clone()),
                Target::Kind => self.kind(text, &mut said),
                Target::Owner => self.field(&Key::of("owner"), at, text, &mut said),
                Target::Language => self.field(&Key::of("language"), at, text, &mut said),
                Target::Size => self.field(&Key::of("size"), at, text, &mut said),
                Target::OptedOut => self.opted_out(opts_out(text), &mut said),
                Target::OptedIn => self.opted_out(words::truth(text) == Some(false), &mut said),
                Target::Bounced if words::truth(text) != Some(false) => {
                    imply("email_bounced", self.values.today.to_string(), &mut said);
                }
                Target::Bounced => {}
            }
        }
        self.put_together(parts, &mut said);
        said
    }

    fn put_together(&self, mut parts: Parts<'_>, said: &mut Said) {
        if let Some(address) = said.values.get(&Key::of("email")).and_then(|email| email.shown().parse().ok()) {
            said.mailboxes.push(address);
        }
        if let Some((at, text)) = parts.title.filter(|_| !self.has_role) {
            self.first(&Key::of("role"), at, text, said);
        }
        parts.mailboxes.sort_by_key(|(number, block, ..)| (*number, *block));
        self.mailboxes(&parts.mailboxes, said);
        parts.phones.sort_by_key(|(rank, number, ..)| (*rank, *number));
        self.phone(&parts.phones, said);
        let is_somewhere = |parts: &&AddressCells<'_>| {
            parts.iter().any(|(part, ..)| matches!(part, Part::Street | Part::City | Part::Whole | Part::More))
        };
        let address = parts.addresses.values().find(is_somewhere).or_else(|| parts.addresses.values().next());
        if let Some(address) = address {
            self.address(address, said);
        }
        if !parts.tags.is_empty() {
            self.field(&Key::of("tags"), 0, &parts.tags.join(":::"), said);
        }
        name(&parts, said);
    }

    /// A value of a field; what cannot be read is noted.
    fn field(&self, key: &Key, column: usize, text: &str, said: &mut Said) {
        match self.values.read(key.kind(), text, self.orders.get(column).copied().flatten()) {
            Ok(Some(value)) => _ = said.values.insert(key.clone(), value),
            Ok(None) => {}
            Err(fault) => said.left_out.push(LeftOut { column, text: values::line(text), fault }),
        }
    }

    /// The first of Google's several values, unless there is a value already.
    fn first(&self, key: &Key, column: usize, text: &str, said: &mut Said) {
        if !said.values.contains_key(key) {
            let first = text.split(":::").find(|part| !part.trim().is_empty()).unwrap_or_default();
            self.field(key, column, first, said);
        }
    }

    /// What other programs call a customer; what is none of our words is no fault.
    fn kind(&self, text: &str, said: &mut Said) {
        let folded = text.trim().to_lowercase();
        let word = match folded.as_str() {
            "customer" | "evangelist" | "kund" | "kunde" | "asiakas" | "klient" => "customer",
            "lead"
            | "marketing qualified lead"
            | "sales qualified lead"
            | "opportunity"
            | "subscriber"
            | "prospekt" => "prospect",
            "partner" => "partner",
            other => other,
        };
        if let Ok(Some(value)) = self.values.read(Key::of("kind").kind(), word, None) {
            said.values.insert(Key::of("kind"), value);
        }
    }

    /// An opt-out that a list tells of counts from the day we learn of it (R26).
    fn opted_out(&self, is_out: bool, said: &mut Said) {
        if is_out {
            imply("unsubscribed.on", self.values.today.to_string(), said);
            imply("unsubscribed.channel", "list".to_owned(), said);
        }
    }

    /// The first mailbox that is one; by the others they may be known.
    fn mailboxes(&self, cells: &[(u32, Block, usize, &str)], said: &mut Said) {
        let mut faults = Vec::new();
        for (.., column, text) in cells {
            for part in text.split(":::").flat_map(|part| part.split([';', ',', '\n', '\t'])) {
                let address = values::line(part);
                let address =
                    address.rsplit_once('<').map_or(address.as_str(), |(_, inner)| inner.trim_end_matches('>'));
                let address = address.trim().trim_start_matches("mailto:");
                if address.is_empty() {
                    continue;
                }
                match self.values.read(Kind::Mailbox, address, None) {
                    Ok(Some(value)) => {
                        let value = match value {
                            Value::Text(text) => text,
                            Value::List(_) => continue,
                        };
                        if let Ok(address) = value.parse::<EmailAddress>()
                            && !said
                                .mailboxes
                                .iter()
                                .any(|known| known.folded_without_tag() == address.folded_without_tag())
                        {
                            said.mailboxes.push(address);
                            if said.values.contains_key(&Key::of("email")) {
                                said.further.push((*column, value.clone()));
                            }
                        }
                        said.values.entry(Key::of("email")).or_insert(Value::Text(value));
                    }
                    Ok(None) => {}
                    Err(fault) => faults.push(LeftOut { column: *column, text: values::line(text), fault }),
                }
            }
        }
        // Where one can be used, it is no matter that another cannot.
        if said.mailboxes.is_empty() && !said.values.contains_key(&Key::of("email")) {
            said.left_out.extend(faults.into_iter().take(1));
        }
    }

    fn phone(&self, cells: &[(u8, u32, usize, &str)], said: &mut Said) {
        let mut faults = Vec::new();
        for (.., column, text) in cells {
            for part in text.split(":::").flat_map(|part| part.split([';', ',', '\n'])) {
                match self.values.read(Kind::Phone, part, None) {
                    Ok(Some(value)) => {
                        let kept = said.values.entry(Key::of("phone")).or_insert_with(|| value.clone());
                        if !values::same(Kind::Phone, kept, &value, self.values.programme.settings.country) {
                            said.further.push((*column, value.shown().into_owned()));
                        }
                    }
                    Ok(None) => {}
                    Err(fault) => faults.push(LeftOut { column: *column, text: values::line(text), fault }),
                }
            }
        }
        if !said.values.contains_key(&Key::of("phone")) {
            said.left_out.extend(faults.into_iter().take(1));
        }
    }

    fn address(&self, cells: &[(Part, usize, &str)], said: &mut Said) {
        let all = |wanted: Part| cells.iter().filter(move |(part, ..)| *part == wanted);
        let text = |wanted: Part| all(wanted).map(|(.., text)| first_line_up(text)).find(|text| !text.is_empty());
        let mut street = text(Part::Street).unwrap_or_default();
        if let Some(number) = text(Part::Number) {
            street = format!("{street} {number}");
        }
        let more = all(Part::More).map(|(.., text)| first_line_up(text)).filter(|text| !text.is_empty());
        let street: Vec<String> =
            std::iter::once(street.trim().to_owned()).filter(|s| !s.is_empty()).chain(more).collect();
        let street = street.join(", ");
        let column = |part: Part| all(part).next().map_or(0, |(_, column, _)| *column);
        for (part, path, text) in [
            (Part::Street, "address.street", Some(street).filter(|street| !street.is_empty())),
            (Part::Postcode, "address.postcode", text(Part::Postcode)),
            (Part::City, "address.city", text(Part::City)),
            (Part::Country, "address.country", text(Part::Country)),
        ] {
            if let Some(text) = text {
                self.field(&Key::of(path), column(part), &text, said);
            }
        }
        if let Some((_, column, whole)) = all(Part::Whole).next()
            && !said.values.contains_key(&Key::of("address.city"))
        {
            for (path, text) in taken_apart(whole) {
                self.field(&Key::of(path), *column, &text, said);
            }
        }
    }
}

/// A value that follows from what a list says, unless the list says it itself.
fn imply(path: &str, text: String, said: &mut Said) {
    let key = Key::of(path);
    if !said.values.contains_key(&key) {
        said.values.insert(key.clone(), Value::Text(text));
        said.implied.insert(key);
    }
}

/// Several lines, or Google's several values, as one line.
fn first_line_up(text: &str) -> String {
    let first = text.split(":::").find(|part| !part.trim().is_empty()).unwrap_or_default();
    let lines = first.lines().map(values::line).map(|line| line.trim_end_matches(',').to_owned());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An address in one text: `Strandgaten 4, 5013 Bergen, Norway`. What is not understood stays in the street.
fn taken_apart(whole: &str) -> Vec<(&'static str, String)> {
    let line = first_line_up(whole);
    let mut parts: Vec<&str> = line.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut out = Vec::new();
    if parts.len() > 1
        && let Some(country) = parts.last().and_then(|last| words::country(last).ok())
    {
        out.push(("address.country", country.code().to_owned()));
        parts.pop();
    }
    if parts.len() > 1
        && let Some((code, city)) = parts.last().and_then(|last| code_and_city(last))
    {
        out.extend([("address.postcode", code), ("address.city", city)]);
        parts.pop();
    }
    if !parts.is_empty() {
        out.push(("address.street", parts.join(", ")));
    }
    out
}

/// `SE-112 18 Stockholm`, `5013 Bergen`.
fn code_and_city(text: &str) -> Option<(String, String)> {
    let is_letter = |c: char| c.is_ascii_digit() || c == '-' || c.is_ascii_uppercase();
    let is_code = |word: &&&str| word.bytes().any(|b| b.is_ascii_digit()) && word.chars().all(is_letter);
    let words: Vec<&str> = text.split_whitespace().collect();
    let count = words.iter().take_while(is_code).count();
    let (code, city) = words.split_at(count);
    (!code.is_empty() && !city.is_empty()).then(|| (code.join(" "), city.join(" ")))
}

/// True where a cell of a column for opt-outs says that they did.
fn opts_out(text: &str) -> bool {
    let folded = text.trim().to_lowercase();
    let says_so =
        ["unsubscribed", "opted out", "opt out", "opted-out", "avregistrerad", "avmeldt", "afmeldt", "abgemeldet"];
    words::truth(text) == Some(true)
        || says_so.contains(&folded.as_str())
        // A day on which it was.
        || folded.as_bytes().first().is_some_and(u8::is_ascii_digit) && folded.len() >= 8
}

/// The parts of the name, or the firm's where there is nobody's.
fn name(parts: &Parts<'_>, said: &mut Said) {
    let joined = |texts: &[&str]| values::line(&texts.join(" "));
    let (mut given, mut family) = (joined(&parts.given), joined(&parts.family));
    let company = said.values.get(&Key::of("company")).map(|value| value.shown().into_owned());
    let known = said.values.contains_key(&Key::of("name.given"));
    if given.is_empty() && family.is_empty() && !known {
        let full = values::line(parts.full.unwrap_or_default());
        let full = Some(full).filter(|full| Some(full) != company.as_ref()).unwrap_or_default();
        (given, family) = match full.split_once(',') {
            Some((family, given)) => (given.trim().to_owned(), family.trim().to_owned()),
            None => full
                .split_once(' ')
                .map_or((full.clone(), String::new()), |(given, family)| (given.to_owned(), family.to_owned())),
        };
    }
    if given.is_empty() {
        given = std::mem::take(&mut family);
    }
    if given.is_empty()
        && !known
        && let Some(company) = company
    {
        said.is_firm = true;
        given = company;
    }
    let mut put = |path: &str, text: String| {
        if !text.is_empty() {
            said.values.entry(Key::of(path)).or_insert(Value::Text(text));
        }
    };
    put("name.given", given);
    put("name.family", family);
}
