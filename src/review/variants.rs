//! The variants of a mailing as somebody reviews them: subject, text and HTML with holes named, and who reads them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use store::digest::Digest;

use crate::model::contact::Tier;
use crate::model::language::Language;
use crate::model::mailing::Mailing;
use crate::plan::audience::Audience;
use crate::plan::{Recipient, Route};
use crate::render::compose::Composer;
use crate::render::copies::ShownPicture;
use crate::render::stamp::{Key, MailingRenderer};

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
    /// The first of them, as a position on the list.
    pub first: u32,
    /// The subject.
    pub subject: String,
    /// The preheader; empty where there is none.
    pub preheader: String,
    /// The text part; of a mailing that is rendered for each reader, its source.
    pub text: String,
    /// The HTML part; of a mailing that is rendered for each reader, the source of its layouts.
    pub html: String,
    /// Digests of the pictures it shows.
    pub pictures: BTreeSet<String>,
    /// A digest over all of it.
    pub digest: Digest,
}

impl VariantText {
    fn new(tier: Tier, language: Language, parts: Parts) -> Self {
        let Parts { subject, preheader, text, html, pictures } = parts;
        let mut digest = Digest::builder();
        for part in [&subject, &preheader, &text, &html] {
            digest.add(part);
        }
        pictures.iter().for_each(|picture| digest.add(picture));
        let digest = digest.finish();
        VariantText {
            name: String::new(),
            tier,
            language,
            readers: 0,
            first: 0,
            subject,
            preheader,
            text,
            html,
            pictures,
            digest,
        }
    }
}

impl VariantText {
    /// The subject of a proof: which variant it is, and what it is called for its readers.
    pub fn proof_subject(&self, subject: &str) -> String {
        format!("[{}] {subject}", self.name)
    }
}

struct Parts {
    subject: String,
    preheader: String,
    text: String,
    html: String,
    pictures: BTreeSet<String>,
}

/// Every variant of a mailing that somebody reads by mail, in the order of tier and language.
pub fn variants<'p>(composer: &'p Composer<'p>, audience: &Audience<'p>) -> Vec<VariantText> {
    let renderer = MailingRenderer::new(composer, audience.mailing);
    let by_mail = |recipient: &&Recipient<'_>| matches!(recipient.route(), Route::Email(_));
    let readers: Vec<&Recipient<'p>> = audience.recipients.iter().filter(by_mail).collect();
    let keys: Vec<Option<Key<'p>>> =
        readers.par_iter().map(|recipient| renderer.key(recipient, &renderer.reader(recipient))).collect();
    let mut groups: HashMap<(Tier, Language, Option<Key<'p>>), (&Recipient<'p>, usize)> = HashMap::new();
    for (recipient, key) in readers.into_iter().zip(keys) {
        let group = groups.entry((recipient.tier(), recipient.contact().language, key)).or_insert((recipient, 0));
        group.1 += 1;
    }
    let groups: Vec<_> = groups.into_iter().collect();
    let made = groups.par_iter().map(|((tier, language, key), (recipient, count))| {
        let stamped = key.as_ref().and_then(|key| stamped(composer, &renderer, key, recipient));
        let parts = stamped.unwrap_or_else(|| sources(composer, audience.mailing, *language, *tier));
        let mut variant = VariantText::new(*tier, *language, parts);
        variant.readers = *count;
        variant.first = composer.programme().by_id[&recipient.contact().id];
        variant
    });
    named(merged(made.collect()))
}

/// The variant of a key with its holes named.
fn stamped<'p>(
    composer: &'p Composer<'p>,
    renderer: &MailingRenderer<'p>,
    key: &Key<'p>,
    recipient: &Recipient<'p>,
) -> Option<Parts> {
    let variant = renderer.variant(key, recipient)?;
    let name = |number: usize| format!("‹{}›", composer.hole_name(number));
    let digest =
        |shown: &ShownPicture| composer.programme().assets.get(&shown.path).map(|asset| asset.digest.to_string());
    Some(Parts {
        subject: variant.subject.fill(&name),
        preheader: variant
            .composed
            .preheader
            .as_deref()
            .map(|text| composer.with_named_holes(text))
            .unwrap_or_default(),
        text: variant.text.fill(&name),
        html: variant.html.fill(&name),
        pictures: variant.composed.pictures.iter().filter_map(digest).collect(),
    })
}

/// What a mailing that cannot be stamped is made of, for one tier and language: its text and layouts as they were written.
fn sources(composer: &Composer<'_>, mailing: &Mailing, language: Language, tier: Tier) -> Parts {
    let programme = composer.programme();
    let chain = programme.settings.languages.chain(language);
    let content = programme.content(mailing).pick(&chain, Some(tier)).map(|(_, content)| content);
    let standing = programme.keep_in_mind.pick(&chain, None).map(|(_, content)| content.markdown()).unwrap_or_default();
    let layouts =
        programme.templates.iter().filter(|(name, _)| name.starts_with("email/") || name.starts_with("style/"));
    let layouts: Vec<&str> = layouts.map(|(_, file)| file.text()).collect();
    let strings = format!("{:?}", programme.strings.get(&language));
    let front = |of: fn(&crate::model::content::Front) -> Option<&str>| content.and_then(|content| of(&content.front));
    Parts {
        subject: front(|front| front.subject.as_deref()).unwrap_or_default().to_owned(),
        preheader: front(|front| front.preheader.as_deref()).unwrap_or_default().to_owned(),
        text: format!("{}\n\n{standing}", content.map_or("", |content| content.markdown())),
        html: format!("{}\n{strings}", layouts.join("\n")),
        pictures: BTreeSet::new(),
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
                same.first = same.first.min(variant.first);
            }
            None => {
                known.insert(key, variant);
            }
        }
    }
    known.into_values().collect()
}

/// Gives each its name: those of the same tier and language in the order of their texts.
fn named(mut variants: Vec<VariantText>) -> Vec<VariantText> {
    let place = |variant: &VariantText| (std::cmp::Reverse(variant.tier), variant.language.tag().to_owned());
    variants.sort_by(|one, two| {
        let texts = || (&one.subject, &one.text, &one.html).cmp(&(&two.subject, &two.text, &two.html));
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
        variant.name = if counts[&key] > 1 { format!("{stem} {}", letters(*number)) } else { stem };
        *number += 1;
    }
    variants
}

/// `a`, `b`, … `z`, `aa`, …
fn letters(number: usize) -> String {
    let own = char::from(b'a' + u8::try_from(number % 26).unwrap_or(0));
    if number < 26 { own.to_string() } else { format!("{}{own}", letters(number / 26 - 1)) }
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
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 27, 52].map(letters), ["a", "z", "aa", "ab", "ba"]);
    }
}
