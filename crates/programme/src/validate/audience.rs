//! What a mailing's readers need: a text in their language, the standing text, a layout (R2, R28).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::Contents;
use super::misnamed::{self, Strays};
use super::node_path::NodePath;
use super::settings::Frame;
use crate::load::Folder;
use crate::model::contact::Tier;
use crate::model::content::ContentFile;
use crate::model::language::{Language, Languages};
use crate::model::mailing::{Mailing, Plan};
use crate::model::programme::People;
use source::SourceFile;
use source::diagnostic::Diagnostic;
use yaml::Document;

/// What is looked at.
pub struct Texts<'a> {
    /// The files they lie in.
    pub folder: &'a Folder,
    /// Languages and fallbacks.
    pub frame: &'a Frame,
    /// Everybody.
    pub contacts: &'a People,
    /// Every plan.
    pub plans: &'a BTreeMap<i16, Plan>,
    /// Every text.
    pub contents: &'a Contents,
    /// The files the plans stand in.
    pub files: &'a [Arc<SourceFile>],
    /// Texts that no plan sends as they are called.
    pub strays: Strays<'a>,
}

/// Finds the languages of an audience that a mailing has no text in, and mailings without a subject.
pub fn texts(texts: &Texts<'_>, found: &mut Vec<Diagnostic>) {
    if texts.frame.languages.is_empty() || texts.frame.is_fallback_torn {
        return;
    }
    let languages = Languages { all: texts.frame.languages.clone(), fallback: texts.frame.fallback.clone() };
    keep_in_mind(texts, &languages, found);
    found.extend(misnamed::pages(texts.folder, &texts.contents.pages, &languages.all));
    let groups = groups(texts.contacts);
    // A text that several mailings send is missing once.
    let mut told = BTreeSet::new();
    for plan in texts.plans.values() {
        for mailing in &plan.mailings {
            missing_texts(mailing, texts, &groups, &languages, &mut told, found);
            missing_subjects(mailing, texts, found);
        }
    }
    found.extend(strays(texts, &languages, &told));
}

/// Strays that take the place of no text that is missed, but of one for which another language stands in.
fn strays(
    texts: &Texts<'_>,
    languages: &Languages,
    told: &BTreeSet<(Box<str>, Language)>,
) -> impl Iterator<Item = Diagnostic> {
    let contents: BTreeSet<&str> =
        texts.plans.values().flat_map(|plan| &plan.mailings).map(|mailing| &*mailing.content).collect();
    let mut found = Vec::new();
    for name in contents {
        let Some(content) = texts.contents.mailings.get(name) else { continue };
        // A tier may have a text of its own in each language.
        let tiers: BTreeSet<Option<Tier>> = content.variants.keys().map(|(_, tier)| *tier).chain([None]).collect();
        let wanted = languages.all.iter().flat_map(|language| tiers.iter().map(|tier| (*language, *tier)));
        for (language, tier) in wanted.filter(|variant| !content.variants.contains_key(variant)) {
            if tier.is_none() && told.contains(&(name.into(), language)) {
                continue;
            }
            let tier = tier.map_or_else(String::new, |tier| format!(".{}", tier.letter()));
            let path = format!("content/{name}{tier}.{language}.md");
            found.extend(texts.strays.near(&path).map(|stray| misnamed::finding(stray, &path)));
        }
    }
    found.into_iter()
}

