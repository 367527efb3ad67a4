//! `bevara.yaml` → [`Settings`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::node_path::{NodePath, Required};
use crate::load::scalar::{Day, Lit, Whole};
use crate::load::wire;
use crate::load::word::{CheckName, Level};
use crate::load::{Folder, MARKER};
use crate::model::contact::PostalAddress;
use crate::model::id::{RewardId, TeamId};
use crate::model::language::{Language, Languages};
use crate::model::money::{Amount, Currency, Money};
use crate::model::settings::Settings;
use source::SourceFile;
use source::diagnostic::{Diagnostic, Fault, did_you_mean};
use yaml::{Document, Read};

mod law;
mod look;
mod paper;
mod people;
mod policy;
mod transport;

/// What the other files refer to, as far as it could be read: present even where `bevara.yaml` has faults.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Frame {
    /// The languages; empty where one of them could not be read.
    pub languages: Vec<Language>,
    /// The declared fallbacks.
    pub fallback: BTreeMap<Language, Language>,
    /// True where one of the fallbacks could not be read.
    pub is_fallback_torn: bool,
    /// The ids of the team; empty where one of them could not be read.
    pub team: Vec<TeamId>,
    /// The currency of the reward policy; none in particular where the policy has none, which is said.
    pub currency: Option<Currency>,
    /// The ids of the reward options.
    pub rewards: Vec<RewardId>,
    /// True where nothing in the reward policy could not be read.
    pub is_reward_read: bool,
}

impl Frame {
    /// A finding where `id` is nobody on the team.
    pub fn check_member(&self, id: &TeamId, spot: &NodePath<'_>, what: &str) -> Option<Diagnostic> {
        if self.team.is_empty() || self.team.contains(id) {
            return None;
        }
        let known = self.team.iter().map(TeamId::as_str);
        let hint = did_you_mean(id.as_str(), known.clone())
            .unwrap_or_else(|| format!("the team is {}", known.collect::<Vec<_>>().join(", ")));
        Some(spot.error("unknown-member", format!("{what} `{id}` is nobody on the team")).hint(hint))
    }

    /// A finding where `language` is none of the programme's.
    pub fn check_language(&self, language: Language, spot: &NodePath<'_>) -> Option<Diagnostic> {
        if self.languages.is_empty() || self.languages.contains(&language) {
            return None;
        }
        let known: Vec<&str> = self.languages.iter().map(|language| language.tag()).collect();
        Some(
            spot.error("unknown-language", format!("`{language}` is not a language of this programme"))
                .hint(format!("bevara.yaml lists {}", known.join(", "))),
        )
    }
}

/// Reads and checks `bevara.yaml`; the frame is there even where the settings are not.
pub fn settings(folder: &Folder, found: &mut Vec<Diagnostic>) -> (Option<Settings>, Frame) {
    let Some(file) = folder.text(MARKER) else {
        return (None, Frame::default());
    };
    let document = Document::whole(file);
    let Some(read) = document.read::<wire::Settings>(found) else {
        return (None, Frame::default());
    };
    let spot = NodePath::root(&document);
    let frame = frame(&read);
    let mut reader = SettingsReader { folder, spot: &spot, frame: &frame, found };
    let settings = reader.settings(&read);
    (settings, frame)
}

/// A finding where the programme's memory is still to begin.
pub fn begins_later(settings: &Settings, marker: &Arc<SourceFile>, today: Date) -> Option<Diagnostic> {
    let begins = settings.begins.filter(|begins| *begins > today)?;
    let document = Document::whole(marker);
    let message = format!("the programme begins on {begins}, which is still to come");
    let warning = NodePath::root(&document).key("begins").warning("begins-later", message);
    Some(warning.hint("until then nothing is due or late; write the day of your first mailing, or of today"))
}

/// A finding for each of the six steps that is said to be done on a day to come (R24).
pub fn steps_claimed_later(settings: &Settings, marker: &Arc<SourceFile>, today: Date) -> Vec<Diagnostic> {
    let document = Document::whole(marker);
    let later = settings.steps.iter().filter(|(_, on)| **on > today);
    let finding = |(step, on): (&crate::model::settings::Step, &Date)| {
        let spot = NodePath::root(&document).key("steps").key(step.name());
        let warning = spot.warning("r24-step", format!("this step is said to be done on {on}, which is still to come"));
        warning.hint(format!("write the day on which it was done; today is {today}"))
    };
    later.map(finding).collect()
}

