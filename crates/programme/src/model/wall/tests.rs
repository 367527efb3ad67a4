//! The wall against the spellings that people use, and against neighbours that are somebody else.

use super::*;
use crate::plan::fixture::Fixture;

/// Walled firms: the name, its legal form, and spellings of it that no rule of thumb makes.
const FIRMS: [(&str, &str, &str); 28] = [
    (
        "Grå Kontorsdrift",
        "AB",
        "AB Grå Kontorsdrift|Aktiebolaget Grå Kontorsdrift|Graa Kontorsdrift AB|Grå Kontorsdrift A.B.|Grå Kontorsdrift AB (publ)|Grå Kontorsdrift i likvidation|Grå Kontorsdrift AB i konkurs|Grå Kontorsdrift AB under rekonstruktion|Grå Kontorsdrift, avd. inköp|Inköp c/o Grå Kontorsdrift AB|Inköpsavdelningen, Grå Kontorsdrift AB|Grå Kontorsdrift AB Uppsala|The Grå Kontorsdrift",
    ),
    (
        "Gran & Tall Inredning",
        "Aktiebolag",
        "Gran och Tall Inredning AB|Gran + Tall Inredning|Gran&Tall Inredning AB|Gran &amp; Tall Inredning|Gran og Tall Inredning|Gran and Tall Inredning Ltd",
    ),
    (
        "Müller & Söhne",
        "GmbH & Co. KG",
        "Mueller & Soehne|Müller und Söhne GmbH|Mueller u. Soehne|Müller & Söhne GmbH & Co KG|Müller und Söhne Gesellschaft mit beschränkter Haftung|Müller & Söhne in Liquidation|Müller & Söhne G.m.b.H.",
    ),
    (
        "O'Neill Timber",
        "Ltd",
        "O’Neill Timber Limited|ONeill Timber|O´Neill Timber Ltd.|O`Neill Timber|O Neill Timber|O'Neill Timber Public Limited Company|O'Neill Timber (in administration)",
    ),
    (
        "Nordisk Kaffe",
        "A/S",
        "Nordisk Kaffe AS|Nordisk Kaffe a.s.|A/S Nordisk Kaffe|Nordisk Kaffe Aksjeselskap|Nordisk Kaffe Aktieselskab|Nordisk-Kaffe A/S|Nordiskkaffe|Nordisk Kaffe under avvikling",
    ),
    (
        "Kruus Kinnisvara",
        "OÜ",
        "OÜ Kruus Kinnisvara|Kruus Kinnisvara osaühing|Kruus Kinnisvara OU|Osaühing Kruus Kinnisvara|Kruus-Kinnisvara|Kruus Kinnisvara OÜ likvideerimisel|Kruus Kinnisvara OÜ (pankrotis)",
    ),
    (
        "Lähteen Paja",
        "Oy",
        "Oy Lähteen Paja Ab|Laehteen Paja|Lähteen Paja Osakeyhtiö|Lähteen Paja Oy Ab|Lähteen Paja Oy, Turun toimipiste|Lähteen Paja Oyj",
    ),
    (
        "Fjällräven Måleri",
        "HB",
        "Fjaellraeven Maaleri|Fjällräven Måleri Handelsbolag|Fjällräven Måleri H.B.|Fjällräven Måleri / Lager|Fjällräven Måleri – Verkstad",
    ),
    (
        "Søndergaard Byg",
        "ApS",
        "Søndergård Byg ApS|Soendergaard Byg|Søndergaard Byg Anpartsselskab|Søndergaard Byg A.p.S.|Søndergaard-Byg|Söndergaard Byg",
    ),
    (
        "Weiß Straßenbau",
        "AG",
        "Weiss Strassenbau|Weiß Strassenbau Aktiengesellschaft|WEISS STRASSENBAU AG|Weiß Straßenbau A.G.|Weiß-Straßenbau",
    ),
    (
        "Café Ström",
        "AB",
        "Café Stroem|Café-Ström AB|Cafe\u{301} Stro\u{308}m|Aktiebolaget Café Ström|Café Ström AB, Gävle",
    ),
    (
        "Finlay Office",
        "Inc.",
        "Finlay Office Incorporated|ﬁnlay Oﬃce|Finlay Oﬃce Inc|Finlay Office Corp.|Finlay Office Co. Inc.",
    ),
    (
        "Lindas Lager",
        "enskild firma",
        "Linda's Lager|Lindas Lager|Firma Lindas Lager|Lindas-Lager|Lindas Lager Enskild Firma",
    ),
    (
        "Berg Transport",
        "KB",
        "Berg Transport Kommanditbolag|Berg-Transport|Bergtransport|Berg Transport K.B.|Berg Transport/Terminalen",
    ),
    (
        "Skogsägarna Norr",
        "ek. för.",
        "Skogsägarna Norr ekonomisk förening|Skogsaegarna Norr|Skogsägarna-Norr ek för|Skogsägarna Norr Ek. För.",
    ),
    (
        "Vinga Marin",
        "AB",
        "Vinga Marin Aktiebolag|VINGA MARIN|Vinga\u{a0}Marin|Vinga\u{200b} Marin|Vin\u{ad}ga Marin AB|Ｖｉｎｇａ Ｍａｒｉｎ|Vinga‑Marin|„Vinga Marin“ AB",
    ),
    (
        "Baltic Wood",
        "UAB",
        "UAB \"Baltic Wood\"|UAB „Baltic Wood“|Baltic Wood uždaroji akcinė bendrovė|Baltic-Wood UAB|BalticWood",
    ),
    ("Rīgas Kafija", "SIA", "SIA \"Rīgas Kafija\"|SIA Rīgas Kafija|Ri\u{304}gas Kafija|Rīgas-Kafija"),
    ("Van Dijk Bloemen", "B.V.", "Van Dijk Bloemen BV|VAN DIJK BLOEMEN|Van Dĳk Bloemen|Van-Dijk Bloemen B.V."),
    ("Dupont Frères", "SARL", "Dupont Frères S.A.R.L.|Dupont-Frères|DUPONT FRÈRES SARL|Dupont Fre\u{300}res"),
    (
        "Äppelviken Data",
        "AB",
        "Aeppelviken Data|Äppelviken Data AB/Support|Äppelviken Data AB · Stockholm|A\u{308}ppelviken Data|ÄPPELVIKEN DATA AKTIEBOLAG",
    ),
    ("Rock 'n' Roll Scen", "AB", "Rock & Roll Scen|Rock and Roll Scen AB|Rock n Roll Scen|Rock ’n’ Roll Scen"),
    ("Holm & Co", "AB", "Holm och Co AB|Holm & Co Aktiebolag|Holm & Co. AB|Holm&Co"),
    (
        "Østre Bakeri",
        "AS",
        "Oestre Bakeri|Östre Bakeri AS|Østre Bakeri, filial Drammen|AS Østre Bakeri|Østre Bakeri AS avd. Moss",
    ),
    ("Ärlig Städ", "AB", "Aerlig Staed AB|Ærlig Stæd|Ärlig Städ (Ärlig Städ AB)|Ärlig Städ AB [Malmö]"),
    (
        "Kallhäll Bygg",
        "AB",
        "Kallhaell Bygg|KALLHÄLL BYGG AB (PUBL)|Kallhäll-Bygg AB|Kallhäll Bygg AB: Inköp|Kallhäll Bygg AB\u{2014}Inköp",
    ),
    (
        "Tre Kronor Tryck",
        "AB",
        "Tre Kronor Tryck A B|Tre  Kronor   Tryck|Tre Kronor-Tryck|Tre\u{2011}Kronor\u{2013}Tryck|Tre Kronor Tryck AB; Lager",
    ),
    (
        "Smith Brothers",
        "LLC",
        "Smith Brothers L.L.C.|Smith Brothers Limited Liability Company|SMITH BROTHERS|Smith-Brothers LLC|The Smith Brothers LLC",
    ),
];

