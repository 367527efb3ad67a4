//! The commands. Only this room prints, reads the environment and knows what day it is.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

mod alike;
mod approve;
mod bounces;
mod build;
mod busy;
mod check;
mod complete;
mod diff;
mod dkim_record;
mod doctor;
mod editor;
mod eject;
mod environment;
mod explain;
mod export;
mod fix;
mod git;
mod help;
mod import;
mod init;
mod issue;
mod last_build;
mod ledger;
mod link_cache;
mod log;
mod lsp;
mod marks;
mod meeting;
mod new;
mod paper;
mod person;
mod picture_cache;
mod plan;
mod post;
mod refer;
mod reviews;
mod revision;
mod schema;
mod send;
mod serve;
mod session;
mod shell;
mod status;
mod survey;
mod terminal;
mod unsubscribes;
mod verdicts;
mod who;

use session::Session;
use terminal::Terminal;

/// A referral programme as code: Markdown and YAML in git become personal newsletters, greetings and a public site.
#[derive(Parser)]
#[command(name = "bevara", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Over the options that every command has.
const GLOBAL: &str = "Options of every command";

/// What every command understands.
#[derive(Args)]
struct Global {
    /// Work in this folder (the programme is found from any sub-folder)
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = GLOBAL)]
    directory: Option<PathBuf>,
    /// Take this day for today (SOURCE_DATE_EPOCH does the same)
    #[arg(long, value_name = "DATE", global = true, help_heading = GLOBAL)]
    today: Option<Date>,
    /// How to report: human, json, github (check) or markdown (diff)
    #[arg(long, value_enum, default_value_t = Format::Human, hide_possible_values = true, hide_default_value = true)]
    #[arg(global = true, help_heading = GLOBAL)]
    format: Format,
    /// Say only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = GLOBAL)]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    verbose: bool,
}

/// How results are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document on stdout
    Json,
    /// GitHub workflow commands (check)
    Github,
    /// A comment for a pull request (diff)
    Markdown,
}

#[derive(Subcommand)]
enum Command {
    /// Write a programme of your own, or the demo
    Init(init::Arguments),
    /// Write a layout that comes with bevara into templates/
    Eject(eject::Arguments),
    /// Write a text and its line in the plan, a page, a contact, a year
    New(new::Arguments),
    /// Make everything under output/
    Build(build::Arguments),
    /// Show everything in a browser and follow each save
    Serve(serve::Arguments),
    /// Apply all rules, write nothing
    Check(check::Arguments),
    /// Show who gets what differently between two revisions
    Diff(diff::Arguments),
    /// Approve the texts of a mailing as they are now
    Approve(approve::Arguments),
    /// Show the year: what leaves when, to how many, and how far it is
    Plan(plan::Arguments),
    /// Send a mailing; a dry run unless --confirm names how many
    Send(send::Arguments),
    /// Say what is overdue and due, by owner, and how it all goes
    Status(status::Arguments),
    /// Log calls, visits and gifts handed over, and what is not well
    Log(log::Arguments),
    /// Say which customers somebody is like, and what those value
    Match(alike::Arguments),
    /// Agree on a meeting, and write down what came of it
    Meeting(meeting::Arguments),
    /// Keep the referral ledger: who named whom, who was thanked
    Refer(refer::Arguments),
    /// Show which letters are to be posted, or note that they were
    Post(post::Arguments),
    /// Read delivery reports and mark the addresses that failed
    Bounces(bounces::Arguments),
    /// Read opt-outs that came by mail or by one click
    Unsubscribes(unsubscribes::Arguments),
    /// Find, show, export or forget somebody, or take their opt-out
    Person(person::Arguments),
    /// Bring in a list from another program; shown first
    Import(Box<import::Arguments>),
    /// Write the contacts as a list for other programs
    Export(export::Arguments),
    /// Look up what receivers ask of a sender: SPF, DKIM, DMARC …
    Doctor(doctor::Arguments),
    /// Print the DNS record to publish for signed mail
    DkimRecord,
    /// Serve an editor: findings, completion, hover, renaming
    Lsp,
    /// Say what a finding means, with an example and the way out
    Explain(explain::Arguments),
    /// Print completions for a shell
    Completions(shell::Arguments),
    /// Print the ids that may stand where somebody is typing
    #[command(hide = true)]
    CompleteIds(complete::Arguments),
    /// Print the man page
    Man,
    /// Print the JSON Schema of a kind of file, for editors
    Schema(schema::Arguments),
}

