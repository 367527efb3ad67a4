//! What concerns several findings at once.

use std::collections::BTreeMap;

use super::fixture::Message;
use crate::diagnostic::Severity;
use crate::validate::apply_levels;

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