/// Walled mailboxes and domains, with ways to write to them.
const MAILBOXES: [(&str, &str); 12] = [
    (
        "rolf.ek@firm.example",
        "Rolf.Ek@Firm.Example|rolf.ek+news@firm.example|\"rolf.ek\"@firm.example|rolf.ek@firm.example.|rolf.ek%firm.example@relay.example|firm.example!rolf.ek@relay.example|\"rolf.ek@firm.example\"@relay.example|ROLF.EK+A+B@FIRM.EXAMPLE",
    ),
    (
        "lena.ros@gmail.com",
        "lenaros@gmail.com|l.e.n.a.ros@gmail.com|lena.ros@googlemail.com|LenaRos+x@GoogleMail.com|\"lena.ros\"@gmail.com",
    ),
    (
        "post@kaffehörnan.example",
        "post@xn--kaffehrnan-jcb.example|POST@KAFFEHÖRNAN.example|post@kaffeho\u{308}rnan.example|post+1@kaffehörnan.example",
    ),
    (
        "info@strand.example",
        "info@ｓｔｒａｎｄ.example|info@strand。example|Info@STRAND.example|info+brev@strand.example",
    ),
    ("bo.ek@yahoo.com", "bo.ek-shop@yahoo.com|Bo.Ek-x+y@yahoo.com|bo.ek@YAHOO.com"),
    ("per.berg@icloud.com", "per.berg@me.com|per.berg@mac.com|Per.Berg+a@icloud.com"),
    ("ida.holm@proton.me", "idaholm@protonmail.com|ida_holm@pm.me|ida-holm@proton.me|IdaHolm@protonmail.ch"),
    ("åsa@malm.example", "ÅSA@malm.example|a\u{30a}sa@malm.example|åsa+x@malm.example"),
    (
        "@walled.example",
        "a@walled.example|b@post.walled.example|c@WALLED.example.|d%walled.example@relay.example|\"e@walled.example\"@relay.example|walled.example!f@relay.example",
    ),
    ("@smörgås.example", "a@xn--smrgs-pra0j.example|b@SMÖRGÅS.example|c@mail.smo\u{308}rga\u{30a}s.example"),
    ("@www.bolag.example", "a@bolag.example|b@www.bolag.example|c@mail.bolag.example"),
    ("@sub.stort.example", "a@sub.stort.example|b@x.sub.stort.example"),
];

