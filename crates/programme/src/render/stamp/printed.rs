//! Whether a layout does no more with the texts it stands around than print them or look for words of its author in them.

use crate::render::syntax::{Kind, Name, Role, names, tags};

/// True where a template treats these variables alike, whatever the values in them.
pub(super) fn only_prints(text: &str, variables: &[&str]) -> bool {
    let is_one = |name: &&Name<'_>| name.role == Role::Variable && variables.contains(&name.text);
    tags(text).iter().all(|tag| {
        let inside = &text[tag.inside.clone()];
        let names = names(inside);
        let (mentions, keyword) = (names.iter().filter(is_one).count(), inside.split_whitespace().next());
        let sees_all = names.iter().any(|name| name.text == "__tera_context");
        !sees_all
            && match (tag.kind, keyword) {
                // What is captured may be looked at elsewhere.
                (Kind::Statement, Some("filter")) => false,
                (Kind::Statement, Some("set" | "set_global")) => mentions == 0 && inside.contains('='),
                (Kind::Statement, Some("if" | "elif")) => mentions == looked_into(inside, variables),
                (Kind::Print, Some(name)) if mentions == 1 => {
                    variables.contains(&name) && matches!(inside[name.len()..].replace(' ', "").as_str(), "" | "|safe")
                }
                _ => mentions == 0,
            }
    })
}

/// How often a condition asks whether one of these holds a word: `"<h1" in body`.
fn looked_into(condition: &str, variables: &[&str]) -> usize {
    let words: Vec<&str> = condition.split_whitespace().collect();
    let asks = |pair: &&[&str]| pair[0] == "in" && variables.contains(&pair[1]);
    words.windows(2).filter(asks).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_at_a_text_is_told_from_what_prints_it() {
        for fine in [
            "<p>{{ body }}{{- keep_in_mind | safe -}}</p>",
            "{% if \"<h1\" not in body %}<h1>{{ mailing.subject }}</h1>{% elif mailing.body %}{% endif %}",
            "{% set x = tier %}{{ x }}",
        ] {
            assert!(only_prints(fine, &["body", "keep_in_mind"]), "{fine}");
        }
        for looks in [
            "{{ body | length }}",
            "{{ body ~ \"x\" }}",
            "{% if body %}{% endif %}",
            "{% if \"a\" in body and body | length > 3 %}{% endif %}",
            "{% set x = body %}",
            "{% set x %}{{ body }}{% endset %}",
            "{% filter upper %}{{ body }}{% endfilter %}",
            "{{ <card text={body} /> }}",
            "{% for word in body | split(pat=\" \") %}{% endfor %}",
            "{{ __tera_context }}",
        ] {
            assert!(!only_prints(looks, &["body", "keep_in_mind"]), "{looks}");
        }
    }
}
