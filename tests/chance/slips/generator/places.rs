//! Where keys, values and entries stand in the YAML that the demo is written in.

/// Each line with its offset.
pub fn lines(text: &str) -> Vec<(usize, &str)> {
    text.lines().map(|line| (line.as_ptr() as usize - text.as_ptr() as usize, line)).collect()
}

/// The front matter of a text.
pub struct Front<'t> {
    pub text: &'t str,
    /// Where it begins.
    pub at: usize,
    /// Where the text behind it begins.
    pub end: usize,
}

impl<'t> Front<'t> {
    pub fn of(text: &'t str) -> Option<Self> {
        let rest = text.strip_prefix("---\n")?;
        let end = rest.find("\n---\n")?;
        Some(Front { text: &rest[..=end], at: 4, end: end + 9 })
    }

    /// True for what is not within another key.
    pub fn is_top(&self, start: usize) -> bool {
        start == 0 || self.text[..start].ends_with('\n')
    }
}

/// True for a line that is no comment, and for no line of a text that goes over several.
fn plain_lines(text: &str) -> Vec<(usize, &str)> {
    let (mut all, mut folded) = (Vec::new(), None);
    for (start, line) in lines(text) {
        let indent = line.len() - line.trim_start().len();
        if folded.is_some_and(|above| indent > above || line.trim().is_empty()) {
            continue;
        }
        folded = [">-", ">", "|", "|-", "extra:"].iter().any(|end| line.ends_with(end)).then_some(indent);
        // A comment ends what is looked at.
        let code = line.find(" #").map_or(line, |at| &line[..at]);
        if !code.trim_start().starts_with('#') && !code.contains("extra:") {
            all.push((start, code));
        }
    }
    all
}

/// Where each key of lower-case letters stands that has a value on its line, but for languages and what is quoted.
pub fn keys(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (start, line) in plain_lines(text) {
        let bytes = line.as_bytes();
        for (colon, _) in line.match_indices(": ").chain(line.ends_with(':').then(|| (line.len() - 1, ":"))) {
            let is_letter = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
            let length = bytes[..colon].iter().rev().take_while(|byte| is_letter(byte)).count();
            let key = colon - length;
            let before = line[..key].trim_end();
            let is_key = before.is_empty() || before == "-" || before.ends_with('{') || before.ends_with(',');
            let is_quoted = before.matches('"').count() % 2 == 1;
            if length > 1 && is_key && !is_quoted && !["sv", "nb", "et", "en"].contains(&&line[key..colon]) {
                found.push((start + key, start + colon));
            }
        }
    }
    found
}

/// Where the plain values of some keys stand.
pub fn values(text: &str, of: &[&str]) -> Vec<(usize, usize)> {
    let all = keys(text).into_iter().filter(|&(start, end)| of.contains(&&text[start..end]));
    let values = all.filter_map(|(_, end)| {
        let start = end + 2;
        let rest = text.get(start..)?;
        let length = rest.find([',', '}', '\n', '#'])?;
        let value = rest[..length].trim_end();
        let is_plain = !value.is_empty() && !value.starts_with(['"', '{', '[', '>', '|']);
        is_plain.then_some((start, start + value.len()))
    });
    values.collect()
}

/// First and last line of each entry of a list, counted from 1.
pub fn entries(text: &str) -> Vec<(usize, usize)> {
    let all = lines(text);
    let depth = match text.contains("\n- ") || text.starts_with("- ") {
        true => 0,
        false => 2,
    };
    let begins = |line: &str| line.starts_with(&format!("{}- ", " ".repeat(depth)));
    let starts: Vec<usize> = (1..).zip(&all).filter(|(_, (_, line))| begins(line)).map(|(number, _)| number).collect();
    let mut entries = Vec::new();
    for (index, &first) in starts.iter().enumerate() {
        let limit = starts.get(index + 1).map_or(all.len(), |next| next - 1);
        let is_inside = |number: &usize| {
            let line = all[*number - 1].1;
            line.starts_with(&" ".repeat(depth + 2)) && !line.trim_start().starts_with('#')
        };
        let last = (first + 1..=limit).take_while(is_inside).last().unwrap_or(first);
        entries.push((first, last));
    }
    entries
}
