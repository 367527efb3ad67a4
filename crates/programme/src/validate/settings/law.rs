//! The law as the programme reads it, and what a country wants to know about the firm in its mail (R26).

use super::super::node_path::{NodePath, Required};
use super::SettingsReader;
use crate::load::scalar::Lit;
use crate::load::wire;
use crate::model::language::Country;
use crate::model::law::{Law, Override, details_demanded};
use crate::model::settings::Registered;
use yaml::{Read, Step};

impl SettingsReader<'_, '_> {
    pub(super) fn law(&mut self, wires: &[wire::LawRow], read: &Read<wire::Settings>) -> Law {
        let spot = self.spot.key("law");
        let rows = wires.iter().enumerate();
        Law { overrides: rows.filter_map(|(index, wire)| self.law_row(wire, &spot.item(index), index, read)).collect() }
    }

    fn law_row(
        &mut self,
        wire: &wire::LawRow,
        spot: &NodePath<'_>,
        index: usize,
        read: &Read<wire::Settings>,
    ) -> Option<Override> {
        let wire::LawRow { country, nature, channel, needs, why } = wire;
        let path = [Step::from("law"), index.into()];
        let mut need = Required { spot, read, path: &path, found: self.found };
        let country = need.take(country.as_ref(), "country", "whose law it is, like NO");
        let nature = need.take(nature.as_ref(), "nature", "natural, sole_trader, work_address or legal");
        let channel = need.take(channel.as_ref(), "channel", "email, post or phone");
        let needs = need.take(needs.as_ref(), "needs", "none, customer, consent or never");
        let why = need.take(why.as_ref(), "why", "whoever reads the law otherwise says why");
        Some(Override {
            country: country?.0,
            nature: nature?.0,
            channel: channel?.0,
            needs: needs?.0,
            why: why?.0.clone(),
        })
    }

    /// What the register says of the firm; what its country wants to read and is missing is one warning.
    pub(super) fn registered(
        &mut self,
        wire: Option<&wire::Registered>,
        home: Option<Country>,
        sender: &NodePath<'_>,
        read: &Read<wire::Settings>,
    ) -> Registered {
        let none = wire::Registered::default();
        let wire::Registered { name, number, seat, vat, directors } = wire.unwrap_or(&none);
        let demand = home.and_then(details_demanded);
        let there = |key: &str| match key {
            "name" => name.is_some(),
            "number" => number.is_some(),
            "seat" => seat.is_some(),
            "vat" => vat.is_some(),
            _ => directors.as_ref().is_some_and(|directors| !directors.is_empty()),
        };
        if let Some(demand) = demand {
            let path = [Step::from("sender"), "registered".into()];
            let is_told = |key: &&str| read.is_faulty(&path, key);
            let missing: Vec<&str> =
                demand.keys.iter().copied().filter(|key| !there(key)).filter(|key| !is_told(key)).collect();
            if !missing.is_empty() && (wire.is_some() || !read.is_faulty(&path[..1], "registered")) {
                let spot = if wire.is_some() { sender.key("registered") } else { sender.clone() };
                let message = format!("business mail has to show `registered`: {} is missing", missing.join(", "));
                let hint = format!("add `registered: {{name, number, seat}}` to `sender` ({})", demand.statute);
                self.found.push(spot.warning("registered", message).hint(hint));
            }
        }
        let line = |value: &Option<Lit<crate::model::text::Line>>| value.as_ref().map(|Lit(line)| line.clone());
        Registered {
            name: line(name),
            number: line(number),
            seat: line(seat),
            vat: line(vat),
            directors: directors.iter().flatten().map(|Lit(line)| line.clone()).collect(),
        }
    }
}
