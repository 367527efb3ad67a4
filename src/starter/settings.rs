//! `bevara.yaml` and the first files below `contacts/`, as the answers make them.

use super::places::{amount, currency_of, timezone_of};
use super::{Firm, Wording};
use crate::model::language::Language;
use crate::model::law::details_demanded;
use crate::reference::schema::modeline;
use yaml::edit::scalar;

/// The domain of the firm's site: that of the address, unless many people share it.
fn domain(firm: &Firm) -> String {
    const SHARED: [&str; 14] = [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "telia.com",
    ];
    let own = firm.email.domain();
    match SHARED.contains(&own) {
        true => format!("{}.example", super::slug(firm.name.as_str()).unwrap_or_else(|| "firm".to_owned())),
        false => own.to_owned(),
    }
}

/// The settings.
pub fn settings(firm: &Firm, words: &Wording) -> String {
    let Firm { language, country, today, .. } = firm;
    let (name, email) = (scalar(firm.name.as_str()), firm.email.to_string());
    let word = |key: &str| scalar(&words.get(key));
    let currency = currency_of(*country);
    let until = firm.until();
    format!(
        r#"{modeline}# The programme of {plain}: who we are, who does what, what we give in return and what we aim for.
# `[[…]]` marks what is still to be filled in; `bevara check` names each with its line.
format: 1
name: {name}
base_url: https://www.{domain}            # where the site will stand

languages: [{language}]                   # the first is the default; add one, and check says which texts it needs
timezone: {timezone}
country: {country}
begins: {today}                   # our first day: nothing that lay before it is late, due or missed

sender:
  name: {name}
  email: {email}
  postal_address: {{street: {street}, postcode: {postcode}, city: {city}, country: {country}}}
{registered}
# Everybody who signs, owns contacts or owes a next step. `briefed` is the day they heard how the programme works.
team:
  - id: {id}
    name: {person}
    role: {role}
    email: {email}
    phone: {phone}
    ceo: true
    briefed: {today}

# Every mailing offers this way out. Add `url: https://…` for one-click unsubscribing as well.
unsubscribe: {{mailto: {email}}}

# The public refer-us page. `{{url}}` in share_text is where the page's own address goes.
refer:
  mailto: {email}
  ideal_client: {ideal_client}
  reward: {refer_reward}
  share_text: {share_text}

# What both sides get. Costs are ours, not the shop price; every reward is booked in the year of that side's thanks.
reward:
  owner: {id}
  years: {{{year}: {{budget: "{budget}"}}, {next_year}: {{budget: "{budget}"}}}}
  currency: {currency}
  thank_within_days: 7
  options:
    - {{id: time, label: {reward_time}, cost: "0.00", kind: non-monetary}}
    - {{id: gift, label: {reward_gift}, cost: "{cost}", kind: non-monetary}}
    - {{id: charity, label: {reward_charity}, cost: "{cost}", kind: monetary}}
  referrer: [gift, charity]                # the one who names us chooses one
  referred: [time]                         # the one who was named

# The least that each tier hears from us in a year, the longest silence, and how often we go through the account.
cadence:
  A: {{min_touches: 10, max_gap_days: 60, review_every: 6 months}}
  B: {{min_touches: 8, max_gap_days: 75, review_every: 12 months}}
  C: {{min_touches: 6, max_gap_days: 90, review_every: 12 months}}

goals: {{list_size: 250, referring_share: 15, by: {until}}}
"#,
        modeline = modeline("settings", "bevara.yaml"),
        plain = firm.name.as_str(),
        domain = domain(firm),
        timezone = timezone_of(*country),
        street = word("street"),
        postcode = word("postcode"),
        city = word("city"),
        registered = registered(firm, words),
        id = firm.person_id(),
        person = scalar(firm.person.as_str()),
        role = word("role"),
        phone = word("phone"),
        ideal_client = word("ideal_client"),
        refer_reward = word("refer_reward"),
        share_text = word("share_text"),
        year = firm.from.year(),
        next_year = firm.from.year() + 1,
        budget = amount(*country, 1000),
        cost = amount(*country, 25),
        reward_time = word("reward_time"),
        reward_gift = word("reward_gift"),
        reward_charity = word("reward_charity"),
    )
}

/// What the register says of the firm, where its country wants to read it.
fn registered(firm: &Firm, words: &Wording) -> String {
    let Some(demand) = details_demanded(firm.country) else { return String::new() };
    let number = match firm.language {
        Language::Da => "[[CVR-nummer]]",
        Language::De => "[[Handelsregisternummer]]",
        Language::En => "[[registration number]]",
        Language::Et => "[[registrikood]]",
        Language::Fi => "[[Y-tunnus]]",
        Language::Nb => "[[organisasjonsnummer]]",
        Language::Sv => "[[organisationsnummer]]",
    };
    let value = |key: &&str| match *key {
        "name" => format!("name: {}", scalar(firm.name.as_str())),
        "number" => format!("number: \"{number}\""),
        "seat" => format!("seat: {}", scalar(&words.get("city"))),
        "vat" => "vat: \"[[USt-IdNr.]]\"".to_owned(),
        key => format!("{key}: [{}]", scalar(firm.person.as_str())),
    };
    let values: Vec<String> = demand.keys.iter().map(value).collect();
    format!("  registered: {{{}}}        # as the register has it; it stands in every mailing\n", values.join(", "))
}

/// The list, with the one contact whom a first mailing may safely reach: you.
pub fn first_contact(firm: &Firm, words: &Wording) -> String {
    let id = firm.person_id();
    let mut names = firm.person.as_str().splitn(2, ' ').map(|part| scalar(part.trim()));
    let given = names.next().unwrap_or_default();
    let name = match names.next() {
        Some(family) => format!("{{given: {given}, family: {family}}}"),
        None => format!("{{given: {given}}}"),
    };
    format!(
        r#"{modeline}# Everybody we know: one block a person. `bevara new contact "Anna Lind"` adds one, `bevara import FILE` a whole list.
# tier: A sends many leads, B a few, C is worth keeping in touch with, D is left alone.
# basis: why we may write to them: customer, consent or legitimate_interest, with the evidence and its day.

# You, to see what your readers will see. Take yourself out when the list is there.
- id: {id}
  name: {name}
  company: {company}
  email: {email}
  tier: C
  tier_reason: {reason}
  owner: {id}
  kind: other
  recipient: legal
  basis: {{kind: consent, evidence: my own address, on: {today}}}
  source: bevara init
  collected_on: {today}
"#,
        modeline = modeline("contacts", "contacts/people.yaml"),
        company = scalar(firm.name.as_str()),
        email = firm.email,
        reason = scalar(&words.get("tier_reason")),
        today = firm.today,
    )
}

/// The wall, with nobody on it yet.
pub fn wall() -> String {
    format!(
        r#"{modeline}# The wall: whoever matches a line gets nothing on any channel, whatever their tier says. One of company, domain or email
# a line, with the reason, and the day where it is known:
#
# - company: Example Ltd
#   why: Asked in writing to be left alone.
#   since: 2027-01-20
"#,
        modeline = modeline("do-not-contact", "contacts/do-not-contact.yaml")
    )
}
