//! Thirty commits: each `diff` names exactly the variants whose messages differ, held against full builds of both sides (R36).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::files;
use crate::programme::Programme;
use crate::review::{commit, committed, diff};

const NOVEMBER_SV: &str = "content/newsletters/november.sv.md";
const NOVEMBER_EN: &str = "content/newsletters/november.en.md";
const WORKSHOP_SV: &str = "content/newsletters/workshop.sv.md";
const CHRISTMAS_SV: &str = "content/greetings/christmas.sv.md";
const CHRISTMAS_EN: &str = "content/greetings/christmas.en.md";
const PEOPLE: &str = "contacts/people.yaml";
const PLAN: &str = "content/plan/2026.yaml";
const SETTINGS: &str = "bevara.yaml";
const BASE: &str = "templates/email/base.html";

/// One commit: what it is about, and the change.
type Commit = (&'static str, fn(Programme) -> Programme);

/// A picture of the demo.
fn picture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("content/images").join(name)).expect("a picture")
}

fn commits() -> Vec<Commit> {
    vec![
        ("a paragraph in one language", |p| p.replace(NOVEMBER_SV, "en ny såg. Den", "en ny såg i höst. Den")),
        ("a paragraph in another", |p| p.replace(NOVEMBER_EN, "planed by hand", "planed and oiled by hand")),
        ("a subject", |p| p.replace(CHRISTMAS_SV, "subject: God jul", "subject: En god jul")),
        ("a preheader", |p| {
            p.replace(CHRISTMAS_EN, "preheader: The saw rests until", "preheader: Our saw rests until")
        }),
        ("the standing text", |p| {
            p.replace("content/keep-in-mind.sv.md", "Vi bygger kök som", "Vi bygger nya kök som")
        }),
        ("white space", |p| p.append(NOVEMBER_SV, "\n\n")),
        ("what only one tier reads", |p| p.replace(NOVEMBER_SV, "Kom och känn på", "Kom gärna och känn på")),
        ("a condition on the company", |p| {
            p.append(
                CHRISTMAS_EN,
                "\n{% if contact.company %}Greet your colleagues.{% else %}Greet your family.{% endif %}\n",
            )
        }),
        ("one side of it", |p| p.replace(CHRISTMAS_EN, "Greet your family.", "Greet those at home.")),
        ("what is printed of a person", |p| {
            p.replace(WORKSHOP_SV, "Hej {{ contact.name.given }},", "Hej {{ contact.name.family }},")
        }),
        ("a loop, rendered for each reader", |p| {
            p.append(WORKSHOP_SV, "\n{% for tag in contact.tags %}Om {{ tag }}.{% endfor %}\n")
        }),
        ("the layout of all", |p| p.replace(BASE, "<td class=\"card\">", "<td class=\"card\" align=\"left\">")),
        ("a comment in the layout", |p| {
            p.replace(BASE, "<body class=\"page\">", "{#- all of it -#}\n<body class=\"page\">")
        }),
        ("the layout of one kind", |p| {
            p.append("templates/email/greeting.txt", "{# no more #}").replace(
                "templates/email/greeting.html",
                "show=\"quiet\"",
                "show=\"photo\"",
            )
        }),
        ("the style sheet", |p| {
            p.replace("templates/style/email.css", ".sheet { max-width: 600px;", ".sheet { max-width: 610px;")
        }),
        ("a word of the layouts", |p| p.replace("templates/strings/sv.yaml", "\nunsubscribe: ", "\nunsubscribe: Ja, ")),
        ("a tier up", |p| p.replace(PEOPLE, "language: sv\n  tier: B", "language: sv\n  tier: A")),
        ("a tier down", |p| {
            p.replace(PEOPLE, "tier: B\n  owner: elin\n  kind: prospect", "tier: C\n  owner: elin\n  kind: prospect")
        }),
        ("a new contact", |p| {
            p.contact("nils-ny", "Nils Ny", "tier: B\nowner: olof\nlanguage: sv\nemail: nils@ny.example\nkind: customer\nrecipient: legal\nbasis: {kind: customer, evidence: order 7, on: 2026-01-02}\ncollected_on: 2026-11-02")
        }),
        ("another name", |p| p.replace(PEOPLE, "{given: Fiona, family: Gray}", "{given: Fiona, family: Grey}")),
        ("another contact person", |p| {
            p.replace(
                PEOPLE,
                "tier: A\n  owner: olof\n  kind: customer\n  basis: {kind: customer, evidence: order 2025-02}",
                "tier: A\n  owner: elin\n  kind: customer\n  basis: {kind: customer, evidence: order 2025-02}",
            )
        }),
        ("somebody opts out", |p| {
            p.replace(
                PEOPLE,
                "evidence: delivers our glass and asked for it}",
                "evidence: delivers our glass and asked for it}\n  unsubscribed: {on: 2026-11-12, channel: email}",
            )
        }),
        ("another day", |p| p.replace(PLAN, "when: 2026-12-02", "when: 2026-12-03")),
        ("a wider audience", |p| p.replace(PLAN, "to: B", "to: C")),
        ("somebody else signs", |p| {
            p.replace(PLAN, "to: C\n    signed_by: owner\n    public", "to: C\n    signed_by: ceo\n    public")
        }),
        ("a telephone number", |p| p.replace(SETTINGS, "+46 8 465 004 22", "+46 8 465 004 23")),
        ("the address of the firm", |p| p.replace(SETTINGS, "street: Sågverksgatan 3", "street: Sågverksgatan 5")),
        ("where opt-outs go", |p| p.replace(SETTINGS, "mailto: avregistrera@", "mailto: nej-tack@")),
        ("a setting that nobody reads", |p| p.replace(SETTINGS, "max_gap_days: 180", "max_gap_days: 190")),
        ("a picture", |p| {
            p.file("content/newsletters/drum.png", picture("drum.png")).append(NOVEMBER_EN, "\n![A drum](drum.png)\n")
        }),
        ("another picture", |p| p.file("content/newsletters/drum.png", picture("cups.png"))),
        ("a file that goes with it", |p| {
            p.file("content/greetings/prices.csv", "oak;1\n").replace(
                CHRISTMAS_SV,
                "\npreheader:",
                "\nattachments: [prices.csv]\npreheader:",
            )
        }),
        ("another such file", |p| p.file("content/greetings/prices.csv", "oak;2\n")),
        ("a text of another name", |p| {
            let moved = ["sv", "en"].into_iter().fold(p, |p, language| {
                let from = format!("content/newsletters/workshop.{language}.md");
                let text = p.read(&from);
                p.remove(&from).file(&format!("content/newsletters/open-house.{language}.md"), text)
            });
            moved.replace(PLAN, "content: newsletters/workshop", "content: newsletters/open-house")
        }),
        ("a mailing of another name", |p| p.replace(PLAN, "id: 2026-12-letter", "id: 2026-12-open-house")),
    ]
}

