//! `contacts/do-not-contact.yaml` → the wall (R4).

use std::sync::Arc;

use super::node_path::{NodePath, Required};
use crate::load::kind::Kind;
use crate::load::scalar::{Day, Lit};
use crate::load::{Folder, wire};
use crate::model::contact::Origin;
use crate::model::ledger::{WallEntry, WallKey};
use mail::address::fold_domain;
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::{Document, Read, Step};

/// Reads the wall; its lines' origins count in `files`, which the file is added to.
pub fn wall(folder: &Folder, files: &mut Vec<Arc<SourceFile>>, found: &mut Vec<Diagnostic>) -> Vec<WallEntry> {
    let mut entries = Vec::new();
    for file in folder.of(Kind::Wall) {
        let document = Document::whole(file);
        let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
        files.push(Arc::clone(file));
        document.read_list::<wire::WallEntry>(found, |first, read, found| {
            let Read { value, faulty } = read;
            let read = Read { value: (), faulty };
            for (index, wire) in value.into_iter().enumerate() {
                let spot = NodePath::root(&document).item(first + index);
                let item = u32::try_from(first + index).expect("fewer than 2^32 lines");
                let origin = Origin { file: number, item };
                entries.extend(wall_entry(wire, &spot, &read, &[Step::Item(index)], origin, found));
            }
        });
    }
    entries
}

fn wall_entry(
    wire: wire::WallEntry,
    spot: &NodePath<'_>,
    read: &Read<()>,
    path: &[Step],
    origin: Origin,
    found: &mut Vec<Diagnostic>,
) -> Option<WallEntry> {
    let wire::WallEntry { company, domain, email, why, since } = wire;
    let mut need = Required { spot, read, path, found };
    let why = need.take(why, "why", "who is left alone is left alone for a reason");
    let keys = usize::from(company.is_some()) + usize::from(domain.is_some()) + usize::from(email.is_some());
    let faulty = ["company", "domain", "email"].iter().any(|key| read.is_faulty(path, key));
    if keys != 1 && !faulty {
        let error = spot.error("wall", format!("this line names {keys} of company, domain, email"));
        found.push(error.hint("name exactly one of them"));
    }
    let key = match (company, domain, email) {
        (Some(Lit(company)), ..) => WallKey::Company(company),
        (_, Some(Lit(domain)), _) => match fold_domain(domain.as_str()) {
            Ok(domain) => WallKey::Domain(domain.into()),
            Err(fault) => {
                found.push(spot.key("domain").fault("domain", fault));
                return None;
            }
        },
        (_, _, Some(Lit(email))) => WallKey::Email(email),
        _ => return None,
    };
    Some(WallEntry { key, why: why?.0, since: since.map(|Lit(Day(since))| since), origin })
}
