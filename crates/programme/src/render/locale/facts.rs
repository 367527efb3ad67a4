//! The tables: what Unicode CLDR (release 48; for English the British locale) says of each language.

use super::Quotes;
use crate::model::language::Language;

/// What a language knows. Names are lists of words, in order.
#[derive(Debug)]
pub(super) struct Facts {
    /// Months as they stand in a date ("20 januari", in Finnish the partitive).
    pub(super) months: &'static str,
    /// Months alone, where they differ.
    pub(super) months_alone: Option<&'static str>,
    /// Months in a short date.
    pub(super) months_short: &'static str,
    /// Weekdays, Monday first.
    pub(super) weekdays: &'static str,
    /// Weekdays in a calendar.
    pub(super) weekdays_short: &'static str,
    /// Behind the number of the day.
    pub(super) day_dot: bool,
    /// Between weekday and date.
    pub(super) behind_weekday: &'static str,
    /// Between groups of three digits.
    pub(super) group: &'static str,
    /// A number of four digits is grouped too.
    pub(super) group_four: bool,
    pub(super) decimal: char,
    pub(super) minus: char,
    /// The currencies that have a sign of their own in this language; all others are their code.
    pub(super) signs: &'static [(&'static str, &'static str)],
    /// The sign stands before the amount.
    pub(super) sign_first: bool,
    /// Between a number and the per cent sign.
    pub(super) before_percent: &'static str,
    pub(super) and: &'static str,
    pub(super) quotes: Quotes,
}

/// A space at which no line breaks.
pub(super) const NBSP: &str = "\u{a0}";

static SV: Facts = Facts {
    months: "januari februari mars april maj juni juli augusti september oktober november december",
    months_alone: None,
    months_short: "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.",
    weekdays: "måndag tisdag onsdag torsdag fredag lördag söndag",
    weekdays_short: "mån tis ons tors fre lör sön",
    day_dot: false,
    behind_weekday: " ",
    group: NBSP,
    group_four: true,
    decimal: ',',
    minus: '−',
    signs: &[("SEK", "kr"), ("NOK", "Nkr"), ("DKK", "Dkr"), ("ISK", "Ikr"), ("EUR", "€"), ("USD", "US$")],
    sign_first: false,
    before_percent: NBSP,
    and: "och",
    quotes: Quotes::new(['”', '”', '’', '’']),
};

static NB: Facts = Facts {
    months: "januar februar mars april mai juni juli august september oktober november desember",
    months_alone: None,
    months_short: "jan. feb. mars apr. mai juni juli aug. sep. okt. nov. des.",
    weekdays: "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    weekdays_short: "man. tir. ons. tor. fre. lør. søn.",
    day_dot: true,
    behind_weekday: " ",
    group: NBSP,
    group_four: true,
    decimal: ',',
    minus: '−',
    signs: &[("NOK", "kr"), ("EUR", "€"), ("GBP", "£")],
    sign_first: false,
    before_percent: NBSP,
    and: "og",
    quotes: Quotes::new(['«', '»', '‘', '’']),
};

static ET: Facts = Facts {
    months: "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    months_alone: None,
    months_short: "jaan veebr märts apr mai juuni juuli aug sept okt nov dets",
    weekdays: "esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev",
    weekdays_short: "E T K N R L P",
    day_dot: true,
    behind_weekday: ", ",
    group: NBSP,
    group_four: false,
    decimal: ',',
    minus: '−',
    signs: &[("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("JPY", "¥")],
    sign_first: false,
    before_percent: "",
    and: "ja",
    quotes: Quotes::new(['„', '“', '‚', '‘']),
};

static EN: Facts = Facts {
    months: "January February March April May June July August September October November December",
    months_alone: None,
    months_short: "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
    weekdays: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    weekdays_short: "Mon Tue Wed Thu Fri Sat Sun",
    day_dot: false,
    behind_weekday: ", ",
    group: ",",
    group_four: true,
    decimal: '.',
    minus: '-',
    signs: &[("EUR", "€"), ("GBP", "£"), ("USD", "US$"), ("JPY", "JP¥")],
    sign_first: true,
    before_percent: "",
    and: "and",
    quotes: Quotes::new(['“', '”', '‘', '’']),
};

static FI: Facts = Facts {
    months: "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    months_alone: Some(
        "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu",
    ),
    // A short date is written in figures: 20.1.
    months_short: "1. 2. 3. 4. 5. 6. 7. 8. 9. 10. 11. 12.",
    weekdays: "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai",
    weekdays_short: "ma ti ke to pe la su",
    day_dot: true,
    behind_weekday: " ",
    group: NBSP,
    group_four: true,
    decimal: ',',
    minus: '−',
    signs: &[("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("JPY", "¥")],
    sign_first: false,
    before_percent: NBSP,
    and: "ja",
    quotes: Quotes::new(['”', '”', '’', '’']),
};

static DA: Facts = Facts {
    months: "januar februar marts april maj juni juli august september oktober november december",
    months_alone: None,
    months_short: "jan. feb. mar. apr. maj jun. jul. aug. sep. okt. nov. dec.",
    weekdays: "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    weekdays_short: "man. tirs. ons. tors. fre. lør. søn.",
    day_dot: true,
    behind_weekday: " den ",
    group: ".",
    group_four: true,
    decimal: ',',
    minus: '-',
    signs: &[("DKK", "kr."), ("EUR", "€"), ("GBP", "£"), ("USD", "US$"), ("JPY", "JP¥")],
    sign_first: false,
    before_percent: NBSP,
    and: "og",
    quotes: Quotes::new(['»', '«', '›', '‹']),
};

static DE: Facts = Facts {
    months: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    months_alone: None,
    months_short: "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
    weekdays: "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    weekdays_short: "Mo Di Mi Do Fr Sa So",
    day_dot: true,
    behind_weekday: ", ",
    group: ".",
    group_four: true,
    decimal: ',',
    minus: '-',
    signs: &[("EUR", "€"), ("USD", "$"), ("GBP", "£"), ("JPY", "¥")],
    sign_first: false,
    before_percent: NBSP,
    and: "und",
    quotes: Quotes::new(['„', '“', '‚', '‘']),
};

/// What is known of a language.
pub(super) fn facts(language: Language) -> &'static Facts {
    match language {
        Language::Da => &DA,
        Language::De => &DE,
        Language::En => &EN,
        Language::Et => &ET,
        Language::Fi => &FI,
        Language::Nb => &NB,
        Language::Sv => &SV,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_complete() {
        for language in Language::ALL {
            let facts = facts(language);
            for months in [facts.months, facts.months_short, facts.months_alone.unwrap_or(facts.months)] {
                assert_eq!(months.split(' ').count(), 12, "{language}: {months}");
            }
            assert_eq!(facts.weekdays.split(' ').count(), 7, "{language}");
            assert_eq!(facts.weekdays_short.split(' ').count(), 7, "{language}");
        }
    }
}
