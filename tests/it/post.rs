//! What goes by post: letters, cards, labels, packing lists, and the journal of what was posted (R2, R4, R8, R12).

use html::{fold, visible_text};

use crate::files;
use crate::programme::{Programme, says};
use crate::run::run;

const PLAN: &str = "content/plan/2026.yaml";
const PEOPLE: &str = "contacts/people.yaml";
const CHRISTMAS: &str = "2026-12-christmas";
const FOLDER: &str = "output/post/2026-12-christmas";

/// The small programme with its Christmas greeting on paper, and three more people who have an address: one abroad, one of tier
/// D and one at a firm that is left alone.
pub fn on_paper() -> Programme {
    let address = |street: &str, rest: &str| format!("address: {{street: {street}, {rest}}}");
    let reach = "language: en\ntier: B\nowner: olof\nkind: customer\nbasis: {kind: customer, evidence: order 7, on: 2025-03-02}\ncollected_on: 2026-11-02\n";
    Programme::new()
        .replace(PLAN, "    when: christmas-3d\n", "    when: christmas-3d\n    channel: post\n")
        .contact(
            "tiina-kask",
            "Tiina Kask",
            &(reach.to_owned() + &address("Kopli 25", "postcode: \"10412\", city: Tallinn, country: EE")),
        )
        .contact(
            "ivar-sten",
            "Ivar Sten",
            &format!(
                "company: Grå Kontorsdrift AB\n{reach}{}",
                address("Gatan 1", "postcode: \"111 20\", city: Stockholm")
            ),
        )
        .contact(
            "nils-graa",
            "Nils Graa",
            "language: sv\ntier: D\nowner: olof\naddress: {street: Gatan 2, postcode: \"111 20\", city: Stockholm}",
        )
        .append("contacts/do-not-contact.yaml", "\n- {company: Grå Kontorsdrift, why: they asked}\n")
}

/// Without the warnings about signatures, which the small programme has none of.
fn signed(programme: Programme) -> Programme {
    programme.append("bevara.yaml", "severity: {no-signature: note}\n")
}

/// What a reader sees of each letter of a run.
fn letters(programme: &Programme, path: &str) -> Vec<String> {
    let html = programme.read(path);
    let letters = html.split("<article").skip(1).map(|letter| letter.split("</article>").next().unwrap_or_default());
    letters.map(|letter| fold(&visible_text(&format!("<article{letter}</article>")))).collect()
}

fn warnings(programme: &Programme) -> String {
    programme.run(["check"]).succeeds().stderr
}

#[test]
fn r02_the_last_words_of_every_letter_are_the_keep_in_mind_text() {
    let programme = on_paper();
    programme.run(["build"]).succeeds();
    let letters = letters(&programme, &format!("{FOLDER}/letters.html"));
    assert_eq!(letters.len(), 2);
    let [swedish, english] = &letters[..] else { panic!("two letters") };
    let last = |language: &str| {
        let text = programme.read(&format!("content/keep-in-mind.{language}.md"));
        fold(text.trim().rsplit(['}', '%']).next().unwrap_or_default())
    };
    assert!(swedish.ends_with(&last("sv")), "{swedish}");
    assert!(english.ends_with(&last("en")), "{english}");
    assert!(
        swedish.contains("Anna Lind Linds Bokhandel AB Svartbäcksgatan 9 753 20 UPPSALA Uppsala den 15 december 2026")
    );
    assert!(english.contains("Tiina Kask Kopli 25 10412 Tallinn ESTLAND Uppsala, 15 December 2026"), "{english}");
}

