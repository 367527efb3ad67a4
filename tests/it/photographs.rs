//! Photographs leave without the place they were taken at, upright, and as large as they are shown.

use std::collections::BTreeMap;
use std::fs;

use data_encoding::BASE64;
use memchr::memmem;

use crate::files;
use crate::message::Part;
use crate::programme::Programme;
use crate::review::{committed, diff};
use crate::run::{TODAY, bevara, finish};
use crate::scratch;

const PLACE: &[u8] = b"59.8586 N 17.6389 E";

/// A JPEG of 40 × 30 pixels with a place, taken with the camera held in a way that Exif counts.
fn photograph(orientation: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 70);
    encoder.encode(&[120; 40 * 30 * 3], 40, 30, jpeg_encoder::ColorType::Rgb).expect("a picture");
    turned(out, orientation)
}

/// The JPEG with what a camera writes into it: how it was held, and where.
fn turned(mut jpeg: Vec<u8>, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(PLACE);
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    jpeg.splice(2..2, [&[0xFF, 0xE1], &length[..], &exif].concat());
    jpeg
}

/// The small programme with a photograph on its first page and in its newsletter, which goes out on paper as well.
fn with_photograph(bytes: &[u8]) -> Programme {
    let mut programme = Programme::new().file("content/images/saw.jpg", bytes);
    for page in ["pages/index.sv", "pages/index.en", "newsletters/november.sv", "newsletters/november.en"] {
        programme = programme.append(&format!("content/{page}.md"), "\n\n![A saw](/images/saw.jpg)\n");
    }
    programme
        .replace("content/plan/2026.yaml", "    signed_by: ceo\n", "    signed_by: ceo\n    channel: post\n")
        .append("content/newsletters/workshop.sv.md", "\n\n![A saw](/images/saw.jpg)\n")
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memmem::find(bytes, part).is_some()
}

/// The pictures within a message, as they are.
fn pictures(message: &[u8]) -> Vec<Vec<u8>> {
    let message = Part::parse(std::str::from_utf8(message).expect("ASCII"));
    let related = message.parts().into_iter().flat_map(|part| part.parts());
    let pictures = related.filter(|part| part.has("Content-ID"));
    pictures.map(|part| BASE64.decode(part.body.replace("\r\n", "").as_bytes()).expect("Base64")).collect()
}

#[test]
fn no_place_leaves_with_a_photograph_on_any_way() {
    assert!(holds(&photograph(6), PLACE));
    let programme = with_photograph(&photograph(6));
    programme.run(["build", "--all"]).succeeds();
    let mut seen = 0;
    for (path, bytes) in files::read(&programme.path("output")) {
        assert!(!holds(&bytes, PLACE), "{path}");
        if path.ends_with(".eml") {
            for picture in pictures(&bytes) {
                assert!(!holds(&picture, PLACE), "{path}");
                seen += usize::from(picture.starts_with(b"\xFF\xD8"));
            }
        }
    }
    assert!(seen > 0, "some message has the photograph");
    let site = files::paths(&programme.path("output/site"));
    assert!(site.iter().any(|path| path.starts_with("assets/saw-")), "{site:?}");
    assert!(files::paths(&programme.path("output/post")).iter().any(|path| path.ends_with(".jpg")));
}

#[test]
fn a_photograph_that_was_held_upright_is_shown_upright() {
    for (orientation, size) in [(1, "width=\"40\" height=\"30\""), (6, "width=\"30\" height=\"40\"")] {
        let programme = with_photograph(&photograph(orientation));
        programme.run(["build"]).succeeds();
        let page = programme.read("output/site/index.html");
        assert!(page.contains(size), "{page}");
    }
}

#[test]
fn a_damaged_photograph_is_said_and_stays_as_it_is() {
    let programme = with_photograph(b"\xFF\xD8\xFFno camera wrote this");
    let said = programme.run(["check"]).succeeds().stderr;
    let expected = "warning[damaged-picture]: this picture is damaged: what a camera wrote into it could not be taken out\n\
        --> content/images/saw.jpg\n = help: open it in a picture editor and save it anew\n";
    assert!(said.contains(expected), "{said}");
}

