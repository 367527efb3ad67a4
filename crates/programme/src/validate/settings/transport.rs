//! Signing and sending.

use super::super::node_path::Required;
use super::SettingsReader;
use crate::load::scalar::{Lit, RelativePath, Whole};
use crate::load::wire;
use crate::model::settings::{Dkim, Smtp};
use yaml::{Read, Step};

impl SettingsReader<'_, '_> {
    pub(super) fn dkim(&mut self, wire: &wire::Dkim, read: &Read<wire::Settings>) -> Option<Dkim> {
        let spot = self.spot.key("dkim");
        let wire::Dkim { selector, domain } = wire;
        let path = [Step::from("dkim")];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let selector = need.take(selector.as_ref(), "selector", "the name under which the key is published");
        let domain = need.take(domain.as_ref(), "domain", "the domain that signs");
        let domain = domain.and_then(|Lit(domain)| {
            mail::address::fold_domain(domain.as_str())
                .map_err(|fault| self.found.push(spot.key("domain").fault("domain", fault)))
                .ok()
        });
        Some(Dkim { selector: selector?.0.clone(), domain: domain?.into() })
    }

    pub(super) fn smtp(&mut self, wire: Option<&wire::Smtp>) -> Smtp {
        let usual = Smtp::default();
        let Some(wire) = wire else { return usual };
        let wire::Smtp { connections, per_minute, per_domain_per_minute, command_timeout_s, dot_timeout_s, ca_file } =
            wire;
        let number = |value: &Option<Lit<Whole>>| value.as_ref().map(|Lit(Whole(number))| *number);
        let wanted = number(connections).unwrap_or(u32::from(usual.connections));
        if !(1..=4).contains(&wanted) {
            let error = self.spot.key("smtp").key("connections").error("bad-value", format!("{wanted} connections"));
            self.found.push(error.hint("between 1 and 4: more is what relays block people for"));
        }
        for (value, key) in [(per_minute, "per_minute"), (per_domain_per_minute, "per_domain_per_minute")] {
            if number(value) == Some(0) {
                self.found.push(self.spot.key("smtp").key(key).error("bad-value", "a rate of 0 sends nothing"));
            }
        }
        Smtp {
            connections: u8::try_from(wanted.clamp(1, 4)).unwrap_or(usual.connections),
            per_minute: number(per_minute),
            per_domain_per_minute: number(per_domain_per_minute),
            command_timeout_s: number(command_timeout_s).unwrap_or(usual.command_timeout_s),
            dot_timeout_s: number(dot_timeout_s).unwrap_or(usual.dot_timeout_s),
            ca_file: ca_file.as_ref().map(|Lit(RelativePath(path))| path.clone()),
        }
    }
}
