//! One message in full, for one reader: the reference that every faster path must equal byte for byte.
//!
//! A mailing on paper goes the same way with layouts of its own: [`letter`].
//!
//! content (tera) → Markdown → HTML and text → layout (tera) → inlined CSS → [`finish`](html::finish) → [`seal`](seal::seal)

pub mod letter;
mod run;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use css_inline::CSSInliner;
use jiff::civil::Date;
use tera::{Context, Value};

use crate::diagnostic::{Diagnostic, Fault};
use crate::load::places;
use crate::model::contact::Contact;
use crate::model::language::Language;
use crate::model::mailing::{Mailing, Signer};
use crate::model::programme::{ContentFile, Member, Programme};
use crate::plan::admission::Recipient;
use crate::plan::dates::Dates;
use crate::render::engine::{Engine, body_name, front_name, own_words, strings_for};
use crate::render::html::Picture;
use crate::render::links::{self, LinkKey};
use crate::render::markdown::{self, Medium};
use crate::render::seal::{self, KeepInMind, Sealed};
use crate::render::stamp::analysis::{condition_variable, hole_variable};
use crate::render::stamp::values::SteadyAnswers;
use crate::render::text::{self, Links, TextOptions};
use crate::render::view::words;
use crate::render::view::{
    BrandView, ContactView, LinksView, MemberView, OccasionView, ProgrammeView, RewardView, mailing_view,
};
use crate::render::{hole, html, mark, pictures, typography};

/// Longest subject that mail programs show, in characters.
pub const LONGEST_SUBJECT: usize = 60;

/// A finished message without its envelope.
#[derive(Debug, Clone)]
pub struct Composed<'p> {
    /// The subject, one line.
    pub subject: String,
    /// The preheader, one line.
    pub preheader: Option<String>,
    /// The language of the text (a fallback's where the reader's own is missing).
    pub language: Language,
    /// Who signs.
    pub signer: &'p Member,
    /// Both parts, ending with the keep-in-mind text. Pictures are `cid:` URLs (RFC 2392).
    pub sealed: Sealed,
    /// The pictures it shows, as paths below `content/`.
    pub pictures: BTreeSet<String>,
    /// Every way to opt out.
    pub unsubscribe: Vec<String>,
}

/// A public mailing without a reader.
#[derive(Debug, Clone)]
pub struct PublicCopy {
    /// Its subject.
    pub title: String,
    /// Its HTML, merged values still marks and pictures still paths.
    pub body: String,
    /// The language of the text.
    pub language: Language,
}

/// Renders messages of one programme.
pub struct Composer<'p> {
    programme: &'p Programme,
    engine: &'p Engine,
    key: &'p LinkKey,
    dates: Dates<'p>,
    inliner: CSSInliner<'p>,
    /// The style sheet of paper, and what shows a letter as it makes it look.
    letter_css: String,
    letter_inliner: CSSInliner<'p>,
    /// By contact, in the order of the contacts.
    steady: Vec<OnceLock<SteadyAnswers>>,
}

/// Who reads: the one place where a message is told who it is for.
#[derive(Clone, Copy)]
struct Reader<'r, 'p> {
    recipient: Option<&'r Recipient<'p>>,
    language: Language,
    date: Date,
    form: Form<'r>,
}

/// What of a reader the templates see.
#[derive(Clone, Copy)]
enum Form<'r> {
    /// Everything.
    Full,
    /// What all readers of a variant have in common, and the answers to these conditions; holes for the rest.
    Stamped(&'r [(usize, bool)]),
}

impl<'r, 'p> Reader<'r, 'p> {
    fn of(recipient: &'r Recipient<'p>, form: Form<'r>) -> Self {
        Reader { recipient: Some(recipient), language: recipient.contact().language, date: recipient.date(), form }
    }
}

impl<'p> Composer<'p> {
    /// A composer; the style sheet is rendered once.
    ///
    /// # Errors
    /// A style sheet that does not render.
    pub fn new(programme: &'p Programme, engine: &'p Engine, key: &'p LinkKey) -> Result<Self, Box<Diagnostic>> {
        let language = programme.settings.languages.default();
        let mut context = Context::new();
        let brand = BrandView::new(&programme.settings.brand, language, &programme.settings.languages);
        context.insert_value("brand", own_words(&brand, &words::BRAND));
        let css = match engine.has(MAIL_CSS) {
            true => engine.render(language, MAIL_CSS, &context)?,
            false => String::new(),
        };
        let inliner = CSSInliner::options()
            .load_remote_stylesheets(false)
            .keep_at_rules(true)
            .extra_css(Some(css.into()))
            .build();
        let letter_css = run::style_sheet(programme, engine)?;
        let letter_inliner = CSSInliner::options()
            .load_remote_stylesheets(false)
            .keep_at_rules(false)
            .extra_css(Some(letter_css.clone().into()))
            .build();
        let steady = vec![OnceLock::new(); programme.contacts.len()];
        let dates = Dates::new(programme);
        Ok(Composer { programme, engine, key, dates, inliner, letter_css, letter_inliner, steady })
    }

