//! `output/report/`: private pages that work from a folder, their style sheet, and the numbers as JSON.
//!
//! Every page is rendered before anything is written. Contacts' own pages are many, so they are made in parallel, and above
//! some hundreds of active contacts only for those who are asked for.

pub mod pages;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::plan::Memory;
use crate::plan::agenda::{Agenda, Window};
use crate::plan::measure::{Measures, json};
use crate::products::ProductError;
use crate::products::report::pages::{
    Files, Leaf, Linked, PageRenderer, RenderedPage, ReportData, contact_leaf, leaves, review_leaf, style_sheet,
};
use crate::render::engine::Engine;
use crate::render::local_words::LocalWords;
use source::diagnostic::Diagnostic;
use store::Store;

/// The folder below `output/`.
const FOLDER: &str = "report";

/// The numbers as JSON, below `output/`.
const NUMBERS: &str = "report/data.json";

/// The report, rendered and not yet written.
pub struct Report<'m, 'p> {
    /// Pages and what they show, by their path below `output/`.
    files: BTreeMap<String, Arc<[u8]>>,
    pages: usize,
    /// The numbers, which are made while they are written: those of 62,500 contacts are 35 MB.
    numbers: Numbers<'m, 'p>,
}

/// What `data.json` is made of.
struct Numbers<'m, 'p> {
    memory: &'m Memory<'p>,
    measures: Measures<'p>,
    agenda: Agenda<'p>,
}

impl<'m, 'p> Report<'m, 'p> {
    /// Renders every page; `wanted` are the contacts whose pages are asked for, where not everybody has one.
    ///
    /// A programme without `templates/report/` has no pages, only the numbers.
    ///
    /// # Errors
    /// What cannot be rendered, each once.
    pub fn render(
        memory: &'m Memory<'p>,
        engine: &Engine,
        wanted: HashSet<ContactId>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let agenda = Agenda::new(memory, Window::around(memory.today));
        let measures = Measures::new(memory);
        let mut report = Report { files: BTreeMap::new(), pages: 0, numbers: Numbers { memory, measures, agenda } };
        let Numbers { measures, agenda, .. } = &report.numbers;
        let linked = Linked::new(measures.list.active, wanted);
        let data = data(memory, measures, agenda, linked);
        let renderer = PageRenderer::new(engine, &data);
        if !renderer.is_ready() {
            return Ok(report);
        }
        let style = style_sheet(memory.programme, engine).map_err(|error| vec![*error])?;
        let mut printed = render(&renderer, leaves(&data));
        printed.extend(about_contacts(&data, &renderer));
        report.add("report.css", style.into_bytes());
        report.take(memory, printed)?;
        Ok(report)
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.insert(format!("{FOLDER}/{name}"), bytes.into());
    }

    /// Takes in printed pages with the pictures they show.
    fn take(
        &mut self,
        memory: &Memory<'_>,
        printed: Vec<(String, Result<RenderedPage, Box<Diagnostic>>)>,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut failed: Vec<Diagnostic> = Vec::new();
        let mut pictures: BTreeSet<String> = BTreeSet::new();
        for (file, page) in printed {
            match page {
                Ok(page) => {
                    self.pages += 1;
                    self.add(&file, page.html.into_bytes());
                    pictures.extend(page.pictures);
                }
                // One fault in a template shows on every page that it renders.
                Err(error) if failed.contains(&error) => {}
                Err(error) => failed.push(*error),
            }
        }
        for path in pictures {
            if let Some(asset) = memory.programme.assets.get(&path) {
                self.files.insert(format!("{FOLDER}/images/{path}"), Arc::clone(&asset.bytes));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Every file by its path below `output/`, with what it holds.
    pub fn files(&self) -> impl Iterator<Item = (&str, Arc<[u8]>)> {
        let numbers = std::iter::once_with(|| (NUMBERS, self.numbers.to_bytes().into()));
        self.files.iter().map(|(path, bytes)| (path.as_str(), Arc::clone(bytes))).chain(numbers)
    }

    /// Writes the report.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&self, store: &Store) -> Result<(), ProductError> {
        self.files.par_iter().try_for_each(|(path, bytes)| store.put(path, bytes).map(drop))?;
        let mut stream = store.stream(NUMBERS)?;
        stream.write_with(|out| self.numbers.write_to(out))?;
        Ok(stream.finish()?)
    }
}

impl Numbers<'_, '_> {
    /// Writes what `status --format json` prints (design §7).
    fn write_to(&self, mut out: &mut dyn Write) -> io::Result<()> {
        let Numbers { memory, measures, agenda } = self;
        serde_json::to_writer_pretty(&mut out, &json::document(memory, measures, agenda))?;
        out.write_all(b"\n")
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write_to(&mut bytes).expect("a Vec takes everything, and keys are texts");
        bytes
    }
}

fn data<'d, 'p>(
    memory: &'d Memory<'p>,
    measures: &'d Measures<'p>,
    agenda: &'d Agenda<'p>,
    linked: Linked,
) -> ReportData<'d, 'p> {
    ReportData { memory, measures, agenda, words: LocalWords::new(memory.programme), linked }
}

fn render(renderer: &PageRenderer<'_>, leaves: Vec<Leaf>) -> Vec<(String, Result<RenderedPage, Box<Diagnostic>>)> {
    leaves.into_par_iter().map(|leaf| (leaf.file.clone(), renderer.render(&leaf))).collect()
}

/// The page and the review sheet of everybody who has them.
fn about_contacts(
    data: &ReportData<'_, '_>,
    renderer: &PageRenderer<'_>,
) -> Vec<(String, Result<RenderedPage, Box<Diagnostic>>)> {
    let memory = data.memory;
    let own: Vec<&Contact> =
        memory.active().map(|(_, contact, _)| contact).filter(|contact| data.linked.has(contact)).collect();
    if own.is_empty() {
        return Vec::new();
    }
    let whole = Agenda::new(memory, Window::of_plans(memory.programme, memory.today));
    let files = Files::new(data, &whole);
    let leaves = own
        .par_iter()
        .flat_map_iter(|contact| [contact_leaf(data, &files, contact), review_leaf(data, &files, contact)]);
    render(renderer, leaves.collect())
}
