//! `contacts/referrals.yaml`: who named whom, how far it is, what was bought and what is owed for it (R19, R20).

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Known, day, next_step, together};
use crate::load::Folder;
use crate::load::kind::Kind as FileKind;
use crate::load::scalar::{AskedOn, Day, Lit};
use crate::load::wire;
use crate::model::contact::{Origin, Standing};
use crate::model::id::{ContactId, ReferralId, RewardId};
use crate::model::ledger::{Arrival, Lead, NextStep, Purchase, Referral, Side, Sides, Stage, Via};
use crate::validate::node_path::{NodePath, Required};
use crate::validate::settings::{money, unknown_reward};
use source::SourceFile;
use source::diagnostic::{Diagnostic, did_you_mean};
use yaml::{Document, Read, Step};

/// Reads the referral ledger (R19).
pub fn referrals(
    folder: &Folder,
    known: &Known<'_>,
    files: &mut Vec<Arc<SourceFile>>,
    found: &mut Vec<Diagnostic>,
) -> Vec<Referral> {
    let mut referrals: Vec<Referral> = Vec::new();
    let mut ledgers = folder.of(FileKind::Referrals);
    let Some(file) = ledgers.next() else { return referrals };
    found.extend(ledgers.map(|second| {
        let error =
            Diagnostic::error("second-ledger", format!("{} is the referral ledger, and this is a second", file.path()));
        error.in_file(second.path()).hint("put both into one file")
    }));
    let document = Document::whole(file);
    let number = u32::try_from(files.len()).expect("fewer than 2^32 files");
    files.push(Arc::clone(file));
    let mut ids: HashSet<ReferralId> = HashSet::new();
    document.read_list::<wire::Referral>(found, |first, read, found| {
        let Read { value, faulty } = read;
        let read = Read { value: (), faulty };
        for (index, wire) in value.into_iter().enumerate() {
            let spot = NodePath::root(&document).item(first + index);
            let origin = Origin { file: number, item: u32::try_from(first + index).expect("fewer than 2^32 lines") };
            let path = &[Step::Item(index)];
            let mut reader = ReferralReader { spot: &spot, read: &read, path, known, found };
            let Some(referral) = reader.referral(wire, origin) else { continue };
            if ids.insert(referral.id.clone()) {
                referrals.push(referral);
            } else {
                found.push(spot.key("id").error("duplicate-id", format!("the id `{}` is taken", referral.id)));
            }
        }
    });
    together::cycles(&referrals, &document, found);
    if let Some(reward) = known.policy() {
        together::budget(&referrals, reward, known.today, &document, found);
    }
    referrals
}

struct ReferralReader<'a, 'd> {
    spot: &'a NodePath<'d>,
    read: &'a Read<()>,
    path: &'a [Step],
    known: &'a Known<'a>,
    found: &'a mut Vec<Diagnostic>,
}

impl ReferralReader<'_, '_> {
    fn referral(&mut self, wire: wire::Referral, origin: Origin) -> Option<Referral> {
        let wire::Referral {
            id,
            referrer,
            lead,
            via,
            received,
            stage,
            contacted,
            meeting,
            customer,
            lost,
            lost_because,
            first_purchase,
            next,
            thanked,
            reward,
        } = wire;
        let mut need = Required { spot: self.spot, read: self.read, path: self.path, found: self.found };
        let id = need.take(id, "id", "an id, like `r-2027-001`");
        let referrer = need.take(referrer, "referrer", "the id of who recommended us");
        let lead = need.take(lead, "lead", "whom they named: {name, company, email}");
        let received = need.take(received, "received", "the day it reached us").map(|Lit(Day(day))| day);
        let stage = need.take(stage, "stage", "received, contacted, meeting, customer or lost").map(|Lit(stage)| stage);
        if let Some(Lit(referrer)) = &referrer {
            let spot = self.spot.key("referrer");
            self.found.extend(self.known.check_contact(referrer, &spot, "the referrer"));
            self.found.extend(self.known.too_late(referrer, received, &spot, "the referrer"));
        }
        let lead = lead.and_then(|lead| self.lead(lead, referrer.as_ref().map(|Lit(referrer)| referrer)));
        if let (Some(lead), Some(Lit(referrer))) = (&lead, &referrer) {
            self.check_lead(lead, referrer, received, stage.is_none_or(Stage::is_open));
        }
        let reached = [
            (Stage::Contacted, contacted),
            (Stage::Meeting, meeting),
            (Stage::Customer, customer),
            (Stage::Lost, lost),
        ];
        let reached: Vec<(Stage, Date)> =
            reached.into_iter().filter_map(|(stage, day)| day.map(|Lit(Day(day))| (stage, day))).collect();
        self.check_order(received, &reached);
        self.check_stage(stage, &reached);
        let wire::Days { referrer: thanked_referrer, referred: thanked_referred } = thanked.unwrap_or_default();
        let thanked = Sides { referrer: day(thanked_referrer), referred: day(thanked_referred) };
        self.check_thanks(received, &thanked);
        let purchase = first_purchase.and_then(|wire| self.purchase(wire));
        self.check_purchase(purchase.as_ref(), received, stage);
        let next = self.next_steps(next.unwrap_or_default(), stage);
        let wire::Rewards { referrer: reward_referrer, referred: reward_referred } = reward.unwrap_or_default();
        let reward = Sides {
            referrer: reward_referrer.map(|Lit(reward)| reward),
            referred: reward_referred.map(|Lit(reward)| reward),
        };
        self.check_rewards(&reward);
        let referral = Referral {
            id: id?.0,
            referrer: referrer?.0,
            lead: lead?,
            via: via.and_then(|via| self.via(via)),
            lost_because: lost_because.map(|Lit(why)| why),
            received: received?,
            stage: stage?,
            reached,
            first_purchase: purchase,
            next,
            thanked,
            reward,
            origin,
        };
        self.found.extend(self.known.owed_steps(&referral, self.spot));
        Some(referral)
    }

