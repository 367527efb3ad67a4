//! Photographs leave without the place they were taken at.

use data_encoding::BASE64;

use crate::files;
use crate::message::Part;
use crate::programme::Programme;

const PLACE: &[u8] = b"59.8586 N 17.6389 E";

/// A JPEG of 40 × 30 pixels with a place, taken with the camera held in a way that Exif counts.
fn photograph(orientation: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 70);
    encoder.encode(&[120; 40 * 30 * 3], 40, 30, jpeg_encoder::ColorType::Rgb).expect("a picture");
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(PLACE);
    let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
    out.splice(2..2, [&[0xFF, 0xE1], &length[..], &exif].concat());
    out
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
    bytes.windows(part.len()).any(|window| window == part)
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
