//! What the reference says that templates see is what they see.

use std::collections::BTreeSet;

use jiff::civil::date;
use serde::Serialize;
use serde_json::{Map, Value};

use super::variables::{of_contact, parts_of_contact, seen};
use crate::fixture::Fixture;
use crate::model::contact::{Ask, Details, Ended, Nps, Opportunity, PostalAddress, RareDetails};
use crate::model::language::{Country, Language};
use crate::model::mailing::Gift;
use crate::model::money::Money;
use crate::model::project::Project;
use crate::model::settings::Registered;
use crate::model::text::{Line, Localised};
use crate::render::paper::LetterView;
use crate::render::view::page::{
    AlternateView, ArchivedView, AssetView, CardView, FrameView, NavView, PageView, PlacesView, ReferView,
    SharedPicture,
};
use crate::render::view::quotes::QuoteView;
use crate::render::view::settings::{MemberView, ProgrammeView, RewardView, brand};
use crate::render::view::{LinksView, MailingView, OccasionView, contact};

/// What is not looked into: free fields, texts by their own keys, and what is a list of groups.
const WHOLE: [&str; 3] = ["mailing.extra", "contact.extra", "page.extra"];

/// The names of everything in a value, groups apart.
fn names(prefix: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(parts) if !WHOLE.contains(&prefix) => {
            for (name, part) in parts {
                let dot = if prefix.is_empty() { "" } else { "." };
                names(&format!("{prefix}{dot}{name}"), part, found);
            }
        }
        _ => {
            found.insert(prefix.to_owned());
        }
    }
}

fn of(prefix: &str, view: &impl Serialize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    names(prefix, &serde_json::to_value(view).expect("a value"), &mut found);
    found
}

#[track_caller]
fn assert_described(place: &str, real: &BTreeSet<String>) {
    let described: BTreeSet<String> = seen(place).map(|(name, _)| name.to_owned()).collect();
    let missing: Vec<&String> = real.difference(&described).collect();
    let gone: Vec<&String> = described.difference(real).collect();
    assert!(
        missing.is_empty(),
        "add a line for each of these to `{place}` in src/reference/variables.yaml: {missing:#?}"
    );
    assert!(gone.is_empty(), "`{place}` in src/reference/variables.yaml describes what nobody sees: {gone:#?}");
}

fn line() -> Option<Line> {
    Some("word".parse().expect("a line"))
}

#[test]
fn everything_that_mailings_see_is_described_and_nothing_else() {
    let text = || line().map(Localised::Same);
    let programme = Fixture::new().settings(|settings| {
        settings.sender.reply_to = Some(settings.sender.email.clone());
        settings.sender.registered =
            Registered { name: line(), number: line(), seat: line(), vat: line(), directors: Vec::new() };
        settings.sender.postal_address = full_address();
        (settings.brand.logo, settings.brand.tagline) = (Some("logo.png".into()), text());
        settings.brand.logo_dark = Some("logo-dark.png".into());
        settings.refer.reward = text();
        let member = &mut settings.team[0];
        (member.role, member.phone) = (text(), line());
        (member.photo, member.signature) = (Some("a.png".into()), Some("b.png".into()));
    });
    let programme = programme.build();
    let (settings, language) = (&programme.settings, Language::Sv);
    let member = MemberView::new(&settings.team[0], language, &settings.languages);
    let extra = Map::new();
    let gift = Gift {
        item: line().expect("a line"),
        unit_cost: Money { minor: 100, currency: "SEK".parse().expect("a currency") },
        why_ours: "word".parse().expect("prose"),
        budget: None,
    };
    let mailing = MailingView {
        id: "x",
        kind: "gift",
        when: String::new(),
        year: 2027,
        channel: "email",
        public: true,
        subject: Some("x"),
        preheader: Some("x"),
        summary: Some("x"),
        reward_block: true,
        gift: Some((&gift).into()),
        extra: &extra,
    };
    let links = LinksView { refer: String::new(), unsubscribe: Some(String::new()), browser: Some(String::new()) };
    let mut real: BTreeSet<String> = ["language", "date", "tier", "strings", "quotes"].map(str::to_owned).into();
    real.extend(of("programme", &ProgrammeView::new(settings, language)));
    real.extend(of("brand", &brand(settings, language)));
    real.extend(of("reward", &RewardView::new(settings, language)));
    real.extend(of("mailing", &mailing));
    real.extend(of("signer", &member));
    real.extend(of("owner", &member));
    real.extend(of("links", &links));
    real.extend(of("occasion", &OccasionView { name: "easter", date: String::new() }));
    assert_described("mail", &real);
    let letter = LetterView {
        form: "letter",
        address: Vec::new(),
        tight: false,
        sender_line: String::new(),
        opt_out: String::new(),
        place: Some("x"),
        date: String::new(),
        qr: Some(String::new()),
        link: String::new(),
    };
    assert_described("letter", &of("letter", &letter));
}

