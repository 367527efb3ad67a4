//! A mailing leaves, or is shown as it would.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::clock::SystemClock;
use super::outgoing::Outgoing;
use super::progress::Shown;
use super::relay::{VARIABLE, Way, departure, failed};
use super::report::{self, Sent};
use super::{Arguments, Via, checks, command_line, dry_run, lost};
use crate::build::Shard;
use crate::cli::session::{Session, Workshop};
use crate::cli::terminal::{Terminal, Watch, bytes};
use crate::cli::{Outcome, approve};
use crate::model::id::ContactId;
use crate::model::journal::ContentTrace;
use crate::model::mailing::Mailing;
use crate::model::text::counted;
use crate::products::mail::Mailer;
use crate::products::mail::batch::Batch;
use crate::send::journal::{Journal, Lock, LockError};
use crate::send::outbox::{Outbox, Request};
use crate::send::recheck::Recheck;
use crate::send::run::{Ending, SendRun, Stop, open_patiently};
use mail::smtp::relay::Relay;

/// How long it is until deferred messages are tried again with `--wait`, in minutes: then an hour each.
const WAITS: [u64; 4] = [5, 10, 20, 40];

/// How long `--wait` stays at most, in hours.
const MAX_STAY: u64 = 24;

/// Exit code of a run that is quit in the middle: what is under way is in doubt.
const QUIT: i32 = 3;

/// Sends, or shows what would be sent.
pub fn run(
    arguments: &Arguments,
    mailing: &Mailing,
    only: Vec<ContactId>,
    session: &Session,
    terminal: &Terminal,
) -> Result<Outcome, Outcome> {
    let request = Request {
        only,
        limit: arguments.limit,
        resume: arguments.resume,
        off_schedule: arguments.off_schedule,
        shard: arguments.shard,
        today: session.today,
    };
    session.with_workshop(terminal, |workshop| {
        let mut watch = Watch::start();
        let mailing = workshop.programme.mailing(mailing.id.as_str()).expect("it is a mailing of this programme");
        let audience = workshop.roster.audience(mailing);
        checks::findings(&audience, workshop, session, terminal)?;
        terminal.stage("check", "nothing stands against it", watch.lap());
        let lock = arguments.confirm.map(|_| lock(mailing, arguments.shard, session, terminal)).transpose()?;
        let past = session.journal(&mailing.id, terminal)?;
        lost::lines(mailing, session, terminal)?;
        lost::orphans(mailing, session, terminal)?;
        let contact_of = |index: u32| workshop.programme.contacts[index as usize].id.clone();
        let mut outbox = Outbox::new(&audience, contact_of, &past, &request);
        let is_off_schedule = outbox.chosen.is_empty() && (outbox.early.is_some() || outbox.late.is_some());
        if is_off_schedule && arguments.confirm.is_none() {
            // A rehearsal on another day.
            let anyhow = Request { off_schedule: true, ..request };
            let (early, late) = (outbox.early, outbox.late);
            outbox = Outbox { early, late, ..Outbox::new(&audience, contact_of, &past, &anyhow) };
        }
        let mailer = Mailer::new(workshop.programme, &workshop.composer, false);
        let batch = mailer.batch(&audience);
        let dispatches = checks::as_built(&batch, &outbox.chosen, session, terminal)?;
        let size: u64 = dispatches.iter().map(|dispatch| dispatch.bytes as u64).sum();
        terminal.stage(
            "compose",
            &format!("{} as built, {}", counted(dispatches.len(), "message"), bytes(size)),
            watch.lap(),
        );
        let unapproved = approve::obstacles(mailing, workshop, session, terminal)?;
        let outgoing = Outgoing {
            unapproved: &unapproved,
            arguments,
            mailing,
            audience: &audience,
            outbox: &outbox,
            dispatches: &dispatches,
            is_off_schedule,
        };
        match (arguments.confirm, lock) {
            (Some(confirmed), Some(lock)) => {
                refuse(&outgoing, confirmed, terminal)?;
                refuse_without_key(arguments, session, terminal)?;
                let sender = Sender { outgoing: &outgoing, batch: &batch, workshop, session, terminal };
                sender.send(lock, &past)
            }
            _ => dry_run::show(&outgoing, &past, session, terminal),
        }
    })
}