    /// What codes and tokens are derived with.
    pub fn key(&self) -> &LinkKey {
        self.key
    }

    /// The message of `mailing` for one recipient.
    ///
    /// # Errors
    /// What went wrong, in the author's file, with the recipient's id.
    pub fn compose(&self, mailing: &'p Mailing, recipient: &Recipient<'p>) -> Result<Composed<'p>, Box<Diagnostic>> {
        self.compose_for(mailing, Reader::of(recipient, Form::Full)).map_err(|mut error| {
            error.message = format!("{} (for `{}`)", error.message, recipient.contact().id);
            error
        })
    }

    /// The message of everybody who is like `recipient` in all that the templates of `mailing` ask, with holes for what differs;
    /// `answers` are those to the conditions they ask.
    ///
    /// # Errors
    /// What went wrong; [`compose`](Self::compose) tells it with the right words.
    pub(super) fn compose_stamped(
        &self,
        mailing: &'p Mailing,
        recipient: &Recipient<'p>,
        answers: &[(usize, bool)],
    ) -> Result<Composed<'p>, Box<Diagnostic>> {
        self.compose_for(mailing, Reader::of(recipient, Form::Stamped(answers)))
    }

    /// The names of the templates that a message of `mailing` is made with: layouts, texts, standing texts.
    pub(super) fn template_names(&self, mailing: &Mailing) -> Vec<String> {
        let contents = self.programme.content(mailing).variants.values();
        let of_content = contents
            .flat_map(|content| [body_name(content), front_name(content, "subject"), front_name(content, "preheader")]);
        let standing = self.programme.keep_in_mind.variants.values().map(body_name);
        let layout = format!("email/{}", mailing.kind.name());
        of_content.chain(standing).chain([format!("{layout}.html"), format!("{layout}.txt")]).collect()
    }

    /// The programme whose messages these are.
    pub fn programme(&self) -> &'p Programme {
        self.programme
    }

    /// The answers of a contact to what templates ask of it in every mailing alike; `find` is asked once a contact.
    pub(super) fn steady_answers(&self, contact: &Contact, find: impl FnOnce() -> SteadyAnswers) -> SteadyAnswers {
        let kept = self.programme.by_id.get(&contact.id).and_then(|&index| self.steady.get(index as usize));
        match kept {
            Some(kept) => *kept.get_or_init(find),
            None => find(),
        }
    }

    /// Its templates.
    pub(super) fn engine(&self) -> &'p Engine {
        self.engine
    }

    /// The links of a contact.
    pub(super) fn links(&self, mailing: &Mailing, language: Language, contact: Option<&Contact>) -> LinksView {
        let settings = &self.programme.settings;
        let code = contact.map(|contact| self.key.code(contact));
        LinksView {
            refer: links::refer(settings, language, code.as_deref()),
            unsubscribe: contact.and_then(|contact| self.unsubscribe(contact).into_iter().next()),
            browser: mailing.public.then(|| links::archive(settings, language, mailing)),
        }
    }

    /// Every way of a contact to opt out.
    pub fn unsubscribe(&self, contact: &Contact) -> Vec<String> {
        links::unsubscribe(&self.programme.settings, &self.key.token(contact))
    }

    fn render(
        &self,
        reader: Reader<'_, 'p>,
        language: Language,
        name: &str,
        context: &Context,
    ) -> Result<String, Box<Diagnostic>> {
        match reader.form {
            Form::Full => self.engine.render(language, name, context),
            Form::Stamped(_) => self.engine.render_stamped(language, name, context),
        }
    }

    fn compose_for(&self, mailing: &'p Mailing, reader: Reader<'_, 'p>) -> Result<Composed<'p>, Box<Diagnostic>> {
        let (language, content) = self.content(mailing, reader)?;
        let mut context = self.context(mailing, content, language, reader);
        let subject = self.line(content, "subject", language, &context, reader)?.unwrap_or_default();
        if subject.is_empty() {
            return Err(Box::new(self.about(content, "empty-subject", "the subject is empty")));
        }
        let preheader = self.line(content, "preheader", language, &context, reader)?;
        let mut view = mailing_view(mailing, reader.date, &content.front.extra);
        view.subject = Some(&subject);
        view.preheader = preheader.as_deref();
        view.summary = content.front.summary.as_deref();
        view.reward_block = content.front.reward_block;
        context.insert_value("mailing", own_words(&view, &words::MAILING));
        let wanted = RefCell::new(Pictures::default());
        let markdown = self.render(reader, language, &body_name(content), &context)?;
        let body = marked_html(&markdown, content, language, Medium::Mail);
        let body_text = plain_text(&markdown, language, Links::Numbered);
        let keep = self.keep_in_mind(language, &context, reader)?;
        let layout = format!("email/{}", mailing.kind.name());
        context.insert_value("body", Value::safe_string(&body));
        context.insert_value("keep_in_mind", Value::safe_string(&keep.html));
        let page = self.render(reader, language, &format!("{layout}.html"), &context)?;
        context.insert_value("body", Value::safe_string(&body_text));
        context.insert_value("keep_in_mind", Value::safe_string(&keep.text));
        let plain = self.render(reader, language, &format!("{layout}.txt"), &context)?;
        let finished = self.finish(&page, content, &wanted)?;
        let plain = tidy(&mark::decode(&plain));
        let keep = KeepInMind::new(self.finish_part(&keep.html, &wanted), keep.text);
        let pictures = self.found_pictures(wanted.into_inner(), content)?;
        let sealed = seal::seal(finished, plain, &keep).map_err(|error| {
            let template =
                self.programme.templates.get(&format!("{layout}.html")).map(|file| file.path()).unwrap_or_default();
            Box::new(Diagnostic::from_fault("r02-keep-in-mind", Fault::from(error)).in_file(template))
        })?;
        let signer = self.signer(mailing, reader).unwrap_or_else(|| self.programme.settings.ceo());
        let unsubscribe = reader.recipient.map(|recipient| self.unsubscribe(recipient.contact())).unwrap_or_default();
        Ok(Composed { subject, preheader, language, signer, sealed, pictures, unsubscribe })
    }

    /// A public mailing as the site shows it: no reader, so a personal field that would print is an error.
    ///
    /// # Errors
    /// What went wrong, in the author's file.
    pub fn public_copy(
        &self,
        mailing: &'p Mailing,
        language: Language,
        date: Date,
    ) -> Result<PublicCopy, Box<Diagnostic>> {
        let reader = Reader { recipient: None, language, date, form: Form::Full };
        let (language, content) = self.content(mailing, reader)?;
        let mut context = self.context(mailing, content, language, reader);
        let title = self.line(content, "subject", language, &context, reader)?.unwrap_or_default();
        let mut view = mailing_view(mailing, date, &content.front.extra);
        view.subject = Some(&title);
        view.summary = content.front.summary.as_deref();
        context.insert_value("mailing", own_words(&view, &words::MAILING));
        let markdown = self.engine.render(language, &body_name(content), &context).map_err(|mut error| {
            error.message = format!("{} (in the public copy, which has no reader)", error.message);
            error
        })?;
        Ok(PublicCopy { title, body: marked_html(&markdown, content, language, Medium::Page), language })
    }

    /// The text a reader gets, and its language.
    fn content(
        &self,
        mailing: &'p Mailing,
        reader: Reader<'_, 'p>,
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

    /// Everything a mail template sees but body, standing text, subject and preheader.
    fn context(
        &self,
        mailing: &'p Mailing,
        content: &'p ContentFile,
        language: Language,
        reader: Reader<'_, 'p>,
    ) -> Context {
        let settings = &self.programme.settings;
        let languages = &settings.languages;
        let mut context = Context::new();
        context.insert("programme", &ProgrammeView::new(settings));
        context.insert_value("brand", own_words(&BrandView::new(&settings.brand, language, languages), &words::BRAND));
        context.insert_value("language", own_words(&language.tag(), &[]));
        context.insert_value("date", own_words(&reader.date.to_string(), &[]));
        context.insert("strings", strings_for(self.programme, language).as_ref());
        context.insert("reward", &RewardView::new(settings, language));
        context.insert_value(
            "mailing",
            own_words(&mailing_view(mailing, reader.date, &content.front.extra), &words::MAILING),
        );
        if let Some(signer) = self.signer(mailing, reader) {
            context.insert("signer", &MemberView::new(signer, language, languages));
        }
        let contact = reader.recipient.map(Recipient::contact);
        if let Some(recipient) = reader.recipient {
            context.insert_value("tier", own_words(&recipient.tier().letter(), &[]));
        }
        if let Some(owner) = contact.and_then(|contact| settings.member(&contact.owner)) {
            context.insert("owner", &MemberView::new(owner, language, languages));
        }
        match reader.form {
            Form::Full => {
                context.insert("links", &self.links(mailing, language, contact));
                if let Some(contact) = contact {
                    let view = ContactView::new(contact, self.key.code(contact));
                    context.insert_value("contact", own_words(&view, &words::CONTACT));
                }
            }
            Form::Stamped(answers) => {
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

    /// Who signs for this reader; nobody where the owner signs and there is no reader.
    fn signer(&self, mailing: &Mailing, reader: Reader<'_, 'p>) -> Option<&'p Member> {
        let settings = &self.programme.settings;
        match &mailing.signed_by {
            Signer::Ceo => Some(settings.ceo()),
            Signer::Member(id) => settings.member(id),
            Signer::Owner => reader.recipient.and_then(|recipient| settings.member(&recipient.contact().owner)),
        }
    }

    /// A value of the front matter, merged, as one line without marks.
    fn line(
        &self,
        content: &ContentFile,
        key: &str,
        language: Language,
        context: &Context,
        reader: Reader<'_, 'p>,
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

    /// The standing text for this reader, merged values still marks in its HTML.
    fn keep_in_mind(
        &self,
        language: Language,
        context: &Context,
        reader: Reader<'_, 'p>,
    ) -> Result<Parts, Box<Diagnostic>> {
        let chain = self.programme.settings.languages.chain(language);
        let (language, content) = self.programme.keep_in_mind.pick(&chain, None).ok_or_else(|| {
            Box::new(Diagnostic::error("r02-keep-in-mind", format!("there is no keep-in-mind text in `{language}`")))
        })?;
        let markdown = self.render(reader, language, &body_name(content), context)?;
        Ok(Parts {
            html: marked_html(&markdown, content, language, Medium::Mail),
            text: plain_text(&markdown, language, Links::Inline),
        })
    }

    /// Inlines the style sheet, turns marks into text and pictures into `cid:` URLs.
    fn finish(&self, page: &str, content: &ContentFile, wanted: &RefCell<Pictures>) -> Result<String, Box<Diagnostic>> {
        let inlined = self.inliner.inline(page).map_err(|error| {
            Box::new(self.about(content, "css", &format!("the style sheet cannot be inlined: {error}")))
        })?;
        Ok(self.finish_part(&pictures::charset_first(&inlined), wanted))
    }

    fn finish_part(&self, part: &str, wanted: &RefCell<Pictures>) -> String {
        html::finish(part, &mut |source| {
            let path = pictures::local(source)?;
            let mut wanted = wanted.borrow_mut();
            match self.programme.assets.get(path) {
                Some(asset) => {
                    wanted.there.insert(path.to_owned());
                    let src =
                        format!("cid:{}", pictures::content_id(asset, self.programme.settings.sender.email.domain()));
                    Some(Picture { size: asset.size.map(|size| pictures::fitted(size, MAIL_WIDTH)), ..src.into() })
                }
                None => {
                    wanted.missing.insert(path.to_owned());
                    None
                }
            }
        })
    }

    fn found_pictures(&self, pictures: Pictures, content: &ContentFile) -> Result<BTreeSet<String>, Box<Diagnostic>> {
        match pictures.missing.first() {
            None => Ok(pictures.there),
            Some(path) => {
                let error = self.about(content, "missing-picture", &format!("there is no picture content/{path}"));
                Err(Box::new(
                    error.hint("the path is counted from the Markdown file, or from content/ with a leading slash"),
                ))
            }
        }
    }

    /// A finding about a content file as a whole.
    fn about(&self, content: &ContentFile, code: &'static str, message: &str) -> Diagnostic {
        Diagnostic::error(code, message).in_file(content.file.path())
    }
}

/// The style sheet of mails, by its name below `templates/`.
const MAIL_CSS: &str = "style/email.css";

/// Widest picture in a message, in CSS pixels: the card less its margins.
const MAIL_WIDTH: u32 = 520;

/// The HTML of a Markdown text with raw HTML allowed (its authors are the firm's own), values still marks.
fn marked_html(markdown: &str, content: &ContentFile, language: Language, medium: Medium) -> String {
    let folder = content_folder(content);
    let picture = |path: &str| pictures::local(path).and_then(|_| pictures::resolve(folder, path));
    markdown::render(markdown, &markdown::Options { language, allow_html: true, medium, picture: &picture }).html
}

fn plain_text(markdown: &str, language: Language, links: Links) -> String {
    text::render_text(markdown, &TextOptions { language, allow_html: true, links })
}

/// A text part as a person would leave it: no blanks at line ends, no more than one blank line, one line break at the end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines().map(str::trim_end) {
        match line.is_empty() {
            true => blank += 1,
            false => {
                if !out.is_empty() {
                    out.push_str(if blank > 0 { "\n\n" } else { "\n" });
                }
                out.push_str(line);
                blank = 0;
            }
        }
    }
    out.push('\n');
    out
}

/// A text in its two forms.
struct Parts {
    html: String,
    text: String,
}

/// Pictures a message shows, and those that are not there.
#[derive(Default)]
struct Pictures {
    there: BTreeSet<String>,
    missing: BTreeSet<String>,
}

/// The folder of a content file, below `content/`.
pub fn content_folder(content: &ContentFile) -> &str {
    let path = content.file.path().strip_prefix("content/").unwrap_or(content.file.path());
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
