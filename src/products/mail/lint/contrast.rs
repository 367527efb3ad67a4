//! Can every text be read on its background, by day and by night (WCAG 2.2, 1.4.3)?
//!
//! By day the inlined styles count, by night also the kept `@media (prefers-color-scheme: dark)`. Where a colour is not known for
//! sure (a background picture, a transparent colour, a selector that is not understood) nothing is said.

use super::Subject;
use super::origin::{Sources, plain_piece};
use html::css::{Colour, Declaration, Named, Selector, declarations, rules, sheets};
use html::{Tag, Token, entity, is_hidden, scan};
use source::diagnostic::Diagnostic;

/// What text must reach on its background.
const ENOUGH: f64 = 4.5;

/// What large text must reach: from 24 px on, bold from 18.66 px on.
const ENOUGH_LARGE: f64 = 3.0;

/// A text that is hard to read.
struct Pale {
    text: String,
    colour: Colour,
    background: Colour,
    /// The two as somebody wrote them.
    written: [String; 2],
    needed: f64,
    /// The class nearest to it.
    class: Option<String>,
    by_night: bool,
}

pub fn findings(subject: &Subject<'_>, sources: &Sources<'_>) -> Vec<Diagnostic> {
    let mut pale = pale_texts(subject.html, &[], false);
    if let Some(night) = night_rules(subject.html) {
        pale.extend(pale_texts(subject.html, &night, true));
    }
    // One finding a pair of colours: the same style sheet rule stands behind all of them.
    let mut told = Vec::new();
    pale.retain(|text| {
        let key = (text.colour, text.background, text.by_night);
        let new = !told.contains(&key);
        told.push(key);
        new
    });
    pale.iter().map(|text| finding(text, sources)).collect()
}

fn finding(pale: &Pale, sources: &Sources<'_>) -> Diagnostic {
    let ratio = (pale.colour.contrast(pale.background) * 10.0).floor() / 10.0;
    let scheme = if pale.by_night { " in dark mode" } else { "" };
    let Pale { colour, background, .. } = pale;
    let message = format!(
        "text in {colour} on {background} has a contrast of {ratio:.1}:1{scheme}, and needs {:.1}:1",
        pale.needed
    );
    let class = pale.class.as_ref().map(|class| format!(".{class}")).unwrap_or_default();
    let [as_written, background_as_written] = &pale.written;
    let upper = as_written.to_uppercase();
    let words = plain_piece(&pale.text);
    let place = match sources.in_content(as_written) || sources.in_content(&upper) {
        true => sources.find(&[as_written, &upper]),
        false => {
            let background_upper = background_as_written.to_uppercase();
            sources.find_style(&[as_written, &upper, background_as_written, &background_upper, &class, words])
        }
    };
    Diagnostic::warning("low-contrast", message)
        .place(place)
        .hint("darken the one or lighten the other: `brand` in bevara.yaml, or templates/style/email.css")
}

/// A rule of the dark scheme: whom it means, and what it says.
struct Night {
    selector: Selector,
    declarations: Vec<Declaration>,
}

/// The properties that count here.
const PROPERTIES: [&str; 7] =
    ["background", "background-color", "background-image", "color", "display", "font-size", "font-weight"];

/// The rules for dark mode; `None` where there are none, or where one of them is not understood.
fn night_rules(html: &str) -> Option<Vec<Night>> {
    let mut night = Vec::new();
    for sheet in sheets(html) {
        for media in rules(&sheet).iter().filter(|rule| rule.head.starts_with("@media")) {
            let head: String = media.head.chars().filter(|letter| !letter.is_whitespace()).collect();
            if !head.contains("prefers-color-scheme:dark") {
                continue;
            }
            for rule in rules(media.block) {
                let mut declarations = declarations(rule.block);
                declarations.retain(|declaration| PROPERTIES.contains(&declaration.property.as_str()));
                for selector in rule.head.split(',') {
                    if !declarations.is_empty() {
                        night.push(Night { selector: Selector::parse(selector)?, declarations: declarations.clone() });
                    }
                }
            }
        }
    }
    (!night.is_empty()).then_some(night)
}

