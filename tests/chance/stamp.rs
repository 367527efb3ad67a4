//! Stamping a message or a letter equals rendering it in full: over generated templates, texts and contacts.
//!
//! `BEVARA_CASES=10000 cargo test --test chance stamp` runs more cases than the usual hundred.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use bevara::load::Folder;
use bevara::model::mailing::MailingKind;
use bevara::model::programme::Programme;
use bevara::plan::{Roster, Route};
use bevara::render::compose::Composer;
use bevara::render::engine::Engine;
use bevara::render::links::LinkKey;
use bevara::render::narrowing::Conditions;
use bevara::render::stamp::{Drafts, LetterRenderer, MailingRenderer, Method};
use bevara::validate::validate;

use crate::scratch;

/// A small generator of numbers (SplitMix64): the same cases on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[(self.next() % list.len() as u64) as usize]
    }
}

/// What people are called, and firms, and what else stands in a contact.
const VALUES: &[&str] = &[
    "Anna",
    "O'Connor",
    "<b>fet</b>",
    "*stjärna*",
    "_under_",
    "a  b",
    "&amp; & co",
    "\"Citat\" AB",
    "1. ett",
    "- streck",
    "# nummer",
    "[a](b)",
    "javascript:alert(1)",
    "https://x.example/?a=1&b=2",
    "{{ x }}",
    "{% y %}",
    "`kod`",
    "|a|b|",
    "\\n",
    "שלום עולם",
    "👩‍🌾🧑🏽‍🚀",
    "𠮷野家",
    "Å\u{a0}Ö",
    "ett mycket långt namn som går över flera rader när det står i en text och ska brytas rätt",
    "Supercalifragilisticexpialidociousantidisestablishmentarianism-och-mera-till",
    "~~struken~~",
    "=?utf-8?q?x?=",
    "!",
    "A",
    ">citat",
    "http://",
    "a@b.example",
    "+46 8 555",
    "--",
    "...",
    "  rum  ",
];

/// Pieces of a text: prints, conditions, loops, components, places of all kinds.
const PIECES: &[&str] = &[
    "Hej {{ contact.name.given }},\n\n",
    "**{{ contact.name.given }}** och *{{ contact.name.full }}*, \"{{ contact.name.given }}'s\" -- ja.\n\n",
    "Ett stycke om {{ contact.company | default(value=\"er\") }} som är långt nog för att brytas, med {{ contact.role | default(value='den som vet') }} och mer.\n\n",
    "{% if contact.company %}Hos {{ contact.company }} alltså.{% else %}Hos er.{% endif %}\n\n",
    "{% if tier == \"A\" %}Bara för A: {{ contact.name.given }}.\n\n{% endif %}",
    "{% if contact.company and tier != \"C\" %}Firma {{ contact.company }}.\n\n{% elif contact.role %}Roll {{ contact.role }}.\n\n{% endif %}",
    "{% if contact.tags %}Märkt.\n\n{% endif %}",
    "{% for tag in contact.tags %}- {{ tag }}\n{% endfor %}\n\n",
    "{% if \"golf\" in contact.tags %}Golf?\n\n{% endif %}",
    "{% set namn = contact.name.given %}Du heter {{ namn }}.\n\n",
    "{{ contact.name.given | upper }} ropar.\n\n",
    "{{ contact.extra.note | default(value=\"inget\") }}\n\n",
    "{% if contact.extra.note is defined %}Anm.: {{ contact.extra.note }}\n\n{% endif %}",
    "{{ contact.name.given ~ \"!\" }}\n\n",
    "- {{ contact.name.given }} först\n- sedan {{ contact.phone | default(value=\"ingen\") }} och ännu mer text så att raden säkert måste brytas\n\n",
    "1. {{ contact.id }}\n2. två\n\n",
    "> {{ contact.name.full }} sade en gång något klokt som är värt att citera i sin helhet.\n\n",
    "| Namn | Firma |\n|---|---:|\n| {{ contact.name.given }} | x |\n\n",
    "## Om {{ contact.name.given }}\n\n",
    "### Om {{ contact.name.given }}\n\n",
    "[tipsa]({{ links.refer }}) nu\n\n",
    "[{{ contact.name.given }}]({{ links.refer }})\n\n",
    "[läs](https://x.example/?n={{ contact.id }}&m={{ contact.name.given }})\n\n",
    "{{ <button label=\"Tipsa\" href={links.refer} /> }}\n\n",
    "{{ <shout text={contact.name.given} /> }}\n\n",
    "{% <card title=\"x\"> %}Inne {{ contact.name.given }}{% </card> %}\n\n",
    "{% include \"email/part.html\" %}\n\n",
    "<p title=\"{{ contact.name.full }}\" class=\"t-{{ tier }}\">{{ contact.name.given }}</p>\n\n",
    "<p style=\"color: {{ contact.extra.colour | default(value='red') }}\">färg</p>\n\n",
    "<!-- {{ contact.name.given }} -->\n\n",
    "Fotnot[^1] för {{ contact.name.given }}.\n\n[^1]: Not om {{ contact.name.full }}.\n\n",
    "`{{ contact.name.given }}` i kod\n\n",
    "    {{ contact.name.given }} som block\n\n",
    "{{ contact.since | default(value=\"2020-01-01\") | date(format=\"long\") }}\n\n",
    "{{ \"tack\" | t(name=contact.name.given) }}\n\n",
    "{{ signer.name }} och {{ owner.given }}, {{ date | date }}.\n\n",
    "{{ contact.address.city | default(value=\"staden\") }}  \nny rad\n\n",
    "~~{{ contact.name.given }}~~ ({{ contact.email | default(value='-') }})\n\n",
    "{% if contact.nps.score is defined and contact.nps.score > 8 %}Tack för {{ contact.nps.score }}.\n\n{% endif %}",
    "Vanlig text utan någon alls, bara ord.\n\n",
    "{% if letter %}Lägg arket i ett kuvert, {{ contact.name.given }}: {{ letter.link }}.{% else %}Svara.{% endif %}\n\n",
    "{% if letter %}*{{ letter.link }}*\n\n{% for rad in letter.address %}- {{ rad }}\n{% endfor %}{% endif %}\n\n",
    "{% if letter %}[tipsa](https://{{ letter.link }}) {{ letter.qr }}{% endif %}\n\n",
];

