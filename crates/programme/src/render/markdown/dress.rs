//! Writes what has values in its attributes, and what mail clients need written out.

use std::collections::BTreeSet;

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Tag, TagEnd};

use super::{Heading, Medium, Notes, Options, Rendered, content, plain_text};
use crate::model::id::latin_slug;
use crate::render::typography;
use html::mark::{self, Run};
use html::{entity, url};

/// Replaces events by HTML where pulldown-cmark would write something else.
pub(super) struct Dresser<'o, 'a> {
    options: &'o Options<'o>,
    events: Vec<Event<'a>>,
    headings: Vec<Heading>,
    anchors: BTreeSet<String>,
    pictures: Vec<String>,
    /// Labels of footnotes in the order of their first reference.
    noted: Vec<String>,
    /// Of each list we are in: is it one of tasks?
    task_lists: Vec<bool>,
    table: Table,
}

/// Where we are in a table.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    head: bool,
}

impl<'o, 'a> Dresser<'o, 'a> {
    pub(super) fn new(options: &'o Options<'o>) -> Self {
        Dresser {
            options,
            events: Vec::new(),
            headings: Vec::new(),
            anchors: BTreeSet::new(),
            pictures: Vec::new(),
            noted: Vec::new(),
            task_lists: Vec::new(),
            table: Table::default(),
        }
    }