/// R2: one standing text a language.
fn keep_in_mind(texts: &Texts<'_>, languages: &Languages, found: &mut Vec<Diagnostic>) {
    let standing = &texts.contents.keep_in_mind;
    for &language in languages.all.iter().filter(|language| standing.pick(&[**language], None).is_none()) {
        let mut path = format!("content/keep-in-mind.{language}.md");
        let mut stray = texts.strays.near(&path);
        // The default language may stand in no file's name.
        if stray.is_none() && language == languages.default() {
            let bare = "content/keep-in-mind.md";
            stray = texts.strays.near(bare);
            path = stray.map_or(path, |_| bare.to_owned());
        }
        if standing.pick(&languages.chain(language), None).is_some() {
            found.extend(stray.map(|stray| misnamed::finding(stray, &path)));
            continue;
        }
        let usual = "every mailing ends with it: what we do, how to call, the ask, the promise (R2)";
        let hint = stray.map_or_else(|| usual.to_owned(), |stray| misnamed::hint(stray, &path));
        let message = format!("there is no keep-in-mind text in `{language}`");
        found.push(Diagnostic::error("r02-keep-in-mind", message).in_file(path).hint(hint));
    }
}

/// How many contacts there are of a language and tier, and where in the list the first of them stands.
type Groups = BTreeMap<(Language, Tier), (usize, usize)>;

fn groups(contacts: &People) -> Groups {
    let mut groups = Groups::new();
    for (index, contact) in contacts.iter().enumerate() {
        if let Some(tier) = contact.tier() {
            groups.entry((contact.language, tier)).or_insert((0, index)).0 += 1;
        }
    }
    groups
}

fn missing_texts(
    mailing: &Mailing,
    texts: &Texts<'_>,
    groups: &Groups,
    languages: &Languages,
    told: &mut BTreeSet<(Box<str>, Language)>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(content) = texts.contents.mailings.get(mailing.content.as_ref()) else { return };
    if mailing.narrowing.is_some() {
        return;
    }
    let meant = groups.iter().filter(|((_, tier), _)| *tier >= mailing.to);
    let mut readers: BTreeMap<Language, (usize, usize)> = BTreeMap::new();
    for ((language, _), &(count, first)) in meant.filter(|((language, _), _)| languages.all.contains(language)) {
        let (whole, earliest) = readers.entry(*language).or_insert((0, first));
        *whole += count;
        *earliest = first.min(*earliest);
    }
    for (language, (count, first)) in readers {
        let first = &texts.contacts[first];
        if content.pick(&languages.chain(language), first.tier()).is_none()
            && told.insert((mailing.content.clone(), language))
        {
            let people = if count == 1 { "one person reads".to_owned() } else { format!("{count} people read") };
            let message = format!("`{}` has no text in `{language}`, which {people} (`{}`)", mailing.content, first.id);
            let path = format!("content/{}.{language}.md", mailing.content);
            let stray = texts.strays.near(&path);
            let mut hint = stray.map_or_else(|| format!("write {path}"), |stray| misnamed::hint(stray, &path));
            if stray.is_none() && language != languages.default() {
                let fallback = format!("`fallback: {{{language}: {}}}`", languages.default());
                hint.push_str(&format!(", or declare {fallback} in bevara.yaml"));
            }
            found.push(
                mailing_spot(mailing, texts.files, "content", |spot| spot.error("missing-language", message))
                    .hint(hint),
            );
        }
    }
}

fn missing_subjects(mailing: &Mailing, texts: &Texts<'_>, found: &mut Vec<Diagnostic>) {
    let Some(content) = texts.contents.mailings.get(mailing.content.as_ref()) else { return };
    let lacks = |file: &&ContentFile| file.front.subject.is_none() && !texts.contents.faulty.contains(file.file.path());
    for file in content.variants.values().filter(lacks) {
        let error = Diagnostic::error("missing-key", "`subject` is missing").in_file(file.file.path());
        let error = error.hint("a mailing's front matter has a subject: `subject: …` between two lines of `---`");
        if !found.contains(&error) {
            found.push(error);
        }
    }
}

/// Makes a finding about `key` of a planned mailing.
fn mailing_spot(
    mailing: &Mailing,
    files: &[Arc<SourceFile>],
    key: &str,
    finding: impl FnOnce(&NodePath<'_>) -> Diagnostic,
) -> Diagnostic {
    let document = Document::whole(&files[mailing.origin.file as usize]);
    finding(&NodePath::root(&document).key("mailings").item(mailing.origin.item as usize).key(key))
}