/// What stands over a letter.
const HEADINGS: &[&str] = &[
    "{% for line in letter.address %}<span title=\"{{ line }}\">{{ line }}</span>\n{% endfor %}",
    "<address{% if letter.tight %} class=\"tight\"{% endif %}>{% for line in letter.address %}{{ line }}<br>{% endfor %}</address>",
    "{{ <tip letter={letter} text=\"Tipsa\" /> }}{% for line in letter.address %}{{ loop.index }} {{ line }} {% endfor %}",
    "<p>{{ letter.place }}, {{ letter.date | date }} {{ letter.form }}</p>{{ letter.sender_line }} {{ letter.qr }}",
    "<p>{{ letter.address | join(sep=', ') }}</p>",
    "<p>{{ letter.link | upper }}</p>",
    "{% set link = letter.link %}<p>{{ link }}</p>",
];

/// What every layout shows of the sender: the seal asks for it.
const IMPRINT: &str = "{% for line in programme.sender.postal_address.lines %}{{ line }}, {% endfor %}";

const SUBJECTS: &[&str] = &[
    "Nyheter i januari",
    "{{ contact.name.given }}, en sak",
    "\"{{ contact.company | default(value=\"Ni\") }}\" -- nu",
    "{% if tier == \"A\" %}Till dig{% else %}Till alla{% endif %}",
    "{{ contact.name.given | upper }}",
];

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder");
    fs::write(path, text).expect("a temporary file");
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a JSON string is a YAML string")
}

fn contacts(dice: &mut Dice) -> String {
    let mut yaml = String::new();
    for number in 0..8 {
        let value = |dice: &mut Dice| quoted(dice.pick(VALUES));
        yaml.push_str(&format!("- id: c{number}\n  name: {{given: {}, family: {}}}\n", value(dice), value(dice)));
        yaml.push_str(&format!("  email: c{number}@x.example\n  language: {}\n", dice.pick(&["sv", "en"])));
        yaml.push_str(&format!(
            "  tier: {}\n  owner: {}\n",
            dice.pick(&["A", "B", "C"]),
            dice.pick(&["astrid", "sara"])
        ));
        yaml.push_str("  basis: {kind: customer}\n");
        for key in ["company", "role", "phone"] {
            if !dice.next().is_multiple_of(3) {
                yaml.push_str(&format!("  {key}: {}\n", value(dice)));
            }
        }
        if dice.next().is_multiple_of(2) {
            yaml.push_str(&format!("  tags: [{}, golf]\n", value(dice)));
        }
        let city = dice.pick(&["Malmö", "Åre", "<Uppsala>", "St  Ives"]);
        yaml.push_str(&format!(
            "  address: {{street: {}, postcode: \"111 22\", city: {}, country: {}}}\n",
            value(dice),
            quoted(city),
            dice.pick(&["SE", "SE", "EE"])
        ));
        if dice.next().is_multiple_of(2) {
            yaml.push_str(&format!("  nps: {{score: {}}}\n", dice.next() % 11));
        }
        if dice.next().is_multiple_of(2) {
            let note = dice.pick(&["rad ett\\nrad två", "", " blank ", "vanlig"]);
            yaml.push_str(&format!("  extra: {{note: \"{note}\", colour: {}}}\n", value(dice)));
        }
    }
    yaml
}