fn full_address() -> PostalAddress {
    PostalAddress { street: line(), postcode: line(), city: line(), country: Some(Country::SE) }
}

#[test]
fn everything_that_is_known_of_a_contact_is_described_and_nothing_else() {
    let on = Some(date(2027, 1, 2));
    let programme = Fixture::new().contact("anna", "A", |contact| {
        contact.address = Some(Box::new(full_address()));
        contact.name.family = line();
        contact.tier_reason = Some("a friend".parse().expect("prose"));
        (contact.company, contact.role, contact.phone) = (line(), line(), line());
        *contact.details = Details {
            source: line(),
            segment: line(),
            collected_on: on,
            since: on,
            birthday: on,
            size: Some(1),
            network_size: Some(2),
            rare: RareDetails {
                opportunity: Some(Opportunity::High),
                nps: Some(Nps { score: 9, on }),
                inner_circle: line(),
                ask: Ask { wave: Some(1), not_before: on },
                ended: Some(Ended { on: date(2027, 1, 2), why: line() }),
                project: Some(Project {
                    name: line(),
                    from: on,
                    to: on,
                    needs: line(),
                    changed: on,
                    ..Project::default()
                }),
                ..RareDetails::default()
            }
            .into(),
            ..Details::default()
        };
    });
    let programme = programme.build();
    let real = of("contact", &contact::contact(&programme.contacts[0], "code"));
    let has_parts = |name: &str| parts_of_contact(name).next().is_some();
    let whole = of_contact().filter(|(name, _)| !has_parts(name)).map(|(name, _)| format!("contact.{name}"));
    let described: BTreeSet<String> = whole.chain(seen("contact").map(|(name, _)| format!("contact.{name}"))).collect();
    assert_eq!(real, described);
}

#[test]
fn everything_that_pages_see_is_described_and_nothing_else() {
    let extra = Map::new();
    let card = CardView { url: String::new(), alt: String::new(), width: 1, height: 1 };
    let page = PageView {
        title: Some("x"),
        description: Some("x"),
        slug: "x",
        url: "x",
        canonical: Some(String::new()),
        kind: "page",
        date: Some(String::new()),
        card: Some(card),
        extra: Some(&extra),
    };
    let refer = ReferView {
        form_action: Some("x"),
        mailto: Some("x"),
        ideal_client: Some("x"),
        share_text: Some("x"),
        reward_text: Some("x"),
        referrer: Vec::new(),
        referred: Vec::new(),
        url: String::new(),
        qr: Some("x"),
        quote: Some(QuoteView { text: "x", said_by: String::new() }),
        pictures: Vec::new(),
    };
    let shared = SharedPicture { url: String::new(), shape: "wide", alt: String::new(), width: 1, height: 1 };
    let nav = NavView { title: "x", url: "x" };
    let archived = ArchivedView { title: "x", url: "x", date: String::new(), summary: Some("x") };
    let alternate = AlternateView { language: "sv", name: "x", url: "x", absolute: String::new(), current: true };
    // Of a list, the line says which parts its items have.
    let lists = [
        ("nav", of("", &nav)),
        ("archive", of("", &archived)),
        ("alternates", of("", &alternate)),
        ("refer.pictures", of("", &shared)),
    ];
    for (list, item) in lists {
        let (_, meaning) = seen("page").find(|(name, _)| *name == list).expect("it is described");
        let said: BTreeSet<String> = meaning.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(said, item, "{list}");
    }
    let frame = FrameView {
        links: PlacesView { home: String::new(), refer: Some(String::new()) },
        nav: vec![nav],
        archive: vec![archived],
        feed: String::new(),
        csp: "x",
        asset: AssetView { style: "x", script: Some("x"), icon: "x" },
        refer: Some(refer),
    };
    let mut real = of("", &frame);
    real.insert("alternates".to_owned());
    real.extend(of("page", &page));
    assert_described("page", &real);
}
