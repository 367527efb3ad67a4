//! The one document of `status --format json` and of the report's `data.json` (design §7).

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::issues::Case;
use super::{Measures, Recommending, Spending, Yield};
use crate::model::approval::Review;
use crate::model::ledger::Stage;
use crate::model::money::Money;
use crate::model::text::Line;
use crate::plan::agenda::Agenda;
use crate::plan::memory::Memory;
use crate::plan::sending::MailingStatus;

/// Everything that is known about the programme on one day. Money is a decimal text with its currency beside it, a share is in
/// percent, a day is ISO 8601; what is unknown is null.
pub fn document<'d>(memory: &'d Memory<'_>, measures: &'d Measures<'_>, agenda: &'d Agenda<'_>) -> Document<'d> {
    let whole = json!({
        "today": measures.today.to_string(),
        "begins": memory.programme.settings.begins.map(|begins| begins.to_string()),
        "list": list(measures),
        "referrals": referrals(measures),
        "thanks_owed": measures.thanks_owed.iter().map(|owed| json!({
            "referral": owed.referral.id.as_str(),
            "side": owed.side.name(),
            "since": owed.since.to_string(),
            "due": owed.due.to_string(),
            "owner": owed.owner.as_str(),
        })).collect::<Value>(),
        "next_steps_overdue": measures.next_steps_overdue.iter().map(|late| json!({
            "referral": late.referral.id.as_str(),
            "side": late.side.name(),
            "on": late.step.on.to_string(),
            "what": late.step.what.as_str(),
            "by": late.step.by.as_str(),
        })).collect::<Value>(),
        "reward": measures.reward.as_ref().map(|reward| json!({
            "year": reward.year,
            "owner": reward.owner.as_str(),
            "budget": reward.budget.map(amount),
            "used": amount(reward.used),
            "left": reward.left.map(amount),
            "currency": reward.used.currency.code(),
            "by_year": reward.by_year.iter().map(|(year, used)| (year.to_string(), amount(*used).into())).collect::<Map<_, _>>(),
        })),
        "spending": measures.spending.as_ref().map(spending),
        "goal_meeting": goal_meeting(measures),
        "preferences": {
            "asked": measures.preferences.asked.len(),
            "never_asked": measures.preferences.never_asked.iter().map(|contact| contact.id.as_str()).collect::<Value>(),
        },
        "nps": nps(measures),
        "issues": issues(measures),
        "keeping": keeping(measures),
        "sales_only": measures.sales_only().map(|care| care.contact.id.as_str()).collect::<Value>(),
        "caps": measures.capped().map(|care| json!({
            "contact": care.contact.id.as_str(),
            "max_per_year": care.max_per_year,
            "sent": care.heard.mailings,
        })).collect::<Value>(),
        "mailings": memory.statuses.iter().map(|status| mailing(memory, status)).collect::<Value>(),
        "steps": measures.steps.iter().map(|check| json!({
            "step": check.step.name(),
            "claimed": check.claimed.map(|day| day.to_string()),
            "holds": check.holds,
            "why": check.why,
        })).collect::<Value>(),
        "briefed": measures.briefed.iter().map(|(member, on)| {
            (member.id.as_str().to_owned(), on.map(|on| on.to_string()).into())
        }).collect::<Map<_, _>>(),
    });
    let Value::Object(whole) = whole else { unreachable!("the document is an object") };
    let mut document = Document(whole.into_iter().map(|(key, value)| (key, Part::Whole(value))).collect());
    document.rows("silence", measures.silent(), |care| Row::Silence {
        allowed: care.allowed,
        contact: care.contact.id.as_str(),
        days: care.silence,
        last: care.heard.last,
        owner: care.contact.owner.as_str(),
        tier: care.tier.letter(),
    });
    document.rows("shortfalls", measures.shortfalls(), |care| Row::Shortfall {
        ahead: care.ahead,
        contact: care.contact.id.as_str(),
        done: care.done,
        min: care.min,
        planned: care.planned,
        tier: care.tier.letter(),
    });
    document.rows("agenda", agenda.items.iter().collect(), |item| Row::Item {
        contact: item.contact.map(|contact| contact.id.as_str()),
        kind: item.kind(),
        on: item.on,
        owner: item.owner.as_str(),
        source: item.source.name(),
        state: item.state.name(),
        what: item.what(),
    });
    document.rows("asks", measures.asks.iter().collect(), |ask| Row::Ask {
        contact: ask.contact.id.as_str(),
        not_before: ask.not_before,
        state: ask.state.name(),
        wave: ask.wave,
    });
    document.rows("suggestions", measures.suggestions.iter().collect(), |suggestion| Row::Suggestion {
        contact: suggestion.contact.id.as_str(),
        from: suggestion.from.letter(),
        to: suggestion.to.letter(),
        why: suggestion.why(),
    });
    document
}

