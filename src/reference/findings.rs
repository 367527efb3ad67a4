//! What each finding means (`docs/reference/findings.md`): a section a code.

const PAGE: &str = include_str!("../../docs/reference/findings.md");

/// Every code that is explained, in the order of the page.
pub fn codes() -> impl Iterator<Item = &'static str> {
    sections().map(|(code, _)| code)
}

/// What the page says of a code.
pub fn explain(code: &str) -> Option<&'static str> {
    sections().find(|(known, _)| *known == code).map(|(_, text)| text)
}

fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sections = PAGE.split("\n## ").skip(1);
    sections.filter_map(|section| section.split_once('\n').map(|(code, text)| (code.trim(), text.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_says_what_a_code_means_and_the_way_out() {
        for code in codes() {
            let text = explain(code).expect("it is there");
            assert!(text.contains("**The way out.** "), "{code}");
        }
        assert!(explain("placeholder").is_some_and(|text| text.starts_with("A text still holds")));
        assert_eq!(explain("nothing-of-the-kind"), None);
    }
}
