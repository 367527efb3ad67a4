//! The law in refusals, what is held on a person, how they are forgotten, and opt-outs that come in by themselves (R26, R27).

use std::process::Command;

use crate::files;
use crate::programme::Programme;
use crate::run::{Run, TODAY, bevara, finish};
use crate::scratch;

const KEY: &str = "a-key-of-forty-letters-and-not-of-the-demo";

/// Runs the command with a link key.
fn keyed(programme: &Programme, arguments: &[&str]) -> Run {
    let mut command = bevara(programme.root());
    finish(command.env("BEVARA_LINK_KEY", KEY).args(["--today", TODAY]).args(arguments), programme.root())
}

fn refusals(programme: &Programme) -> Vec<serde_json::Value> {
    programme.run(["build"]).succeeds();
    let lines = programme.read("output/mail/2026-11-newsletter/refusals.jsonl");
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn r26_a_refusal_names_its_paragraph() {
    let keys = "email: ola@privat.example\naddress: {country: \"NO\"}\nlanguage: sv\nkind: prospect\nrecipient: natural\ntier: C\n\
        owner: olof\nbasis: {kind: legitimate_interest, evidence: found on the web}";
    let programme = Programme::new()
        .contact("ola-nordmann", "{given: Ola, family: Nordmann}", keys)
        .contact(
            "mari-tamm",
            "{given: Mari, family: Tamm}",
            &keys
                .replace("ola@", "mari@")
                .replace("\"NO\"", "EE")
                .replace("kind: prospect", "kind: customer")
                .replace("legitimate_interest", "customer"),
        )
        .contact(
            "bo-ek",
            "{given: Bo, family: Ek}",
            &keys
                .replace("ola@", "bo@")
                .replace("\"NO\"", "SE")
                .replace("legitimate_interest, evidence", "consent, until: 2026-11-01, evidence"),
        );
    let found = refusals(&programme);
    let of = |id: &str| found.iter().find(|line| line["contact"] == id).unwrap_or_else(|| panic!("{id}: {found:?}"));
    assert_eq!(
        (&of("ola-nordmann")["code"], &of("ola-nordmann")["paragraph"]),
        (&"law-consent".into(), &"markedsføringsloven § 15".into())
    );
    assert_eq!(
        (&of("mari-tamm")["code"], &of("mari-tamm")["paragraph"]),
        (&"law-evidence".into(), &"elektroonilise side seadus § 103¹".into())
    );
    assert_eq!(of("bo-ek")["code"], "law-lapsed");
    assert!(of("hanna-ivarsson").get("paragraph").is_none(), "an opt-out is no paragraph");
    let law = "law:\n  - {country: \"NO\", nature: natural, channel: email, needs: none, why: we asked a lawyer}\n";
    let programme = programme.append("bevara.yaml", law);
    assert!(refusals(&programme).iter().all(|line| line["contact"] != "ola-nordmann"));
    let programme = programme.replace("bevara.yaml", ", why: we asked a lawyer", "");
    assert!(programme.complaint().contains("`why` is missing"));
}

#[test]
fn r26_details_that_the_country_demands_and_nobody_gives_are_one_warning() {
    let programme = Programme::new().replace("bevara.yaml", ", number: 559900-0262, seat: Uppsala", "");
    let said = programme.run(["check"]).succeeds().stderr;
    assert!(said.contains("business mail has to show `registered`: number, seat is missing"), "{said}");
    let abroad = programme.replace("bevara.yaml", "country: SE\n\nsender", "country: US\n\nsender");
    assert!(!abroad.run(["check"]).stderr.contains("business mail has to show"));
}

#[test]
fn r27_what_is_held_is_shown_with_its_place() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    for who in ["anna-lind", "anna-l", "Lind, Anna", "ANNA@linds-bokhandel.example"] {
        let shown = programme.run(["person", "show", who]).succeeds();
        for line in
            ["contacts/people.yaml:1", "contacts/touches/2026.yaml:", "contacts/referrals.yaml:", "2026-11-newsletter"]
        {
            assert!(shown.stdout.contains(line), "{line} in\n{}", shown.stdout);
        }
    }
    let json = programme.run(["--format", "json", "person", "show", "anna-lind"]).succeeds().json();
    assert_eq!(json["fields"][0]["key"], "address");
    assert_eq!(json["touches"][0]["fields"]["note"], "Thanked her for Maja.");
    assert_eq!(json["referrals"]["made"][0]["fields"]["id"], "r-2026-001");
    let nobody = programme.run(["person", "show", "carl"]).ends_with(2);
    assert!(nobody.stderr.contains("there is no contact `carl`"), "{}", nobody.stderr);
    let found = programme.run(["person", "find", "LINDS"]).succeeds();
    assert_eq!(found.stdout, "anna-lind  A  Anna Lind  Linds Bokhandel AB\n");
}

