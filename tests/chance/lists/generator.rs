//! Lists as other programs write them, one a seed.

use encoding_rs::{MACINTOSH, WINDOWS_1252, WINDOWS_1257};

/// A mailbox that is none.
pub const BAD: &str = "nobody(at)nowhere";

/// Somebody on a list.
#[derive(Debug, Clone, Default)]
pub struct Person {
    pub given: String,
    pub family: String,
    pub company: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    pub postcode: String,
    pub city: String,
}

impl Person {
    /// What must come out, by field; `holds` says which of them the layout has.
    pub fn fields(&self, holds: &[&str]) -> Vec<(&'static str, &str)> {
        let all = [
            ("name.given", self.given.as_str()),
            ("name.family", &self.family),
            ("company", &self.company),
            ("phone", &self.phone),
            ("address.street", &self.street),
            ("address.postcode", &self.postcode),
            ("address.city", &self.city),
        ];
        all.into_iter().filter(|(path, _)| holds.iter().any(|held| path.starts_with(held))).collect()
    }
}

/// A list, and what must become of it.
pub struct Dirty {
    pub bytes: Vec<u8>,
    /// How it was made, for whoever looks at a failure.
    pub told: String,
    /// Who must be new afterwards.
    pub people: Vec<Person>,
    /// The fields that the layout has, by the beginning of their paths.
    pub holds: &'static [&'static str],
    /// The number of the row that cannot be read.
    pub bad_row: usize,
}

/// A row of numbers that look random and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("a small number")
    }

    fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.roll(from.len())]
    }
}

const GIVEN: [&str; 14] = [
    "Åsa",
    "Björn",
    "Øystein",
    "Ærlig",
    "Per Kristian",
    "Jürgen",
    "Käthe",
    "Õnne",
    "Ülle",
    "Zoë",
    "Mats",
    "Siân",
    "Jöns",
    "Renée",
];
const FAMILY: [&str; 12] = [
    "Öberg",
    "Ødegård",
    "Müller-Groß",
    "O'Brien",
    "Sjöström",
    "Pärn",
    "Kõiv",
    "Härkönen",
    "Bjørnstjerne",
    "van der Åkesson",
    "Æbelø",
    "Weiß",
];
/// Letters that only Unicode and the Baltic code page have.
const BALTIC: [(&str, &str); 3] = [("Jānis", "Bērziņš"), ("Žydrūnė", "Šimkutė"), ("Šarūnas", "Žukauskas")];
const FIRMS: [&str; 8] = [
    "Öbergs Måleri AB",
    "Bjørn & Sønner, AS",
    "Müller \"Bau\" GmbH",
    "Kõiv; Pärn OÜ",
    "Härkönen Oy",
    "Vestas|Syd A/S",
    "Weiß KG",
    "Åkes\tRör",
];
const CITIES: [&str; 8] = ["Malmö", "Ærøskøbing", "Tromsø", "Düsseldorf", "Võru", "Jyväskylä", "Århus", "Göteborg"];

