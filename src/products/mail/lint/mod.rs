//! The e-mail linter: what a person overlooks in one composed message.
//!
//! [`lint`] is a pure function over one [`Subject`]; whatever it finds stands at the line that caused it, in the Markdown where
//! it is found there, else in the standing text, the layouts, the components or the style sheet. [`subject_line`] looks at what
//! may be wrong for one reader and right for the next. `bevara.yaml` may give each finding another level, by its code.

mod contrast;
mod image;
mod language;
mod link;
mod origin;
pub mod prose;
mod shouting;
mod size;
mod structure;
mod subject;
mod support;

use std::sync::Arc;

use crate::load::places;
use crate::model::content::ContentFile;
use crate::model::language::Language;
use crate::model::mailing::{Mailing, MailingKind};
use crate::model::programme::Programme;
use crate::plan::Recipient;
use crate::render::compose::Composed;
use crate::render::copies::ShownPicture;
use crate::render::pictures;
use crate::render::site_pages::SitePages;
pub use link::no_such_page;
use mail::quoted_printable;
use origin::Sources;
use source::SourceFile;
use source::diagnostic::Diagnostic;
pub use subject::subject_line;

/// One message, and what it was made of.
pub struct Subject<'a> {
    /// What kind of mailing it is.
    pub kind: MailingKind,
    /// The language it is meant to be in.
    pub language: Language,
    /// The Markdown.
    pub content: &'a ContentFile,
    /// The standing text.
    pub standing: Option<&'a ContentFile>,
    /// Its layouts first, then the other layouts and components, the style sheet last.
    pub templates: Vec<&'a Arc<SourceFile>>,
    /// The preheader, one line.
    pub preheader: Option<&'a str>,
    /// The HTML part.
    pub html: &'a str,
    /// How many words its own text has.
    pub words: usize,
    /// The text part.
    pub text: &'a str,
    /// Its size in bytes as it travels, in quoted-printable.
    pub html_bytes: usize,
    /// The pictures it shows.
    pub pictures: Vec<Picture<'a>>,
    /// The pages it may lead to.
    pub addresses: &'a SitePages<'a>,
}

/// A picture inside a message.
pub struct Picture<'a> {
    /// Its path below `content/`.
    pub path: &'a str,
    /// Its Content-ID.
    pub content_id: String,
    /// Its size in bytes; `None` of a copy, which is made light.
    pub bytes: Option<usize>,
}

impl<'a> Subject<'a> {
    /// The message `composed` of `mailing` for `recipient`; `None` where the mailing has no text for them.
    pub fn new(
        programme: &'a Programme,
        mailing: &Mailing,
        recipient: &Recipient<'_>,
        composed: &'a Composed<'_>,
        addresses: &'a SitePages<'a>,
    ) -> Option<Self> {
        let chain = programme.settings.languages.chain(recipient.contact().language);
        let (_, content) = programme.content(mailing).pick(&chain, Some(recipient.tier()))?;
        let standing = programme.keep_in_mind.pick(&programme.settings.languages.chain(composed.language), None);
        let mut encoded = Vec::new();
        quoted_printable::encode_into(composed.sealed.html(), &mut encoded);
        let domain = programme.settings.sender.email.domain();
        let shown = |ShownPicture { path, copy }: &'a ShownPicture| {
            let asset = programme.assets.get(path)?;
            let bytes = copy.is_none().then(|| asset.bytes.len());
            Some(Picture { path, content_id: pictures::content_id(asset, *copy, domain), bytes })
        };
        Some(Subject {
            kind: mailing.kind,
            language: composed.language,
            content,
            standing: standing.map(|(_, standing)| standing),
            templates: mail_templates(programme, mailing.kind),
            preheader: composed.preheader.as_deref(),
            html: composed.sealed.html(),
            words: composed.words,
            text: composed.sealed.text(),
            html_bytes: encoded.len(),
            pictures: composed.pictures.iter().filter_map(shown).collect(),
            addresses,
        })
    }

    fn sources(&self) -> Sources<'_> {
        Sources::new(self.content, self.standing, &self.templates)
    }
}

/// The templates of mails: those of the kind, the base, everything else, the style sheets.
fn mail_templates(programme: &Programme, kind: MailingKind) -> Vec<&Arc<SourceFile>> {
    let rank = |name: &str| {
        let stem = name.strip_prefix("email/").and_then(|file| file.split('.').next());
        match stem {
            Some(stem) if stem == kind.name() => Some(0),
            Some("base") => Some(1),
            Some(_) => Some(2),
            None if name == "style/email.css" => Some(3),
            None => None,
        }
    };
    let mut ranked: Vec<_> =
        programme.templates.iter().filter_map(|(name, file)| Some((rank(name)?, name, file))).collect();
    ranked.sort_by_key(|(rank, name, _)| (*rank, *name));
    ranked.into_iter().map(|(_, _, file)| file).collect()
}

/// Everything that is wrong with a message, whoever reads it.
pub fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let sources = subject.sources();
    let mut found = Vec::new();
    found.extend(size::findings(subject, &sources));
    found.extend(subject::preheader(subject, &sources));
    found.extend(shouting::findings(subject));
    found.extend(language::finding(subject));
    found.extend(image::findings(subject, &sources));
    found.extend(link::findings(subject, &sources));
    found.extend(structure::findings(subject, &sources));
    found.extend(support::findings(subject, &sources));
    found.extend(contrast::findings(subject, &sources));
    found
}

/// The addresses of the list that only servers with SMTPUTF8 take (RFC 6531), each a warning.
pub fn addresses(programme: &Programme) -> Vec<Diagnostic> {
    let active = programme.contacts.iter().filter(|contact| contact.tier().is_some());
    let needing = active.filter_map(|contact| Some((contact, contact.email.as_ref()?)));
    needing
        .filter(|(_, email)| email.needs_smtputf8())
        .map(|(contact, email)| {
            let message = format!("`{}` can only be reached through servers that know SMTPUTF8", email.as_str());
            Diagnostic::warning("needs-smtputf8", message).place(places::of_contact(programme, contact, "email")).hint(
                "ask for an address whose part before the @ is plain ASCII, or see that your server has the extension",
            )
        })
        .collect()
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
