//! What spam filters and readers take for shouting. The author's words are looked at, not a customer's name.

use super::{Subject, origin, prose};
use crate::model::language::Language;
use source::Span;
use source::diagnostic::{Diagnostic, Place};

/// Phrases of spam, by language; in lower case.
fn phrases(language: Language) -> &'static [&'static str] {
    match language {
        Language::Sv => &["100 % gratis", "agera nu", "du har vunnit", "köp nu", "tjäna pengar", "utan risk"],
        Language::Nb => &["100 % gratis", "du har vunnet", "kjøp nå", "tjen penger", "uten risiko"],
        Language::Da => &["100 % gratis", "du har vundet", "køb nu", "tjen penge", "uden risiko"],
        Language::Et => &["100% tasuta", "oled võitnud", "osta kohe", "teeni raha", "riskivabalt"],
        Language::Fi => &["100 % ilmainen", "olet voittanut", "osta nyt", "tienaa rahaa", "ilman riskiä"],
        Language::De => &["100 % gratis", "sie haben gewonnen", "jetzt kaufen", "geld verdienen", "ohne risiko"],
        Language::En => &["100% free", "act now", "buy now", "make money", "risk free", "you have won"],
    }
}

pub fn findings(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let front = &subject.content.front;
    let mut found = Vec::new();
    for (key, line) in [("subject", &front.subject), ("preheader", &front.preheader)] {
        let Some(line) = line else { continue };
        let line = prose::blank(line);
        let reason = exclamations(&line, 2).or_else(|| capitals(&line, 2)).or_else(|| loud_word(&line));
        found.extend(reason.map(|(_, what)| finding(what, origin::front(subject.content, key))));
        let folded = line.to_lowercase();
        let phrase = phrases(subject.language).iter().find(|phrase| folded.contains(*phrase));
        found.extend(phrase.map(|phrase| {
            Diagnostic::warning("spam-phrase", format!("the {key} says `{phrase}`, as spam does"))
                .place(origin::front(subject.content, key))
                .hint("say what it is about, as you would to somebody you know")
        }));
    }
    let body = prose::prose(subject.content);
    let loud = row_of_exclamations(&body).or_else(|| capitals(&body, 3));
    found.extend(loud.map(|(at, what)| {
        let start = subject.content.body_at + at;
        let file = &subject.content.file;
        let end = start + file.text()[start..].split(['\n', ' ']).next().unwrap_or_default().len();
        finding(what, Place::Span(std::sync::Arc::clone(file), Span { start, end }))
    }));
    found
}

fn finding(what: String, place: Place) -> Diagnostic {
    Diagnostic::warning("shouting", format!("{what} looks like shouting"))
        .place(place)
        .hint("spam filters count such things; readers too")
}

/// At least so many exclamation marks in all.
fn exclamations(line: &str, many: usize) -> Option<(usize, String)> {
    (line.matches('!').count() >= many).then(|| (line.find('!').unwrap_or(0), "more than one `!`".to_owned()))
}

/// Exclamation marks in a row.
fn row_of_exclamations(text: &str) -> Option<(usize, String)> {
    ["!!", "!?!", "?!?"].iter().filter_map(|row| text.find(row).map(|at| (at, format!("`{row}`")))).min()
}

/// So many words in capitals in a row, of three letters or more.
fn capitals(text: &str, many: usize) -> Option<(usize, String)> {
    let mut row: Vec<(usize, &str)> = Vec::new();
    for (at, word) in prose::words(text) {
        let loud = word.chars().all(char::is_uppercase) && word.chars().count() >= 3;
        let follows = row.last().is_none_or(|(before, last)| text[before + last.len()..at].trim().is_empty());
        if !loud || !follows {
            row.clear();
        }
        if loud {
            row.push((at, word));
        }
        if row.len() >= many {
            let words: Vec<_> = row.iter().map(|(_, word)| *word).collect();
            return Some((row[0].0, format!("`{}`", words.join(" "))));
        }
    }
    None
}

/// A single word in capitals that is too long for an abbreviation.
fn loud_word(line: &str) -> Option<(usize, String)> {
    let loud = |word: &str| word.chars().count() >= 7 && word.chars().all(char::is_uppercase);
    prose::words(line).find(|(_, word)| loud(word)).map(|(at, word)| (at, format!("`{word}`")))
}

#[cfg(test)]
mod tests {
    use crate::products::mail::lint::fixture::{Message, content};

    fn found(subject: &str, body: &str) -> Vec<String> {
        let mut message = Message::new(body, "<p>Text</p>");
        message.content = content(subject, body);
        message.codes()
    }

    #[test]
    fn capitals_and_rows_of_exclamation_marks_are_shouting() {
        assert_eq!(found("GREAT OFFER inside", "Text"), ["shouting content/news.en.md:2"]);
        assert_eq!(found("INCREDIBLE coffee", "Text"), ["shouting content/news.en.md:2"]);
        assert_eq!(found("Hello! Hello!", "Text"), ["shouting content/news.en.md:2"]);
        assert_eq!(found("News", "Text\n\nBUY IT NOW, PLEASE HURRY UP"), Vec::<String>::new());
        assert_eq!(found("News", "Text\n\nCOME AND GET IT, GET ONE HERE"), ["shouting content/news.en.md:7"]);
        assert_eq!(found("News", "Text\n\nReally!!"), ["shouting content/news.en.md:7"]);
    }

    #[test]
    fn a_name_an_abbreviation_or_one_exclamation_mark_is_not() {
        assert!(
            found("Thank you, {{ contact.company | upper }}!", "See you at NATO HQ. Welcome! `ALL THE CAPS`")
                .is_empty()
        );
    }

    #[test]
    fn a_phrase_of_spam_is_noticed_in_the_subject() {
        assert_eq!(found("Act now for coffee", "Text"), ["spam-phrase content/news.en.md:2"]);
        assert!(found("Acting now and then", "Act now, said the play.").is_empty());
    }
}
