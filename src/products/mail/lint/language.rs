//! In which language a text is written, by the small words that only one of two languages has.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Subject, prose};
use crate::model::language::Language;
use source::Span;
use source::diagnostic::{Diagnostic, Place};

/// The most frequent small words of a language. Words that two of them share decide nothing between those two.
fn small_words(language: Language) -> &'static str {
    match language {
        Language::Sv => {
            "och att är det som en på av för med den till inte har om ett men vi du ni jag så från hos också \
            era vad något några blev mycket er de kan när där här utan efter eller sig"
        }
        Language::Nb => {
            "og å at er det som en på av for med den til ikke har om et men vi du dere jeg så fra hos også \
            hva noe noen ble mye de kan når der her uten etter eller seg"
        }
        Language::Da => {
            "og at er det som en på af for med den til ikke har om et men vi du i jer jeg så fra hos også \
            hvad noget nogle blev meget de kan når der her uden efter eller sig"
        }
        Language::Et => {
            "ja ei on see et kui oma ka mis aga me meie teie siis või kes seda selle oli kuid nii veel \
            ning mida teil meil kõik"
        }
        Language::Fi => {
            "ja ei on se että kun oma myös mikä mutta me meidän te teidän niin tai joka sitä sen oli vielä \
            sekä mitä teillä meillä kaikki ovat hän"
        }
        Language::De => {
            "und der die das ist nicht mit für den von ein eine wir sie zu auf auch es im dem sich haben \
            aber oder wie uns ihr ihnen nach bei"
        }
        Language::En => {
            "the and of to in is that it for you we with are this have not on at be from or as your our \
            what when they will has was"
        }
    }
}

/// A text that is clearly written in another language than its reader's.
pub fn finding(subject: &Subject<'_>) -> Option<Diagnostic> {
    let text = prose::prose(subject.content);
    let other = clearly_other(&text, subject.language)?;
    let start = subject.content.body_at + prose::words(&text).next().map_or(0, |(at, _)| at);
    let line = subject.content.file.text()[start..].lines().next().unwrap_or_default();
    let message = format!("this text is read as `{}`, and seems to be written in `{other}`", subject.language);
    Some(
        Diagnostic::warning("wrong-language", message)
            .place(Place::Span(
                std::sync::Arc::clone(&subject.content.file),
                Span { start, end: start + line.len() },
            ))
            .hint("the language is the last part of the file's name; `fallback` in bevara.yaml says what stands in for another"),
    )
}

/// Which languages have a small word: the bit of each by its place in [`Language::ALL`].
static HAVING: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut having = HashMap::new();
    for language in Language::ALL {
        for word in small_words(language).split_ascii_whitespace() {
            *having.entry(word).or_default() |= bit(language);
        }
    }
    having
});

fn bit(language: Language) -> u8 {
    1 << Language::ALL.iter().position(|known| *known == language).expect("every language is one of all")
}

/// The language that `text` is in, where it is not in `expected` and there is no doubt about it.
fn clearly_other(text: &str, expected: Language) -> Option<Language> {
    let words = prose::words(text).map(|(_, word)| word.to_lowercase());
    let small: Vec<u8> = words.filter_map(|word| HAVING.get(word.as_str()).copied()).collect();
    let only = |one: u8, not: u8| small.iter().filter(|having| **having & one != 0 && **having & not == 0).count();
    let others = Language::ALL.into_iter().filter(|other| *other != expected);
    let scored = others.filter_map(|other| {
        let (theirs, ours) = (only(bit(other), bit(expected)), only(bit(expected), bit(other)));
        (theirs >= 3 && theirs >= 4 * ours).then_some((theirs, other))
    });
    scored.max().map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::products::mail::lint::fixture::Message;

    const SAMPLES: [(Language, &str); 7] = [
        (
            Language::Sv,
            "Det är ljust till frukosten igen, och någon har tid att koka ägg. Vi ses efter helgen, om inte förr.",
        ),
        (
            Language::Nb,
            "Det er lyst til frokosten igjen, og noen har tid til å koke egg. Vi ses etter helgen, om ikke før, og dere vet hva vi har.",
        ),
        (
            Language::Da,
            "Det er lyst til morgenmaden igen, og nogle af os har tid til at koge æg. I ved hvad vi har, og noget af det er nyt.",
        ),
        (
            Language::Et,
            "Hommikusöögi ajal on jälle valge, ja kellelgi on aega mune keeta. Kui teil on küsimusi, siis me oleme siin, aga mitte täna.",
        ),
        (
            Language::Fi,
            "Aamiaisella on taas valoisaa, ja jollakin on aikaa keittää munia. Jos teillä on kysyttävää, niin me olemme täällä, mutta emme tänään.",
        ),
        (
            Language::De,
            "Beim Frühstück ist es wieder hell, und jemand hat Zeit, Eier zu kochen. Wir sehen uns nach dem Wochenende, oder auch nicht.",
        ),
        (
            Language::En,
            "It is light at breakfast again, and somebody has the time to boil eggs. See you after the weekend, if not before.",
        ),
    ];

    #[test]
    fn every_language_is_known_from_every_other_and_never_taken_for_it() {
        for (written, text) in SAMPLES {
            assert_eq!(clearly_other(text, written), None, "{written}");
            for read in Language::ALL.into_iter().filter(|read| *read != written) {
                assert!(clearly_other(text, read).is_some(), "{written} read as {read}");
            }
        }
    }

    #[test]
    fn a_text_in_the_wrong_language_is_warned_about_where_it_begins() {
        let mut message = Message::new(&format!("{{# greeting #}}\n{}\n", SAMPLES[0].1), "<p>Text</p>");
        assert_eq!(message.codes(), ["wrong-language content/news.en.md:6"]);
        message.language = Language::Sv;
        assert!(message.codes().is_empty());
        assert!(Message::new("Hei!\n", "<p>Hei!</p>").codes().is_empty(), "too short to say");
    }
}
