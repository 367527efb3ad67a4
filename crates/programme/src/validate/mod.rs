//! From wire structs to a [`Programme`] that holds together, and everything that does not, in one run.
//!
//! Each file of a programme has its own room here. What crosses files (an owner who is nobody on the team, a plan whose text
//! is missing, a lead we know already) is checked against the `Frame`: what could be read of
//! `bevara.yaml`, so that one fault there does not hide the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::load::{Folder, MARKER};
use crate::model::language::{Country, Language};
use crate::model::mailing::Plan;
use crate::model::programme::Programme;
use crate::model::settings::Settings;
use crate::model::wall::Wall;
use enlisted::Contacts;
pub use plans::conditions;
use settings::Frame;
use source::SourceFile;
use source::diagnostic::{Diagnostic, Severity};

mod audience;
mod authored_html;
mod contacts;
mod content;
mod cut;
mod enlisted;
pub mod forgotten;
pub mod ids;
mod issues;
mod ledgers;
pub mod meetings;
mod misnamed;
mod nature;
mod node_path;
mod plans;
mod project;
mod reviews;
mod settings;
mod values;
mod wall;

/// Checks what was read. The programme is there only where nothing stops a build; warnings travel beside it.
///
/// `today` is the day on which "in the future" is measured.
pub fn validate(folder: &Folder, today: Date, found: &mut Vec<Diagnostic>) -> Option<Programme> {
    Validator::default().validate(folder, today, found)
}

/// Checks what was read again and again. What it read of the contacts and of the templates' texts is used again while their
/// files are the very same, and the settings they are checked against say the same; of the contacts, file by file.
#[derive(Default)]
pub struct Validator {
    contacts: Option<Kept<Contacts>>,
    strings: Option<Kept<Strings>>,
}

/// The templates' texts, by language and key.
type Strings = BTreeMap<Language, BTreeMap<String, String>>;

/// What was read of some files, and what was found in them.
struct Kept<T> {
    frame: Frame,
    files: Vec<Arc<SourceFile>>,
    read: T,
    found: Vec<Diagnostic>,
}

impl<T> Kept<T> {
    fn is_of(&self, files: &[Arc<SourceFile>]) -> bool {
        let same = |(one, other): (&Arc<SourceFile>, &Arc<SourceFile>)| Arc::ptr_eq(one, other);
        self.files.len() == files.len() && self.files.iter().zip(files).all(same)
    }

    /// What is kept of these files, or what `read` makes of them now and of what was read within the same frame before; tells what
    /// was found either way.
    fn or_read<'k>(
        kept: &'k mut Option<Self>,
        frame: &Frame,
        files: Vec<Arc<SourceFile>>,
        found: &mut Vec<Diagnostic>,
        read: impl FnOnce(Option<&T>, &mut Vec<Diagnostic>) -> T,
    ) -> &'k T {
        let known = match kept.take().filter(|known| known.frame == *frame) {
            Some(known) if known.is_of(&files) => known,
            before => {
                let mut found = Vec::new();
                let read = read(before.as_ref().map(|before| &before.read), &mut found);
                Kept { frame: frame.clone(), files, read, found }
            }
        };
        found.extend(known.found.iter().cloned());
        &kept.insert(known).read
    }
}

impl Validator {
    /// Checks what was read, as [`validate`] does.
    pub fn validate(&mut self, folder: &Folder, today: Date, found: &mut Vec<Diagnostic>) -> Option<Programme> {
        let Some(marker) = folder.text(MARKER) else {
            found.push(
                Diagnostic::error("no-programme", "there is no bevara.yaml here")
                    .hint("`bevara init` writes a programme"),
            );
            return None;
        };
        let (settings, frame) = settings::settings(folder, found);
        let files = contacts::files(folder);
        let read = |before: Option<&_>, found: &mut _| contacts::contacts(files.clone(), &frame, before, found);
        let contacts = Kept::or_read(&mut self.contacts, &frame, files.clone(), found, read);
        let files = folder.below(content::STRINGS).cloned().collect();
        let read = |_: Option<&_>, found: &mut _| content::strings(folder, &frame, found);
        let mut of_strings = Vec::new();
        let strings = Kept::or_read(&mut self.strings, &frame, files, &mut of_strings, read);
        rest(folder, marker, contacts, (strings, of_strings), (settings, frame), today, found)
    }
}

