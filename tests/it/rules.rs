//! The business rules, looked at in what a build leaves behind.

use std::collections::BTreeMap;
use std::path::Path;

use memchr::memmem;
use serde_json::Value;

use crate::demo;
use crate::files;
use crate::message::of_mailing;
use crate::programme::Programme;

const NEWSLETTER: &str = "2026-11-newsletter";
const LETTER: &str = "2026-12-letter";
const CHRISTMAS: &str = "2026-12-christmas";

/// Who gets a mailing, by id.
fn reached(programme: &Programme, mailing: &str) -> Vec<String> {
    of_mailing(&programme.path("output"), mailing).into_keys().collect()
}

/// Who does not, with the code of the reason.
fn refused(programme: &Programme, mailing: &str) -> BTreeMap<String, String> {
    let text = programme.read(&format!("output/mail/{mailing}/refusals.jsonl"));
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object a line"));
    let word = |line: &Value, key: &str| line[key].as_str().expect("a text").to_owned();
    lines.map(|line| (word(&line, "contact"), word(&line, "code"))).collect()
}

fn built(programme: Programme) -> Programme {
    programme.run(["build", "--all"]).succeeds();
    programme
}

/// Every file under `output/mail` that holds one of `words`, whatever its case; messages are looked at decoded too. The list of
/// who got nothing names them by their id alone, and is looked at without it.
fn naming(output: &Path, words: &[&str]) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut found = Vec::new();
    for (path, bytes) in files::read(&output.join("mail")) {
        if path.ends_with(".png") || path.ends_with(".jpg") {
            continue;
        }
        let mut text = String::from_utf8(bytes).expect("UTF-8");
        if path.ends_with("/refusals.jsonl") {
            text = text.lines().map(|line| format!("{}\n", without_id(line))).collect();
        }
        if path.ends_with(".eml") {
            let message = crate::message::Part::parse(&text);
            for name in ["From", "To", "Subject"] {
                text.push_str(&message.field(name));
            }
            for kind in ["text/plain", "text/html"] {
                text.push_str(&message.find(kind).expect("both parts").text());
            }
        }
        let text = text.to_lowercase();
        let is_named = |word: &&String| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
        found.extend(words.iter().filter(is_named).map(|word| format!("{path}: {word}")));
    }
    found
}

fn without_id(line: &str) -> String {
    let mut refusal: Value = serde_json::from_str(line).expect("an object a line");
    refusal.as_object_mut().and_then(|refusal| refusal.remove("contact")).expect("an id");
    refusal.to_string()
}

#[test]
fn r01_every_refusal_has_its_reason() {
    let programme = built(Programme::new());
    let expected = [("gustav-holm", "do-not-contact"), ("hanna-ivarsson", "unsubscribed")];
    assert_eq!(refused(&programme, NEWSLETTER), expected.map(|(id, why)| (id.to_owned(), why.to_owned())).into());
}

#[test]
fn r01_there_is_nobody_who_is_neither_reached_nor_refused() {
    let programme = built(Programme::new());
    let people = programme.read("contacts/people.yaml");
    let ids = people.lines().filter_map(|line| line.strip_prefix("- id: "));
    let (reached, refused) = (reached(&programme, NEWSLETTER), refused(&programme, NEWSLETTER));
    for id in ids {
        assert!(reached.contains(&id.to_owned()) != refused.contains_key(id), "{id}");
    }
}

#[test]
fn r02_the_keep_in_mind_text_is_last_in_both_parts_of_every_message() {
    let programme = built(Programme::new());
    for mailing in [NEWSLETTER, LETTER, CHRISTMAS] {
        for (id, message) in of_mailing(&programme.path("output"), mailing) {
            let text = message.find("text/plain").expect("a text part").text();
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let last = ["vi lovar att ta väl hand om dem.", "we promise to take good care of them."];
            assert!(last.iter().any(|last| words.ends_with(last)), "{mailing} {id}: {words}");
            let html = message.find("text/html").expect("an HTML part").text();
            let visible = html.split("</style>").last().unwrap_or_default();
            let without_tags: String =
                visible.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text)).collect();
            let words = without_tags.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(last.iter().any(|last| words.ends_with(last)), "{mailing} {id}: {words}");
        }
    }
}

