//! `bevara explain`

use clap::Args;
use serde_json::json;

use super::Outcome;
use super::terminal::Terminal;
use crate::reference::findings;
use source::diagnostic::did_you_mean;

/// Which finding is explained.
#[derive(Args)]
pub struct Arguments {
    /// The code in brackets after `error` or `warning`; without one, all are listed
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// Prints what a finding means, an example and the way out.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let Some(code) = &arguments.code else {
        let codes: Vec<&str> = findings::codes().collect();
        match terminal.is_json() {
            true => terminal.document(json!({ "codes": codes })),
            false => terminal.result(&codes.join("\n")),
        }
        return Ok(Outcome::Done);
    };
    let bare = code.trim_start_matches("error").trim_start_matches("warning").trim_matches(['[', ']']).to_lowercase();
    let Some(text) = findings::explain(&bare) else {
        let hint = did_you_mean(&bare, findings::codes());
        terminal.failure(
            &format!("there is no finding `{bare}`"),
            hint.as_deref().or(Some("`bevara explain` alone lists them")),
        );
        return Err(Outcome::Usage);
    };
    match terminal.is_json() {
        true => terminal.document(json!({ "code": bare, "text": text })),
        false => terminal.result(&format!("{}\n\n{text}", terminal.paint(&bare, "1"))),
    }
    Ok(Outcome::Done)
}