#[test]
fn r02_a_layout_of_letters_cannot_drop_hide_or_follow_the_keep_in_mind_text() {
    const LETTER: &str = "templates/letter/letter.html";
    const LAST: &str = "<div class=\"keep\">{{ keep_in_mind }}</div>";
    for (to, said) in [
        ("", "the letter does not show the keep-in-mind text"),
        (
            "<div class=\"keep\">{{ keep_in_mind }}</div><p>PS</p>",
            "`PS` stands after the keep-in-mind text in the letter",
        ),
    ] {
        let complaint = on_paper().replace(LETTER, LAST, to).complaint();
        assert!(complaint.contains(said) && complaint.contains("--> templates/letter/letter.html"), "{complaint}");
    }
    let hidden = on_paper().append("templates/style/letter.css", "\n.letter .keep { display: none; }\n").complaint();
    assert!(hidden.contains("the letter does not show the keep-in-mind text"), "{hidden}");
}

#[test]
fn r04_nobody_of_tier_d_or_the_wall_gets_a_letter_or_a_label() {
    let programme = on_paper();
    programme.run(["build", "--all"]).succeeds();
    for (path, bytes) in files::read(&programme.path("output/post")) {
        let text = String::from_utf8_lossy(&bytes);
        for name in ["Nils", "Graa", "Ivar", "Sten", "Grå"] {
            assert!(!text.contains(name), "{name} in {path}");
        }
    }
    let refused = programme.run(["post", CHRISTMAS, "--posted", "--only", "nils-graa"]).ends_with(2);
    assert!(refused.stderr.contains("`nils-graa` gets no letter"), "{}", refused.stderr);
    assert!(refused.stderr.contains("tier D"), "{}", refused.stderr);
    assert!(!programme.path(&format!("contacts/journal/{CHRISTMAS}.jsonl")).exists());
}

/// A gift to tiers A and B.
fn gift(budget: &str) -> Programme {
    let gift = format!(
        "  - id: 2026-12-board\n    kind: gift\n    content: greetings/christmas\n    when: lucia\n    to: B\n    channel: post\n    \
         post_by: {{SE: 2, EE: 5, other: 7}}\n    gift: {{item: A cutting board, unit_cost: \"129.50\", currency: SEK, why_ours: \
         The oak is what is left of our kitchens., budget: \"{budget}\"}}\ntouches:\n"
    );
    signed(on_paper().replace(PLAN, "touches:\n", &gift))
}

