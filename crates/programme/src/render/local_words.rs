//! The words of report and calendars, in the programme's default language.

use jiff::civil::Date;

use crate::model::language::Language;
use crate::model::money::Money;
use crate::model::programme::Programme;
use crate::render::locale::{self, DateStyle};
use crate::render::strings::{Strings, fill, strings_for};

/// Texts of `templates/strings/`, dates, numbers and money of one language.
#[derive(Debug, Clone)]
pub struct LocalWords {
    strings: Strings,
    language: Language,
}

impl LocalWords {
    /// The words of the programme's default language.
    pub fn new(programme: &Programme) -> Self {
        let language = programme.settings.languages.default();
        LocalWords { strings: strings_for(programme, language), language }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text `report_<key>`; the key itself, made readable, where a programme's own strings have none.
    pub fn word(&self, key: &str) -> String {
        let text = self.strings.get(&format!("report_{key}"));
        text.cloned().unwrap_or_else(|| key.rsplit('_').next().unwrap_or(key).to_owned())
    }

    /// The text `report_<key>` with `{name}` filled in.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(&self.word(key), |name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into()))
    }

    /// A whole number.
    pub fn number(&self, number: impl TryInto<i64>) -> String {
        locale::format_number(number.try_into().unwrap_or(i64::MAX), self.language)
    }

    /// A share in percent.
    pub fn percent(&self, share: f64) -> String {
        locale::format_percent((share * 10.0).round() as i64, self.language)
    }

    /// A day, with its year.
    pub fn day(&self, date: Date) -> String {
        locale::format_date(date, DateStyle::Long, self.language)
    }

    /// An amount.
    pub fn money(&self, money: Money) -> String {
        locale::format_money(money, self.language)
    }

    /// The short name of a month, from 1, without the point of an abbreviation.
    pub fn month(&self, month: i8) -> &'static str {
        locale::month_short(month, self.language).unwrap_or_default().trim_end_matches('.')
    }

    /// "a, b och c"
    pub fn list<S: AsRef<str>>(&self, items: &[S]) -> String {
        locale::join_list(items, self.language)
    }
}
