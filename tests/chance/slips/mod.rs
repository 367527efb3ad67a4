//! Single slips of the pen in the demo's files, as people make them: each is one finding at its line, and most of what nobody
//! has to decide is mended by `check --fix` to the octet.
//!
//! `SLIPS=500 cargo test --test chance slips` makes more of them, `SLIPS_SEED=2` others; `SLIPS_SHOWN=1` prints each that went otherwise.
//! `SLIPS_KINDS=link,key` makes only those kinds whose names have one of the words, and `SLIPS_NAMED=1` leaves out the mending,
//! which takes most of the time.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use bevara::check::{self, Verdicts, fix};
use bevara::load::{FOLDERS, Folder, Trust};
use jiff::civil::{Date, date};
use source::diagnostic::{Diagnostic, Severity};
use store::digest::Digest;
use tempfile::TempDir;

mod generator;

use crate::scratch;
use generator::{Slip, Texts};

const TODAY: Date = date(2026, 11, 21);

/// How many slips a usual run makes.
const USUAL: usize = 10;

/// What was found clean before: a slip in one text leaves the others as they were.
#[derive(Default)]
struct Clean(Mutex<HashSet<Digest>>);

impl Verdicts for Clean {
    fn is_clean(&self, inputs: Digest) -> bool {
        self.0.lock().expect("nobody panics holding it").contains(&inputs)
    }

    fn note_clean(&self, inputs: Digest) {
        self.0.lock().expect("nobody panics holding it").insert(inputs);
    }
}

/// The demo in a folder of its own.
struct Demo {
    folder: TempDir,
    read: Folder,
    clean: Clean,
}

impl Demo {
    fn new() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = scratch::folder();
        fs::copy(repository.join("bevara.yaml"), folder.path().join("bevara.yaml")).expect("a file");
        for part in FOLDERS {
            copy(&repository.join(part), &folder.path().join(part));
        }
        let read = Folder::read(folder.path(), &mut Vec::new()).expect("the folder is read");
        let demo = Demo { folder, read, clean: Clean::default() };
        let found = demo.findings(&demo.read);
        assert!(found.is_empty(), "the demo has nothing to mend: {found:#?}");
        demo
    }

    fn texts(&self) -> Texts {
        let texts = self.read.texts.iter().map(|(path, file)| (path.clone(), file.text().to_owned()));
        // Layouts come from the program where the programme has none; here only what lies in it counts.
        texts.filter(|(path, _)| self.folder.path().join(path).is_file()).collect()
    }

    /// Errors and warnings.
    fn findings(&self, folder: &Folder) -> Vec<Diagnostic> {
        let found = check::of_folder(folder, TODAY, &self.clean);
        found.iter().filter(|finding| finding.severity != Severity::Note).cloned().collect()
    }

    /// What is found with a slip, and whether mending gives back what was there.
    fn with(&self, slip: &Slip, is_mending: bool) -> (Vec<Diagnostic>, bool) {
        slip.make(self.folder.path());
        let mut found = Vec::new();
        let read = Folder::read_again(self.folder.path(), &self.read, Trust::Nothing, &mut found).expect("it is read");
        found.retain(|finding| finding.severity != Severity::Note);
        found.extend(self.findings(&read));
        slip.undo(self.folder.path());
        if !is_mending {
            return (found, false);
        }
        let mended = fix::mend(&read, TODAY, &self.clean);
        let is_as_before = mended.folder.differences(&self.read).iter().all(|path| {
            let text = |folder: &Folder| folder.texts.get(path).map(|file| file.text().to_owned());
            text(&mended.folder) == text(&self.read) && mended.folder.assets.get(path) == self.read.assets.get(path)
        });
        (found, is_as_before)
    }
}

#[derive(Default)]
struct Count {
    all: usize,
    named: usize,
    mended: usize,
}

#[test]
fn a_slip_is_one_finding_at_its_line_and_most_are_mended() {
    let number = |name: &str| std::env::var(name).ok().and_then(|count| count.parse::<u64>().ok());
    let wanted = number("SLIPS").map_or(USUAL, |count| usize::try_from(count).expect("a number of slips"));
    let is_set = |name: &str| std::env::var_os(name).is_some();
    let (is_shown, is_mending) = (is_set("SLIPS_SHOWN"), !is_set("SLIPS_NAMED"));
    let kinds = std::env::var("SLIPS_KINDS").unwrap_or_default();
    let is_wanted = |kind: &str| kinds.split(',').any(|word| kind.contains(word));
    let demo = Demo::new();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for slip in
        generator::slips(&demo.texts(), &demo.read.assets, wanted, number("SLIPS_SEED").unwrap_or(17), &is_wanted)
    {
        let (found, is_mended) = demo.with(&slip, is_mending);
        let is_named = found.len() == 1 && slip.is_at(&found[0]);
        if is_shown && !(is_named && (is_mended || !is_mending)) {
            let told: Vec<String> = found.iter().take(4).map(told).collect();
            let state = (if is_named { "named" } else { "NOT NAMED" }, if is_mended { "mended" } else { "not mended" });
            println!("{}\n  {} {}\n    {}", slip.told, state.0, state.1, told.join("\n    "));
        }
        let count = counts.entry(slip.kind).or_default();
        count.all += 1;
        count.named += usize::from(is_named);
        count.mended += usize::from(is_mended);
    }
    let mut table = String::new();
    let mut whole = Count::default();
    for (kind, Count { all, named, mended }) in counts {
        table.push_str(&format!("{kind:<24} {all:>4} made {named:>4} named {mended:>4} mended\n"));
        whole = Count { all: whole.all + all, named: whole.named + named, mended: whole.mended + mended };
    }
    println!("{table}{} made, {} named, {} mended", whole.all, whole.named, whole.mended);
    assert!(whole.all == wanted, "{} slips", whole.all);
    assert!(whole.named * 100 >= whole.all * 98, "{} of {} named\n{table}", whole.named, whole.all);
    assert!(!is_mending || whole.mended * 100 >= whole.all * 60, "{} of {} mended\n{table}", whole.mended, whole.all);
}

fn told(finding: &Diagnostic) -> String {
    let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("[{}] {place}: {} ({})", finding.code, finding.message, finding.hint.as_deref().unwrap_or_default())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        match entry.file_type().expect("a kind").is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).expect("a file")),
        }
    }
}