#[test]
fn r04_a_d_gets_nothing_and_is_named_nowhere() {
    let programme = built(Programme::new());
    for mailing in [NEWSLETTER, LETTER, CHRISTMAS] {
        assert!(!reached(&programme, mailing).contains(&"gustav-holm".to_owned()));
    }
    let words = ["Gustav", "Holms Bygg", "holms-bygg.example"];
    assert_eq!(naming(&programme.path("output"), &words), Vec::<String>::new());
}

/// Adds somebody to the small programme and puts something on its wall.
fn walled(contact: &str, entry: &str) -> Programme {
    let keys = format!("{contact}\nlanguage: sv\ntier: A\nowner: olof\nbasis: {{kind: consent}}");
    let entry = format!("\n- {entry}\n  why: Asked for it in writing.\n  since: 2026-11-02\n");
    let programme = Programme::new().contact("walter-wall", "Walter Wall", &keys);
    built(programme.append("contacts/do-not-contact.yaml", &entry))
}

#[test]
fn r04_a_company_a_domain_a_subdomain_and_an_address_on_the_wall_get_nothing() {
    let cases = [
        ("company: Murgrönan AB\nemail: walter@valfri.example", "company: MURGRÖNAN aktiebolag"),
        ("email: walter@murgronan.example", "domain: murgronan.example"),
        ("email: walter@post.Murgronan.example", "domain: murgronan.example"),
        ("email: Walter+nyheter@murgronan.example", "email: walter@murgronan.example"),
    ];
    for (contact, entry) in cases {
        let programme = walled(contact, entry);
        for mailing in [NEWSLETTER, LETTER, CHRISTMAS] {
            assert_eq!(refused(&programme, mailing)["walter-wall"], "wall", "{entry}");
        }
        let found = naming(&programme.path("output"), &["Walter Wall", "walter@", "Murgr", "in writing"]);
        assert_eq!(found, Vec::<String>::new(), "{entry}");
    }
}

#[test]
fn r04_nobody_else_is_stopped_by_the_wall() {
    let programme = walled("email: walter@murgronan.example.se", "domain: murgronan.example");
    assert!(reached(&programme, LETTER).contains(&"walter-wall".to_owned()));
}

#[test]
fn r04_the_demo_names_no_d_and_nothing_on_the_wall_under_output_mail() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wall = std::fs::read_to_string(repository.join("contacts/do-not-contact.yaml")).expect("a file");
    let mut words: Vec<String> = ["company: ", "domain: ", "email: "]
        .iter()
        .flat_map(|key| wall.lines().filter_map(move |line| line.trim_start_matches("- ").strip_prefix(key)))
        .map(str::to_owned)
        .collect();
    assert!(words.len() >= 3);
    for (path, bytes) in files::read(&repository.join("contacts")) {
        let text = String::from_utf8(bytes).expect("UTF-8");
        for record in
            text.split("\n- id: ").filter(|record| record.contains("\n  tier: D\n") && path.ends_with(".yaml"))
        {
            let value = |key: &str| record.lines().find_map(|line| line.trim().strip_prefix(key)).map(str::to_owned);
            words.extend(value("company: "));
            words.extend(value("email: "));
            words.extend(value("email: ").and_then(|email| email.split_once('@').map(|(_, domain)| domain.to_owned())));
            let name =
                value("name: ").expect("a name").replace("{given: ", "").replace(", family:", "").replace('}', "");
            words.push(name);
        }
    }
    assert!(words.len() >= 12, "{words:?}");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(naming(&demo::output(), &words), Vec::<String>::new());
}

