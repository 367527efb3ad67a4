//! A small programme for tests, built contact by contact and mailing by mailing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::channel::Channel;
use crate::model::contact::*;
use crate::model::content::{Content, ContentFile, Front};
use crate::model::expression::Expression;
use crate::model::language::{Country, Language, Languages};
use crate::model::ledger::{Lead, Referral, Side, Sides, Stage, Touch, WallEntry, WallKey};
use crate::model::mailing::*;
use crate::model::programme::*;
use crate::model::settings::*;
use crate::model::touch::{Purpose, TouchKind};
use source::SourceFile;

pub(crate) struct Fixture {
    programme: Programme,
}

const YEAR: i16 = 2027;
const NOWHERE: Origin = Origin { file: 0, item: 0 };

/// A narrowing that takes nobody out.
pub(crate) fn everybody(_: &Expression, _: &Contact) -> bool {
    true
}

/// A basis of some kind, with its proof.
pub(crate) fn basis(kind: BasisKind) -> Box<Basis> {
    Box::new(Basis {
        kind,
        evidence: Some(parse("agreement 2020-01")),
        on: Some(jiff::civil::date(2020, 1, 2)),
        until: None,
    })
}

/// Gives a contact a complete address in their own country.
pub(crate) fn postal_address(contact: &mut Contact) {
    let address = contact.address.get_or_insert_default();
    address.street = Some(parse("Vasagatan 9"));
    address.postcode = Some(parse("111 20"));
    address.city = Some(parse("Stockholm"));
}

/// Moves a contact to a country, without a complete address.
pub(crate) fn in_country(contact: &mut Contact, code: &str) {
    contact.address.get_or_insert_default().country = Some(parse(code));
}

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("the fixture is well written")
}

impl Fixture {
    /// A Swedish firm with one person on the team, nobody on the list and nothing planned.
    pub(crate) fn new() -> Self {
        let programme = Programme {
            settings: settings(),
            contacts: People::default(),
            wall: Vec::new(),
            forgotten: Vec::new(),
            plans: BTreeMap::from([(YEAR, Plan { year: YEAR, mailings: Vec::new(), touches: Vec::new() })]),
            referrals: Vec::new(),
            touches: Vec::new(),
            meetings: Vec::new(),
            services: Vec::new(),
            values: Vec::new(),
            questions: Vec::new(),
            contents: BTreeMap::new(),
            pages: BTreeMap::new(),
            keep_in_mind: Content::default(),
            strings: BTreeMap::new(),
            templates: BTreeMap::new(),
            assets: BTreeMap::new(),
            journals: BTreeMap::new(),
            files: Vec::new(),
            by_id: Default::default(),
        };
        Fixture { programme }
    }