/// A document by its keys, of which lists of contacts are made a row at a time while they are written: as a tree, those of 62,500 would be
/// most of the memory of a build.
pub struct Document<'d>(BTreeMap<String, Part<'d>>);

enum Part<'d> {
    Whole(Value),
    Rows(Box<Rows<'d>>),
}

/// Hands each row of a list to whoever wants them.
type Rows<'d> = dyn Fn(&mut dyn FnMut(Row<'d>)) + 'd;

/// A row of a long list; keys stand in the order of the alphabet, as in what is made as a tree.
#[derive(Serialize)]
#[serde(untagged)]
enum Row<'d> {
    Silence {
        allowed: Option<u32>,
        contact: &'d str,
        days: Option<u32>,
        last: Option<Date>,
        owner: &'d str,
        tier: &'d str,
    },
    Shortfall {
        ahead: u32,
        contact: &'d str,
        done: u32,
        min: u32,
        planned: u32,
        tier: &'d str,
    },
    Item {
        contact: Option<&'d str>,
        kind: &'d str,
        on: Date,
        owner: &'d str,
        source: &'d str,
        state: &'d str,
        what: String,
    },
    Ask {
        contact: &'d str,
        not_before: Option<Date>,
        state: &'d str,
        wave: u8,
    },
    Suggestion {
        contact: &'d str,
        from: &'d str,
        to: &'d str,
        why: String,
    },
}

impl<'d> Document<'d> {
    /// Adds a value.
    pub fn insert(&mut self, key: &str, value: Value) {
        self.0.insert(key.to_owned(), Part::Whole(value));
    }

    fn rows<T: 'd>(&mut self, key: &str, items: Vec<&'d T>, row: impl Fn(&'d T) -> Row<'d> + 'd) {
        let rows = move |each: &mut dyn FnMut(Row<'d>)| items.iter().for_each(|&item| each(row(item)));
        self.0.insert(key.to_owned(), Part::Rows(Box::new(rows)));
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = match self {
            Part::Whole(value) => return value.serialize(serializer),
            Part::Rows(rows) => rows,
        };
        let mut list = serializer.serialize_seq(None)?;
        let mut written = Ok(());
        rows(&mut |row| {
            if written.is_ok() {
                written = list.serialize_element(&row);
            }
        });
        written?;
        list.end()
    }
}

fn list(measures: &Measures<'_>) -> Value {
    let list = &measures.list;
    let tiers = list.by_tier.iter().rev().map(|(tier, count)| (tier.letter().to_owned(), (*count).into()));
    let by_tier: Map<String, Value> = tiers.chain([("D".to_owned(), list.do_not_contact.into())]).collect();
    json!({
        "contacts": list.contacts,
        "active": list.active,
        "by_tier": by_tier,
        "target": list.target,
        "reach": list.reach,
        "target_reach": list.target_reach,
    })
}

fn origins(measures: &Measures<'_>) -> Value {
    let origins = &measures.origins;
    let currency = measures.referring.value.keys().next().copied();
    let money = |minor: i64| currency.map(|currency| amount(Money { minor, currency }));
    let groups = |groups: &[(String, Yield)]| {
        let group = |(key, sum): &(String, Yield)| {
            let Yield { named, meetings, customers, value } = sum;
            json!({"key": key, "named": named, "meetings": meetings, "customers": customers, "value": money(*value)})
        };
        groups.iter().map(group).collect::<Value>()
    };
    json!({
        "via": groups(&origins.by_via),
        "mailing": groups(&origins.by_mailing),
        "reward": groups(&origins.by_reward),
        "tier": groups(&origins.by_tier),
        "quarter": groups(&origins.by_quarter),
        "lost_because": origins.lost_because.iter().map(|(why, count)| json!({"why": why, "count": count})).collect::<Value>(),
        "days_to_contact": origins.days_to_contact,
    })
}

fn spending(spending: &Spending) -> Value {
    json!({
        "year": spending.year,
        "rewards": amount(spending.rewards),
        "gifts": amount(spending.gifts),
        "total": amount(spending.total()),
        "gifts_ahead": amount(spending.gifts_ahead),
        "expected": amount(spending.expected()),
        "budget": spending.budget.map(amount),
        "currency": spending.rewards.currency.code(),
    })
}

fn goal_meeting(measures: &Measures<'_>) -> Value {
    let goal = &measures.goal;
    json!({
        "next": goal.next,
        "missing": goal.missing,
        "cost": goal.cost.map(amount),
        "referral_worth": goal.worth.map(amount),
        "break_even_referrals": goal.break_even,
    })
}

fn nps(measures: &Measures<'_>) -> Value {
    let recommending = &measures.recommending;
    let Recommending { promoters, passives, detractors, outdated, without } = recommending;
    json!({
        "score": recommending.score(),
        "promoters": promoters,
        "passives": passives,
        "detractors": detractors,
        "outdated": outdated,
        "without": without,
    })
}

fn issues(measures: &Measures<'_>) -> Value {
    let issues = &measures.issues;
    let case = |case: &Case<'_>| {
        let Case { contact, issue, owner, due, days } = case;
        let line = |line: &Option<Line>| line.as_ref().map(|line| line.as_str().to_owned());
        json!({
            "contact": contact.id.as_str(),
            "what": issue.what.as_str(),
            "since": issue.since.map(|day| day.to_string()),
            "by": owner.as_str(),
            "due": due.map(|day| day.to_string()),
            "overdue": issue.is_open(measures.today) && due.is_some_and(|due| due < measures.today),
            "days": days,
            "tried": line(&issue.tried),
            "cause": line(&issue.cause),
            "fix": line(&issue.fix),
            "effort": issue.effort.map(|effort| effort.name()),
            "closed": issue.closed.map(|day| day.to_string()),
        })
    };
    json!({
        "open": issues.open.iter().map(case).collect::<Value>(),
        "solved": issues.solved.iter().map(case).collect::<Value>(),
        "median_days": issues.median_days(),
        "causes": issues.causes.iter().map(|cause| json!({
            "cause": cause.cause,
            "count": cause.count,
            "open": cause.open,
            "fix": cause.fix,
        })).collect::<Value>(),
    })
}

