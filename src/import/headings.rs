//! What the columns of other programs hold, told from their headings.
//!
//! Headings are looked at word by word, because programs, versions and translators order the same words differently
//! (`Business Street`, `Gatuadress, arbete`, `Straße geschäftlich`, `Työosoite: katuosoite`). The words stand in `headings.yaml`.

use std::sync::LazyLock;

use super::fields::Key;
use serde::Deserialize;
use source::characters::nfkc;

/// The free field for a middle name: no name of ours has a place for it.
pub const MIDDLE_NAME: &str = "middle_name";

/// The free field for notes.
pub const NOTES: &str = "notes";

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A field of a contact by its own path.
    Field(Key),
    /// A part of the name.
    Given,
    /// See [`Given`](Target::Given).
    Family,
    /// The whole name.
    FullName,
    /// The firm.
    Company,
    /// The job.
    Role,
    /// A title: the job where no other column says it, `Dr` in Outlook.
    Title,
    /// Mailboxes.
    Email,
    /// A telephone number; the best has the lowest rank.
    Phone(u8),
    /// A part of a postal address.
    Address(Part),
    /// A birthday.
    Birthday,
    /// Labels.
    Tags,
    /// What the contact is to us.
    Kind,
    /// Whose contact it is.
    Owner,
    /// The language they read.
    Language,
    /// People at the firm.
    Size,
    /// Yes: they opted out. A word such as `unsubscribed` says so too.
    OptedOut,
    /// No: they opted out.
    OptedIn,
    /// Whatever it says, an address failed.
    Bounced,
}

/// A part of a postal address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Street and number.
    Street,
    /// What is written after the street: a second line, a box.
    More,
    /// A number that has a column of its own.
    Number,
    /// Postal code.
    Postcode,
    /// Town.
    City,
    /// Country.
    Country,
    /// All of it in one text.
    Whole,
}

/// Whether a column is about work or home; the best comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Block {
    /// Work.
    Business,
    /// It does not say.
    Plain,
    /// Home.
    Home,
    /// Neither.
    Other,
}

/// A heading that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// What its column holds.
    pub target: Target,
    /// Work or home.
    pub block: Block,
    /// Which of several: 1 for the first.
    pub number: u32,
}

/// What a heading says; `None` where its column is not read.
pub fn read(text: &str) -> Option<Heading> {
    let plain = |target| Some(Heading { target, block: Block::Plain, number: 1 });
    let trimmed = text.trim().to_lowercase();
    // Our own headings, but for those that other programs have too.
    if (trimmed.contains('.') || trimmed.contains('_') || matches!(trimmed.as_str(), "id" | "tier" | "since" | "owned"))
        && let Ok(key) = Key::parse(&trimmed)
    {
        return plain(Target::Field(key));
    }
    let all = words(text);
    let numbers: Vec<u32> = all.iter().filter_map(|word| word.parse().ok()).collect();
    let mut words: Vec<&str> = all.iter().map(String::as_str).filter(|word| word.parse::<u32>().is_err()).collect();
    // Google has a column beside each that says what kind it is.
    if !numbers.is_empty()
        && words.last().is_some_and(|last| ["label", "type", "etikett", "typ", "tyyppi"].contains(last))
    {
        return None;
    }
    // Pipedrive puts before each column whose it is.
    if words.len() > 1 && ["person", "deal", "lead"].contains(&words[0]) {
        words.remove(0);
    }
    if matches!(words.as_slice(), ["tier"]) {
        return plain(Target::Field(Key::of("tier")));
    }
    let is_meant = |rule: &&Rule| rule.headings.iter().any(|phrase| holds(&words, phrase));
    let block = block(&words);
    let number = numbers.first().copied().unwrap_or(1);
    let target = match RULES.iter().find(is_meant)?.holds {
        What::Nothing => return None,
        What::GivenName => Target::Given,
        What::MiddleName => Target::Field(Key::Extra(MIDDLE_NAME.into())),
        What::FamilyName => Target::Family,
        What::FullName => Target::FullName,
        What::Company => Target::Company,
        What::Role => Target::Role,
        What::Title => Target::Title,
        What::Email => Target::Email,
        What::Mobile => Target::Phone(0),
        What::Phone => Target::Phone(phone_rank(&words, block)),
        What::Street if number > 1 && words.len() < 4 && !text.contains(" - ") => Target::Address(Part::More),
        What::Street => Target::Address(Part::Street),
        What::AddressLine => Target::Address(Part::More),
        What::HouseNumber => Target::Address(Part::Number),
        What::Postcode => Target::Address(Part::Postcode),
        What::City => Target::Address(Part::City),
        What::Country => Target::Address(Part::Country),
        What::WholeAddress => Target::Address(Part::Whole),
        What::Birthday => Target::Birthday,
        What::Tags => Target::Tags,
        What::Kind => Target::Kind,
        What::Owner => Target::Owner,
        What::Language => Target::Language,
        What::Size => Target::Size,
        What::Notes => Target::Field(Key::Extra(NOTES.into())),
        What::OptedOut => Target::OptedOut,
        What::OptedIn => Target::OptedIn,
        What::Bounced => Target::Bounced,
    };
    // `Business Street 2` is the second line of the same address, `Address 2 - City` that of another.
    let number = if target == Target::Address(Part::More) { 1 } else { number };
    Some(Heading { target, block, number })
}