fn text(dice: &mut Dice) -> String {
    let body: String = (0..3 + dice.next() % 7).map(|_| dice.pick(PIECES)).collect();
    format!("---\nsubject: {}\npreheader: {}\n---\n{body}", quoted(dice.pick(SUBJECTS)), quoted(dice.pick(SUBJECTS)))
}

/// A programme with one mailing, made of generated parts.
fn generate(root: &Path, dice: &mut Dice) {
    write(
        root,
        "bevara.yaml",
        "format: 1\nname: Firma & Co\nbase_url: https://firma.example\nlanguages: [sv, en]\ncountry: SE\n\
         sender: {name: Firma & Co, email: hej@firma.example, postal_address: {street: Gatan 1, postcode: 111 22, city: Stockholm}}\n\
         team:\n  - {id: astrid, name: Astrid Lind, email: a@firma.example, phone: \"+46 8 1\", ceo: true}\n  - {id: sara, name: Sara Ny, email: s@firma.example}\n\
         unsubscribe: {mailto: av@firma.example}\n",
    );
    write(root, "contacts/alla.yaml", &contacts(dice));
    write(
        root,
        "content/plan/2027.yaml",
        "year: 2027\nmailings:\n  - {id: m, kind: newsletter, content: brev, when: 2027-01-20, to: C, public: true}\n  \
         - {id: p, kind: newsletter, content: brev, when: 2027-02-20, to: C, channel: post}\n",
    );
    write(root, "content/brev.sv.md", &text(dice));
    write(root, "content/brev.en.md", &text(dice));
    if dice.next().is_multiple_of(4) {
        write(root, "content/brev.A.sv.md", &text(dice));
    }
    for language in ["sv", "en"] {
        write(
            root,
            &format!("content/keep-in-mind.{language}.md"),
            "Ring {{ owner.name }}, {{ contact.name.given }}. Känner du någon?\n",
        );
        write(root, &format!("templates/strings/{language}.yaml"), "tack: \"Tack, {name}!\"\n");
    }
    let top = dice.pick(&[
        "<p><a href=\"{{ links.unsubscribe }}\">av</a>{% if links.browser %} <a href=\"{{ links.browser }}\">läs</a>{% endif %}</p>",
        "<p title=\"{{ contact.name.full }}\">{{ contact.name.given }}</p>",
        "<p>{% if contact.company %}{{ contact.company }}{% endif %}</p>",
        "<p class=\"x {{ mailing.kind }}\">{{ signer.name }}</p>",
    ]);
    write(
        root,
        "templates/email/newsletter.html",
        &format!(
            "<html><head><title>{{{{ mailing.subject }}}}</title></head><body>{{% if mailing.preheader %}}<div hidden>{{{{ mailing.preheader }}}}</div>{{% endif %}}\n{top}\n{{{{ body }}}}\n<p>{{{{ signer.name }}}}, {IMPRINT} <a href=\"{{{{ links.unsubscribe }}}}\">av</a></p>\n<div>{{{{ keep_in_mind }}}}</div></body></html>"
        ),
    );
    write(
        root,
        "templates/email/newsletter.txt",
        &format!(
            "Till {{{{ contact.name.full }}}}: {{{{ links.unsubscribe }}}}\n\n{{{{ body }}}}\n\n{{{{ signer.name }}}}, {IMPRINT}\n\n{{{{ keep_in_mind }}}}\n"
        ),
    );
    let heading = dice.pick(HEADINGS);
    write(
        root,
        "templates/letter/letter.html",
        &format!(
            "{heading}<article>{{{{ body }}}}\n<p>{{{{ signer.name }}}}, {IMPRINT}{{{{ letter.opt_out }}}}</p><div>{{{{ keep_in_mind }}}}</div></article>\n"
        ),
    );
    write(root, "templates/letter/run.html", "{{ css }}{{ letters }}");
    write(root, "templates/letter/labels.html", "");
    write(root, "templates/style/letter.css", ".tight { font-size: 9pt }");
    write(
        root,
        "templates/email/part.html",
        "<p>Del för {{ contact.name.given }}{% if contact.role %}, {{ contact.role }}{% endif %}</p>",
    );
    write(
        root,
        "templates/email/components.html",
        "{% component button(label: string, href: string) %}<a href=\"{{ href }}\">{{ label }}</a>{% endcomponent button %}\n\
         {% component shout(text: string) %}<b>{{ text | upper }}</b>{% endcomponent shout %}\n\
         {% component tip(letter, text: string) %}<p title=\"{{ letter.link }}\">{{ text }} {{ letter.link }}{% if letter.qr %}{{ letter.qr }}{% endif %}</p>{% endcomponent tip %}\n\
         {% component card(title: string) %}<div title=\"{{ title }}\">{{ body }}</div>{% endcomponent card %}\n",
    );
    write(root, "templates/style/email.css", "p { margin: 0 } .t-A { color: red }\n");
}

