//! Markdown, strings and templates: which text is there in which language, for which tier.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::node_path::NodePath;
use super::settings::Frame;
use crate::load::kind::{self, Kind};
use crate::load::scalar::{Flag, Lit, Plain, RelativePath, Table, Weight};
use crate::load::word::Slug;
use crate::load::{Folder, layouts, wire};
use crate::model::contact::{Standing, Tier};
use crate::model::content::{Content, ContentFile, Front, asset_hint, asset_named};
use crate::model::language::Language;
use crate::model::text::Prose;
use source::characters::is_reserved;
use source::diagnostic::{Diagnostic, did_you_mean};
use source::{SourceFile, Span};
use yaml::Document;
use yaml::front_matter;

/// All Markdown of a programme.
#[derive(Default)]
pub struct Contents {
    /// Mailing contents by path below `content/`.
    pub mailings: BTreeMap<String, Content>,
    /// Pages by path below `content/pages/`.
    pub pages: BTreeMap<String, Content>,
    /// The standing text.
    pub keep_in_mind: Content,
    /// The files whose front matter could not be read: what they seem to lack is not said.
    pub faulty: BTreeSet<String>,
}

/// Reads every Markdown file below `content/`.
pub fn contents(folder: &Folder, frame: &Frame, found: &mut Vec<Diagnostic>) -> Contents {
    let mut contents = Contents::default();
    for file in folder.of(Kind::Text) {
        let Some((name, tier, language)) = variant(file, frame, found) else { continue };
        let (content_file, own_language, is_sound) = content_file(folder, file, found);
        if !is_sound {
            contents.faulty.insert(file.path().to_owned());
        }
        let content = match name.strip_prefix("pages/") {
            Some(page) => contents.pages.entry(page.to_owned()).or_default(),
            None if name == "keep-in-mind" => &mut contents.keep_in_mind,
            None => contents.mailings.entry(name).or_default(),
        };
        let language = own_language.or(language).or(frame.languages.first().copied()).unwrap_or(Language::En);
        // Where it is not known what a file without a language is in, two may only seem to be the same.
        if let Some(other) = content.variants.insert((language, tier), content_file)
            && !frame.languages.is_empty()
        {
            let message = format!("this text is there twice: {} is the same variant", other.file.path());
            found.push(
                Diagnostic::error("duplicate-content", message).in_file(file.path()).hint("remove one of the two"),
            );
        }
    }
    contents
}

/// What a file name says: `newsletters/january.A.sv.md` is the Swedish text of `newsletters/january` for tier A.
fn variant(
    file: &Arc<SourceFile>,
    frame: &Frame,
    found: &mut Vec<Diagnostic>,
) -> Option<(String, Option<Tier>, Option<Language>)> {
    let path = kind::without_suffix(file.path().strip_prefix("content/")?);
    let (folder, stem) = path.rsplit_once('/').map_or(("", path), |(folder, stem)| (folder, stem));
    let mut parts: Vec<&str> = stem.split('.').collect();
    let mut language = None;
    let mut tier = None;
    if let Some(tag) =
        parts.last().filter(|part| parts.len() > 1 && part.len() == 2 && part.bytes().all(|b| b.is_ascii_lowercase()))
    {
        match tag.parse::<Language>() {
            Ok(known) if frame.languages.is_empty() || frame.languages.contains(&known) => language = Some(known),
            Ok(known) => {
                let message = format!("`{known}` is not a language of this programme");
                found.push(Diagnostic::warning("unused-language", message).in_file(file.path()));
                language = Some(known);
            }
            Err(fault) => {
                found.push(Diagnostic::from_fault("unknown-language", fault).in_file(file.path()));
                return None;
            }
        }
        parts.pop();
    }
    if let Some(letter) = parts.last().filter(|part| parts.len() > 1 && part.len() == 1) {
        match letter.parse::<Standing>() {
            Ok(Standing::Active(known)) => tier = Some(known),
            Ok(Standing::DoNotContact) | Err(_) => {
                let message = format!("`{letter}` in this file's name is no tier");
                found.push(
                    Diagnostic::error("unknown-tier", message).in_file(file.path()).hint("A, B or C; D gets nothing"),
                );
                return None;
            }
        }
        parts.pop();
    }
    let stem = parts.join(".");
    let name = match (folder, stem.as_str()) {
        ("", stem) => stem.to_owned(),
        ("pages", stem) => format!("pages/{stem}"),
        (folder, "index") => folder.to_owned(),
        (folder, stem) => format!("{folder}/{stem}"),
    };
    Some((name, tier, language))
}

