//! Pictures by their path below `content/`, as mails and pages refer to them.

use std::collections::BTreeMap;

use crate::model::content::{Asset, asset_hint};
use picture::copies;

/// The path below `content/` that a local `src` means; `None` for what lies elsewhere (a URL, `cid:`, `data:`).
pub fn local(source: &str) -> Option<&str> {
    let elsewhere = source.starts_with("//") || source.split('/').next().is_some_and(|first| first.contains(':'));
    (!elsewhere && !source.is_empty()).then(|| source.trim_start_matches('/'))
}

/// `path` as written in a file of `folder`, counted from `content/`: a leading slash means `content/` itself.
/// `None` where it leads out of it.
pub fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// What to do about a picture that is not there.
pub fn missing_hint(path: &str, assets: &BTreeMap<String, Asset>) -> String {
    asset_hint(path, assets).unwrap_or_else(|| {
        "the path is counted from the Markdown file, or from content/ with a leading slash".to_owned()
    })
}

/// The Content-ID of a picture (RFC 2392): from its bytes, so that equal pictures are one part, and from the width of the copy that
/// stands for it.
pub fn content_id(asset: &Asset, copy: Option<usize>, domain: &str) -> String {
    let width = copy.map(|width| format!(".{width}")).unwrap_or_default();
    format!("{}{width}@{domain}", &asset.digest[..20])
}

/// Digits of a picture's digest in the name of a file beside HTML.
const DIGITS: usize = 16;

/// Where a picture, or the copy of this width that stands for it, lies beside the HTML that shows it: named by its bytes, so that
/// another picture is another file.
pub fn file_beside(asset: &Asset, copy: Option<usize>) -> String {
    let suffix = asset.path.rsplit('.').next().unwrap_or_default();
    let width = copy.map(|width| format!("-{width}")).unwrap_or_default();
    format!("pictures/{}{width}.{suffix}", &asset.digest[..DIGITS])
}

/// The picture and the width of its copy that a file [beside](file_beside) HTML is of, by its name.
pub fn of_file_beside<'a>(
    name: &str,
    assets: impl IntoIterator<Item = &'a Asset>,
) -> Option<(&'a Asset, Option<usize>)> {
    let (stem, _) = name.split_once('.')?;
    let (digest, copy) = match stem.split_once('-') {
        Some((digest, width)) => (digest, Some(width.parse().ok()?)),
        None => (stem, None),
    };
    let asset = assets.into_iter().find(|asset| asset.digest.get(..DIGITS) == Some(digest))?;
    // Nobody makes this machine draw copies that no page shows.
    let is_shown = copy.is_none_or(|width| copies::fitting(asset.original(), width) == copy);
    is_shown.then_some((asset, copy))
}

/// The size at which a picture of `size` pixels is shown where there are `widest` CSS pixels.
pub fn fitted(size: (usize, usize), widest: u32) -> (u32, u32) {
    let (width, height) = (size.0.max(1) as u64, size.1 as u64);
    let shown = width.min(u64::from(widest));
    (u32::try_from(shown).unwrap_or(widest), u32::try_from(height * shown / width).unwrap_or(widest))
}

/// Moves the charset declaration to the front of the head: css-inline puts the kept styles before it, and beyond the first
/// 1024 bytes it is not looked for (HTML §4.2.5.4).
pub fn charset_first(page: &str) -> String {
    const DECLARATION: &str = "<meta charset=\"utf-8\">";
    match (page.find("<head>"), page.find(DECLARATION)) {
        (Some(head), Some(declared)) if declared > head => {
            let head = head + "<head>".len();
            let rest = &page[declared + DECLARATION.len()..];
            [&page[..head], DECLARATION, &page[head..declared], rest].concat()
        }
        _ => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::content::asset_named;

    #[test]
    fn a_picture_is_found_in_every_way_of_writing_its_name_and_nearly_so_it_is_named() {
        let asset = |path: &str| {
            let bytes: std::sync::Arc<[u8]> = b"GIF89a".to_vec().into();
            (path.to_owned(), Asset { path: path.to_owned(), digest: "0".into(), size: None, bytes, turn: None })
        };
        let assets: BTreeMap<String, Asset> =
            ["images/Green fern.PNG", "images/sm\u{f6}r.png", "images/bla\u{30a}.png", "a%20b.png"].map(asset).into();
        for (path, file) in [
            ("images/Green fern.PNG", "images/Green fern.PNG"),
            ("images/Green%20fern.PNG", "images/Green fern.PNG"),
            ("images/smo\u{308}r.png", "images/sm\u{f6}r.png"),
            ("images/sm%C3%B6r.png", "images/sm\u{f6}r.png"),
            ("images/smo%CC%88r.png", "images/sm\u{f6}r.png"),
            ("images/bl\u{e5}.png", "images/bla\u{30a}.png"),
            ("a%20b.png", "a%20b.png"),
        ] {
            assert_eq!(asset_named(&assets, path).map(|(found, _)| found.as_str()), Some(file), "{path}");
        }
        for path in ["images/green%20fern.png", "images/Green fern.png", "images/Gren fern.PNG"] {
            assert!(asset_named(&assets, path).is_none(), "{path}");
            assert_eq!(missing_hint(path, &assets), "did you mean `images/Green fern.PNG`?");
        }
        assert!(missing_hint("images/other.png", &assets).starts_with("the path is counted"));
    }

    #[test]
    fn a_file_beside_a_page_says_which_picture_and_which_copy_it_is() {
        let mut jpeg = Vec::new();
        let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 50);
        encoder.encode(&[9; 900 * 4 * 3], 900, 4, jpeg_encoder::ColorType::Rgb).expect("a picture");
        let asset = Asset {
            path: "content/images/cup.jpg".to_owned(),
            digest: "0123456789abcdef0123".into(),
            size: Some((900, 4)),
            bytes: jpeg.into(),
            turn: None,
        };
        for copy in [None, Some(144), Some(720)] {
            let name = file_beside(&asset, copy);
            let name = name.strip_prefix("pictures/").expect("its folder");
            assert_eq!(of_file_beside(name, [&asset]), Some((&asset, copy)), "{name}");
        }
        for other in ["0123456789abcdef-1200.jpg", "0123456789abcdee.jpg", "0123456789abcdef-x.jpg", "0123.jpg", "a"] {
            assert_eq!(of_file_beside(other, [&asset]), None, "{other}");
        }
    }

    #[test]
    fn a_picture_is_found_from_its_file_or_from_the_root() {
        assert_eq!(resolve("newsletters/january", "cup.png").as_deref(), Some("newsletters/january/cup.png"));
        assert_eq!(resolve("newsletters/january", "../../images/cup.png").as_deref(), Some("images/cup.png"));
        assert_eq!(resolve("newsletters", "/images/cup.png").as_deref(), Some("images/cup.png"));
        assert_eq!(resolve("a", "../../x.png"), None);
        assert_eq!(local("https://example.org/x.png"), None);
        assert_eq!(local("images/x.png"), Some("images/x.png"));
    }
}