fn frame(read: &Read<wire::Settings>) -> Frame {
    let wire = &read.value;
    let list = |languages: &[Lit<Language>]| languages.iter().map(|Lit(language)| *language).collect();
    let reward = wire.reward.as_ref();
    Frame {
        languages: wire
            .languages
            .as_deref()
            .filter(|_| !read.is_faulty(&[], "languages"))
            .map(list)
            .unwrap_or_default(),
        fallback: wire.fallback.iter().flat_map(|table| &table.0).map(|(from, Lit(to))| (*from, *to)).collect(),
        is_fallback_torn: read.is_faulty(&[], "fallback"),
        team: members(wire.team.as_deref().unwrap_or_default()),
        currency: reward.map(|reward| reward.currency.as_ref().map_or(Currency::NONE, |Lit(currency)| *currency)),
        rewards: reward
            .and_then(|reward| reward.options.as_ref())
            .into_iter()
            .flatten()
            .filter_map(|option| option.id.as_ref().map(|Lit(id)| id.clone()))
            .collect(),
        is_reward_read: !read.is_faulty(&[], "reward")
            && reward
                .and_then(|reward| reward.options.as_ref())
                .is_none_or(|options| options.iter().all(|option| option.id.is_some())),
    }
}

/// The ids of the team, each once; none where somebody's is not there, since a name may mean them.
fn members(wires: &[wire::Member]) -> Vec<TeamId> {
    let mut ids: Vec<TeamId> = Vec::new();
    if wires.iter().any(|member| member.id.is_none()) {
        return ids;
    }
    for Lit(id) in wires.iter().filter_map(|member| member.id.as_ref()) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

struct SettingsReader<'a, 'd> {
    folder: &'a Folder,
    spot: &'a NodePath<'d>,
    frame: &'a Frame,
    found: &'a mut Vec<Diagnostic>,
}

impl SettingsReader<'_, '_> {
    fn settings(&mut self, read: &Read<wire::Settings>) -> Option<Settings> {
        let wire = &read.value;
        let wire::Settings {
            format,
            name,
            base_url,
            languages,
            fallback: _,
            timezone,
            country,
            begins,
            sender,
            brand,
            team,
            unsubscribe,
            refer,
            reward,
            cadence,
            goals,
            baseline,
            steps,
            dkim,
            smtp,
            post,
            severity,
            approval,
            proofs,
            law,
        } = wire;
        if let Some(Lit(Whole(version))) = format
            && *version != 1
        {
            let hint = "this bevara reads format 1";
            self.found.push(self.spot.key("format").error("format", format!("unknown format {version}")).hint(hint));
        }
        let mut need = Required { spot: self.spot, read, path: &[], found: self.found };
        need.take(format.as_ref(), "format", "write `format: 1`");
        let name = need.take(name.as_ref(), "name", "the programme's name, as people know the firm");
        let url = need.take(base_url.as_ref(), "base_url", "where the site will stand, like https://www.example.org");
        let languages_there = need.take(languages.as_ref(), "languages", "a list; the first is the default: [sv, en]");
        let country = need.take(country.as_ref(), "country", "the firm's country, like SE");
        let sender = need.take(sender.as_ref(), "sender", "{name, email, postal_address}");
        let team = need.take(team.as_ref(), "team", "a list of {id, name, email, phone}");
        let unsubscribe =
            need.take(unsubscribe.as_ref(), "unsubscribe", "{mailto: …}, and `url` where there is an endpoint");
        let languages = languages_there.filter(|_| !read.is_faulty(&[], "languages")).and_then(|_| self.languages());
        let url = url.and_then(|Lit(url)| self.base_url(url.as_str()));
        let timezone = self.timezone(timezone.as_ref().map(|Lit(name)| name.as_str()));
        let country_code = country.map(|Lit(country)| *country);
        let sender = sender.and_then(|sender| self.sender(sender, read, country_code));
        let team = team.and_then(|team| self.team(team, read));
        let unsubscribe = unsubscribe.and_then(|unsubscribe| self.unsubscribe(unsubscribe, read));
        let refer = self.refer(refer.as_ref());
        let reward = reward.as_ref().map(|reward| self.reward(reward, read));
        let baseline = baseline.as_ref().map(|baseline| self.baseline(baseline)).unwrap_or_default();
        let brand = self.brand(brand.as_ref());
        let dkim = dkim.as_ref().and_then(|dkim| self.dkim(dkim, read));
        let smtp = self.smtp(smtp.as_ref());
        let post = self.post(post.as_ref(), read);
        let law = self.law(law.as_deref().unwrap_or_default(), read);
        Some(Settings {
            name: name?.0.clone(),
            base_url: url?,
            languages: languages?,
            timezone: timezone?,
            country: country_code?,
            begins: begins.as_ref().map(|Lit(Day(day))| *day),
            sender: sender?,
            brand,
            team: team?,
            unsubscribe: unsubscribe?,
            refer,
            reward: match reward {
                Some(reward) => Some(reward?),
                None => None,
            },
            cadence: self.cadence(cadence.as_ref().map(|table| &table.0), read),
            goals: self.goals(goals.as_ref(), read),
            baseline,
            steps: steps
                .iter()
                .flat_map(|table| &table.0)
                .filter_map(|(step, day)| day.as_ref().map(|Lit(Day(day))| (*step, *day)))
                .collect(),
            dkim,
            smtp,
            post: post?,
            approval: approval
                .iter()
                .flat_map(|table| &table.0)
                .map(|(key, roles)| (key.as_str().into(), roles.iter().map(|Lit(role)| role.clone()).collect()))
                .collect(),
            proofs: self.proofs(proofs.as_deref().unwrap_or_default()),
            severity: severity
                .iter()
                .flat_map(|table| &table.0)
                .map(|(CheckName(name), Lit(Level(level)))| (name.clone(), *level))
                .collect(),
            law,
        })
    }

    /// Who looks at proofs: members of the team, each once.
    fn proofs(&mut self, wires: &[Lit<TeamId>]) -> Vec<TeamId> {
        let mut ids: Vec<TeamId> = Vec::new();
        for (index, Lit(id)) in wires.iter().enumerate() {
            let spot = self.spot.key("proofs").item(index);
            match ids.contains(id) {
                true => self.found.push(spot.error("duplicate-id", format!("`{id}` stands here twice"))),
                false => self.found.extend(self.frame.check_member(id, &spot, "who looks at proofs,")),
            }
            ids.push(id.clone());
        }
        ids
    }

    fn languages(&mut self) -> Option<Languages> {
        let all = self.frame.languages.clone();
        let spot = self.spot.key("languages");
        if all.is_empty() {
            self.found.push(spot.error("languages", "a programme needs at least one language").hint("like [sv, en]"));
            return None;
        }
        let mut seen = BTreeSet::new();
        for (index, language) in all.iter().enumerate() {
            if !seen.insert(*language) {
                self.found.push(spot.item(index).error("languages", format!("`{language}` stands here twice")));
            }
        }
        for (from, to) in &self.frame.fallback {
            let spot = self.spot.key("fallback").key(from.tag());
            self.found.extend(self.frame.check_language(*from, &spot));
            self.found.extend(self.frame.check_language(*to, &spot));
        }
        Some(Languages { all, fallback: self.frame.fallback.clone() })
    }

    fn base_url(&mut self, url: &str) -> Option<Box<str>> {
        let authority = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
        if authority.is_some_and(|authority| authority.contains('@')) {
            let error = self.spot.key("base_url").error("url", "this address holds a name or a password");
            self.found.push(error.hint("it is printed in every message: write it without what stands before the @"));
            return None;
        }
        match web_url(url, false) {
            Ok(()) => {
                if let Err(fault) = web_url(url, true) {
                    let Fault { message, .. } = fault;
                    let warning = self.spot.key("base_url").warning("url", message);
                    let https = url.replacen("http://", "https://", 1);
                    self.found.push(warning.hint(format!("did you mean `{https}`?")));
                }
                Some(url.trim_end_matches('/').into())
            }
            Err(fault) => {
                self.found.push(self.spot.key("base_url").fault("url", fault));
                None
            }
        }
    }

    fn timezone(&mut self, name: Option<&str>) -> Option<TimeZone> {
        let Some(name) = name else { return Some(TimeZone::UTC) };
        TimeZone::get(name)
            .map_err(|_| {
                let error = self.spot.key("timezone").error("timezone", format!("unknown time zone `{name}`"));
                self.found.push(error.hint("an IANA name, like Europe/Stockholm"));
            })
            .ok()
    }
}

/// A finding where `id` is no reward option.
pub fn unknown_reward(id: &RewardId, frame: &Frame, spot: &NodePath<'_>) -> Option<Diagnostic> {
    if !frame.is_reward_read || frame.rewards.contains(id) {
        return None;
    }
    let error = spot.error("unknown-reward", format!("`{id}` is no reward option"));
    Some(match did_you_mean(id.as_str(), frame.rewards.iter().map(RewardId::as_str)) {
        Some(hint) => error.hint(hint),
        None => error.hint("options stand in bevara.yaml under reward.options"),
    })
}

/// An amount in its currency, or a finding.
pub fn money(
    amount: &Lit<Amount>,
    currency: Option<Currency>,
    spot: &NodePath<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Money> {
    let Some(currency) = currency else {
        found.push(spot.error("missing-key", "this amount has no currency").hint("add `currency: SEK`"));
        return None;
    };
    amount.0.in_currency(currency).map_err(|fault| found.push(spot.fault("money", fault))).ok()
}

/// A postal address as it stands.
pub fn postal_address(wire: &wire::Address) -> PostalAddress {
    let wire::Address { street, postcode, city, country } = wire;
    PostalAddress {
        street: street.as_ref().map(|Lit(street)| street.clone()),
        postcode: postcode.as_ref().map(|Lit(postcode)| postcode.clone()),
        city: city.as_ref().map(|Lit(city)| city.clone()),
        country: country.as_ref().map(|Lit(country)| *country),
    }
}

/// The address that one means which lacks its scheme, or has it in capitals or with a sign missing (`https:/`, `https//`).
fn url_meant(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    let scheme = ["https", "http", "htps", "htpps", "httsp"]
        .iter()
        .find(|scheme| lower.strip_prefix(*scheme).is_some_and(|rest| rest.starts_with([':', '/', ';'])));
    let rest = url.get(scheme.map_or(0, |scheme| scheme.len())..)?.trim_start_matches([':', '/', ';']);
    let host = rest.split('/').next()?;
    let is_host = host.contains('.') && !host.contains([':', ' ', '@']);
    is_host.then(|| format!("https://{rest}"))
}

/// Checks an absolute web address: https, or http (with `only_loopback`, http on this machine only).
fn web_url(url: &str, only_loopback: bool) -> Result<(), Fault> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', ':', '?', '#']).next().unwrap_or_default()).unwrap_or_default();
    if host.is_empty() || url.chars().any(|c| c.is_whitespace() || "<>\"".contains(c)) {
        let fault = Fault::new(format!("`{url}` is not a web address"));
        return Err(match url_meant(url).filter(|meant| meant != url && web_url(meant, only_loopback).is_ok()) {
            Some(meant) => fault.hint(format!("did you mean `{meant}`?")),
            None => fault.hint("like https://www.example.org"),
        });
    }
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "[");
    match only_loopback && url.starts_with("http://") && !loopback {
        true => {
            Err(Fault::new(format!("`{url}` is not encrypted")).hint("people's names travel in this form: use https"))
        }
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_its_scheme_is_known_again() {
        for written in
            ["www.ek.example/a", "https:/www.ek.example/a", "https//www.ek.example/a", "HTTPS://www.ek.example/a"]
        {
            assert_eq!(url_meant(written).as_deref(), Some("https://www.ek.example/a"), "{written}");
            assert!(web_url(written, false).is_err(), "{written}");
        }
        for other in ["ftp://ek.example", "hej@ek.example", "localhost:80", "httpbin", ""] {
            assert_eq!(url_meant(other), None, "{other}");
        }
    }
}
