//! What the law wants to read at the foot of business mail, and how one opts out of letters, in each language.

use crate::model::language::Language;
use crate::model::settings::Registered;

/// The words before number, seat, VAT number and directors.
fn labels(language: Language) -> [&'static str; 4] {
    match language {
        Language::Da => ["CVR-nr.", "Hjemsted:", "Momsnr.", "Ledelse:"],
        Language::De => ["Registernummer", "Sitz:", "USt-IdNr.", "Geschäftsführung:"],
        Language::En => ["Company number", "Registered office:", "VAT no.", "Directors:"],
        Language::Et => ["Registrikood", "Asukoht:", "KMKR", "Juhatus:"],
        Language::Fi => ["Y-tunnus", "Kotipaikka:", "ALV-tunnus", "Johto:"],
        Language::Nb => ["Org.nr.", "Forretningskontor:", "Mva-nr.", "Ledelse:"],
        Language::Sv => ["Org.nr", "Säte:", "Momsreg.nr", "Ledning:"],
    }
}

/// What the register says of the firm, a detail a line: name, number, seat, VAT number, directors; those that are not set are
/// left out.
pub fn registered(registered: &Registered, language: Language) -> Vec<String> {
    let Registered { name, number, seat, vat, directors } = registered;
    let [number_is, seat_is, vat_is, directors_are] = labels(language);
    let labelled = |label: &str, value: &str| format!("{label} {value}");
    let directors: Vec<&str> = directors.iter().map(|director| director.as_str()).collect();
    let directors = (!directors.is_empty()).then(|| directors.join(", "));
    let lines = [
        name.as_ref().map(|name| name.as_str().to_owned()),
        number.as_ref().map(|number| labelled(number_is, number.as_str())),
        seat.as_ref().map(|seat| labelled(seat_is, seat.as_str())),
        vat.as_ref().map(|vat| labelled(vat_is, vat.as_str())),
        directors.map(|directors| labelled(directors_are, &directors)),
    ];
    lines.into_iter().flatten().collect()
}

/// How one opts out of letters: a line that names the mailbox which takes opt-outs (R26).
pub fn opt_out_of_letters(language: Language, mailbox: &str) -> String {
    match language {
        Language::Da => format!("Vil du ikke have flere breve fra os? Skriv til {mailbox}"),
        Language::De => format!("Sie möchten keine Briefe mehr von uns? Schreiben Sie an {mailbox}"),
        Language::En => format!("Would you rather not hear from us by post? Write to {mailbox}"),
        Language::Et => format!("Kui sa ei soovi meilt enam kirju, kirjuta aadressil {mailbox}"),
        Language::Fi => format!("Etkö halua enää kirjeitä meiltä? Kirjoita osoitteeseen {mailbox}"),
        Language::Nb => format!("Vil du ikke ha flere brev fra oss? Skriv til {mailbox}"),
        Language::Sv => format!("Vill du inte ha fler brev från oss? Skriv till {mailbox}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r26_what_is_registered_is_printed_in_the_readers_language_and_what_is_not_is_left_out() {
        let line = |text: &str| Some(text.parse().expect("a line"));
        let firm = Registered { name: line("Ek & Ask AB"), number: line("556000-0000"), ..Registered::default() };
        assert_eq!(registered(&firm, Language::Sv), ["Ek & Ask AB", "Org.nr 556000-0000"]);
        let whole = Registered {
            seat: line("Köln"),
            vat: line("DE1"),
            directors: vec!["A. Eich".parse().expect("a name"), "B. Esche".parse().expect("a name")],
            ..firm
        };
        assert_eq!(
            registered(&whole, Language::De)[2..],
            ["Sitz: Köln", "USt-IdNr. DE1", "Geschäftsführung: A. Eich, B. Esche"]
        );
        assert!(registered(&Registered::default(), Language::En).is_empty());
        for language in Language::ALL {
            assert!(opt_out_of_letters(language, "nej@ek.example").ends_with("nej@ek.example"));
        }
    }
}
