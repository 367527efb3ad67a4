//! The names of countries, for the last line of an address that leaves the country.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::language::{Country, Language};

/// What a country is called in English, by its ISO 3166-1 code.
const ENGLISH: &str = "AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|\
AM Armenia|AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AX Åland Islands|\
AZ Azerbaijan|BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|BH Bahrain|\
BI Burundi|BJ Benin|BL Saint Barthélemy|BM Bermuda|BN Brunei|BO Bolivia|BQ Caribbean Netherlands|BR Brazil|BS Bahamas|\
BT Bhutan|BV Bouvet Island|BW Botswana|BY Belarus|BZ Belize|CA Canada|CC Cocos Islands|CD DR Congo|\
CF Central African Republic|CG Congo|CH Switzerland|CI Ivory Coast|CK Cook Islands|CL Chile|CM Cameroon|CN China|\
CO Colombia|CR Costa Rica|CU Cuba|CV Cape Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ Czechia|DE Germany|\
DJ Djibouti|DK Denmark|DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|\
ER Eritrea|ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia|FO Faroe Islands|FR France|GA Gabon|\
GB United Kingdom|GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|GL Greenland|GM Gambia|\
GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|GS South Georgia|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|\
HK Hong Kong|HM Heard Island|HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID Indonesia|IE Ireland|IL Israel|IM Isle of Man|\
IN India|IO British Indian Ocean Territory|IQ Iraq|IR Iran|IS Iceland|IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|\
KE Kenya|KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|KN Saint Kitts and Nevis|KP North Korea|KR South Korea|\
KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|\
LS Lesotho|LT Lithuania|LU Luxembourg|LV Latvia|LY Libya|MA Morocco|MC Monaco|MD Moldova|ME Montenegro|MF Saint Martin|\
MG Madagascar|MH Marshall Islands|MK North Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macao|MP Northern Mariana Islands|\
MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|\
MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG Nigeria|NI Nicaragua|NL Netherlands|NO Norway|\
NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|PG Papua New Guinea|\
PH Philippines|PK Pakistan|PL Poland|PM Saint Pierre and Miquelon|PN Pitcairn|PR Puerto Rico|PS Palestine|PT Portugal|\
PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS Serbia|RU Russia|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|\
SC Seychelles|SD Sudan|SE Sweden|SG Singapore|SH Saint Helena|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia|\
SL Sierra Leone|SM San Marino|SN Senegal|SO Somalia|SR Suriname|SS South Sudan|ST São Tomé and Príncipe|SV El Salvador|\
SX Sint Maarten|SY Syria|SZ Eswatini|TC Turks and Caicos Islands|TD Chad|TF French Southern Territories|TG Togo|\
TH Thailand|TJ Tajikistan|TK Tokelau|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|\
TT Trinidad and Tobago|TV Tuvalu|TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|UM US Outlying Islands|US USA|UY Uruguay|\
UZ Uzbekistan|VA Vatican City|VC Saint Vincent and the Grenadines|VE Venezuela|VG British Virgin Islands|\
VI US Virgin Islands|VN Vietnam|VU Vanuatu|WF Wallis and Futuna|WS Samoa|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|\
ZW Zimbabwe";

