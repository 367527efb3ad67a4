//! `bevara.yaml` → [`Settings`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::spot::{Required, Spot};
use crate::diagnostic::{Diagnostic, Fault, did_you_mean};
use crate::load::scalar::{Day, Flag, Lit, RelativePath, Texts, Whole, Year};
use crate::load::wire;
use crate::load::word::{CheckName, Colour, FontStack, Level, TierLetter};
use crate::load::yaml::{Document, Read, Step as PathStep};
use crate::load::{Folder, MARKER};
use crate::model::contact::PostalAddress;
use crate::model::id::{RewardId, TeamId};
use crate::model::language::{Country, Language, Languages};
use crate::model::money::{Amount, Currency, Money};
use crate::model::programme::{
    Baseline, Brand, Cadence, Dkim, Goals, Member, Palette, Refer, Reward, RewardOption, Sender, Settings, Smtp,
    Unsubscribe,
};

/// What the other files refer to, as far as it could be read: present even where `bevara.yaml` has faults.
#[derive(Debug, Default)]
pub struct Frame {
    /// The languages; empty where they could not be read.
    pub languages: Vec<Language>,
    /// The declared fallbacks.
    pub fallback: BTreeMap<Language, Language>,
    /// The ids of the team; empty where they could not be read.
    pub team: Vec<TeamId>,
    /// The currency of the reward policy.
    pub currency: Option<Currency>,
    /// The ids of the reward options.
    pub rewards: Vec<RewardId>,
    /// True where `bevara.yaml` is YAML at all.
    pub is_read: bool,
}

impl Frame {
    /// A finding where `id` is nobody on the team.
    pub fn check_member(&self, id: &TeamId, spot: &Spot<'_>, what: &str) -> Option<Diagnostic> {
        if self.team.is_empty() || self.team.contains(id) {
            return None;
        }
        let known = self.team.iter().map(TeamId::as_str);
        let hint = did_you_mean(id.as_str(), known.clone())
            .unwrap_or_else(|| format!("the team is {}", known.collect::<Vec<_>>().join(", ")));
        Some(spot.error("unknown-member", format!("{what} `{id}` is nobody on the team")).hint(hint))
    }

