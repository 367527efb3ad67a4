//! What the standing text must say (R2): a way to call, the ask, and the promise to take care. A word list a language; a text
//! that says it in other words is only warned about.

use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::programme::Programme;
use source::diagnostic::Diagnostic;

/// The stems by which an element is recognised.
struct Stems {
    call: &'static [&'static str],
    ask: &'static [&'static str],
    promise: &'static [&'static str],
}

fn stems(language: Language) -> Stems {
    match language {
        Language::Sv => Stems {
            call: &["ring", "slå en signal", "telefon"],
            ask: &["känner", "vet du", "vet ni", "tipsa", "rekommendera", "namn"],
            promise: &["ta hand om", "tar hand om", "hand om", "lovar", "väl"],
        },
        Language::Nb => Stems {
            call: &["ring", "telefon"],
            ask: &["kjenner", "vet du", "vet dere", "tips", "anbefal", "navn"],
            promise: &["ta vare på", "tar vare på", "vare på", "hånd om", "lover", "godt"],
        },
        Language::Da => Stems {
            call: &["ring", "telefon"],
            ask: &["kender", "ved du", "anbefal", "navn"],
            promise: &["tage os af", "tager os", "lover", "godt"],
        },
        Language::Et => Stems {
            call: &["helista", "telefon", "kõne"],
            ask: &["tead", "tunne", "soovita", "nimi", "nime"],
            promise: &["hoolitse", "hoolda", "hoia", "luba", "hästi"],
        },
        Language::Fi => Stems {
            call: &["soita", "puhelin"],
            ask: &["tunne", "tiedä", "suosittele", "nimi", "nime"],
            promise: &["huoleh", "pidämme huol", "lupaa", "hyvin"],
        },
        Language::De => Stems {
            call: &["ruf", "anruf", "telefon"],
            ask: &["kennen", "kennst", "empfehl", "namen"],
            promise: &["kümmern", "versprech", "gut"],
        },
        Language::En => Stems {
            call: &["call", "ring", "phone"],
            ask: &["know", "recommend", "refer", "name"],
            promise: &["care", "promise", "look after"],
        },
    }
}

/// What the component `call` says in every language.
const CALL: &str = "a way to call";

/// A warning for each element that a standing text does not seem to have.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    programme.keep_in_mind.variants.iter().flat_map(|((language, _), content)| lacking(*language, content)).collect()
}

fn lacking(language: Language, content: &ContentFile) -> Vec<Diagnostic> {
    let text = content.file.text()[content.body_at..].to_lowercase();
    let Stems { call, ask, promise } = stems(language);
    let elements = [(CALL, call), ("the ask", ask), ("the promise to take good care", promise)];
    elements
        .into_iter()
        .filter(|(_, stems)| !stems.iter().any(|stem| text.contains(stem)))
        .filter(|(what, _)| *what != CALL || !text.contains("<call "))
        .map(|(what, _)| {
            Diagnostic::warning("r02-keep-in-mind-lacks", format!("the standing text does not seem to say {what}"))
                .in_file(content.file.path())
                .hint("what we do, how to call, the ask, and the promise to take care of whoever is named (R2)")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::Front;
    use source::SourceFile;

    #[test]
    fn r02_the_standing_text_says_how_to_call_the_ask_and_the_promise() {
        let content =
            |text: &str| ContentFile { file: SourceFile::new("k.md", text), body_at: 0, front: Front::default() };
        let good = content("Call Anna. Do you know an office that needs us? We take good care of them.");
        assert!(lacking(Language::En, &good).is_empty());
        assert_eq!(lacking(Language::En, &content("We sell coffee.")).len(), 3);
        let called =
            content("Är det något, {{ <call owner signer /> }}. Känner du någon? Vi lovar att ta hand om dem.");
        assert!(lacking(Language::Sv, &called).is_empty());
    }
}
