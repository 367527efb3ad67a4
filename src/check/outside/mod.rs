//! Links that lead outside: who answers there, asked politely.
//!
//! [`links`] collects what content, templates and built pages link to. [`ask`] asks each host in a queue of its own, one
//! question at a time with a pause between, and gives one of three answers: fine, broken, unsure. Only *broken* is an error:
//! somebody who follows the link finds nothing. A host that turns robots away or has a bad day is *unsure*, which is a note.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::model::programme::Programme;
use source::diagnostic::{Diagnostic, Place, Severity};

pub mod http;
mod written;

pub use written::links;

/// Hosts that are asked at the same time.
const AT_ONCE: usize = 8;

/// Where each link stands, by its URL without a fragment.
pub type Links = BTreeMap<String, Vec<Place>>;

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Its headers alone.
    Head,
    /// All of it; the answer is not read.
    Get,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// An answer with this status (RFC 9110 §15), at the end of all redirects.
    Status(u16),
    /// There is no such host.
    NoHost,
    /// One redirect leads to the next, without end.
    Circle,
    /// No answer, for a reason in words: refused, too slow, a certificate that does not hold.
    Nothing(String),
}

/// The network, as far as links need it.
pub trait Web: Sync {
    /// Asks for a page.
    fn ask(&self, method: Method, url: &str) -> Reply;
    /// Waits.
    fn pause(&self, time: Duration);
}

/// What is known of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Something is there.
    Fine,
    /// Nothing is there, and why it is said so.
    Broken(String),
    /// It cannot be said, and why.
    Unsure(String),
}

/// The answer for every link that `known` has none for yet.
///
/// Where nobody at all can be reached, no link is broken: then it is this machine that has no network.
pub fn ask(links: &Links, known: &dyn Fn(&str) -> bool, web: &dyn Web, pause: Duration) -> BTreeMap<String, Answer> {
    let mut queues: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for url in links.keys().filter(|url| !known(url)) {
        queues.entry(host(url)).or_default().push(url);
    }
    let queues: Vec<_> = queues.into_iter().collect();
    let (next, reached) = (AtomicUsize::new(0), AtomicBool::new(false));
    let answers = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(queues.len()) {
            scope.spawn(|| {
                while let Some((host, urls)) = queues.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for (url, answer) in queue(host, urls, web, pause, &reached) {
                        answers.lock().expect("nothing panics while it holds this lock").insert(url, answer);
                    }
                }
            });
        }
    });
    let mut answers = answers.into_inner().expect("nothing panics while it holds this lock");
    if !reached.into_inner() {
        for answer in answers.values_mut() {
            if matches!(answer, Answer::Broken(_)) {
                *answer = Answer::Unsure("no host at all can be reached".to_owned());
            }
        }
    }
    answers
}

/// Asks one host for all its pages, one after the other.
fn queue(host: &str, urls: &[&str], web: &dyn Web, pause: Duration, reached: &AtomicBool) -> Vec<(String, Answer)> {
    if is_reserved(host) {
        let why = || Answer::Unsure(format!("`{host}` is a name for examples, where nobody answers"));
        return urls.iter().map(|url| ((*url).to_owned(), why())).collect();
    }
    let mut asked = false;
    let mut question = |method, url: &str| {
        if std::mem::replace(&mut asked, true) {
            web.pause(pause);
        }
        let reply = web.ask(method, url);
        reached.fetch_or(matches!(reply, Reply::Status(_)), Ordering::Relaxed);
        reply
    };
    let mut answers = Vec::with_capacity(urls.len());
    for url in urls {
        // Some servers know no HEAD, or say of it what they do not say of GET.
        let reply = match question(Method::Head, url) {
            Reply::Status(status) if !(200..300).contains(&status) => question(Method::Get, url),
            reply => reply,
        };
        answers.push(((*url).to_owned(), meaning(reply)));
    }
    answers
}

fn meaning(reply: Reply) -> Answer {
    match reply {
        Reply::Status(200..300) => Answer::Fine,
        Reply::Status(status @ (404 | 410)) => Answer::Broken(format!("it answers {status}")),
        Reply::Status(status) => Answer::Unsure(format!("it answers {status}")),
        Reply::NoHost => Answer::Broken("its host does not exist".to_owned()),
        Reply::Circle => Answer::Broken("it sends its readers in a circle".to_owned()),
        Reply::Nothing(why) => Answer::Unsure(why),
    }
}

/// The host of a URL, with its port.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// Names that are nobody's (RFC 2606 §2).
fn is_reserved(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let top = name.rsplit('.').next().unwrap_or_default();
    let second = matches!(&*name, "example.com" | "example.net" | "example.org");
    matches!(top, "example" | "test" | "invalid") || second
}

/// What there is to say about the answers, each at the first place of its link.
pub fn findings(programme: &Programme, links: &Links, answers: &BTreeMap<String, Answer>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (url, answer) in answers {
        let places = links.get(url).map_or(&[][..], Vec::as_slice);
        let also = match places.len() {
            0 | 1 => String::new(),
            number => format!(" (in {number} places)"),
        };
        let finding = match answer {
            Answer::Fine => continue,
            Answer::Broken(why) => Diagnostic::error("broken-outside-link", format!("`{url}` is broken: {why}{also}"))
                .hint("link to where it has moved, or leave the link out"),
            Answer::Unsure(why) => Diagnostic {
                severity: Severity::Note,
                ..Diagnostic::warning("unsure-outside-link", format!("`{url}` could not be checked: {why}{also}"))
            }
            .hint("open it in a browser"),
        };
        found.push(match places.first() {
            Some(place) => finding.place(place.clone()),
            None => finding,
        });
    }
    super::apply_levels(&programme.settings.severity, &mut found);
    found
}

#[cfg(test)]
mod tests;
