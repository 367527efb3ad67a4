//! Text that a template captures: `{% set x %}…{% endset %}` and `{% filter f %}…{% endfilter %}`.
//!
//! Values printed into it are marks already (see [`mark`](html::mark)), so what it is compared with, searched for or changed to
//! would be told wrong. Printing it and asking whether it is empty are right; anything else is refused at its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::render::syntax::{Kind, Role, Tag, names, tags};

/// A use of captured text that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse {
    /// The template.
    pub template: String,
    /// Where in it.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What helps.
    pub hint: String,
}

/// All such uses in a set of templates, given by name and text. What one captures, those that it includes see too.
pub fn misuses(texts: &[(String, String)]) -> Vec<Misuse> {
    let captures = |text: &str| text.contains("endset") || text.contains("endfilter");
    if !texts.iter().any(|(_, text)| captures(text)) {
        return Vec::new();
    }
    let by_name: BTreeMap<&str, &str> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut found = Vec::new();
    for (name, text) in texts.iter().filter(|(_, text)| captures(text)) {
        let mut template = Template { name, text, found: Vec::new() };
        let known = template.captured();
        found.append(&mut template.found);
        let mut open: Vec<&str> = vec![name];
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            let Some(text) = by_name.get(name).filter(|_| seen.insert(name)) else { continue };
            let mut template = Template { name, text, found: Vec::new() };
            open.extend(template.uses(&known));
            found.append(&mut template.found);
        }
    }
    found.dedup();
    found
}

struct Template<'t> {
    name: &'t str,
    text: &'t str,
    found: Vec<Misuse>,
}

impl<'t> Template<'t> {
    fn inside(&self, tag: &Tag) -> &'t str {
        &self.text[tag.inside.clone()]
    }

    fn refuse(&mut self, range: Range<usize>, message: String, hint: &str) {
        self.found.push(Misuse { template: self.name.to_owned(), range, message, hint: hint.to_owned() });
    }

    /// The names of captured texts into which values are printed. A filter over such a text is refused.
    fn captured(&mut self) -> BTreeSet<&'t str> {
        let mut known = BTreeSet::new();
        // What is open: the tag, the name that it sets, and whether anything is printed within.
        let mut open: Vec<(Tag, Option<&'t str>, bool)> = Vec::new();
        for tag in tags(self.text) {
            let inside = self.inside(&tag);
            let (keyword, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            match keyword {
                "set" | "set_global" if tag.kind == Kind::Statement && !is_assignment(rest) => {
                    open.push((tag, names(rest).first().map(|name| name.text), false));
                }
                "filter" if tag.kind == Kind::Statement => open.push((tag, None, false)),
                "endset" | "endfilter" if tag.kind == Kind::Statement => {
                    let Some((begun, name, prints)) = open.pop() else { continue };
                    if !prints {
                        continue;
                    }
                    open.iter_mut().for_each(|(.., outer)| *outer = true);
                    let begin = self.inside(&begun);
                    if name.is_none() || begin.contains('|') {
                        let message = format!("`{begin}` would filter a text into which values are printed already");
                        self.refuse(
                            begun.inside,
                            message,
                            "put the filter at each value: `{{ contact.name.given | upper }}`",
                        );
                    }
                    known.extend(name);
                }
                _ if tag.kind == Kind::Print || inside.starts_with('<') || keyword == "include" => {
                    open.iter_mut().for_each(|(.., prints)| *prints = true);
                }
                _ => {}
            }
        }
        known
    }

    /// Refuses whatever is done with these names but printing them and asking whether they are empty; the templates that this
    /// one includes.
    fn uses(&mut self, known: &BTreeSet<&str>) -> Vec<&'t str> {
        let mut includes = Vec::new();
        for tag in tags(self.text) {
            let inside = self.inside(&tag);
            let (keyword, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
            if tag.kind == Kind::Statement && keyword == "include" {
                includes.extend(rest.split(['"', '\'', '`']).nth(1));
                continue;
            }
            let is_statement = tag.kind == Kind::Statement && !inside.starts_with('<');
            let looks_at = match (is_statement, keyword) {
                (false, _) => inside,
                (true, "if" | "elif") => rest,
                (true, "set" | "set_global") => rest.split_once('=').map_or("", |(_, value)| value),
                (true, "for") => rest.split_once(" in ").map_or(rest, |(_, list)| list),
                (true, _) => "",
            };
            let used =
                names(looks_at).into_iter().find(|name| name.role == Role::Variable && known.contains(name.text));
            let Some(used) = used.map(|name| name.text) else { continue };
            let is_right = match (is_statement, keyword) {
                (true, "if" | "elif") => looks_at.split_whitespace().all(is_word_of_yes_or_no),
                (false, _) => {
                    matches!(looks_at.split('|').map(str::trim).collect::<Vec<_>>()[..], [_] | [_, "safe"])
                        && looks_at.split('|').next().map(str::trim) == Some(used)
                }
                _ => false,
            };
            if !is_right {
                let message =
                    format!("`{used}` is a text into which values are printed already: it can only be printed");
                self.refuse(tag.inside, message, "compare and change the values themselves, with `{% set x = … %}`");
            }
        }
        includes
    }
}

