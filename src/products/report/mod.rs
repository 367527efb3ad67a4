//! `output/report/`: private pages that work from a folder, their style sheet, and the numbers as JSON.
//!
//! Every page is rendered before anything is written. Contacts' own pages are many, so they are made in parallel, and above
//! some hundreds of active contacts only for those who are asked for.

pub mod pages;

use std::collections::{BTreeMap, BTreeSet, HashSet};
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

/// The report, rendered and not yet written.
pub struct Report {
    /// Files by their path below `output/`.
    files: BTreeMap<String, Arc<[u8]>>,
    pages: usize,
}

impl Report {
    /// Renders every page; `wanted` are the contacts whose pages are asked for, where not everybody has one.
    ///
    /// A programme without `templates/report/` has no pages, only the numbers.
    ///
    /// # Errors
    /// What cannot be rendered, each once.
    pub fn render<'p>(
        memory: &Memory<'p>,
        engine: &Engine,
        wanted: HashSet<ContactId>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let agenda = Agenda::new(memory, Window::around(memory.today));
        let measures = Measures::new(memory);
        let linked = Linked::new(measures.list.active, wanted);
        let data = data(memory, &measures, &agenda, linked);
        let mut report = Report { files: BTreeMap::new(), pages: 0 };
        report.add("data.json", numbers(&data));
        let renderer = PageRenderer::new(engine, &data);
        if !renderer.is_ready() {
            return Ok(report);
        }
        let style = style_sheet(memory.programme, engine).map_err(|error| vec![*error])?;
        report.add("report.css", style.into_bytes());
        let mut printed = render(&renderer, leaves(&data));
        printed.extend(about_contacts(&data, &renderer));
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
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), &**bytes))
    }

    /// Writes the report.
    ///
    /// # Errors
    /// The disk.
    pub fn write(&self, store: &Store) -> Result<(), ProductError> {
        self.files.par_iter().try_for_each(|(path, bytes)| store.put(path, bytes).map(drop))?;
        Ok(())
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

/// What `status --format json` prints (design §7).
fn numbers(data: &ReportData<'_, '_>) -> Vec<u8> {
    let document = json::document(data.memory, data.measures, data.agenda);
    let mut bytes = serde_json::to_vec_pretty(&document).expect("its keys are texts");
    bytes.push(b'\n');
    bytes
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