/// An open element. `None` for a colour or a size that is not known for sure.
#[derive(Clone)]
struct Element {
    named: Named,
    hidden: bool,
    colour: Option<Colour>,
    background: Option<Colour>,
    /// Both as somebody wrote them.
    written: [String; 2],
    size: Option<f64>,
    bold: bool,
}

fn pale_texts(html: &str, night: &[Night], by_night: bool) -> Vec<Pale> {
    let root = Element {
        named: Named::default(),
        hidden: false,
        colour: Some(Colour::BLACK),
        background: Some(Colour::WHITE),
        written: [String::new(), String::new()],
        size: Some(16.0),
        bold: false,
    };
    let mut open = vec![root];
    let mut pale = Vec::new();
    for token in scan(html) {
        match token {
            Token::Open(tag) if !tag.is_void() => {
                let element = element(&tag, &open, night);
                open.push(element);
            }
            Token::Close(name, _) => {
                let at = open.iter().skip(1).rposition(|element| element.named.element.eq_ignore_ascii_case(name));
                open.truncate(at.map_or(open.len(), |at| at + 1));
            }
            Token::Text(text) => pale.extend(pale_text(text, &open, by_night)),
            _ => {}
        }
    }
    pale
}

fn pale_text(text: &str, open: &[Element], by_night: bool) -> Option<Pale> {
    let text = entity::decode(text);
    let text = text.trim();
    let element = open.last()?;
    if element.hidden || !text.contains(char::is_alphanumeric) {
        return None;
    }
    let (colour, background) = (element.colour?, element.background?);
    let large = element.size.is_none_or(|size| size >= 24.0 || element.bold && size >= 18.66);
    let needed = if large { ENOUGH_LARGE } else { ENOUGH };
    if colour.contrast(background) >= needed {
        return None;
    }
    let class = open.iter().rev().find_map(|element| element.named.classes.first().cloned());
    let shown: String = text.chars().take(40).collect();
    Some(Pale { text: shown, colour, background, written: element.written.clone(), needed, class, by_night })
}

fn element(tag: &Tag<'_>, open: &[Element], night: &[Night]) -> Element {
    let parent = open.last().expect("the root is never closed");
    let classes = tag.value("class").unwrap_or_default().split_ascii_whitespace();
    let named = Named {
        element: tag.name.to_ascii_lowercase(),
        id: tag.value("id").map(str::to_owned),
        classes: classes.map(str::to_owned).collect(),
    };
    let path: Vec<&Named> = open.iter().map(|element| &element.named).chain([&named]).collect();
    let style = declarations(&entity::decode(tag.value("style").unwrap_or_default()));
    let meant = night.iter().filter(|rule| rule.selector.matches(&path));
    let sheet: Vec<(Specificity, &Declaration)> = meant
        .flat_map(|rule| rule.declarations.iter().map(|declaration| (rule.selector.specificity(), declaration)))
        .collect();
    let winner = |properties: &[&str]| winner(properties, &style, &sheet);
    let [mut as_written, mut background_as_written] = parent.written.clone();
    let colour = match winner(&["color"]).or_else(|| tag.value("color").map(str::to_ascii_lowercase)) {
        Some(value) if value == "inherit" => parent.colour,
        Some(value) => {
            let colour = Colour::parse(&value);
            as_written = value;
            colour
        }
        // What colour a link has that is given none is up to the mail program.
        None if tag.is("a") && tag.attribute("href").is_some() => None,
        None => parent.colour,
    };
    let value = winner(&["background", "background-color"]);
    let background = match value.or_else(|| tag.value("bgcolor").map(str::to_ascii_lowercase)) {
        Some(value) => {
            let colour = background(&value, parent.background);
            background_as_written = value;
            colour
        }
        None => parent.background,
    };
    let pictured =
        winner(&["background-image"]).is_some_and(|value| value != "none") || tag.attribute("background").is_some();
    let size = match winner(&["font-size"]) {
        Some(value) => value.strip_suffix("px").and_then(|pixels| pixels.trim().parse().ok()),
        None if tag.is("h1") || tag.is("h2") => None,
        None => parent.size,
    };
    let bold = match winner(&["font-weight"]) {
        Some(value) => value == "bold" || value.parse::<u16>().is_ok_and(|weight| weight >= 700),
        None => {
            parent.bold || ["b", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "th"].iter().any(|name| tag.is(name))
        }
    };
    let hidden = parent.hidden || is_hidden(tag) || winner(&["display"]).is_some_and(|value| value == "none");
    let background = if pictured { None } else { background };
    Element { hidden, colour, background, written: [as_written, background_as_written], size, bold, named }
}

