//! `bevara refer`: the referral ledger (R19, R20).

use std::sync::Arc;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde_json::json;

use crate::cli::Outcome;
use crate::cli::ledger::{self, Edit, Rewrite, line, member, quoted, value};
use crate::cli::session::Session;
use crate::cli::terminal::Terminal;
use crate::cli::who::{self, Match};
use crate::load::kind::{self, Kind};
use crate::model::contact::Contact;
use crate::model::id::{ReferralId, TeamId};
use crate::model::ledger::{Arrival, Lead, NextStep, Referral, Side, Stage};
use crate::model::mailing::Shift;
use crate::model::money::{Amount, Currency, Money};
use crate::model::programme::Programme;
use crate::model::text::{Line, Prose};
use crate::model::workday;
use crate::plan::leads;
use crate::plan::measure::json::amount;
use crate::render::local_words::LocalWords;
use mail::address::EmailAddress;
use source::SourceFile;
use source::diagnostic::{Fault, did_you_mean};

mod intake;

/// Where the ledger lies.
const PATH: &str = "contacts/referrals.yaml";
/// How a new ledger begins.
const HEAD: &str = "# Who named whom, when, and where it stands. Both sides are thanked, bought or not.\n\n";
/// Days until the first contact with who was named, where nobody says.
const FIRST_CONTACT: i32 = 3;

/// What happened in the ledger.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Somebody named somebody
    Add(Box<Add>),
    /// A referral has come further: contacted, meeting, customer or lost
    Advance(Box<Advance>),
    /// A side was thanked
    Thank(Thank),
    /// Take the tips that came by the refer-us page: mails, or the form's JSON lines; shows them, and writes with --write
    Intake(intake::Arguments),
}

/// Who named whom.
#[derive(Args)]
struct Add {
    /// Who recommended us: a contact's id, or the code of their refer link
    #[arg(required_unless_present = "code", conflicts_with = "code")]
    referrer: Option<String>,
    /// The code of the refer link that it came by
    #[arg(long, value_name = "CODE")]
    code: Option<String>,
    /// The name of who was named
    #[arg(long, value_name = "NAME", value_parser = line)]
    name: Line,
    /// Their firm
    #[arg(long, value_name = "NAME", value_parser = line)]
    company: Option<Line>,
    /// Their address
    #[arg(long, value_name = "ADDRESS", value_parser = value::<EmailAddress>)]
    email: Option<EmailAddress>,
    /// Their telephone number
    #[arg(long, value_name = "NUMBER", value_parser = line)]
    phone: Option<Line>,
    /// The contact they have become
    #[arg(long, value_name = "ID")]
    contact: Option<String>,
    /// By what way: mailing, page, ask, call, meeting, mail or other; the id of a mailing says which
    #[arg(long, value_name = "WAY")]
    via: Option<String>,
    /// What was said about them
    #[arg(long, value_name = "TEXT", value_parser = value::<Prose>)]
    message: Option<Prose>,
    /// They know that they were named, as who named them says
    #[arg(long)]
    consent: bool,
    /// The day it reached us (today)
    #[arg(long, value_name = "DATE")]
    received: Option<Date>,
    /// The id of the referral (the next free one of the year)
    #[arg(long, value_name = "ID", value_parser = value::<ReferralId>)]
    id: Option<ReferralId>,
    #[command(flatten)]
    next: NextArguments,
}

/// What comes next for both sides.
#[derive(Args, Default)]
pub(super) struct NextArguments {
    /// What the referrer hears next
    #[arg(long, value_name = "TEXT", value_parser = line, requires = "next_referrer_on")]
    next_referrer: Option<Line>,
    /// By when
    #[arg(long, value_name = "DATE", requires = "next_referrer")]
    next_referrer_on: Option<Date>,
    /// What happens next with who was named
    #[arg(long, value_name = "TEXT", value_parser = line, requires = "next_referred_on")]
    next_referred: Option<Line>,
    /// By when
    #[arg(long, value_name = "DATE", requires = "next_referred")]
    next_referred_on: Option<Date>,
    /// Who does it: an id of the team (the referrer's own person)
    #[arg(long, value_name = "ID")]
    by: Option<String>,
}

