//! The web as it is, asked over HTTP.

use std::time::Duration;

use ureq::{Agent, Error};

use mail::smtp::tls;

use super::{Method, Reply, Web};

/// The longest that one question may take, redirects included.
const PATIENCE: Duration = Duration::from_secs(15);
/// Redirects that are followed.
const REDIRECTS: u32 = 8;

/// Asks real hosts.
pub struct Http {
    agent: Agent,
    pause: fn(Duration),
}

impl Http {
    /// For a programme whose site is at `site`, so that who reads a log knows who asked; `pause` waits.
    pub fn new(site: &str, pause: fn(Duration)) -> Self {
        let name = format!("bevara/{} (link check for {site})", env!("CARGO_PKG_VERSION"));
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(REDIRECTS)
            .http_status_as_error(false)
            .user_agent(name);
        Http { agent: config.build().new_agent(), pause }
    }
}

impl Web for Http {
    fn ask(&self, method: Method, url: &str) -> Reply {
        let answer = match method {
            Method::Head => self.agent.head(url).call(),
            Method::Get => self.agent.get(url).call(),
        };
        match answer {
            Ok(answer) => Reply::Status(answer.status().as_u16()),
            Err(Error::HostNotFound) => Reply::NoHost,
            Err(Error::TooManyRedirects) => Reply::Circle,
            Err(Error::Timeout(_)) => Reply::Nothing(format!("no answer within {} seconds", PATIENCE.as_secs())),
            Err(error) => Reply::Nothing(error.to_string()),
        }
    }

    fn pause(&self, time: Duration) {
        (self.pause)(time);
    }
}

/// What came of a click.
pub enum OneClick {
    /// An answer with this status.
    Status(u16),
    /// None: who answers cannot prove who they are, and why.
    Untrusted(String),
    /// None, and why.
    Nothing(String),
}

/// Opts out with one click, as a mail program does: no cookies, no redirects (RFC 8058 §3.1).
pub fn one_click(url: &str) -> OneClick {
    let config = Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0).http_status_as_error(false);
    let form = "application/x-www-form-urlencoded";
    let asked = config.build().new_agent().post(url).content_type(form).send("List-Unsubscribe=One-Click");
    match asked {
        Ok(answer) => OneClick::Status(answer.status().as_u16()),
        Err(Error::Rustls(error)) => OneClick::Untrusted(tls::in_words(&error, host_of(url))),
        Err(Error::Io(error)) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(wrong) => OneClick::Untrusted(tls::in_words(wrong, host_of(url))),
            None => OneClick::Nothing(error.to_string()),
        },
        Err(error) => OneClick::Nothing(error.to_string()),
    }
}

/// The host of an address.
fn host_of(url: &str) -> &str {
    let behind = url.split_once("://").map_or(url, |(_, behind)| behind);
    behind.split(['/', '?', '#', ':']).next().unwrap_or(behind)
}