    /// A finding where `language` is none of the programme's.
    pub fn check_language(&self, language: Language, spot: &Spot<'_>) -> Option<Diagnostic> {
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
    let spot = Spot::root(&document);
    let frame = frame(&read.value);
    let mut reader = Reader { folder, spot: &spot, frame: &frame, found };
    let settings = reader.settings(&read);
    (settings, frame)
}

fn frame(wire: &wire::Settings) -> Frame {
    let list = |languages: &[Lit<Language>]| languages.iter().map(|Lit(language)| *language).collect();
    let reward = wire.reward.as_ref();
    Frame {
        languages: wire.languages.as_deref().map(list).unwrap_or_default(),
        fallback: wire.fallback.iter().flat_map(|table| &table.0).map(|(from, Lit(to))| (*from, *to)).collect(),
        team: members(wire.team.as_deref().unwrap_or_default()),
        currency: reward.and_then(|reward| reward.currency.as_ref()).map(|Lit(currency)| *currency),
        rewards: reward
            .and_then(|reward| reward.options.as_ref())
            .into_iter()
            .flatten()
            .filter_map(|option| option.id.as_ref().map(|Lit(id)| id.clone()))
            .collect(),
        is_read: true,
    }
}

/// The ids of the team, each once.
fn members(wires: &[wire::Member]) -> Vec<TeamId> {
    let mut ids: Vec<TeamId> = Vec::new();
    for Lit(id) in wires.iter().filter_map(|member| member.id.as_ref()) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

struct Reader<'a, 'd> {
    folder: &'a Folder,
    spot: &'a Spot<'d>,
    frame: &'a Frame,
    found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
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
            severity,
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
        let languages = languages_there.and_then(|_| self.languages());
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
        Some(Settings {
            name: name?.0.clone(),
            base_url: url?,
            languages: languages?,
            timezone: timezone?,
            country: country_code?,
            sender: sender?,
            brand,
            team: team?,
            unsubscribe: unsubscribe?,
            refer,
            reward: match reward {
                Some(reward) => Some(reward?),
                None => None,
            },
            cadence: self.cadence(cadence.as_ref().map(|table| &table.0)),
            goals: self.goals(goals.as_ref()),
            baseline,
            steps: steps
                .iter()
                .flat_map(|table| &table.0)
                .filter_map(|(step, day)| day.as_ref().map(|Lit(Day(day))| (*step, *day)))
                .collect(),
            dkim,
            smtp,
            severity: severity
                .iter()
                .flat_map(|table| &table.0)
                .map(|(CheckName(name), Lit(Level(level)))| (name.clone(), *level))
                .collect(),
        })
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
        match web_url(url, false) {
            Ok(()) => Some(url.trim_end_matches('/').into()),
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

    fn sender(&mut self, wire: &wire::Sender, read: &Read<wire::Settings>, home: Option<Country>) -> Option<Sender> {
        let spot = self.spot.key("sender");
        let path = [PathStep::from("sender")];
        let wire::Sender { name, email, reply_to, postal_address } = wire;
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let name = need.take(name.as_ref(), "name", "the firm's name, as readers see it in From");
        let email = need.take(email.as_ref(), "email", "the address mail is sent from");
        let address =
            need.take(postal_address.as_ref(), "postal_address", "every mailing carries it: {street, postcode, city}");
        let address = address.map(super::settings::postal_address);
        if let Some(address) = &address
            && !address.is_complete()
            && !read.is_faulty(&path, "postal_address")
        {
            let error =
                spot.key("postal_address").error("incomplete-address", "the sender's postal address is incomplete");
            self.found.push(error.hint("it needs street, postcode and city; the law wants it in every mailing"));
        }
        let mut address = address?;
        address.country = address.country.or(home);
        Some(Sender {
            name: name?.0.clone(),
            email: email?.0.clone(),
            reply_to: reply_to.as_ref().map(|Lit(address)| address.clone()),
            postal_address: address,
        })
    }

    fn team(&mut self, wires: &[wire::Member], read: &Read<wire::Settings>) -> Option<Vec<Member>> {
        let spot = self.spot.key("team");
        if wires.is_empty() {
            self.found.push(spot.error("team", "the team is empty").hint("somebody has to sign"));
            return None;
        }
        let mut members: Vec<Member> = Vec::new();
        let mut complete = true;
        for (index, wire) in wires.iter().enumerate() {
            match self.member(wire, &spot.item(index), index, read) {
                Some(member) if members.iter().any(|other| other.id == member.id) => {
                    let error =
                        spot.item(index).key("id").error("duplicate-id", format!("the id `{}` is taken", member.id));
                    self.found.push(error.hint("ids on the team are unique"));
                }
                Some(member) => {
                    if member.ceo && members.iter().any(|other| other.ceo) {
                        let error = spot.item(index).key("ceo").error("team", "there is a second `ceo: true`");
                        self.found.push(error.hint("`signed_by: ceo` means one person"));
                    }
                    members.push(member);
                }
                None => complete = false,
            }
        }
        (complete && !members.is_empty()).then_some(members)
    }

    fn member(
        &mut self,
        wire: &wire::Member,
        spot: &Spot<'_>,
        index: usize,
        read: &Read<wire::Settings>,
    ) -> Option<Member> {
        let wire::Member { id, name, role, email, phone, photo, signature, ceo, briefed } = wire;
        let path = [PathStep::from("team"), index.into()];
        let mut need = Required { spot, read, path: &path, found: self.found };
        let id = need.take(id.as_ref(), "id", "a short id, like `anna`");
        let name = need.take(name.as_ref(), "name", "the full name, as it stands under a letter");
        let email = need.take(email.as_ref(), "email", "answers go there");
        Some(Member {
            photo: self.picture(photo.as_ref(), &spot.key("photo")),
            signature: self.picture(signature.as_ref(), &spot.key("signature")),
            role: role.as_ref().map(|Texts(role)| role.clone()),
            phone: phone.as_ref().map(|Lit(phone)| phone.clone()),
            ceo: matches!(ceo, Some(Lit(Flag(true)))),
            briefed: briefed.as_ref().map(|Lit(Day(day))| *day),
            id: id?.0.clone(),
            name: name?.0.clone(),
            email: email?.0.clone(),
        })
    }

    /// A picture below `content/`; one that is not there is a finding (R28).
    fn picture(&mut self, path: Option<&Lit<RelativePath>>, spot: &Spot<'_>) -> Option<Box<str>> {
        let Lit(RelativePath(path)) = path?;
        if !self.folder.assets.contains_key(&format!("content/{path}")) {
            let known = self.folder.assets.keys().filter_map(|known| known.strip_prefix("content/"));
            let hint = did_you_mean(path, known).unwrap_or_else(|| "the path is counted from content/".to_owned());
            self.found.push(spot.error("missing-picture", format!("there is no picture content/{path}")).hint(hint));
        }
        Some(path.clone())
    }

    fn unsubscribe(&mut self, wire: &wire::Unsubscribe, read: &Read<wire::Settings>) -> Option<Unsubscribe> {
        let spot = self.spot.key("unsubscribe");
        let wire::Unsubscribe { url, mailto } = wire;
        let path = [PathStep::from("unsubscribe")];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let mailto = need.take(mailto.as_ref(), "mailto", "the mailbox that takes opt-outs");
        let url = url.as_ref().map(|Lit(url)| url.as_str());
        if let Some(Err(fault)) = url.map(|url| web_url(url, false)) {
            self.found.push(spot.key("url").fault("url", fault));
        }
        if url.is_some_and(|url| !url.starts_with("https://")) {
            let error = spot.key("url").error("url", "one-click unsubscription needs https (RFC 8058)");
            self.found.push(error.hint("without an https endpoint leave `url` out; the mailbox is enough"));
        }
        Some(Unsubscribe { url: url.map(Into::into), mailto: mailto?.0.clone() })
    }

    fn refer(&mut self, wire: Option<&wire::Refer>) -> Refer {
        let none = wire::Refer::default();
        let wire::Refer { form_action, mailto, ideal_client, reward, share_text } = wire.unwrap_or(&none);
        let spot = self.spot.key("refer").key("form_action");
        if let Some(Lit(url)) = form_action
            && let Err(fault) = web_url(url.as_str(), true)
        {
            self.found.push(spot.fault("url", fault));
        }
        let text = |texts: &Option<Texts>| texts.as_ref().map(|Texts(text)| text.clone());
        Refer {
            form_action: form_action.as_ref().map(|Lit(url)| url.as_str().into()),
            mailto: mailto.as_ref().map(|Lit(address)| address.clone()),
            ideal_client: text(ideal_client),
            reward: text(reward),
            share_text: text(share_text),
        }
    }

    fn reward(&mut self, wire: &wire::Reward, read: &Read<wire::Settings>) -> Option<Reward> {
        let spot = self.spot.key("reward");
        let wire::Reward { owner, year, budget, currency, thank_within_days, options, referrer, referred } = wire;
        let path = [PathStep::from("reward")];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let owner = need.take(owner.as_ref(), "owner", "one person answers for the rewards (R21)");
        let budget = need.take(budget.as_ref(), "budget", "what may be spent in a year, like \"18000.00\"");
        let currency = need.take(currency.as_ref(), "currency", "like SEK").map(|Lit(currency)| *currency);
        if let Some(Lit(owner)) = owner {
            self.found.extend(self.frame.check_member(owner, &spot.key("owner"), "the owner"));
        }
        let budget = budget.and_then(|amount| self.money(amount, currency, &spot.key("budget")));
        let options = self.reward_options(options.as_deref().unwrap_or_default(), currency, &spot, read);
        let mut side = |ids: &Option<Vec<Lit<RewardId>>>, key: &str| -> Vec<RewardId> {
            let ids: Vec<RewardId> = ids.iter().flatten().map(|Lit(id)| id.clone()).collect();
            for (index, id) in ids.iter().enumerate() {
                self.found.extend(unknown_reward(id, self.frame, &spot.key(key).item(index)));
            }
            ids
        };
        let referrer = side(referrer, "referrer");
        let referred = side(referred, "referred");
        if referrer.is_empty() != referred.is_empty() {
            let missing = if referrer.is_empty() { "referrer" } else { "referred" };
            let warning = spot.warning("r21-one-sided", format!("the {missing} side gets nothing"));
            self.found.push(warning.hint("programmes that thank both sides do better"));
        }
        Some(Reward {
            owner: owner?.0.clone(),
            year: year.as_ref().map(|Lit(Year(year))| *year),
            budget: budget?,
            thank_within_days: thank_within_days.as_ref().map_or(7, |Lit(Whole(days))| *days),
            options,
            referrer,
            referred,
        })
    }

    fn reward_options(
        &mut self,
        wires: &[wire::RewardOption],
        currency: Option<Currency>,
        spot: &Spot<'_>,
        read: &Read<wire::Settings>,
    ) -> Vec<RewardOption> {
        let mut options: Vec<RewardOption> = Vec::new();
        for (index, wire) in wires.iter().enumerate() {
            let spot = spot.key("options").item(index);
            let wire::RewardOption { id, label, cost, kind } = wire;
            let path = [PathStep::from("reward"), "options".into(), index.into()];
            let mut need = Required { spot: &spot, read, path: &path, found: self.found };
            let id = need.take(id.as_ref(), "id", "a short id, like `cinema`");
            let label = need.take(label.as_ref(), "label", "what it is called, a text a language");
            let cost = need.take(cost.as_ref(), "cost", "what it costs, like \"240.00\"; 0 if nothing");
            let kind = need.take(kind.as_ref(), "kind", "monetary or non-monetary");
            let cost = cost.and_then(|amount| self.money(amount, currency, &spot.key("cost")));
            let (Some(Lit(id)), Some(Texts(label)), Some(cost), Some(Lit(kind))) = (id, label, cost, kind) else {
                continue;
            };
            if options.iter().any(|other| other.id == *id) {
                self.found.push(spot.key("id").error("duplicate-id", format!("the id `{id}` is taken")));
            }
            options.push(RewardOption { id: id.clone(), label: label.clone(), cost, kind: *kind });
        }
        options
    }

    fn money(&mut self, amount: &Lit<Amount>, currency: Option<Currency>, spot: &Spot<'_>) -> Option<Money> {
        money(amount, currency, spot, self.found)
    }

    fn cadence(
        &mut self,
        table: Option<&BTreeMap<TierLetter, wire::Cadence>>,
    ) -> BTreeMap<crate::model::contact::Tier, Cadence> {
        let number = |value: &Option<Lit<Whole>>| value.as_ref().map_or(0, |Lit(Whole(number))| *number);
        let mut cadence = BTreeMap::new();
        for (TierLetter(tier), wire) in table.into_iter().flatten() {
            let wire::Cadence { min_touches, max_gap_days, review_every } = wire;
            let max_gap_days = match number(max_gap_days) {
                0 => 365,
                days => days,
            };
            let review_every = review_every.as_ref().map(|Lit(interval)| *interval);
            cadence.insert(*tier, Cadence { min_touches: number(min_touches), max_gap_days, review_every });
        }
        cadence
    }

    fn goals(&mut self, wire: Option<&wire::Goals>) -> Goals {
        let Some(wire::Goals { list_size, referring_share, new_customers, by }) = wire else { return Goals::default() };
        let number = |value: &Option<Lit<Whole>>| value.as_ref().map(|Lit(Whole(number))| *number);
        if by.is_none() && (referring_share.is_some() || new_customers.is_some()) {
            let warning = self.spot.key("goals").warning("r22-goal-without-date", "the goals have no date");
            self.found.push(warning.hint("add `by: 2027-12-31`"));
        }
        if number(referring_share).is_some_and(|share| share > 100) {
            let spot = self.spot.key("goals").key("referring_share");
            self.found.push(spot.error("bad-value", "a share is at most 100 percent"));
        }
        Goals {
            list_size: number(list_size).unwrap_or(Goals::default().list_size),
            referring_share: number(referring_share),
            new_customers: number(new_customers),
            by: by.as_ref().map(|Lit(Day(day))| *day),
        }
    }

    fn baseline(&mut self, wire: &wire::Baseline) -> Baseline {
        let wire::Baseline { referring_share, customer_value, acquisition_cost, currency } = wire;
        let spot = self.spot.key("baseline");
        let currency = currency.as_ref().map(|Lit(currency)| *currency).or(self.frame.currency);
        let mut read = |amount: &Option<Lit<Amount>>, key: &str| {
            amount.as_ref().and_then(|amount| money(amount, currency, &spot.key(key), self.found))
        };
        Baseline {
            referring_share: referring_share.as_ref().map(|Lit(Whole(share))| *share),
            customer_value: read(customer_value, "customer_value"),
            acquisition_cost: read(acquisition_cost, "acquisition_cost"),
        }
    }

    fn brand(&mut self, wire: Option<&wire::Brand>) -> Brand {
        let none = wire::Brand::default();
        let wire::Brand {
            logo,
            tagline,
            page,
            card,
            text,
            quiet,
            accent,
            on_accent,
            tint,
            second,
            line,
            dark,
            heading_font,
            body_font,
        } = wire.unwrap_or(&none);
        let no_dark = wire::Palette::default();
        let night = dark.as_ref().unwrap_or(&no_dark);
        let colour = |own: &Option<Lit<Colour>>, default: &str| match own {
            Some(Lit(Colour(colour))) => colour.clone(),
            None => default.into(),
        };
        let font = |own: &Option<Lit<FontStack>>, default: &str| match own {
            Some(Lit(FontStack(fonts))) => fonts.clone(),
            None => default.into(),
        };
        Brand {
            logo: self.picture(logo.as_ref(), &self.spot.key("brand").key("logo")),
            tagline: tagline.as_ref().map(|Texts(text)| text.clone()),
            light: Palette {
                page: colour(page, "#FBF7F0"),
                card: colour(card, "#FFFFFF"),
                text: colour(text, "#2B1D14"),
                quiet: colour(quiet, "#6B5B4F"),
                accent: colour(accent, "#A6480F"),
                on_accent: colour(on_accent, "#FFFFFF"),
                tint: colour(tint, "#FAEEE2"),
                second: colour(second, "#2F5D50"),
                line: colour(line, "#E8DFD3"),
            },
            dark: Palette {
                page: colour(&night.page, "#17110D"),
                card: colour(&night.card, "#221A14"),
                text: colour(&night.text, "#F3EBE0"),
                quiet: colour(&night.quiet, "#B9A898"),
                accent: colour(&night.accent, "#F0A873"),
                on_accent: colour(&night.on_accent, "#17110D"),
                tint: colour(&night.tint, "#33251A"),
                second: colour(&night.second, "#8FC4AE"),
                line: colour(&night.line, "#3B3028"),
            },
            heading_font: font(heading_font, "Georgia, 'Iowan Old Style', serif"),
            body_font: font(body_font, "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"),
        }
    }

    fn dkim(&mut self, wire: &wire::Dkim, read: &Read<wire::Settings>) -> Option<Dkim> {
        let spot = self.spot.key("dkim");
        let wire::Dkim { selector, domain } = wire;
        let path = [PathStep::from("dkim")];
        let mut need = Required { spot: &spot, read, path: &path, found: self.found };
        let selector = need.take(selector.as_ref(), "selector", "the name under which the key is published");
        let domain = need.take(domain.as_ref(), "domain", "the domain that signs");
        let domain = domain.and_then(|Lit(domain)| {
            crate::model::email_address::fold_domain(domain.as_str())
                .map_err(|fault| self.found.push(spot.key("domain").fault("domain", fault)))
                .ok()
        });
        Some(Dkim { selector: selector?.0.clone(), domain: domain?.into() })
    }

    fn smtp(&mut self, wire: Option<&wire::Smtp>) -> Smtp {
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

/// A finding where `id` is no reward option.
pub fn unknown_reward(id: &RewardId, frame: &Frame, spot: &Spot<'_>) -> Option<Diagnostic> {
    if !frame.is_read || frame.rewards.contains(id) {
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
    spot: &Spot<'_>,
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

/// Checks an absolute web address: https, or http (with `only_loopback`, http on this machine only).
fn web_url(url: &str, only_loopback: bool) -> Result<(), Fault> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', ':', '?', '#']).next().unwrap_or_default()).unwrap_or_default();
    if host.is_empty() || url.chars().any(|c| c.is_whitespace() || "<>\"".contains(c)) {
        return Err(Fault::new(format!("`{url}` is not a web address")).hint("like https://www.example.org"));
    }
    let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "[");
    match only_loopback && url.starts_with("http://") && !loopback {
        true => {
            Err(Fault::new(format!("`{url}` is not encrypted")).hint("people's names travel in this form: use https"))
        }
        false => Ok(()),
    }
}
