use super::*;

const PLACE: &[u8] = b"59.3293 N 18.0686 E";

/// Exif data with a place and a serial number in it, in a byte order.
fn exif(little: bool, orientation: u8) -> Vec<u8> {
    let short = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let long = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
    let mut out = if little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
    out.extend(long(8));
    out.extend(short(2));
    for (tag, kind, value) in [(0x010F, 2, short(0)), (0x0112, 3, short(orientation.into()))] {
        out.extend([short(tag), short(kind)].concat());
        out.extend(long(1));
        out.extend([value, [0, 0]].concat());
    }
    out.extend(long(0));
    out.extend(PLACE);
    out
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("short").to_be_bytes();
    [&[0xFF, marker], &length, content].concat()
}

/// A photograph with a colour profile, and what is put after its first octets.
fn jpeg(added: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut out, 60);
    encoder.set_progressive(true);
    encoder.add_icc_profile(b"meaning").expect("room for it");
    encoder.encode(&[90; 24 * 16 * 3], 24, 16, jpeg_encoder::ColorType::Rgb).expect("a picture");
    out.splice(2..2, added.iter().copied());
    out
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 1, 1);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_chunk(png::chunk::ChunkType(*name), content).expect("a chunk");
    drop(writer);
    // Between the header's chunk and the last.
    out[33..33 + 12 + content.len()].to_vec()
}

fn png(added: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 6, 4);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_source_gamma(png::ScaledFloat::new(0.45455));
    encoder.write_header().expect("a header").write_image_data(&[90; 6 * 4 * 3]).expect("a picture");
    out.splice(33..33, added.iter().copied());
    out
}

fn webp(about: bool) -> Vec<u8> {
    let plain = ::webp::Encoder::from_rgb(&[90; 6 * 4 * 3], 6, 4).encode_lossless().to_vec();
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).expect("short").to_le_bytes();
        [name, &length, content, &vec![0; content.len() % 2]].concat()
    };
    let flags = if about { 0x20 | 0x0C } else { 0x20 };
    let mut body =
        [b"WEBP", &*chunk(b"VP8X", &[flags, 0, 0, 0, 5, 0, 0, 3, 0, 0]), &chunk(b"ICCP", b"meaning")].concat();
    body.extend(&plain[12..]);
    if about {
        body.extend([chunk(b"EXIF", &exif(true, 6)), chunk(b"XMP ", PLACE), chunk(b"C2PA", PLACE)].concat());
    }
    [b"RIFF", &u32::try_from(body.len()).expect("short").to_le_bytes(), &*body].concat()
}

