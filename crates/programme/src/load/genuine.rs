//! Whether a file is what its name says: no conflict left in a text, and a picture where a picture is expected (R28).

use std::sync::Arc;

use super::kind::stem_and_suffix;
use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

/// How Git LFS begins what it puts in a file's place (git-lfs specification, "The Pointer").
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// True for what Git LFS leaves where a file was not fetched.
pub fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(POINTER)
}

/// What is said of a pointer in a file's place.
pub fn pointer(path: &str) -> Diagnostic {
    let error = Diagnostic::error("lfs-pointer", "this is not the file itself, but Git LFS's note of where it is");
    error.in_file(path).hint("fetch it with `git lfs pull`")
}

/// What is wrong with the bytes of a picture or attachment: empty, not fetched, or not the picture that its name says.
pub fn fault(path: &str, bytes: &[u8]) -> Option<Diagnostic> {
    if is_pointer(bytes) {
        return Some(pointer(path));
    }
    if bytes.is_empty() {
        let error = Diagnostic::error("not-what-it-is-called", "this file is empty").in_file(path);
        return Some(error.hint("put the file itself here, or remove it"));
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let (_, suffix) = stem_and_suffix(name);
    let is_so = beginning(&suffix)?;
    if is_so(bytes) {
        return metadata(&suffix, bytes).map(|finding| finding.in_file(path));
    }
    let known = ["png", "jpg", "gif", "webp", "avif", "heic", "svg", "ico"];
    let is = known.iter().find(|other| beginning(other).is_some_and(|is_so| is_so(bytes)));
    let (message, hint) = match is {
        Some(other) => (format!("this is no .{suffix} file, but a .{other}"), format!("rename it to end in .{other}")),
        None => (format!("this is no .{suffix} file, whatever its name says"), "put the file itself here".to_owned()),
    };
    Some(Diagnostic::error("not-what-it-is-called", message).in_file(path).hint(hint))
}

/// What a picture tells of where, when and by whom it was taken, in a format that it is not taken out of.
fn metadata(suffix: &str, bytes: &[u8]) -> Option<Diagnostic> {
    let is_kept = matches!(suffix, "avif" | "heic" | "heif")
        && [&b"Exif\0\0"[..], b"application/rdf+xml", b"<x:xmpmeta"].iter().any(|mark| holds(bytes, mark));
    is_kept.then(|| {
        let message = format!("this .{suffix} file tells where and with what it was taken, and would be published so");
        Diagnostic::error("metadata", message).hint("save it as .jpg, .png or .webp: from these it is taken out")
    })
}

/// What is said of a PDF whose properties cannot be taken out.
pub fn pdf_properties(path: &str) -> Diagnostic {
    let message =
        "this PDF may name who wrote it, with what and when, where it cannot be taken out, and would be published so";
    let hint = "export it anew without the document's properties, compression of objects, password and signature";
    Diagnostic::error("metadata", message).in_file(path).hint(hint)
}

/// How files with a suffix begin; `None` where anything may stand in them.
fn beginning(suffix: &str) -> Option<fn(&[u8]) -> bool> {
    Some(match suffix {
        "png" => |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => |bytes| bytes.starts_with(b"\xFF\xD8\xFF"),
        "gif" => |bytes| bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
        "webp" => |bytes| bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "avif" => |bytes| is_brand(bytes, &[b"avif", b"avis"]),
        "heic" | "heif" => |bytes| is_brand(bytes, &[b"heic", b"heix", b"mif1", b"msf1", b"hevc"]),
        "ico" => |bytes| bytes.starts_with(b"\0\0\x01\0"),
        "svg" => |bytes| holds(bytes, b"<svg"),
        "pdf" => |bytes| holds(&bytes[..bytes.len().min(1024)], b"%PDF-"),
        _ => return None,
    })
}

fn is_brand(bytes: &[u8], brands: &[&[u8; 4]]) -> bool {
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| brands.iter().any(|known| *known == brand))
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(bytes, needle).is_some()
}