#[test]
fn r27_an_export_holds_nothing_of_others() {
    let programme = Programme::new();
    let folder = scratch::folder();
    let place = folder.path().join("anna").display().to_string();
    programme.run(["person", "export", "anna-lind", &place]).succeeds();
    let page = std::fs::read_to_string(folder.path().join("anna/index.html")).expect("a page");
    assert!(
        page.contains("<html lang=\"sv\">") && page.contains("Det här vet vi om dig") && page.contains("Anna Lind"),
        "{page}"
    );
    let json = std::fs::read_to_string(folder.path().join("anna/person.json")).expect("JSON");
    for other in ["Maja", "maja@", "Elin Ek", "brian", "olof"] {
        assert!(!page.contains(other) && !json.contains(other), "{other}");
    }
    programme.run(["person", "export", "anna-lind", &place]).ends_with(2);
    programme.run(["person", "export", "anna-lind", "output/site/anna"]).ends_with(2);
}

#[test]
fn r27_who_is_forgotten_is_found_nowhere_and_does_not_come_back() {
    let programme = Programme::new()
        .append("contacts/people.yaml", "# Anna Lind told us about Brian\n")
        .append("content/newsletters/workshop.sv.md", "\nTack till Anna Lind för tipset.\n")
        .file(
            "contacts/journal/2026-09-old.jsonl",
            "{\"t\":\"2026-09-01T08:00:00Z\",\"contact\":\"anna-lind\",\"state\":\"accepted\",\"message_id\":\"x@y\",\"to\":\"anna@linds-bokhandel.example\",\"reply\":\"250 <anna@linds-bokhandel.example>\",\"generation\":1}\n",
        );
    let entry = programme.read("contacts/people.yaml");
    let entry = entry.split("\n- id:").next().expect("the first").to_owned();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command
            .current_dir(programme.root())
            .args(["-c", "user.name=a", "-c", "user.email=a@b.example"])
            .args(arguments);
        assert!(command.output().expect("git").status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "contacts", "content", "bevara.yaml"]);
    git(&["commit", "-qm", "first"]);
    keyed(&programme, &["build", "--all"]).succeeds();
    let before = files::read(&programme.path("contacts"));
    let shown = keyed(&programme, &["person", "forget", "anna-lind"]).succeeds();
    assert!(shown.stdout.contains("- - id: anna-lind"), "{}", shown.stdout);
    assert!(shown.stderr.contains("1 commit of the git history still hold"), "{}", shown.stderr);
    assert!(shown.stderr.contains("git filter-repo"), "{}", shown.stderr);
    assert_eq!(files::read(&programme.path("contacts")), before, "a look changes nothing");
    keyed(&programme, &["person", "forget", "anna-lind", "--write"]).succeeds();
    for folder in ["contacts", "content", "output"] {
        for (path, bytes) in files::read(&programme.path(folder)) {
            let text = format!("{path} {}", String::from_utf8_lossy(&bytes)).to_lowercase();
            for word in ["anna-lind", "anna lind", "anna@linds-bokhandel.example", "svartbäcksgatan 9"] {
                assert!(!text.contains(word), "`{word}` in {folder}/{path}");
            }
        }
    }
    let ledger = programme.read("contacts/referrals.yaml");
    assert!(ledger.contains("referrer: forgotten-"), "{ledger}");
    let journal = programme.read("contacts/journal/2026-09-old.jsonl");
    assert!(journal.contains("\"contact\":\"forgotten-") && journal.contains("accepted"), "{journal}");
    assert_eq!(programme.read("contacts/forgotten.yaml").matches("hash: ").count(), 2);
    for command in [&["build"][..], &["status"], &["check"]] {
        let run = keyed(&programme, command);
        assert!(!run.stderr.contains("error"), "{command:?}\n{}", run.stderr);
    }
    let back = keyed(
        &programme,
        &["refer", "add", "brian-oneill", "--name", "Anna", "--email", "Anna+x@linds-bokhandel.example"],
    );
    assert!(back.status == 1 && back.stderr.contains("asked to be forgotten"), "{back:?}");
    let by_hand = programme.append("contacts/people.yaml", &format!("\n{entry}\n"));
    let checked = keyed(&by_hand, &["check"]).ends_with(1);
    assert!(checked.stderr.contains("`anna-lind` asked to be forgotten, on 2026-11-21"), "{}", checked.stderr);
}

