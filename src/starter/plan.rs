//! The plan of the first twelve months, cut out of the calendar year in `starter/plan.yaml`.

use jiff::civil::Date;

use super::places::{amount, currency_of};
use super::{Firm, STARTER, Wording};
use crate::model::language::Country;
use crate::model::when::{Personal, When};

/// Where the plan of a year lies.
pub fn path(year: i16) -> String {
    format!("content/plan/{year}.yaml")
}

/// The plan of a year that begins with this one mailing, a list item in block style.
pub fn with_first(year: i16, block: &str) -> String {
    format!("{}year: {year}\n\nmailings:\n{block}", crate::reference::schema::modeline("plan", &path(year)))
}

/// A plan for each year that the firm's first twelve months fall into, where anything falls into it.
pub fn plans(firm: &Firm, words: &Wording) -> Vec<(i16, String)> {
    let until = firm.until();
    (firm.from.year()..=until.year()).filter_map(|year| Some((year, plan(firm, words, year)?))).collect()
}

fn plan(firm: &Firm, words: &Wording, year: i16) -> Option<String> {
    let year_of = STARTER.get_file("plan.yaml").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let (mailings, touches) = year_of.split_once("# touches\n").unwrap_or((year_of, ""));
    let window = firm.from..=firm.until();
    let blocks = mailings.split("\n\n").filter_map(|block| block_of(block, firm, words, year));
    let mut blocks: Vec<(Date, String)> = blocks.filter(|(day, _)| window.contains(day)).collect();
    blocks.sort_by_key(|(day, _)| *day);
    let blocks: Vec<String> = blocks.into_iter().map(|(_, block)| block).collect();
    if blocks.is_empty() {
        return None;
    }
    let touches: Vec<String> = touches
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| touch(&fill(line, firm, words, year, ""), words))
        .collect();
    let touches = touches.join("\n");
    let head = words.get("plan_head").replace("{year}", &year.to_string());
    let modeline = crate::reference::schema::modeline("plan", &path(year));
    Some(format!("{modeline}# {head}\nyear: {year}\n\nmailings:\n{}\n\ntouches:\n{touches}\n", blocks.join("\n\n")))
}

/// A mailing of the calendar year and its day; `None` for what is none.
fn block_of(block: &str, firm: &Firm, words: &Wording, year: i16) -> Option<(Date, String)> {
    let block = block.trim_matches('\n');
    let start = block.find("# ")?;
    let (head, body) = block[start..].split_once('\n')?;
    let key = head.trim_start_matches("# ").split_whitespace().nth(1)?;
    let text = format!(
        "{}# {}\n{}",
        &block[..start],
        words.get(&format!("plan_{key}")).replace("{year}", &year.to_string()),
        fill(body, firm, words, year, key)
    );
    let when = body.lines().find_map(|line| line.trim_start().strip_prefix("when: "))?;
    let when = fill(when, firm, words, year, key).trim_matches('"').parse::<When>().ok()?;
    Some((when.date(year, firm.country, Personal::default())?, text))
}

/// A touch with what it is for as its comment.
fn touch(line: &str, words: &Wording) -> String {
    match line.split_once("# touch_") {
        Some((touch, key)) => format!("{touch}# {}", words.get(&format!("touch_{}", key.trim()))),
        None => line.to_owned(),
    }
}

fn fill(text: &str, firm: &Firm, words: &Wording, year: i16, key: &str) -> String {
    text.replace("{year}", &year.to_string())
        .replace("{summer}", summer(firm.country))
        .replace("{currency}", currency_of(firm.country))
        .replace("{cost_30}", &amount(firm.country, 30))
        .replace("{cost_5}", &amount(firm.country, 5))
        .replace("{item}", &words.get(&format!("gift_{key}_item")))
        .replace("{why}", &words.get(&format!("gift_{key}_why")))
}

/// When people in a country are wished a good summer.
fn summer(country: Country) -> &'static str {
    match country {
        Country::SE | Country::FI => "midsummer-3d",
        Country::NO | Country::DK => "sankthans-2d",
        Country::EE => "jaanipaev-3d",
        _ => "summer",
    }
}