fn load(root: &Path) -> Programme {
    load_on(root, jiff::civil::date(2026, 11, 21))
}

fn load_on(root: &Path, today: jiff::civil::Date) -> Programme {
    let mut found = Vec::new();
    let folder = Folder::read(root, &mut found).expect("a readable folder");
    let programme = validate(&folder, today, &mut found);
    programme
        .unwrap_or_else(|| panic!("{:#?}", found.iter().map(|finding| finding.to_human(false)).collect::<Vec<_>>()))
}

/// What a case came to: messages compared and how many of them were stamped, and made of what another reader's was made of (which all
/// but a few are); and letters stamped.
fn compare(programme: &Programme, case: u64) -> [(usize, usize); 3] {
    let engine = Engine::new(programme).unwrap_or_else(|errors| panic!("case {case}: {errors:#?}"));
    let conditions = Conditions::new(programme).expect("no conditions");
    let key = LinkKey::new(Some("a key"), &programme.settings);
    let composer = Composer::new(programme, &engine, &key).expect("a style sheet");
    let roster = Roster::new(programme, &conditions);
    let [messages, stamped, shared] = compare_messages(programme, &composer, &roster, case);
    [(messages, stamped), (messages, shared), compare_letters(programme, &composer, &roster, case)]
}

fn compare_messages(programme: &Programme, composer: &Composer<'_>, roster: &Roster<'_>, case: u64) -> [usize; 3] {
    let mailing = programme.mailing("m").expect("the mailing");
    let audience = roster.audience(mailing);
    let press = MailingRenderer::new(composer, mailing);
    let drafts = Drafts::new(composer, mailing);
    let (mut compared, mut stamped, mut shared) = (0, 0, 0);
    for recipient in &audience.recipients {
        compared += 1;
        let reader = press.reader(recipient);
        let variant = press.key(recipient, &reader).and_then(|key| press.variant(&key, recipient));
        let filled = variant.and_then(|variant| variant.fill(&reader));
        stamped += usize::from(filled.is_some());
        let drafted = drafts.as_ref().and_then(|drafts| {
            let mut drafted = drafts.of(recipient)?;
            let variant = drafts.variant(recipient, &mut drafted, Some)?;
            Some(drafted.fill(&variant))
        });
        if let (Some(filled), Some(drafted)) = (&filled, &drafted) {
            assert_eq!(filled, drafted, "case {case}");
        }
        let Some(filled) = filled.or(drafted) else { continue };
        shared += 1;
        let full = press.full(recipient).unwrap_or_else(|error| panic!("case {case}: {}", error.to_human(false)));
        assert_eq!(filled.subject, full.subject, "case {case}");
        assert_eq!(filled.text, full.sealed.text(), "case {case}");
        assert_eq!(filled.html, full.sealed.html(), "case {case}");
    }
    assert!(matches!(press.method(), Method::Stamped { .. }) || stamped == 0);
    [compared, stamped, shared]
}

/// The same of letters. Every reader's is made from the variant of the first with the same key.
fn compare_letters(programme: &Programme, composer: &Composer<'_>, roster: &Roster<'_>, case: u64) -> (usize, usize) {
    let mailing = programme.mailing("p").expect("the mailing");
    let audience = roster.audience(mailing);
    let press = LetterRenderer::new(composer, mailing);
    let mut variants = BTreeMap::new();
    let mut stamped = 0;
    for recipient in &audience.recipients {
        let Some(key) = press.key(recipient) else { continue };
        let variant = variants.entry(key).or_insert_with(|| press.variant(&key, recipient));
        let Some(html) = variant.as_ref().and_then(|variant| press.fill(variant, recipient)) else { continue };
        stamped += 1;
        let full = press.full(recipient).unwrap_or_else(|error| panic!("case {case}: {}", error.to_human(false)));
        assert_eq!(html, full.expect("everybody has an address").sealed.html(), "case {case}");
    }
    (audience.recipients.len(), stamped)
}

