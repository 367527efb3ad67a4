//! The variants of a mailing as somebody reviews them: subject, text and HTML with holes named, and who reads them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use rayon::prelude::*;
use store::digest::Digest;

use crate::model::contact::Tier;
use crate::model::content::Front;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::model::settings::Member;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::products::mail;
use crate::render::compose::Composer;
use crate::render::copies::ShownPicture;
use crate::render::links;
use crate::render::stamp::{Key, LetterRenderer, MailingRenderer};

/// What everybody of one variant reads.
#[derive(Debug, Clone)]
pub struct VariantText {
    /// `A/sv`; where more than one has tier and language, with a letter: `A/sv b`.
    pub name: String,
    /// The tier of its readers.
    pub tier: Tier,
    /// The language of its readers.
    pub language: Language,
    /// How many read it.
    pub readers: usize,
    /// Who, as positions on the list of contacts.
    pub members: Vec<u32>,
    /// The subject.
    pub subject: String,
    /// The preheader; empty where there is none.
    pub preheader: String,
    /// The text part; of a mailing that is rendered for each reader, its source.
    pub text: String,
    /// The HTML part; of a mailing that is rendered for each reader, all that it is made of.
    pub html: String,
    /// It is rendered for each reader: `text` and `html` are what it is made of.
    pub is_source: bool,
    /// Who sends it, where answers and opt-outs go, which list it is of.
    pub head: String,
    /// The pictures it shows: name and digest.
    pub pictures: BTreeSet<String>,
    /// The files that go with it: name and digest.
    pub attachments: BTreeSet<String>,
    /// The pictures it shows.
    pub shown: BTreeSet<ShownPicture>,
    /// A digest over all that a reader gets.
    pub digest: Digest,
}

/// What a variant is made of, apart from who reads it.
struct Parts {
    subject: String,
    preheader: String,
    text: String,
    html: String,
    is_source: bool,
    head: String,
    attachments: BTreeSet<String>,
    shown: BTreeSet<ShownPicture>,
}

impl VariantText {
    /// The first of its readers, as a position on the list of contacts.
    pub fn first(&self) -> u32 {
        self.members.iter().copied().min().expect("a variant is what somebody reads")
    }

    /// The subject of a proof: which variant it is, and what it is called for its readers.
    pub fn proof_subject(&self, subject: &str) -> String {
        format!("[{}] {subject}", self.name)
    }

    fn new(composer: &Composer<'_>, tier: Tier, language: Language, parts: Parts, members: Vec<u32>) -> Self {
        let Parts { subject, preheader, text, html, is_source, head, attachments, shown } = parts;
        let pictures: BTreeSet<String> = named_assets(composer, &shown);
        let mut digest = Digest::builder();
        for part in [&subject, &preheader, &text, &html, &head] {
            digest.add(part);
        }
        for files in [&pictures, &attachments] {
            digest.add(&files.len().to_string());
            files.iter().for_each(|file| digest.add(file));
        }
        let (name, readers, digest) = (String::new(), members.len(), digest.finish());
        VariantText {
            name,
            tier,
            language,
            readers,
            members,
            subject,
            preheader,
            text,
            html,
            is_source,
            head,
            pictures,
            attachments,
            shown,
            digest,
        }
    }
}

/// Name and digest of each picture.
fn named_assets(composer: &Composer<'_>, shown: &BTreeSet<ShownPicture>) -> BTreeSet<String> {
    let named = |ShownPicture { path, .. }: &ShownPicture| {
        let asset = composer.programme().assets.get(path)?;
        Some(format!("{} {}", path.rsplit('/').next().unwrap_or(path), asset.digest))
    };
    shown.iter().filter_map(named).collect()
}

/// Every variant of a mailing that somebody reads by mail, in the order of tier and language.
pub fn variants<'p>(composer: &'p Composer<'p>, audience: &Audience<'p>) -> Vec<VariantText> {
    let renderer = MailingRenderer::new(composer, audience.mailing);
    let by_mail = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Email(_));
    let readers: Vec<&Recipient<'p>> = audience.recipients.iter().filter(by_mail).collect();
    let key = |recipient: &&Recipient<'p>| {
        let key = renderer.key(recipient, &renderer.reader(recipient));
        // What is rendered for each reader differs at least by who signs.
        let owner = key.is_none().then_some(&recipient.contact().owner);
        (recipient.tier(), recipient.contact().language, key, owner)
    };
    let groups = grouped(composer, &readers, key);
    let made = groups.par_iter().map(|((tier, language, key, _), (recipient, members))| {
        let stamped = key.as_ref().and_then(|key| stamped(composer, &renderer, key, recipient));
        let parts = stamped.unwrap_or_else(|| sources(composer, &renderer, audience.mailing, recipient));
        VariantText::new(composer, *tier, *language, parts, members.clone())
    });
    named(merged(made.collect()))
}

