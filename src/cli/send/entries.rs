//! What a journal last said of each message: picked out, in words and as JSON.

use serde_json::{Value, json};

use crate::build::Shard;
use crate::cli::terminal::Terminal;
use crate::model::journal::{Entry, Journal, State};

/// Who is in doubt, and whose business `part` is; what others have under way in theirs is not.
pub fn doubts(journal: &Journal, part: Option<Shard>) -> Vec<&Entry> {
    let mut doubts = entries(journal, &[State::Attempting, State::InDoubt]);
    doubts.retain(|entry| part.is_none_or(|part| part.has_contact(&entry.contact)));
    doubts
}

/// What was last said of messages in one of these states, by contact.
pub fn entries<'j>(journal: &'j Journal, states: &[State]) -> Vec<&'j Entry> {
    let mut entries: Vec<&Entry> = journal.entries().filter(|entry| states.contains(&entry.state)).collect();
    entries.sort_by(|a, b| a.contact.cmp(&b.contact));
    entries
}

/// Who is in a state, and what was said of them; at most so many.
pub fn list(word: &str, entries: &[&Entry], most: usize, terminal: &Terminal) {
    for entry in entries.iter().take(most) {
        let reply = entry.reply.as_deref().unwrap_or("it was on its way when the command ended");
        let id = entry.message_id.as_deref().map_or(String::new(), |id| terminal.paint(&format!("  <{id}>"), "2"));
        terminal.trouble(&format!("    {} {}  {reply}{id}", terminal.paint(word, "33"), entry.contact));
    }
    if entries.len() > most {
        terminal.trouble(&format!("    … and {} more {word}", entries.len() - most));
    }
}

/// What the journal last said of a message.
pub fn entry_json(entry: &Entry) -> Value {
    let state = if entry.state == State::Attempting { State::InDoubt } else { entry.state };
    json!({
        "contact": entry.contact.as_str(),
        "state": state.name(),
        "message_id": entry.message_id,
        "reply": entry.reply,
        "t": entry.t.to_string(),
        "generation": entry.generation,
    })
}