/// Without a key of one's own, the codes and tokens in the links can be worked out by anybody who knows an id. Where the relay is
/// this machine, somebody tries things out.
fn refuse_without_key(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<(), Outcome> {
    const KEY: &str = "BEVARA_LINK_KEY";
    let goes_out = matches!(arguments.via, Via::Smtp)
        && session
            .variable(VARIABLE)
            .and_then(|url| url.parse::<Relay>().ok())
            .is_some_and(|relay| !relay.is_on_loopback());
    if !goes_out || session.variable(KEY).is_some() {
        return Ok(());
    }
    let hint = format!(
        "write {KEY}=… into .env, like the output of `openssl rand -hex 32`, build again, and keep it: old links hang on it"
    );
    terminal.failure(&format!("{KEY} is not set: anybody could work out the links in these messages"), Some(&hint));
    Err(Outcome::Environment)
}

/// Takes the lock of a mailing's journal; says who has it.
pub fn lock(mailing: &Mailing, shard: Option<Shard>, session: &Session, terminal: &Terminal) -> Result<Lock, Outcome> {
    let lock = Lock::take(&session.root, &mailing.id, shard, &session.who()).map_err(|error| {
        let (hint, outcome) = match &error {
            LockError::Held { .. } => {
                (Some("wait until it has ended; nobody gets anything twice"), Outcome::Environment)
            }
            LockError::OtherParts(_) => {
                (Some("go on with the same parts, or without --shard when all have ended"), Outcome::Usage)
            }
            LockError::NoFile(_) | LockError::Outside(_) | LockError::Io(..) => (None, Outcome::Environment),
        };
        terminal.failure(&error.to_string(), hint);
        outcome
    })?;
    if let Some(octets) = lock.torn() {
        terminal.detail(&format!("the journal ends in a half-written line, which is cut off ({octets} octets)"));
    }
    Ok(lock)
}

/// Refuses another number than the one that was confirmed, more than there may be, and another day.
fn refuse(outgoing: &Outgoing<'_>, confirmed: usize, terminal: &Terminal) -> Result<(), Outcome> {
    let Outgoing { arguments, mailing, outbox, dispatches, .. } = outgoing;
    let count = dispatches.len();
    if outgoing.is_off_schedule {
        let message = format!("`{}` is not due: {}", mailing.id, dry_run::off_schedule(outbox));
        terminal.failure(&message, Some("--off-schedule sends it in spite of that"));
        return Err(Outcome::Usage);
    }
    if count != confirmed {
        let message = format!("{} would leave, not {confirmed}", counted(count, "message"));
        let hint = match count {
            0 => format!("`bevara send {} --status` says what became of each", mailing.id),
            _ => format!(
                "look again without --confirm; then: {}",
                command_line(arguments, mailing, arguments.off_schedule, count)
            ),
        };
        terminal.failure(&message, Some(&hint));
        return Err(Outcome::Usage);
    }
    if let Some(max) = arguments.max.filter(|&max| count > max) {
        let message = format!("{} would leave, and --max allows {max}", counted(count, "message"));
        terminal.failure(&message, Some("--limit sends some now and the rest later"));
        return Err(Outcome::Usage);
    }
    Ok(())
}

/// What a run is made of: the commit, and which text it is.
type Origin<'o> = (Option<&'o str>, &'o ContentTrace);

/// Who sends.
struct Sender<'l, 'p> {
    outgoing: &'l Outgoing<'l>,
    batch: &'l Batch<'l, 'p>,
    workshop: &'l Workshop<'p>,
    session: &'l Session,
    terminal: &'l Terminal,
}

impl Sender<'_, '_> {
    fn send(&self, lock: Lock, past: &crate::model::journal::Journal) -> Result<Outcome, Outcome> {
        let Sender { outgoing, session, terminal, .. } = self;
        if outgoing.dispatches.is_empty() {
            terminal.line("  nothing is left to send");
            let sent = Sent { outgoing, ending: Ending::default(), took: Duration::ZERO };
            return report::show(&sent, session, terminal);
        }
        let provenance = checks::provenance(outgoing.mailing, outgoing.arguments, true, session);
        for (message, hint) in &provenance.obstacles {
            terminal.failure(message, Some(hint));
        }
        if !provenance.obstacles.is_empty() {
            return Err(provenance.outcome);
        }
        for (message, hint) in outgoing.unapproved {
            terminal.failure(message, Some(hint));
        }
        if !outgoing.unapproved.is_empty() {
            return Err(Outcome::Errors);
        }
        for note in &provenance.notes {
            terminal.detail(note);
        }
        let way = Way::of(&outgoing.arguments.via, session, terminal)?;
        let departure = departure(&session.programme.settings, session.dkim_key_file().as_deref())
            .map_err(|fault| failed(&fault, terminal))?;
        let interrupted = on_interrupt(terminal)?;
        let clock = SystemClock::new();
        let mut watch = Watch::start();
        let journal = Journal::open(lock, past, &clock).map_err(|broken| {
            terminal.failure(&broken.to_string(), None);
            Outcome::Environment
        })?;
        let text = lost::trace(outgoing.mailing, session);
        let recheck = Recheck::new(&session.root, &outgoing.mailing.id, session.today, session.link_key(), &clock);
        let shown = Shown::new(outgoing.dispatches.len(), terminal);
        let smtp = &self.workshop.programme.settings.smtp;
        let run = SendRun {
            batch: self.batch,
            departure: &departure,
            dispatches: outgoing.dispatches,
            journal: &journal,
            recheck: &recheck,
            clock: &clock,
            observer: &shown,
            interrupted: &interrupted,
            per_minute: smtp.per_minute,
            per_domain: smtp.per_domain_per_minute,
        };
        let (end, over) = mpsc::channel();
        let mut ending = std::thread::scope(|scope| {
            let (shown, interrupted) = (&shown, &*interrupted);
            scope.spawn(move || shown.watch(&over, interrupted));
            let ending = self.all_rounds(&run, &way, shown, (provenance.commit.as_deref(), &text));
            drop(end);
            ending
        });
        if let Err(broken) = journal.close() {
            ending.stop.get_or_insert(Stop::Journal(broken));
        }
        let sent = Sent { outgoing, ending, took: watch.lap() };
        report::show(&sent, session, terminal)
    }

    /// The run, and with `--wait` those that follow for what was deferred.
    fn all_rounds(&self, run: &SendRun<'_, '_>, way: &Way, shown: &Shown<'_>, origin: Origin<'_>) -> Ending {
        let mut numbers: Vec<usize> = (0..run.dispatches.len()).collect();
        let mut ending = self.one_round(run, way, &numbers, Some(origin));
        let mut waits = WAITS.into_iter();
        let end = run.clock.elapsed() + Duration::from_secs(MAX_STAY * 3600);
        while self.outgoing.arguments.wait && ending.stop.is_none() {
            numbers = ending.deferred();
            let wait = Duration::from_secs(60 * waits.next().unwrap_or(60));
            if numbers.is_empty() || run.clock.elapsed() + wait > end {
                break;
            }
            shown.waits(numbers.len(), wait);
            if !nap(run, wait) {
                break;
            }
            shown.once_more(numbers.len());
            ending.absorb(self.one_round(run, way, &numbers, None));
        }
        ending
    }

    /// Opens the first transport before anything is written down, and only then plans and sends.
    fn one_round(&self, run: &SendRun<'_, '_>, way: &Way, numbers: &[usize], plan: Option<Origin<'_>>) -> Ending {
        let stopped = |stop| Ending { stop: Some(stop), ..Ending::default() };
        let line = way.line(run.clock);
        let count = way.connections().min(numbers.len());
        let mut transports: Vec<_> = (0..count).map(|_| way.transport(line.as_ref())).collect();
        if let Err(fault) = open_patiently(&mut *transports[0], run.clock, run.observer) {
            return stopped(Stop::Relay(fault));
        }
        if let Some((commit, text)) = plan
            && let Err(broken) = run.journal.plan(run.dispatches, commit, Some(text))
        {
            return stopped(Stop::Journal(broken));
        }
        run.go(numbers, transports)
    }
}

/// The first interruption lets what is under way end, the second does not.
fn on_interrupt(terminal: &Terminal) -> Result<Arc<AtomicBool>, Outcome> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        let quit = flag::register_conditional_shutdown(signal, QUIT, Arc::clone(&interrupted));
        let drain = quit.and_then(|_| flag::register(signal, Arc::clone(&interrupted)));
        drain.map_err(|error| {
            terminal.failure(&format!("cannot listen for signals: {error}"), None);
            Outcome::Environment
        })?;
    }
    Ok(interrupted)
}

/// Waits; false where somebody wants it to end.
fn nap(run: &SendRun<'_, '_>, time: Duration) -> bool {
    let end = run.clock.elapsed() + time;
    while run.clock.elapsed() < end {
        if run.interrupted.load(Ordering::Relaxed) {
            return false;
        }
        run.clock.sleep(Duration::from_millis(100));
    }
    true
}
