//! In which language a text is written, by the small words that only one of two languages has.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::language::Language;

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

/// The language that a text of these words is in, where it is not in `expected` and there is no doubt about it.
pub fn clearly_other<'t>(words: impl Iterator<Item = &'t str>, expected: Language) -> Option<Language> {
    let small = small_words_of(words);
    let others = Language::ALL.into_iter().filter(|other| *other != expected);
    let scored = others.filter_map(|other| {
        let (theirs, ours) = (only(&small, other, expected), only(&small, expected, other));
        (theirs >= 3 && theirs >= 4 * ours).then_some((theirs, other))
    });
    scored.max().map(|(_, other)| other)
}

/// True where what somebody wrote, perhaps only a line, is rather in `theirs` than in `ours`: it has more of the small words that only
/// `theirs` has, or letters that `ours` does not write.
pub fn is_rather(text: &str, theirs: Language, ours: Language) -> bool {
    let small = small_words_of(text.split(|letter: char| !letter.is_alphanumeric()));
    let is_strange = |letter: &char| own_letters(theirs).contains(*letter) && !own_letters(ours).contains(*letter);
    let strange = text.to_lowercase().chars().filter(is_strange).count();
    theirs != ours && only(&small, theirs, ours) + strange > only(&small, ours, theirs)
}

/// Letters beyond the Latin alphabet that a language writes every day.
fn own_letters(language: Language) -> &'static str {
    match language {
        Language::Sv | Language::Fi => "åäö",
        Language::Nb | Language::Da => "åæø",
        Language::Et => "õäöüšž",
        Language::De => "äöüß",
        Language::En => "",
    }
}

/// Of each small word of a text, which languages have it.
fn small_words_of<'t>(words: impl Iterator<Item = &'t str>) -> Vec<u8> {
    words.filter_map(|word| HAVING.get(word.to_lowercase().as_str()).copied()).collect()
}

/// How many small words one language has and another has not.
fn only(small: &[u8], one: Language, other: Language) -> usize {
    small.iter().filter(|having| **having & bit(one) != 0 && **having & bit(other) == 0).count()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(clearly_other(text.split(' '), written), None, "{written}");
            for read in Language::ALL.into_iter().filter(|read| *read != written) {
                assert!(clearly_other(text.split(' '), read).is_some(), "{written} read as {read}");
            }
        }
    }

    #[test]
    fn a_line_is_in_the_language_that_it_has_more_of() {
        let line = |text, theirs| is_rather(text, theirs, Language::Sv);
        assert!(line("Helistan uuesti, et degusteerimise päev kokku leppida", Language::Et));
        assert!(line("Ülevaade veerand tunniga, ülejäänud aeg kooridest.", Language::Et));
        assert!(line("Spurte hvordan det går, og ble lovet svar etter jul.", Language::Nb));
        assert!(line("Asked how the new filter changed the taste, and what it cost.", Language::En));
        for theirs in Language::ALL {
            assert!(
                !line("Gick över gården för att tacka för Külli Rand; hennes andra på ett år.", theirs),
                "{theirs}"
            );
            assert!(!line("Ring", theirs), "{theirs}");
        }
    }
}
