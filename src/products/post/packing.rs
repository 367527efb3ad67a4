//! The packing list of a gift: who gets what, how many, what it costs, and what that leaves of its budget (R8).

use std::collections::BTreeMap;

use interchange::csv::BYTE_ORDER_MARK;

use super::labels::row;
use super::{Addressee, cost_of};
use crate::model::mailing::Gift;
use crate::model::money::Money;
use crate::model::post::PackBy;
use crate::model::programme::Programme;
use crate::plan::lead::{self, Lead};
use crate::render::address;
use crate::render::country;
use crate::render::paper::{PackingGroup, PackingRow, PackingView};

/// Everybody gets one.
const QUANTITY: u32 = 1;

/// A packing list before it is written.
pub(super) struct List<'l, 'p> {
    pub(super) programme: &'p Programme,
    pub(super) gift: &'p Gift,
    pub(super) addressees: &'l [Addressee<'p>],
    pub(super) lead: Lead,
}

impl<'p> List<'_, 'p> {
    /// What the template sees.
    pub(super) fn view(&self) -> PackingView<'p> {
        let count = self.addressees.len();
        let total = cost_of(self.gift, count);
        let left = self.gift.budget.map(|budget| budget.minor - total.minor);
        let money = |minor: i64| Money { minor, ..total };
        PackingView {
            item: self.gift.item.as_str(),
            why_ours: self.gift.why_ours.as_str(),
            unit_cost: self.gift.unit_cost.into(),
            count,
            total: total.into(),
            budget: self.gift.budget.map(Into::into),
            left: left.map(|left| money(left.abs()).into()),
            over: left.is_some_and(|left| left < 0),
            print_by: self.lead.print_by.to_string(),
            post_by: self.lead.post_by.to_string(),
            groups: self.groups(),
        }
    }

    /// By owner in the order of the team, or by country in the order of their names.
    fn groups(&self) -> Vec<PackingGroup> {
        let mut groups: BTreeMap<(usize, String), Vec<PackingRow>> = BTreeMap::new();
        for one in self.addressees {
            let row = self.row(one);
            let key = match self.programme.settings.post.packing {
                PackBy::Owner => (self.place_in_team(one), row.owner.clone()),
                PackBy::Country => (0, row.country.clone()),
            };
            groups.entry(key).or_default().push(row);
        }
        let group = |((_, name), rows): ((usize, String), Vec<PackingRow>)| PackingGroup {
            name,
            cost: cost_of(self.gift, rows.len()).into(),
            rows,
        };
        groups.into_iter().map(group).collect()
    }

    fn place_in_team(&self, one: &Addressee<'p>) -> usize {
        let owner = &one.recipient.contact().owner;
        self.programme.settings.team.iter().position(|member| member.id == *owner).unwrap_or(usize::MAX)
    }

    fn row(&self, one: &Addressee<'p>) -> PackingRow {
        let contact = one.recipient.contact();
        let home = lead::home(self.programme);
        let country = one.address.country.unwrap_or(home);
        let names = 1 + usize::from(contact.company.is_some());
        let lines = address::lines(contact, one.address, country);
        let owner = self.programme.settings.member(&contact.owner);
        PackingRow {
            id: contact.id.to_string(),
            name: contact.name.full(),
            company: contact.company.as_ref().map(|company| company.as_str().to_owned()),
            address: lines[names..].join(", "),
            owner: owner.map_or_else(|| contact.owner.to_string(), |member| member.name.as_str().to_owned()),
            country: country::name(country, self.programme.settings.languages.default()).to_owned(),
            post_by: one.lead.post_by.to_string(),
            quantity: QUANTITY,
            cost: self.gift.unit_cost.into(),
        }
    }

    /// The same as a table for whoever packs with a spreadsheet (RFC 4180, UTF-8 with a byte order mark), in the same order.
    pub(super) fn csv(&self) -> String {
        let head = [
            "done", "contact", "name", "company", "address", "country", "owner", "item", "quantity", "cost",
            "currency", "post_by",
        ];
        let mut out = format!("{BYTE_ORDER_MARK}{}", row(head.map(str::to_owned)));
        let cost = self.gift.unit_cost.to_string();
        let (amount, currency) = cost.split_once(' ').unwrap_or((&cost, ""));
        for line in self.groups().into_iter().flat_map(|group| group.rows) {
            out.push_str(&row([
                String::new(),
                line.id,
                line.name,
                line.company.unwrap_or_default(),
                line.address,
                line.country,
                line.owner,
                self.gift.item.as_str().to_owned(),
                line.quantity.to_string(),
                amount.to_owned(),
                currency.to_owned(),
                line.post_by,
            ]));
        }
        out
    }
}