/// A photograph of 4000 × 3000 pixels in a fine grain, as a phone takes it upright: several megabytes.
fn from_a_phone() -> Vec<u8> {
    let mut seed = 7_u32;
    let mut grain = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) / 2
    };
    let shade = |at: u32| at % 4000 / 80 + at / 4000 / 60;
    let stripe: Vec<u8> =
        (0..4000 * 500).flat_map(|at| [0, 9, 21].map(|tint| (shade(at) + tint + grain()) as u8)).collect();
    let pixels = stripe.repeat(6);
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 88);
    encoder.encode(&pixels, 4000, 3000, jpeg_encoder::ColorType::Rgb).expect("a picture");
    turned(out, 6)
}

#[test]
fn a_photograph_from_a_phone_travels_as_large_as_it_is_shown() {
    let photograph = from_a_phone();
    assert!((5_000_000..12_000_000).contains(&photograph.len()), "{}", photograph.len());
    let programme = with_photograph(&photograph);
    let cache = scratch::folder();
    let build = |arguments: &[&str]| {
        let mut command = bevara(programme.root());
        command.env("XDG_CACHE_HOME", cache.path()).args(["--today", TODAY, "build", "--all"]).args(arguments);
        finish(&mut command, programme.root()).succeeds();
        files::read(&programme.path("output"))
    };
    let built = build(&[]);
    let of = |folder: &'static str, suffix: &'static str| {
        built.iter().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(suffix))
    };
    let mut seen = 0;
    for (path, bytes) in of("mail/", ".eml") {
        assert!(bytes.len() < 1_000_000, "{path} has {} bytes", bytes.len());
        for picture in pictures(bytes).into_iter().filter(|picture| picture.starts_with(b"\xFF\xD8")) {
            let size = imagesize::blob_size(&picture).expect("a picture");
            assert_eq!((size.width, size.height), (1040, 1387), "{path}: upright, two pixels for one of the layout");
            seen += 1;
        }
    }
    assert!(seen > 0, "some message has the photograph");
    for (path, html) in of("mail/2026-11-workshop/", ".html") {
        let html = String::from_utf8_lossy(html);
        assert!(html.contains("width=\"520\" height=\"693\""), "{path}: {html}");
    }
    let printed: Vec<_> = of("post/", ".jpg").collect();
    assert_eq!(printed.len(), 1);
    let size = imagesize::blob_size(printed[0].1).expect("a picture");
    assert_eq!((size.width, size.height), (1949, 2599), "300 dots an inch of the column");
    let site: Vec<_> = of("site/assets/saw-", ".jpg").collect();
    assert!(site.len() > 1 && site.iter().all(|(_, bytes)| bytes.len() < 1_500_000), "the site has copies alone");

    // What was made once is not made again, and says the same; rendered in full it is the same, too.
    let copies = cache.path().join("bevara/pictures");
    let kept = files::read(&copies);
    let count = |begin: &str| kept.keys().filter(|name| name.starts_with(begin)).count();
    let (cards, site) = (count("card-"), count("site-"));
    assert!(cards > 0 && site > 0, "cards and copies for the site: {:?}", kept.keys());
    assert_eq!(kept.len() - cards - site, 2, "one for screens, one for paper: {:?}", kept.keys());
    let written = |name: &String| fs::metadata(copies.join(name)).and_then(|known| known.modified()).expect("a file");
    let ages: Vec<_> = kept.keys().map(written).collect();
    fs::remove_dir_all(programme.path("output")).expect("a folder");
    let again = build(&["--reference"]);
    for folder in ["mail/", "post/", "site/"] {
        let part = |all: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
            let own = |path: &str| path.starts_with(folder) && !path.ends_with(".sha256");
            all.iter().filter(|(path, _)| own(path)).map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
        };
        files::assert_same(&part(&built), &part(&again));
    }
    assert_eq!(kept.keys().map(written).collect::<Vec<_>>(), ages);
}

