//! What is refused before the YAML parser sees it: anchors, aliases and absurd nesting, in time that grows with the text only.

/// Deepest nesting of flow collections or compact block sequences; libyaml needs quadratic time beyond.
const DEEPEST: usize = 100;

/// What the guard has against a line, and where; `depth` is the number of open braces and brackets.
///
/// Quoted scalars are passed over up to the end of the line. A scalar that goes on is looked at again, like any line:
/// counting too much is harmless here, and counting too little is not.
pub fn trouble(line: &str, depth: &mut usize) -> Option<(usize, &'static str, &'static str)> {
    let bytes = line.as_bytes();
    let is_blank = |at: usize| bytes.get(at).is_none_or(u8::is_ascii_whitespace);
    let mut compact = 0_usize;
    // True where a node may begin; in the middle of a plain scalar, quotes and stars are letters.
    let mut begins = true;
    let mut at = line.len() - line.trim_start().len();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'#' if at == 0 || is_blank(at - 1) => return None,
            b'"' | b'\'' if begins => {
                at += quoted_length(&line[at..]).unwrap_or(line.len() - at);
                begins = false;
                continue;
            }
            b'&' | b'*'
                if begins && bytes.get(at + 1).is_some_and(|&next| next == b'_' || next.is_ascii_alphanumeric()) =>
            {
                let hint = "write the value out, or put it in quotes if it is text";
                return Some((at, "anchors and aliases are not read", hint));
            }
            // A tag stands before its node.
            b'!' if begins => at += line[at..].find(char::is_whitespace).unwrap_or(line.len() - at) - 1,
            b'-' | b'?' if begins && is_blank(at + 1) => compact += 1,
            b'[' | b'{' => {
                *depth += 1;
                begins = true;
            }
            b']' | b'}' => {
                *depth = depth.saturating_sub(1);
                begins = false;
            }
            b',' => begins = *depth > 0,
            b':' => begins = is_blank(at + 1) || (*depth > 0 && at > 0 && matches!(bytes[at - 1], b'"' | b'\'')),
            _ => begins = false,
        }
        if *depth > DEEPEST || compact > DEEPEST {
            let hint = "nothing in a programme needs more than a few levels";
            return Some((0, "this is nested too deeply", hint));
        }
        at += 1;
    }
    None
}

/// The length of the quoted scalar that `text` begins with, its quotes included; `None` where it does not end here.
pub fn quoted_length(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    let (_, quote) = characters.next()?;
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => {
                characters.next();
            }
            '\'' if quote == '\'' && characters.peek().is_some_and(|(_, next)| *next == '\'') => {
                characters.next();
            }
            end if end == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_scalar_ends_at_its_own_quote() {
        assert_eq!(quoted_length(r#""a\"b\\" c""#), Some(8));
        assert_eq!(quoted_length("'it''s' ''"), Some(7));
        assert_eq!(quoted_length("\"open"), None);
    }

    #[test]
    fn only_what_begins_a_node_is_an_alias() {
        let found = |line: &str| trouble(line, &mut 0).map(|(at, ..)| at);
        for line in ["a: *x", "- *x", "- - &x 1", "a: {b: *x}", "{a: [1, *x]}", "&x", "a: !!str &x b", "{\"a\":*x}"] {
            assert_eq!(found(line), line.find(['*', '&']), "{line}");
        }
        for line in
            ["a: b *x*", "a: R&D", "a: \"*x\"", "a: 'b: *x'", "# *x", "a: b # *x", "a: * x", "a: x, *y", "a: b - *x*"]
        {
            assert_eq!(found(line), None, "{line}");
        }
    }
}
