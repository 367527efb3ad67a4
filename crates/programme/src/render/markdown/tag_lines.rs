//! Lines that hold nothing but tags of tera's leave nothing behind (design §8), so that loops around table rows and list items
//! and indented blocks work. Everything keeps its place: a line's end moves into its tag, and an indent becomes a comment.

/// A line that holds nothing but tags.
struct TagLine {
    /// Spaces before the first tag.
    indent: usize,
    /// How deep the line is nested itself: that of the block it opens, continues or closes.
    depth: usize,
    /// It begins a part of a block: `for`, `if`, `elif`, `else`, a `set` or `filter` section.
    begins: bool,
}

/// The same text, octet for octet as long, in which lines of tags print nothing and what is indented within a block stands
/// where the block's tags stand.
pub fn tidy(text: &str) -> String {
    if !text.contains("{%") && !text.contains("{#") {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let tags = tag_lines(&lines);
    let indents = superfluous(&lines, &tags);
    let mut out = String::with_capacity(text.len());
    for (number, line) in lines.iter().enumerate() {
        match (&tags[number], indents[number]) {
            // The last line's end is that of the text: what is missing there is told at its place.
            (Some(tag), _) if number + 1 < lines.len() => out.push_str(&swallowed(line, tag.indent)),
            (None, indent @ 4..) => {
                // `{#` and `#}` are as long as four spaces.
                out.push_str("{#");
                out.extend(std::iter::repeat_n(' ', indent - 4));
                out.push_str("#}");
                out.push_str(&line[indent..]);
            }
            _ => out.push_str(line),
        }
    }
    out
}

/// A line of tags with its indent and its end inside them.
fn swallowed(line: &str, indent: usize) -> String {
    let content = line.trim_end_matches(['\n', '\r']);
    let end = &line[content.len()..];
    let tags = content.trim_end();
    let behind = &content[tags.len()..];
    let opening = if tags[indent..].starts_with("{%-") || tags[indent..].starts_with("{#-") { 3 } else { 2 };
    let closing = if tags.ends_with("-%}") || tags.ends_with("-#}") { 3 } else { 2 };
    let first = indent + opening;
    let last = tags.len() - closing;
    [&tags[indent..first], &tags[..indent], &tags[first..last], behind, end, &tags[last..]].concat()
}

fn tag_lines(lines: &[&str]) -> Vec<Option<TagLine>> {
    let (mut depth, mut is_raw, mut is_open) = (0_usize, false, false);
    let each = |line: &&str| {
        let words = (!is_open).then(|| words(line)).flatten();
        // A tag over several lines is left as it is, up to its end.
        is_open = match (is_open, line.rfind("{%"), line.rfind("%}")) {
            (false, Some(open), close) => close.is_none_or(|close| close < open),
            (true, _, close) => close.is_none(),
            (false, None, _) => false,
        };
        let words = words?;
        let first = words.first().copied().unwrap_or_default();
        if is_raw {
            is_raw = !words.contains(&"endraw");
            return (!is_raw).then_some(TagLine { indent: indent_of(line), depth, begins: false });
        }
        is_raw = words.last() == Some(&"raw");
        let opens = words.iter().filter(|word| matches!(**word, "if" | "for" | "filter")).count();
        let closes = words.iter().filter(|word| matches!(**word, "endif" | "endfor" | "endfilter")).count();
        let continues = matches!(first, "elif" | "else");
        let own = if continues || closes > opens { depth.saturating_sub(1) } else { depth };
        depth = (depth + opens).saturating_sub(closes);
        Some(TagLine { indent: indent_of(line), depth: own, begins: continues || opens > closes })
    };
    lines.iter().map(each).collect()
}

/// The first word of each tag in a line that holds nothing else; comments are tags without a word.
fn words(line: &str) -> Option<Vec<&str>> {
    let mut rest = line.trim();
    let mut words = Vec::new();
    while !rest.is_empty() {
        let close = if rest.starts_with("{%") {
            "%}"
        } else if rest.starts_with("{#") {
            "#}"
        } else {
            return None;
        };
        let end = 2 + rest[2..].find(close)?;
        let inside = rest[2..end].trim_matches(|c: char| c == '-' || c.is_whitespace());
        // A `set` with a value is no section.
        words.push(inside.split(|c: char| !c.is_alphanumeric()).next().filter(|_| close == "%}").unwrap_or_default());
        rest = rest[end + 2..].trim_start();
    }
    (!words.is_empty()).then_some(words)
}

/// How many spaces at the beginning of each line are there only because it stands in a block.
fn superfluous(lines: &[&str], tags: &[Option<TagLine>]) -> Vec<usize> {
    let mut indents = vec![0; lines.len()];
    for (number, tag) in tags.iter().enumerate() {
        let Some(tag) = tag.as_ref().filter(|tag| tag.begins) else { continue };
        let rest = tags[number + 1..].iter();
        let length = rest.take_while(|other| other.as_ref().is_none_or(|other| other.depth > tag.depth)).count();
        let body = number + 1..number + 1 + length;
        let texts = || body.clone().filter(|&at| tags[at].is_none() && !lines[at].trim().is_empty());
        let common = texts().map(|at| indent_of(lines[at])).min().unwrap_or(0);
        // What the block around it has given up is not given up twice.
        let own = common.saturating_sub(tag.indent);
        if own >= 4 && texts().all(|at| indents[at] == 0) {
            texts().for_each(|at| indents[at] = own);
        }
    }
    indents
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_tags_ends_inside_them_and_nothing_moves() {
        let text = "| a |\n|---|\n  {% for x in xs %}\n| {{ x }} |\n{%- endfor -%}  \nend {% if a %}\nb\n{% endif %}\n";
        let tidied = tidy(text);
        assert_eq!(
            tidied,
            "| a |\n|---|\n{%   for x in xs \n%}| {{ x }} |\n{%- endfor   \n-%}end {% if a %}\nb\n{% endif %}\n"
        );
        assert_eq!(tidied.len(), text.len());
        for kept in ["no tags\n", "{{ x }}\n", "{% if\n a %}\nb\n", "{% raw %}"] {
            assert_eq!(tidy(kept).len(), kept.len());
        }
    }

    #[test]
    fn what_is_indented_within_a_block_stands_where_its_tags_stand() {
        let text = "{% if a %}\n    Dear friend,\n\n      well.\n{% else %}\nNo.\n{% endif %}\n";
        assert_eq!(tidy(text), "{% if a \n%}{##}Dear friend,\n\n{##}  well.\n{% else \n%}No.\n{% endif %}\n");
        let code = "{% if a %}\nText:\n\n    code\n{% endif %}\n";
        assert!(tidy(code).contains("\n    code\n"));
        let nested = "{% for x in xs %}\n    {% if x %}\n        - deep\n    {% endif %}\n{% endfor %}\n";
        assert!(tidy(nested).contains("{#    #}- deep\n"), "{}", tidy(nested));
    }
}
