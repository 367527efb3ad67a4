//! tera, set up once: every template and every content file, one instance a language with that language's filters.
//!
//! Whatever a template prints that is not markup of ours goes out as [`mark`]s; see there. Errors come back as
//! [`Diagnostic`]s at the place in the author's own file.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::{Arc, OnceLock};

use tera::{Context, ErrorKind, Kwargs, State, StringInput, Tera, TeraResult, Value};

use crate::diagnostic::{Diagnostic, Place, did_you_mean};
use crate::load::yaml::{At, Document};
use crate::model::content::{Content, ContentFile};
use crate::model::language::Language;
use crate::model::money::Money;
use crate::model::programme::Programme;
use crate::render::locale::{self, DateStyle};
use crate::render::stamp::analysis::{self, Analysis, Reason, Verdict};
use crate::render::stamp::values::{self, Finder};
use crate::render::{mark, markdown};
use crate::source::{Position, SourceFile, Span};

/// Suffixes of templates whose values become marks. Style sheets are not among them: their values are validated colours.
const MARKED: [&str; 4] = [".html", ".txt", ".md", ".xml"];

/// Every template of a programme, ready to render. What only some need is made when it is first asked for: the filters of a
/// language, and what whole variants are rendered with.
pub struct Engine {
    full: Tongues,
    /// Every template by name, as tera reads it.
    texts: Vec<(String, String)>,
    strings: BTreeMap<Language, Strings>,
    stamping: OnceLock<Stamping>,
    sources: HashMap<String, Origin>,
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
    sheets: Tongues,
    /// The personal expressions, each by itself.
    values: Tongues,
}

/// Where a template's text stands in its file.
struct Origin {
    file: Arc<SourceFile>,
    place: OriginPlace,
}

