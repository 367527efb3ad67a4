//! What a text is made from, whatever it becomes: the content file in the reader's language, everything its templates see, the
//! standing text.

use std::collections::{BTreeMap, BTreeSet};

use tera::{Context, Value};

use super::{Composer, Rendering, Viewpoint};
use crate::load::places;
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::mailing::{Mailing, Signer};
use crate::model::settings::Member;
use crate::plan::admission::Recipient;
use crate::render::engine::{body_name, front_name};
use crate::render::markdown::{self, Medium};
use crate::render::stamp::analysis::{condition_variable, hole_variable};
use crate::render::text::{self, Links, TextOptions};
use crate::render::view::contact::{self as view, CONTACT_WORDS, NAMES as CONTACT_NAMES};
use crate::render::view::values::values;
use crate::render::view::words::{own_words, with_own_words};
use crate::render::view::{MAILING_WORDS, OccasionView, mailing_view};
use crate::render::{pictures, typography};
use html::hole;
use html::mark;
use source::Span;
use source::diagnostic::{Diagnostic, Severity};

/// What templates may name.
const VARIABLES: [&str; 16] = [
    "body",
    "brand",
    "contact",
    "date",
    "keep_in_mind",
    "language",
    "links",
    "mailing",
    "occasion",
    "owner",
    "programme",
    "quotes",
    "reward",
    "signer",
    "strings",
    "tier",
];

/// A text about to be rendered.
pub(super) struct Opened<'p> {
    /// Its file.
    pub(super) content: &'p ContentFile,
    /// Its language (a fallback's where the reader's own is missing).
    pub(super) language: Language,
    /// Everything its templates see but body and standing text.
    pub(super) context: Context,
    /// Its subject, one line.
    pub(super) subject: Option<String>,
}

/// The standing text as tera leaves it.
pub(super) struct StandingText<'p> {
    pub(super) content: &'p ContentFile,
    pub(super) language: Language,
    pub(super) markdown: String,
}

impl StandingText<'_> {
    /// In its two forms.
    pub(super) fn parts(&self) -> Parts {
        let StandingText { content, language, markdown } = self;
        let Marked { html, left_over } = marked_html(markdown, content, *language, Medium::Mail);
        Parts { html, text: plain_text(markdown, *language, Links::Inline), left_over }
    }
}

/// A text in its two forms.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) html: String,
    pub(super) text: String,
    /// What a reader would take for a mistake.
    pub(super) left_over: Vec<Diagnostic>,
}

