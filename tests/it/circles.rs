//! No circles: files that import each other cannot be read one after the other, nor be tested alone.
//!
//! Imports are followed to the file that defines the name, through what a `mod.rs` hands on. Only a `mod.rs` and its own
//! children may need each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::files;
use crate::scratch;

/// A module or what is defined in one, from the crate's root: `["plan", "memory", "Memory"]`.
type Names = Vec<String>;

/// The source files of a crate, and who imports whom.
struct House {
    /// By path below `src/`, without comments and tests.
    files: BTreeMap<String, String>,
    /// The file of each module.
    modules: BTreeMap<Names, String>,
    /// What is handed on under another name.
    handed_on: BTreeMap<Names, Names>,
}

impl House {
    fn read(src: &Path) -> Self {
        let files = files::read(src).into_iter().filter(|(path, _)| is_own(path));
        let files: BTreeMap<String, String> =
            files.map(|(path, bytes)| (path, code_of(&String::from_utf8(bytes).expect("UTF-8")))).collect();
        let modules = files.keys().map(|path| (module_of(path), path.clone())).collect();
        let mut house = House { files, modules, handed_on: BTreeMap::new() };
        for (path, code) in &house.files.clone() {
            for statement in statements(code).filter(|statement| statement.starts_with("pub")) {
                for (names, called) in tree(statement.split_once("use ").expect("a use").1) {
                    let names = house.absolute(&names, &module_of(path));
                    let mut alias = module_of(path);
                    alias.push(called);
                    house.handed_on.extend(names.filter(|names| *names != alias).map(|names| (alias.clone(), names)));
                }
            }
        }
        house
    }

    /// The names from the crate's root, seen from within `module`; `None` for what other crates define.
    fn absolute(&self, names: &[String], module: &[String]) -> Option<Names> {
        let (first, rest) = names.split_first()?;
        let below = |module: &[String], rest: &[String]| Some([module, rest].concat());
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => below(module, rest),
            "super" => {
                let mut named = vec!["self".to_owned()];
                named.extend_from_slice(rest);
                let parent = &module[..module.len().checked_sub(1)?];
                match rest.first().is_some_and(|next| next == "super") {
                    true => self.absolute(rest, parent),
                    false => self.absolute(&named, parent),
                }
            }
            _ => {
                let own = [module, &names[..1]].concat();
                self.modules.contains_key(&own).then(|| [module, names].concat())
            }
        }
    }

    /// The file that defines what these names lead to.
    fn file_of(&self, names: &[String]) -> Option<&String> {
        let mut names = names.to_vec();
        // A name that is handed on more often than this is handed on to itself.
        for _ in 0..8 {
            if let Some(file) = self.modules.get(&names) {
                return Some(file);
            }
            let handed = |length: &usize| self.handed_on.get(&names[..*length]);
            let Some(length) = (1..=names.len()).find(|length| handed(length).is_some()) else { break };
            names = [&self.handed_on[&names[..length]], &names[length..]].concat();
        }
        (1..names.len()).rev().find_map(|length| self.modules.get(&names[..length]))
    }

    /// Whom each file imports, without what a `mod.rs` and its own children need of each other.
    fn imports(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (path, code) in &self.files {
            let used = statements(code).flat_map(|statement| tree(statement.split_once("use ").expect("a use").1));
            let named = paths(code).into_iter().map(|names| (names, String::new()));
            for (names, _) in used.chain(named) {
                let Some(names) = self.absolute(&names, &module_of(path)) else { continue };
                let Some(file) = self.file_of(&names).filter(|file| *file != path) else { continue };
                let is_child = path.strip_suffix("mod.rs").is_some_and(|folder| file.starts_with(folder));
                if !is_child && !path.ends_with("lib.rs") {
                    imports.entry(path).or_default().insert(file);
                }
            }
        }
        imports
    }
}

fn is_own(path: &str) -> bool {
    path.ends_with(".rs") && !path.ends_with("tests.rs") && !path.ends_with("fixture.rs")
}

fn code_of(text: &str) -> String {
    let tests = ["#[cfg(test)]\nmod tests", "#[cfg(all(test"];
    let end = tests.iter().filter_map(|start| text.find(start)).min().unwrap_or(text.len());
    text[..end].lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

fn module_of(path: &str) -> Names {
    let mut names: Names = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if names.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        names.pop();
    }
    names
}

