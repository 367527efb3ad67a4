//! `bevara explain`

use clap::Args;
use serde_json::json;

use super::Outcome;
use super::terminal::Terminal;
use crate::reference::{findings, pages};
use source::diagnostic::did_you_mean;

/// Which finding is explained.
#[derive(Args)]
pub struct Arguments {
    /// The code in brackets after `error` or `warning`; or a page of the reference: keys, when, where, templates
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Prints what a finding means, an example and the way out, or a page of the reference; without a name, every code.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let Some(code) = &arguments.code else {
        let codes: Vec<&str> = findings::codes().collect();
        match terminal.is_json() {
            true => terminal.document(json!({ "codes": codes })),
            false => terminal.result(&codes.join("\n")),
        }
        return Ok(Outcome::Done);
    };
    if let Some(page) = pages::find(code) {
        match terminal.is_json() {
            true => terminal.document(json!({ "page": page.name, "text": page.text() })),
            false => terminal.result(page.text().trim_end()),
        }
        return Ok(Outcome::Done);
    }
    let bare = code.trim_start_matches("error").trim_start_matches("warning").trim_matches(['[', ']']).to_lowercase();
    let Some(text) = findings::explain(&bare) else {
        let hint = did_you_mean(&bare, findings::codes().chain(pages::PAGES.iter().map(|page| page.name)));
        terminal.failure(
            &format!("there is no finding `{bare}`"),
            hint.as_deref()
                .or(Some("`bevara explain` alone lists them; the pages are keys, when, where and templates")),
        );
        return Err(Outcome::Usage);
    };
    match terminal.is_json() {
        true => terminal.document(json!({ "code": bare, "text": text })),
        false => terminal.result(&format!("{}\n\n{text}", terminal.paint(&bare, "1"))),
    }
    Ok(Outcome::Done)
}