/// Which part of the file it is.
enum OriginPlace {
    /// The text from this offset on.
    From(usize),
    /// One value of the front matter.
    Value(Span),
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
        let (sources, texts) = collect(programme);
        let languages = &programme.settings.languages;
        let strings: BTreeMap<Language, Strings> =
            languages.all.iter().map(|&language| (language, strings_for(programme, language))).collect();
        let mut base = blank(&strings, languages.default());
        if let Err(error) = base.add_raw_templates(borrowed(&texts)) {
            return Err(explain_setup(&error, &texts, &sources));
        }
        Ok(Engine { full: Tongues::new(base, &strings), texts, strings, stamping: OnceLock::new(), sources })
    }

    fn stamping(&self) -> &Stamping {
        self.stamping.get_or_init(|| {
            const OF_PAGES: [&str; 3] = ["site/", "report/", "content/pages/"];
            let of_mail = self.texts.iter().filter(|(name, _)| !OF_PAGES.iter().any(|folder| name.starts_with(folder)));
            let analysis = analysis::rewrite(of_mail.map(|(name, text)| (name.as_str(), text.as_str())));
            let finder = Finder::new(&analysis);
            let default = self.strings.keys().next().copied().unwrap_or(Language::En);
            let instance = |texts: &mut dyn Iterator<Item = (&str, &str)>| {
                let mut base = blank(&self.strings, default);
                base.add_raw_templates(texts).ok().map(|()| Tongues::new(base, &self.strings))
            };
            let sheets =
                instance(&mut analysis.sheets.iter().map(|(name, sheet)| (name.as_str(), sheet.text.as_str())));
            let values = instance(&mut borrowed(&values::templates(&analysis)));
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
        at(&self.sources, &reason.template, range, "template", "").place
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
        instances.values.of(language, &self.strings).render(name, context).ok()
    }

    /// True where there is a template of this name.
    pub fn has(&self, name: &str) -> bool {
        self.full.base.contains_template(name)
    }

    /// Renders a template in `language`; values that were merged are marks in the result.
    ///
    /// # Errors
    /// What went wrong, at its place in the author's file.
    pub fn render(&self, language: Language, name: &str, context: &Context) -> Result<String, Box<Diagnostic>> {
        self.render_with(&self.full, language, name, context)
    }

    fn render_with(
        &self,
        tongues: &Tongues,
        language: Language,
        name: &str,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        let rendered = tongues.of(language, &self.strings).render(name, context);
        rendered.map_err(|error| Box::new(explain_render(&error, name, &self.sources)))
    }
}

/// The texts that templates ask for by their keys, in one language.
type Strings = Arc<BTreeMap<String, String>>;

/// The same templates with the filters of each language.
struct Tongues {
    base: Tera,
    own: BTreeMap<Language, OnceLock<Tera>>,
}

impl Tongues {
    fn new(base: Tera, strings: &BTreeMap<Language, Strings>) -> Self {
        Tongues { base, own: strings.keys().map(|&language| (language, OnceLock::new())).collect() }
    }

    /// Those of a language; of the first for one that the programme does not know.
    fn of(&self, language: Language, strings: &BTreeMap<Language, Strings>) -> &Tera {
        let known = self.own.get_key_value(&language).or_else(|| self.own.first_key_value());
        let (&language, own) = known.expect("a programme has at least one language");
        own.get_or_init(|| {
            let mut tera = self.base.clone();
            register(&mut tera, strings, language);
            tera
        })
    }
}

/// tera without templates, with the filters of a language.
fn blank(strings: &BTreeMap<Language, Strings>, language: Language) -> Tera {
    let mut tera = Tera::new();
    tera.set_escape_fn(escape);
    tera.autoescape_on(MARKED);
    register(&mut tera, strings, language);
    tera
}

/// `value` with the texts under `keys` as words of ours, which print as they are: a kind in a class name, a colour, a date.
/// Without keys, every text in it.
pub fn own_words(value: &impl serde::Serialize, keys: &[&str]) -> Value {
    words_in(Value::from_serializable(value), keys)
}

fn words_in(value: Value, keys: &[&str]) -> Value {
    if let Some(list) = value.as_array().filter(|_| keys.is_empty()) {
        return list.iter().map(|value| words_in(value.clone(), &[])).collect::<Vec<Value>>().into();
    }
    if !value.is_map() {
        return if keys.is_empty() { value.mark_safe() } else { value };
    }
    let mut map = value.into_map().unwrap_or_default();
    for (key, value) in &mut map {
        let named = key.as_str().is_some_and(|key| keys.contains(&key));
        if keys.is_empty() || named {
            *value = words_in(std::mem::replace(value, Value::undefined()), &[]);
        }
    }
    Value::from(map)
}

fn borrowed(texts: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

fn escape(value: &str, out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(mark::encode(value).as_bytes())
}

/// Every template by name: layouts, style sheets, Markdown, and the front matter values that are merged.
fn collect(programme: &Programme) -> (HashMap<String, Origin>, Vec<(String, String)>) {
    let mut sources = HashMap::new();
    let mut texts = Vec::new();
    let mut add = |name: String, text: &str, file: &Arc<SourceFile>, place: OriginPlace| {
        texts.push((name.clone(), text.to_owned()));
        sources.insert(name, Origin { file: Arc::clone(file), place });
    };
    for (name, file) in programme.templates.iter().filter(|(name, _)| !name.ends_with(".js") && !name.ends_with(".svg"))
    {
        add(name.clone(), file.text(), file, OriginPlace::From(0));
    }
    // Most pages have nothing for tera to do, and there may be ten thousand of them.
    let pages = programme.pages.values().flat_map(|page| page.variants.values());
    for page in pages.filter(|page| markdown::has_tags(page.markdown())) {
        let text = if page.front.html { page.markdown().to_owned() } else { markdown::shield(page.markdown()) };
        add(body_name(page), &text, &page.file, OriginPlace::From(page.body_at));
    }
    let contents = programme.contents.values().chain([&programme.keep_in_mind]);
    for content in contents.flat_map(|content: &Content| content.variants.values()) {
        let file = &content.file;
        add(body_name(content), &file.text()[content.body_at..], file, OriginPlace::From(content.body_at));
        for (key, text) in [("subject", &content.front.subject), ("preheader", &content.front.preheader)] {
            if let Some(text) = text {
                let front = Document::part(file, front_span(content));
                add(front_name(content, key), text, file, OriginPlace::Value(front.locate(&[key.into()], At::Value)));
            }
        }
    }
    (sources, texts)
}

/// The YAML between the two `---` lines.
fn front_span(content: &ContentFile) -> Span {
    crate::load::front_matter::split(&content.file).map_or(Span::at(0), |parts| parts.front)
}

/// Registers the filters of one language; an earlier registration is replaced.
fn register(tera: &mut Tera, strings: &BTreeMap<Language, Strings>, language: Language) {
    tera.register_filter("date", move |value: &str, options: Kwargs, _: &State| date(value, &options, language));
    tera.register_filter("money", move |value: Value, _: Kwargs, _: &State| money(&value, language));
    tera.register_filter("number", move |value: i64, _: Kwargs, _: &State| locale::format_number(value, language));
    tera.register_filter("decimal", move |value: f64, _: Kwargs, _: &State| {
        locale::format_decimal((value * 10.0).round() as i64, language)
    });
    tera.register_filter("percent", move |value: f64, _: Kwargs, _: &State| {
        // Shares are shown with one decimal at most: more would claim more than a list of people can tell.
        locale::format_percent((value * 10.0).round() as i64, language)
    });
    let strings = strings.get(&language).cloned().unwrap_or_default();
    tera.register_filter("t", move |key: &str, arguments: Kwargs, _: &State| {
        translate(&strings, key, &arguments, language)
    });
    // What comes out is harmless wherever it lands, and must not be encoded a second time in a URL.
    tera.register_filter("urlencode", |value: &str, _: Kwargs, _: &State| {
        Value::safe_string(&percent_encode(&mark::decode(value)))
    });
    // Merged values stay data: what the engine made is safe already, and nothing else becomes markup by asking for it.
    tera.register_filter("safe", |value: Value, _: Kwargs, _: &State| value);
    for name in ["upper", "lower", "capitalize", "title", "trim", "trim_start", "trim_end"] {
        tera.register_filter(name, whole_values(name));
    }
}

/// The texts of a language, and for keys it lacks those of its fallbacks.
pub fn strings_for(programme: &Programme, language: Language) -> Arc<BTreeMap<String, String>> {
    let mut merged = BTreeMap::new();
    for language in programme.settings.languages.chain(language) {
        for (key, text) in programme.strings.get(&language).into_iter().flatten() {
            merged.entry(key.clone()).or_insert_with(|| text.clone());
        }
    }
    Arc::new(merged)
}

fn date(value: &str, options: &Kwargs, language: Language) -> TeraResult<String> {
    let style = options.get::<&str>("format")?.unwrap_or("long");
    let style = DateStyle::named(style).ok_or_else(|| {
        let known = ["long", "short", "month", "weekday", "day_month", "full", "iso"];
        let hint = did_you_mean(style, known).unwrap_or_else(|| format!("one of {}", known.join(", ")));
        tera::Error::message(format!("unknown date format `{style}`: {hint}"))
    })?;
    let date = value.parse().map_err(|_| tera::Error::message(format!("`{value}` is not a date like 2027-01-20")))?;
    Ok(locale::format_date(date, style, language))
}

fn money(value: &Value, language: Language) -> TeraResult<String> {
    let minor = value.get_from_path("minor").and_then(Value::as_i64);
    let currency = value.get_from_path("currency").and_then(Value::as_str).and_then(|code| code.parse().ok());
    match (minor, currency) {
        (Some(minor), Some(currency)) => Ok(locale::format_money(Money { minor, currency }, language)),
        _ => Err(tera::Error::message("the filter `money` takes an amount with `minor` and `currency`")),
    }
}

fn translate(
    strings: &BTreeMap<String, String>,
    key: &str,
    arguments: &Kwargs,
    language: Language,
) -> TeraResult<String> {
    let Some(text) = strings.get(key) else {
        let hint = did_you_mean(key, strings.keys().map(String::as_str)).unwrap_or_default();
        return Err(tera::Error::message(
            format!("there is no text `{key}` in templates/strings/{language}.yaml {hint}").trim_end(),
        ));
    };
    let mut filled = text.clone();
    for (name, value) in arguments.deserialize::<BTreeMap<String, serde_json::Value>>()? {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    Ok(filled)
}

/// Percent-encodes everything but the unreserved characters (RFC 3986 §2.3).
fn percent_encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// A text filter over values; over a block that holds merged values it is refused, since it would not reach into them.
fn whole_values(
    name: &'static str,
) -> impl Fn(StringInput, Kwargs, &State) -> TeraResult<Value> + Send + Sync + 'static {
    move |input: StringInput, _: Kwargs, _: &State| {
        let text = input.as_str();
        if input.is_safe() && mark::has_marks(text) {
            let message =
                format!("`{name}` over a block does not change the merged values in it: put the filter on the value");
            return Err(tera::Error::message(message));
        }
        let mut letters = text.chars();
        let changed = match name {
            "upper" => text.to_uppercase(),
            "lower" => text.to_lowercase(),
            "trim" => text.trim().to_owned(),
            "trim_start" => text.trim_start().to_owned(),
            "trim_end" => text.trim_end().to_owned(),
            "title" => text.split(' ').map(capitalised).collect::<Vec<_>>().join(" "),
            _ => letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default(),
        };
        Ok(if input.is_safe() { Value::safe_string(&changed) } else { Value::normal_string(&changed) })
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
        .unwrap_or_default()
}

/// The findings of a set of templates that cannot be used: every syntax error, else every reference into nothing.
fn explain_setup(
    error: &tera::Error,
    texts: &[(String, String)],
    sources: &HashMap<String, Origin>,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (name, text) in texts {
        let mut alone = Tera::new();
        if let Err(error) = alone.add_raw_template(name, text)
            && let ErrorKind::SyntaxError(report) = error.kind()
        {
            found.push(at(sources, name, report.span().range.clone(), "template-syntax", report.message()));
        }
    }
    if found.is_empty() {
        found = explain_references(&error.to_string(), sources);
    }
    found
}

/// Reads tera's ready-made text for unknown filters, includes and components back into findings:
/// `error: Unknown filter …` and below it ` --> name:line:column`.
fn explain_references(report: &str, sources: &HashMap<String, Origin>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut message = "";
    for line in report.lines() {
        if let Some(text) = line.strip_prefix("error: ") {
            message = text;
        } else if let Some(place) = line.trim_start().strip_prefix("--> ") {
            let mut parts = place.rsplitn(3, ':');
            let column = parts.next().and_then(|column| column.parse().ok()).unwrap_or(1);
            let line = parts.next().and_then(|line| line.parse().ok()).unwrap_or(1);
            let name = parts.next().unwrap_or_default();
            found.push(at_position(sources, name, Position { line, column }, message));
        }
    }
    if found.is_empty() {
        found.push(Diagnostic::error("template", plain(report.lines().next().unwrap_or(report))));
    }
    found
}

fn at_position(sources: &HashMap<String, Origin>, name: &str, position: Position, message: &str) -> Diagnostic {
    let Some(origin) = sources.get(name) else { return Diagnostic::error("template", plain(message)).in_file(name) };
    let offset = match origin.place {
        OriginPlace::From(start) => {
            let text = SourceFile::new(name, &origin.file.text()[start..]);
            text.offset(position)
        }
        OriginPlace::Value(_) => 0,
    };
    at(sources, name, offset..offset + 1, "template", message)
}

fn explain_render(error: &tera::Error, name: &str, sources: &HashMap<String, Origin>) -> Diagnostic {
    match error.kind() {
        ErrorKind::RenderingError(report) | ErrorKind::SyntaxError(report) => {
            at(sources, report.filename(), report.span().range.clone(), "template", report.message())
        }
        other => at(sources, name, 0..0, "template", &other.to_string()),
    }
}

/// A finding about a range of a template, in the file its text comes from.
fn at(
    sources: &HashMap<String, Origin>,
    name: &str,
    range: std::ops::Range<usize>,
    code: &'static str,
    message: &str,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(code, plain(message));
    let diagnostic =
        match message.contains("undefined") || message.contains("not defined") || message.contains("not found") {
            true => diagnostic.hint("guard it with `{% if … %}`, or give it a `| default(value=\"…\")`"),
            false => diagnostic,
        };
    let Some(origin) = sources.get(name) else { return diagnostic.in_file(name) };
    let span = match origin.place {
        OriginPlace::From(start) => {
            let text = origin.file.text();
            let clamp = |offset: usize| (start + offset).min(text.len());
            Span { start: clamp(range.start), end: clamp(range.end) }
        }
        OriginPlace::Value(span) => span,
    };
    diagnostic.at(&origin.file, span)
}

/// tera's sentence in our typography: lower case, no full stop.
fn plain(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "this template cannot be rendered".to_owned(),
    }
}
