use super::*;

fn message(status: &str) -> Vec<u8> {
    let lines = [
        "From: mailer-daemon@mx.example",
        "Date: Fri, 20 Nov 2026 09:01:12 +0100",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        status,
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        "Subject: Hej",
        "Message-ID: <abc@firm.example>",
        "",
        "--b--",
        "",
    ];
    lines.join("\r\n").into_bytes()
}

fn only_fate(status: &str) -> Fate {
    let report = read(&message(status)).expect("well formed").expect("a report");
    assert_eq!(report.about.as_deref(), Some("abc@firm.example"));
    let [fate] = <[Fate; 1]>::try_from(report.fates).expect("one recipient");
    fate
}

const FAILED: &str =
    "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; anna@firm.example\r\nAction: failed\r\n";

#[test]
fn only_what_is_given_up_for_a_lasting_reason_is_final() {
    for (action, status, is_final) in [
        ("failed", "5.1.1", true),
        ("Failed (user unknown)", "5.1.10 (bad destination mailbox address)", true),
        ("failed", "4.4.7", false),
        ("delayed", "4.4.1", false),
        ("delayed", "5.1.1", false),
        ("delivered", "2.0.0", false),
    ] {
        let group = format!("Final-Recipient: rfc822;anna@firm.example\r\nAction: {action}\r\nStatus: {status}\r\n");
        assert_eq!(only_fate(&group).is_final(), is_final, "{action} {status}");
    }
}

#[test]
fn where_the_status_is_missing_the_answer_may_hold_it() {
    let fate = only_fate(&format!("{FAILED}Diagnostic-Code: smtp; 550-5.1.1 no\r\n such\x1b[31m user\r\n"));
    assert_eq!((fate.status.to_string().as_str(), fate.is_final()), ("5.1.1", true));
    assert_eq!(fate.diagnostic.as_deref(), Some("550-5.1.1 no such [31m user"));
}

#[test]
fn an_address_may_be_encoded_and_the_senders_own_form_comes_first() {
    let group =
        "Original-Recipient: rfc822;anna+2Bnews@firm.example\r\nFinal-Recipient: rfc822; <a.l@other.example>\r\n";
    let fate = only_fate(&format!("{group}Action: failed\r\nStatus: 5.1.1\r\n"));
    let addresses: Vec<_> = fate.addresses.iter().map(EmailAddress::as_str).collect();
    assert_eq!(addresses, ["anna+2Bnews@firm.example", "anna+news@firm.example", "a.l@other.example"]);
    assert_eq!(spellings(r"utf-8; \x{E5}sa@firm.example")[0].as_str(), "åsa@firm.example");
    assert_eq!(decoded("a+2+GG+2Bb+", "+", ""), "a+2+GG+b+");
}

#[test]
fn what_is_missing_is_said() {
    for (status, message) in [
        ("Reporting-MTA: dns; mx.example\r\n", "names no recipient"),
        ("Final-Recipient: rfc822; nobody\r\nAction: failed\r\nStatus: 5.1.1\r\n", "names no recipient"),
        ("Final-Recipient: rfc822; a@b.example\r\nStatus: 5.1.1\r\n", "what was done"),
        ("Final-Recipient: rfc822; a@b.example\r\nAction: burnt\r\nStatus: 5.1.1\r\n", "unknown action `burnt`"),
        (FAILED, "no status"),
        ("Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 550\r\n", "no status like 5.1.1"),
        ("Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1.1\r\n", "no status like 5.1.1"),
    ] {
        let fault = read(&self::message(status)).expect_err("a bad report");
        assert!(fault.message.contains(message), "{}", fault.message);
    }
}

/// Numbers that look random and are the same in every run (xorshift).
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).expect("below a usize")
    }
}

#[test]
fn whatever_is_broken_in_a_report_is_read_to_its_end() {
    let whole = message(&format!("{FAILED}Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no\r\n"));
    let mut next = numbers(20_261_120);
    for _ in 0..2_000 {
        let mut bytes = whole.clone();
        for _ in 0..=next(6) {
            let at = next(bytes.len());
            match next(4) {
                0 => bytes.truncate(at.max(1)),
                1 => bytes[at] = u8::try_from(next(256)).expect("a byte"),
                2 => drop(bytes.drain(at..at + 1)),
                _ => bytes.splice(at..at, whole[..next(whole.len())].to_vec()).for_each(drop),
            }
            if bytes.is_empty() {
                break;
            }
        }
        // Whatever it is: a report, no report, a fault; an address in it is an address.
        if let Ok(Some(report)) = read(&bytes) {
            assert!(report.fates.iter().all(|fate| !fate.addresses.is_empty()));
        }
    }
}

#[test]
fn reports_in_words_alone_are_read() {
    let report = |body: &str| {
        let head = "From: MAILER-DAEMON@mx.example\r\nDate: Fri, 20 Nov 2026 09:01:12 +0100\r\nSubject: failure notice\r\n\r\n";
        read(format!("{head}{body}").replace("\r\n", "\n").replace('\n', "\r\n").as_bytes())
    };
    let beginning =
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n";
    let two = format!(
        "{beginning}<anna@firm.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\n\n\
         <bo@firm.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n\
         --- Below this line is a copy of the message.\n\nReturn-Path: <a@b.example>\nMessage-ID: <abc@firm.example>\n\nHej\n"
    );
    let found = report(&two).expect("well formed").expect("a report");
    assert_eq!(found.about.as_deref(), Some("abc@firm.example"));
    let shown = |fate: &Fate| format!("{} {} {}", fate.addresses[0], fate.status, fate.is_final());
    let shown: Vec<String> = found.fates.iter().map(shown).collect();
    assert_eq!(shown, ["anna@firm.example 5.1.1 true", "bo@firm.example 5.1.1 true"]);
    let bare = report(&format!("{beginning}<anna@firm.example>:\nI couldn't find any host by that name.\n"));
    let bare = bare.expect("well formed").expect("a report");
    assert_eq!((bare.about, bare.fates[0].status.to_string().as_str()), (None, "5.0.0"));
    assert!(report(beginning).is_err(), "it names nobody, and is still a report");
    assert_eq!(report("Hi. I am away.").ok().flatten(), None);
}