/// Headings in the order of [`cells`], and what a layout holds.
type Layout = (&'static str, &'static [&'static str], &'static [&'static str]);

const ALL: [&str; 4] = ["name.", "company", "phone", "address."];

const LAYOUTS: [Layout; 14] = [
    (
        "Outlook, English",
        &[
            "First Name",
            "Last Name",
            "Company",
            "E-mail Address",
            "Business Phone",
            "Business Street",
            "Business Postal Code",
            "Business City",
        ],
        &ALL,
    ),
    (
        "Outlook, Swedish",
        &[
            "Förnamn",
            "Efternamn",
            "Företag",
            "E-postadress",
            "Telefon, arbete",
            "Gatuadress, arbete",
            "Postnummer, arbete",
            "Ort, arbete",
        ],
        &ALL,
    ),
    (
        "Outlook, Norwegian",
        &[
            "Fornavn",
            "Etternavn",
            "Firma",
            "E-postadresse",
            "Telefon, arbeid",
            "Gate, arbeid",
            "Postnummer, arbeid",
            "Poststed, arbeid",
        ],
        &ALL,
    ),
    (
        "Outlook, Danish",
        &[
            "Fornavn",
            "Efternavn",
            "Firma",
            "E-mail-adresse",
            "Telefon (arbejde)",
            "Gade (arbejde)",
            "Postnummer (arbejde)",
            "By (arbejde)",
        ],
        &ALL,
    ),
    (
        "Outlook, Finnish",
        &[
            "Etunimi",
            "Sukunimi",
            "Yritys",
            "Sähköpostiosoite",
            "Työpuhelin",
            "Katuosoite (työ)",
            "Postinumero (työ)",
            "Postitoimipaikka (työ)",
        ],
        &ALL,
    ),
    (
        "Outlook, Estonian",
        &[
            "Eesnimi",
            "Perekonnanimi",
            "Ettevõte",
            "E-posti aadress",
            "Töötelefon",
            "Tänav (töö)",
            "Sihtnumber (töö)",
            "Linn (töö)",
        ],
        &ALL,
    ),
    (
        "Outlook, German",
        &[
            "Vorname",
            "Nachname",
            "Firma",
            "E-Mail-Adresse",
            "Telefon geschäftlich",
            "Straße geschäftlich",
            "Postleitzahl geschäftlich",
            "Ort geschäftlich",
        ],
        &ALL,
    ),
    (
        "Google, old",
        &[
            "Given Name",
            "Family Name",
            "Organization 1 - Name",
            "E-mail 1 - Value",
            "Phone 1 - Value",
            "Address 1 - Street",
            "Address 1 - Postal Code",
            "Address 1 - City",
        ],
        &ALL,
    ),
    (
        "Google, new",
        &[
            "First Name",
            "Last Name",
            "Organization Name",
            "E-mail 1 - Value",
            "Phone 1 - Value",
            "Address 1 - Street",
            "Address 1 - Postal Code",
            "Address 1 - City",
        ],
        &ALL,
    ),
    (
        "HubSpot",
        &["First Name", "Last Name", "Company Name", "Email", "Phone Number", "Street Address", "Postal Code", "City"],
        &ALL,
    ),
    (
        "Pipedrive",
        &[
            "Person - First name",
            "Person - Last name",
            "Person - Organization",
            "Person - Email - Work",
            "Person - Phone - Work",
            "Organization - Street/road name of Address",
            "Organization - Zip/Postal code of Address",
            "Organization - City/town/village/locality of Address",
        ],
        &ALL,
    ),
    ("Upsales", &["Förnamn", "Efternamn", "Företag", "E-post", "Telefon", "Adress", "Postnummer", "Ort"], &ALL),
    ("SuperOffice", &["Fornavn", "Etternavn", "Firma", "E-post", "Telefon", "Postadresse", "Postnr", "Sted"], &ALL),
    (
        "bevara",
        &[
            "name.given",
            "name.family",
            "company",
            "email",
            "phone",
            "address.street",
            "address.postcode",
            "address.city",
        ],
        &ALL,
    ),
];

/// The list of a seed.
pub fn list(seed: u64) -> Dirty {
    let mut dice = Dice(seed);
    let encoding =
        dice.pick(&["UTF-8", "UTF-8 with mark", "UTF-16LE", "UTF-16BE", "Windows-1252", "Windows-1257", "Mac Roman"]);
    let people = people(&mut dice, encoding);
    match dice.roll(5) {
        0 => cards(&mut dice, people, encoding),
        _ => table(&mut dice, people, encoding),
    }
}

fn people(dice: &mut Dice, encoding: &str) -> Vec<Person> {
    let count = 3 + dice.roll(5);
    let mut people = Vec::new();
    for number in 0..count {
        let has_baltic = encoding.starts_with("UTF") || encoding == "Windows-1257";
        let (given, family) = match has_baltic && dice.roll(3) == 0 {
            true => BALTIC[dice.roll(BALTIC.len())],
            // Letters that the Baltic code page lacks.
            false if encoding == "Windows-1257" => ("Õnne", dice.pick(&["Öberg", "Pärn", "Kõiv", "Müller"])),
            false => (dice.pick(&GIVEN), dice.pick(&FAMILY)),
        };
        let firm = if encoding == "Windows-1257" { "Kõiv; Pärn OÜ" } else { dice.pick(&FIRMS) };
        let city = if encoding == "Windows-1257" { "Võru" } else { dice.pick(&CITIES) };
        people.push(Person {
            given: given.to_owned(),
            // Nobody has a namesake: those would be asked about.
            family: format!("{family}-{}", char::from(b'A' + u8::try_from(number).expect("a few"))),
            company: if dice.roll(4) == 0 { String::new() } else { firm.replace('\t', " ") },
            email: format!("p{number}.{}@example{}.example", dice.roll(1000), dice.roll(50)),
            phone: format!("+46 70 {:03} {:02} {number:02}", dice.roll(1000), dice.roll(100)),
            street: format!("Storgatan {}", 1 + dice.roll(99)),
            postcode: format!("{:03} {:02}", 100 + dice.roll(800), dice.roll(100)),
            city: city.to_owned(),
        });
    }
    people
}

/// Those who are on our list, in words that would undo what was decided, and the row that cannot be read.
fn others() -> [Person; 4] {
    let person = |given: &str, family: &str, email: &str| Person {
        given: given.into(),
        family: family.into(),
        email: email.into(),
        ..Person::default()
    };
    [
        person("Anna", "Lind", "ANNA@Linds-Bokhandel.example"),
        person("Gustav", "Holm", "gustav+list@holms-bygg.example"),
        person("Hanna", "Ivarsson", "hanna@ivarsson.example"),
        person("Bad", "Row", BAD),
    ]
}

fn cells(person: &Person) -> [&str; 8] {
    [
        &person.given,
        &person.family,
        &person.company,
        &person.email,
        &person.phone,
        &person.street,
        &person.postcode,
        &person.city,
    ]
}

fn table(dice: &mut Dice, people: Vec<Person>, encoding: &str) -> Dirty {
    let layouts = LAYOUTS.iter().filter(|(_, headings, _)| fits(&headings.join(""), encoding));
    let layouts: Vec<&Layout> = layouts.collect();
    let (name, headings, holds) = layouts[dice.roll(layouts.len())];
    let delimiter = dice.pick(&[",", ";", "\t", "|"]);
    let end = dice.pick(&["\n", "\r\n", "\r"]);
    let quotes = dice.roll(3);
    let blank = dice.roll(3) == 0;
    let mut rows: Vec<Vec<String>> = vec![headings.iter().map(|&heading| heading.to_owned()).collect()];
    let others = others();
    for person in people.iter().chain(&others) {
        let mut row: Vec<String> = cells(person).map(str::to_owned).to_vec();
        if name.starts_with("Google") && person.email != BAD && dice.roll(3) == 0 {
            row[3] = format!("{} ::: second.{}", row[3], row[3]);
        }
        rows.push(row);
    }
    if name == &"bevara" {
        // Decided here, and not by a list.
        rows[0].extend(["tier", "unsubscribed.on"].map(str::to_owned));
        let count = rows.len();
        for (number, row) in rows.iter_mut().enumerate().skip(1) {
            let is_ours = number + 5 > count && number + 1 < count;
            let is_out = number + 2 == count;
            row.extend([if is_ours { "B" } else { "C" }, if is_out { "2020-01-01" } else { "" }].map(str::to_owned));
        }
    }
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cell = |cell: &String| match quotes {
            0 => quoted(cell),
            1 if !cell.is_empty() && number > 0 => quoted(cell),
            _ if cell.contains([',', ';', '\t', '|', '"']) => quoted(cell),
            _ => cell.clone(),
        };
        text.push_str(&row.iter().map(cell).collect::<Vec<_>>().join(delimiter));
        text.push_str(end);
        if blank && number == 0 {
            text.push_str(end);
        }
    }
    let told = format!("{name}, {encoding}, {delimiter:?}, {end:?}, quotes {quotes}\n{text}");
    let bad_row = rows.len() + usize::from(blank);
    Dirty { bytes: encoded(&text, encoding), told, people, holds, bad_row }
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

fn cards(dice: &mut Dice, people: Vec<Person>, encoding: &str) -> Dirty {
    let version = dice.pick(&["2.1", "3.0", "4.0"]);
    let end = dice.pick(&["\n", "\r\n"]);
    let mut lines: Vec<String> = Vec::new();
    let mut bad_row = 0;
    for person in people.iter().chain(&others()) {
        bad_row = lines.len() + 1;
        let [given, family, company, email, phone, street, postcode, city] = cells(person);
        let address = [street, city, "", postcode, ""];
        lines.extend(["BEGIN:VCARD".to_owned(), format!("VERSION:{version}")]);
        match version {
            // Old telephones write every letter beyond ASCII as octets.
            "2.1" => {
                lines.push(format!("N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{};{}", octets(family), octets(given)));
                lines.push(format!("ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{}", octets(company)));
                lines.push(format!(
                    "ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;{}",
                    address.map(octets).join(";")
                ));
                lines.push(format!("TEL;WORK;VOICE:{phone}"));
                lines.push(format!("EMAIL;PREF;INTERNET:{email}"));
            }
            _ => {
                lines.push(format!("N:{};{};;;", escaped(family), escaped(given)));
                lines.push(format!("FN:{} {}", escaped(given), escaped(family)));
                lines.push(format!("ORG:{}", escaped(company)));
                lines.push(format!("ADR;TYPE=WORK:;;{}", address.map(escaped).join(";")));
                lines.push(format!("item1.TEL;TYPE=\"work,voice\":{phone}"));
                lines.push(format!("item2.EMAIL;type=INTERNET;type=pref:{email}"));
                lines.push("item2.X-ABLabel:_$!<Work>!$_".to_owned());
            }
        }
        lines.push("END:VCARD".to_owned());
    }
    // Lines of no card's own that are folded where it happens.
    let fold = dice.roll(2) == 0 && version != "2.1";
    let text: String = lines
        .iter()
        .map(|line| {
            let half = line.char_indices().nth(line.chars().count() / 2).map_or(0, |(at, _)| at);
            match fold && line.len() > 40 && !line.starts_with("BEGIN") {
                true => format!("{}{end} {}{end}", &line[..half], &line[half..]),
                false => format!("{line}{end}"),
            }
        })
        .collect();
    let number = |index: usize| {
        let folded = |line: &&String| fold && line.len() > 40 && !line.starts_with("BEGIN");
        index + lines[..index - 1].iter().filter(folded).count()
    };
    let told = format!("vCard {version}, {encoding}, {end:?}\n{text}");
    Dirty { bytes: encoded(&text, encoding), told, people, holds: &ALL, bad_row: number(bad_row) }
}

fn octets(text: &str) -> String {
    let octet = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' => char::from(byte).to_string(),
        b';' => "\\;".to_owned(),
        other => format!("={other:02X}"),
    };
    text.bytes().map(octet).collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(',', "\\,").replace(';', "\\;")
}

fn fits(text: &str, encoding: &str) -> bool {
    match encoding {
        "Windows-1252" => !WINDOWS_1252.encode(text).2,
        "Windows-1257" => !WINDOWS_1257.encode(text).2,
        "Mac Roman" => !MACINTOSH.encode(text).2,
        _ => true,
    }
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "UTF-8 with mark" => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        "UTF-16LE" => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        "Windows-1252" => WINDOWS_1252.encode(text).0.into_owned(),
        "Windows-1257" => WINDOWS_1257.encode(text).0.into_owned(),
        "Mac Roman" => MACINTOSH.encode(text).0.into_owned(),
        _ => text.as_bytes().to_vec(),
    }
}
