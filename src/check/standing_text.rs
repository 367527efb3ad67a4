//! What the standing text must say (R2): an offer, a way to call, the ask, and the promise to take care. A word list a language;
//! a text that says it in other words is only warned about.

use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::products::mail::lint::prose;
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

/// What the firm says of itself.
const OFFER: &str = "what we do";

/// What the component `call` says in every language.
const CALL: &str = "a way to call";

/// A warning for each element that a standing text does not seem to have.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let firm = programme.settings.name.as_str().to_lowercase();
    let texts = programme.keep_in_mind.variants.iter();
    texts.flat_map(|((language, _), content)| lacking(*language, content, &firm)).collect()
}

fn lacking(language: Language, content: &ContentFile, firm: &str) -> Vec<Diagnostic> {
    let source = content.file.text()[content.body_at..].to_lowercase();
    // What a template prints says how to call; its names of variables say nothing.
    let words = prose::blank(&source);
    let Stems { call, ask, promise } = stems(language);
    let says = |text: &str, stems: &[&str]| stems.iter().any(|stem| text.contains(stem));
    let calls = says(&words, call) || source.contains(".phone") || source.contains("<call ");
    let elements = [
        (OFFER, offers(language, &words, promise) || source.contains("programme.name") || words.contains(firm)),
        (CALL, calls),
        ("the ask", says(&words, ask)),
        ("the promise to take good care", says(&words, promise)),
    ];
    let finding = |(what, _): (&str, bool)| {
        Diagnostic::warning("r02-keep-in-mind-lacks", format!("the standing text does not seem to say {what}"))
            .in_file(content.file.path())
            .hint("what we do, how to call, the ask, and the promise to take care of whoever is named (R2)")
    };
    elements.into_iter().filter(|(_, said)| !said).map(finding).collect()
}

/// Does the firm say something of itself besides the promise?
fn offers(language: Language, words: &str, promise: &[&str]) -> bool {
    let sentences = words.split(['.', '!', '?', ':', '\n']);
    let ours: Vec<&str> = sentences.filter(|sentence| speaks_of_us(language, sentence)).collect();
    let promised = ours.iter().any(|sentence| promise.iter().any(|stem| sentence.contains(stem)));
    ours.len() > usize::from(promised)
}

/// Is the subject of the sentence "we"? Estonian and Finnish say it with the ending of the verb.
fn speaks_of_us(language: Language, sentence: &str) -> bool {
    prose::words(sentence).any(|(_, word)| match language {
        Language::Sv | Language::Nb | Language::Da => word == "vi",
        Language::De => word == "wir",
        Language::En => word == "we",
        Language::Et => word == "me" || word == "meie" || (word.len() > 4 && word.ends_with("me")),
        Language::Fi => word == "me" || word.ends_with("mme"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::Front;
    use source::SourceFile;

    #[test]
    fn r02_the_standing_text_says_the_offer_how_to_call_the_ask_and_the_promise() {
        let lacks = |language, text: &str| {
            let file = SourceFile::new("k.md", text);
            lacking(language, &ContentFile { file, body_at: 0, front: Front::default() }, "ek & ask").len()
        };
        let good = "We build kitchens. Call Anna. Do you know an office that needs us? We take good care of them.";
        assert_eq!(lacks(Language::En, good), 0);
        assert_eq!(lacks(Language::En, good.strip_prefix("We build kitchens. ").expect("it begins so")), 1);
        assert_eq!(lacks(Language::En, "We sell coffee."), 3);
        assert_eq!(lacks(Language::En, "We look after gardens. {{ owner.name }}"), 3);
        let called = "Ek & Ask bygger. {{ <call owner signer /> }}. Känner du någon? Vi lovar att ta hand om dem.";
        assert_eq!(lacks(Language::Sv, called), 0);
        let finnish = "Rakennamme keittiöitä. Soita meille. Tunnetko jonkun? Pidämme huolta hänestä, lupaamme sen.";
        assert_eq!(lacks(Language::Fi, finnish), 0);
    }
}
