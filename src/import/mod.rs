//! Lists from other programs into contacts, and contacts into lists (R13, R20, R26, R27).
//!
//! 1. **[`reading`]** makes rows of a file, whatever its format; [`headings`] tells what its columns hold.
//! 2. **[`rows`]** turns each row into values by field ([`fields`]), and notes what could not be read.
//! 3. **[`matching`]** finds whom a row is about, and **[`proposal`]** says what would become of it. An import never undoes: what
//!    was decided here, or by the contact, stays unless whoever imports names it.
//! 4. **[`writing`]** makes the new texts of the programme's files and proves that they say what was meant.
//!
//! [`export`] goes the other way.
//!

use jiff::civil::Date;
use rayon::prelude::*;
use source::diagnostic::Diagnostic;

use crate::load::Folder;
use crate::model::programme::Programme;
use crate::render::links::LinkKey;
use judge::Judge;
use matching::Sketch;
use proposal::{Judged, Wishes};
use reading::List;
use rows::RowReader;
use values::ValueReader;
use writing::Rewrite;

mod by_lines;
mod days;
pub mod export;
pub mod fields;
pub mod headings;
mod judge;
pub mod matching;
pub mod proposal;
pub mod reading;
pub mod records;
pub mod rows;
pub mod values;
mod words;
pub mod writing;

/// What an import would do.
#[derive(Debug)]
pub struct Proposal {
    /// What becomes of each row, in order.
    pub rows: Vec<Judged>,
    /// The texts to be written.
    pub rewrites: Vec<Rewrite>,
}

/// What importing a list would do; nothing is written.
///
/// `folder` is the programme as it was read, `into` the file for new contacts.
///
/// # Errors
/// What would be wrong with the programme afterwards, where no row is the cause.
pub fn propose(
    list: &List,
    values: &ValueReader<'_>,
    wishes: &Wishes,
    key: &LinkKey,
    folder: &mut Folder,
    into: &str,
) -> Result<Proposal, Vec<Diagnostic>> {
    let (programme, today): (&Programme, Date) = (values.programme, values.today);
    let reader = RowReader::new(list, values);
    let read = |row| {
        let said = reader.read(row);
        let sketch = Sketch::of_values(&said.values, programme.settings.country);
        (said, sketch)
    };
    let mut said: Vec<_> = list.rows.par_iter().map(read).collect();
    let mut judge = Judge::new(programme, wishes, key);
    let drafts: Vec<_> = said.par_iter().map(|(said, sketch)| judge.draft(said, sketch)).collect();
    said.iter_mut().zip(drafts).for_each(|((said, sketch), draft)| judge.judge(said, std::mem::take(sketch), draft));
    // What many threads made is given back by many.
    said.into_par_iter().for_each(drop);
    let mut rows = judge.finish();
    let rewrites = writing::prove(programme, folder, into, &mut rows, today)?;
    Ok(Proposal { rows, rewrites })
}
