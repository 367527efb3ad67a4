//! Everything that goes by post, looked at without being written: addresses the post can read, letters that render, cards that
//! are not too full, somebody's hand under them, gifts within their budget (R4, R8, R12).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::cost_of;
use crate::load::places;
use crate::model::channel::Channel;
use crate::model::contact::{Contact, PostalAddress};
use crate::model::id::{ContactId, TeamId};
use crate::model::language::Language;
use crate::model::mailing::{Mailing, Signer};
use crate::model::post::Window;
use crate::model::programme::Programme;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Refusal, Route, lead};
use crate::render::address;
use crate::render::compose::Composer;
use crate::render::compose::letter::ComposedLetter;
use crate::render::label::LabelView;
use crate::render::links;
use crate::render::paper::{LetterView, card_fill, is_card, window_lines};
use crate::render::site_pages::SitePages;
use crate::render::stamp::{Key, LetterRenderer, stamp_differs};
use source::diagnostic::Diagnostic;

/// What is wrong on paper, mailing by mailing; what concerns a contact or a signer is said once.
pub struct LetterChecks<'d, 'p> {
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    /// Whose address was looked at.
    known: BTreeSet<&'p ContactId>,
    /// Whose label was looked at.
    labelled: BTreeSet<&'p ContactId>,
    /// Who signs letters.
    signers: BTreeSet<&'p TeamId>,
    /// Where letters may lead to.
    addresses: &'d SitePages<'p>,
    /// Languages in which letters lead to a refer-us page that there is not.
    astray: BTreeSet<Language>,
    found: Vec<Diagnostic>,
}

impl<'d, 'p> LetterChecks<'d, 'p> {
    /// A desk with nothing on it.
    pub fn new(programme: &'p Programme, composer: &'p Composer<'p>, addresses: &'d SitePages<'p>) -> Self {
        LetterChecks {
            programme,
            composer,
            known: BTreeSet::new(),
            labelled: BTreeSet::new(),
            signers: BTreeSet::new(),
            addresses,
            astray: BTreeSet::new(),
            found: Vec::new(),
        }
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
        self.letters(audience);
    }

    /// Everything that was found.
    pub fn findings(mut self) -> Vec<Diagnostic> {
        self.found.extend(unsigned(self.programme, &self.signers));
        self.found.extend(self.astray.iter().map(|&language| leads_nowhere(language)));
        self.found
    }

    /// The letters themselves, and where their codes lead.
    fn letters(&mut self, audience: &Audience<'p>) {
        let Letters { found, languages } = letters(self.programme, self.composer, audience);
        self.found.extend(found);
        let refer = |language: &Language| links::refer(&self.programme.settings, *language, None);
        self.astray.extend(languages.into_iter().filter(|language| self.addresses.missing(&refer(language)).is_some()));
    }