impl<'p> Composer<'p> {
    /// The text of `mailing` for this reader, its subject rendered.
    pub(super) fn open(&self, mailing: &'p Mailing, reader: Viewpoint<'_, 'p>) -> Result<Opened<'p>, Box<Diagnostic>> {
        let (language, content) = self.content(mailing, reader)?;
        let context = self.context(mailing, content, language, reader);
        let subject = self.line(content, "subject", language, &context, reader)?;
        let mut opened = Opened { content, language, context, subject };
        opened.describe(mailing, reader, None);
        Ok(opened)
    }

    /// The text a reader gets, and its language.
    fn content(
        &self,
        mailing: &'p Mailing,
        reader: Viewpoint<'_, 'p>,
    ) -> Result<(Language, &'p ContentFile), Box<Diagnostic>> {
        let chain = self.programme.settings.languages.chain(reader.language);
        let tier = reader.recipient.map(Recipient::tier);
        self.programme.content(mailing).pick(&chain, tier).ok_or_else(|| {
            let message = format!("`{}` has no text in `{}`", mailing.content, reader.language);
            let hint = format!(
                "write content/{}.{}.md, or declare a fallback in bevara.yaml",
                mailing.content, reader.language
            );
            let error = Diagnostic::error("missing-language", message).place(places::of_mailing(
                self.programme,
                mailing,
                "content",
            ));
            Box::new(error.hint(hint))
        })
    }

    /// Everything a template sees but body, standing text, subject and preheader.
    fn context(
        &self,
        mailing: &'p Mailing,
        content: &'p ContentFile,
        language: Language,
        reader: Viewpoint<'_, 'p>,
    ) -> Context {
        let settings = &self.programme.settings;
        let member = |member| self.bases.member(self.programme, member, language);
        let mut context = self.bases.of(self.programme, language);
        context.insert_value("date", own_words(&reader.date.to_string(), &[]));
        let contact = reader.recipient.map(Recipient::contact);
        context.insert("values", &values(self.programme, language, contact, reader.date));
        context.insert_value(
            "mailing",
            own_words(&mailing_view(mailing, reader.date, &content.front.extra), &MAILING_WORDS),
        );
        if let Some(signer) = self.signer(mailing, reader) {
            context.insert_value("signer", member(signer));
        }
        if let Some(recipient) = reader.recipient {
            context.insert_value("tier", own_words(&recipient.tier().letter(), &[]));
        }
        if let Some(owner) = contact.and_then(|contact| settings.member(&contact.owner)) {
            context.insert_value("owner", member(owner));
        }
        match reader.form {
            Rendering::Full | Rendering::Traced => {
                context.insert("links", &self.links(mailing, language, contact));
                if let Some(contact) = contact {
                    let seen = view::contact(contact, &self.key.code(contact));
                    context.insert_value("contact", with_own_words(seen, &CONTACT_WORDS));
                }
            }
            Rendering::Stamped(answers) => {
                for number in 0..self.engine.holes() {
                    let hole = Value::safe_string(&hole::hole(number).to_string());
                    context.insert_value(hole_variable(number), hole);
                }
                for (number, answer) in answers {
                    context.insert(condition_variable(*number), answer);
                }
            }
        }
        if let Some(name) = mailing.when.occasion_name()
            && let Some(day) = self.dates.occasion(mailing, reader.recipient.map(Recipient::contact))
        {
            context.insert("occasion", &OccasionView { name, date: day.to_string() });
        }
        context
    }

    /// Everything that the templates of `mailing` see and that is no reader's own, their contact person apart: settings, texts, signer.
    /// It is written out in a steady order, to be compared.
    pub fn seen_by_all(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> String {
        let reader = Viewpoint::of(recipient, Rendering::Full);
        let Ok((language, content)) = self.content(mailing, reader) else { return String::new() };
        let mut context = self.context(mailing, content, language, reader);
        // A reader's own, and the day, which the plan says.
        for own in ["contact", "links", "date", "occasion", "mailing"] {
            context.remove(own);
        }
        format!("{context:?}")
    }

    /// What the templates of `mailing` may name for a reader: variables, and the fields of each.
    pub fn names(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> BTreeMap<String, Vec<String>> {
        let reader = Viewpoint::of(recipient, Rendering::Full);
        let Ok((language, content)) = self.content(mailing, reader) else { return BTreeMap::new() };
        let context = self.context(mailing, content, language, reader);
        let fields = |name: &str| -> Vec<String> {
            let map = context.get(name).and_then(Value::as_map);
            let known = map.into_iter().flatten().filter_map(|(key, _)| key.as_str().map(str::to_owned));
            // What only some contacts have is a name too.
            let others = CONTACT_NAMES.iter().filter(|_| name == "contact").map(|name| (*name).to_owned());
            known.chain(others).collect::<BTreeSet<String>>().into_iter().collect()
        };
        VARIABLES.iter().map(|name| ((*name).to_owned(), fields(name))).collect()
    }

    /// Who signs for this reader; nobody where the owner signs and there is no reader.
    pub(super) fn signer(&self, mailing: &Mailing, reader: Viewpoint<'_, 'p>) -> Option<&'p Member> {
        let settings = &self.programme.settings;
        match &mailing.signed_by {
            Signer::Ceo => Some(settings.ceo()),
            Signer::Member(id) => settings.member(id),
            Signer::Owner => reader.recipient.and_then(|recipient| settings.member(&recipient.contact().owner)),
        }
    }

    /// A value of the front matter, merged, as one line without marks.
    pub(super) fn line(
        &self,
        content: &ContentFile,
        key: &str,
        language: Language,
        context: &Context,
        reader: Viewpoint<'_, 'p>,
    ) -> Result<Option<String>, Box<Diagnostic>> {
        let there = match key {
            "subject" => content.front.subject.is_some(),
            _ => content.front.preheader.is_some(),
        };
        if !there {
            return Ok(None);
        }
        let rendered = self.render(reader, language, &front_name(content, key), context)?;
        let smart = typography::smarten_line(&rendered, language);
        let line = smart.split_whitespace().collect::<Vec<_>>().join(" ");
        // A value may have line breaks; a header may not.
        Ok(Some(mark::decode(&line).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()))
    }

    /// What a reader would take for a mistake in the lines of the front matter that they see.
    pub(super) fn left_over_in_lines(&self, content: &ContentFile) -> Vec<Diagnostic> {
        let lines = [("subject", &content.front.subject), ("preheader", &content.front.preheader)];
        let lines = lines.into_iter().filter_map(|(key, line)| Some((key, line.as_deref()?)));
        lines.flat_map(|(key, line)| markdown::in_front(content, key, line)).collect()
    }

    /// The standing text for this reader, merged values still marks in its HTML.
    pub(super) fn keep_in_mind(
        &self,
        language: Language,
        context: &Context,
        reader: Viewpoint<'_, 'p>,
    ) -> Result<Parts, Box<Diagnostic>> {
        self.keep_in_mind_text(language, context, reader).map(|text| text.parts())
    }

    /// The same as tera leaves it.
    pub(super) fn keep_in_mind_text(
        &self,
        language: Language,
        context: &Context,
        reader: Viewpoint<'_, 'p>,
    ) -> Result<StandingText<'p>, Box<Diagnostic>> {
        let chain = self.programme.settings.languages.chain(language);
        let (language, content) = self.programme.keep_in_mind.pick(&chain, None).ok_or_else(|| {
            Box::new(Diagnostic::error("r02-keep-in-mind", format!("there is no keep-in-mind text in `{language}`")))
        })?;
        let markdown = self.render(reader, language, &body_name(content), context)?;
        Ok(StandingText { content, language, markdown })
    }

    /// A finding about a content file as a whole.
    pub(super) fn about(&self, content: &ContentFile, code: &'static str, message: &str) -> Diagnostic {
        Diagnostic::error(code, message).in_file(content.file.path())
    }
}

impl Opened<'_> {
    /// Tells the templates what the front matter says of the mailing.
    pub(super) fn describe(&mut self, mailing: &Mailing, reader: Viewpoint<'_, '_>, preheader: Option<&str>) {
        let front = &self.content.front;
        let mut view = mailing_view(mailing, reader.date, &front.extra);
        view.subject = self.subject.as_deref();
        view.preheader = preheader;
        view.summary = front.summary.as_deref();
        view.reward_block = front.reward_block;
        self.context.insert_value("mailing", own_words(&view, &MAILING_WORDS));
    }