/// Names that share words with those above and are others'.
const NEIGHBOURS: &str = "Lund, Berg & Holm AB|Holm, Berg Arkitekter|Tall Inredning AB|Gran Inredning|Kaffe Nordisk Rosteri AS|Nordisk Te A/S|\
    Bergs Transportkonsulter|Grå Kontor AB|Kontorsdrift i Norr AB|Grön Kontorsdrift AB|Vinga Hotell|Marin Vinga Konsult|Baltic Woodworks UAB|\
    Smith & Brothers Bakery|Smith Sisters LLC|Anders Ek|Lindas Lagerhotell AB|Glass & Is AB|Nordic Spa AB|Kallhäll|Bygg AB|Holm AB|Co AB|\
    Tre Kronor AB|Kronor Tryck|Ström AB|Café Ström & Vänner|Weiß AG|Müller AG|Söhne GmbH|Finlay Ltd|Office Inc|The Office Ltd|AB|Aktiebolaget Norr|\
    Skogsägarna Syd ek. för.|Skogsägarna|Rock Scen AB|Roll & Rock Scen AB|Ärlig AB|Städ AB|Østre AS|Bakeri Østre Toten AS|Fjällräven AB|Måleri HB|\
    Dupont SARL|Frères Dupont Champagne|Van Dijk B.V.|Van Dijk Bloemisten|Rīgas SIA|Kruus OÜ|Kinnisvara OÜ|Lähteen Oy|Paja Oy|Søndergaard ApS|Byg ApS|\
    O'Neill & Sons Ltd|O'Neill Timberland|Data AB|Äppelviken AB|Äppelviken Databas AB|Inköp AB|Lager & Logistik AB|Uppsala Kontorsdrift AB";

fn wall() -> (Wall, usize) {
    let mut fixture = Fixture::new();
    for (name, form, _) in FIRMS {
        fixture = fixture.wall_company(&format!("{name} {form}"));
    }
    for (mailbox, _) in MAILBOXES {
        fixture = match mailbox.strip_prefix('@') {
            Some(domain) => fixture.wall_domain(&mail::address::fold_domain(domain).expect("a domain")),
            None => fixture.wall_email(mailbox),
        };
    }
    (Wall::new(&fixture.build()), FIRMS.len() + MAILBOXES.len())
}

/// Spellings that every name has.
fn usual(name: &str, form: &str) -> Vec<String> {
    let mut words: Vec<&str> = name.split(' ').collect();
    let hyphened = words.join("\u{2011}");
    let wide = words.join("  ");
    let last = words.pop().unwrap_or_default();
    vec![
        name.to_owned(),
        name.to_uppercase(),
        format!("{} {form}", name.to_lowercase()),
        format!("{name}, {form}"),
        format!("{wide} {form}"),
        format!("{hyphened} {form}"),
        format!("{}\u{2013}{last} {form}", words.join(" ")),
        format!("\"{name}\" {form}"),
        format!("{name}\u{a0}{form} (i likvidation)"),
        format!("{name} {form}, Stockholm"),
        format!("{name} {form} / Inköp"),
        format!("{} {form}", name.chars().map(String::from).collect::<Vec<_>>().join("\u{ad}")),
    ]
}