/// The readers that have a key in common: one of them, and all by their positions on the list.
fn grouped<'r, 'p, K: Eq + Hash + Send>(
    composer: &Composer<'p>,
    readers: &[&'r Recipient<'p>],
    key: impl Fn(&&'r Recipient<'p>) -> K + Sync + Send,
) -> Vec<(K, (&'r Recipient<'p>, Vec<u32>))> {
    let keys: Vec<K> = readers.par_iter().map(key).collect();
    let mut groups: HashMap<K, (&'r Recipient<'p>, Vec<u32>)> = HashMap::new();
    for (recipient, key) in readers.iter().zip(keys) {
        let position = composer.programme().by_id.get(&recipient.contact().id).copied();
        groups.entry(key).or_insert((recipient, Vec::new())).1.extend(position);
    }
    groups.into_iter().collect()
}

/// What a hole is called: what the author wrote for it. Links stand as they are, without the part that is a reader's own.
fn hole_name(composer: &Composer<'_>, mailing: &Mailing, language: Language, number: usize) -> String {
    let settings = &composer.programme().settings;
    match composer.hole_name(number) {
        "links.refer" => links::refer(settings, language, Some("CODE")),
        "links.unsubscribe" => links::unsubscribe(settings, "TOKEN").into_iter().next().unwrap_or_default(),
        "links.browser" if mailing.public => links::archive(settings, language, mailing),
        name => format!("‹{name}›"),
    }
}

/// The variant of a key with its holes named.
fn stamped<'p>(
    composer: &'p Composer<'p>,
    renderer: &MailingRenderer<'p>,
    key: &Key<'p>,
    recipient: &Recipient<'p>,
) -> Option<Parts> {
    let mailing = renderer.mailing();
    let variant = renderer.variant(key, recipient)?;
    let composed = &variant.composed;
    let name = |number: usize| hole_name(composer, mailing, composed.language, number).into();
    Some(Parts {
        subject: variant.subject.fill(&name),
        preheader: composed.preheader.as_deref().map(|text| composer.with_named_holes(text)).unwrap_or_default(),
        text: variant.text.fill(&name),
        html: variant.html.fill(&name),
        is_source: false,
        head: head(composer, mailing, composed.signer),
        attachments: attached(composer, mailing, composed.language, recipient.tier()),
        shown: composed.pictures.clone(),
    })
}

/// The fields before the text of a message, a line each.
fn head(composer: &Composer<'_>, mailing: &Mailing, signer: &Member) -> String {
    let settings = &composer.programme().settings;
    let head = mail::head(settings, mailing, signer);
    let mut lines = format!("From: {} <{}>\n", head.from.phrase, head.from.address);
    if let Some(to) = &head.reply_to {
        lines.push_str(&format!("Reply-To: {} <{}>\n", to.phrase, to.address));
    }
    lines.push_str(&format!("List-Id: {} <{}>\n", head.list_id.description, head.list_id.id));
    lines.push_str(&format!("List-Unsubscribe: {}\n", links::unsubscribe(settings, "TOKEN").join(", ")));
    lines
}

fn attached(composer: &Composer<'_>, mailing: &Mailing, language: Language, tier: Tier) -> BTreeSet<String> {
    let files = mail::attachments(composer.programme(), mailing, language, tier);
    files.iter().map(|file| format!("{} {}", file.filename, Digest::of(&file.bytes))).collect()
}

/// What a mailing that cannot be stamped is made of, for readers like `recipient`: text and layouts as they were written, and
/// everything else that their templates see and that is not one reader's own.
fn sources<'p>(
    composer: &'p Composer<'p>,
    renderer: &MailingRenderer<'p>,
    mailing: &'p Mailing,
    recipient: &Recipient<'p>,
) -> Parts {
    let programme = composer.programme();
    let (tier, language) = (recipient.tier(), recipient.contact().language);
    let chain = programme.settings.languages.chain(language);
    let content = programme.content(mailing).pick(&chain, Some(tier)).map(|(_, content)| content);
    let standing = programme.keep_in_mind.pick(&chain, None).map(|(_, content)| content.markdown()).unwrap_or_default();
    let elsewhere = ["site/", "report/", "letter/"];
    let layouts = programme.templates.iter().filter(|(name, _)| !elsewhere.iter().any(|room| name.starts_with(room)));
    let layouts: String = layouts.map(|(name, file)| format!("{name}\n{}\n", file.text())).collect();
    let front = |of: fn(&Front) -> Option<&str>| content.and_then(|content| of(&content.front));
    // Pictures, language and signer are those of one reader; who reads another is in another group.
    let composed = renderer.full(recipient).ok();
    let language = composed.as_ref().map_or(language, |composed| composed.language);
    Parts {
        subject: front(|front| front.subject.as_deref()).unwrap_or_default().to_owned(),
        preheader: front(|front| front.preheader.as_deref()).unwrap_or_default().to_owned(),
        text: format!("{}\n\n{standing}", content.map_or("", |content| content.markdown())),
        html: format!(
            "{}\n{layouts}{}",
            content.map_or("", |content| content.file.text()),
            composer.seen_by_all(mailing, recipient)
        ),
        is_source: true,
        head: composed.as_ref().map(|composed| head(composer, mailing, composed.signer)).unwrap_or_default(),
        attachments: attached(composer, mailing, language, tier),
        shown: composed.map(|composed| composed.pictures).unwrap_or_default(),
    }
}

