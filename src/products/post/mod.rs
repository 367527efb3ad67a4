//! `output/post/<mailing>/`: letters to be printed, labels, and the packing list of a gift (R8, R12).

pub mod findings;
pub mod labels;
mod letters;
mod packing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use browser::Browser;

use crate::model::contact::PostalAddress;
use crate::model::id::{ContactId, MailingId};
use crate::model::mailing::{Gift, Mailing};
use crate::model::money::Money;
use crate::model::programme::Programme;
use crate::plan::admission::{Recipient, Route};
use crate::plan::audience::Audience;
use crate::plan::lead::{self, Lead};
use crate::products::{ProductError, Steps};
use crate::render::address;
use crate::render::compose::Composer;
use letters::{Letters, Sheets};
use store::Store;
use store::digest::Digest;

/// Letters in one file: what a desk printer takes in one go, and a browser opens at once.
pub const A_FILE: usize = 200;

/// What a gift costs for so many.
pub fn cost_of(gift: &Gift, count: usize) -> Money {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Money { minor: gift.unit_cost.minor.saturating_mul(count), ..gift.unit_cost }
}

/// What is wanted on paper.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The mailings whose letters are written however many they are; others are, up to one file of them.
    pub asked: BTreeSet<MailingId>,
    /// The one to be printed next, where the command named none.
    pub first: Option<MailingId>,
    /// The mailings whose letters are printed to PDF.
    pub pdf: BTreeSet<MailingId>,
    /// The browser that does it.
    pub browser: Option<PathBuf>,
    /// Who was sent a mailing before: they are not printed again.
    pub sent: BTreeMap<MailingId, BTreeSet<ContactId>>,
}

/// What became of a run's PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pdf {
    /// It lies beside the HTML.
    There,
    /// Nobody asked for it.
    NotAsked,
    /// There is no browser to print with.
    NoBrowser,
    /// The browser failed, for this reason.
    Failed(String),
}

/// The letters of one mailing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintRun {
    /// Which.
    pub mailing: MailingId,
    /// How many letters there are to print.
    pub letters: usize,
    /// How many were sent before, and are left out.
    pub sent: usize,
    /// The files they stand in; 0 where there are too many to be written unasked.
    pub files: usize,
    /// It is a gift, and there is a packing list.
    pub is_gift: bool,
    /// When they are printed and posted at the latest.
    pub lead: Lead,
    /// The PDF.
    pub pdf: Pdf,
    /// Letters of its texts that no font of the machine has that printed the PDF.
    pub missing: String,
}

/// Letters that not every font has: those beyond Latin with its marks, and the usual punctuation. The private planes hold none.
fn is_rare(letter: char) -> bool {
    let is_usual = matches!(letter, '\0'..='\u{17F}' | '\u{2000}'..='\u{206F}' | '€' | '\u{FEFF}');
    !is_usual && letter < '\u{E0000}'
}

/// Where it stands that a PDF lacks letters, so that it is said for as long as the PDF does.
fn missing_path(mailing: &MailingId) -> String {
    format!("{}/missing-letters.txt", folder(mailing))
}

/// The folder of a mailing's letters, below `output/`.
pub fn folder(mailing: &MailingId) -> String {
    format!("post/{mailing}")
}

/// The name of one file of a run, from 0, without its suffix.
pub fn part_name(part: usize) -> String {
    match part {
        0 => "letters".to_owned(),
        part => format!("letters-{}", part + 1),
    }
}

/// Somebody a letter goes to.
#[derive(Clone, Copy)]
struct Addressee<'p> {
    recipient: Recipient<'p>,
    address: &'p PostalAddress,
    lead: Lead,
}

/// Writes the letters of one programme.
pub struct Poster<'b, 'p> {
    programme: &'p Programme,
    composer: &'p Composer<'p>,
    reference: bool,
    order: &'b Order,
}

impl<'b, 'p> Poster<'b, 'p> {
    /// A poster for the letters of `composer`; with `reference` every letter is rendered in full.
    pub fn new(programme: &'p Programme, composer: &'p Composer<'p>, reference: bool, order: &'b Order) -> Self {
        Poster { programme, composer, reference, order }
    }