fn phone_rank(words: &[&str], block: Block) -> u8 {
    match block {
        _ if words.contains(&"main") || words.contains(&"växel") || words.contains(&"sentralbord") => 2,
        Block::Business | Block::Plain => 1,
        Block::Home => 3,
        Block::Other => 4,
    }
}

fn block(words: &[&str]) -> Block {
    const HOME: &str = "home hem* bostad* privat* hjem* koti* kodu* private wohnung";
    const OTHER: &str = "other annan annen annet anden andet muu weitere sonstige övrig* alternativ*";
    const WORK: &str = "business* work* arbete* arbets* jobb* arbeid* arbejd* työ* töö* geschäft* dienst* büro* företag* company \
        organization organisation kontor* office firma* bedrift*";
    let any = |mut phrases: std::str::SplitWhitespace<'_>| phrases.any(|phrase| holds(words, phrase));
    match () {
        () if any(HOME.split_whitespace()) => Block::Home,
        () if any(OTHER.split_whitespace()) => Block::Other,
        () if any(WORK.split_whitespace()) => Block::Business,
        () => Block::Plain,
    }
}

/// The words of a heading in lower case.
pub fn words(text: &str) -> Vec<String> {
    let folded = nfkc(text).to_lowercase();
    let letters = |c: char| !c.is_alphanumeric();
    folded.split(letters).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// True where the words hold a phrase. A star stands for any letters before or after; `^` for the beginning, `$` for the end.
fn holds(words: &[&str], phrase: &str) -> bool {
    let (at_start, phrase) = phrase.strip_prefix('^').map_or((false, phrase), |rest| (true, rest));
    let (at_end, phrase) = phrase.strip_suffix('$').map_or((false, phrase), |rest| (true, rest));
    let wanted: Vec<&str> = phrase.split(' ').collect();
    let fits = |(at, window): (usize, &[&str])| {
        (!at_start || at == 0)
            && (!at_end || at + wanted.len() == words.len())
            && window.iter().zip(&wanted).all(|(word, wanted)| fits(word, wanted))
    };
    words.windows(wanted.len()).enumerate().any(fits)
}

fn fits(word: &str, wanted: &str) -> bool {
    match (wanted.strip_prefix('*'), wanted.strip_suffix('*')) {
        (Some(_), Some(_)) => word.contains(wanted.trim_matches('*')),
        (Some(end), None) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == wanted,
    }
}

/// A target without what only the words tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Nothing,
    GivenName,
    MiddleName,
    FamilyName,
    FullName,
    Company,
    Role,
    Title,
    Email,
    Mobile,
    Phone,
    Street,
    AddressLine,
    HouseNumber,
    Postcode,
    City,
    Country,
    WholeAddress,
    Birthday,
    Tags,
    Kind,
    Owner,
    Language,
    Size,
    Notes,
    OptedOut,
    OptedIn,
    Bounced,
}

