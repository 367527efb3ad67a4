//! Everything that goes by post, looked at without being written: addresses the post can read, letters that render, cards that
//! are not too full, somebody's hand under them, gifts within their budget (R4, R8, R12).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::emit::post::cost_of;
use crate::load::places;
use crate::model::contact::{Contact, PostalAddress};
use crate::model::id::{ContactId, TeamId};
use crate::model::mailing::{Channel, Signer};
use crate::model::post::Window;
use crate::model::programme::Programme;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Refusal, Route, lead};
use crate::render::address;
use crate::render::compose::Composer;
use crate::render::compose::letter::ComposedLetter;
use crate::render::paper::{card_fill, is_card, window_lines};
use crate::render::stamp::{Key, Press};

/// What is wrong on paper, mailing by mailing; what concerns a contact or a signer is said once.
pub struct Desk<'p> {
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    /// Whose address was looked at.
    known: BTreeSet<&'p ContactId>,
    /// Who signs letters.
    signers: BTreeSet<&'p TeamId>,
    found: Vec<Diagnostic>,
}

impl<'p> Desk<'p> {
    /// A desk with nothing on it.
    pub fn new(programme: &'p Programme, composer: &'p Composer<'p>) -> Self {
        Desk { programme, composer, known: BTreeSet::new(), signers: BTreeSet::new(), found: Vec::new() }
    }

    /// Looks at one mailing.
    pub fn look_at(&mut self, audience: &Audience<'p>) {
        if audience.mailing.channel == Channel::Email {
            return;
        }
        self.addresses(audience);
        for (recipient, _) in on_paper(audience) {
            self.signers.insert(match &audience.mailing.signed_by {
                Signer::Ceo => &self.programme.settings.ceo().id,
                Signer::Member(id) => id,
                Signer::Owner => &recipient.contact().owner,
            });
        }
        self.found.extend(over_budget(self.programme, audience));
        self.found.extend(letters(self.programme, self.composer, audience));
    }

    /// Everything that was found.
    pub fn findings(mut self) -> Vec<Diagnostic> {
        self.found.extend(unsigned(self.programme, &self.signers));
        self.found
    }

    /// Addresses that letters are written to, and those that letters should be written to and lack something.
    fn addresses(&mut self, audience: &Audience<'p>) {
        for (recipient, address) in on_paper(audience) {
            if self.known.insert(&recipient.contact().id) {
                self.found.extend(unreadable(self.programme, recipient.contact(), address));
                self.found.extend(too_long(self.programme, recipient.contact(), address));
            }
        }
        for (index, refusal) in &audience.refusals {
            let contact = &self.programme.contacts[*index as usize];
            if matches!(refusal, Refusal::NoAddress(_)) && self.known.insert(&contact.id) {
                self.found.extend(incomplete(self.programme, contact));
            }
        }
    }
}

fn on_paper<'a, 'p>(audience: &'a Audience<'p>) -> impl Iterator<Item = (&'a Recipient<'p>, &'p PostalAddress)> {
    audience.recipients.iter().filter_map(|recipient| match recipient.route() {
        Route::Post(address) => Some((recipient, address)),
        Route::Email(_) => None,
    })
}

/// An address that was begun and not finished.
fn incomplete(programme: &Programme, contact: &Contact) -> Option<Diagnostic> {
    let address = contact.address.as_deref()?;
    let parts = [("street", &address.street), ("postcode", &address.postcode), ("city", &address.city)];
    let there = parts.iter().any(|(_, part)| part.is_some());
    let lacking: Vec<String> =
        parts.iter().filter(|(_, part)| part.is_none()).map(|(key, _)| format!("`{key}`")).collect();
    // A country alone says where they live, not that somebody wanted to write to them.
    if lacking.is_empty() || !there {
        return None;
    }
    let message = format!("the address of `{}` lacks {}", contact.id, lacking.join(" and "));
    let warning = Diagnostic::warning("incomplete-address", message);
    let place = places::of_contact(programme, contact, "address");
    Some(warning.place(place).hint("a letter needs street, postal code and town; until then they get none"))
}

/// What the post of the country would stumble over.
fn unreadable(programme: &Programme, contact: &Contact, address: &PostalAddress) -> Option<Diagnostic> {
    let country = address.country.unwrap_or_else(|| lead::home(programme));
    if !address::has_rules(country) {
        let message = format!("nothing is known about how addresses are written in `{country}`");
        let key: &[&str] = if address.country.is_some() { &["address", "country"] } else { &["address"] };
        let warning = Diagnostic::warning("address-country", message);
        let place = places::within_contact(programme, contact, key);
        return Some(
            warning
                .place(place)
                .hint("they are written as postal code and town, as most countries do; look at the label"),
        );
    }
    let written = address.postcode.as_ref()?.as_str();
    if address::postcode(country, written).is_some() {
        return None;
    }
    let warning = Diagnostic::warning("postcode", format!("`{written}` is no postal code of `{country}`"));
    let place = places::within_contact(programme, contact, &["address", "postcode"]);
    Some(warning.place(place).hint("it is printed as it stands; the post may return the letter"))
}

/// An address of more lines than a window shows.
fn too_long(programme: &Programme, contact: &Contact, address: &PostalAddress) -> Option<Diagnostic> {
    let window = programme.settings.post.window;
    if window == Window::None {
        return None;
    }
    let lines = address::lines(contact, address, lead::home(programme));
    let (taken, shown) = window_lines(&lines, window);
    if taken <= shown {
        return None;
    }
    let message = format!("the address of `{}` takes {taken} lines, and the window shows {shown}", contact.id);
    let place = places::of_contact(programme, contact, "address");
    let warning = Diagnostic::warning("address-too-long", message).place(place);
    Some(warning.hint("shorten the company's name, or send theirs in an envelope with a label"))
}