/// How a command ended (design §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    /// The programme has errors.
    Errors,
    /// The command was used wrongly.
    Usage,
    /// A send ended with messages that were not accepted, or an import with rows that were not taken.
    Unfinished,
    /// The environment failed: disk, network, lock.
    Environment,
    /// Somebody would get something else (`diff`).
    Differs,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(match outcome {
            Outcome::Done => 0,
            Outcome::Errors => 1,
            Outcome::Usage => 2,
            Outcome::Unfinished => 3,
            Outcome::Environment => 4,
            Outcome::Differs => 5,
        })
    }
}

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let parsed = help::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to fail when help is printed.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    // What is nested as deep as it may be is followed into its depth; where threads are there already, they are as good.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(crate::serve::STACK).build_global();
    let terminal = Terminal::new(cli.global.format, cli.global.quiet, cli.global.verbose);
    let (global, terminal) = (&cli.global, &terminal);
    let here = |run: &dyn Fn(&Session) -> Result<Outcome, Outcome>| in_programme(global, terminal, Session::open, run);
    let once =
        |run: &dyn Fn(&Session) -> Result<Outcome, Outcome>| in_programme(global, terminal, Session::open_once, run);
    let outcome = match &cli.command {
        Command::Init(arguments) => init::run(arguments, global, terminal),
        Command::Eject(arguments) => eject::run(arguments, global, terminal),
        Command::New(arguments) => here(&|session| new::run(arguments, session, terminal)),
        Command::Build(arguments) => last_build::or_build(arguments, global, terminal),
        Command::Serve(arguments) => serve::run(arguments, global, terminal),
        Command::Diff(arguments) => diff::run(arguments, global, terminal),
        Command::Approve(arguments) => here(&|session| approve::run(arguments, session, terminal)),
        Command::Check(arguments) => check::mended(arguments, global, terminal)
            .and_then(|ended| ended.map_or_else(|| once(&|session| check::run(arguments, session, terminal)), Ok)),
        Command::Plan(arguments) => once(&|session| plan::run(arguments, session, terminal)),
        Command::Send(arguments) => here(&|session| send::run(arguments, session, terminal)),
        Command::Status(arguments) => once(&|session| status::run(arguments, session, terminal)),
        Command::Log(arguments) => here(&|session| log::run(arguments, session, terminal)),
        Command::Match(arguments) => here(&|session| alike::run(arguments, session, terminal)),
        Command::Meeting(arguments) => here(&|session| meeting::run(arguments, session, terminal)),
        Command::Refer(arguments) => here(&|session| refer::run(arguments, session, terminal)),
        Command::Post(arguments) => here(&|session| post::run(arguments, session, terminal)),
        Command::Bounces(arguments) => here(&|session| bounces::run(arguments, session, terminal)),
        Command::Unsubscribes(arguments) => here(&|session| unsubscribes::run(arguments, session, terminal)),
        Command::Person(arguments) => in_programme(global, terminal, Session::open_with_forgotten, &|session| {
            person::run(arguments, session, terminal)
        }),
        Command::Import(arguments) => here(&|session| import::run(arguments, session, terminal)),
        Command::Export(arguments) => here(&|session| export::run(arguments, session, terminal)),
        Command::Doctor(arguments) => here(&|session| doctor::run(arguments, session, terminal)),
        Command::Explain(arguments) => explain::run(arguments, terminal),
        Command::Lsp => lsp::run(global, terminal),
        Command::Completions(arguments) => shell::completions(arguments, terminal),
        Command::CompleteIds(arguments) => complete::run(arguments, global, terminal),
        Command::Man => shell::man(terminal),
        Command::Schema(arguments) => schema::run(arguments, terminal),
        Command::DkimRecord => here(&|session| dkim_record::run(session, terminal)),
    };
    outcome.unwrap_or_else(|outcome| outcome).into()
}

/// Runs a command on the programme that it was called in, which `open` reads.
fn in_programme(
    global: &Global,
    terminal: &Terminal,
    open: fn(&Global, &Terminal) -> Result<Session, Outcome>,
    run: &dyn Fn(&Session) -> Result<Outcome, Outcome>,
) -> Result<Outcome, Outcome> {
    let _watched = terminal.watch();
    terminal.doing(Some("reading the programme"));
    let session = open(global, terminal)?;
    terminal.doing(Some("working"));
    let outcome = run(&session);
    // The process ends: the system takes a long list back at once, which would take us a tenth of a second.
    std::mem::forget(session);
    outcome
}