/// How far a referral has come.
#[derive(Args)]
struct Advance {
    /// The referral's id
    id: String,
    /// contacted, meeting, customer or lost
    #[arg(value_parser = value::<Stage>)]
    stage: Stage,
    /// The day (today)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// The value of their first purchase in whole units, like 12000 or 12000.50
    #[arg(long, value_name = "AMOUNT")]
    value: Option<String>,
    /// Its currency (that of the rewards)
    #[arg(long, value_name = "CODE", value_parser = value::<Currency>, requires = "value")]
    currency: Option<Currency>,
    /// The contact they have become
    #[arg(long, value_name = "ID")]
    contact: Option<String>,
    /// Why it came to nothing
    #[arg(long, value_name = "TEXT", value_parser = line)]
    because: Option<Line>,
    #[command(flatten)]
    next: NextArguments,
}

/// Who was thanked.
#[derive(Args)]
struct Thank {
    /// The referral's id
    id: String,
    /// referrer or referred
    #[arg(value_parser = value::<Side>)]
    side: Side,
    /// The day (today)
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    /// What they were given: an id of `reward.options`
    #[arg(long, value_name = "ID")]
    reward: Option<String>,
}

/// Writes what happened into the ledger.
pub fn run(arguments: &Arguments, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    match &arguments.action {
        Action::Add(arguments) => add(arguments, session, terminal),
        Action::Advance(arguments) => advance(arguments, session, terminal),
        Action::Thank(arguments) => thank(arguments, session, terminal),
        Action::Intake(arguments) => intake::run(arguments, session, terminal),
    }
}

fn add(arguments: &Add, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let referrer = referrer(arguments, session, terminal)?;
    ledger::not_left_alone(session, referrer, terminal)?;
    let received = arguments.received.unwrap_or(session.today);
    let id = arguments.id.clone().map_or_else(|| free_id(session, received.year(), &[]), Ok).map_err(
        |message: String| {
            terminal.failure(&message, Some("name one with --id"));
            Outcome::Usage
        },
    )?;
    let mut lead = vec![format!("name: {}", yaml::edit::scalar(arguments.name.as_str()))];
    lead.extend(arguments.company.as_ref().map(|company| format!("company: {}", yaml::edit::scalar(company.as_str()))));
    lead.extend(arguments.email.as_ref().map(|email| format!("email: {}", email.as_str())));
    lead.extend(arguments.phone.as_ref().map(|phone| format!("phone: {}", quoted(phone.as_str()))));
    if let Some(id) = &arguments.contact {
        let contact = session.contact(id, terminal)?;
        ledger::not_left_alone(session, contact, terminal)?;
        lead.push(format!("contact: {}", contact.id));
    }
    lead.extend(arguments.consent.then(|| "consent: true".to_owned()));
    lead.extend(arguments.message.as_ref().map(|text| format!("message: {}", quoted(text.as_str()))));
    let via = arguments.via.as_ref().map(|text| via(text, session, terminal)).transpose()?;
    let via = via.map_or_else(String::new, |via| format!("via: {via}\n"));
    let [to_referrer, mut to_referred] = first_steps(&arguments.next, session, referrer, received, terminal)?;
    let before = leads::named_before(&session.programme, &named(arguments, referrer));
    if let (Some(before), None) = (before, &arguments.next.next_referred) {
        to_referred.what = first_contact_as(&session.programme, &before.id);
    }
    let item = format!(
        "id: {id}\nreferrer: {}\nlead: {{{}}}\n{via}received: {received}\nstage: received\nnext:\n  referrer: {}\n  referred: {}",
        referrer.id,
        lead.join(", "),
        ledger::step(&to_referrer),
        ledger::step(&to_referred),
    );
    let rewrite = Rewrite::appended(file(session), PATH, HEAD, &item, terminal)?;
    let mut said = format!("{id}: {} named {}", referrer.name.full(), arguments.name.as_str());
    if let Some(before) = before {
        said.push_str(&format!(", whom {} names too: one first contact, and thanks for both", before.id));
    }
    let document = json!({"referral": id.as_str(), "referrer": referrer.id.as_str(), "received": received.to_string()});
    ledger::write(session, &rewrite, &said, document, terminal)
}

/// The way as the ledger has it.
fn via(text: &str, session: &Session, terminal: &Terminal) -> Result<String, Outcome> {
    if let Ok(way) = text.parse::<Arrival>() {
        return Ok(way.name().to_owned());
    }
    session.mailing(text, terminal).map(|mailing| format!("{{mailing: {}}}", mailing.id))
}

