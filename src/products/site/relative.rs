//! Links of a page into its own site, counted from the page: the site works in any folder of any host, and from a disk.

use html::{Attribute, Edit, Tag, entity, rewrite};

/// The page that stands at `from`, its links into the site relative; `style_at` moves with what it points to.
pub(super) fn relative(page: &str, style_at: &[usize], from: &str) -> (String, Vec<usize>) {
    let mut html = String::with_capacity(page.len());
    let mut moved = Vec::with_capacity(style_at.len());
    let mut start = 0;
    for &at in style_at {
        html.push_str(&piece(&page[start..at], from));
        moved.push(html.len());
        start = at;
    }
    html.push_str(&piece(&page[start..], from));
    (html, moved)
}

fn piece(html: &str, from: &str) -> String {
    let mut edit = |_: &Tag<'_>, attribute: &Attribute<'_>| {
        let named = |names: &[&str]| names.iter().any(|name| attribute.name.eq_ignore_ascii_case(name));
        // Most attributes are none of these, and most links lead elsewhere.
        let Some(value) = attribute.value.filter(|value| value.contains('/')) else { return Edit::Keep };
        if named(&["href", "src", "action", "poster"]) && is_rooted(value) {
            return Edit::Value(seen_from(from, &entity::decode(value)));
        }
        if named(&["srcset", "imagesrcset"]) {
            let value = entity::decode(value);
            let offered =
                value.split(", ").map(|one| if is_rooted(one) { seen_from(from, one) } else { one.to_owned() });
            return Edit::Value(offered.collect::<Vec<_>>().join(", "));
        }
        Edit::Keep
    };
    rewrite(html, &mut edit, &|_| "")
}

/// Is this a path on the host?
fn is_rooted(link: &str) -> bool {
    link.starts_with('/') && !link.starts_with("//")
}

/// A rooted link as the page at `from` says it (RFC 3986, section 4.2).
fn seen_from(from: &str, link: &str) -> String {
    let (path, rest) = link.split_at(link.find(['?', '#']).unwrap_or(link.len()));
    if path == from && rest.starts_with('#') {
        return rest.to_owned();
    }
    let folder = &from[..from.rfind('/').map_or(0, |slash| slash + 1)];
    let same = folder.bytes().zip(path.bytes()).take_while(|(one, other)| one == other).count();
    let shared = folder[..same].rfind('/').map_or(0, |slash| slash + 1);
    let up = "../".repeat(folder[shared..].matches('/').count());
    let below = &path[shared..];
    // A first segment with a colon would be a scheme, and nothing at all would be the page itself.
    let is_plain = !up.is_empty() || !(below.is_empty() || below.split('/').next().unwrap_or_default().contains(':'));
    format!("{up}{}{below}{rest}", if is_plain { "" } else { "./" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_counted_from_its_page() {
        for (from, link, seen) in [
            ("/", "/refer/", "refer/"),
            ("/", "/", "./"),
            ("/en/refer/", "/refer/", "../../refer/"),
            ("/en/refer/", "/en/", "../"),
            ("/en/refer/", "/en/refer/", "./"),
            ("/en/refer/", "/en/refer/#form", "#form"),
            ("/en/refer/", "/en/refer/?ref=abcd#form", "./?ref=abcd#form"),
            ("/en/refer/", "/en/reference/?a=/b", "../reference/?a=/b"),
            ("/en/", "/assets/site-1.js", "../assets/site-1.js"),
            ("/coffee/en/", "/coffee/", "../"),
            ("/coffee/", "/coffee", "../coffee"),
            ("/", "/a:b/", "./a:b/"),
        ] {
            assert_eq!(seen_from(from, link), seen, "{link} from {from}");
        }
    }

    #[test]
    fn every_link_of_a_page_is_and_nothing_else_changes() {
        let page = "<a href=\"/en/?a&amp;b\">/en/</a> <img src=/a.png srcset=\"/a-1.png 1w, /a.png 2w\" alt=\"/x\"><style></style>\
                    <a href=\"https://x.example/en/\"><a href=\"//x.example/\"><a href=\"#b\"><a href=\"mailto:a@b.example\">";
        let at = page.find("</style>").expect("a style sheet");
        let (html, style_at) = relative(page, &[at], "/en/refer/");
        let expected = "<a href=\"../?a&amp;b\">/en/</a> <img src=\"../../a.png\" srcset=\"../../a-1.png 1w, ../../a.png 2w\" alt=\"/x\">";
        assert!(html.starts_with(expected), "{html}");
        assert!(html[style_at[0]..].starts_with("</style>"), "{html}");
        assert_eq!(html[style_at[0]..], page[at..]);
    }
}