/// Those who sign letters and whose name by hand is not there.
fn unsigned(programme: &Programme, signers: &BTreeSet<&TeamId>) -> Vec<Diagnostic> {
    let team = programme.settings.team.iter().enumerate();
    team.filter(|(_, member)| member.signature.is_none() && signers.contains(&member.id))
        .map(|(index, member)| {
            let message = format!("`{}` signs letters, and there is no picture of the signature", member.id);
            let place = places::of_setting(programme, &["team".into(), index.into()]);
            Diagnostic::warning("no-signature", message)
                .place(place)
                .hint("`signature:` names a picture below content/; without it the letter is signed by hand")
        })
        .collect()
}

/// A gift that costs more for all than it may (R8).
fn over_budget(programme: &Programme, audience: &Audience<'_>) -> Option<Diagnostic> {
    let mailing = audience.mailing;
    let gift = mailing.gift.as_ref()?;
    let count = on_paper(audience).count();
    if gift.unit_cost.minor == 0 && count > 0 {
        let warning = Diagnostic::warning("gift-cost", format!("the gift of `{}` costs nothing", mailing.id));
        let place = places::within_mailing(programme, mailing, &["gift", "unit_cost"]);
        return Some(warning.place(place).hint("write what one costs us, so that the year can be counted"));
    }
    let budget = gift.budget?;
    let total = cost_of(gift, count);
    if total.minor <= budget.minor {
        return None;
    }
    let message = format!("{count} × {} are {total}, and the budget is {budget}", gift.unit_cost);
    let warning = Diagnostic::warning("gift-over-budget", message);
    let place = places::within_mailing(programme, mailing, &["gift", "budget"]);
    Some(warning.place(place).hint("raise the budget, choose another gift, or narrow the audience with `where:`"))
}

/// What is wrong with the letters of one mailing. Those that are alike in all that their templates ask are rendered once, and
/// of the others it is only asked whether they have what is printed.
fn letters<'p>(programme: &'p Programme, composer: &'p Composer<'p>, audience: &Audience<'p>) -> Vec<Diagnostic> {
    let mailing = audience.mailing;
    let press = Press::on_paper(composer, mailing);
    let mut groups: HashMap<Option<Key<'p>>, Vec<&Recipient<'p>>> = HashMap::new();
    for (recipient, _) in on_paper(audience) {
        groups.entry(press.key(recipient, &press.reader(recipient))).or_default().push(recipient);
    }
    let mut failed: Vec<Diagnostic> = Vec::new();
    let mut fullest: BTreeMap<&str, (u32, Diagnostic)> = BTreeMap::new();
    let mut groups: Vec<(Option<Key<'p>>, Vec<&Recipient<'p>>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, readers)| readers[0].contact().origin);
    let look = |(key, readers): &(Option<Key<'p>>, Vec<&Recipient<'p>>)| {
        let rendered = to_render(&press, key.as_ref(), readers);
        rendered.into_iter().map(|recipient| composer.letter(mailing, recipient)).collect::<Vec<_>>()
    };
    let looked_at: Vec<_> = groups.par_iter().flat_map_iter(look).collect();
    for letter in looked_at {
        match letter {
            Ok(Some(letter)) if is_card(&programme.settings.post, mailing.kind) => {
                let path = letter.content.file.path();
                let fill = card_fill(&letter.words, &letter.keep_in_mind, letter.has_picture);
                if fill > 100 && fullest.get(path).is_none_or(|(most, _)| fill > *most) {
                    fullest.insert(path, (fill, overflow(&letter, fill)));
                }
            }
            Ok(_) => {}
            Err(error) if failed.iter().any(|known| known.place == error.place && known.code == error.code) => {}
            Err(error) => failed.push(*error),
        }
    }
    failed.into_iter().chain(fullest.into_values().map(|(_, finding)| finding)).collect()
}

/// Of readers that are alike the first, and whoever lacks what is printed; everybody where nothing is known of them.
fn to_render<'r, 'p>(
    press: &Press<'p>,
    key: Option<&Key<'p>>,
    readers: &[&'r Recipient<'p>],
) -> Vec<&'r Recipient<'p>> {
    let holes = key.and_then(|key| press.letter_holes(key, readers[0]));
    match holes {
        None if key.is_some() => readers[..1].to_vec(),
        None => readers.to_vec(),
        Some(holes) => {
            let lacks = |recipient: &&Recipient<'p>| {
                let reader = press.reader(recipient);
                holes.iter().any(|hole| !reader.has_value(*hole))
            };
            let rest = readers[1..].iter().copied().filter(lacks);
            readers[..1].iter().copied().chain(rest).collect()
        }
    }
}

/// A card that says too much, at the first line of its text.
fn overflow(letter: &ComposedLetter<'_>, fill: u32) -> Diagnostic {
    let file = &letter.content.file;
    let text = letter.content.markdown();
    let start = letter.content.body_at + text.len() - text.trim_start().len();
    let end = start + text.trim_start().lines().next().unwrap_or_default().len();
    let message = format!("the text fills a card to about {fill} %");
    Diagnostic::warning("card-overflow", message)
        .at(file, crate::source::Span { start, end })
        .hint("shorten it, or send it as a letter with `greetings: letter` under `post:` in bevara.yaml")
}