/// Every `use` of a text, from its visibility to its end.
fn statements(code: &str) -> impl Iterator<Item = &str> {
    code.split(';').filter_map(|part| {
        let start =
            part.rfind("\nuse ").or_else(|| part.rfind(" use ")).or_else(|| part.strip_prefix("use ").map(|_| 0))?;
        let line = part[..start + 1].rfind('\n').map_or(0, |at| at + 1);
        let statement = part[line..].trim_start();
        let head = statement.split("use ").next().unwrap_or_default().trim();
        (head.is_empty() || head.starts_with("pub")).then_some(statement)
    })
}

/// The paths of a `use` tree, each with the name that it is called by.
fn tree(text: &str) -> Vec<(Names, String)> {
    let text = text.trim();
    let Some((before, group)) = text.split_once('{') else {
        let (path, called) = text.split_once(" as ").unwrap_or((text, text.rsplit("::").next().unwrap_or(text)));
        return vec![(path.split("::").map(|name| name.trim().to_owned()).collect(), called.trim().to_owned())];
    };
    let before: Names = before.split("::").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let group = &group[..group.rfind('}').expect("a group ends")];
    let mut depth = 0;
    let parts = group.split(|letter: char| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    });
    let inner = parts.filter(|part| !part.trim().is_empty()).flat_map(tree);
    inner
        .map(|(names, called)| match names.as_slice() {
            [own] if own == "self" => (before.clone(), before.last().cloned().unwrap_or_default()),
            _ => ([before.as_slice(), &names].concat(), called),
        })
        .collect()
}

/// Every path of two names or more that stands in a text, such as `super::order(`; those before a group are `use`s.
fn paths(code: &str) -> Vec<Names> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let words = code
        .split(|letter| !is_part(letter))
        .filter(|word| word.contains("::") && !word.starts_with(':') && !word.ends_with(':'));
    words.map(|word| word.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()).collect()
}

/// Files from which one comes back to where one began.
fn circles<'h>(imports: &BTreeMap<&'h str, BTreeSet<&'h str>>) -> BTreeSet<BTreeSet<&'h str>> {
    let reachable = |from: &'h str| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(file) = next.pop() {
            next.extend(imports.get(file).into_iter().flatten().filter(|other| seen.insert(**other)));
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<&str>> = imports.keys().map(|file| (*file, reachable(file))).collect();
    let circle = |(file, seen): (&&'h str, &BTreeSet<&'h str>)| {
        let back = seen.iter().copied().filter(|other| all.get(other).is_some_and(|seen| seen.contains(file)));
        seen.contains(file).then(|| back.collect())
    };
    all.iter().filter_map(circle).collect()
}

#[test]
fn no_files_import_each_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tools = std::fs::read_dir(root.join("crates")).expect("the tools").map(|tool| tool.expect("a tool").path());
    let sources: Vec<PathBuf> = tools.chain([root.to_owned()]).map(|package| package.join("src")).collect();
    assert!(sources.len() > 5);
    for src in sources {
        let house = House::read(&src);
        let found = circles(&house.imports());
        assert!(found.is_empty(), "{}: {found:#?}", src.display());
    }
}

#[test]
fn imports_lead_to_the_file_that_defines_a_name() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let files: BTreeMap<String, String> = [
        file("lib.rs", "mod plan;"),
        file("plan/mod.rs", "pub mod memory;\nmod past;\npub use past::{Heard as Known, Past};\n"),
        file("plan/memory.rs", "use super::{Known, Past};\nuse crate::model::{self, id};\n"),
        file("plan/past.rs", "fn a() {\n    crate::plan::memory::look();\n}\n"),
        file("model/mod.rs", "pub mod id;\n"),
        file("model/id.rs", "use std::fmt;\n"),
    ]
    .into();
    let folder = scratch::folder();
    for (path, text) in &files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    let house = House::read(folder.path());
    let imports = house.imports();
    assert_eq!(imports["plan/memory.rs"], ["model/id.rs", "model/mod.rs", "plan/past.rs"].into());
    assert_eq!(imports["plan/past.rs"], ["plan/memory.rs"].into());
    assert_eq!(circles(&imports), [["plan/memory.rs", "plan/past.rs"].into()].into());
}
