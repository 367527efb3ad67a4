//! PDF (ISO 32000-1): the properties of the document and its XMP are overwritten with blanks, so that every offset stays right.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

/// Properties of a document that tell who made it, with what and when (14.3.3). Its title stays: readers show it.
const PROPERTIES: [&[u8]; 10] = [
    b"/Author",
    b"/Creator",
    b"/Producer",
    b"/Subject",
    b"/Keywords",
    b"/CreationDate",
    b"/ModDate",
    b"/Company",
    b"/Manager",
    b"/LastModifiedBy",
];

/// Most octets that are looked at of what is compressed.
const MAX_INFLATED: u64 = 16 * 1024 * 1024;

/// Where an XMP packet begins and ends.
const PACKET: (&[u8], &[u8]) = (b"<x:xmpmeta", b"</x:xmpmeta>");

/// The document without its properties; `None` where they cannot be taken out: they are compressed or enciphered, or a signature is
/// over them.
pub(super) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let holds = |needle: &[u8]| memmem::find(bytes, needle).is_some();
    if holds(b"/Encrypt") || hidden(bytes) {
        return None;
    }
    let mut left = bytes.to_vec();
    for property in PROPERTIES {
        for at in memmem::find_iter(bytes, property) {
            let behind = at + property.len();
            match value(bytes, behind) {
                Value::Text(inside) => left[inside].fill(b' '),
                Value::Hexadecimal(inside) => blank_hexadecimal(&mut left[inside]),
                Value::Elsewhere => return None,
                Value::None => {}
            }
        }
    }
    let mut from = 0;
    while let Some(start) = memmem::find(&left[from..], PACKET.0).map(|at| from + at) {
        let end = memmem::find(&left[start..], PACKET.1).map(|at| start + at + PACKET.1.len())?;
        left[start..end].fill(b' ');
        from = end;
    }
    (left == bytes || !holds(b"/ByteRange")).then_some(left)
}

/// What stands behind the name of a property.
enum Value {
    /// Between parentheses.
    Text(std::ops::Range<usize>),
    /// Between angle brackets.
    Hexadecimal(std::ops::Range<usize>),
    /// In an object of its own (`12 0 R`).
    Elsewhere,
    /// Nothing that tells anything, or the name was the beginning of another.
    None,
}

fn value(bytes: &[u8], behind: usize) -> Value {
    let blanks = bytes[behind..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = behind + blanks;
    match bytes.get(start) {
        Some(b'(') => text_end(bytes, start + 1).map_or(Value::None, |end| Value::Text(start + 1..end)),
        Some(b'<') if bytes.get(start + 1) != Some(&b'<') => {
            let length = bytes[start + 1..].iter().position(|byte| *byte == b'>');
            length.map_or(Value::None, |length| Value::Hexadecimal(start + 1..start + 1 + length))
        }
        Some(digit) if digit.is_ascii_digit() && blanks > 0 => {
            let rest = bytes[start..].iter().take(24).skip_while(|byte| byte.is_ascii_digit() || **byte == b' ');
            if rest.copied().next() == Some(b'R') { Value::Elsewhere } else { Value::None }
        }
        _ => Value::None,
    }
}

/// The parenthesis that closes a text; those within it are in pairs or escaped (7.3.4.2).
fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut depth, mut at) = (1, start);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        at += 1;
    }
}

/// Blanks in pairs of digits.
fn blank_hexadecimal(digits: &mut [u8]) {
    for (index, digit) in digits.iter_mut().enumerate() {
        *digit = if index % 2 == 0 { b'2' } else { b'0' };
    }
}