/// True where a name is set to an expression, and not to what stands up to `endset`.
fn is_assignment(rest: &str) -> bool {
    let behind = rest.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    behind.trim_start().starts_with('=')
}

/// True for what an expression is made of that only asks whether texts are there and not empty.
fn is_word_of_yes_or_no(word: &str) -> bool {
    let word = word.trim_matches(['(', ')']);
    matches!(word, "and" | "or" | "not" | "is" | "defined" | "undefined")
        || word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(texts: &[(&str, &str)]) -> Vec<String> {
        let texts: Vec<(String, String)> =
            texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let text = |name: &str| texts.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text.as_str());
        let shown = |misuse: &Misuse| format!("{}: {}", misuse.template, &text(&misuse.template)[misuse.range.clone()]);
        misuses(&texts).iter().map(shown).collect()
    }

    const CAPTURE: &str = "{% set who %}{{ contact.name.given }}{% endset %}";

    #[test]
    fn captured_text_is_printed_or_asked_for_and_nothing_else() {
        for use_of_it in
            ["{{ who }}", "{{- who | safe -}}", "{% if who %}x{% endif %}", "{% if not who and tier %}x{% endif %}"]
        {
            assert!(refused(&[("a.md", &format!("{CAPTURE}{use_of_it}"))]).is_empty(), "{use_of_it}");
        }
        for (use_of_it, shown) in [
            ("{% if who == contact.name.given %}same{% else %}another{% endif %}", "if who == contact.name.given"),
            ("{% if \"A\" in who %}x{% endif %}", "if \"A\" in who"),
            ("{% elif who is starting_with(pat=\"A\") %}", "elif who is starting_with(pat=\"A\")"),
            ("{{ who | replace(from=\"a\", to=\"b\") }}", "who | replace(from=\"a\", to=\"b\")"),
            ("{{ who ~ \"!\" }}", "who ~ \"!\""),
            ("{% set twice = who ~ who %}", "set twice = who ~ who"),
            ("{% for c in who %}{% endfor %}", "for c in who"),
            ("{{ <shout text={who} /> }}", "<shout text={who} />"),
        ] {
            assert_eq!(refused(&[("a.md", &format!("{CAPTURE}{use_of_it}"))]), [format!("a.md: {shown}")]);
        }
    }

    #[test]
    fn a_filter_over_printed_values_is_refused_and_one_over_words_is_not() {
        let text = "{% filter upper %}Hi {{ contact.name.given }}{% endfilter %}{% filter upper %}hi{% endfilter %}";
        assert_eq!(refused(&[("a.md", text)]), ["a.md: filter upper"]);
        let set = "{% set x | replace(from=\"a\", to=\"b\") %}{{ y }}{% endset %}{{ x }}";
        assert_eq!(refused(&[("a.md", set)]), ["a.md: set x | replace(from=\"a\", to=\"b\")"]);
        let nested = "{% filter upper %}{% set x %}{{ y }}{% endset %}{% endfilter %}";
        assert_eq!(refused(&[("a.md", nested)]), ["a.md: filter upper"]);
        let component = "{% filter upper %}{{ <button label=\"x\" /> }}{% endfilter %}";
        assert_eq!(refused(&[("a.md", component)]), ["a.md: filter upper"]);
        assert!(refused(&[("a.md", "{% set x %}static{% endset %}{% if x == \"static\" %}y{% endif %}")]).is_empty());
    }

    #[test]
    fn what_is_captured_is_known_in_what_is_included() {
        let including = format!("{CAPTURE}{{% include \"b.html\" %}}");
        let texts = [("a.md", including.as_str()), ("b.html", "{{ who | length }}"), ("c.html", "{{ who | length }}")];
        assert_eq!(refused(&texts), ["b.html: who | length"]);
    }
}