/// Groups that read the very same are one variant.
fn merged(variants: Vec<VariantText>) -> Vec<VariantText> {
    let mut known: BTreeMap<(Tier, Language, String), VariantText> = BTreeMap::new();
    for variant in variants {
        let key = (variant.tier, variant.language, variant.digest.to_string());
        match known.get_mut(&key) {
            Some(same) => {
                same.readers += variant.readers;
                same.members.extend(variant.members);
            }
            None => {
                known.insert(key, variant);
            }
        }
    }
    known.into_values().collect()
}

/// Everybody who gets a mailing on paper: which letter, as a digest with the holes named, and who, as positions on the list.
pub fn letters<'p>(composer: &'p Composer<'p>, audience: &Audience<'p>) -> Vec<(Digest, Vec<u32>)> {
    let renderer = LetterRenderer::new(composer, audience.mailing);
    let by_post = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Post(_));
    let readers: Vec<&Recipient<'p>> = audience.recipients.iter().filter(by_post).collect();
    let key = |recipient: &&Recipient<'p>| match renderer.key(recipient) {
        Some(key) => (Some(key), None),
        None => (None, Some(&recipient.contact().id)),
    };
    let groups = grouped(composer, &readers, key);
    let made = groups.into_par_iter().map(|((key, _), (recipient, members))| {
        let variant = key.as_ref().and_then(|key| renderer.variant(key, recipient));
        let name = |number: usize| hole_name(composer, audience.mailing, recipient.contact().language, number);
        let (html, pictures) = match variant {
            Some(variant) => (variant.named(&name), variant.composed.pictures),
            // In full for each reader: what differs is theirs too.
            None => match renderer.full(recipient) {
                Ok(Some(letter)) => (letter.sealed.html().to_owned(), letter.pictures),
                _ => Default::default(),
            },
        };
        let mut digest = Digest::builder();
        digest.add(&html);
        named_assets(composer, &pictures).iter().for_each(|picture| digest.add(picture));
        (digest.finish(), members)
    });
    made.collect()
}

/// Gives each its name: those of the same tier and language in the order of their texts.
fn named(mut variants: Vec<VariantText>) -> Vec<VariantText> {
    let place = |variant: &VariantText| (std::cmp::Reverse(variant.tier), variant.language.tag().to_owned());
    variants.sort_by(|one, two| {
        let texts =
            || (&one.subject, &one.text, &one.html, &one.head).cmp(&(&two.subject, &two.text, &two.html, &two.head));
        place(one).cmp(&place(two)).then_with(texts)
    });
    let mut counts: BTreeMap<(Tier, Language), usize> = BTreeMap::new();
    for variant in &variants {
        *counts.entry((variant.tier, variant.language)).or_default() += 1;
    }
    let mut numbers: BTreeMap<(Tier, Language), usize> = BTreeMap::new();
    for variant in &mut variants {
        let key = (variant.tier, variant.language);
        let stem = format!("{}/{}", variant.tier.letter(), variant.language);
        let number = numbers.entry(key).or_default();
        variant.name = if counts[&key] > 1 { format!("{stem} {}", suffix(*number)) } else { stem };
        *number += 1;
    }
    variants
}

/// `a`, `b`, … `z`, `aa`, …
fn suffix(number: usize) -> String {
    let own = char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
    if number < 26 { own.to_string() } else { format!("{}{own}", suffix(number / 26 - 1)) }
}

/// A digest over all variants of a mailing, whatever they are called.
pub fn digest_of(variants: &[VariantText]) -> Digest {
    let digests: BTreeSet<String> = variants.iter().map(|variant| variant.digest.to_string()).collect();
    let mut all = Digest::builder();
    digests.iter().for_each(|digest| all.add(digest));
    all.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_go_on_after_z() {
        assert_eq!([0, 25, 26, 27, 52].map(suffix), ["a", "z", "aa", "ab", "ba"]);
    }
}