    /// R21: what is given is an option of the policy, and one for that side.
    fn check_rewards(&mut self, reward: &Sides<RewardId>) {
        let policy = self.known.policy();
        for &side in Side::ALL {
            let Some(id) = reward.of(side) else { continue };
            let spot = self.spot.key("reward").key(side.name());
            if let Some(error) = unknown_reward(id, self.known.frame, &spot) {
                self.found.push(error);
                continue;
            }
            let offered = policy.map(|policy| match side {
                Side::Referrer => &policy.referrer,
                Side::Referred => &policy.referred,
            });
            if offered.is_some_and(|offered| !offered.contains(id)) {
                let warning =
                    spot.warning("r21-not-offered", format!("`{id}` is not offered to the {} side", side.name()));
                self.found
                    .push(warning.hint(format!("offered are those under `reward.{}` in bevara.yaml", side.name())));
            }
        }
    }

    fn lead(&mut self, wire: wire::Lead, referrer: Option<&ContactId>) -> Option<Lead> {
        let wire::Lead { name, company, email, phone, contact, consent, message } = wire;
        if name.is_none() && !self.read.is_faulty(self.path, "lead") {
            let error = self.spot.key("lead").error("missing-key", "`name` is missing");
            self.found.push(error.hint("whom did they name?"));
        }
        let contact = contact.map(|Lit(contact)| contact);
        if let Some(contact) = &contact {
            self.found.extend(self.known.check_contact(contact, &self.spot.key("lead").key("contact"), "the lead"));
        }
        let email = email.map(|Lit(email)| email);
        Some(Lead {
            name: name?.0,
            company: company.map(|Lit(company)| company),
            country: self.known.country(contact.as_ref(), email.as_ref(), referrer),
            email,
            phone: phone.map(|Lit(phone)| phone),
            contact,
            consent: consent.map(|Lit(AskedOn(asked))| asked),
            message: message.map(|Lit(text)| text),
        })
    }

    /// R22: by what way it came; a mailing is one of the plans'.
    fn via(&mut self, wire: wire::Via) -> Option<Via> {
        match wire {
            wire::Via::Way(way) => Some(Via { way, mailing: None }),
            wire::Via::Mailing(wire::ViaMailing { mailing }) => {
                let spot = self.spot.key("via");
                let Some(Lit(mailing)) = mailing else {
                    self.found.push(spot.error("missing-key", "`mailing` is missing").hint("which one led to it?"));
                    return None;
                };
                if !self.known.mailings.contains(&mailing) && !self.known.is_plan_torn {
                    let error =
                        spot.key("mailing").error("unknown-mailing", format!("there is no mailing `{mailing}`"));
                    let known = self.known.mailings.iter().map(|id| id.as_str());
                    self.found.push(match did_you_mean(mailing.as_str(), known) {
                        Some(hint) => error.hint(hint),
                        None => error.hint("an id of content/plan/"),
                    });
                }
                Some(Via { way: Arrival::Mailing, mailing: Some(mailing) })
            }
        }
    }

    /// R19: nobody refers themselves, a D or somebody we know already.
    fn check_lead(&mut self, lead: &Lead, referrer: &ContactId, received: Option<Date>, is_open: bool) {
        let spot = self.spot.key("lead");
        if lead.contact.as_ref() == Some(referrer) {
            self.found
                .push(spot.key("contact").error("r19-self-referral", format!("`{referrer}` recommends themselves")));
        }
        if let (Some(contact), Some(received)) = (lead.contact.as_ref().and_then(|id| self.known.contact(id)), received)
            && let Some(known_since) = contact.details.collected_on.or(contact.details.since)
            && known_since < received
        {
            let error = spot
                .key("contact")
                .error("r19-known-lead", format!("`{}` was a contact since {known_since}", contact.id));
            self.found.push(error.hint(format!("the referral came later, on {received}")));
        }
        // A contact who was made D has a past; whoever is only a name is not taken up.
        if is_open
            && lead.contact.is_none()
            && let Some(finding) = self.known.walled_lead(lead, received, &spot)
        {
            self.found.push(finding);
            return;
        }
        let Some(email) = &lead.email else { return };
        let holder = self.known.holder(email);
        let Some(holder) = holder.filter(|holder| lead.contact.as_ref() != Some(&holder.id)) else { return };
        let spot = spot.key("email");
        let finding = if holder.id == *referrer {
            spot.error("r19-self-referral", format!("`{referrer}` recommends themselves"))
        } else if holder.standing == Standing::DoNotContact {
            return;
        } else {
            spot.error("r19-known-lead", format!("`{email}` is the address of the contact `{}`", holder.id))
                .hint(format!("if they became a contact through this referral, add `contact: {}`", holder.id))
        };
        self.found.push(finding);
    }

