//! The report: private pages on how the programme is doing, in its default language.
//!
//! [`Desk`] holds what they are written from, a module each for a group of pages turns that into the values that templates
//! see, and [`Printer`] prints `templates/report/<page>.html` with them. Charts are drawn by the templates.

mod contact;
mod desk;
mod facts;
mod issues;
mod keeping;
mod origins;
mod overview;
mod people;
mod print;
mod referrals;
mod tasks;
mod thanks;
mod year;

use serde_json::{Value, json};

use crate::model::contact::Contact;
use crate::plan::agenda::State;
pub use contact::Files;
pub use desk::{Desk, Linked, PAGES};
pub use print::{Printed, Printer, style_sheet};

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
pub fn leaves(desk: &Desk<'_, '_>) -> Vec<Leaf> {
    let years = desk.programme().plans.keys();
    let years = years.map(|&year| Leaf { file: year_file(year), id: "year", view: year::year(desk, year) });
    let mut leaves = vec![
        Leaf::new("index", overview::index(desk)),
        Leaf::new("agenda", overview::agenda(desk)),
        Leaf::new("issues", issues::issues(desk)),
        Leaf::new("coverage", people::coverage(desk)),
        Leaf::new("silence", people::silence(desk)),
        Leaf::new("contacts", people::contacts(desk)),
        Leaf::new("matrix", people::matrix(desk)),
        Leaf::new("sales", people::sales(desk)),
        Leaf::new("preferences", keeping::preferences(desk)),
        Leaf::new("keeping", keeping::keeping(desk)),
        Leaf::new("wall", people::wall(desk)),
        Leaf::new("referrals", referrals::referrals(desk)),
        Leaf::new("origins", origins::origins(desk)),
        Leaf::new("thanks", thanks::thanks(desk)),
        Leaf::new("asks", thanks::asks(desk)),
        Leaf::new("goals", keeping::goals(desk)),
        Leaf::new("steps", overview::steps(desk)),
        Leaf::new("briefing", overview::briefing(desk)),
    ];
    leaves.extend(years);
    leaves
}

/// The page of a contact.
pub fn contact_leaf(desk: &Desk<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Leaf {
    Leaf { file: format!("contact/{}.html", contact.id), id: "contact", view: contact::contact(desk, files, contact) }
}

/// The review sheet of a contact.
pub fn review_leaf(desk: &Desk<'_, '_>, files: &Files<'_, '_>, contact: &Contact) -> Leaf {
    Leaf { file: format!("review/{}.html", contact.id), id: "review", view: contact::review(desk, files, contact) }
}

fn year_file(year: i16) -> String {
    format!("year-{year}.html")
}

/// The menu of every page: groups of places, with how many wait there.
fn menu(desk: &Desk<'_, '_>) -> Value {
    let place = |id: &str| json!({ "id": id, "file": format!("{id}.html"), "year": null, "count": 0 });
    let counted =
        |id: &str, count: usize| json!({ "id": id, "file": format!("{id}.html"), "year": null, "count": count });
    let years = desk.programme().plans.keys();
    let years = years.map(|&year| json!({ "id": "year", "file": year_file(year), "year": year, "count": 0 }));
    let care = [place("coverage"), counted("silence", desk.measures.silent().len())];
    json!([
        { "id": "now", "pages": [
            place("index"),
            counted("agenda", desk.agenda.count(State::Overdue)),
            counted("issues", desk.measures.issues.open.len()),
        ] },
        { "id": "year", "pages": years.chain(care).collect::<Vec<_>>() },
        { "id": "people", "pages": [
            place("contacts"),
            place("matrix"),
            counted("sales", desk.measures.sales_only().count()),
            counted("preferences", desk.measures.preferences.never_asked.len()),
            place("keeping"),
            place("wall"),
        ] },
        { "id": "referrals", "pages": [
            place("referrals"),
            place("origins"),
            counted("thanks", desk.measures.thanks_owed.len()),
            place("asks"),
        ] },
        { "id": "programme", "pages": [place("goals"), place("steps"), place("briefing")] },
    ])
}
