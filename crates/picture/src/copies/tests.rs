use super::*;

struct Stored {
    bytes: Vec<u8>,
    size: Option<(usize, usize)>,
    turn: Option<Turn>,
}

impl Stored {
    fn original(&self) -> Original<'_> {
        Original { bytes: &self.bytes, size: self.size, turn: self.turn }
    }
}

fn stored(bytes: Vec<u8>) -> Stored {
    let size = imagesize::blob_size(&bytes).ok().map(|size| (size.width, size.height));
    Stored { bytes, size, turn: None }
}

fn widths(stored: &Stored) -> (impl Iterator<Item = usize> + Clone + use<>, bool) {
    super::widths(stored.original())
}

fn copy(stored: &Stored, width: usize, form: Form) -> Option<Vec<u8>> {
    super::copy(stored.original(), width, form)
}

fn photograph_pixels(bytes: &[u8], width: usize) -> Vec<u8> {
    let stored = StoredPhotograph::read(bytes, None).expect("a picture");
    stored.scaled(width).expect("it can be scaled").pixels
}

fn drawing_pixels(bytes: &[u8], width: usize) -> Vec<u8> {
    let stored = StoredDrawing::read(bytes).expect("a picture");
    stored.scaled(width).expect("it can be scaled").pixels.clone()
}

fn photograph(width: u16, height: u16) -> Stored {
    let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height) * 3).map(|at| (at / 7 % 251) as u8).collect();
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 90);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).expect("a picture");
    stored(out)
}

fn drawing() -> Stored {
    stored(include_bytes!("../../../../content/images/cups.png").to_vec())
}

#[test]
fn only_wide_pictures_have_copies_and_only_those_that_save_something() {
    let offered = |stored: &Stored| {
        let (widths, itself) = widths(stored);
        (widths.collect::<Vec<_>>(), itself)
    };
    assert_eq!(offered(&photograph(600, 10)), (vec![], true));
    assert_eq!(offered(&photograph(1000, 10)), (vec![480, 720], true));
    assert_eq!(offered(&photograph(3000, 10)), (vec![480, 720, 1080, 1440], false));
    assert_eq!(offered(&drawing()), (vec![480], true));
    assert_eq!(offered(&stored(b"GIF89a\x00\x10\x00\x10".to_vec())), (vec![], true));
    let turned = Stored { turn: Turn::new(6), ..drawing() };
    assert_eq!(offered(&turned), (vec![], true));
    let strip = |height| Stored { size: Some((2000, height)), ..photograph(2000, 10) };
    assert_eq!(offered(&strip(49_000)), (vec![480], false));
    assert_eq!(offered(&strip(70_000)), (vec![], true), "no copy of it can be held");
    let mut unknown = photograph(1000, 10).bytes.to_vec();
    unknown.splice(2..2, *b"\xFF\xE1\0\x08Exif\0\0");
    assert_eq!(offered(&stored(unknown)), (vec![], true));
}

#[test]
fn copies_of_a_photograph_are_upright_however_the_camera_was_held() {
    // Its left half is white, its upper half has a blue tint.
    let colour = |x: usize, y: usize| [if x < 120 { 240 } else { 10 }, 120, if y < 84 { 240 } else { 10 }];
    let pixels: Vec<u8> = (0..240 * 168).flat_map(|at| colour(at % 240, at / 240)).collect();
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 90);
    encoder.encode(&pixels, 240, 168, ColorType::Rgb).expect("a picture");
    // The corner where the pixels begin, as it is shown: whether it is left, whether it is above (Exif 3.0, `Orientation`).
    let begins = [
        (1, true, true),
        (2, false, true),
        (3, false, false),
        (4, true, false),
        (5, true, true),
        (6, false, true),
        (7, false, false),
        (8, true, false),
    ];
    for (number, is_left, is_above) in begins {
        let turn = Turn::new(number);
        let size = if turn.is_some_and(Turn::lies) { (168, 240) } else { (240, 168) };
        let held = Stored { size: Some(size), turn, ..stored(out.clone()) };
        for form in [Form::Same, Form::Webp] {
            let copied = copy(&held, 80, form).expect("a copy");
            let (columns, rows) = (80, height(size, 80));
            let pixels = match form {
                Form::Same => photograph_pixels(&copied, 80),
                Form::Webp => ::webp::Decoder::new(&copied).decode().expect("a picture").to_vec(),
            };
            assert_eq!(pixels.len(), columns * rows * 3, "{number}");
            let at = |left: bool, above: bool| {
                let (x, y) = (if left { 8 } else { columns - 8 }, if above { 8 } else { rows - 8 });
                let pixel = &pixels[(y * columns + x) * 3..][..3];
                (pixel[0] > 128, pixel[2] > 128)
            };
            assert_eq!(at(is_left, is_above), (true, true), "{number}: where the pixels begin");
            assert_eq!(at(!is_left, !is_above), (false, false), "{number}: where they end");
            let along = if number < 5 { at(!is_left, is_above) } else { at(is_left, !is_above) };
            assert_eq!(along, (false, true), "{number}: where the first row ends");
        }
    }
}

