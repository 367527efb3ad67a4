//! What only shows over the whole referral ledger: circles, and the budget.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::model::id::{ContactId, ReferralId};
use crate::model::ledger::Referral;
use crate::model::settings::Reward;
use crate::validate::node_path::NodePath;
use source::diagnostic::Diagnostic;
use yaml::Document;

/// Who came through whom: a contact's referrers, each with the referral. One may have been named by several.
type Came<'r> = HashMap<&'r ContactId, Vec<&'r Referral>>;

/// R19: who came through whom may form no circle.
pub fn cycles(referrals: &[Referral], document: &Document, found: &mut Vec<Diagnostic>) {
    let mut came: Came<'_> = HashMap::new();
    for referral in referrals {
        if let Some(lead) = &referral.lead.contact {
            came.entry(lead).or_default().push(referral);
        }
    }
    let mut reported: HashSet<&ReferralId> = HashSet::new();
    for start in referrals {
        let mut circle = vec![&start.referrer];
        let mut seen = HashSet::new();
        let Some(last) = way_back(&start.referrer, &start.referrer, &came, &mut seen, &mut circle) else { continue };
        // Each circle is told once, from the smallest of its ids on.
        if circle.len() > 1 && circle.iter().all(|id| *id >= circle[0]) && reported.insert(&last.id) {
            let circle: Vec<&str> = circle.iter().map(|id| id.as_str()).collect();
            let spot = NodePath::root(document).item(last.origin.item as usize).key("referrer");
            let message = format!("these referrals go in a circle: {}", circle.join(" ← "));
            found.push(spot.error("r19-cycle", message).hint("one of them came to us in another way"));
        }
    }
}

/// The referral by which `start` stands after `at`; `circle` is the way there.
fn way_back<'r>(
    at: &'r ContactId,
    start: &ContactId,
    came: &Came<'r>,
    seen: &mut HashSet<&'r ContactId>,
    circle: &mut Vec<&'r ContactId>,
) -> Option<&'r Referral> {
    let referrals = came.get(at)?;
    if let Some(last) = referrals.iter().find(|referral| referral.referrer == *start) {
        return Some(last);
    }
    for referral in referrals {
        if seen.insert(&referral.referrer) {
            circle.push(&referral.referrer);
            if let Some(last) = way_back(&referral.referrer, start, came, seen, circle) {
                return Some(last);
            }
            circle.pop();
        }
    }
    None
}

/// R21: what was given in a year stays within the year's budget. A day to come is a slip, which is said; no budget is missed for it.
pub fn budget(referrals: &[Referral], reward: &Reward, today: Date, document: &Document, found: &mut Vec<Diagnostic>) {
    let mut spent: BTreeMap<i16, i64> = BTreeMap::new();
    for referral in referrals {
        let sides = [
            ("referrer", &referral.reward.referrer, referral.thanked.referrer),
            ("referred", &referral.reward.referred, referral.thanked.referred),
        ];
        for (side, id, thanked) in sides {
            let (Some(id), Some(thanked)) = (id, thanked.filter(|thanked| *thanked <= today)) else { continue };
            let Some(option) = reward.options.iter().find(|option| option.id == *id) else { continue };
            let year = thanked.year();
            let total = spent.entry(year).or_default();
            let before = *total;
            *total += option.cost.minor;
            let spot = || NodePath::root(document).item(referral.origin.item as usize).key("reward").key(side);
            match reward.budget_of(year) {
                Some(budget) if before <= budget.minor && *total > budget.minor => {
                    let message = format!("with this reward, {year} is over its budget of {budget}");
                    found.push(
                        spot()
                            .error("r21-over-budget", message)
                            .hint("raise `reward.budget` in bevara.yaml, or give something else"),
                    );
                }
                // Years before the first budget are past; who spends after the last one spends what nobody granted.
                None if before == 0 && reward.years.keys().all(|budgeted| *budgeted < year) => {
                    let message = format!("a reward is given in {year}, which has no budget");
                    let hint = format!("add `{year}: {{budget: …}}` under `reward.years` in bevara.yaml");
                    found.push(spot().error("r21-no-budget", message).hint(hint));
                }
                _ => {}
            }
        }
    }
}
