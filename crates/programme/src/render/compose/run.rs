//! What is printed in one go: a run of letters or cards, sheets of labels, a packing list.

use std::fmt::Write as _;

use tera::{Context, Value};

use super::Composer;
use crate::model::mailing::Mailing;
use crate::model::programme::Programme;
use crate::render::authored;
use crate::render::engine::Engine;

use crate::render::label::LabelView;
use crate::render::paper::{PackingView, PostView, is_card};
use crate::render::strings::strings_for;
use crate::render::view::settings::{ProgrammeView, brand};
use crate::render::view::words::own_words;
use crate::render::view::{MAILING_WORDS, mailing_view};
use source::diagnostic::Diagnostic;

/// Stands in for the letters while the frame around them is rendered.
const LETTERS: &str = "<!--letters-->";

/// Cards on one sheet.
const CARDS: usize = 2;

/// The style sheet of everything on paper; empty where there is none.
///
/// # Errors
/// A style sheet that does not render.
pub(super) fn style_sheet(programme: &Programme, engine: &Engine) -> Result<String, Box<Diagnostic>> {
    let mut context = Context::new();
    context.insert("post", &PostView::new(&programme.settings.post));
    authored::style_sheet(programme, engine, "style/letter.css", context)
}

impl<'p> Composer<'p> {
    /// A whole document of letters, each on a fresh page, or of cards, two on a sheet. Pages of a letter are counted from its own
    /// first one (CSS Paged Media 3: a page counter of its own for each).
    ///
    /// # Errors
    /// A frame that does not render.
    pub fn run(&self, mailing: &'p Mailing, letters: &[impl AsRef<str>]) -> Result<String, Box<Diagnostic>> {
        let cards = is_card(&self.programme.settings.post, mailing.kind);
        let mut body = String::with_capacity(letters.iter().map(|letter| letter.as_ref().len() + 64).sum());
        let mut pages = String::new();
        // Writing into a String cannot fail.
        match cards {
            true => {
                for sheet in letters.chunks(CARDS) {
                    body.push_str("<div class=\"sheet\">\n");
                    sheet.iter().for_each(|card| body.push_str(card.as_ref()));
                    body.push_str(MARKS);
                    body.push_str("</div>\n");
                }
            }
            false => {
                for (number, letter) in (1..).zip(letters) {
                    let _ = writeln!(
                        pages,
                        "@page l{number} {{ counter-increment: l{number}; @top-right {{ content: counter(l{number}, further) }} }}"
                    );
                    let _ = writeln!(body, "<div class=\"page\" style=\"page: l{number}\">{}</div>", letter.as_ref());
                }
            }
        }
        let form = if cards { "cards" } else { "letters" };
        let frame = self.frame("letter/run.html", mailing, |context| {
            context.insert_value("form", own_words(&form, &[]));
            context.insert_value("letters", Value::safe_string(LETTERS));
            context.insert_value("css", Value::safe_string(&format!("{}{pages}", self.letter_css)));
        })?;
        let (before, behind) = frame.split_once(LETTERS).unwrap_or((&frame, ""));
        Ok([before, &body, behind].concat())
    }

    /// Sheets of labels for these addresses, each its lines.
    ///
    /// # Errors
    /// A layout that does not render.
    pub fn labels(&self, mailing: &'p Mailing, addresses: &[Vec<String>]) -> Result<String, Box<Diagnostic>> {
        let sheet = &self.programme.settings.post.labels;
        let labels: Vec<LabelView> = addresses.iter().map(|lines| LabelView::new(lines.clone(), sheet)).collect();
        let sheets: Vec<&[LabelView]> = labels.chunks((sheet.columns * sheet.rows) as usize).collect();
        self.frame("letter/labels.html", mailing, |context| {
            let of_label = |label: &LabelView| own_words(label, &["size"]);
            let of_sheet = |sheet: &&[LabelView]| Value::from(sheet.iter().map(of_label).collect::<Vec<Value>>());
            context.insert_value("sheets", Value::from(sheets.iter().map(of_sheet).collect::<Vec<Value>>()));
            context.insert_value("css", Value::safe_string(&self.letter_css));
        })
    }

    /// The packing list of a gift.
    ///
    /// # Errors
    /// A layout that does not render.
    pub fn packing_list(&self, mailing: &'p Mailing, packing: &PackingView<'_>) -> Result<String, Box<Diagnostic>> {
        self.frame("letter/packing-list.html", mailing, |context| {
            context.insert_value("packing", own_words(packing, &["print_by", "post_by"]));
            context.insert_value("css", Value::safe_string(&self.letter_css));
        })
    }

    /// Renders a document for the desk, in the programme's first language.
    fn frame(
        &self,
        name: &str,
        mailing: &'p Mailing,
        add: impl FnOnce(&mut Context),
    ) -> Result<String, Box<Diagnostic>> {
        let settings = &self.programme.settings;
        let language = settings.languages.default();
        let free = serde_json::Map::new();
        let date = self.dates.days(mailing).map_or(jiff::civil::Date::ZERO, |days| days.first);
        let mut context = Context::new();
        context.insert("programme", &ProgrammeView::new(settings, language));
        context.insert_value("brand", brand(settings, language));
        context.insert_value("language", own_words(&language.tag(), &[]));
        context.insert("strings", strings_for(self.programme, language).as_ref());
        context.insert_value("mailing", own_words(&mailing_view(mailing, date, &free), &MAILING_WORDS));
        context.insert("post", &PostView::new(&settings.post));
        add(&mut context);
        let page = self.engine.render(language, name, &context)?;
        Ok(html::finish(&page, &mut |_, _| None))
    }
}

/// Where a sheet of cards is cut: hairlines outside the cards, in the corners and between the two.
const MARKS: &str = "<i class=\"mark nw\"></i><i class=\"mark n\"></i><i class=\"mark ne\"></i>\
<i class=\"mark sw\"></i><i class=\"mark s\"></i><i class=\"mark se\"></i>\n";