/// Checks everything but settings, contacts and the templates' texts.
fn rest(
    folder: &Folder,
    marker: &Arc<SourceFile>,
    contacts: &Contacts,
    (strings, of_strings): (&Strings, Vec<Diagnostic>),
    (settings, frame): (Option<Settings>, Frame),
    today: Date,
    found: &mut Vec<Diagnostic>,
) -> Option<Programme> {
    found.extend(settings.as_ref().and_then(|settings| settings::begins_later(settings, marker, today)));
    found.extend(settings.iter().flat_map(|settings| settings::steps_claimed_later(settings, marker, today)));
    let mut files = contacts.files.clone();
    let wall = wall::wall(folder, &mut files, found);
    let forgotten = forgotten::forgotten(folder, &mut files, found);
    let contents = content::contents(folder, &frame, found);
    let plans::Plans { by_year: plans, mailings, is_torn: is_plan_torn } =
        plans::plans(folder, &frame, &contents.mailings, &mut files, found);
    let home = settings.as_ref().map_or(Country::SE, |settings| settings.country);
    let stops = Wall::of(&wall, &contacts.list, home);
    let settings_there = settings.as_ref();
    let known = ledgers::Known {
        frame: &frame,
        settings: settings_there,
        contacts,
        mailings,
        is_plan_torn,
        entries: &wall,
        wall: &stops,
        today,
    };
    let referrals = ledgers::referrals(folder, &known, &mut files, found);
    let touches = ledgers::touches(folder, &known, &mut files, found);
    let meetings = meetings::meetings(folder, &known, &mut files, found);
    let of_meetings = meetings::as_touches(&meetings, &touches, settings.as_ref());
    let touches: Vec<_> = touches.into_iter().chain(of_meetings).collect();
    let services = meetings::services(folder, found);
    let values = values::values(folder, &mut files, found);
    values::quotes(folder, &values, &contents, today, found);
    values::known_values(&values, &contacts.list, &files, found);
    let values = values.list;
    let questions = reviews::questions(folder, found);
    found.extend(reviews::direct_questions(folder, &questions, &contacts.list));
    let texts = contents.mailings.values().chain([&contents.keep_in_mind]);
    found.extend(texts.flat_map(|text| text.variants.values()).flat_map(authored_html::findings));
    cut::findings(folder, found);
    found.extend(of_strings);
    let templates = content::templates(folder, found);
    audience::texts(
        &audience::Texts {
            folder,
            frame: &frame,
            contacts: &contacts.list,
            plans: &plans,
            contents: &contents,
            files: &files,
            strays: misnamed::Strays::new(folder, &plans),
        },
        found,
    );
    let assets = folder
        .assets
        .iter()
        .filter_map(|(path, asset)| path.strip_prefix("content/").map(|below| (below.to_owned(), asset.clone())))
        .collect();
    // Behind the lists, whose items count files by position.
    files.push(Arc::clone(marker));
    let settings = settings?;
    apply_levels(&settings.severity, found);
    if found.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let journals = begun(folder, &plans);
    Some(Programme {
        settings,
        contacts: contacts.list.clone(),
        by_id: Arc::clone(&contacts.by_id),
        wall,
        forgotten,
        plans,
        referrals,
        touches,
        meetings,
        services,
        values,
        questions,
        contents: contents.mailings,
        pages: contents.pages,
        keep_in_mind: contents.keep_in_mind,
        strings: strings.clone(),
        templates,
        assets,
        journals,
        files,
    })
}

/// The mailings that have a journal, under their own id or one that they once had, and whether it tells of more than letters posted.
fn begun(folder: &Folder, plans: &BTreeMap<i16, Plan>) -> BTreeMap<String, bool> {
    let mut journals = folder.journals.clone();
    for mailing in plans.values().flat_map(|plan| &plan.mailings) {
        for &by_mail in mailing.was.iter().filter_map(|was| folder.journals.get(was.as_str())) {
            *journals.entry(mailing.id.to_string()).or_default() |= by_mail;
        }
    }
    journals
}

/// Sets the level of each finding whose check has one in `bevara.yaml`.
pub fn apply_levels(levels: &BTreeMap<Box<str>, Severity>, found: &mut [Diagnostic]) {
    for finding in found {
        if let Some(level) = levels.get(finding.code) {
            finding.severity = *level;
        }
    }
}

#[cfg(test)]
mod tests;
