//! tera, set up once: every template and every content file, with filters that know the language of what is rendered.
//!
//! Whatever a template prints that is not markup of ours goes out as [`mark`]s; see there. Errors come back as
//! [`Diagnostic`]s at the place in the author's own file.

mod bounds;
mod captures;
mod faults;
mod filters;
mod hints;
mod nesting;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

pub use hints::{FILTERS, TAGS, meant_name};
use tera::Tera;
pub use tera::{Context, Value};

use crate::model::content::{Content, ContentFile};
use crate::model::language::Language;
use crate::model::programme::Programme;
use crate::render::markdown;
use crate::render::stamp::Reason;
use crate::render::stamp::analysis::{self, Analysis, Verdict};
use crate::render::stamp::finder::{self, Finder};
use crate::render::strings::{Strings, strings_for};
use bounds::Bounded;
use faults::{Origins, Part};
use html::mark;
use source::diagnostic::{Diagnostic, Place};
use source::{SourceFile, Span};
use yaml::front_matter;
use yaml::{At, Document};

/// Suffixes of templates whose values become marks. Style sheets are not among them: their values are validated colours.
const MARKED: [&str; 4] = [".html", ".txt", ".md", ".xml"];

/// Every template of a programme, ready to render. What only some need is made when it is first asked for: what whole variants
/// are rendered with.
pub struct Engine {
    full: Tera,
    /// Every template by name, as tera reads it.
    texts: Vec<(String, String)>,
    strings: Arc<BTreeMap<Language, Strings>>,
    stamping: OnceLock<Stamping>,
    /// The same templates, in which texts tell where they were written.
    traced: OnceLock<Tera>,
    origins: Origins,
    /// Templates that ran into a bound, and what was said of each: they are not tried for the next reader.
    endless: Mutex<BTreeMap<String, Diagnostic>>,
}

/// What whole variants are rendered with.
struct Stamping {
    analysis: Analysis,
    finder: Finder,
    instances: Option<Instances>,
}

/// Templates for whole variants; none where they cannot be made.
struct Instances {
    /// The programme's own, personal expressions replaced by holes.
    sheets: Tera,
    /// The personal expressions, each by itself.
    values: Tera,
}

/// The name under which a content file's Markdown is a template.
pub fn body_name(content: &ContentFile) -> String {
    content.file.path().to_owned()
}

/// The name under which a value of a content file's front matter is a template.
pub fn front_name(content: &ContentFile, key: &str) -> String {
    format!("{}#{key}.txt", content.file.path())
}

impl Engine {
    /// Parses every template and content file of a programme.
    ///
    /// # Errors
    /// All syntax errors, or all references to what does not exist.
    pub fn new(programme: &Programme) -> Result<Self, Vec<Diagnostic>> {
        let (mut origins, texts) = collect(programme);
        let languages = &programme.settings.languages;
        let strings = languages.all.iter().map(|&language| (language, strings_for(programme, language)));
        let strings = Arc::new(strings.collect::<BTreeMap<Language, Strings>>());
        let mut full = blank(&strings);
        let counted: Vec<(&str, Bounded)> = borrowed(&texts).map(|(name, text)| (name, Bounded::new(text))).collect();
        if let Err(error) = full.add_raw_templates(counted.iter().map(|(name, bounded)| (*name, bounded.text.as_str())))
        {
            // The author's own text has the right places.
            let own = blank(&strings).add_raw_templates(borrowed(&texts)).err();
            return Err(origins.setup(&own.unwrap_or(error), &texts));
        }
        let misused = captures::misuses(&texts);
        if !misused.is_empty() {
            let finding = |misuse: captures::Misuse| {
                origins.at(&misuse.template, misuse.range, "captured-text", &misuse.message).hint(misuse.hint)
            };
            return Err(misused.into_iter().map(finding).collect());
        }
        origins.count(counted);
        Ok(Engine {
            full,
            texts,
            strings,
            stamping: OnceLock::new(),
            traced: OnceLock::new(),
            origins,
            endless: Mutex::default(),
        })
    }