fn keeping(measures: &Measures<'_>) -> Value {
    let keeping = &measures.keeping;
    json!({
        "a_year_ago": keeping.a_year_ago,
        "kept": keeping.kept,
        "share": keeping.share(),
        "undated": keeping.undated,
        "left": keeping.left.iter().map(|(contact, ended)| json!({
            "contact": contact.id.as_str(),
            "on": ended.on.to_string(),
            "why": ended.why.as_ref().map(|why| why.as_str()),
        })).collect::<Value>(),
    })
}

fn referrals(measures: &Measures<'_>) -> Value {
    let referring = &measures.referring;
    let stage = |(stage, count): (&Stage, &usize)| (stage.name().to_owned(), (*count).into());
    let default = measures.reward.as_ref().map(|reward| reward.used.currency);
    let currency = default.or_else(|| referring.value.keys().next().copied());
    let value =
        currency.map(|currency| referring.value.get(&currency).copied().unwrap_or(Money { minor: 0, currency }));
    json!({
        "total": referring.total,
        "by_stage": referring.by_stage.iter().map(stage).collect::<Map<_, _>>(),
        "funnel": referring.funnel.iter().map(|(at, count)| stage((at, count))).collect::<Map<_, _>>(),
        "referrers": referring.referrers.len(),
        "eligible": referring.eligible,
        "share": referring.share(),
        "benchmark": referring.benchmark.name(),
        "last_12_months": {
            "referrers": referring.last_12_months,
            "eligible": referring.eligible,
            "share": referring.share_now(),
            "benchmark": referring.benchmark_now.name(),
        },
        "trend": referring.trend.iter().map(|quarter| json!({
            "quarter": quarter.name,
            "referrers": quarter.referrers,
            "eligible": quarter.eligible,
            "share": quarter.share(),
        })).collect::<Value>(),
        "goal": referring.goal,
        "baseline": referring.baseline,
        "origins": origins(measures),
        "customers": referring.customers,
        "customers_goal": referring.customers_goal,
        "value": value.map(amount),
        "currency": currency.as_ref().map(|currency| currency.code()),
        "values": referring.value.iter().map(|(currency, value)| {
            (currency.code().to_owned(), amount(*value).into())
        }).collect::<Map<_, _>>(),
        "spent": referring.spent.map(amount),
        "cost_per_customer": referring.cost_per_customer.map(amount),
        "break_even": referring.break_even.map(amount),
    })
}

/// What a mailing waits for.
pub fn approval(review: &Review) -> Value {
    json!({
        "state": review.state.name(),
        "waits_for": review.waits_for().collect::<Vec<_>>(),
        "since": review.since().map(|before| json!({ "by": before.by, "t": before.t.to_string() })),
    })
}

fn mailing(memory: &Memory<'_>, status: &MailingStatus<'_>) -> Value {
    json!({
        "id": status.mailing.id.as_str(),
        "approval": memory.reviews.get(&status.mailing.id).map(approval),
        "kind": status.mailing.kind.name(),
        "on": status.days.map(|days| days.first.to_string()),
        "until": status.days.map(|days| days.last.to_string()),
        "print_by": status.print_by.map(|day| day.to_string()),
        "post_on": status.post_on.map(|day| day.to_string()),
        "state": status.state(memory.today),
        "audience": status.audience,
        "refused": status.left_out,
        "on_paper": status.on_paper,
        "accepted": status.accepted,
        "posted": status.posted,
        "refused_by_relay": status.refused,
        "deferred": status.deferred,
        "in_doubt": status.in_doubt,
        "unsent": status.unsent.len(),
    })
}

/// An amount without its currency: `249.00`.
pub fn amount(money: Money) -> String {
    let written = money.to_string();
    written.split(' ').next().unwrap_or_default().to_owned()
}