/// The lead as the command line has it, to be known again.
fn named(arguments: &Add, referrer: &Contact) -> Lead {
    Lead {
        name: arguments.name.clone(),
        company: arguments.company.clone(),
        email: arguments.email.clone(),
        phone: arguments.phone.clone(),
        country: referrer.address.as_ref().and_then(|address| address.country),
        contact: None,
        consent: None,
        message: None,
    }
}

/// Who recommended us: by the code of their link, or by id; a code in the id's place will do.
fn referrer<'s>(arguments: &Add, session: &'s Session, terminal: &Terminal) -> Result<&'s Contact, Outcome> {
    let by_code = |code: &str| session.contact_by_code(code);
    match (&arguments.referrer, &arguments.code) {
        (Some(id), _) if !session.programme.by_id.contains_key(id.as_str()) => {
            by_code(id).map_or_else(|| session.contact(id, terminal), Ok)
        }
        (Some(id), _) => session.contact(id, terminal),
        (None, code) => {
            let code = code.as_deref().unwrap_or_default();
            by_code(code).ok_or_else(|| {
                let hint = "codes depend on BEVARA_LINK_KEY: is it the one that the mails were built with?";
                terminal.failure(&format!("no contact has the code `{code}`"), Some(hint));
                Outcome::Usage
            })
        }
    }
}

/// A next step for both sides: what was asked for, or thanks within the policy's days and a first contact soon.
fn first_steps(
    next: &NextArguments,
    session: &Session,
    referrer: &Contact,
    received: Date,
    terminal: &Terminal,
) -> Result<[NextStep; 2], Outcome> {
    let by = person(next, session, Some(referrer), terminal)?;
    let settings = &session.programme.settings;
    let within = settings.thank_within_days();
    let workday = |days: i32, shift: Shift| {
        let day = received.saturating_add(jiff::ToSpan::days(days));
        workday::shift(day, shift, settings.country)
    };
    let words = LocalWords::new(&session.programme);
    let step = |what: Option<&Line>, on: Option<Date>, default: &str, day: Date| NextStep {
        what: what.cloned().unwrap_or_else(|| as_line(&words.word(default))),
        on: on.unwrap_or(day),
        by: by.clone(),
    };
    let thanks = workday(i32::try_from(within).unwrap_or(7), Shift::PrevWorkday).max(received);
    let first = workday(FIRST_CONTACT, Shift::NextWorkday);
    Ok([
        step(next.next_referrer.as_ref(), next.next_referrer_on, "next_thank", thanks),
        step(next.next_referred.as_ref(), next.next_referred_on, "next_first", first),
    ])
}

/// The first contact with somebody whom an earlier referral names too, in the words of the report.
fn first_contact_as(programme: &Programme, before: &ReferralId) -> Line {
    as_line(&LocalWords::new(programme).say("next_first_as", &[("id", before.as_str())]))
}

/// A programme's own words may be nothing or hold what a line may not.
fn as_line(words: &str) -> Line {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    words.parse().unwrap_or_else(|_| "…".parse().expect("a sign is a line"))
}

fn person(
    next: &NextArguments,
    session: &Session,
    referrer: Option<&Contact>,
    terminal: &Terminal,
) -> Result<TeamId, Outcome> {
    match &next.by {
        Some(id) => member(session, id, terminal),
        None => Ok(referrer.map_or(&session.programme.settings.ceo().id, |referrer| &referrer.owner).clone()),
    }
}