#[test]
fn a_copy_has_its_width_and_is_smaller() {
    let picture = photograph(1000, 500);
    for (picture, suffix) in [(picture, imagesize::ImageType::Jpeg), (drawing(), imagesize::ImageType::Png)] {
        let copied = copy(&picture, 480, Form::Same).expect("a copy");
        let size = imagesize::blob_size(&copied).expect("a picture");
        let (width, whole) = picture.size.expect("a picture");
        assert_eq!((size.width, size.height), (480, height((width, whole), 480)));
        assert_eq!(imagesize::image_type(&copied).expect("a picture"), suffix);
        assert!(copied.len() < picture.bytes.len() * 4 / 5, "{} of {}", copied.len(), picture.bytes.len());
        assert_eq!(Some(copied), copy(&picture, 480, Form::Same));
    }
}

#[test]
fn as_webp_a_drawing_loses_nothing_and_a_photograph_keeps_the_meaning_of_its_colours() {
    let drawing = drawing();
    let (width, _) = drawing.size.expect("a picture");
    for width in [480, width] {
        let pixels = |bytes: &[u8]| ::webp::Decoder::new(bytes).decode().expect("a picture").to_vec();
        let (same, webp) = (copy(&drawing, width, Form::Same), copy(&drawing, width, Form::Webp));
        let (same, webp) = (same.expect("a copy"), webp.expect("a copy"));
        let shown = drawing_pixels(&same, width);
        let shown: Vec<u8> = shown.chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
        assert_eq!(pixels(&webp), shown);
        assert!(webp.len() * 100 < same.len() * 90, "{} of {}", webp.len(), same.len());
    }
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 90);
    encoder.add_icc_profile(b"profile").expect("room for it");
    encoder.encode(&[128; 700 * 100 * 3], 700, 100, ColorType::Rgb).expect("a picture");
    let photograph = stored(out);
    let webp = copy(&photograph, 480, Form::Webp).expect("a copy");
    assert_eq!(u32::from_le_bytes([webp[4], webp[5], webp[6], webp[7]]) as usize, webp.len() - 8);
    assert_eq!(&webp[12..16], b"VP8X");
    assert!(memchr::memmem::find(&webp, b"ICCP\x07\0\0\0profile\0VP8 ").is_some());
    let features = ::webp::BitstreamFeatures::new(&webp).expect("a picture");
    assert_eq!((features.width(), features.height()), (480, 69));
    assert_eq!(Some(webp), copy(&photograph, 480, Form::Webp), "always the same");
}

#[test]
fn a_copy_fits_where_a_picture_is_shown_and_is_upright() {
    let fitting = |stored: &Stored, wanted| super::fitting(stored.original(), wanted);
    assert_eq!(fitting(&photograph(3000, 10), 1040), Some(1040));
    assert_eq!(fitting(&photograph(3000, 10), 144), Some(144));
    assert_eq!(fitting(&photograph(1200, 10), 1040), None, "it would save too little");
    assert_eq!(fitting(&photograph(600, 10), 144), None, "small pictures stay as they are");
    assert_eq!(fitting(&drawing(), 1040), None);
    let turned = Stored { turn: Turn::new(6), ..photograph(600, 10) };
    assert_eq!(fitting(&turned, 1040), Some(600));
    let heavy = stored([photograph(1000, 10).bytes, vec![0; HEAVY]].concat());
    assert_eq!(fitting(&heavy, 1040), Some(1000));
    assert_eq!(fitting(&stored(b"GIF89a\xFF\x10\xFF\x10".to_vec()), 144), None);
}

