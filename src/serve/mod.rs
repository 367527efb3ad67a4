//! The serve stage: the whole programme in a browser, as every customer will see it, following each save.
//!
//! [`Reloader`](reloader) watches the folder and takes a [`Snapshot`](snapshot) whenever what it holds has changed and holds
//! together; the requests of [`http`] are answered from the last good one. Messages are rendered when they are asked for, by the
//! composer and the mailer that `build` uses, so a preview has the bytes of a fresh build. Nothing is written anywhere.
//!
//! What the stage needs of the world (the day, a clock, words for the terminal, a way to send a proof) comes in as a [`Host`].

mod approval;
mod audience;
mod audiences;
mod background;
mod changes;
mod checks;
mod frame;
mod framed_page;
mod gallery;
mod html;
mod http;
mod message;
mod news;
mod preview;
mod reloader;
mod report_sources;
mod snapshot;
mod standings;
mod state;
mod subject;
mod trouble;
mod view_query;
mod watch;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::model::approval::Approval;
use crate::model::id::{ContactId, MailingId};
use crate::model::programme::Programme;
use crate::render::copies::Copier;
use crate::review::variants::VariantText;
use mail::address::EmailAddress;
use reloader::Reloader;
use source::diagnostic::Diagnostics;
use state::State;

/// Stack of the threads that render, in octets; only what is used of it is taken.
pub(crate) const STACK: usize = 16 * 1024 * 1024;

/// What is served, and how changes are noticed.
pub struct Options {
    /// The root of the programme.
    pub root: PathBuf,
    /// The name or address that was asked for; requests may call us by it.
    pub host: String,
    /// Look for changes by listing files instead of by events.
    pub poll: bool,
    /// What makes copies of pictures.
    pub copier: Arc<Copier>,
    /// The key of codes and tokens (`BEVARA_LINK_KEY`).
    pub link_key: Option<String>,
    /// What everybody has to show who asks for something; none where only this machine can ask.
    pub key: Option<String>,
    /// The address that opens an editor from the browser, with `{file}` (from the root) and `{line}`; `None` where the [`Host`] opens it.
    pub editor: Option<String>,
}

/// A key that nobody can guess.
pub fn key() -> String {
    state::token()
}

/// The world as the server sees it.
pub trait Host: Send + Sync {
    /// The day that counts as today.
    fn today(&self) -> Date;
    /// The time since some moment before the start.
    fn elapsed(&self) -> Duration;
    /// Tells the person at the terminal.
    fn say(&self, said: Said<'_>);
    /// The address of whoever sits here, to find them on the team.
    fn me(&self) -> Option<String>;
    /// The moment.
    fn now(&self) -> Timestamp;
    /// The commit that is checked out.
    fn commit(&self) -> Option<String>;
    /// Writes approvals of a mailing down.
    ///
    /// # Errors
    /// Why they were not written.
    fn approve(&self, mailing: &MailingId, approvals: &[Approval]) -> Result<(), String>;
    /// The variants of a mailing as they were at a commit; `None` where that cannot be told.
    fn variants_at(&self, commit: &str, mailing: &MailingId) -> Option<Vec<VariantText>>;
    /// Opens a file of the programme at a line in an editor.
    ///
    /// # Errors
    /// Why it was not opened.
    fn open(&self, path: &str, line: usize) -> Result<(), String>;
    /// Why no proof can be sent, if so.
    fn no_proofs(&self) -> Option<String>;
    /// What sets the next proof apart from the message itself and from every other proof.
    fn generation(&self) -> String;
    /// Sends a proof; what the relay said.
    ///
    /// # Errors
    /// Why it was not sent.
    fn prove(&self, proof: &Proof) -> Result<String, String>;
}

/// A message for one of the team to look at in their own mail program.
pub struct Proof {
    /// The programme it comes from.
    pub programme: Arc<Programme>,
    /// Whose message it is.
    pub contact: ContactId,
    /// Its id, without brackets.
    pub message_id: String,
    /// The whole message, unsigned.
    pub bytes: Vec<u8>,
    /// Whom it goes to.
    pub to: EmailAddress,
}

/// What the person at the terminal is told.
pub enum Said<'a> {
    /// The programme was read: contacts, mailings, how long it took.
    Ready {
        /// How many contacts.
        contacts: usize,
        /// How many mailings.
        mailings: usize,
        /// Since the start.
        took: Duration,
    },
    /// Something changed and is served.
    Reloaded {
        /// What is shown anew: ids of mailings, `site`.
        ids: &'a [String],
        /// From the notice of the change until the browsers were told.
        took: Duration,
    },
    /// A browser shows what changed.
    Painted {
        /// What it shows.
        page: &'a str,
        /// From the notice of the change until the pixels were there.
        took: Duration,
    },
    /// Something is broken; the last good state is served.
    Broken(&'a Diagnostics),
    /// What was broken is mended.
    Mended,
    /// A message was rendered.
    Rendered {
        /// Which one.
        what: &'a str,
        /// How long it took.
        took: Duration,
    },
    /// Changes cannot be noticed as they happen.
    Blind(&'a str),
}

/// Serves the programme on a socket that is bound, until `stop` says so.
///
/// # Errors
/// The system gives us no runtime or no socket.
pub fn serve(
    listener: std::net::TcpListener,
    options: Options,
    host: Arc<dyn Host>,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let names = vec![options.host.clone(), "localhost".to_owned()];
    let state = Arc::new(State::new(options.root.clone(), Arc::clone(&host), names, &options));
    let reloader = Reloader::new(options, Arc::clone(&state));
    thread::Builder::new().stack_size(STACK).spawn(move || reloader.run())?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let serving = axum::serve(http::Patient(listener), http::routes(state));
        // Open event streams never end by themselves: whoever stops does not wait for them.
        tokio::select! {
            served = std::future::IntoFuture::into_future(serving) => served,
            () = stop => Ok(()),
        }
    })
}
