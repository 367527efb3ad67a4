//! Whether `approval:` of `bevara.yaml` asks for what there is: kinds and mailings that are planned, roles that somebody holds (R36).

use std::collections::BTreeSet;

use crate::load::{MARKER, places};
use crate::model::approval::Role;
use crate::model::mailing::MailingKind;
use crate::model::programme::Programme;
use source::diagnostic::{Diagnostic, Place, did_you_mean};
use yaml::{At, Document};

/// What is asked of no mailing, and what nobody can approve.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let settings = &programme.settings;
    let held: BTreeSet<Role> = settings.team.iter().flat_map(|member| member.approves_as()).collect();
    let mut found = Vec::new();
    for (key, roles) in &settings.approval {
        if MailingKind::ALL.iter().all(|kind| kind.name() != &**key) && programme.mailing(key).is_none() {
            found.push(unknown_key(programme, key));
        }
        let nobodys = roles.iter().enumerate().filter(|(_, role)| !held.contains(*role));
        found.extend(nobodys.map(|(index, role)| unheld(programme, key, index, role, &held)));
    }
    found
}

fn unknown_key(programme: &Programme, key: &str) -> Diagnostic {
    let known = MailingKind::ALL.iter().map(|kind| kind.name());
    let known = known.chain(programme.mailings().map(|mailing| mailing.id.as_str()));
    let hint = did_you_mean(key, known)
        .unwrap_or_else(|| "a kind, like `newsletter`, or the id of a mailing; `bevara plan` lists them".to_owned());
    let place = match programme.files.iter().find(|file| file.path() == MARKER) {
        Some(file) => {
            let span = Document::whole(file).locate(&["approval".into(), key.into()], At::Key(0));
            Place::Span(file.clone(), span)
        }
        None => Place::File(MARKER.to_owned()),
    };
    let message = format!("`{key}` is neither a kind of mailing nor a planned one");
    Diagnostic::error("r36-approval", message).place(place).hint(hint)
}

fn unheld(programme: &Programme, key: &str, index: usize, role: &Role, held: &BTreeSet<Role>) -> Diagnostic {
    let known: Vec<String> = held.iter().map(Role::to_string).collect();
    let name = role.to_string();
    let hint = did_you_mean(&name, known.iter().map(String::as_str)).unwrap_or_else(|| match role {
        Role::Reader(language) => format!("write `languages: [{language}]` beside whoever reads it in `team`"),
        Role::Named(role) => format!("write `roles: [{role}]` beside somebody in `team`"),
    });
    let place = places::of_setting(programme, &["approval".into(), key.into(), index.into()]);
    let message = format!("nobody holds the role `{role}`: what waits for it never leaves");
    Diagnostic::error("r36-role", message).place(place).hint(hint)
}