#[test]
fn r36_a_comparison_shows_the_picture_that_leaves() {
    let programme = committed().file("content/images/saw.jpg", grey(2400, 1200));
    let programme = programme.append("content/newsletters/november.sv.md", "\n\n![A saw](/images/saw.jpg)\n");
    diff(&programme, &["-q", "diff", "--html", "output/difference"]).ends_with(5);
    let pages = files::read(&programme.path("output/difference"));
    let shown = pages.values().find_map(|page| {
        let quoted = std::str::from_utf8(page).ok()?.split_once("data:image/jpeg;base64,")?.1;
        BASE64.decode(quoted.split("&quot;").next()?.as_bytes()).ok()
    });
    let size = imagesize::blob_size(&shown.expect("a page shows it")).expect("a picture");
    assert!((1040..2400).contains(&size.width), "as wide as it leaves: {size:?}");
    programme.run(["-q", "build", "--all", "--only", "mail"]).succeeds();
    let messages = files::read(&programme.path("output/mail"));
    let leaves = messages.iter().filter(|(path, _)| path.ends_with(".eml")).flat_map(|(_, bytes)| pictures(bytes));
    let widths: Vec<usize> =
        leaves.filter_map(|picture| imagesize::blob_size(&picture).ok()).map(|size| size.width).collect();
    assert!(widths.contains(&size.width), "{widths:?}");
}

/// A grey JPEG of a size.
fn grey(width: u16, height: u16) -> Vec<u8> {
    let mut out = Vec::new();
    let pixels = vec![120; usize::from(width) * usize::from(height) * 3];
    let encoder = jpeg_encoder::Encoder::new(&mut out, 70);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("a picture");
    out
}

#[test]
fn a_portrait_that_is_not_square_or_too_small_is_said_at_its_line() {
    let with = |width, height| {
        Programme::new()
            .file("content/images/elin.jpg", grey(width, height))
            .replace(
                "bevara.yaml",
                "    email: elin@ek-ask.example\n",
                "    email: elin@ek-ask.example\n    photo: images/elin.jpg\n",
            )
            .run(["--format", "json", "check"])
            .json()
    };
    let said = |width, height| {
        let document = with(width, height);
        let found = document["diagnostics"].as_array().expect("a list").clone();
        found
            .into_iter()
            .map(|one| (one["code"].clone(), one["file"].clone(), one["message"].clone()))
            .collect::<Vec<_>>()
    };
    let one = |code: &str, message: &str| vec![(code.into(), "bevara.yaml".into(), message.into())];
    assert_eq!(said(160, 160), []);
    assert_eq!(
        said(160, 120),
        one("portrait-not-square", "the portrait of `elin` is 160 × 120 pixels, and it is shown square")
    );
    assert_eq!(said(90, 90), one("portrait-too-small", "the portrait of `elin` is 90 × 90 pixels, and looks blurred"));
}

#[test]
fn the_picture_of_a_greeting_is_as_wide_as_the_card_for_mail_programs_that_go_by_its_tag() {
    let programme = Programme::new().file("content/images/star.jpg", grey(1300, 650));
    let programme =
        ["greetings/christmas.sv", "newsletters/november.sv"].into_iter().fold(programme, |programme, text| {
            programme.append(&format!("content/{text}.md"), "\n\n![A star](/images/star.jpg)\n")
        });
    programme.run(["build", "--messages", "none"]).succeeds();
    let proof = |mailing: &str| programme.read(&format!("output/mail/{mailing}/tier-B.sv.html"));
    assert!(proof("2026-12-christmas").contains("width=\"598\" height=\"299\""));
    assert!(proof("2026-11-newsletter").contains("width=\"520\" height=\"260\""));
}
