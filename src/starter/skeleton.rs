//! New texts: front matter and placeholders in the language they are to be written in.

use crate::model::language::Language;
use crate::model::mailing::MailingKind;

/// The few words a skeleton needs.
struct Phrases {
    hello: &'static str,
    subject: &'static str,
    preheader: &'static str,
    heading: &'static str,
    text: &'static str,
    title: &'static str,
}

fn words(language: Language) -> Phrases {
    let [hello, subject, preheader, heading, text, title] = match language {
        Language::Da => ["Hej", "emne", "linjen efter emnet", "overskrift", "hvad du vil fortælle", "titel"],
        Language::De => [
            "Guten Tag,",
            "Betreff",
            "die Zeile hinter dem Betreff",
            "Überschrift",
            "was Sie erzählen möchten",
            "Titel",
        ],
        Language::En => {
            ["Hello", "subject", "the line behind the subject", "heading", "what you want to tell", "title"]
        }
        Language::Et => ["Tere,", "teema", "rida teema järel", "pealkiri", "mida soovid rääkida", "pealkiri"],
        Language::Fi => ["Hei", "aihe", "rivi aiheen jälkeen", "otsikko", "mitä haluat kertoa", "otsikko"],
        Language::Nb => ["Hei", "emne", "linjen etter emnet", "overskrift", "det du vil fortelle", "tittel"],
        Language::Sv => ["Hej", "ämne", "raden efter ämnet", "rubrik", "det du vill berätta", "titel"],
    };
    Phrases { hello, subject, preheader, heading, text, title }
}

/// The text of a new mailing.
pub fn mailing(kind: MailingKind, language: Language) -> String {
    let Phrases { hello, subject, preheader, heading, text, .. } = words(language);
    let front = format!("---\nsubject: \"[[{subject}]]\"\npreheader: \"[[{preheader}]]\"\n---\n\n");
    let hello = format!("{hello} {{{{ contact.name.given }}}}!\n\n");
    let body = match kind {
        MailingKind::Newsletter => {
            format!("[[{text}]]\n\n## [[{heading}]]\n\n[[{text}]]\n\n## [[{heading}]]\n\n[[{text}]]\n")
        }
        _ => format!("[[{text}]]\n"),
    };
    [front, hello, body].concat()
}

/// The text of a new page.
pub fn page(language: Language) -> String {
    let Phrases { title, text, .. } = words(language);
    format!("---\ntitle: \"[[{title}]]\"\n---\n\n[[{text}]]\n")
}