/// A content file, the language its front matter names, and whether that could be read.
fn content_file(
    folder: &Folder,
    file: &Arc<SourceFile>,
    found: &mut Vec<Diagnostic>,
) -> (ContentFile, Option<Language>, bool) {
    check_characters(file, found);
    let broken = || (ContentFile { file: Arc::clone(file), body_at: 0, front: Front::default() }, None, false);
    let parts = match front_matter::split(file) {
        Ok(parts) => parts,
        Err(error) => {
            found.push(error);
            return broken();
        }
    };
    let document = Document::part(file, parts.front);
    let Some(read) = document.read::<wire::Front>(found) else { return broken() };
    let is_sound = read.faulty.is_empty();
    let wire::Front {
        subject,
        preheader,
        summary,
        attachments,
        reward_block,
        title,
        description,
        slug,
        language,
        weight,
        html,
        card,
        extra,
    } = read.value;
    let text = |value: Option<Lit<Plain>>| value.map(|Lit(Plain(text))| text);
    let flag = |value: Option<Lit<Flag>>| matches!(value, Some(Lit(Flag(true))));
    let extra = NodePath::root(&document).key("extra").free_fields(extra, found);
    let attachments: Vec<Box<str>> = attachments.into_iter().flatten().map(|Lit(RelativePath(path))| path).collect();
    let beside = file.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    for (index, name) in attachments.iter().enumerate() {
        let path = format!("{beside}/{name}");
        if asset_named(&folder.assets, &path).is_some() {
            continue;
        }
        let spot = NodePath::root(&document).key("attachments").item(index);
        found.push(match folder.texts.contains_key(&path) {
            true => {
                let error =
                    spot.error("text-attachment", format!("{path} is a text of the programme, and is not attached"));
                error.hint("attach a file that is none, such as a PDF or a .txt file")
            }
            false => {
                let error = spot.error("missing-attachment", format!("there is no file {path}"));
                let near = asset_hint(&path, &folder.assets);
                let near = near.map(|hint| hint.replace(&format!("`{beside}/"), "`"));
                error.hint(near.unwrap_or_else(|| "attachments lie beside the Markdown".to_owned()))
            }
        });
    }
    let front = Front {
        subject: text(subject),
        preheader: text(preheader),
        summary: text(summary),
        attachments,
        reward_block: flag(reward_block),
        title: text(title),
        description: text(description),
        slug: slug.map(|Lit(Slug(slug))| slug),
        weight: weight.map_or(0, |Lit(Weight(weight))| weight),
        html: flag(html),
        card: flag(card),
        extra,
    };
    let language = language.map(|Lit(language)| language);
    (ContentFile { file: Arc::clone(file), body_at: parts.body_at, front }, language, is_sound)
}

/// Refuses what a reader cannot see and could be fooled by, with its place.
fn check_characters(file: &Arc<SourceFile>, found: &mut Vec<Diagnostic>) {
    let bad = |&(_, character): &(usize, char)| {
        (character.is_control() && !matches!(character, '\n' | '\r' | '\t')) || is_reserved(character)
    };
    // Where none of these bytes stands, no such character does; most texts are seen through at once.
    let suspect =
        |byte: &u8| !matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t' | 0x80..=0xC1 | 0xC3..=0xE1 | 0xE3..=0xED);
    if !file.text().as_bytes().iter().any(suspect) {
        return;
    }
    if let Some((at, character)) = file.text().char_indices().find(bad) {
        let message = format!("the text holds U+{:04X}, which nobody can see", u32::from(character));
        let span = Span { start: at, end: at + character.len_utf8() };
        found.push(Diagnostic::error("invisible-character", message).at(file, span).hint("remove it"));
    }
}

/// Where the templates' texts are.
pub const STRINGS: &str = "templates/strings/";

