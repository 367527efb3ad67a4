//! Makes a style sheet smaller without reading what it means.

/// The style sheet without comments and without white space that separates nothing. Strings and addresses stay as they are.
pub fn minified(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        let length = piece(rest, first);
        let (own, behind) = rest.split_at(length);
        rest = behind;
        match first {
            '"' | '\'' => out.push_str(own),
            '/' if own.starts_with("/*") => space(&mut out, rest),
            _ if first.is_ascii_whitespace() => space(&mut out, rest),
            '}' => {
                let end = out.trim_end_matches([';', ' ']).len();
                out.truncate(end);
                out.push('}');
            }
            _ => out.push_str(own),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// How long the piece at the front of `css` is: a string, a comment, an unquoted address, a run of white space, a character.
fn piece(css: &str, first: char) -> usize {
    let whole = |end: Option<usize>| end.unwrap_or(css.len());
    match first {
        '"' | '\'' => string(css, first),
        '/' if css.starts_with("/*") => whole(css[2..].find("*/").map(|at| at + 4)),
        'u' | 'U' if css.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("url(")) => {
            let quoted = css[4..].trim_start().starts_with(['"', '\'']);
            if quoted { 4 } else { whole(css.find(')').map(|at| at + 1)) }
        }
        _ if first.is_ascii_whitespace() => whole(css.find(|letter: char| !letter.is_ascii_whitespace())),
        _ => first.len_utf8(),
    }
}

/// The length of the string at the front of `css`, quotes included.
fn string(css: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in css.char_indices().skip(1) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    css.len()
}

/// Puts a space where one may separate: never beside what separates by itself. Before a colon it may be a descendant's.
fn space(out: &mut String, rest: &str) {
    let separates = |letter: char| matches!(letter, '{' | '}' | ';' | ',' | '>' | ' ');
    let before = out.chars().next_back().is_none_or(|letter| separates(letter) || letter == ':' || letter == '(');
    let behind = rest.chars().next().is_none_or(|letter| separates(letter) || letter == ')');
    // White space and comments after this one decide for themselves.
    if !before && !behind && !rest.starts_with(|letter: char| letter.is_ascii_whitespace()) && !rest.starts_with("/*") {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_goes_where_it_separates_nothing() {
        let css = "/* SiteUrls */\n:root {\n  --page: #FBF7F0;\n}\na , b > c :hover {\n  margin : 0 auto ;\n  width: calc( 1px + 2% );\n}\n";
        assert_eq!(minified(css), ":root{--page:#FBF7F0}a,b>c :hover{margin :0 auto;width:calc(1px + 2%)}");
        assert_eq!(
            minified("@media (min-width: 40rem) and (color) { .a:not( .b ) ~ i { color: red } }"),
            "@media (min-width:40rem) and (color){.a:not(.b) ~ i{color:red}}"
        );
        assert_eq!(minified("a/* b */ c { } /* d"), "a c{}");
    }

    #[test]
    fn strings_and_addresses_stay() {
        let css = "a::after{content:\" { ;  } \\\" /* \";background:url( a/*b*/  c.png ) , url(\"x  y\")}";
        assert_eq!(
            minified(css),
            "a::after{content:\" { ;  } \\\" /* \";background:url( a/*b*/  c.png ),url(\"x  y\")}"
        );
    }

    #[test]
    fn what_is_small_stays_as_it_is() {
        let css = include_str!("../../../../templates/style/site.css");
        let once = minified(css);
        assert!(once.len() < css.len() * 9 / 10);
        assert_eq!(minified(&once), once);
    }
}
