//! The public site of the demo programme, as files.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::BASE64;
use ring::digest::{SHA256, digest};

use crate::demo;
use crate::files;
use crate::programme::Programme;

const BASE: &str = "https://www.lindholm-saar.example";

/// The files of the site by path.
fn site() -> BTreeMap<String, Vec<u8>> {
    files::read(&demo::output().join("site")).into_iter().collect()
}

fn text(site: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(site.get(path).unwrap_or_else(|| panic!("no {path}")).clone()).expect("UTF-8")
}

fn pages(site: &BTreeMap<String, Vec<u8>>) -> Vec<(String, String)> {
    let pages = site.keys().filter(|path| path.ends_with(".html"));
    pages.map(|path| (path.clone(), text(site, path))).collect()
}

/// Where a link of the page at `path` leads, below the site's root.
fn from_page(path: &str, link: &str) -> String {
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    if link.starts_with('/') {
        folders.clear();
    }
    for part in link.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => drop(folders.pop()),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

/// What stands between two texts, each time.
fn between<'t>(text: &'t str, before: &str, behind: &str) -> Vec<&'t str> {
    text.split(before).skip(1).map(|rest| rest.split(behind).next().unwrap_or_default()).collect()
}

#[test]
fn r18_the_refer_page_has_all_that_a_recommendation_needs() {
    let site = site();
    let words = [
        ("refer/index.html", "Ett kontor med 20 till 200 personer", "Två biobiljetter", "En kaffeprovning på kontoret"),
        (
            "nb/refer/index.html",
            "Et kontor med 20 til 200 mennesker",
            "To kinobilletter",
            "En kaffesmaking på kontoret",
        ),
        ("et/refer/index.html", "20–200 inimesega kontor", "Kaks kinopiletit", "Kohvi degusteerimine kontoris"),
        (
            "en/refer/index.html",
            "An office of 20 to 200 people",
            "Two cinema tickets",
            "A coffee tasting at the office",
        ),
    ];
    for (path, ideal, referrer, referred) in words {
        let page = text(&site, path);
        let url = format!("{BASE}/{}", path.trim_end_matches("index.html"));
        for part in
            [ideal, referrer, referred, "href=\"mailto:?", "linkedin.com/", "https://wa.me/", "href=\"sms:", &url]
        {
            assert!(page.contains(part), "{path}: {part}");
        }
        assert!(page.contains("data-copy"), "{path}: a button copies the text");
        let qr = between(&page, &format!("src=\"{}assets/refer-", root(path)), "\"");
        assert_eq!(qr.len(), 1, "{path}: one QR code for paper");
        let form = between(&page, "<form ", "</form>")[0];
        assert!(form.starts_with("action=\"https://forms.lindholm-saar.example/tipsa\" method=\"post\""), "{form}");
        let mut fields: Vec<&str> = between(form, " name=\"", "\"");
        fields.sort_unstable();
        assert_eq!(fields, ["consent", "email", "friend_contact", "friend_name", "language", "message", "name", "ref"]);
        assert!(form.contains("name=\"ref\" value=\"\""), "{path}: the code is the reader's own");
        assert!(form.contains("type=\"checkbox\"") && !form.contains("checked"), "{path}: nobody consents by default");
    }
}

#[test]
fn r18_a_code_that_the_page_would_not_take_for_one_is_an_error() {
    let keys = |code: &str| format!("tier: C\nowner: olof\nlanguage: sv\nemail: ylva@vik.example\ncode: {code}");
    for wrong in ["abc", "två-kök", "a_b_c_d", "abcd?x"] {
        let said = Programme::new().contact("ylva-vik", "Ylva Vik", &keys(wrong)).complaint();
        assert!(said.contains(&format!("`{wrong}` is no referral code")), "{said}");
    }
    Programme::new().contact("ylva-vik", "Ylva Vik", &keys("ylva-7")).run(["check"]).succeeds();
}

/// The way from a page to the root of the site; the page for missing ones, which is shown at any depth, has the host's.
fn root(path: &str) -> String {
    if path == "404.html" { "/".to_owned() } else { "../".repeat(path.matches('/').count()) }
}

#[test]
fn every_link_into_the_site_is_counted_from_its_page() {
    for (path, page) in pages(&site()) {
        let attributes = ["href=\"", "src=\"", "srcset=\""];
        let links: Vec<&str> = attributes.iter().flat_map(|attribute| between(&page, attribute, "\"")).collect();
        let rooted = links.iter().filter(|link| link.starts_with('/')).count();
        let relative = links.iter().filter(|link| link.starts_with("../") || link.starts_with("./")).count();
        match path.as_str() {
            "404.html" => assert!(rooted > 0 && relative == 0, "{path}: {links:?}"),
            _ => assert!(rooted == 0 && relative > 0, "{path}: {links:?}"),
        }
    }
}

#[test]
fn r18_no_page_follows_its_readers() {
    let site = site();
    for (path, page) in pages(&site) {
        for attribute in ["src=\"", "srcset=\"", "poster=\""] {
            for value in between(&page, attribute, "\"") {
                assert!(value.starts_with(&format!("{}assets/", root(&path))), "{path}: {value}");
            }
        }
        let links = between(&page, "<link ", ">");
        assert!(!links.iter().any(|link| link.contains("rel=\"stylesheet\"")), "{path} waits for {links:?}");
    }
    let script = site.keys().find(|path| path.ends_with(".js")).expect("a script");
    let script = text(&site, script);
    for word in
        ["cookie", "localStorage", "sessionStorage", "fetch(", "XMLHttpRequest", "sendBeacon", "import(", "http"]
    {
        assert!(!script.contains(word), "the script knows `{word}`");
    }
}

