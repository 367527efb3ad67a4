//! One message in full, for one reader: the reference that every faster path must equal byte for byte.
//!
//! content (tera) → Markdown → HTML and text → layout (tera) → inlined CSS → [`finish`](html::finish) → [`seal`](seal::seal)

use std::cell::RefCell;
use std::collections::BTreeSet;

use css_inline::CSSInliner;
use jiff::civil::Date;
use tera::{Context, Value};

use crate::diagnostic::{Diagnostic, Fault};
use crate::load::places;
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
use crate::render::text::{self, Links, TextOptions};
use crate::render::view::words;
use crate::render::view::{
    BrandView, ContactView, LinksView, MemberView, OccasionView, ProgrammeView, RewardView, mailing_view,
};
use crate::render::{html, mark, pictures, typography};

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
}

/// Who reads: the one place where a message is told who it is for.
#[derive(Clone, Copy)]
struct Reader<'r, 'p> {
    recipient: Option<&'r Recipient<'p>>,
    language: Language,
    date: Date,
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
        Ok(Composer { programme, engine, key, dates: Dates::new(programme), inliner })
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
        let reader =
            Reader { recipient: Some(recipient), language: recipient.contact().language, date: recipient.date() };
        self.compose_for(mailing, reader).map_err(|mut error| {
            error.message = format!("{} (for `{}`)", error.message, recipient.contact().id);
            error
        })
    }

    fn compose_for(&self, mailing: &'p Mailing, reader: Reader<'_, 'p>) -> Result<Composed<'p>, Box<Diagnostic>> {
        let (language, content) = self.content(mailing, reader)?;
        let mut context = self.context(mailing, content, language, reader);
        let subject = self.line(content, "subject", language, &context)?.unwrap_or_default();
        if subject.is_empty() {
            return Err(Box::new(self.about(content, "empty-subject", "the subject is empty")));
        }
        let preheader = self.line(content, "preheader", language, &context)?;
        let mut view = mailing_view(mailing, reader.date, &content.front.extra);
        view.subject = Some(&subject);
        view.preheader = preheader.as_deref();
        view.summary = content.front.summary.as_deref();
        view.reward_block = content.front.reward_block;
        context.insert_value("mailing", own_words(&view, &words::MAILING));
        let wanted = RefCell::new(Pictures::default());
        let markdown = self.engine.render(language, &body_name(content), &context)?;
        let body = marked_html(&markdown, content, language, Medium::Mail);
        let body_text = plain_text(&markdown, language, Links::Numbered);
        let keep = self.keep_in_mind(language, &context)?;
        let layout = format!("email/{}", mailing.kind.name());
        context.insert_value("body", Value::safe_string(&body));
        context.insert_value("keep_in_mind", Value::safe_string(&keep.html));
        let page = self.engine.render(language, &format!("{layout}.html"), &context)?;
        context.insert_value("body", Value::safe_string(&body_text));
        context.insert_value("keep_in_mind", Value::safe_string(&keep.text));
        let plain = self.engine.render(language, &format!("{layout}.txt"), &context)?;
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
        let token = reader.recipient.map(|recipient| self.key.token(recipient.contact()));
        let unsubscribe = token.map(|token| links::unsubscribe(&self.programme.settings, &token)).unwrap_or_default();
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
        let reader = Reader { recipient: None, language, date };
        let (language, content) = self.content(mailing, reader)?;
        let mut context = self.context(mailing, content, language, reader);
        let title = self.line(content, "subject", language, &context)?.unwrap_or_default();
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
        let code = reader.recipient.map(|recipient| self.key.code(recipient.contact()));
        let token = reader.recipient.map(|recipient| self.key.token(recipient.contact()));
        context.insert(
            "links",
            &LinksView {
                refer: links::refer(settings, language, code.as_deref()),
                unsubscribe: token.and_then(|token| links::unsubscribe(settings, &token).into_iter().next()),
                browser: mailing.public.then(|| links::archive(settings, language, mailing)),
            },
        );
        if let Some(recipient) = reader.recipient {
            let contact = recipient.contact();
            let view = ContactView::new(contact, code.unwrap_or_default());
            context.insert_value("contact", own_words(&view, &words::CONTACT));
            context.insert_value("tier", own_words(&recipient.tier().letter(), &[]));
            if let Some(owner) = settings.member(&contact.owner) {
                context.insert("owner", &MemberView::new(owner, language, languages));
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
    ) -> Result<Option<String>, Box<Diagnostic>> {
        let there = match key {
            "subject" => content.front.subject.is_some(),
            _ => content.front.preheader.is_some(),
        };
        if !there {
            return Ok(None);
        }
        let rendered = self.engine.render(language, &front_name(content, key), context)?;
        let smart = typography::smarten_line(&rendered, language);
        Ok(Some(mark::decode(&smart).split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// The standing text for this reader, merged values still marks in its HTML.
    fn keep_in_mind(&self, language: Language, context: &Context) -> Result<Parts, Box<Diagnostic>> {
        let chain = self.programme.settings.languages.chain(language);
        let (language, content) = self.programme.keep_in_mind.pick(&chain, None).ok_or_else(|| {
            Box::new(Diagnostic::error("r02-keep-in-mind", format!("there is no keep-in-mind text in `{language}`")))
        })?;
        let markdown = self.engine.render(language, &body_name(content), context)?;
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
                    Some(Picture { src, size: asset.size.map(|size| pictures::fitted(size, MAIL_WIDTH)) })
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