    /// The HTML of a text and, after it, of the notes it refers to (a note may refer to others).
    pub(super) fn finish(mut self, body: &[Event<'a>], notes: &Notes<'a>) -> Rendered {
        self.events.reserve(body.len());
        self.dress(body);
        let mut next = 0;
        while let Some(label) = self.noted.get(next).cloned() {
            next += 1;
            self.note(next, notes.get(&label).map_or(&[], Vec::as_slice));
        }
        let mut html = String::with_capacity(self.events.len() * 24);
        pulldown_cmark::html::push_html(&mut html, self.events.into_iter());
        Rendered { html, headings: self.headings, pictures: self.pictures, refused: None, left_over: Vec::new() }
    }

    fn inline(&mut self, html: impl Into<CowStr<'a>>) {
        self.events.push(Event::InlineHtml(html.into()));
    }

    fn dress(&mut self, events: &[Event<'a>]) {
        let mut at = 0;
        while at < events.len() {
            match &events[at] {
                Event::Start(Tag::Paragraph) if self.is_figure(content(events, at)) => {
                    self.figures(content(events, at));
                    at += content(events, at).len() + 1;
                }
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let inside = content(events, at);
                    let html = self.image(dest_url, &plain_text(inside), title);
                    self.inline(html);
                    at += inside.len() + 1;
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    let id = self.heading(*level, &plain_text(content(events, at))).map(CowStr::from);
                    let tag = Tag::Heading { level: *level, id, classes: Vec::new(), attrs: Vec::new() };
                    self.events.push(Event::Start(tag));
                }
                Event::Start(Tag::List(None)) if of_tasks(content(events, at)) => {
                    self.task_lists.push(true);
                    self.inline(match self.options.medium {
                        Medium::Mail => TASKS,
                        Medium::Page => "<ul class=\"task-list\">\n",
                    });
                }
                Event::Start(Tag::Item) if self.is_task_row() => {
                    let done =
                        content(events, at).iter().take(2).any(|event| matches!(event, Event::TaskListMarker(true)));
                    self.inline(if done { TASK_DONE } else { TASK_LEFT });
                }
                event => self.dress_one(event),
            }
            at += 1;
        }
    }

    fn dress_one(&mut self, event: &Event<'a>) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                let scheme = if *link_type == LinkType::Email { "mailto:" } else { "" };
                let mut html = format!("<a href=\"{scheme}{}\"", href(dest_url));
                push_title(title, &mut html);
                html.push('>');
                self.inline(html);
            }
            Event::End(TagEnd::Link) => self.inline("</a>"),
            Event::FootnoteReference(label) => {
                let number = self.number(label);
                self.inline(match self.options.medium {
                    Medium::Mail => format!("<sup class=\"footnote-reference\">{number}</sup>"),
                    Medium::Page => {
                        format!("<sup class=\"footnote-reference\"><a href=\"#note-{number}\">{number}</a></sup>")
                    }
                });
            }
            Event::Start(Tag::List(_)) => {
                self.task_lists.push(false);
                self.events.push(event.clone());
            }
            Event::End(TagEnd::Item) if self.is_task_row() => self.inline("</td>\n</tr>\n"),
            Event::TaskListMarker(_) if self.is_task_row() => {}
            Event::End(TagEnd::List(_)) => {
                let rows = self.is_task_row();
                self.task_lists.pop();
                if rows { self.inline("</table>\n") } else { self.events.push(event.clone()) }
            }
            Event::Start(Tag::Item) if self.task_lists.last() == Some(&true) => self.inline("\n<li class=\"task\">"),
            // A check box is a form control, and mail clients drop those.
            Event::TaskListMarker(done) => self.inline(match (self.task_lists.last(), done) {
                (Some(true), true) => "<span class=\"task-mark task-done\">✓ </span>",
                (Some(true), false) => "<span class=\"task-mark\">○ </span>",
                (_, true) => "✓ ",
                (_, false) => "○ ",
            }),
            Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell)
            | Event::End(TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell) => {
                let html = self.table.write(event, self.options.medium);
                self.inline(html);
            }
            other => self.events.push(other.clone()),
        }
    }

    /// In a message a list of tasks is a table: a mark, and what is to be done. Outlook sets no mark of our own before an item.
    fn is_task_row(&self) -> bool {
        self.options.medium == Medium::Mail && self.task_lists.last() == Some(&true)
    }

    /// Pictures that stand alone: in a message always a block of their own, on a page where they have a caption.
    fn is_figure(&self, events: &[Event<'_>]) -> bool {
        alone(events) && (self.options.medium == Medium::Mail || captioned(events))
    }

    /// The number of a footnote: that of its first reference.
    fn number(&mut self, label: &str) -> usize {
        let known = self.noted.iter().position(|noted| noted == label);
        known.unwrap_or_else(|| {
            self.noted.push(label.to_owned());
            self.noted.len() - 1
        }) + 1
    }

    /// A footnote, its number at the beginning of its first paragraph.
    fn note(&mut self, number: usize, events: &[Event<'a>]) {
        let id = match self.options.medium {
            Medium::Mail => String::new(),
            Medium::Page => format!(" id=\"note-{number}\""),
        };
        self.inline(format!("<div class=\"footnote-definition\"{id}>\n"));
        let label = format!("<sup class=\"footnote-definition-label\">{number}</sup> ");
        match events.first() {
            Some(Event::Start(Tag::Paragraph)) if !self.is_figure(content(events, 0)) => {
                self.events.push(Event::Start(Tag::Paragraph));
                self.inline(label);
                self.dress(&events[1..]);
            }
            _ => {
                self.inline(label);
                self.dress(events);
            }
        }
        self.inline("</div>\n");
    }

    /// Notes a heading and makes its anchor.
    fn heading(&mut self, level: HeadingLevel, text: &str) -> Option<String> {
        let id = (self.options.medium == Medium::Page).then(|| {
            let slug = slug(text);
            let numbered = (2..).map(|number| format!("{slug}-{number}"));
            let mut candidates = std::iter::once(slug.clone()).chain(numbered);
            candidates.find(|id| !self.anchors.contains(id)).expect("there is always a next number")
        });
        self.anchors.extend(id.clone());
        self.headings.push(Heading { level: level as u8, id: id.clone(), text: mark::decode(text).into_owned() });
        id
    }

    /// Pictures that stand alone, each with the caption it may have.
    fn figures(&mut self, events: &[Event<'a>]) {
        for (at, event) in events.iter().enumerate() {
            if let Event::Start(Tag::Image { dest_url, title, .. }) = event {
                let alt = plain_text(content(events, at));
                let image = self.image(dest_url, &alt, "");
                // Outlook does not know `figure` and would set the caption beside the picture.
                let (figure, caption) = match self.options.medium {
                    Medium::Mail => ("div", "p"),
                    Medium::Page => ("figure", "figcaption"),
                };
                let mut html = format!("<{figure} class=\"picture\">\n{image}\n");
                if !title.is_empty() {
                    html.push_str(&format!("<{caption} class=\"caption\">"));
                    entity::escape_text(&typography::smarten_line(title, self.options.language), &mut html);
                    html.push_str(&format!("</{caption}>\n"));
                }
                html.push_str(&format!("</{figure}>\n"));
                self.events.push(Event::Html(html.into()));
            }
        }
    }

    fn image(&mut self, destination: &str, alt: &str, title: &str) -> String {
        let mut html = "<img src=\"".to_owned();
        match (self.options.picture)(destination).filter(|_| !mark::has_marks(destination)) {
            Some(path) => {
                entity::escape_attribute(&path, &mut html);
                if !self.pictures.contains(&path) {
                    self.pictures.push(path);
                }
            }
            None => html.push_str(&href(destination)),
        }
        html.push_str("\" alt=\"");
        entity::escape_attribute(alt, &mut html);
        html.push('"');
        push_title(title, &mut html);
        html.push('>');
        html
    }
}

impl Table {
    fn write(&mut self, event: &Event<'_>, medium: Medium) -> CowStr<'static> {
        match event {
            Event::Start(Tag::Table(alignments)) => {
                *self = Table { alignments: alignments.clone(), ..Table::default() };
                "<table>\n".into()
            }
            Event::End(TagEnd::Table) => "</tbody>\n</table>\n".into(),
            Event::Start(Tag::TableHead) => {
                (self.column, self.head) = (0, true);
                "<thead>\n<tr>\n".into()
            }
            Event::End(TagEnd::TableHead) => {
                self.head = false;
                "</tr>\n</thead>\n<tbody>\n".into()
            }
            Event::Start(Tag::TableRow) => {
                self.column = 0;
                "<tr>\n".into()
            }
            Event::End(TagEnd::TableRow) => "</tr>\n".into(),
            Event::Start(_) => {
                let side = self.side(medium);
                self.column += 1;
                let cell = if self.head { "<th scope=\"col\"" } else { "<td" };
                format!("{cell}{side}>").into()
            }
            _ => if self.head { "</th>\n" } else { "</td>\n" }.into(),
        }
    }

    /// The attributes that align the current cell.
    fn side(&self, medium: Medium) -> String {
        let side = match self.alignments.get(self.column) {
            Some(Alignment::Center) => "center",
            Some(Alignment::Right) => "right",
            Some(Alignment::Left) => "left",
            Some(Alignment::None) | None => return String::new(),
        };
        match medium {
            // Outlook knows the attribute, everybody else the style.
            Medium::Mail => format!(" align=\"{side}\" style=\"text-align: {side}\""),
            Medium::Page => format!(" class=\"align-{side}\""),
        }
    }
}

/// Does every item of the list begin with a check box?
fn of_tasks(list: &[Event<'_>]) -> bool {
    let (mut depth, mut all) = (0_usize, true);
    for (at, event) in list.iter().enumerate() {
        match event {
            Event::Start(Tag::Item) if depth == 0 => {
                let inside = match &list[at + 1..] {
                    [Event::Start(Tag::Paragraph), inside @ ..] | inside => inside,
                };
                all &= matches!(inside.first(), Some(Event::TaskListMarker(_)));
                depth += 1;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            _ => {}
        }
    }
    all
}

/// Is the paragraph nothing but pictures?
fn alone(events: &[Event<'_>]) -> bool {
    let (mut inside, mut pictures) = (false, false);
    for event in events {
        match event {
            Event::Start(Tag::Image { .. }) => (inside, pictures) = (true, true),
            Event::End(TagEnd::Image) => inside = false,
            Event::SoftBreak => {}
            _ if inside => {}
            _ => return false,
        }
    }
    pictures
}

/// Has one of the pictures a caption?
fn captioned(events: &[Event<'_>]) -> bool {
    events.iter().any(|event| matches!(event, Event::Start(Tag::Image { title, .. }) if !title.is_empty()))
}

/// A list of tasks, as a table of two columns.
const TASKS: &str = "<table role=\"presentation\" class=\"tasks\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">\n";

/// The beginning of a task that is done.
const TASK_DONE: &str =
    "<tr>\n<td class=\"task-mark task-done\" width=\"32\" valign=\"top\">✓</td>\n<td class=\"task\" valign=\"top\">";

/// The beginning of one that is not.
const TASK_LEFT: &str =
    "<tr>\n<td class=\"task-mark\" width=\"32\" valign=\"top\">○</td>\n<td class=\"task\" valign=\"top\">";

fn push_title(title: &str, html: &mut String) {
    if !title.is_empty() {
        html.push_str(" title=\"");
        entity::escape_attribute(title, html);
        html.push('"');
    }
}

/// A destination as the value of `href` or `src`: percent-encoded and escaped, but marks pass, because only
/// [`finish`](html::finish) knows what they say.
fn href(destination: &str) -> String {
    let mut out = String::with_capacity(destination.len());
    for run in mark::runs(destination) {
        match run {
            Run::Marked(marks) => out.push_str(marks),
            Run::Literal(literal) => {
                for character in literal.chars() {
                    match character {
                        '&' => out.push_str("&amp;"),
                        '\'' => out.push_str("&#39;"),
                        'a'..='z' | 'A'..='Z' | '0'..='9' => out.push(character),
                        other if "-._~:/?#[]@!$()*+,;=%".contains(other) => out.push(other),
                        other => url::percent(other, &mut out),
                    }
                }
            }
        }
    }
    out
}

/// The anchor of a heading: its words in ASCII; merged values are left out, they are nobody's business in a URL.
fn slug(text: &str) -> String {
    let authored = mark::runs(text).filter_map(|run| match run {
        Run::Literal(literal) => Some(literal),
        Run::Marked(_) => None,
    });
    let slug = latin_slug(&authored.collect::<String>());
    // A heading without letters still needs an anchor.
    if slug.is_empty() { "section".to_owned() } else { slug }
}
