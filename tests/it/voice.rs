//! Whoever signs speaks as "I" where they are the reader's own person, and a telephone number stays on one line.

use crate::programme::Programme;

const LETTER: &str = "2026-12-letter";

/// Anna's own person is the CEO, who signs; Brian's is a colleague.
fn spoken(swedish: &str, english: &str) -> Programme {
    let promise = "vi lovar att ta väl hand om dem. Känner du någon? Vi bygger kök.";
    let english_promise = "we promise to take good care of them. Do you know somebody? We build kitchens.";
    Programme::new()
        .file("content/keep-in-mind.sv.md", format!("{swedish} {promise}\n"))
        .file("content/keep-in-mind.en.md", format!("{english} {english_promise}\n"))
}

/// The HTML and the text of a proof.
fn proof(programme: &Programme, name: &str) -> (String, String) {
    let of = |suffix: &str| programme.read(&format!("output/mail/{LETTER}/{name}.{suffix}"));
    (of("html"), of("txt"))
}

#[test]
fn r02_the_signer_says_call_me_and_a_colleague_is_named() {
    let call = "{{ <call owner signer start={true} /> }};";
    let programme = spoken(call, call);
    let built = programme.run(["build", "-v", "--mailing", LETTER]).succeeds();
    assert!(built.stderr.contains("2026-12-letter: stamped"), "{}", built.stderr);
    let (html, text) = proof(&programme, "tier-A.sv");
    assert!(text.contains("Ring mig på +46\u{a0}8\u{a0}465\u{a0}004\u{a0}21;"), "{text}");
    assert!(html.contains("href=\"tel:+46846500421\""), "{html}");
    let (_, text) = proof(&programme, "tier-A.en");
    assert!(text.contains("Call Olof Ask on +46\u{a0}8\u{a0}465\u{a0}004\u{a0}22;"), "{text}");
    programme.run(["check", "--strict"]).succeeds();
}

#[test]
fn r02_who_has_no_telephone_is_written_to() {
    let call = "Fråga {{ <me owner signer /> }}, {{ <call owner signer /> }};";
    let english = "Ask {{ <me owner signer /> }}, {{ <call owner signer /> }};";
    let programme = spoken(call, english).replace("bevara.yaml", "    phone: \"+46 8 465 004 21\"\n", "").replace(
        "bevara.yaml",
        "    phone: \"+46 8 465 004 22\"\n",
        "",
    );
    programme.run(["build", "--mailing", LETTER]).succeeds();
    let (html, text) = proof(&programme, "tier-A.sv");
    assert!(text.contains("Fråga mig, skriv till mig på elin@ek-ask.example;"), "{text}");
    assert!(html.contains("href=\"mailto:elin@ek-ask.example\""), "{html}");
    let (_, text) = proof(&programme, "tier-A.en");
    assert!(text.contains("Ask Olof Ask, write to Olof Ask at olof@ek-ask.example;"), "{text}");
}