/// The colour of a `background`: its only word, or the one among them that is a colour.
fn background(value: &str, behind: Option<Colour>) -> Option<Colour> {
    if value.contains("url(") || value.contains("gradient(") {
        return None;
    }
    match value {
        "transparent" | "none" | "inherit" => behind,
        value => Colour::parse(value).or_else(|| value.split_ascii_whitespace().find_map(Colour::parse)),
    }
}

/// Ids, classes, elements; an inline style is above all of them.
type Specificity = (usize, usize, usize);

/// The value that wins among the inline style and the rules for dark mode that mean the element (CSS Cascade 4, §6.1).
fn winner(properties: &[&str], style: &[Declaration], sheet: &[(Specificity, &Declaration)]) -> Option<String> {
    const INLINE: Specificity = (usize::MAX, 0, 0);
    let own = style.iter().map(|declaration| (INLINE, declaration));
    // Of equals the last one wins, and that is what `max_by_key` takes.
    own.chain(sheet.iter().copied())
        .filter(|(_, declaration)| properties.contains(&declaration.property.as_str()))
        .max_by_key(|(specificity, declaration)| (declaration.important, *specificity))
        .map(|(_, declaration)| declaration.value.clone())
}

#[cfg(test)]
mod tests {
    use crate::products::mail::lint::fixture::Message;

    fn codes(html: &str) -> Vec<String> {
        Message::new("Some words\n", html).codes()
    }

    const NIGHT: &str = "<style>@media (prefers-color-scheme: dark) { .page { background-color: #111 !important } \
        .page p { color: #eee !important } }</style>";

    #[test]
    fn pale_text_is_found_at_the_rule_that_makes_it_pale() {
        assert_eq!(
            codes("<p class=\"pale\" style=\"color: #bbbbbb\">Text</p>"),
            ["low-contrast templates/style/email.css:2"]
        );
        assert_eq!(
            codes("<td bgcolor=\"#222222\"><p>Some words</p></td>"),
            ["low-contrast templates/style/email.css:1"]
        );
        assert!(codes("<p style=\"color: #595959\">Text</p>").is_empty());
        assert!(codes("<div style=\"background: #222 none\"><p style=\"color: white\">Text</p></div>").is_empty());
    }

    #[test]
    fn large_text_may_be_paler() {
        assert!(codes("<p style=\"color: #8a8a8a; font-size: 24px\">Text</p>").is_empty());
        assert_eq!(codes("<p style=\"color: #8a8a8a; font-size: 18px\">Text</p>").len(), 1);
    }

    #[test]
    fn what_is_hidden_or_not_known_for_sure_is_let_be() {
        assert!(codes("<div style=\"display: none; color: #fff\">Text</div>").is_empty());
        assert!(codes("<div style=\"background: url(https://x.example/a.png); color: #fff\">Text</div>").is_empty());
        assert!(codes("<p style=\"color: rgba(255, 255, 255, 0.5)\">Text</p>").is_empty());
    }

    #[test]
    fn dark_mode_is_looked_at_where_the_message_has_one() {
        let page = |inner: &str| format!("{NIGHT}<div class=\"page\">{inner}</div>");
        assert!(codes(&page("<p>Text</p>")).is_empty());
        let forgotten = Message::new("Some words\n", &page("<div style=\"color: #222222\">Forgotten</div>"));
        assert_eq!(forgotten.codes(), ["low-contrast templates/style/email.css:1"]);
        assert!(forgotten.found()[0].message.contains("in dark mode"));
        let unclear = page("<div style=\"color: #222222\">Forgotten</div>").replace(".page p {", ".page > p {");
        assert!(codes(&unclear).is_empty());
    }
}
