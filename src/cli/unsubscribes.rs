//! `bevara unsubscribes`: opt-outs that came by mail or through the one-click endpoint (R26).

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::Outcome;
use super::marks::{self, Mark, Marked};
use super::session::{Session, unreadable};
use super::terminal::{Terminal, Watch};
use crate::model::contact::Contact;
use crate::model::id::ContactId;
use crate::model::text::counted;
use crate::send::bounces::mailbox;
use crate::send::optout::{self, Ask};

/// Where the mails and logs are, and whether anything is written.
#[derive(Args)]
pub struct Arguments {
    /// A Maildir, a folder of mails or logs, an mbox file, or a log with a JSON object a line
    #[arg(value_name = "DIR")]
    place: PathBuf,
    /// Write it; without this, what would be written is shown
    #[arg(long)]
    write: bool,
}

/// An opt-out that was found.
struct OptOut<'p> {
    contact: &'p Contact,
    on: Date,
    channel: &'static str,
    source: String,
}

/// Something that a person has to look at.
struct Doubt<'p> {
    contact: Option<&'p Contact>,
    from: Option<String>,
    words: String,
    source: String,
}

/// Everything that was found.
#[derive(Default)]
struct Found<'p> {
    opt_outs: BTreeMap<&'p ContactId, OptOut<'p>>,
    before: BTreeMap<&'p ContactId, Date>,
    doubts: Vec<Doubt<'p>>,
    unknown: Vec<String>,
}

/// Reads opt-outs, and writes them into the contacts' files.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let mut watch = Watch::start();
    let mut asks: Vec<(String, Ask)> = Vec::new();
    let mut messages = 0;
    let read = mailbox::read(&arguments.place, &mut |name, bytes| {
        messages += 1;
        asks.extend(optout::read(bytes).into_iter().map(|ask| (name.to_owned(), ask)));
    });
    read.map_err(|error| unreadable(&error, terminal))?;
    let result = format!("{} in {}", counted(asks.len(), "opt-out"), counted(messages, "message"));
    terminal.stage("read", &result, watch.lap());
    let found = Found::new(asks, session);
    let mark = |opt_out: &OptOut<'_>| format!("{{on: {}, channel: {}}}", opt_out.on, opt_out.channel);
    let marks: Vec<Mark<'_>> = found
        .opt_outs
        .values()
        .map(|opt_out| Mark { contact: opt_out.contact, key: "unsubscribed", value: mark(opt_out) })
        .collect();
    let texts = marks::texts(&marks, session, terminal)?;
    if arguments.write {
        marks::write(&texts, session, terminal)?;
    }
    if terminal.is_json() {
        terminal.document(found.to_json(&texts, arguments.write));
    } else {
        found.print(&texts, arguments.write, terminal);
    }
    Ok(if found.doubts.is_empty() && found.unknown.is_empty() { Outcome::Done } else { Outcome::Unfinished })
}

impl<'p> Found<'p> {
    fn new(asks: Vec<(String, Ask)>, session: &'p Session) -> Self {
        let contacts = &session.programme.contacts;
        let key = session.link_key();
        let mut found = Found::default();
        // Tokens are worked out once for everybody, and only where there is one to look up.
        let has_tokens = asks.iter().any(|(_, ask)| matches!(ask, Ask::Token { .. }));
        let by_token: HashMap<String, &Contact> =
            contacts.iter().filter(|_| has_tokens).map(|contact| (key.token(contact), contact)).collect();
        let by_mailbox: HashMap<String, &Contact> = contacts
            .iter()
            .filter_map(|contact| Some((contact.email.as_ref()?.folded_without_tag(), contact)))
            .collect();
        let day = |at: Option<Timestamp>| {
            let zone = session.programme.settings.timezone.clone();
            at.map_or(session.today, |at| at.to_zoned(zone).date().min(session.today))
        };
        for (source, ask) in asks {
            match ask {
                Ask::Token { tokens, at, channel } => match tokens.iter().find_map(|token| by_token.get(token)) {
                    Some(&contact) => found.note(OptOut { contact, on: day(at), channel, source }),
                    None => found.unknown.push(source),
                },
                Ask::Doubtful { from, words, .. } => {
                    let contact = from.as_ref().and_then(|from| by_mailbox.get(&from.folded_without_tag())).copied();
                    if contact.is_none_or(|contact| contact.details.unsubscribed.is_none()) {
                        let from = from.map(|from| from.as_str().to_owned());
                        found.doubts.push(Doubt { contact, from, words, source });
                    }
                }
            }
        }
        found.doubts.retain(|doubt| doubt.contact.is_none_or(|contact| !found.opt_outs.contains_key(&contact.id)));
        found
    }