#[test]
fn r27_a_lead_who_became_a_contact_leaves_a_referral_that_still_counts() {
    let keys = "company: Ros Keramik AB\nemail: maja@ros-keramik.example\nlanguage: sv\nkind: customer\ntier: C\nowner: olof\n\
        basis: {kind: customer, evidence: order 2026-30}\ncollected_on: 2026-11-10";
    let programme = Programme::new().contact("maja-ros", "{given: Maja, family: Ros}", keys).replace(
        "contacts/referrals.yaml",
        "email: maja@ros-keramik.example}",
        "email: maja@ros-keramik.example, contact: maja-ros}",
    );
    keyed(&programme, &["person", "forget", "maja-ros", "--write"]).succeeds();
    let ledger = programme.read("contacts/referrals.yaml");
    assert!(ledger.contains("lead: {name: somebody forgotten, contact: forgotten-"), "{ledger}");
    let status = keyed(&programme, &["--format", "json", "status"]).json();
    assert_eq!((&status["referrals"]["total"], &status["referrals"]["referrers"]), (&1.into(), &1.into()));
}

#[test]
fn r27_whom_only_a_referral_names_is_shown_given_a_copy_and_forgotten() {
    let note = "- {contact: anna-lind, on: 2026-11-18, kind: call, by: olof, note: \"Maja Ros, Maja+new@ros-keramik.example\"}\n";
    let programme = Programme::new().append("contacts/touches/2026.yaml", note);
    for who in ["r-2026-001", "Ros, Maja", "maja+x@ROS-keramik.example", "maja"] {
        let shown = keyed(&programme, &["person", "show", who]).succeeds();
        assert!(shown.stdout.starts_with("who named them: 1 line\n"), "{who}\n{}", shown.stdout);
        assert!(shown.stdout.contains("contacts/referrals.yaml:1"), "{who}\n{}", shown.stdout);
    }
    let folder = scratch::folder();
    let place = folder.path().join("maja").display().to_string();
    keyed(&programme, &["person", "export", "maja", &place]).succeeds();
    let page = std::fs::read_to_string(folder.path().join("maja/index.html")).expect("a page");
    assert!(page.contains("Maja Ros") && page.contains("maja@ros-keramik.example"), "{page}");
    assert!(!page.contains("Anna") && !page.contains("anna-lind"), "{page}");
    let before = keyed(&programme, &["--format", "json", "status"]).json();
    keyed(&programme, &["build", "--all"]).succeeds();
    keyed(&programme, &["person", "forget", "r-2026-001", "--write"]).succeeds();
    for folder in ["contacts", "content", "output"] {
        for (path, bytes) in files::read(&programme.path(folder)) {
            let text = format!("{path} {}", String::from_utf8_lossy(&bytes)).to_lowercase();
            for word in ["maja ros", "ros-keramik.example"] {
                assert!(!text.contains(word), "`{word}` in {folder}/{path}");
            }
        }
    }
    let after = keyed(&programme, &["--format", "json", "status"]).json();
    for key in ["total", "by_stage", "referrers"] {
        assert_eq!(after["referrals"][key], before["referrals"][key], "{key}");
    }
    let check = keyed(&programme, &["check"]);
    assert!(!check.stderr.contains("error"), "{}", check.stderr);
    let again = ["refer", "add", "brian-oneill", "--name", "Maja", "--email", "maja@ros-keramik.example"];
    let back = keyed(&programme, &again).ends_with(1);
    assert!(back.stderr.contains("asked to be forgotten"), "{}", back.stderr);
}