#[test]
fn every_page_carries_the_policy_that_the_host_sends_and_lives_by_it() {
    let site = site();
    let headers = text(&site, "_headers");
    let sent = between(&headers, "Content-Security-Policy: ", "\n")[0];
    for (path, page) in pages(&site) {
        let policy = between(&page, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"")[0];
        assert!(sent.starts_with(policy), "{path}: {policy}");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
        let styles = between(&page, "<style>", "</style>");
        assert_eq!(styles.len(), 1, "{path}");
        let hash = BASE64.encode(digest(&SHA256, styles[0].as_bytes()).as_ref());
        assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "{path}: its style sheet is allowed");
        assert!(!page.contains(" style=\"") && !page.contains("javascript:"), "{path}");
        for script in between(&page, "<script", ">") {
            assert!(script.starts_with(&format!(" src=\"{}assets/site-", root(&path))), "{path}: {script}");
        }
        let mut words = page.split('<').flat_map(|tag| tag.split('>').next().unwrap_or_default().split_whitespace());
        assert!(!words.any(|word| word.starts_with("on") && word.contains('=')), "{path}: no handlers");
    }
}

#[test]
fn everything_that_pages_name_is_there_and_every_page_has_a_card() {
    let site = site();
    let mut letters = BTreeMap::new();
    for (path, page) in pages(&site) {
        for list in between(&page, "srcset=\"", "\"").into_iter().chain(between(&page, "src=\"", "\"")) {
            for url in list.split(", ").filter_map(|entry| entry.split(' ').next()) {
                assert!(site.contains_key(&from_page(&path, url)), "{path}: {url}");
            }
        }
        let card = between(&page, "<meta property=\"og:image\" content=\"", "\"");
        if path == "404.html" {
            assert!(card.is_empty());
            continue;
        }
        let name = card[0].strip_prefix(&format!("{BASE}/")).unwrap_or_else(|| panic!("{path}: {card:?}"));
        let size = imagesize::blob_size(&site[name]).expect("a picture");
        assert_eq!((size.width, size.height), (1200, 630));
        assert!(page.contains("<meta property=\"og:image:width\" content=\"1200\">"), "{path}");
        if path.contains("archive/") {
            assert_eq!(letters.insert(name.to_owned(), path.clone()), None, "{path}: every letter has its own");
        } else {
            assert!(!letters.contains_key(name), "{path}");
        }
    }
    assert!(!letters.is_empty());
    let index = text(&site, "index.html");
    let pictures = between(&index, "<picture>", "</picture>");
    let (source, picture) =
        pictures.iter().find_map(|picture| picture.split_once("<img loading=\"lazy\"")).expect("a picture");
    for part in ["type=\"image/webp\"", "-480-", ".webp 480w, ", ".webp 895w\"", "sizes=\""] {
        assert!(source.contains(part), "{part}: {source}");
    }
    for part in ["-480-", ".png 480w, ", ".png 895w\"", "width=\"895\" height=\"537\"", "sizes=\""] {
        assert!(picture.contains(part), "{part}: {picture}");
    }
    // Nobody loads more because of it.
    let sizes = |path: &str, srcset: &str| -> Vec<usize> {
        let urls = srcset.split(", ").filter_map(|entry| entry.split(' ').next());
        urls.map(|url| site[&from_page(path, url)].len()).collect()
    };
    for (path, page) in pages(&site) {
        for picture in between(&page, "<picture>", "</picture>") {
            let srcsets = between(picture, "srcset=\"", "\"");
            // A logo has one size.
            let plain = srcsets.get(1).copied().unwrap_or_else(|| between(picture, " src=\"", "\"")[0]);
            let (modern, plain) = (sizes(&path, srcsets[0]), sizes(&path, plain));
            assert_eq!(modern.len(), plain.len(), "{path}");
            assert!(modern.iter().zip(&plain).all(|(modern, plain)| modern < plain), "{path}: {modern:?} {plain:?}");
        }
    }
    assert!(!text(&site, "atom.xml").contains("webp"), "feed readers get one picture");
}

#[test]
fn a_page_may_ask_for_a_card_and_a_second_build_draws_nothing() {
    let page = "---\ntitle: Våra kök\ncard: true\n---\n\nText.\n";
    let programme = Programme::new().file("content/pages/kitchens.md", page);
    programme.run(["build", "--messages", "none"]).succeeds();
    let card = |path: &str| {
        let page = programme.read(path);
        between(&page, "<meta property=\"og:image\" content=\"https://www.ek-ask.example/", "\"")[0].to_owned()
    };
    let own = card("output/site/kitchens/index.html");
    assert_ne!(own, card("output/site/index.html"));
    assert!(programme.read("output/site/kitchens/index.html").contains("content=\"Våra kök – Ek &amp; Ask Snickeri\""));
    // What stands under a name that tells its input is taken on trust, like everything the manifest knows.
    let drawn = programme.path(&format!("output/site/{own}"));
    let before = std::fs::metadata(&drawn).and_then(|file| file.modified()).expect("a card");
    let again = programme.run(["--format", "json", "build", "--messages", "none"]).succeeds().json();
    assert_eq!(again["files"]["written"], 0);
    assert_eq!(std::fs::metadata(&drawn).and_then(|file| file.modified()).expect("a card"), before);
    assert!(Path::new(&drawn).is_file());
}