    fn stamping(&self) -> &Stamping {
        self.stamping.get_or_init(|| {
            const OF_PAGES: [&str; 3] = ["site/", "report/", "content/pages/"];
            let of_mail = self.texts.iter().filter(|(name, _)| !OF_PAGES.iter().any(|folder| name.starts_with(folder)));
            let analysis = analysis::rewrite(of_mail.map(|(name, text)| (name.as_str(), text.as_str())));
            let finder = Finder::new(&analysis);
            let instance = |texts: &mut dyn Iterator<Item = (&str, &str)>| {
                let mut tera = blank(&self.strings);
                let counted: Vec<(&str, Bounded)> = texts.map(|(name, text)| (name, Bounded::new(text))).collect();
                let counted = counted.iter().map(|(name, bounded)| (*name, bounded.text.as_str()));
                tera.add_raw_templates(counted).ok().map(|()| tera)
            };
            let sheets =
                instance(&mut analysis.sheets.iter().map(|(name, sheet)| (name.as_str(), sheet.text.as_str())));
            let values = instance(&mut borrowed(&finder::templates(&analysis)));
            let instances = sheets.zip(values).map(|(sheets, values)| Instances { sheets, values });
            Stamping { analysis, finder, instances }
        })
    }

    /// How the values of any reader are found.
    pub fn finder(&self) -> &Finder {
        &self.stamping().finder
    }

    /// What these templates do with personal data; `None` where nothing can be stamped.
    pub fn verdict<'a>(&'a self, names: impl IntoIterator<Item = &'a str>) -> Option<Verdict> {
        let Stamping { analysis, instances, .. } = self.stamping();
        instances.as_ref().map(|_| analysis.verdict(names))
    }

    /// The same where these templates make a letter, whose own fields differ from reader to reader too.
    pub fn verdict_on_paper<'a>(&'a self, names: impl IntoIterator<Item = &'a str>) -> Option<Verdict> {
        let Stamping { analysis, instances, .. } = self.stamping();
        instances.as_ref().map(|_| analysis.verdict_on_paper(names))
    }

    /// How many holes there are.
    pub fn holes(&self) -> usize {
        self.stamping().analysis.holes.len()
    }

    /// The place of an expression in the author's file.
    pub fn place_of(&self, reason: &Reason) -> Option<Place> {
        let range = reason.at..reason.at + reason.expression.len();
        self.origins.at(&reason.template, range, "template", "").place
    }

    /// Renders a template of a variant, with holes in place of what differs between its readers.
    ///
    /// # Errors
    /// What went wrong; the full render tells it with the right words.
    pub fn render_stamped(&self, language: Language, name: &str, context: &Context) -> Result<String, Box<Diagnostic>> {
        let Some(instances) = &self.stamping().instances else { return self.render(language, name, context) };
        self.render_with(&instances.sheets, language, name, context)
    }

    /// The value of a personal expression, by the name of its template; `None` where it has none.
    pub fn value(&self, language: Language, name: &str, context: &Context) -> Option<String> {
        let instances = self.stamping().instances.as_ref()?;
        self.rendered(&instances.values, language, name, context).ok()
    }

    /// True where there is a template of this name.
    pub fn has(&self, name: &str) -> bool {
        self.full.contains_template(name)
    }

    /// Renders a template in `language`; values that were merged are marks in the result.
    ///
    /// # Errors
    /// What went wrong, at its place in the author's file.
    pub fn render(&self, language: Language, name: &str, context: &Context) -> Result<String, Box<Diagnostic>> {
        self.render_with(&self.full, language, name, context)
    }

    /// Renders a template as a preview shows it: what a text prints has the marks of [`markdown::trace`].
    ///
    /// # Errors
    /// What went wrong, as [`render`](Self::render) tells it.
    pub fn render_traced(&self, language: Language, name: &str, context: &Context) -> Result<String, Box<Diagnostic>> {
        let traced = self.rendered(self.traced(), language, name, context).ok();
        match traced.filter(|text| nesting::too_deep(name, text).is_none()) {
            Some(text) => Ok(text),
            // The plain text has the right places.
            None => self.render(language, name, context),
        }
    }

    fn traced(&self) -> &Tera {
        self.traced.get_or_init(|| {
            let texts = self.texts.iter().filter(|(name, _)| name.ends_with(".md"));
            let texts = texts.map(|(name, text)| {
                let (path, first) = self.origins.beginning(name).unwrap_or((name, 1));
                (name.as_str(), Bounded::new(&markdown::trace::numbered(text, path, first)).text)
            });
            let mut tera = self.full.clone();
            // Marks are plain text: what could be read without them can be with them. Where it cannot, nothing is traced.
            if tera.add_raw_templates(texts.collect::<Vec<_>>()).is_err() {
                tera = self.full.clone();
            }
            tera
        })
    }

    fn render_with(
        &self,
        tera: &Tera,
        language: Language,
        name: &str,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        if let Some(known) = self.endless().get(name) {
            return Err(Box::new(known.clone()));
        }
        let rendered = self.rendered(tera, language, name, context);
        let text = rendered.map_err(|error| {
            let finding = self.origins.render(&error, name);
            if bounds::is_bound(&finding.message) {
                self.endless().insert(name.to_owned(), finding.clone());
            }
            Box::new(finding)
        })?;
        match nesting::too_deep(name, &text) {
            Some(at) => Err(Box::new(self.origins.too_deep(name, &text, at))),
            None => Ok(text),
        }
    }

    /// The text of a template in a language; in the first of the programme for one that it does not know.
    fn rendered(&self, tera: &Tera, language: Language, name: &str, context: &Context) -> tera::TeraResult<String> {
        let known = self.strings.get_key_value(&language).or_else(|| self.strings.first_key_value());
        filters::speak(known.map_or(language, |(&known, _)| known));
        bounds::render(tera, name, context)
    }

    /// What is wrong with the nesting of a text that is no template, if anything.
    ///
    /// # Errors
    /// It goes too deep.
    pub fn check_nesting(&self, content: &ContentFile) -> Result<(), Box<Diagnostic>> {
        let text = content.markdown();
        let Some(at) = nesting::too_deep(&body_name(content), text) else { return Ok(()) };
        let at = content.body_at + at;
        Err(Box::new(faults::too_deep().at(&content.file, Span { start: at, end: at + 1 })))
    }

    fn endless(&self) -> MutexGuard<'_, BTreeMap<String, Diagnostic>> {
        self.endless.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// tera without templates.