#[test]
fn r27_every_spelling_in_what_was_noted_goes_too() {
    let note = "- {contact: brian-oneill, on: 2026-11-18, kind: call, by: olof, note: \"Anna (Anna+tips@linds-bokhandel.example, 070-174 06 05) told him; she lives at Svartbäcksgatan 9.\"}\n";
    let mailbox = "email: anna@linds-bokhandel.example\n";
    let programme = Programme::new()
        .replace("contacts/people.yaml", mailbox, &format!("{mailbox}  phone: \"+46 70 174 06 05\"\n"))
        .append("contacts/touches/2026.yaml", note);
    keyed(&programme, &["person", "forget", "anna-lind", "--write"]).succeeds();
    let notes = programme.read("contacts/touches/2026.yaml");
    for word in ["linds-bokhandel", "174 06", "Svartbäcksgatan"] {
        assert!(!notes.contains(word), "{word}: {notes}");
    }
}

#[test]
fn r26_opt_outs_come_in_by_mail_log_and_complaint() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let message = programme
        .read("output/mail/2026-11-newsletter/messages/anna-lind.eml")
        .replace("=\r\n", "")
        .replace("\r\n ", "");
    let (_, behind) = message.split_once("subject=unsubscribe%20").expect("a way out");
    let token: String = behind.chars().take_while(char::is_ascii_alphanumeric).collect();
    let programme = programme
        .file(
            "in/new/1",
            format!(
                "From: x@y.example\r\nDate: Fri, 20 Nov 2026 09:00:00 +0100\r\nSubject: Re: unsubscribe <{}>\r\n\r\n",
                token.to_uppercase()
            ),
        )
        .file(
            "in/new/2",
            "From: Brian <brian+news@oneill.example>\r\nSubject: Hello\r\n\r\nPlease stop sending me these.\r\n",
        )
        .file("in/new/3", format!("{{\"method\":\"POST\",\"url\":\"/?token={token}\"}}\n"));
    let before = programme.read("contacts/people.yaml");
    let seen = programme.run(["--format", "json", "unsubscribes", "in"]).ends_with(3).json();
    assert_eq!(seen["unsubscribed"][0]["contact"], "anna-lind");
    assert_eq!(seen["doubtful"][0]["contact"], "brian-oneill");
    assert_eq!(programme.read("contacts/people.yaml"), before);
    programme.run(["unsubscribes", "in", "--write"]).ends_with(3);
    let after = programme.read("contacts/people.yaml");
    assert!(after.contains("unsubscribed: {on: 2026-11-20, channel: mail}\n- id: brian-oneill"), "{after}");
    let complaint = "From: staff@provider.example\r\nDate: Fri, 20 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n--b\r\nContent-Type: message/feedback-report\r\n\r\n\
        Feedback-Type: abuse\r\nOriginal-Rcpt-To: cecilia+club@dahl.example\r\n\r\n--b--\r\n";
    let programme = programme.file("spam/1.eml", complaint);
    programme.run(["bounces", "spam"]).succeeds();
    assert!(programme.read("contacts/people.yaml").contains("unsubscribed: {on: 2026-11-20, channel: complaint}"));
}

#[test]
fn r26_a_layout_cannot_drop_the_way_out_or_the_postal_address() {
    let programme =
        Programme::new().replace("templates/email/base.txt", "{{ \"unsubscribe\" | t }}: {{ links.unsubscribe }}", "");
    assert!(programme.complaint().contains("the text part shows no way to opt out"));
    let programme =
        Programme::new().replace("templates/email/base.html", "href=\"{{ links.unsubscribe }}\"", "href=\"#\"");
    assert!(programme.complaint().contains("the HTML part shows no way to opt out"));
    let programme =
        Programme::new().replace("templates/email/base.txt", "{{ line }}\n{% endfor %}{%", "\n{% endfor %}{%");
    assert!(programme.complaint().contains("does not show `Sågverksgatan 3` of the sender's postal address"));
}

#[test]
fn without_a_link_key_nothing_leaves_but_to_this_machine() {
    let programme = Programme::new();
    programme.run(["build"]).succeeds();
    let send = |url: &str| {
        let mut command = bevara(programme.root());
        command.env("BEVARA_SMTP_URL", url).args(["--today", TODAY, "send", "2026-11-newsletter"]);
        finish(command.args(["--off-schedule", "--allow-dirty", "--confirm", "6"]), programme.root())
    };
    let out = send("smtp://relay.example.invalid:25");
    assert!(out.status == 4 && out.stderr.contains("BEVARA_LINK_KEY is not set"), "{out:?}");
    let here = send("smtp://127.0.0.1:9");
    assert!(!here.stderr.contains("BEVARA_LINK_KEY"), "{}", here.stderr);
}