/// True where compressed objects or a compressed XMP packet hold properties: they cannot be taken out in place.
fn hidden(bytes: &[u8]) -> bool {
    const HEAD: usize = 1024;
    let mut budget = MAX_INFLATED;
    memmem::find_iter(bytes, b"stream").any(|at| {
        let head = &bytes[at.saturating_sub(HEAD)..at];
        let head = &head[memmem::rfind(head, b"obj").unwrap_or(0)..];
        let has = |name: &[u8]| memmem::find(head, name).is_some();
        if !has(b"/ObjStm") && !has(b"/Metadata") || !has(b"/FlateDecode") {
            return false;
        }
        let data = &bytes[at + b"stream".len()..];
        let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n")).unwrap_or(data);
        let mut inside = Vec::new();
        // What was made before a fault counts too.
        let _ = ZlibDecoder::new(data).take(budget).read_to_end(&mut inside);
        budget = budget.saturating_sub(inside.len() as u64);
        let named = |property: &&[u8]| {
            let mut places = memmem::find_iter(&inside, property);
            places.any(|at| !matches!(value(&inside, at + property.len()), Value::None))
        };
        PROPERTIES.iter().any(named) || memmem::find(&inside, PACKET.0).is_some() || budget == 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    fn document(properties: &str) -> Vec<u8> {
        format!("%PDF-1.7\n1 0 obj\n<< /Title (Prices) {properties} >>\nendobj\n%%EOF\n").into_bytes()
    }

    fn stripped(bytes: &[u8]) -> Option<String> {
        strip(bytes).map(|left| {
            assert_eq!(left.len(), bytes.len(), "offsets stay right");
            String::from_utf8_lossy(&left).into_owned()
        })
    }

    fn stream(kind: &str, inside: &str) -> Vec<u8> {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(inside.as_bytes()).expect("written");
        let packed = zlib.finish().expect("written");
        let head =
            format!("%PDF-1.7\n7 0 obj\n<< /Type /{kind} /Filter /FlateDecode /Length {} >>\nstream\r\n", packed.len());
        [head.as_bytes(), &packed, b"\nendstream\nendobj\n"].concat()
    }

    #[test]
    fn who_made_it_with_what_and_when_is_blank_afterwards() {
        for properties in [
            "/Author (Anna Lind)",
            "/Author(Anna \\) (Lind))",
            "/Author <FEFF0041006E006E0061>",
            "/Creator (Writer of Anna) /Producer (Anna 1.0) /CreationDate (D:20261121)",
            "/Keywords\n(Anna, price)",
        ] {
            let left = stripped(&document(properties)).expect("it can be taken out");
            assert!(left.contains("/Title (Prices)"), "{left}");
            for gone in ["Anna", "Lind", "0041", "20261121", "Writer"] {
                assert!(!left.contains(gone), "{properties}: {left}");
            }
        }
        let xmp = "<?xpacket begin=''?><x:xmpmeta><dc:creator>Anna</dc:creator></x:xmpmeta><?xpacket end='w'?>";
        let left = stripped(&document(xmp)).expect("it can be taken out");
        assert!(!left.contains("Anna") && left.contains("xpacket end"));
    }

    #[test]
    fn what_tells_nothing_stays_as_it_is() {
        for properties in ["", "/Author ()", "/CreatorInfo 3", "/AuthorsNote << /A 1 >>"] {
            let bytes = document(properties);
            assert_eq!(strip(&bytes).as_deref(), Some(&bytes[..]), "{properties}");
        }
        let plain = stream("ObjStm", "1 0 << /Title (Prices) >>");
        assert_eq!(strip(&plain), Some(plain));
    }

    #[test]
    fn what_cannot_be_taken_out_in_place_is_not_let_through() {
        for bytes in [
            document("/Author 12 0 R"),
            document("/Author (Anna) /ByteRange [0 1 2 3]"),
            document("/Encrypt 5 0 R"),
            stream("ObjStm", "1 0 << /Author (Anna) >>"),
            stream("Metadata", "<x:xmpmeta><dc:creator>Anna</dc:creator></x:xmpmeta>"),
        ] {
            assert_eq!(strip(&bytes), None);
        }
    }
}
