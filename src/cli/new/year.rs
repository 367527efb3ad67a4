//! `bevara new year`

use std::collections::{BTreeMap, BTreeSet};

use super::{Changes, Year, path_in, plan_file};
use crate::cli::Outcome;
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::model::mailing::MailingKind;
use crate::starter::{self, planned, skeleton};

/// Writes the plan of a year, made of the last one before it: occasions stay occasions, dates keep their weekday, newsletters
/// and announcements become skeletons, everything else is carried over (R34).
pub fn year(asked: &Year, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let programme = &session.programme;
    let year = asked.year.unwrap_or(session.today.year() + 1);
    if programme.plans.contains_key(&year) || plan_file(session, year).is_some() {
        terminal.failure(&format!("there is a plan for {year} already"), Some("nothing was written"));
        return Err(Outcome::Errors);
    }
    let last = programme.plans.range(..year).next_back();
    let Some((from, plan, file)) = last.and_then(|(from, plan)| Some((*from, plan, plan_file(session, *from)?))) else {
        terminal.failure(
            &format!("there is no plan before {year} to make one of"),
            Some("`bevara new newsletter NAME --when DAY` begins one"),
        );
        return Err(Outcome::Errors);
    };
    let anew = [MailingKind::Newsletter, MailingKind::Announcement];
    let mut paths: BTreeMap<&str, (MailingKind, String)> = BTreeMap::new();
    let mut taken: BTreeSet<String> = programme.contents.keys().cloned().collect();
    for mailing in plan.mailings.iter().filter(|mailing| anew.contains(&mailing.kind)) {
        let path = new_path(&mailing.content, from, year, &taken);
        taken.insert(path.clone());
        paths.entry(&mailing.content).or_insert((mailing.kind, path));
    }
    let text = planned::moved(file.text(), from, year, |path| paths.get(path).map(|(_, new)| new.clone()));
    let mut changes = Changes::default();
    changes.new.push((starter::plan_path(year), text));
    for (kind, path) in paths.values() {
        for &language in &programme.settings.languages.all {
            if programme.settings.languages.fallback.contains_key(&language) {
                continue;
            }
            changes.new.push((path_in(path, language, session), skeleton::mailing(*kind, language)));
        }
    }
    changes.write(session, terminal)
}

/// Where the new text lies: the same path with the new year in it, which no text has yet.
fn new_path(old: &str, from: i16, year: i16, taken: &BTreeSet<String>) -> String {
    let (folder, name) = old.rsplit_once('/').unwrap_or(("newsletters", old));
    let named = name.replace(&from.to_string(), &year.to_string());
    let plain = if named == name { format!("{folder}/{year}-{name}") } else { format!("{folder}/{named}") };
    let mut tries = std::iter::once(plain.clone()).chain((2..).map(|number: u32| format!("{plain}-{number}")));
    tries.find(|path| !taken.contains(path)).unwrap_or(plain)
}