/// How many messages of a programme there are, all mailings together; every one must come from a variant, and from what is finished
/// once for all whose texts tera made equal.
fn stamped(root: &Path, today: jiff::civil::Date) -> usize {
    let programme = load_on(root, today);
    let engine = Engine::new(&programme).expect("sound templates");
    let conditions = Conditions::new(&programme).expect("sound conditions");
    let key = LinkKey::new(Some("a key"), &programme.settings);
    let composer = Composer::new(&programme, &engine, &key).expect("a style sheet");
    let roster = Roster::new(&programme, &conditions);
    let mut count = 0;
    for mailing in programme.mailings() {
        let renderer = MailingRenderer::new(&composer, mailing);
        let drafts = Drafts::new(&composer, mailing).expect("layouts that print their texts");
        let (mut finished, before) = (HashSet::new(), count);
        let by_mail = |route: Route<'_>| matches!(route, Route::Email(_));
        for recipient in roster.audience(mailing).recipients.iter().filter(|one| by_mail(one.route())) {
            let reader = renderer.reader(recipient);
            let key = renderer.key(recipient, &reader);
            let variant = key.and_then(|key| renderer.variant(&key, recipient));
            let filled = variant.and_then(|variant| variant.fill(&reader));
            let id = &recipient.contact().id;
            // A status report is about one reader's own project.
            let is_own = mailing.kind == MailingKind::Status;
            assert!(is_own || filled.is_some(), "{} for {id}: {:?}", mailing.id, renderer.method());
            let mut drafted = drafts.of(recipient).expect("a draft");
            assert!(
                drafts.variant(recipient, &mut drafted, Some).is_some(),
                "{} for {id} is finished alone",
                mailing.id
            );
            finished.insert(drafted.digest);
            count += 1;
        }
        // Language, tier and contact person tell most of them apart, not who reads.
        let of_this = count - before;
        assert!(of_this < 40 || finished.len() * 2 < of_this, "{}: {} of {of_this}", mailing.id, finished.len());
    }
    count
}

#[test]
fn the_demo_a_new_programme_and_one_of_another_hand_are_stamped() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let today = jiff::civil::date(2026, 11, 21);
    assert!(stamped(repository, today) > 100, "the demo");
    let folder = scratch::folder();
    let root = folder.path().join("own");
    let init = Command::new(env!("CARGO_BIN_EXE_bevara"))
        .args([
            "--today",
            "2026-11-21",
            "-q",
            "init",
            "--yes",
            "--name",
            "Firma & Co",
            "--language",
            "sv",
            "--email",
            "a@firma.example",
        ])
        .arg(&root)
        .status();
    assert!(init.expect("it runs").success());
    // A new list holds nobody yet.
    let person = "- id: anna-lind\n  name: Anna Lind\n  company: Linds AB\n  email: anna@linds.example\n  language: sv\n  tier: A\n  \
                  owner: OWNER\n  basis: {kind: customer, evidence: order, on: 2026-01-02}\n";
    let settings = fs::read_to_string(root.join("bevara.yaml")).expect("settings");
    let owner =
        settings.split("- id: ").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("one in the team");
    write(&root, "contacts/more.yaml", &person.replace("OWNER", owner));
    assert!(stamped(&root, today) > 10, "a new programme");
    assert!(stamped(&repository.join("tests/it/small"), today) > 5, "another hand");
}

#[test]
fn stamping_equals_the_full_render() {
    let cases = std::env::var("BEVARA_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(100_u64);
    let folder = scratch::folder();
    let mut all = [(0, 0); 3];
    for case in 0..cases {
        let root = folder.path().join(case.to_string());
        generate(&root, &mut Dice(case));
        for ((compared, stamped), (more, of_them)) in all.iter_mut().zip(compare(&load(&root), case)) {
            *compared += more;
            *stamped += of_them;
        }
        fs::remove_dir_all(&root).expect("our own folder");
    }
    for (compared, stamped) in all {
        assert!(
            stamped * 10 > compared,
            "{stamped} of {compared} were stamped: the cases are too hard to mean anything"
        );
    }
}