#[test]
fn r04_no_spelling_that_a_clerk_calls_the_same_passes_the_wall() {
    let (wall, walled) = wall();
    assert_eq!(walled, 40);
    let firm = |name: &str| wall.stops_lead(&lead(Some(name), None));
    let (mut tried, mut passed) = (0, Vec::new());
    for (index, (name, form, others)) in (0..).zip(FIRMS) {
        let own = others.split('|').map(|other| other.trim().to_owned());
        let spellings = usual(name, form).into_iter().chain(own);
        for spelling in spellings {
            tried += 1;
            if firm(&spelling) != Some(Stop::Company(index)) {
                passed.push(spelling);
            }
        }
    }
    for (mailbox, ways) in MAILBOXES {
        for way in ways.split('|').chain([mailbox].into_iter().filter(|mailbox| !mailbox.starts_with('@'))) {
            tried += 1;
            if wall.stops_lead(&lead(None, Some(way))).is_none() {
                passed.push(way.to_owned());
            }
        }
    }
    assert!(tried >= 400, "{tried}");
    assert_eq!(passed, Vec::<String>::new(), "of {tried}");
}

#[test]
fn r04_neighbours_of_walled_names_are_not_refused() {
    let (wall, _) = wall();
    // The first word of one and the last of another, with the form of a third: names that could be anybody's.
    let first = |index: usize| FIRMS[index % FIRMS.len()].0.split(' ').next().unwrap_or_default();
    let last = |index: usize| FIRMS[index % FIRMS.len()].0.split(' ').next_back().unwrap_or_default();
    let mixed = (0..FIRMS.len()).flat_map(|one| (1..14).map(move |step| (one, one + step)));
    let mixed =
        mixed.map(|(one, other)| format!("{} {} {}", first(one), last(other), FIRMS[(one * 7) % FIRMS.len()].1));
    let innocent: Vec<String> = mixed.chain(NEIGHBOURS.split('|').map(|name| name.trim().to_owned())).collect();
    let refused: Vec<&String> =
        innocent.iter().filter(|name| wall.stops_lead(&lead(Some(name), None)).is_some()).collect();
    assert!(innocent.len() >= 400, "{}", innocent.len());
    assert!(refused.len() * 50 <= innocent.len(), "{} of {}: {refused:?}", refused.len(), innocent.len());
    for address in [
        "rolf.ek@other.example",
        "rolf@firm.example",
        "a@notwalled.example",
        "a@stort.example",
        "r.olf.ek@firm.example",
    ] {
        assert_eq!(wall.stops_lead(&lead(None, Some(address))), None, "{address}");
    }
}

fn lead(company: Option<&str>, email: Option<&str>) -> Lead {
    Lead {
        name: "Somebody Else".parse().expect("a name"),
        company: company.map(folded_line),
        email: email.map(|email| email.parse().unwrap_or_else(|fault| panic!("{email}: {fault:?}"))),
        phone: None,
        country: None,
        contact: None,
        consent: None,
        message: None,
    }
}

/// A name as a line; one with what nobody sees is refused at load, and compared here without it.
fn folded_line(name: &str) -> crate::model::text::Line {
    let visible: String = name.chars().filter(|letter| !source::characters::is_ignorable(*letter)).collect();
    name.parse().or_else(|_| visible.parse()).unwrap_or_else(|fault| panic!("{name}: {fault:?}"))
}

#[test]
fn r04_telephone_and_name_at_a_firm_of_a_d_are_that_d() {
    let programme = Fixture::new()
        .contact("roland", "D", |c| {
            c.name = "Roland Krook".parse().expect("a name");
            c.company = Some("Krook & Söner AB".parse().expect("a name"));
            c.phone = Some("+46 70 174 06 05".parse().expect("a number"));
            c.email = Some("roland@krook.example".parse().expect("an address"));
        })
        .build();
    let wall = Wall::new(&programme);
    let stop = |name: &str, company: Option<&str>, phone: Option<&str>, email: &str| {
        let other = Fixture::new().contact("x", "A", |c| {
            c.name = name.parse().expect("a name");
            c.company = company.map(|name| name.parse().expect("a name"));
            c.phone = phone.map(|phone| phone.parse().expect("a number"));
            c.email = Some(email.parse().expect("an address"));
        });
        wall.stops(&other.build().contacts[0])
    };
    assert_eq!(stop("Bo Ek", None, Some("070-174 06 05"), "a@x.example"), Some(Stop::PhoneOfD(0)));
    assert_eq!(stop("Krook, Roland", Some("Krook och Soener"), None, "a@x.example"), Some(Stop::NameOfD(0)));
    assert_eq!(stop("Bo Ek", None, None, "Roland+2@krook.example"), Some(Stop::MailboxOfD(0)));
    assert_eq!(stop("Roland Krook", None, None, "a@x.example"), None, "many are called so");
    assert_eq!(stop("Eva Krook", Some("Krook & Söner AB"), Some("+46 70 174 06 06"), "eva@krook.example"), None);
}