/// A message by mailing and contact: who reads it (`A/sv`), and its bytes without the day, which the plan says.
type Messages = BTreeMap<(String, String), (String, Vec<u8>)>;

fn built(programme: &Programme) -> Messages {
    programme.run(["-q", "build", "--all", "--only", "mail"]).succeeds();
    let mut messages = Messages::new();
    let all = files::read(&programme.path("output/mail"));
    for (path, manifest) in all.iter().filter(|(path, _)| path.ends_with("/manifest.jsonl")) {
        let mailing = path.split('/').next().expect("a mailing");
        for line in String::from_utf8_lossy(manifest).lines() {
            let line: Value = serde_json::from_str(line).expect("JSON");
            let text = |key: &str| line[key].as_str().expect("a text").to_owned();
            let bytes = &all[&format!("{mailing}/messages/{}.eml", text("contact"))];
            let head_and_body = String::from_utf8_lossy(bytes);
            let undated: String =
                head_and_body.split_inclusive('\n').filter(|line| !line.starts_with("Date: ")).collect();
            let readers = format!("{}/{}", text("tier"), text("language"));
            messages.insert((mailing.to_owned(), text("contact")), (readers, undated.into_bytes()));
        }
    }
    messages
}

/// Each contact's own lines.
fn entries(programme: &Programme) -> BTreeMap<String, String> {
    let list = programme.read(PEOPLE);
    let entries = list.split("- id: ").skip(1);
    let entry = |entry: &str| {
        let (id, keys) = entry.split_once('\n').expect("more lines");
        let keys: String = keys.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        (id.to_owned(), keys)
    };
    entries.map(entry).collect()
}

/// How many messages of each mailing, tier and language differ, of contacts that are the same on both sides. Of a mailing that is
/// new, all.
fn differing(before: &Messages, after: &Messages, same: &BTreeSet<String>) -> BTreeMap<(String, String), usize> {
    let known: BTreeSet<&String> = before.keys().map(|(mailing, _)| mailing).collect();
    let mut differing = BTreeMap::new();
    for ((mailing, contact), (readers, bytes)) in after {
        let earlier = before.get(&(mailing.clone(), contact.clone()));
        let differs = earlier.is_some_and(|(_, earlier)| earlier != bytes && same.contains(contact));
        if differs || !known.contains(mailing) {
            *differing.entry((mailing.clone(), readers.clone())).or_default() += 1;
        }
    }
    differing
}

