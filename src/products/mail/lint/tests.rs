//! What concerns several findings at once.

use std::collections::BTreeMap;

use super::addresses;
use super::fixture::{Message, in_short};
use crate::fixture::Fixture;
use crate::validate::apply_levels;
use source::SourceFile;
use source::diagnostic::Severity;

#[test]
fn a_message_made_with_care_has_no_finding() {
    let message = Message::new(
        "Hi {{ contact.name.given }},\n\nthe harvest is here, [and this is how it tastes](https://x.example/huila).\n",
        "<p>Hi Åsa,</p><p>the harvest is here, <a href=\"https://x.example/huila\" style=\"color: #a6480f\">and this is how it \
         tastes</a>.</p>",
    );
    assert_eq!(message.codes(), Vec::<String>::new());
}

#[test]
fn every_finding_has_a_level_that_bevara_yaml_may_change() {
    let mut found = Message::new("[here](https://x.example)", "<a href=\"https://x.example\">here</a>").found();
    assert_eq!(found[0].severity, Severity::Warning);
    apply_levels(&BTreeMap::from([("vague-link".into(), Severity::Error)]), &mut found);
    assert_eq!(found[0].severity, Severity::Error);
}

#[test]
fn an_address_that_needs_smtputf8_is_flagged_where_it_stands() {
    let list =
        "- id: anna\n  email: anna@x.example\n- id: asa\n  email: åsa@x.example\n- id: d\n  email: ö@x.example\n";
    let programme = Fixture::new()
        .contact("anna", "A", |contact| contact.email = "anna@x.example".parse().ok())
        .contact("asa", "B", |contact| contact.email = "åsa@x.example".parse().ok())
        .contact("d", "D", |contact| contact.email = "ö@x.example".parse().ok())
        .change(|programme| programme.files.push(SourceFile::new("contacts/list.yaml", list)))
        .build();
    let found: Vec<_> = addresses(&programme).iter().map(in_short).collect();
    assert_eq!(found, ["needs-smtputf8 contacts/list.yaml:4"]);
}