    pub(crate) fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.programme.settings);
        self
    }

    /// A page of the site in Swedish, without a word on it.
    pub(crate) fn page(mut self, name: &str, front: Front) -> Self {
        let file = SourceFile::new(format!("content/pages/{name}.sv.md"), "");
        let page = self.programme.pages.entry(name.to_owned()).or_default();
        page.variants.insert((Language::Sv, None), ContentFile { file, body_at: 0, front });
        self
    }

    /// Changes the programme after the fact.
    pub(crate) fn change(mut self, change: impl FnOnce(&mut Programme)) -> Self {
        change(&mut self.programme);
        self
    }

    /// A Swedish customer with an e-mail address, no postal address.
    pub(crate) fn contact(mut self, id: &str, tier: &str, change: impl FnOnce(&mut Contact)) -> Self {
        let index = self.programme.contacts.len() as u32;
        let mut contact = Contact {
            id: parse(id),
            name: parse(id),
            standing: parse(tier),
            tier_reason: Some(parse("they asked twice")),
            owner: parse("sara"),
            language: Language::Sv,
            kind: Kind::Customer,
            nature: Nature::Legal,
            company: None,
            role: None,
            email: Some(parse(&format!("{id}@customer.example"))),
            phone: None,
            address: None,
            basis: Some(basis(BasisKind::Customer)),
            details: Box::default(),
            origin: Origin { file: 0, item: index },
        };
        change(&mut contact);
        std::sync::Arc::make_mut(&mut self.programme.by_id).insert(contact.id.clone(), index);
        self.programme.contacts.push(contact);
        self
    }

    /// A newsletter of 2027 to everybody by e-mail.
    pub(crate) fn mailing(mut self, id: &str, when: &str, change: impl FnOnce(&mut Mailing)) -> Self {
        let plan = self.programme.plans.get_mut(&YEAR).expect("the fixture has this plan");
        let mut mailing = Mailing {
            id: parse(id),
            kind: MailingKind::Newsletter,
            content: "newsletters/january".into(),
            when: parse(when),
            year: YEAR,
            shift: None,
            to: Tier::C,
            narrowing: None,
            channel: Channel::Email,
            signed_by: Signer::Owner,
            public: false,
            gift: None,
            post_by: LeadTime::default(),
            side: Side::Referrer,
            was: Box::default(),
            again: false,
            origin: Origin { file: 0, item: plan.mailings.len() as u32 },
        };
        change(&mut mailing);
        plan.mailings.push(mailing);
        self
    }

    pub(crate) fn touch(mut self, to: Tier, rhythm: Rhythm) -> Self {
        let plan = self.programme.plans.get_mut(&YEAR).expect("the fixture has this plan");
        let id = parse(&format!("touch-{}", plan.touches.len()));
        let (kind, by) = (TouchKind::Call, Signer::Owner);
        plan.touches.push(PlannedTouch {
            purpose: Purpose::Care,
            id,
            kind,
            to,
            narrowing: None,
            rhythm,
            by,
            origin: NOWHERE,
        });
        self
    }

    pub(crate) fn referral(mut self, referrer: &str, contact: Option<&str>, received: Date, stage: Stage) -> Self {
        let lead = Lead {
            name: parse("A lead"),
            company: None,
            email: None,
            phone: None,
            country: None,
            contact: contact.map(parse),
            consent: None,
            message: None,
        };
        self.programme.referrals.push(Referral {
            id: parse(&format!("r-{}", self.programme.referrals.len())),
            referrer: parse(referrer),
            lead,
            received,
            via: None,
            lost_because: None,
            stage,
            reached: Vec::new(),
            first_purchase: None,
            next: Sides { referrer: None, referred: None },
            thanked: Sides { referrer: None, referred: None },
            reward: Sides { referrer: None, referred: None },
            origin: NOWHERE,
        });
        self
    }

    /// A call that the contact made.
    pub(crate) fn inbound(self, contact: &str, on: Date) -> Self {
        self.logged(contact, on, |touch| touch.inbound = true)
    }

    /// A call that was made, or what `change` makes of it.
    pub(crate) fn logged(mut self, contact: &str, on: Date, change: impl FnOnce(&mut Touch)) -> Self {
        let mut touch = Touch {
            contact: parse(contact),
            on,
            kind: TouchKind::Call,
            by: None,
            purpose: Purpose::Care,
            note: None,
            next: None,
            recommendation: None,
            inbound: false,
            origin: NOWHERE,
        };
        change(&mut touch);
        self.programme.touches.push(touch);
        self
    }

    pub(crate) fn wall_company(self, name: &str) -> Self {
        self.wall(WallKey::Company(parse(name)))
    }

    pub(crate) fn wall_domain(self, domain: &str) -> Self {
        self.wall(WallKey::Domain(domain.into()))
    }

    pub(crate) fn wall_email(self, email: &str) -> Self {
        self.wall(WallKey::Email(parse(email)))
    }

    fn wall(mut self, key: WallKey) -> Self {
        self.programme.wall.push(WallEntry { key, why: parse("they asked"), since: None, origin: NOWHERE });
        self
    }

    pub(crate) fn build(self) -> Programme {
        self.programme
    }
}

fn settings() -> Settings {
    let palette = || Palette {
        page: "".into(),
        card: "".into(),
        text: "".into(),
        quiet: "".into(),
        accent: "".into(),
        on_accent: "".into(),
        tint: "".into(),
        second: "".into(),
        line: "".into(),
    };
    Settings {
        name: parse("Lindholm & Saar"),
        base_url: "https://www.lindholm-saar.example".into(),
        languages: Languages { all: vec![Language::Sv, Language::Nb], fallback: BTreeMap::new() },
        timezone: TimeZone::UTC,
        country: Country::SE,
        sender: Sender {
            name: parse("Lindholm & Saar"),
            email: parse("hej@lindholm-saar.example"),
            reply_to: None,
            postal_address: PostalAddress::default(),
            registered: Registered::default(),
        },
        brand: Brand {
            logo: None,
            logo_dark: None,
            tagline: None,
            light: palette(),
            dark: palette(),
            heading_font: "serif".into(),
            body_font: "sans-serif".into(),
        },
        team: vec![Member {
            id: parse("sara"),
            name: parse("Sara Nyström"),
            role: None,
            email: parse("sara@lindholm-saar.example"),
            phone: None,
            photo: None,
            signature: None,
            ceo: true,
            roles: Vec::new(),
            languages: Vec::new(),
            support: false,
            briefed: None,
        }],
        unsubscribe: Unsubscribe { url: None, mailto: parse("avregistrera@lindholm-saar.example") },
        refer: Refer { form_action: None, mailto: None, ideal_client: None, reward: None, share_text: None },
        reward: None,
        cadence: BTreeMap::new(),
        goals: Goals::default(),
        baseline: Baseline::default(),
        begins: None,
        steps: BTreeMap::new(),
        dkim: None,
        smtp: Smtp::default(),
        post: crate::model::post::Post::default(),
        approval: BTreeMap::new(),
        proofs: Vec::new(),
        severity: BTreeMap::new(),
        law: Default::default(),
    }
}