fn blank(strings: &Arc<BTreeMap<Language, Strings>>) -> Tera {
    let mut tera = Tera::new();
    tera.set_escape_fn(escape);
    tera.autoescape_on(MARKED);
    bounds::register(&mut tera);
    filters::register(&mut tera, strings);
    tera
}

/// What a text of its own prints in English, where it needs nothing of a programme.
///
/// # Errors
/// What is wrong with it.
pub fn evaluated(text: &str) -> Result<String, String> {
    const NAME: &str = "example.txt";
    let mut tera = blank(&Arc::default());
    filters::speak(Language::En);
    let printed = tera.add_raw_template(NAME, text).and_then(|()| tera.render(NAME, &Context::new()));
    printed.map(|text| mark::decode(&text).into_owned()).map_err(|error| error.to_string())
}

fn borrowed(texts: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

fn escape(value: &str, out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(mark::encode(value).as_bytes())
}

/// Every template by name: layouts, style sheets, Markdown, and the front matter values that are merged.
fn collect(programme: &Programme) -> (Origins, Vec<(String, String)>) {
    let mut origins = Origins::default();
    let mut texts = Vec::new();
    let mut add = |name: String, text: &str, file: &Arc<SourceFile>, part: Part| {
        texts.push((name.clone(), text.to_owned()));
        origins.insert(name, file, part);
    };
    for (name, file) in programme.templates.iter().filter(|(name, _)| !name.ends_with(".js") && !name.ends_with(".svg"))
    {
        add(name.clone(), file.text(), file, Part::From(0));
    }
    // Most pages have nothing for tera to do, and there may be ten thousand of them.
    let pages = programme.pages.values().flat_map(|page| page.variants.values());
    for page in pages.filter(|page| markdown::has_tags(page.markdown())) {
        let text = markdown::tidy(page.markdown());
        let text = if page.front.html { text } else { markdown::shield(&text) };
        add(body_name(page), &text, &page.file, Part::From(page.body_at));
    }
    let contents = programme.contents.values().chain([&programme.keep_in_mind]);
    for content in contents.flat_map(|content: &Content| content.variants.values()) {
        let file = &content.file;
        add(body_name(content), &markdown::tidy(content.markdown()), file, Part::From(content.body_at));
        for (key, text) in [("subject", &content.front.subject), ("preheader", &content.front.preheader)] {
            if let Some(text) = text {
                let front = Document::part(file, front_span(content));
                add(front_name(content, key), text, file, Part::Value(front.locate(&[key.into()], At::Value)));
            }
        }
    }
    (origins, texts)
}

/// The YAML between the two `---` lines.
fn front_span(content: &ContentFile) -> Span {
    front_matter::split(&content.file).map_or(Span::at(0), |parts| parts.front)
}