fn gif(about: bool) -> Vec<u8> {
    let mut out = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
    out.extend(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0");
    if about {
        out.extend([b"\x21\xFE\x13", PLACE, b"\0"].concat());
        out.extend([b"\x21\xFF\x0BXMP DataXMP\x13", PLACE, b"\0"].concat());
    }
    out.extend(b"\x21\xF9\x04\0\x0A\0\0\0\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B");
    out
}

/// Everything a camera and an editor leave in a JPEG.
fn about_a_photograph(orientation: u8) -> Vec<u8> {
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", PLACE].concat();
    let parts = [
        segment(0xE1, &[b"Exif\0\0", &*exif(orientation.is_multiple_of(2), orientation)].concat()),
        segment(0xE1, &xmp),
        segment(0xE2, &[b"MPF\0", PLACE].concat()),
        segment(0xEB, PLACE),
        segment(0xED, &[b"Photoshop 3.0\0", PLACE].concat()),
        segment(0xFE, PLACE),
    ];
    parts.concat()
}

fn bare_of(bytes: &[u8]) -> Stripped {
    strip_metadata(bytes).expect("a picture").expect("a sound one")
}

#[test]
fn of_a_jpeg_the_picture_its_profile_and_its_frame_stay_octet_for_octet() {
    let plain = jpeg(&[]);
    assert_eq!(bare_of(&plain), Stripped { bytes: plain.clone(), turn: None });
    let mut told = jpeg(&about_a_photograph(1));
    told.extend([b"\0\0\0\x18ftypmp42", PLACE].concat());
    assert_eq!(bare_of(&told), Stripped { bytes: plain, turn: None });
}

#[test]
fn a_jpeg_that_was_held_upright_says_this_and_nothing_else() {
    let plain = jpeg(&[]);
    for orientation in 2..=8 {
        let left = bare_of(&jpeg(&about_a_photograph(orientation)));
        let mut short = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        short.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let mut expected = plain.clone();
        let behind_jfif = 2 + 18;
        expected.splice(behind_jfif..behind_jfif, segment(0xE1, &short));
        assert_eq!(left, Stripped { bytes: expected, turn: Turn::new(orientation.into()) });
        assert_eq!(bare_of(&left.bytes), left);
    }
}

#[test]
fn a_thumbnail_in_the_first_segment_goes_too() {
    let plain = jpeg(&[]);
    assert_eq!(&plain[2..11], b"\xFF\xE0\0\x10JFIF\0");
    let mut told = plain.clone();
    told[5] += 3;
    told[18..20].copy_from_slice(&[1, 1]);
    told.splice(20..20, *b"abc");
    assert_eq!(bare_of(&told).bytes, plain);
}

#[test]
fn of_a_png_colours_and_pixels_stay_octet_for_octet_and_the_way_it_was_held() {
    let plain = png(&[]);
    assert_eq!(bare_of(&plain), Stripped { bytes: plain.clone(), turn: None });
    let about = |orientation| {
        let texts = [b"tEXt", b"zTXt", b"iTXt", b"caBX", b"prVW"].map(|name| chunk(name, PLACE)).concat();
        [chunk(b"eXIf", &exif(true, orientation)), texts, chunk(b"tIME", b"\x07\xEA\x0B\x15\0\0\0")].concat()
    };
    let mut told = png(&about(1));
    told.extend(PLACE);
    assert_eq!(bare_of(&told), Stripped { bytes: plain, turn: None });
    let held = chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
    assert_eq!(bare_of(&png(&about(6))), Stripped { bytes: png(&held), turn: Turn::new(6) });
}

#[test]
fn of_a_webp_and_a_gif_the_picture_stays_octet_for_octet() {
    for made in [webp, gif] {
        let plain = made(false);
        assert_eq!(bare_of(&plain), Stripped { bytes: plain.clone(), turn: None });
        let told = [&*made(true), PLACE].concat();
        assert_eq!(bare_of(&told), Stripped { bytes: plain, turn: None });
    }
}

#[test]
fn a_damaged_picture_is_left_or_loses_what_it_can_and_never_stops_a_build() {
    let pictures = [jpeg(&about_a_photograph(6)), png(&chunk(b"eXIf", &exif(true, 6))), webp(true), gif(true)];
    for picture in pictures {
        let holds = |bytes: &[u8]| memchr::memmem::find(bytes, PLACE).is_some();
        for cut in 0..picture.len() {
            if let Some(Ok(left)) = strip_metadata(&picture[..cut]) {
                assert!(!holds(&left.bytes), "cut at {cut}");
                assert_eq!(strip_metadata(&left.bytes), Some(Ok(left)), "cut at {cut}");
            }
        }
        for at in 0..picture.len() {
            for value in [0x00, 0x01, 0x7F, 0x80, 0xD9, 0xFE, 0xFF, picture[at] ^ 0x20, picture[at].wrapping_add(1)] {
                let mut damaged = picture.clone();
                damaged[at] = value;
                if let Some(Ok(left)) = strip_metadata(&damaged) {
                    assert_eq!(strip_metadata(&left.bytes), Some(Ok(left)), "{value:#x} at {at}");
                }
            }
        }
    }
    assert_eq!(strip_metadata(b"\xFF\xD8\xFFnothing"), Some(Err(Damaged)));
    assert_eq!(strip_metadata(b"59.3293 N, 18.0686 E"), None, "what is no picture is not looked at");
}
