//! Messages for the tests of the linter.

use std::sync::Arc;

use super::{Picture, Subject, lint};
use crate::fixture::Fixture;
use crate::model::content::{ContentFile, Front};
use crate::model::language::Language;
use crate::model::mailing::MailingKind;
use crate::render::site_pages::SitePages;
use source::SourceFile;
use source::diagnostic::Diagnostic;

/// What a message is made of, before it is looked at.
pub(super) struct Message {
    pub kind: MailingKind,
    pub language: Language,
    pub content: ContentFile,
    pub templates: Vec<Arc<SourceFile>>,
    pub html: String,
    pub words: usize,
    pub text: String,
    pub pictures: Vec<(&'static str, usize)>,
}

/// A Markdown file with a subject and a preheader.
pub(super) fn content(subject: &str, body: &str) -> ContentFile {
    let head = format!("---\nsubject: {subject}\npreheader: What it is about\n---\n");
    let front = Front { subject: Some(subject.into()), preheader: Some("What it is about".into()), ..Front::default() };
    ContentFile { body_at: head.len(), file: SourceFile::new("content/news.en.md", head + body), front }
}

impl Message {
    /// An English newsletter: Markdown, and the body of the HTML it became.
    pub(super) fn new(markdown: &str, html: &str) -> Self {
        Message {
            kind: MailingKind::Newsletter,
            language: Language::En,
            content: content("News", markdown),
            templates: vec![
                SourceFile::new("templates/email/base.html", "<html>\n<body>{{ body }}</body>\n</html>"),
                SourceFile::new("templates/style/email.css", ".body { color: #222222; }\n.pale { color: #bbbbbb; }\n"),
            ],
            html: format!(
                "<!DOCTYPE html><html lang=\"en\"><head></head><body><div lang=\"en\" dir=\"ltr\">{html}</div></body></html>"
            ),
            text: "Words\n".to_owned(),
            words: 0,
            pictures: Vec::new(),
        }
    }

    /// Everything that is found, as `code file:line`.
    pub(super) fn codes(&self) -> Vec<String> {
        self.found().iter().map(in_short).collect()
    }

    pub(super) fn found(&self) -> Vec<Diagnostic> {
        let pictures = self.pictures.iter();
        let programme = Fixture::new().page("index", Front::default()).build();
        lint(&Subject {
            kind: self.kind,
            language: self.language,
            content: &self.content,
            standing: None,
            templates: self.templates.iter().collect(),
            preheader: self.content.front.preheader.as_deref(),
            html: &self.html,
            words: self.words,
            text: &self.text,
            html_bytes: self.html.len(),
            pictures: pictures
                .map(|&(path, bytes)| Picture { path, content_id: format!("{path}@x.example"), bytes: Some(bytes) })
                .collect(),
            addresses: &SitePages::new(&programme),
        })
    }
}

/// `code file:line` of a finding.
pub(super) fn in_short(finding: &Diagnostic) -> String {
    let place = finding.place.as_ref().expect("every finding has a place");
    let (line, _) = place.line_column().expect("every finding has a line");
    format!("{} {}:{line}", finding.code, place.path())
}