/// What `diff` names: the readers of changed variants by mailing, tier and language. A variant that nobody read before counts where
/// the mailing itself is new; its readers had none, or are not the same themselves.
fn named(said: &Value, before: &Messages) -> BTreeMap<(String, String), usize> {
    let known: BTreeSet<&String> = before.keys().map(|(mailing, _)| mailing).collect();
    let mut named = BTreeMap::new();
    for mailing in said["mailings"].as_array().expect("a list") {
        for variant in mailing["variants"].as_array().expect("a list") {
            let stem = variant["name"].as_str().and_then(|name| name.split(' ').next()).expect("a name");
            let id = mailing["id"].as_str().expect("an id").to_owned();
            if variant["changed"] == serde_json::json!(["new"]) && known.contains(&id) {
                continue;
            }
            *named.entry((id, stem.to_owned())).or_default() += variant["readers"].as_u64().expect("a number") as usize;
        }
    }
    named
}

#[test]
fn r36_every_commit_names_exactly_the_variants_whose_messages_differ() {
    let mut programme = committed();
    let mut before = built(&programme);
    let (mut naming, mut silent) = (0, 0);
    for (about, change) in commits() {
        let people = entries(&programme);
        programme = change(programme);
        commit(&programme);
        // Neither needs the other, and both take a processor.
        let (after, run) = std::thread::scope(|scope| {
            let run = scope.spawn(|| diff(&programme, &["--format", "json", "diff", "HEAD~1", "HEAD"]));
            (built(&programme), run.join().expect("it runs"))
        });
        let now = entries(&programme);
        let same: BTreeSet<String> =
            now.iter().filter(|(id, entry)| people.get(*id) == Some(entry)).map(|(id, _)| id.clone()).collect();
        let (said, expected) = (run.json(), differing(&before, &after, &same));
        let mut named = named(&said, &before);
        if same.len() == now.len() && people.len() == now.len() {
            assert_eq!(named, expected, "{about}: {said:#}");
        } else {
            // What only those read who changed themselves is theirs to change.
            let is_read = |(mailing, readers): &(String, String)| {
                let of_variant = after.iter().filter(|((id, _), (by, _))| id == mailing && by == readers);
                of_variant.into_iter().any(|((_, contact), _)| same.contains(contact))
            };
            named.retain(|variant, _| is_read(variant));
            assert!(named.keys().eq(expected.keys()), "{about}: {named:?} {expected:?} {said:#}");
        }
        let others = before.keys().chain(after.keys()).any(|key| before.get(key) != after.get(key));
        let planned = |part: &str| said[part].as_array().is_some_and(|part| !part.is_empty());
        let own_words_only = about == "another name";
        let speaks = ["mailings", "plan", "site", "post"].into_iter().any(planned);
        assert_eq!(run.status, if speaks { 5 } else { 0 }, "{about}");
        assert!(speaks || !others || own_words_only, "{about}: messages differ and nothing was said");
        *if named.is_empty() { &mut silent } else { &mut naming } += 1;
        before = after;
    }
    assert!(naming >= 20 && silent >= 5, "{naming} commits changed variants, {silent} did not");
}

#[test]
fn r36_who_moves_to_another_variant_is_counted_with_the_reason() {
    let keys = "tier: B\nowner: elin\nlanguage: sv\nemail: nils@ny.example\nkind: customer\nrecipient: legal\nbasis: {kind: customer, evidence: order 7, on: 2026-01-02}\ncollected_on: 2026-11-02";
    let programme = committed().contact("nils-ny", "Nils Ny", keys);
    commit(&programme);
    let programme = programme.replace(PEOPLE, "name: Nils Ny\n  tier: B", "name: Nils Ny\n  tier: A");
    let said = diff(&programme, &["--format", "json", "diff"]).ends_with(5).json();
    let november = crate::review::mailing(&said, "2026-11-newsletter");
    assert_eq!(november["variants"], Value::Array(Vec::new()));
    assert_eq!(november["move"], serde_json::json!([{"why": "tier B to A", "count": 1}]));
    let told = diff(&programme, &["-q", "diff"]).ends_with(5).stdout;
    assert!(told.contains("reads another variant: 1 tier B to A"), "{told}");
}