/// The neighbours whose names a post office reads in its own language; for all others English does (UPU S42).
fn own_names(language: Language) -> &'static str {
    match language {
        Language::Sv => {
            "AT Österrike|AX Åland|BE Belgien|CH Schweiz|CZ Tjeckien|DE Tyskland|DK Danmark|EE Estland|ES Spanien|FI Finland|\
             FO Färöarna|FR Frankrike|GB Storbritannien|GL Grönland|GR Grekland|HU Ungern|IE Irland|IS Island|IT Italien|\
             LT Litauen|LU Luxemburg|LV Lettland|NL Nederländerna|NO Norge|PL Polen|PT Portugal|SE Sverige|SI Slovenien|\
             SK Slovakien|UA Ukraina|US USA"
        }
        Language::Nb => {
            "AT Østerrike|AX Åland|BE Belgia|CH Sveits|CZ Tsjekkia|DE Tyskland|DK Danmark|EE Estland|ES Spania|FI Finland|\
             FO Færøyene|FR Frankrike|GB Storbritannia|GL Grønland|GR Hellas|HU Ungarn|IE Irland|IS Island|IT Italia|\
             LT Litauen|LU Luxembourg|LV Latvia|NL Nederland|NO Norge|PL Polen|PT Portugal|SE Sverige|SI Slovenia|\
             SK Slovakia|UA Ukraina|US USA"
        }
        Language::Da => {
            "AT Østrig|AX Åland|BE Belgien|CH Schweiz|CZ Tjekkiet|DE Tyskland|DK Danmark|EE Estland|ES Spanien|FI Finland|\
             FO Færøerne|FR Frankrig|GB Storbritannien|GL Grønland|GR Grækenland|HU Ungarn|IE Irland|IS Island|IT Italien|\
             LT Litauen|LU Luxembourg|LV Letland|NL Nederlandene|NO Norge|PL Polen|PT Portugal|SE Sverige|SI Slovenien|\
             SK Slovakiet|UA Ukraine|US USA"
        }
        Language::Fi => {
            "AT Itävalta|AX Ahvenanmaa|BE Belgia|CH Sveitsi|CZ Tšekki|DE Saksa|DK Tanska|EE Viro|ES Espanja|FI Suomi|\
             FO Färsaaret|FR Ranska|GB Iso-Britannia|GL Grönlanti|GR Kreikka|HU Unkari|IE Irlanti|IS Islanti|IT Italia|\
             LT Liettua|LU Luxemburg|LV Latvia|NL Alankomaat|NO Norja|PL Puola|PT Portugali|SE Ruotsi|SI Slovenia|\
             SK Slovakia|UA Ukraina|US Yhdysvallat"
        }
        Language::Et => {
            "AT Austria|AX Ahvenamaa|BE Belgia|CH Šveits|CZ Tšehhi|DE Saksamaa|DK Taani|EE Eesti|ES Hispaania|FI Soome|\
             FO Fääri saared|FR Prantsusmaa|GB Suurbritannia|GL Gröönimaa|GR Kreeka|HU Ungari|IE Iirimaa|IS Island|IT Itaalia|\
             LT Leedu|LU Luksemburg|LV Läti|NL Holland|NO Norra|PL Poola|PT Portugal|SE Rootsi|SI Sloveenia|SK Slovakkia|\
             UA Ukraina|US USA"
        }
        Language::De => {
            "AT Österreich|AX Åland|BE Belgien|CH Schweiz|CZ Tschechien|DE Deutschland|DK Dänemark|EE Estland|ES Spanien|\
             FI Finnland|FO Färöer|FR Frankreich|GB Großbritannien|GL Grönland|GR Griechenland|HU Ungarn|IE Irland|IS Island|\
             IT Italien|LT Litauen|LU Luxemburg|LV Lettland|NL Niederlande|NO Norwegen|PL Polen|PT Portugal|SE Schweden|\
             SI Slowenien|SK Slowakei|UA Ukraine|US USA"
        }
        Language::En => "",
    }
}

/// The language in which a country's post reads addresses; English, which every post does, where it is none of ours.
pub fn language_of(country: Country) -> Language {
    match country.code() {
        "SE" | "AX" => Language::Sv,
        "NO" | "SJ" => Language::Nb,
        "DK" | "FO" | "GL" => Language::Da,
        "FI" => Language::Fi,
        "EE" => Language::Et,
        "DE" | "AT" | "LI" => Language::De,
        _ => Language::En,
    }
}

/// The name of a country in `language`, or in English.
pub fn name(country: Country, language: Language) -> &'static str {
    let find =
        |names: &'static str| names.split('|').find_map(|entry| entry.strip_prefix(country.code())?.strip_prefix(' '));
    find(own_names(language)).or_else(|| find(ENGLISH)).unwrap_or_default()
}

/// Every name of a country in lower case, in English first.
static BY_NAME: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let all = Language::ALL.into_iter().rev().map(own_names).chain([ENGLISH]);
    let entries = all.flat_map(|names| names.split('|')).filter_map(|entry| entry.split_once(' '));
    entries.filter_map(|(code, name)| Some((name.to_lowercase(), code.parse().ok()?))).collect()
});

/// The country that is called `name` in one of our languages; `name` is in lower case.
pub fn by_name(name: &str) -> Option<Country> {
    BY_NAME.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name() {
        let code = |a: u8, b: u8| String::from_utf8(vec![a, b]).expect("ASCII").parse::<Country>().ok();
        let all = (b'A'..=b'Z').flat_map(|a| (b'A'..=b'Z').filter_map(move |b| code(a, b)));
        let mut count = 0;
        for country in all {
            count += 1;
            for language in Language::ALL {
                assert!(!name(country, language).is_empty(), "{country} in {language}");
            }
        }
        assert_eq!(count, 249);
        assert_eq!(name(Country::EE, Language::Sv), "Estland");
        assert_eq!(by_name("soome"), Some(Country::FI));
        assert_eq!(by_name("soomes"), None);
        assert_eq!(name("JP".parse().expect("a country"), Language::Fi), "Japan");
    }
}
