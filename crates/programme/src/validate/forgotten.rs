//! `contacts/forgotten.yaml`: the hashes of who asked to be forgotten (R27).

use std::sync::Arc;

use super::node_path::{NodePath, Required};
use crate::load::kind::Kind;
use crate::load::scalar::{Day, Lit};
use crate::load::{Folder, wire};
use crate::model::contact::Origin;
use crate::model::forgotten::Forgotten;
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::{Document, Read, Step};

/// Where the hashes stand.
pub const FILE: &str = "contacts/forgotten.yaml";

/// Reads the hashes; the origins of their lines count in `files`, which the file is added to.
pub fn forgotten(folder: &Folder, files: &mut Vec<Arc<SourceFile>>, found: &mut Vec<Diagnostic>) -> Vec<Forgotten> {
    let mut list = Vec::new();
    let Some(file) = folder.of(Kind::Forgotten).next() else { return list };
    let document = Document::whole(file);
    let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
    files.push(Arc::clone(file));
    document.read_list::<wire::ForgottenEntry>(found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        for (index, wire) in value.into_iter().enumerate() {
            let spot = NodePath::root(&document).item(first + index);
            let origin = Origin { file: number, item: u32::try_from(first + index).expect("fewer than 2^32 lines") };
            let wire::ForgottenEntry { hash, on } = wire;
            let path = [Step::Item(index)];
            let mut need = Required { spot: &spot, read: &read, path: &path, found };
            let hash = need.take(hash, "hash", "`bevara person forget` writes these lines");
            let on = need.take(on, "on", "the day on which they were forgotten");
            if let (Some(Lit(hash)), Some(Lit(Day(on)))) = (hash, on) {
                list.push(Forgotten { hash, on, origin });
            }
        }
    });
    list
}
