//! What each file of a programme is, by its path.

use super::*;

fn severity(path: &str) -> Option<Severity> {
    of(path).err().map(|unread| unread.severity)
}

#[test]
fn suffixes_count_without_case_and_yml_is_yaml() {
    for (path, kind) in [
        ("contacts/a/more.YML", Kind::Contacts),
        ("contacts/Do-Not-Contact.Yml", Kind::Wall),
        ("contacts/referrals.yml", Kind::Referrals),
        ("contacts/touches/2026.YAML", Kind::Touches),
        ("contacts/journal/2026-01-news.2-of-3.jsonl", Kind::Journal),
        ("content/plan/2026.yml", Kind::Plan),
        ("content/pages/prices.MarkDown", Kind::Text),
        ("content/images/logo.svg", Kind::Asset),
        ("content/newsletters/terms.txt", Kind::Asset),
        ("templates/strings/sv.yml", Kind::Strings),
        ("templates/email/button.HTML", Kind::Template),
        (MARKER, Kind::Settings),
    ] {
        assert_eq!(of(path), Ok(kind), "{path}");
    }
}

#[test]
fn r35_what_could_be_the_wall_contacts_a_plan_or_a_journal_is_an_error() {
    for path in [
        "contacts/do_not_contact.yaml",
        "contacts/DoNotContact.yml",
        "contacts/do-not-contact",
        "contacts/do-not-contact.txt",
        "contacts/do-not-contact (1).yaml",
        "contacts/do-not-contct.yaml",
        "contacts/lists/do-not-contact.yaml",
        "content/do-not-contact.yaml",
        "contacts/people.csv",
        "contacts/people.JSON",
        "contacts/people",
        "contacts/people.yaml.txt",
        "contacts/sub/referrals.yaml",
        "contacts/touches.yml",
        "contacts/journal/2026-01-news.json",
        "contacts/journal/2026-01-news (1).jsonl",
        "contacts/journal/2026-01-News.jsonl",
        "contacts/journal/old/2026-01-news.jsonl",
        "contacts/Journal/2026-01-news.jsonl",
        "contacts/2026-01-news.jsonl",
        "content/plan/2026",
        "content/plan/2026.json",
        "content/2026.yaml",
        "content/plans/2026.yaml",
        "contacts/people.yaml.orig",
        "contacts/people_REMOTE_4711.yaml",
    ] {
        assert_eq!(severity(path), Some(Severity::Error), "{path}");
    }
    for path in ["contacts/party.png", "templates/logo.png", "templates/strings/sv.json", "content/plan/party.png"] {
        assert_eq!(severity(path), Some(Severity::Warning), "{path}");
    }
    assert_eq!(severity("contacts/README.md"), Some(Severity::Note));
    for innocent in ["contacts/contacts.yaml", "contacts/donors-and-contacts.yaml", "contacts/to-contact.yaml"] {
        assert_eq!(of(innocent), Ok(Kind::Contacts), "{innocent}");
    }
}

#[test]
fn a_hidden_folder_is_told_where_something_of_a_programme_is_in_it() {
    let said = |names: &[&str]| of_hidden_folder(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    let unread = said(&["notes.txt", "people.yml"]).expect("it is told");
    assert_eq!(unread.severity, Severity::Note);
    assert!(said(&["do not contact.txt"]).is_some());
    assert!(said(&[]).is_none() && said(&["workspace", "app.ini"]).is_none());
}

#[test]
fn hidden_files_and_back_ups_are_notes_and_passing_ones_nothing() {
    for path in ["contacts/.do-not-contact.yaml", "contacts/people.yaml~", "content/plan/2026.yaml.bak"] {
        assert_eq!(of_left_behind(path).map(|unread| unread.severity), Some(Severity::Note), "{path}");
    }
    for path in
        ["contacts/.people.yaml.swp", "contacts/.#people.yaml", "contacts/journal/.gitkeep", "content/.DS_Store"]
    {
        assert_eq!(of_left_behind(path), None, "{path}");
    }
    assert!(of_folder("contacts/people.yaml").is_some() && of_folder("contacts/do-not-contact").is_some());
    assert!(of_folder("contacts/sverige").is_none() && of_folder("content/newsletters/v1.md").is_none());
    assert!(beside("Contacts").is_some() && beside("do_not_contact.csv").is_some() && beside("docs").is_none());
}
