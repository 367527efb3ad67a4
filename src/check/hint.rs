//! What a finding's hint says is certain.

/// What a hint says is meant: ``did you mean `tier`?`` or ``write `SE` ``, and nothing besides.
pub(super) fn meant(hint: &str) -> Option<&str> {
    let inner = hint.strip_prefix("did you mean `").and_then(|rest| rest.strip_suffix("`?"));
    inner
        .or_else(|| hint.strip_prefix("write `").and_then(|rest| rest.strip_suffix('`')))
        .filter(|word| !word.contains('`'))
}