#[test]
fn r09_a_gets_all_that_b_gets_and_b_all_that_c_gets() {
    let programme = built(Programme::new());
    let (everyone, from_b, only_a) =
        (reached(&programme, NEWSLETTER), reached(&programme, CHRISTMAS), reached(&programme, LETTER));
    assert_eq!(only_a, ["anna-lind", "brian-oneill"]);
    assert_eq!(from_b, ["anna-lind", "brian-oneill", "cecilia-dahl", "david-okafor"]);
    assert_eq!(everyone, ["anna-lind", "brian-oneill", "cecilia-dahl", "david-okafor", "erik-aberg", "fiona-gray"]);
}

#[test]
fn r09_a_proof_of_each_tier_says_what_that_tier_reads() {
    let programme = built(Programme::new());
    let proof = |tier: &str| programme.read(&format!("output/mail/{NEWSLETTER}/tier-{tier}.sv.txt"));
    assert!(proof("A").contains("Bara för dig"));
    assert!(!proof("B").contains("Bara för dig") && !proof("C").contains("Bara för dig"));
}

#[test]
fn r13_who_prefers_paper_gets_no_email() {
    let prefers = "\n  prefers: {channel: post, asked: 2026-11-02}\n  tags: [kitchen]\n";
    let programme = built(Programme::new().replace("contacts/people.yaml", "\n  tags: [kitchen]\n", prefers));
    assert_eq!(refused(&programme, NEWSLETTER)["anna-lind"], "prefers-post");
}

#[test]
fn r13_a_cap_is_honoured_and_reported() {
    let capped = "\n  prefers: {max_per_year: 2}\n  tags: [kitchen]\n";
    let programme = built(Programme::new().replace("contacts/people.yaml", "\n  tags: [kitchen]\n", capped));
    assert!(reached(&programme, NEWSLETTER).contains(&"anna-lind".to_owned()));
    assert!(reached(&programme, LETTER).contains(&"anna-lind".to_owned()));
    assert_eq!(refused(&programme, CHRISTMAS)["anna-lind"], "capped");
}

#[test]
fn r26_without_a_basis_nobody_is_written_to() {
    let programme =
        Programme::new().replace("contacts/people.yaml", "  basis: {kind: customer, evidence: order 2023-30}\n", "");
    assert_eq!(refused(&built(programme), NEWSLETTER)["fiona-gray"], "no-basis");
}

#[test]
fn r26_who_opted_out_or_is_paused_gets_nothing() {
    let pause = "\n  pause: {until: 2026-12-31, why: on leave}\n  tags: [kitchen]\n";
    let programme = built(Programme::new().replace("contacts/people.yaml", "\n  tags: [kitchen]\n", pause));
    let refused = refused(&programme, NEWSLETTER);
    assert_eq!(refused["hanna-ivarsson"], "unsubscribed");
    assert_eq!(refused["anna-lind"], "paused");
    assert_eq!(naming(&programme.path("output"), &["Hanna", "ivarsson.example"]), Vec::<String>::new());
}

#[test]
fn r18_the_refer_page_has_a_share_text_a_form_with_the_code_and_no_tracking() {
    let page = std::fs::read_to_string(demo::output().join("site/en/refer/index.html")).expect("the page");
    for field in ["name", "email", "friend_name", "friend_contact", "message", "consent", "ref", "language"] {
        assert!(page.contains(&format!("name=\"{field}\"")), "{field}");
    }
    assert!(page.contains("they are worth a call"), "the share text");
    assert!(page.contains("An office of 20 to 200 people"), "the ideal client");
    assert!(page.contains("two cinema tickets") || page.contains("Two cinema tickets"), "what both sides get");
    let foreign = page.match_indices("src=\"").filter(|(at, found)| page[at + found.len()..].starts_with("http"));
    assert_eq!(foreign.count(), 0, "nothing is loaded from anywhere else");
}