    /// The first opt-out of somebody counts.
    fn note(&mut self, opt_out: OptOut<'p>) {
        let id = &opt_out.contact.id;
        match &opt_out.contact.details.unsubscribed {
            Some(earlier) => _ = self.before.insert(id, earlier.on),
            None => match self.opt_outs.get_mut(id) {
                Some(known) if known.on <= opt_out.on => {}
                _ => _ = self.opt_outs.insert(id, opt_out),
            },
        }
    }

    fn print(&self, texts: &[Marked<'_>], written: bool, terminal: &Terminal) {
        let paint = |text: &str, colour: &str| terminal.paint(text, colour);
        for opt_out in self.opt_outs.values() {
            let OptOut { contact, on, channel, source } = opt_out;
            terminal.line(&format!("  {} {}  {on} by {channel}  {source}", paint("opt-out ", "32"), contact.id));
        }
        for doubt in &self.doubts {
            let who = doubt.contact.map(|contact| contact.id.to_string()).or_else(|| doubt.from.clone());
            let who = who.unwrap_or_else(|| "somebody".to_owned());
            terminal.trouble(&format!("  {} {who}  `{}`  {}", paint("doubtful", "33"), doubt.words, doubt.source));
        }
        for source in &self.unknown {
            terminal.trouble(&format!("  {} a token of nobody on the list  {source}", paint("unknown ", "33")));
        }
        let verb = if written { "opted out" } else { "would be opted out" };
        let before = if self.before.is_empty() { String::new() } else { format!(", {} before", self.before.len()) };
        terminal.line(&format!("  {} {verb}{before}", counted(self.opt_outs.len(), "contact")));
        if !self.doubts.is_empty() {
            terminal.next("who means it: `bevara person unsubscribe ID --channel mail`");
        }
        if written {
            texts.iter().for_each(|(file, _)| terminal.next(&format!("commit {}", file.path())));
        } else if !self.opt_outs.is_empty() {
            terminal.next("write it with --write");
        }
    }

    fn to_json(&self, texts: &[Marked<'_>], written: bool) -> Value {
        let opt_out = |opt_out: &OptOut<'_>| {
            json!({
                "contact": opt_out.contact.id.as_str(),
                "on": opt_out.on.to_string(),
                "channel": opt_out.channel,
                "message": opt_out.source,
            })
        };
        let doubt = |doubt: &Doubt<'_>| {
            json!({
                "contact": doubt.contact.map(|contact| contact.id.as_str()),
                "from": doubt.from,
                "words": doubt.words,
                "message": doubt.source,
            })
        };
        let before = |(id, on): (&&ContactId, &Date)| json!({ "contact": id.as_str(), "on": on.to_string() });
        json!({
            "written": written,
            "unsubscribed": self.opt_outs.values().map(opt_out).collect::<Vec<_>>(),
            "unsubscribed_before": self.before.iter().map(before).collect::<Vec<_>>(),
            "doubtful": self.doubts.iter().map(doubt).collect::<Vec<_>>(),
            "unknown": self.unknown,
            "files": texts.iter().map(|(file, _)| file.path()).collect::<Vec<_>>(),
        })
    }
}