/// `r-2027-012`, where 011 is the last of 2027.
fn free_id(session: &Session, year: i16, taken: &[ReferralId]) -> Result<ReferralId, String> {
    let prefix = format!("r-{year}-");
    let ids = session.programme.referrals.iter().map(|referral| &referral.id).chain(taken);
    let numbers = ids.filter_map(|id| id.as_str().strip_prefix(&prefix));
    let last = numbers.filter_map(|number| number.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{prefix}{:03}", last + 1).parse().map_err(|_| format!("there is no free id in {year}"))
}

fn advance(arguments: &Advance, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let referral = find(session, &arguments.id, terminal)?;
    let (stage, on) = (arguments.stage, arguments.on.unwrap_or(session.today));
    if stage <= referral.stage {
        let message = format!("{} is at `{}` already", referral.id, referral.stage.name());
        terminal.failure(&message, Some("a referral goes forward: received, contacted, meeting, customer or lost"));
        return Err(Outcome::Usage);
    }
    let referrer = session.programme.contact(&referral.referrer);
    let mut edit = Edit::new(session, referral.origin, terminal);
    edit.put(&["stage"], stage.name())?;
    edit.put_behind(stage.name(), &on.to_string(), &["stage", "contacted", "meeting"])?;
    if let Some(why) = arguments.because.as_ref().filter(|_| stage == Stage::Lost) {
        edit.put_behind("lost_because", &quoted(why.as_str()), &["stage", "contacted", "meeting", "lost"])?;
    }
    if let Some(id) = &arguments.contact {
        edit.put(&["lead", "contact"], session.contact(id, terminal)?.id.as_str())?;
    }
    if let Some(written) = &arguments.value {
        let Some(currency) = arguments.currency.or(session.programme.settings.currency()) else {
            terminal.failure("the value has no currency", Some("add --currency SEK"));
            return Err(Outcome::Usage);
        };
        let money = money(written, currency).map_err(|fault| {
            terminal.failure(&fault.message, fault.hint.as_deref());
            Outcome::Usage
        })?;
        let value = amount(money);
        let purchase = format!("{{on: {on}, value: \"{value}\", currency: {currency}}}");
        edit.put_behind("first_purchase", &purchase, &["stage", "contacted", "meeting", "customer"])?;
    }
    let next = &arguments.next;
    let by = person(next, session, referrer, terminal)?;
    for (side, what, on) in [
        (Side::Referrer, &next.next_referrer, next.next_referrer_on),
        (Side::Referred, &next.next_referred, next.next_referred_on),
    ] {
        if let (Some(what), Some(on)) = (what, on) {
            let step = NextStep { what: what.clone(), on, by: by.clone() };
            edit.put(&["next", side.name()], &ledger::step(&step))?;
        }
    }
    if !stage.is_open() {
        edit.remove("next")?;
    }
    let said = format!("{}: {} is at `{}`", referral.id, referral.lead.name.as_str(), stage.name());
    edit.write(&said, json!({"referral": referral.id.as_str(), "stage": stage.name(), "on": on.to_string()}))
}

/// What a person writes on the command line is whole units, unless it has decimals; the ledgers' bare numbers are minor ones.
fn money(written: &str, currency: Currency) -> Result<Money, Fault> {
    let amount: Amount = match (written.contains('.'), currency.decimals()) {
        (true, _) | (false, 0) => written.parse()?,
        (false, _) => format!("{written}.0").parse()?,
    };
    amount.in_currency(currency)
}

fn thank(arguments: &Thank, session: &Session, terminal: &Terminal) -> Result<Outcome, Outcome> {
    let referral = find(session, &arguments.id, terminal)?;
    let (side, on) = (arguments.side, arguments.on.unwrap_or(session.today));
    if let Some(earlier) = referral.thanked.of(side) {
        let message = format!("the {} of {} was thanked on {earlier}", side.name(), referral.id);
        terminal.failure(&message, Some("each side is thanked once a referral; what is wrong is changed by hand"));
        return Err(Outcome::Usage);
    }
    let mut edit = Edit::new(session, referral.origin, terminal);
    edit.put(&["thanked", side.name()], &on.to_string())?;
    if let Some(reward) = &arguments.reward {
        edit.put(&["reward", side.name()], &yaml::edit::scalar(reward))?;
    }
    let said = format!("{}: the {} was thanked on {on}", referral.id, side.name());
    let document = json!({
        "referral": referral.id.as_str(),
        "side": side.name(),
        "on": on.to_string(),
        "reward": arguments.reward,
    });
    edit.write(&said, document)
}

/// The referral that was named on the command line.
fn find<'s>(session: &'s Session, id: &str, terminal: &Terminal) -> Result<&'s Referral, Outcome> {
    let referrals = &session.programme.referrals;
    match who::id(referrals.iter(), |referral| referral.id.as_str(), id) {
        Match::One(referral) => return Ok(referral),
        Match::Several(several) => {
            let listed = who::listed(several.iter().map(|referral| referral.id.as_str()));
            terminal.failure(&format!("`{id}` is the beginning of several referrals"), Some(&listed));
        }
        Match::Nobody => {
            let hint = did_you_mean(id, referrals.iter().map(|referral| referral.id.as_str()));
            terminal.failure(&format!("there is no referral `{id}`"), hint.as_deref());
        }
    }
    Err(Outcome::Usage)
}

fn file(session: &Session) -> Option<Arc<SourceFile>> {
    session.programme.files.iter().find(|file| kind::of(file.path()) == Ok(Kind::Referrals)).cloned()
}