    fn check_order(&mut self, received: Option<Date>, reached: &[(Stage, Date)]) {
        let Some(mut last) = received else { return };
        let mut last_name = "received";
        for &(stage, date) in reached {
            if date < last {
                let error =
                    self.spot.key(stage.name()).error("r19-order", format!("{date} is before {last_name} ({last})"));
                self.found.push(error.hint("a referral goes forward: received, contacted, meeting, customer or lost"));
            }
            (last, last_name) = (date, stage.name());
        }
        for (key, date) in reached
            .iter()
            .map(|(stage, date)| (stage.name(), *date))
            .chain([("received", last.min(received.unwrap_or(last)))])
        {
            if date > self.known.today {
                let error = self.spot.key(key).error("future", format!("{date} is in the future"));
                self.found.push(error.hint(format!("the ledger holds what happened; today is {}", self.known.today)));
            }
        }
    }

    /// A date says that a stage was reached, and the stage says which is the last.
    fn check_stage(&mut self, stage: Option<Stage>, reached: &[(Stage, Date)]) {
        let Some(stage) = stage else { return };
        for (later, _) in reached.iter().filter(|(other, _)| *other > stage) {
            let message = format!("`{}` has a date, but the referral is at `{}`", later.name(), stage.name());
            let error = self.spot.key(later.name()).error("r19-stage", message);
            self.found.push(error.hint(format!("write `stage: {}`, or take the date out", later.name())));
        }
    }

    fn check_thanks(&mut self, received: Option<Date>, thanked: &Sides<Date>) {
        for &side in Side::ALL {
            let Some(&date) = thanked.of(side) else { continue };
            let spot = self.spot.key("thanked").key(side.name());
            if let Some(received) = received.filter(|received| date < *received) {
                self.found.push(spot.error("r20-order", format!("thanked on {date}, before it came on {received}")));
            }
            if date > self.known.today {
                let error = spot.error("future", format!("{date} is in the future"));
                self.found.push(error.hint(format!("the ledger holds what happened; today is {}", self.known.today)));
            }
        }
    }

    fn check_purchase(&mut self, purchase: Option<&Purchase>, received: Option<Date>, stage: Option<Stage>) {
        let Some(purchase) = purchase else { return };
        let spot = self.spot.key("first_purchase").key("on");
        if let Some(received) = received.filter(|received| purchase.on < *received) {
            let message = format!("bought on {}, before the referral came on {received}", purchase.on);
            self.found.push(spot.error("r19-order", message));
        }
        if purchase.on > self.known.today {
            let error = spot.error("future", format!("{} is in the future", purchase.on));
            self.found.push(error.hint(format!("the ledger holds what happened; today is {}", self.known.today)));
        }
        if stage.is_some_and(|stage| stage.is_open()) {
            let warning = self.spot.key("stage").warning("r19-stage", "who has bought is a customer");
            self.found.push(warning.hint("write `stage: customer`"));
        }
    }

    fn purchase(&mut self, wire: wire::Purchase) -> Option<Purchase> {
        let spot = self.spot.key("first_purchase");
        let wire::Purchase { on, value, currency } = wire;
        if (on.is_none() || value.is_none()) && !self.read.is_faulty(self.path, "first_purchase") {
            self.found.push(spot.error("missing-key", "a purchase has `on` and `value`"));
        }
        let currency = currency.map(|Lit(currency)| currency).or(self.known.frame.currency);
        let value = money(&value?, currency, &spot.key("value"), self.found)?;
        Some(Purchase { on: day(on)?, value })
    }

    /// R19: a dated next step for both sides, until it is decided.
    fn next_steps(&mut self, wire: wire::NextSteps, stage: Option<Stage>) -> Sides<NextStep> {
        let wire::NextSteps { referrer, referred } = wire;
        let open = matches!(stage, Some(Stage::Received | Stage::Contacted | Stage::Meeting));
        let mut side = |step: Option<wire::NextStep>, key: &str| {
            if step.is_none() && open && !self.read.is_faulty(self.path, "next") {
                let warning = self.spot.warning("r19-next-step", format!("no next step for the {key} side"));
                self.found.push(
                    warning.hint("both sides hear how it goes on: next: {referrer: {what, on, by}, referred: …}"),
                );
            }
            let spot = self.spot.key("next").key(key);
            let is_torn = self.read.is_faulty(self.path, "next");
            step.and_then(|step| next_step(step, &spot, is_torn, self.known.frame, self.found))
        };
        Sides { referrer: side(referrer, "referrer"), referred: side(referred, "referred") }
    }
}