#[test]
fn a_photograph_that_is_all_grain_travels_in_less_quality() {
    let mut seed = 1_u32;
    let mut grain = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    };
    let pixels: Vec<u8> = (0..800 * 600 * 3).map(|_| grain()).collect();
    let mut out = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut out, 100);
    encoder.encode(&pixels, 800, 600, ColorType::Rgb).expect("a picture");
    let grainy = stored(out);
    let plain = copy(&grainy, 800, Form::Same).expect("a copy");
    let light = light_copy(grainy.original(), 800).expect("a copy");
    assert!(light.len() * 10 < plain.len() * 8, "{} of {}", light.len(), plain.len());
    let calm = photograph(1000, 500);
    assert_eq!(light_copy(calm.original(), 480), copy(&calm, 480, Form::Same));
    let small = stored(light.clone());
    assert_eq!(light_copy(small.original(), 800).filter(|copy| copy.len() >= light.len()), None);
}

#[test]
fn what_a_drawing_leaves_open_stays_open_in_its_copy() {
    let signature = include_bytes!("../../../../content/images/team/sara-signature.png");
    let copied = copy(&stored(signature.to_vec()), 320, Form::Same).expect("a copy");
    let pixels = drawing_pixels(&copied, 320);
    let seen = pixels.chunks_exact(4).filter(|pixel| pixel[3] > 0).count();
    assert_eq!(pixels[3], 0, "nothing is written in the corner");
    assert!(seen > 1000 && seen * 3 < 320 * 110, "{seen} pixels of a name");
}

#[test]
fn a_picture_of_many_pixels_is_made_smaller_before_it_is_scaled() {
    use super::pixels::squares;
    assert_eq!([(4000, 5000), (4000, 6500), (5800, 4000), (6000, 4001)].map(squares), [None, None, None, Some(2)]);
    assert_eq!([(10_000, 9990), (2000, 49_000)].map(squares), [Some(3), Some(2)], "however narrow it is");
}

#[test]
fn a_picture_of_many_pixels_is_copied_without_being_held_whole() {
    let (width, height) = (9001_u32, 3000_u32);
    let write = |colour, channels: usize| {
        let row: Vec<u8> = (0..width as usize)
            .flat_map(|x| [(x * 255 / width as usize) as u8, 200, 40, 255][..channels].to_vec())
            .collect();
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(colour);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fastest);
        let mut writer = encoder.write_header().expect("a head");
        writer.write_image_data(&row.repeat(height as usize)).expect("pixels");
        drop(writer);
        stored(out)
    };
    let drawing = write(png::ColorType::Rgb, 3);
    let read = StoredDrawing::read(&drawing.bytes).expect("a picture");
    assert_eq!(read.scaled(3001).expect("pixels").pixels.len(), 3001 * 1000 * 4, "its own proportions");
    let pixels = drawing_pixels(&copy(&drawing, 480, Form::Same).expect("a copy"), 480);
    assert_eq!(pixels.len(), 480 * 160 * 4);
    for (column, shade) in [(0_usize, 0_i32), (240, 127), (479, 254)] {
        let pixel = &pixels[(80 * 480 + column) * 4..][..4];
        assert!((i32::from(pixel[0]) - shade).abs() < 3 && pixel[1..] == [200, 40, 255], "{column}: {pixel:?}");
    }
    let grey = drawing_pixels(&write(png::ColorType::GrayscaleAlpha, 2).bytes, 480);
    assert_eq!(grey[240 * 4..][..4], [127, 127, 127, 200]);
}

#[test]
fn what_cannot_be_read_has_no_copy() {
    let broken = stored(photograph(1000, 10).bytes[..300].to_vec());
    assert_eq!(copy(&broken, 480, Form::Same), None);
}
