//! `import` and `export`: lists of other programs come in and go out, and nothing that was decided is undone (R13, R20, R26, R27).

use data_encoding::BASE32_NOPAD;
use ring::hmac::{Context, HMAC_SHA256, Key};

use crate::files;
use crate::programme::Programme;
use crate::run::Run;

const PEOPLE: &str = "contacts/people.yaml";
const NEW: &str = "contacts/imported.yaml";

/// A programme with a list beside it.
fn with_list(name: &str, list: impl AsRef<[u8]>) -> Programme {
    Programme::new().file(name, list)
}

/// The JSON of an import.
fn proposal(programme: &Programme, more: &[&str]) -> (Run, serde_json::Value) {
    let arguments = [&["--format", "json", "import", "list.csv"], more].concat();
    let run = crate::run::run(programme.root(), &arguments);
    let json = run.json();
    (run, json)
}

/// What is listed under a name, as pairs of row and another key.
fn listed(json: &serde_json::Value, name: &str, key: &str) -> Vec<(u64, String)> {
    let entries = json[name].as_array().expect("a list");
    let pair = |entry: &serde_json::Value| {
        (entry["row"].as_u64().expect("a number"), entry[key].as_str().unwrap_or_default().to_owned())
    };
    entries.iter().map(pair).collect()
}

fn pairs(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|(row, text)| (*row, (*text).to_owned())).collect()
}

const OUTLOOK: &str = "First Name,Last Name,Company,Job Title,E-mail Address,Business Phone,Business Street,Business City,Business Postal Code,Business Country/Region,Birthday,Categories\r\n\
    Jonas,Öberg,Öbergs Måleri AB,vd,Jonas.Oberg@maleri.example,018-12 34 56,\"Kungsgatan 1\r\n2 tr\",Uppsala,753 18,Sverige,12.03.1971,Kund;Nöjd\r\n\
    ,,Café Ögat,,hej@ogat.example,,,,,,,\r\n";

#[test]
fn a_list_is_shown_first_and_written_once() {
    let programme = with_list("list.csv", OUTLOOK);
    let shown = programme.run(["import", "list.csv", "--set", "tier=C", "owner=elin"]).succeeds();
    assert!(!programme.path(NEW).exists(), "nothing is written without --write");
    assert!(shown.stderr.contains("CSV, UTF-8, commas: 2 rows"), "{}", shown.stderr);
    assert!(shown.stderr.contains("row 2  jonas-oberg: Jonas Öberg · Öbergs Måleri AB"), "{}", shown.stderr);
    programme.run(["import", "list.csv", "--set", "tier=C", "owner=elin", "--write"]).succeeds();
    assert_eq!(
        programme.read(NEW),
        "- id: jonas-oberg\n  name: {given: Jonas, family: Öberg}\n  company: Öbergs Måleri AB\n  role: vd\n  \
         email: Jonas.Oberg@maleri.example\n  phone: \"018-12 34 56\"\n  address: {street: \"Kungsgatan 1, 2 tr\", \
         postcode: \"753 18\", city: Uppsala, country: SE}\n  language: sv\n  tier: C\n  owner: elin\n  \
         source: list list.csv\n  birthday: 1971-03-12\n  tags: [Kund, Nöjd]\n\n\
         - id: cafe-ogat\n  name: {given: Café Ögat}\n  company: Café Ögat\n  email: hej@ogat.example\n  language: sv\n  \
         recipient: legal\n  tier: C\n  owner: elin\n  source: list list.csv\n"
    );
    programme.run(["check"]).succeeds();
    let before = files::read(&programme.path("contacts"));
    let again = programme.run(["import", "list.csv", "--set", "tier=C", "owner=elin", "--write"]).succeeds();
    assert!(again.stderr.contains("0 new, 0 changed, 2 unchanged, 0 refused, 0 doubtful"), "{}", again.stderr);
    assert_eq!(files::read(&programme.path("contacts")), before);
}

#[test]
fn what_a_spreadsheet_broke_is_left_out_and_a_cell_without_end_is_refused() {
    let endless = "x".repeat(200_000);
    let list = format!("Name,Email,Phone,Company\nAnna Ek,a@ek.example,4.67E+10,\nBo Al,b@al.example,,{endless}\n");
    let (_, json) = proposal(&with_list("list.csv", list), &["--set", "tier=C", "owner=elin"]);
    assert_eq!(listed(&json, "left_out", "value"), pairs(&[(2, "4.67E+10")]));
    assert_eq!(listed(&json, "refused", "name"), pairs(&[(3, "Bo Al")]));
}