    /// Hands over the two texts that a layout stands around.
    pub(super) fn surround(&mut self, body: &str, keep_in_mind: &str) {
        self.context.insert_value("body", Value::safe_string(body));
        self.context.insert_value("keep_in_mind", Value::safe_string(keep_in_mind));
    }
}

/// A Markdown text as HTML.
pub(super) struct Marked {
    /// The HTML, values still marks.
    pub(super) html: String,
    /// What a reader would take for a mistake.
    pub(super) left_over: Vec<Diagnostic>,
}

/// The HTML of a Markdown text with raw HTML allowed (its authors are the firm's own).
pub(super) fn marked_html(markdown: &str, content: &ContentFile, language: Language, medium: Medium) -> Marked {
    let folder = content.folder();
    let picture = |path: &str| pictures::local(path).and_then(|_| pictures::resolve(folder, path));
    let rendered =
        markdown::render(markdown, &markdown::Options { language, allow_html: true, medium, picture: &picture });
    let left_over = rendered.left_over.iter().filter(|left| !left.is_foreign(content));
    let mut left_over: Vec<Diagnostic> = left_over.map(|left| left.finding(content)).collect();
    if html::visible_text(&rendered.html).is_empty() {
        let warning = Diagnostic::warning("empty-text", "this text says nothing to some of its readers");
        let start = content.body_at;
        let first = content.markdown().trim_end().lines().next().unwrap_or_default();
        let warning = warning.at(&content.file, Span { start, end: start + first.len() });
        left_over.push(warning.hint("look at its conditions: `tier` is \"A\", \"B\" or \"C\""));
    }
    Marked { html: rendered.html, left_over }
}

/// Whether a text may leave in which this was found: else the first thing that keeps it.
pub(super) fn fit_to_leave(left_over: &[Diagnostic]) -> Result<(), Box<Diagnostic>> {
    let error = left_over.iter().find(|finding| finding.severity == Severity::Error);
    error.map_or(Ok(()), |error| Err(Box::new(error.clone())))
}

pub(super) fn plain_text(markdown: &str, language: Language, links: Links) -> String {
    text::render_text(&markdown::trace::plain(markdown), &TextOptions { language, allow_html: true, links })
}
