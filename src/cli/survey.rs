//! `bevara log survey`: what somebody answered, how likely they are to recommend us (R17) and what suits them (R13).

use std::sync::Arc;

use clap::Args;
use jiff::civil::Date;
use serde_json::json;

use super::Outcome;
use super::ledger::{self, Rewrite, value};
use super::session::Session;
use super::terminal::Terminal;
use crate::model::preference::PreferredChannel;
use crate::model::touch::Interval;
use source::SourceFile;

/// What somebody answered.
#[derive(Args)]
pub struct Answer {
    /// Who: an id, or a referral code
    contact: String,
    /// How likely they are to recommend us, 0 to 10
    #[arg(long, value_name = "0-10", value_parser = clap::value_parser!(u8).range(0..=10))]
    score: Option<u8>,
    /// How they want to hear from us: phone, email or post
    #[arg(long, value_name = "WORD", value_parser = value::<PreferredChannel>)]
    channel: Option<PreferredChannel>,
    /// How often, like "2 months"
    #[arg(long, value_name = "TIME", value_parser = value::<Interval>)]
    every: Option<Interval>,
    /// The most mailings a year
    #[arg(long, value_name = "NUMBER")]
    at_most: Option<u32>,
    /// They were asked what suits them, and wish for nothing in particular
    #[arg(long)]
    asked: bool,
    /// The day (today)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

/// Writes the answers into the contact's entry.
pub fn answer(arguments: &Answer, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let contact = session.contact(&arguments.contact, terminal)?;
    let on = arguments.on.unwrap_or(session.today).to_string();
    let wishes: Vec<(&[&str], String)> = [
        arguments.channel.map(|channel| (&["prefers", "channel"][..], channel.name().to_owned())),
        arguments.every.map(|every| (&["prefers", "every"][..], every.to_string())),
        arguments.at_most.map(|most| (&["prefers", "max_per_year"][..], most.to_string())),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut values: Vec<(&[&str], String)> = Vec::new();
    if let Some(score) = arguments.score {
        values.extend([(&["nps", "score"][..], score.to_string()), (&["nps", "on"][..], on.clone())]);
    }
    let was_asked = arguments.asked || !wishes.is_empty();
    values.extend(wishes);
    values.extend(was_asked.then(|| (&["prefers", "asked"][..], on.clone())));
    if values.is_empty() {
        terminal.failure("there is no answer to log", Some("give --score, --channel, --every, --at-most or --asked"));
        return Err(Outcome::Usage);
    }
    let file = Arc::clone(&session.programme.files[contact.origin.file as usize]);
    let mut changed = Arc::clone(&file);
    for (path, value) in &values {
        let text = yaml::edit::put(&changed, contact.origin.item as usize, path, value)
            .map_err(|fault| ledger::not_editable(fault, file.path(), terminal))?;
        changed = SourceFile::new(file.path().to_owned(), text);
    }
    let document = json!({
        "contact": contact.id.as_str(),
        "on": on,
        "score": arguments.score,
        "asked": was_asked,
    });
    let said = match arguments.score {
        Some(score) => format!("{} gave {score} of 10 on {on}", contact.name.full()),
        None => format!("{} told us on {on} what suits them", contact.name.full()),
    };
    let rewrite = Rewrite { path: file.path().to_owned(), text: changed.text().to_owned(), file: Some(file) };
    ledger::write(session, &rewrite, &said, document, terminal)
}
