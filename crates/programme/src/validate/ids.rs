//! Who and what the files name, whatever is wrong with them: each id and what it is called.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::load::kind::Kind;
use crate::load::scalar::Lit;
use crate::load::{Folder, wire};
use source::SourceFile;
use yaml::Document;

/// The contacts.
pub fn contacts(folder: &Folder) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in folder.of(Kind::Contacts) {
        each::<wire::Contact>(file, |one| {
            let parts = one.name.map(|name| [name.given, name.family]).into_iter().flatten().flatten();
            let name = parts.map(|part| part.as_str().to_owned()).collect::<Vec<_>>().join(" ");
            found.extend(one.id.map(|Lit(id)| (id.to_string(), name)));
        });
    }
    found
}

/// The referrals, by the name of whom they bring.
pub fn referrals(folder: &Folder) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in folder.of(Kind::Referrals) {
        each::<wire::Referral>(file, |one| {
            let name = one.lead.and_then(|lead| lead.name).map(|Lit(name)| name.as_str().to_owned());
            found.extend(one.id.map(|Lit(id)| (id.to_string(), name.unwrap_or_default())));
        });
    }
    found
}

/// The mailings of all plans.
pub fn mailings(folder: &Folder) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for file in folder.of(Kind::Plan) {
        let plan = Document::whole(file).read::<wire::Plan>(&mut Vec::new()).map(|read| read.value);
        for one in plan.and_then(|plan| plan.mailings).unwrap_or_default() {
            let kind = one.kind.map(|Lit(kind)| kind.name()).unwrap_or_default();
            found.extend(one.id.map(|Lit(id)| (id.to_string(), kind.to_owned())));
        }
    }
    found
}

/// Every entry of a list that can be read.
fn each<T: DeserializeOwned + Send>(file: &Arc<SourceFile>, mut entry: impl FnMut(T)) {
    Document::whole(file).read_list::<T>(&mut Vec::new(), |_, read, _| read.value.into_iter().for_each(&mut entry));
}