/// The conflicts that a merge left in a text, each at its first line; and the text with only our side of them, so that what
/// refers to it is not wrong as well. `None` where there are none.
pub fn conflicts(path: &str, text: &str) -> Option<(Vec<Diagnostic>, String)> {
    const MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    let is_mark = |line: &str, mark: &str| {
        let rest = line.trim_end_matches(['\r', '\n']).strip_prefix(mark);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let holds = |mark: &str| text.starts_with(mark) || text.contains(&format!("\n{mark}"));
    if !holds(MARKS[0]) && !holds(MARKS[3]) {
        return None;
    }
    let file = SourceFile::new(path, text);
    let (mut found, mut ours, mut offset) = (Vec::new(), String::with_capacity(text.len()), 0);
    // Whether we are in a conflict, and in that part of it that is not ours.
    let (mut open, mut theirs) = (false, false);
    for line in text.split_inclusive('\n') {
        let (begins, ends) = (is_mark(line, MARKS[0]), is_mark(line, MARKS[3]));
        if begins || (ends && !open) {
            found.push(conflict(&file, offset, line));
        }
        open |= begins;
        let inner = open && (is_mark(line, MARKS[1]) || is_mark(line, MARKS[2]));
        theirs |= inner;
        match begins || ends || inner || theirs {
            true => ours.extend(line.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { ' ' })),
            false => ours.push_str(line),
        }
        if ends {
            (open, theirs) = (false, false);
        }
        offset += line.len();
    }
    (!found.is_empty()).then_some((found, ours))
}

fn conflict(file: &Arc<SourceFile>, start: usize, line: &str) -> Diagnostic {
    let end = start + line.trim_end().len();
    let error = Diagnostic::error("conflict", "a merge left a conflict here that nobody has settled");
    error.at(file, Span { start, end }).hint("keep one of the two sides, and delete the lines of <, = and >")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r28_a_picture_that_is_none_is_told_with_what_it_is() {
        let message = |path: &str, bytes: &[u8]| fault(path, bytes).map(|found| found.message);
        assert_eq!(message("content/a.PNG", b"\x89PNG\r\n\x1a\nrest"), None);
        assert_eq!(message("content/a.png", b""), Some("this file is empty".into()));
        assert_eq!(message("content/a.png", b"\xFF\xD8\xFFx"), Some("this is no .png file, but a .jpg".into()));
        assert_eq!(
            message("content/a.jpeg", b"<!doctype html>"),
            Some("this is no .jpeg file, whatever its name says".into())
        );
        let tells = b"\0\0\0\x1cftypavif\0\0\0\0 Exif\0\0 N 59.33";
        assert_eq!(fault("content/a.avif", tells).map(|found| found.code), Some("metadata"));
        assert_eq!(fault("content/a.avif", &tells[..16]), None);
        assert_eq!(message("content/a.svg", b"<?xml version=\"1.0\"?><svg/>"), None);
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
        assert_eq!(fault("content/terms.txt", pointer).map(|found| found.code), Some("lfs-pointer"));
    }

    #[test]
    fn a_conflict_is_found_at_its_line_and_our_side_is_read_on() {
        let text = "a: 1\n<<<<<<< HEAD\nb: 2\n||||||| base\nb: 0\n=======\nb: 3\n>>>>>>> other\nc: 4\n";
        let (found, ours) = conflicts("x.yaml", text).expect("a conflict");
        assert_eq!(found[0].place.as_ref().and_then(|place| place.line_column()), Some((2, 1)));
        assert_eq!(ours.split_whitespace().collect::<Vec<_>>(), ["a:", "1", "b:", "2", "c:", "4"]);
        assert_eq!(ours.lines().count(), text.lines().count());
        assert!(conflicts("x.md", "Heading\n=======\n\n<<<<<<<< eight\n").is_none());
        assert_eq!(conflicts("x.md", "text\n>>>>>>> other\n").expect("half of one").0.len(), 1);
    }
}
