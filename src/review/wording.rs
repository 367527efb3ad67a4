//! Which words changed between two texts.

use similar::{ChangeTag, TextDiff};

/// A place where words changed, with a few words around it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Change {
    /// A few words before.
    pub before: String,
    /// What is gone.
    pub removed: String,
    /// What stands there now.
    pub added: String,
    /// A few words after.
    pub after: String,
}

/// Words of context on each side.
const CONTEXT: usize = 4;
/// Words that stand between two changes of one place at most.
const NEAR: usize = 2;

/// Every place where words changed, in order. White space does not count.
pub fn changes(old: &str, new: &str) -> Vec<Change> {
    let (old, new) = (split(old), split(new));
    let diff = TextDiff::configure().diff_slices(&old, &new);
    let words: Vec<(ChangeTag, &str)> = diff.iter_all_changes().map(|change| (change.tag(), change.value())).collect();
    let mut changes = Vec::new();
    let mut at = 0;
    while let Some(start) = (at..words.len()).find(|&index| words[index].0 != ChangeTag::Equal) {
        let mut end = start;
        while let Some(next) = (end..words.len().min(end + NEAR + 1)).find(|&index| words[index].0 != ChangeTag::Equal)
        {
            end = next + 1;
        }
        changes.push(Change {
            before: joined(&words[start.saturating_sub(CONTEXT).max(at)..start], ChangeTag::Insert),
            removed: joined(&words[start..end], ChangeTag::Insert),
            added: joined(&words[start..end], ChangeTag::Delete),
            after: joined(&words[end..words.len().min(end + CONTEXT)], ChangeTag::Insert),
        });
        at = end;
    }
    changes
}

/// The words of a text. A hole is one word, whatever stands in its name.
pub fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut hole) = (None, 0);
    for (at, letter) in text.char_indices() {
        if letter == '‹' {
            let length = text[at..].find('›').filter(|&length| !text[at..at + length].contains('\n'));
            hole = length.map_or(hole, |length| at + length);
        }
        match letter.is_whitespace() && at >= hole {
            true => words.extend(start.take().map(|start| &text[start..at])),
            false => start = start.or(Some(at)),
        }
    }
    words.extend(start.map(|start| &text[start..]));
    words
}

/// The words without those of one side.
fn joined(words: &[(ChangeTag, &str)], without: ChangeTag) -> String {
    words.iter().filter(|(tag, _)| *tag != without).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<String> {
        let show = |c: &Change| format!("{}[{}|{}]{}", c.before, c.removed, c.added, c.after);
        changes(old, new).iter().map(show).collect()
    }

    #[test]
    fn words_that_changed_are_shown_with_a_few_around() {
        assert_eq!(shown("a b c d e f g", "a b c d e f g"), Vec::<String>::new());
        assert_eq!(shown("a b c d e f g", "a b c D e f g"), ["a b c[d|D]e f g"]);
        assert_eq!(shown("one two", "one  two three"), ["one two[|three]"]);
        assert_eq!(shown("a b c d e f g h", "A b C d e f g H"), ["[a b c|A b C]d e f g", "d e f g[h|H]"]);
        assert_eq!(shown("a ‹if b›, c", "a ‹if d›, c"), ["a[‹if b›,|‹if d›,]c"]);
        assert_eq!(split("a ‹b\n c"), ["a", "‹b", "c"]);
    }
}