    /// Addresses that letters are written to, and those that letters should be written to and lack something.
    fn addresses(&mut self, audience: &Audience<'p>) {
        for (recipient, address) in on_paper(audience) {
            if self.known.insert(&recipient.contact().id) {
                self.found.extend(unreadable(self.programme, recipient.contact(), address));
                self.found.extend(too_long(self.programme, recipient.contact(), address));
            }
            if needs_labels(self.programme, audience.mailing) && self.labelled.insert(&recipient.contact().id) {
                self.found.extend(too_long_for_label(self.programme, recipient.contact(), address));
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

/// True where the address stands on nothing but a label: of a card, a gift, a letter without a window.
fn needs_labels(programme: &Programme, mailing: &Mailing) -> bool {
    let post = &programme.settings.post;
    post.window == Window::None || mailing.gift.is_some() || is_card(post, mailing.kind)
}

/// An address that does not fit on a label, even in the smallest size.
fn too_long_for_label(programme: &Programme, contact: &Contact, address: &PostalAddress) -> Option<Diagnostic> {
    let lines = address::lines(contact, address, lead::home(programme));
    if LabelView::fits(&lines, &programme.settings.post.labels) {
        return None;
    }
    let message = format!("the address of `{}` does not fit on a label", contact.id);
    let warning = Diagnostic::warning("address-too-long", message);
    let place = places::of_contact(programme, contact, "address");
    Some(warning.place(place).hint("shorten the company's name, or take larger labels (`labels:` under `post:`)"))
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

/// A code on paper that nobody can follow.
fn leads_nowhere(language: Language) -> Diagnostic {
    let page = format!("content/pages/refer.{language}.md");
    Diagnostic::warning(
        "no-such-page",
        format!("letters in `{language}` print a code for a refer-us page that there is not"),
    )
    .in_file(page)
    .hint("write the page, or take the tip out of templates/letter/letter.html")
}

/// What the letters of one mailing came to.
struct Letters {
    found: Vec<Diagnostic>,
    /// Languages whose letters show the link of the refer-us page.
    languages: BTreeSet<Language>,
}

/// What is wrong with the letters of one mailing. Those that are alike in all that their templates ask are rendered once, and
/// of the others it is only asked whether they have what is printed.
fn letters<'p>(programme: &'p Programme, composer: &'p Composer<'p>, audience: &Audience<'p>) -> Letters {
    let mailing = audience.mailing;
    let renderer = LetterRenderer::new(composer, mailing);
    let mut groups: HashMap<Option<Key<'p>>, Vec<&Recipient<'p>>> = HashMap::new();
    for (recipient, _) in on_paper(audience) {
        groups.entry(renderer.alike(recipient)).or_default().push(recipient);
    }
    let mut failed: Vec<Diagnostic> = Vec::new();
    let mut fullest: BTreeMap<&str, (u32, Diagnostic)> = BTreeMap::new();
    let mut groups: Vec<(Option<Key<'p>>, Vec<&Recipient<'p>>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, readers)| readers[0].contact().origin);
    let look = |(key, readers): &(Option<Key<'p>>, Vec<&Recipient<'p>>)| rendered(&renderer, key.as_ref(), readers);
    let looked_at: Vec<Made<'p>> = groups.par_iter().flat_map_iter(look).collect();
    let shows_code = |letter: &&ComposedLetter<'_>| {
        let refer = links::refer(&programme.settings, letter.language, None);
        letter.sealed.html().contains(LetterView::typed(&refer))
    };
    let made = looked_at.iter().flatten().flatten();
    let languages = made.filter(shows_code).map(|letter| letter.language).collect();
    let mut left_over: Vec<Diagnostic> = Vec::new();
    for letter in looked_at {
        if let Ok(Some(letter)) = &letter {
            let is_new = |finding: &&Diagnostic| !left_over.contains(finding);
            let new: Vec<Diagnostic> = letter.left_over.iter().filter(is_new).cloned().collect();
            left_over.extend(new);
        }
        match letter {
            Ok(Some(letter)) if is_card(&programme.settings.post, mailing.kind) => {
                let path = letter.content.file.path();
                let fill = card_fill(&letter.words, &letter.keep_in_mind);
                if fill > 100 && fullest.get(path).is_none_or(|(most, _)| fill > *most) {
                    fullest.insert(path, (fill, overflow(&letter, fill)));
                }
            }
            Ok(_) => {}
            Err(error) if failed.iter().any(|known| known.place == error.place && known.code == error.code) => {}
            Err(error) => failed.push(*error),
        }
    }
    let found = failed.into_iter().chain(left_over).chain(fullest.into_values().map(|(_, finding)| finding)).collect();
    Letters { found, languages }
}

/// What came of rendering the letter of one reader.
type Made<'p> = Result<Option<ComposedLetter<'p>>, Box<Diagnostic>>;

/// The letters of readers that are alike: of the first, and of whoever lacks what is printed; everybody's where nothing is known
/// of them. That the first one's letter is the same when it is stamped is looked at too.
fn rendered<'p>(renderer: &LetterRenderer<'p>, key: Option<&Key<'p>>, readers: &[&Recipient<'p>]) -> Vec<Made<'p>> {
    let full = |recipient: &&Recipient<'p>| renderer.full(recipient);
    let (first, rest) = (readers[0], &readers[1..]);
    let letter = match renderer.full(first) {
        // What cannot be rendered for one of them cannot be for all.
        Err(error) if key.is_some() => return vec![Err(error)],
        letter => letter,
    };
    let variant = key.and_then(|_| renderer.variant(&renderer.key(first)?, first));
    let Some(variant) = variant else { return std::iter::once(letter).chain(rest.iter().map(full)).collect() };
    let stamped = renderer.fill(&variant, first);
    let differs = |letter: &ComposedLetter<'p>| stamped.as_ref().is_some_and(|html| html != letter.sealed.html());
    if letter.as_ref().is_ok_and(|letter| letter.as_ref().is_some_and(differs)) {
        return vec![Err(Box::new(stamp_differs(first)))];
    }
    let lacks = |recipient: &&&Recipient<'p>| !variant.fits(&renderer.reader(recipient));
    std::iter::once(letter).chain(rest.iter().filter(lacks).map(full)).collect()
}

/// A card that says too much, at the first line of its text.
fn overflow(letter: &ComposedLetter<'_>, fill: u32) -> Diagnostic {
    let file = &letter.content.file;
    let text = letter.content.markdown();
    let start = letter.content.body_at + text.len() - text.trim_start().len();
    let end = start + text.trim_start().lines().next().unwrap_or_default().len();
    let message = format!("the text fills a card to about {fill} %");
    Diagnostic::warning("card-overflow", message)
        .at(file, source::Span { start, end })
        .hint("shorten it, or send it as a letter with `greetings: letter` under `post:` in bevara.yaml")
}