    /// Writes the run of one mailing; `None` where nobody gets it on paper, or all have had it. What was made of the same
    /// `inputs` by an earlier build stays as it is.
    ///
    /// # Errors
    /// What cannot be rendered; the disk.
    pub fn write(
        &self,
        audience: &Audience<'p>,
        inputs: Digest,
        store: &Store,
        progress: &dyn Steps,
    ) -> Result<Option<PrintRun>, ProductError> {
        let (addressees, sent) = self.addressees(audience);
        let Some(lead) = addressees.iter().map(|one| one.lead).min() else { return Ok(None) };
        let mailing = audience.mailing;
        let mut run = PrintRun {
            mailing: mailing.id.clone(),
            letters: addressees.len(),
            sent,
            files: addressees.len().div_ceil(A_FILE),
            is_gift: mailing.gift.is_some(),
            lead,
            pdf: Pdf::NotAsked,
            missing: String::new(),
        };
        let inputs = format!("{}\n", with_addressees(inputs, &addressees));
        let inputs_path = format!("{}/inputs.sha256", folder(&mailing.id));
        let unchanged = store.earlier_digest(&inputs_path) == Some(Digest::of(inputs.as_bytes()));
        if unchanged && self.keep(mailing, &mut run, store)? {
            return Ok(Some(run));
        }
        if !self.order.asked.contains(&mailing.id) {
            // What lay before the programme began is in the post, or never will be.
            if addressees.iter().all(|one| self.programme.settings.is_before_start(one.recipient.date())) {
                return Ok(None);
            }
            if run.files > 1 {
                run.files = 0;
                return Ok(Some(run));
            }
        }
        store.put(&inputs_path, inputs.as_bytes())?;
        self.desk_papers(mailing, &addressees, lead, store)?;
        (run.pdf, run.missing) = self.letters(mailing, &addressees, lead, store, progress)?;
        Ok(Some(run))
    }