#[test]
fn r35_a_second_address_or_number_is_told() {
    let list = "Name,Email,Email,Phone,Phone 2\nAnna Ek,a@ek.example; anna@privat.example,ek@ek.example,018-12 34 56,018-65 43 21\n\
                Bo Al,b@al.example,B@al.example,018-11 11 11,018 11 11 11\n";
    let programme = with_list("list.csv", list);
    let (run, json) = proposal(&programme, &["--set", "tier=C", "owner=elin"]);
    run.succeeds();
    let further = [(2, "anna@privat.example"), (2, "ek@ek.example"), (2, "018-65 43 21")];
    assert_eq!(listed(&json, "further", "value"), pairs(&further));
    let shown = programme.run(["import", "list.csv", "--set", "tier=C", "owner=elin"]).succeeds();
    assert!(shown.stderr.contains("not kept, since a contact has one e-mail address"), "{}", shown.stderr);
}

#[test]
fn r26_what_was_decided_stays_unless_it_is_named() {
    let list = "email,phone,tier,owner,language,basis.kind,unsubscribed.on,tags,role\n\
        hanna+x@IVARSSON.example,018-1,A,elin,en,consent,2020-01-01,old,\n\
        gustav@holms-bygg.example,,A,olof,,,,,vd\n\
        anna@linds-bokhandel.example,,,,,,,\"Kitchen; fair\",\n";
    let programme = with_list("list.csv", list);
    let (run, json) = proposal(&programme, &["--write"]);
    run.ends_with(0);
    let fields = |row: usize, name: &str| {
        let list = json["changed"][row][name].as_array().expect("a list").iter();
        list.map(|change| change["field"].as_str().expect("a field").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(fields(0, "changes"), ["phone", "tags"]);
    assert_eq!(fields(0, "kept"), ["language", "tier", "owner", "basis.kind", "unsubscribed.on"]);
    assert_eq!(
        (fields(1, "changes"), fields(1, "kept")),
        (vec!["role".to_owned()], vec!["tier".into(), "owner".into()])
    );
    let people = programme.read(PEOPLE);
    assert!(
        people.contains("  unsubscribed: {on: 2026-11-10, channel: email}\n") && people.contains("  tier: D\n"),
        "{people}"
    );
    assert!(people.contains("  tags: [kitchen, fair]\n"), "{people}");
    proposal(&programme, &["--write", "--overwrite", "owner", "basis"]).0.ends_with(0);
    let people = programme.read(PEOPLE);
    assert!(people.contains("  kind: customer\n  basis: {kind: consent, evidence: order 2022-08}\n"), "{people}");
    assert!(people.contains("  tier: D\n  tier_reason: Left three suppliers unpaid.\n  owner: olof\n"), "{people}");
    let (_, again) = proposal(&programme, &["--overwrite", "owner", "basis"]);
    assert_eq!(again["changed"], serde_json::json!([]));
}

#[test]
fn r26_an_opt_out_in_a_list_is_taken() {
    let list = "First Name,Last Name,Email,Unsubscribed from all email\nFiona,Gray,fiona@gray.example,TRUE\nErik,Åberg,erik@aberg.example,FALSE\n";
    let programme = with_list("list.csv", list);
    proposal(&programme, &["--write"]).0.ends_with(0);
    let people = programme.read(PEOPLE);
    assert_eq!(people.matches("unsubscribed: {on: 2026-11-21, channel: list}").count(), 1, "{people}");
    let (_, json) = proposal(&programme, &[]);
    assert_eq!(listed(&json, "unchanged", "id"), pairs(&[(2, "fiona-gray"), (3, "erik-aberg")]));
}

/// The line by which somebody who was forgotten is known again.
fn forgotten(trace: &str) -> String {
    let mut mac = Context::with_key(&Key::new(HMAC_SHA256, b"0123456789abcdef0123456789abcdef"));
    mac.update(b"forgotten\0");
    mac.update(trace.as_bytes());
    let hash = BASE32_NOPAD.encode(mac.sign().as_ref()).to_lowercase();
    format!("- {{hash: {hash}, on: 2026-10-02}}\n")
}

#[test]
fn r04_r20_r27_who_may_not_come_onto_the_list_is_refused_with_row_and_reason() {
    let list = "Name;Firma;E-post;Telefon\n\
        Bo Ek;Gran och Tall;bo@gt.example;\n\
        Per Al;GRAN & TALL INREDNING;per@gt.example;\n\
        Gustav H;;Gustav+news@holms-bygg.example;\n\
        Lisa Borg;Borg AB;;070-123 45 67\n\
        Maja Ros;;maja@ros-keramik.example;\n\
        Nils Ny;;nils(at)ny.example;\n\
        Ole Dum;;;\n\
        ;;x@y.example;\n\
        Per Kvist;AB;p@k.example;070-1;070-2\n";
    let programme = with_list("list.csv", list)
        .file(".env", "BEVARA_LINK_KEY=0123456789abcdef0123456789abcdef\n")
        .file("contacts/forgotten.yaml", forgotten("phone:46701234567"));
    let (run, json) = proposal(&programme, &["--set", "tier=C", "owner=elin", "--write"]);
    run.ends_with(3);
    assert_eq!(
        listed(&json, "refused", "code"),
        pairs(&[
            (3, "wall"),
            (5, "forgotten"),
            (6, "lead"),
            (7, "no-reach"),
            (8, "no-reach"),
            (9, "no-name"),
            (10, "damaged")
        ])
    );
    assert_eq!(json["refused"][3]["column"], "E-post");
    assert_eq!(json["left_out"][0]["value"], "nils(at)ny.example");
    // A mailbox that belongs to a D is that D, who stays one.
    assert_eq!(listed(&json, "unchanged", "id"), []);
    assert!(programme.read(PEOPLE).contains("  tier: D\n"));
    programme.run(["check"]).succeeds();
}

#[test]
fn whoever_is_only_likely_is_asked_about() {
    let list = "id,Name,Company,Email,Phone\n\
        ,Cecilia Dahl,,cissi@dahl.example,\n\
        ,Anna Lind,Linds Bokhandel,anna.lind@private.example,\n\
        ,Brian O'Neill,O'Neill & Sons,,\n\
        ,Somebody Else,,erik@aberg.example,\n\
        anna-lind-2,Anna Lind,Linds Bokhandel,anna.lind@private.example,\n\
        ,New Person,,new@person.example,1234567\n\
        ,New Person,,new@person.example,7654321\n";
    let programme = with_list("list.csv", list);
    let (run, json) = proposal(&programme, &["--set", "tier=C", "owner=elin"]);
    run.ends_with(3);
    assert_eq!(
        listed(&json, "doubtful", "why"),
        pairs(&[
            (2, "the name is the same, and no firm tells them apart"),
            (3, "name and firm are the same, the mailbox is another"),
            (5, "the mailbox is the same, the name is another"),
            (8, "row 7 is about the same person and says something else"),
        ])
    );
    assert_eq!(listed(&json, "new", "id"), pairs(&[(6, "anna-lind-2"), (7, "new-person")]));
    assert_eq!(listed(&json, "unchanged", "id"), pairs(&[(4, "brian-oneill")]));
}

#[test]
fn comments_and_order_stay() {
    let programme = Programme::new()
        .file(
            "contacts/more.yaml",
            "# ours\n- {id: ida, name: Ida Alm, phone: \"1234567\", tier: C, owner: elin, language: sv} # note\n\n# hers\n- id: ulf   # the boss\n  name: Ulf Alm\n  # never on Mondays\n  tags:\n    - a # first\n  email: ulf@alm.example\n  tier: C\n  owner: elin\n  language: sv # at home\n",
        )
        .file("list.csv", "Name,Email,Phone,Tags\nIda Alm,ida@alm.example,1234567,\nUlf Alm,ulf@alm.example,018-7,b\nEva Alm,eva@alm.example,,\n");
    proposal(&programme, &["--set", "tier=C", "owner=elin", "--into", "more.yaml", "--write"]).0.ends_with(0);
    assert_eq!(
        programme.read("contacts/more.yaml"),
        "# ours\n- {id: ida, name: Ida Alm, phone: \"1234567\", tier: C, owner: elin, language: sv, email: ida@alm.example} # note\n\n# hers\n- id: ulf   # the boss\n  name: Ulf Alm\n  # never on Mondays\n  tags:\n    [a, b] # first\n  email: ulf@alm.example\n  tier: C\n  owner: elin\n  language: sv # at home\n  phone: \"018-7\"\n\n- id: eva-alm\n  name: {given: Eva, family: Alm}\n  email: eva@alm.example\n  language: sv\n  tier: C\n  owner: elin\n  source: list list.csv\n"
    );
}

#[test]
fn an_export_comes_back_without_a_change() {
    let programme = Programme::new().append(
        PEOPLE,
        "\n- id: zoe\n  name: {given: Zoë, family: \"=Cmd\"}\n  company: \"=HYPERLINK(\\\"x\\\")\"\n  phone: \"+46 70 1\"\n  email: \"zoë@ö.example\"\n  language: sv\n  tier: C\n  tier_reason: |\n    One;\n    two, \"three\"\n  owner: olof\n  owned: [\"a, b\", c]\n  issues: [{what: Late, since: 2026-11-01}]\n  pause: {until: 2027-01-01, why: \"-2+3\"}\n  extra: {shoe: 42, code: \"007\", vip: true}\n",
    );
    programme.run(["check"]).succeeds();
    let before = files::read(&programme.path("contacts"));
    for file in ["list.csv", "list.xlsx", "list.vcf"] {
        programme.run(["export", "contacts", file]).succeeds();
        let back = programme.run(["import", file, "--write"]).succeeds();
        assert!(back.stderr.contains("0 new, 0 changed, 9 unchanged"), "{file}: {}", back.stderr);
    }
    assert_eq!(files::read(&programme.path("contacts")), before);
    // Into an empty list everything comes back.
    let empty = Programme::new()
        .file("contacts/people.yaml", "")
        .file("contacts/referrals.yaml", "")
        .remove("contacts/touches/2026.yaml")
        .file("list.csv", std::fs::read(programme.path("list.csv")).expect("a list"));
    proposal(&empty, &["--write"]).0.ends_with(0);
    let exported = |programme: &Programme| programme.run(["export", "contacts", "-"]).succeeds().stdout;
    assert_eq!(exported(&empty), exported(&programme));
    assert!(exported(&programme).contains("\"'=HYPERLINK(\"\"x\"\")\""), "no cell is a formula");
    assert!(
        files::read(&programme.path("."))["list.csv"].starts_with(b"\xef\xbb\xbf"),
        "spreadsheets know it for UTF-8"
    );
}

#[test]
fn wrong_use_is_said_before_anything_is_read() {
    let programme = with_list("list.csv", "Name,Shoe\nAnna Ek,2\n").file("contacts.txt", "\0\0\0");
    for (arguments, said) in [
        (["import", "list.csv", "--set", "teir=C"], "there is no field `teir`"),
        (["import", "list.csv", "--set", "owner=nobody"], "nobody on the team is `nobody`"),
        (["import", "list.csv", "--map", "Sko=company"], "there is no column `Sko`"),
        (["import", "list.csv", "--into", "../x.yaml"], "contacts cannot be written into `../x.yaml`"),
        (["import", "list.csv", "--into", "referrals.yaml"], "contacts cannot be written into `referrals.yaml`"),
    ] {
        let run = programme.run(arguments).ends_with(2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    programme.run(["import", "missing.csv"]).ends_with(4);
    programme.run(["import", "contacts.txt"]).ends_with(2);
    programme.run(["export", "contacts", "list.doc"]).ends_with(2);
}

#[test]
fn a_heading_is_told_by_its_letter_and_a_title_row_is_no_heading() {
    let list = "Exported 2026-11-01,,\n\nVem,Var,Namn\nanna@x.example,Lund,Anna Ek\n";
    let programme = with_list("list.csv", list);
    let (run, json) = proposal(&programme, &["--map", "A=email", "Var=address.city", "--set", "tier=C", "owner=elin"]);
    run.ends_with(0);
    assert_eq!(json["new"][0]["row"], 4);
    assert_eq!(
        (&json["new"][0]["values"]["email"], &json["new"][0]["values"]["address.city"]),
        (&"anna@x.example".into(), &"Lund".into())
    );
}