#[test]
fn r08_a_packing_list_says_who_gets_what_and_what_it_costs() {
    let programme = gift("300.00");
    programme.run(["build"]).succeeds();
    let list = programme.read("output/post/2026-12-board/packing-list.csv");
    assert_eq!(
        list,
        "\u{feff}done,contact,name,company,address,country,owner,item,quantity,cost,currency,post_by\r\n\
         ,anna-lind,Anna Lind,Linds Bokhandel AB,\"Svartbäcksgatan 9, 753 20  UPPSALA\",Sverige,Elin Ek,A cutting board,1,129.50,SEK,2026-12-10\r\n\
         ,tiina-kask,Tiina Kask,,\"Kopli 25, 10412 Tallinn\",Estland,Olof Ask,A cutting board,1,129.50,SEK,2026-12-07\r\n"
    );
    let page = visible_text(&programme.read("output/post/2026-12-board/packing-list.html"));
    for words in
        ["A cutting board", "2 × 129,50 kr", "259 kr", "41 kr", "Elin Ek", "bevara post 2026-12-board --posted"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(!programme.path(&format!("{FOLDER}/packing-list.csv")).exists(), "a greeting is no gift");
}

#[test]
fn r08_a_gift_over_its_budget_is_found_where_the_budget_stands() {
    let said = warnings(&gift("200.00"));
    let expected = r#"warning[gift-over-budget]: 2 × 129.50 SEK are 259.00 SEK, and the budget is 200.00 SEK
  --> content/plan/2026.yaml:30:131"#;
    assert!(said.contains(expected), "{said}");
    let free = gift("200.00").replace(PLAN, "unit_cost: \"129.50\"", "unit_cost: \"0\"");
    assert!(warnings(&free).contains("warning[gift-cost]: the gift of `2026-12-board` costs nothing"));
}

#[test]
fn r12_a_letter_that_was_posted_is_noted_once_and_not_printed_again() {
    let programme = on_paper();
    programme.run(["build"]).succeeds();
    let shown = programme.run(["post", CHRISTMAS]).succeeds();
    assert!(shown.stdout.contains("anna-lind   Anna Lind   753 20  UPPSALA         2026-12-15"), "{}", shown.stdout);
    assert!(shown.stderr.contains(&format!("→ print {FOLDER}/letters.html by 2026-12-14")), "{}", shown.stderr);
    assert!(shown.stderr.contains("print at 100 %"), "{}", shown.stderr);

    let first = programme.run(["post", CHRISTMAS, "--posted", "2026-11-20", "--only", "anna-lind"]).succeeds();
    assert!(first.stderr.contains("1 letter of 2026-12-christmas posted on 2026-11-20"), "{}", first.stderr);
    let second = programme.run(["post", CHRISTMAS, "--posted", "--only", "anna-lind"]).succeeds();
    assert!(
        second.stderr.contains("0 letters of 2026-12-christmas posted on 2026-11-21, 1 sent before"),
        "{}",
        second.stderr
    );
    let journal = programme.read(&format!("contacts/journal/{CHRISTMAS}.jsonl"));
    assert_eq!(
        journal,
        "{\"t\":\"2026-11-20T11:00:00Z\",\"contact\":\"anna-lind\",\"state\":\"posted\",\"to\":\"anna@linds-bokhandel.example\",\"generation\":1}\n"
    );

    programme.run(["build"]).succeeds();
    let left = letters(&programme, &format!("{FOLDER}/letters.html"));
    assert!(left.len() == 1 && left[0].contains("Tiina"), "{left:?}");
    assert!(!programme.read(&format!("{FOLDER}/labels.csv")).contains("anna-lind"));
    programme.run(["build", "--reprint"]).succeeds();
    assert_eq!(letters(&programme, &format!("{FOLDER}/letters.html")).len(), 2);

    let rest = programme.run(["--format", "json", "post", CHRISTMAS, "--posted"]).succeeds().json();
    assert_eq!(rest["contacts"], serde_json::json!(["tiina-kask"]));
    programme.run(["build"]).succeeds();
    assert!(!programme.path(FOLDER).exists(), "there is nothing left to print");
}

#[test]
fn r08_a_gift_noted_twice_counts_once_and_both_commands_say_so() {
    const BOARD: &str = "2026-12-board";
    let programme = gift("300.00").replace(PLAN, "when: lucia", "when: 2026-11-18");
    let done = || {
        // The gift is late, and says so.
        let document = programme.run(["--format", "json", "status"]).ends_with(1).json();
        let short = document["shortfalls"].as_array().expect("a list").clone();
        short.iter().find(|row| row["contact"] == "anna-lind").expect("she is owed six")["done"].clone()
    };
    let before = done();
    let log = || {
        programme.run(["log", "touch", "anna-lind", "gift", "--on", "2026-11-17", "--note", "She laughed"]).succeeds()
    };
    let first = log().stderr;
    assert!(
        first.contains("· if it is 2026-12-board, `bevara post 2026-12-board --posted --only anna-lind`"),
        "{first}"
    );
    let posted = programme.run(["post", BOARD, "--posted", "--only", "anna-lind"]).succeeds().stderr;
    let expected = "· handed over, say the touches: anna-lind (2026-11-17); the two count as one gift";
    assert!(posted.contains(expected), "{posted}");
    assert_eq!(done().as_u64(), before.as_u64().map(|before| before + 1));
    let again = log().stderr;
    let expected = "· 2026-12-board was noted as given on 2026-11-21; the two count as one gift";
    assert!(again.contains(expected), "{again}");
    let again = programme.run(["post", BOARD, "--posted", "--only", "anna-lind"]).succeeds().stderr;
    assert!(again.contains("0 letters of 2026-12-board posted on 2026-11-21, 1 sent before"), "{again}");
    assert!(again.contains("· noted before: anna-lind (2026-11-21)"), "{again}");
    assert_eq!(done().as_u64(), before.as_u64().map(|before| before + 1));
}

#[test]
fn r12_the_plan_says_how_many_letters_are_posted_until_all_are() {
    let programme = on_paper();
    let row = || {
        let plan = programme.run(["plan", "2026"]).succeeds().stdout;
        plan.lines().find(|line| line.contains(CHRISTMAS)).expect("it is planned").to_owned()
    };
    assert!(!row().contains("posted"), "{}", row());
    programme.run(["post", CHRISTMAS, "--posted", "--only", "anna-lind"]).succeeds();
    assert!(row().contains(" 2026-12-christmas ") && row().contains("  1 of 2 posted  "), "{}", row());
    let status = programme.run(["--format", "json", "status"]).succeeds().json();
    assert_eq!(status["mailings"][2]["state"], "partly");
    let print = status["agenda"].as_array().expect("a list").iter().find(|item| item["kind"] == "post").cloned();
    assert_eq!(print.expect("one is left")["what"], "print and post 1 letter of 2026-12-christmas");
    programme.run(["post", CHRISTMAS, "--posted"]).succeeds();
    assert!(row().contains("✓ Mon 21  2026-12-christmas ") && row().contains("  posted  "), "{}", row());
}

#[test]
fn r12_the_days_to_print_and_post_are_counted_from_the_day_it_shall_be_there() {
    let shown = gift("300.00").run(["--format", "json", "post", "2026-12-board"]).succeeds().json();
    assert_eq!((&shown["print_by"], &shown["post_by"]), (&"2026-12-04".into(), &"2026-12-07".into()));
    assert_eq!(shown["letters"][0], serde_json::json!({"contact": "anna-lind", "post_by": "2026-12-10", "sent": null}));
}

#[test]
fn what_nobody_gets_by_post_or_is_yet_to_be_posted_is_wrong_usage() {
    let programme = on_paper();
    for (arguments, said) in [
        (&["post", "2026-11-newsletter"][..], "nobody gets `2026-11-newsletter` by post"),
        (&["post", "2026-12-chrismas"], "help: did you mean `2026-12-christmas`?"),
        (&["post", CHRISTMAS, "--posted", "2026-11-22"], "2026-11-22 is yet to come"),
        (&["post", CHRISTMAS, "--posted", "2020-01-01"], "2020-01-01 is more than 60 days before"),
        (&["post", CHRISTMAS, "--posted", "soon"], "`soon` is not a date"),
        (&["post", CHRISTMAS, "--posted", "--only", "anna-lnd"], "did you mean `anna-lind`?"),
    ] {
        let refused = run(programme.root(), arguments).ends_with(2);
        assert!(refused.stderr.contains(said), "{arguments:?}: {}", refused.stderr);
    }
}

#[test]
fn r12_an_address_the_post_cannot_read_is_found_at_its_value() {
    let programme = signed(on_paper())
        .replace(
            PEOPLE,
            "postcode: \"10412\", city: Tallinn, country: EE",
            "postcode: \"104\", city: Tallinn, country: EE",
        )
        .replace(
            PEOPLE,
            "street: Svartbäcksgatan 9, postcode: \"753 20\", city: Uppsala, country: SE",
            "street: Ginza 1, postcode: \"104-0061\", city: Tokyo, country: JP",
        )
        .contact(
            "jo-ek",
            "Jo Ek",
            "language: sv\ntier: A\nowner: olof\nphone: \"+46 8 465 004 30\"\nbasis: {kind: customer}\naddress: {street: Gatan 3, city: Uppsala}",
        );
    // The arrow stands further right where lines have more digits.
    let said: String = warnings(&programme).lines().map(|line| line.trim_start().to_owned() + "\n").collect();
    for expected in [
        "warning[postcode]: `104` is no postal code of `EE`\n--> contacts/people.yaml:",
        "warning[address-country]: nothing is known about how addresses are written in `JP`\n--> contacts/people.yaml:5:",
        "warning[incomplete-address]: the address of `jo-ek` lacks `postcode`\n--> contacts/people.yaml:",
    ] {
        assert!(said.contains(expected), "{expected}\nin\n{said}");
    }
    programme.run(["build"]).succeeds();
    assert!(programme.read(&format!("{FOLDER}/labels.csv")).contains("Ginza 1,104-0061 Tokyo,JAPAN"));
}

#[test]
fn r12_a_long_address_is_set_smaller_on_its_label_until_it_does_not_fit() {
    let firm = |letters: usize| {
        let name = format!("name: Tiina Kask\n  company: {}", "Kask ".repeat(letters / 5));
        signed(on_paper()).replace(PEOPLE, "name: Tiina Kask", &name)
    };
    let programme = firm(160);
    programme.run(["build"]).succeeds();
    let labels = programme.read(&format!("{FOLDER}/labels.html"));
    assert_eq!(
        (labels.matches("class=\"label usual\"").count(), labels.matches("class=\"label small\"").count()),
        (1, 1)
    );
    let cards = "post: {greetings: card, window: none}\n";
    let said = warnings(&firm(500).append("bevara.yaml", cards));
    assert!(said.contains("warning[address-too-long]: the address of `tiina-kask` does not fit on a label"), "{said}");
}

#[test]
fn a_signer_of_letters_without_a_signature_is_found_on_the_team() {
    let said = warnings(&on_paper());
    assert!(
        said.contains("warning[no-signature]: `elin` signs letters, and there is no picture of the signature\n  --> bevara.yaml:14:5"),
        "{said}"
    );
}

#[test]
fn r12_greetings_can_be_cards_two_on_a_sheet_and_no_fuller_than_that() {
    let programme = signed(on_paper()).append("bevara.yaml", "post: {greetings: card, crop_marks: true}\n");
    programme.run(["build"]).succeeds();
    let html = programme.read(&format!("{FOLDER}/letters.html"));
    assert_eq!((html.matches("<article class=\"card").count(), html.matches("<div class=\"sheet\">").count()), (2, 1));
    assert!(html.contains("size: 297mm 210mm"), "crop marks need a whole sheet");
    let long = programme.append("content/greetings/christmas.sv.md", &format!("\n{}\n", "Tack för året. ".repeat(90)));
    let said = warnings(&long);
    assert!(said.contains("warning[card-overflow]: the text fills a card to about"), "{said}");
    assert!(said.contains("--> content/greetings/christmas.sv.md:"), "{said}");
}

#[test]
fn a_long_run_is_split_and_written_where_it_is_due_next_or_asked_for() {
    let mut programme = on_paper().replace(
        PLAN,
        "    to: A\n    signed_by: ceo",
        "    to: C\n    channel: preferred\n    signed_by: ceo",
    );
    let mut people = programme.read(PEOPLE);
    for number in 0..205 {
        people.push_str(&format!(
            "\n- {{id: reader-{number}, name: Reader {number}, language: sv, tier: B, owner: olof, basis: {{kind: customer}}, \
             address: {{street: Gatan {number}, postcode: \"111 20\", city: Stockholm}}}}\n"
        ));
    }
    programme = programme.file(PEOPLE, people);
    let built = programme.run(["-v", "build"]).succeeds();
    let post = programme.path("output/post");
    let html: Vec<String> = files::paths(&post)
        .into_iter()
        .filter(|path| path.ends_with("letters.html") || path.ends_with("letters-2.html"))
        .collect();
    assert_eq!(html, ["2026-12-letter/letters-2.html", "2026-12-letter/letters.html"], "{}", built.stderr);
    assert_eq!(letters(&programme, "output/post/2026-12-letter/letters.html").len(), 200);
    assert!(
        built.stderr.contains("too many to write unasked: `bevara build --mailing 2026-12-christmas`"),
        "{}",
        built.stderr
    );
    programme.run(["build", "--mailing", CHRISTMAS]).succeeds();
    assert_eq!(letters(&programme, &format!("{FOLDER}/letters-2.html")).len(), 7);
    assert!(
        programme.path("output/post/2026-12-letter/letters.html").exists(),
        "it stays while its inputs are the same"
    );
}

#[test]
fn r12_letters_from_before_the_programme_began_are_written_for_those_who_ask() {
    let programme = on_paper().append("bevara.yaml", "begins: 2026-12-28\n");
    programme.run(["build"]).succeeds();
    assert!(!programme.path(FOLDER).exists());
    programme.run(["build", "--mailing", CHRISTMAS]).succeeds();
    assert!(!letters(&programme, &format!("{FOLDER}/letters.html")).is_empty());
}

#[test]
fn letters_are_the_same_byte_for_byte_and_written_only_when_they_change() {
    let (one, two) = (gift("300.00"), gift("300.00"));
    one.run(["build"]).succeeds();
    two.run(["build", "--all", "--reference"]).succeeds();
    files::assert_same(&files::read(&one.path("output/post")), &files::read(&two.path("output/post")));
    let before = files::stamps(&one.path("output/post"));
    one.run(["build"]).succeeds();
    assert_eq!(before, files::stamps(&one.path("output/post")));
    let changed = one.replace(PEOPLE, "street: Kopli 25", "street: Kopli 26");
    changed.run(["build"]).succeeds();
    assert!(changed.read(&format!("{FOLDER}/labels.csv")).contains("Kopli 26"));
}

#[test]
fn a_letter_that_cannot_be_rendered_names_template_line_and_reader() {
    let complaint = signed(on_paper())
        .append("content/greetings/christmas.en.md", "\n{% if letter %}{{ contact.company }}{% endif %}\n")
        .complaint();
    assert!(complaint.contains("(on paper, for `tiina-kask`)"), "{complaint}");
    assert!(complaint.contains("--> content/greetings/christmas.en.md:"), "{complaint}");
}

#[test]
fn a_window_that_nobody_makes() {
    says(
        &Programme::new().append("bevara.yaml", "post: {window: nordik, labels: L7161}\n"),
        r#"
error[bad-value]: `window`: unknown window `nordik`
  --> bevara.yaml:51:16
   |
51 | post: {window: nordik, labels: L7161}
   |                ^^^^^^
   |
   = help: did you mean `nordic`?

error[bad-value]: `labels`: unknown label sheet `L7161`
  --> bevara.yaml:51:32
   |
51 | post: {window: nordik, labels: L7161}
   |                                ^^^^^
   |
   = help: did you mean `L7160` or `L7163`?"#,
    );
}

#[test]
fn labels_that_do_not_fit_on_their_paper() {
    says(
        &Programme::new().append(
            "bevara.yaml",
            "post:\n  labels: {columns: 4, rows: 8, width: 63.5, height: 38.1, left: 7, top: 10, gap: 2}\n",
        ),
        r#"
error[label-sheet]: these labels take 261 × 314.8 mm, A4 has 210 × 297 mm
  --> bevara.yaml:52:11
   |
52 |   labels: {columns: 4, rows: 8, width: 63.5, height: 38.1, left: 7, top: 10, gap: 2}
   |           ^^^^^^^^
   |
   = help: measure the sheet again, gaps and margins too

error[unknown-key]: unknown key `gap`
  --> bevara.yaml:52:78
   |
52 |   labels: {columns: 4, rows: 8, width: 63.5, height: 38.1, left: 7, top: 10, gap: 2}
   |                                                                              ^^^
   |
   = help: known here: columns, rows, width, height, left, top, gap_x, gap_y"#,
    );
}

#[test]
fn working_days_in_the_post_that_are_none() {
    let complaint = on_paper()
        .replace(PLAN, "    channel: post\n", "    channel: post\n    post_by: {SE: 3, XX: 4, other: many}\n")
        .complaint();
    for said in [
        "error[bad-value]: `XX`: unknown country `XX`\n  --> content/plan/2026.yaml:21:22",
        "error[bad-value]: `other`: `many` is not a number of working days\n  --> content/plan/2026.yaml:21:36",
    ] {
        assert!(complaint.contains(said), "{said}\nin\n{complaint}");
    }
}
