//! The report: private pages on how the programme is doing, in its default language.
//!
//! [`ReportData`] holds what they are written from, a module each for a group of pages turns that into the values that templates
//! see, and [`PageRenderer`] renders `templates/report/<page>.html` with them. Charts are drawn by the templates.

mod contact;
mod data;
mod facts;
mod issues;
mod keeping;
mod origins;
mod overview;
mod people;
mod referrals;
mod render;
mod tasks;
mod thanks;
mod year;

use serde_json::{Value, json};

use crate::model::contact::Contact;
use crate::plan::agenda::State;
pub use contact::Files;
pub use data::{Linked, PAGES, ReportData};
pub use render::{PageRenderer, RenderedPage, style_sheet};

/// A page of the report, not yet printed.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Its path below `output/report/`.
    pub file: String,
    /// What it is: the name of its template, and of its texts.
    pub id: &'static str,
    /// What the template sees of it.
    pub view: Value,
}

impl Leaf {
    fn new(id: &'static str, view: Value) -> Self {
        Leaf { file: format!("{id}.html"), id, view }
    }
}

/// Every page that is not about one contact.
pub fn leaves(data: &ReportData<'_, '_>) -> Vec<Leaf> {
    let years = data.programme().plans.keys();
    let years = years.map(|&year| Leaf { file: year_file(year), id: "year", view: year::year(data, year) });
    let mut leaves = vec![
        Leaf::new("index", overview::index(data)),
        Leaf::new("agenda", overview::agenda(data)),
        Leaf::new("issues", issues::issues(data)),
        Leaf::new("coverage", people::coverage(data)),
        Leaf::new("silence", people::silence(data)),
        Leaf::new("contacts", people::contacts(data)),
        Leaf::new("matrix", people::matrix(data)),
        Leaf::new("sales", people::sales(data)),
        Leaf::new("preferences", keeping::preferences(data)),
        Leaf::new("keeping", keeping::keeping(data)),
        Leaf::new("wall", people::wall(data)),
        Leaf::new("referrals", referrals::referrals(data)),
        Leaf::new("origins", origins::origins(data)),
        Leaf::new("thanks", thanks::thanks(data)),
        Leaf::new("asks", thanks::asks(data)),
        Leaf::new("goals", keeping::goals(data)),
        Leaf::new("steps", overview::steps(data)),
        Leaf::new("briefing", overview::briefing(data)),
    ];
    leaves.extend(years);
    leaves
}

/// The page of a contact.
pub fn contact_leaf(data: &ReportData<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Leaf {
    Leaf { file: format!("contact/{}.html", contact.id), id: "contact", view: contact::contact(data, files, contact) }
}

/// The review sheet of a contact.
pub fn review_leaf(data: &ReportData<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Leaf {
    Leaf { file: format!("review/{}.html", contact.id), id: "review", view: contact::review(data, files, contact) }
}

fn year_file(year: i16) -> String {
    format!("year-{year}.html")
}

/// The menu of every page: groups of places, with how many wait there.
fn menu(data: &ReportData<'_, '_>) -> Value {
    let place = |id: &str| json!({ "id": id, "file": format!("{id}.html"), "year": null, "count": 0 });
    let counted =
        |id: &str, count: usize| json!({ "id": id, "file": format!("{id}.html"), "year": null, "count": count });
    let years = data.programme().plans.keys();
    let years = years.map(|&year| json!({ "id": "year", "file": year_file(year), "year": year, "count": 0 }));
    let care = [place("coverage"), counted("silence", data.measures.silent().len())];
    json!([
        { "id": "now", "pages": [
            place("index"),
            counted("agenda", data.agenda.count(State::Overdue)),
            counted("issues", data.measures.issues.open.len()),
        ] },
        { "id": "year", "pages": years.chain(care).collect::<Vec<_>>() },
        { "id": "people", "pages": [
            place("contacts"),
            place("matrix"),
            counted("sales", data.measures.sales_only().count()),
            counted("preferences", data.measures.preferences.never_asked.len()),
            place("keeping"),
            place("wall"),
        ] },
        { "id": "referrals", "pages": [
            place("referrals"),
            place("origins"),
            counted("thanks", data.measures.thanks_owed.len()),
            place("asks"),
        ] },
        { "id": "programme", "pages": [place("goals"), place("steps"), place("briefing")] },
    ])
}