/// The rules of `headings.yaml`, from the top.
static RULES: LazyLock<Vec<Rule>> =
    LazyLock::new(|| yaml::parse(include_str!("headings.yaml")).expect("our own rules are well written"));

/// What headings with one of these phrases say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    holds: What,
    headings: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(headings: &str) -> Vec<Option<Target>> {
        headings.split('|').map(|text| read(text).map(|heading| heading.target)).collect()
    }

    /// A card as most programs have it: given, family, firm, job, street, town, code, country, work phone, mobile, mail, birthday.
    fn card() -> Vec<Option<Target>> {
        [
            Target::Given,
            Target::Family,
            Target::Company,
            Target::Role,
            Target::Address(Part::Street),
            Target::Address(Part::City),
            Target::Address(Part::Postcode),
            Target::Address(Part::Country),
            Target::Phone(1),
            Target::Phone(0),
            Target::Email,
            Target::Birthday,
            Target::Tags,
        ]
        .map(Some)
        .to_vec()
    }

    #[test]
    fn outlook_is_read_in_seven_languages() {
        for headings in [
            "First Name|Last Name|Company|Job Title|Business Street|Business City|Business Postal Code|Business Country/Region|Business Phone|Mobile Phone|E-mail Address|Birthday|Categories",
            "Förnamn|Efternamn|Företag|Befattning|Gatuadress, arbete|Ort, arbete|Postnummer, arbete|Land/region, arbete|Telefon, arbete|Mobiltelefon|E-postadress|Födelsedag|Kategorier",
            "Fornavn|Etternavn|Firma|Stilling|Gate, arbeid|Poststed, arbeid|Postnummer, arbeid|Land/område, arbeid|Telefon, arbeid|Mobiltelefon|E-postadresse|Fødselsdag|Kategorier",
            "Fornavn|Efternavn|Firma|Stilling|Gade (arbejde)|By (arbejde)|Postnummer (arbejde)|Land/område (arbejde)|Telefon (arbejde)|Mobiltelefon|E-mail-adresse|Fødselsdag|Kategorier",
            "Etunimi|Sukunimi|Yritys|Tehtävänimike|Katuosoite (työ)|Postitoimipaikka (työ)|Postinumero (työ)|Maa tai alue (työ)|Työpuhelin|Matkapuhelin|Sähköpostiosoite|Syntymäpäivä|Luokat",
            "Eesnimi|Perekonnanimi|Ettevõte|Ametinimetus|Tänav (töö)|Linn (töö)|Sihtnumber (töö)|Riik/regioon (töö)|Töötelefon|Mobiiltelefon|E-posti aadress|Sünnipäev|Kategooriad",
            "Vorname|Nachname|Firma|Position|Straße geschäftlich|Ort geschäftlich|Postleitzahl geschäftlich|Land/Region geschäftlich|Telefon geschäftlich|Mobiltelefon|E-Mail-Adresse|Geburtstag|Kategorien",
        ] {
            assert_eq!(targets(headings), card(), "{headings}");
        }
    }

    #[test]
    fn blocks_and_numbers_are_told_apart() {
        let of = |text: &str| read(text).map(|heading| (heading.target, heading.block, heading.number)).expect(text);
        assert_eq!(of("Home Street"), (Target::Address(Part::Street), Block::Home, 1));
        assert_eq!(of("Business Street 2"), (Target::Address(Part::More), Block::Business, 1));
        assert_eq!(of("Address 2 - City"), (Target::Address(Part::City), Block::Plain, 2));
        assert_eq!(of("Address 2 - Street"), (Target::Address(Part::Street), Block::Plain, 2));
        assert_eq!(of("E-mail 2 Address"), (Target::Email, Block::Plain, 2));
        assert_eq!(of("Telefon, bostad"), (Target::Phone(3), Block::Home, 1));
        assert_eq!(of("Company Main Phone"), (Target::Phone(2), Block::Business, 1));
        assert_eq!(of("Ort privat").1, Block::Home);
    }

    #[test]
    fn google_hubspot_pipedrive_upsales_and_superoffice_are_read() {
        use Target::*;
        for (heading, target) in [
            ("Given Name", Given),
            ("Family Name", Family),
            ("Name", FullName),
            ("Organization 1 - Name", Company),
            ("Organization Name", Company),
            ("Organization 1 - Title", Role),
            ("Organization Title", Role),
            ("E-mail 1 - Value", Email),
            ("Phone 1 - Value", Phone(1)),
            ("Group Membership", Tags),
            ("Labels", Tags),
            ("Address 1 - Postal Code", Address(Part::Postcode)),
            ("Address 1 - Formatted", Address(Part::Whole)),
            ("Contact owner", Owner),
            ("Associated Company", Company),
            ("Company Name", Company),
            ("Lifecycle Stage", Kind),
            ("Unsubscribed from all email", OptedOut),
            ("Number of Employees", Size),
            ("Email hard bounce reason", Bounced),
            ("Preferred language", Language),
            ("Street Address", Address(Part::Street)),
            ("Email", Email),
            ("Person - Name", FullName),
            ("Person - Organization", Company),
            ("Person - Email - Work", Email),
            ("Person - Phone - Mobile", Phone(0)),
            ("Person - Owner", Owner),
            ("Person - Label", Tags),
            ("Person - Marketing status", OptedOut),
            ("Organization - Name", Company),
            ("Person - First name", Given),
            ("Organization - Zip/Postal code of Address", Address(Part::Postcode)),
            ("Organization - House number of Address", Address(Part::Number)),
            ("Organization - City/town/village/locality of Address", Address(Part::City)),
            ("Organization - Address", Address(Part::Street)),
            ("Account", Company),
            ("Cell phone", Phone(0)),
            ("Title", Title),
            ("Kundansvarig", Owner),
            ("Postnr", Address(Part::Postcode)),
            ("Sted", Address(Part::City)),
            ("Vår kontakt", Owner),
            ("Ingen e-postutsendelser", OptedOut),
            ("E-post", Email),
            ("Mobil", Phone(0)),
            ("Tittel", Title),
            ("address.city", Field(Key::of("address.city"))),
            ("unsubscribed.on", Field(Key::of("unsubscribed.on"))),
            ("extra.shoe_size", Field(Key::Extra("shoe_size".into()))),
            ("tier", Field(Key::of("tier"))),
            ("Middle Name", Field(Key::Extra(MIDDLE_NAME.into()))),
            ("Weitere Vornamen", Field(Key::Extra(MIDDLE_NAME.into()))),
            ("Notes", Field(Key::Extra(NOTES.into()))),
            ("Anteckningar", Field(Key::Extra(NOTES.into()))),
        ] {
            assert_eq!(read(heading).map(|heading| heading.target), Some(target), "{heading}");
        }
    }

    #[test]
    fn what_only_looks_like_a_field_is_not_read() {
        for heading in [
            "E-mail Type",
            "E-mail Display Name",
            "E-mail 1 - Type",
            "Phone 1 - Label",
            "Manager's Name",
            "Assistant's Phone",
            "Business Fax",
            "Last Activity Date",
            "Web Page",
            "Department",
            "Company ID",
            "Record ID - Contact",
            "Referred By",
            "Region geschäftlich",
            "Business State",
            "Phonetic First Name",
            "Created by",
            "Custom Field 1 - Value",
            "Anrede",
            "E-Mail: Angezeigter Name",
        ] {
            assert_eq!(read(heading), None, "{heading}");
        }
    }
}