/// Reads `templates/strings/<lang>.yaml` over the texts that come with the program; a key that one language lacks is a finding.
pub fn strings(
    folder: &Folder,
    frame: &Frame,
    found: &mut Vec<Diagnostic>,
) -> BTreeMap<Language, BTreeMap<String, String>> {
    let mut strings: BTreeMap<Language, BTreeMap<String, String>> = BTreeMap::new();
    for &language in &frame.languages {
        if let Some(file) = layouts::strings(language) {
            strings.insert(language, string_table(file, found));
        }
    }
    for file in folder.of(Kind::Strings) {
        let stem = kind::without_suffix(file.path().trim_start_matches(STRINGS));
        match stem.parse::<Language>() {
            // A copy of the texts that come with the program has been read.
            Ok(language) if strings.contains_key(&language) && is_copy(file, language) => {}
            Ok(language) => strings.entry(language).or_default().extend(string_table(file, found)),
            Err(fault) => found.push(Diagnostic::from_fault("unknown-language", fault).in_file(file.path())),
        }
    }
    missing_strings(&strings, frame, found);
    strings
}

fn is_copy(file: &SourceFile, language: Language) -> bool {
    layouts::strings(language).is_some_and(|ours| ours.text() == file.text())
}

fn string_table(file: &Arc<SourceFile>, found: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let read = Document::whole(file).read::<Table<StringKey, Lit<Prose>>>(found);
    let table = read.map(|read| read.value.0).unwrap_or_default();
    table.into_iter().map(|(StringKey(key), Lit(text))| (key, text.as_str().to_owned())).collect()
}

/// Finds texts of the default language that another language lacks and nothing stands in for.
fn missing_strings(strings: &BTreeMap<Language, BTreeMap<String, String>>, frame: &Frame, found: &mut Vec<Diagnostic>) {
    let Some(default) = frame.languages.first().and_then(|language| strings.get(language)) else { return };
    if frame.is_fallback_torn {
        return;
    }
    for language in frame.languages.iter().filter(|language| !frame.fallback.contains_key(*language)) {
        let own = strings.get(language);
        let is_missing = |key: &&String| own.is_none_or(|own| !own.contains_key(*key));
        let missing: Vec<&str> = default.keys().filter(is_missing).map(String::as_str).collect();
        if !missing.is_empty() {
            let error = Diagnostic::error("missing-strings", format!("missing: {}", missing.join(", ")));
            found.push(error.in_file(format!("templates/strings/{language}.yaml")));
        }
    }
}

/// The key of a template text: letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct StringKey(String);

impl std::str::FromStr for StringKey {
    type Err = source::diagnostic::Fault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            true => Ok(StringKey(text.to_owned())),
            false => Err(source::diagnostic::Fault::new(format!("`{text}` is not a key"))
                .hint("letters, digits and underscores, so that templates can write strings.key")),
        }
    }
}

/// The text files below `templates/`, by their name there; the string tables are not among them.
pub fn templates(folder: &Folder, found: &mut Vec<Diagnostic>) -> BTreeMap<String, Arc<SourceFile>> {
    let mut templates = BTreeMap::new();
    for file in folder.of(Kind::Template) {
        let Some(name) = file.path().strip_prefix("templates/") else { continue };
        check_characters(file, found);
        // Whether values are escaped hangs on the suffix, which counts in any case.
        let (stem, suffix) = kind::stem_and_suffix(name);
        templates.insert(format!("{stem}.{suffix}"), Arc::clone(file));
    }
    templates
}

/// A hint for a content path that leads nowhere.
pub fn content_hint(path: &str, contents: &BTreeMap<String, Content>) -> String {
    let bare = [".md", ".markdown", ".yaml"].into_iter().find_map(|suffix| path.strip_suffix(suffix));
    let bare = bare.or_else(|| path.strip_prefix("content/"));
    if let Some(bare) = bare.map(|bare| bare.trim_start_matches("content/")).filter(|bare| contents.contains_key(*bare))
    {
        return format!("did you mean `{bare}`?");
    }
    did_you_mean(path, contents.keys().map(String::as_str))
        .unwrap_or_else(|| format!("write content/{path}.md; the path is counted from content/ and has no suffix"))
}