    /// Everybody who gets it on paper and was not sent it before, in the order of the contacts, and how many were.
    fn addressees(&self, audience: &Audience<'p>) -> (Vec<Addressee<'p>>, usize) {
        let home = lead::home(self.programme);
        let on_paper = |recipient: &Recipient<'p>| {
            let Route::Post(address) = recipient.route() else { return None };
            let country = address.country.unwrap_or(home);
            let lead = Lead::of(audience.mailing, recipient.date(), home, country);
            Some(Addressee { recipient: *recipient, address, lead })
        };
        let sent = self.order.sent.get(&audience.mailing.id);
        let was_sent = |one: &Addressee<'_>| sent.is_some_and(|sent| sent.contains(&one.recipient.key()));
        let (before, now): (Vec<_>, Vec<_>) = audience.recipients.iter().filter_map(on_paper).partition(was_sent);
        (now, before.len())
    }

    /// Keeps what an earlier build wrote; false where something is missing that is wanted now.
    fn keep(&self, mailing: &Mailing, run: &mut PrintRun, store: &Store) -> Result<bool, ProductError> {
        let earlier: Vec<String> = store.earlier(&folder(&mailing.id)).map(str::to_owned).collect();
        let has_pdf = (0..run.files).all(|part| {
            let path = format!("{}/{}.pdf", folder(&mailing.id), part_name(part));
            earlier.contains(&path)
        });
        let wants_pdf = self.order.pdf.contains(&mailing.id);
        let missing = store.earlier_text(&missing_path(&mailing.id))?;
        // A PDF that lacks letters is printed until the machine has a font for them.
        if wants_pdf && (!has_pdf || missing.is_some()) && self.order.browser.is_some() {
            return Ok(false);
        }
        for path in &earlier {
            if !store.keep(path)? {
                return Ok(false);
            }
        }
        run.pdf = match (has_pdf, wants_pdf) {
            (true, _) => Pdf::There,
            (false, true) => Pdf::NoBrowser,
            (false, false) => Pdf::NotAsked,
        };
        run.missing = missing.map(|letters| letters.trim_end().to_owned()).unwrap_or_default();
        Ok(true)
    }

    /// Labels, and the packing list of a gift.
    fn desk_papers(
        &self,
        mailing: &'p Mailing,
        addressees: &[Addressee<'p>],
        lead: Lead,
        store: &Store,
    ) -> Result<(), ProductError> {
        let folder = folder(&mailing.id);
        let home = lead::home(self.programme);
        let lines: Vec<Vec<String>> =
            addressees.iter().map(|one| address::lines(one.recipient.contact(), one.address, home)).collect();
        let ids: Vec<&ContactId> = addressees.iter().map(|one| &one.recipient.contact().id).collect();
        store.put(&format!("{folder}/labels.csv"), labels::table(&ids, &lines).as_bytes())?;
        store.put(&format!("{folder}/labels.html"), self.composer.labels(mailing, &lines)?.as_bytes())?;
        if let Some(gift) = &mailing.gift {
            let list = packing::List { programme: self.programme, gift, addressees, lead };
            store.put(&format!("{folder}/packing-list.csv"), list.csv().as_bytes())?;
            let page = self.composer.packing_list(mailing, &list.view())?;
            store.put(&format!("{folder}/packing-list.html"), page.as_bytes())?;
        }
        Ok(())
    }

    /// The letters, a file of them at a time, each printed to PDF where that is wanted and its HTML is new; and those of their letters
    /// that the machine has in no font.
    fn letters(
        &self,
        mailing: &'p Mailing,
        addressees: &[Addressee<'p>],
        lead: Lead,
        store: &Store,
        progress: &dyn Steps,
    ) -> Result<(Pdf, String), ProductError> {
        let letters = Letters::new(self.composer, self.reference, mailing, addressees);
        let wanted = self.order.pdf.contains(&mailing.id);
        let mut printer = wanted.then(|| self.order.browser.as_deref().map(Browser::new)).flatten();
        let mut state = match (wanted, &printer) {
            (true, None) => Pdf::NoBrowser,
            (true, Some(_)) => Pdf::There,
            (false, _) => Pdf::NotAsked,
        };
        if printer.is_some() {
            progress.begin(&mailing.id, letters.files());
        }
        let lacked = store.earlier_text(&missing_path(&mailing.id))?;
        let mut rare: BTreeSet<char> = BTreeSet::new();
        for part in 0..letters.files() {
            let sheets = letters.file(part)?;
            let name = format!("{}/{}", folder(&mailing.id), part_name(part));
            let same = self.store_sheets(&name, mailing, &sheets, store)?;
            rare.extend(sheets.html.chars().filter(|letter| is_rare(*letter)));
            let is_whole = lacked.is_none() || printer.is_none();
            if same && is_whole && store.keep(&format!("{name}.pdf"))? {
                progress.step();
                continue;
            }
            match printer.as_ref().map(|printer| printer.print(&sheets.html, &sheets.pictures, lead.post_by)) {
                Some(Ok(bytes)) => {
                    store.put(&format!("{name}.pdf"), &bytes)?;
                    progress.step();
                }
                Some(Err(reason)) => {
                    state = Pdf::Failed(reason);
                    printer = None;
                }
                None => {}
            }
        }
        if printer.is_none() && lacked.is_some() {
            store.keep(&missing_path(&mailing.id))?;
            return Ok((state, String::new()));
        }
        let rare: String = rare.into_iter().collect();
        let printer = printer.filter(|_| !rare.is_empty());
        let font = &self.programme.settings.brand.heading_font;
        // Where the browser does not say, nothing is known to be missing.
        let missing = printer.and_then(|printer| printer.missing_letters(&rare, font).ok()).unwrap_or_default();
        if !missing.is_empty() {
            store.put(&missing_path(&mailing.id), format!("{missing}\n").as_bytes())?;
        }
        Ok((state, missing))
    }

    /// Writes one file of letters, and the pictures beside it; true where an earlier build wrote the same.
    fn store_sheets(
        &self,
        name: &str,
        mailing: &Mailing,
        sheets: &Sheets,
        store: &Store,
    ) -> Result<bool, ProductError> {
        let path = format!("{name}.html");
        let earlier = store.earlier_digest(&path);
        let digest = store.put(&path, sheets.html.as_bytes())?;
        for (picture, bytes) in &sheets.pictures {
            store.put(&format!("{}/{picture}", folder(&mailing.id)), bytes)?;
        }
        Ok(earlier == Some(digest))
    }
}

/// What a run is made of: its mailing's inputs, and who it goes to when.
fn with_addressees(inputs: Digest, addressees: &[Addressee<'_>]) -> Digest {
    let mut all = format!("{inputs}");
    for one in addressees {
        all.push_str(&format!("\n{} {} {:?}", one.recipient.contact().id, one.recipient.date(), one.lead));
    }
    Digest::of(all.as_bytes())
}
