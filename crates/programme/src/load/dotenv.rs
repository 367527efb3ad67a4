//! `.env`: the settings of the environment that may lie beside a programme. A programme may come from a stranger, so that file
//! can set nothing that names a program to run, and nothing that is read without end.

use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use source::diagnostic::Diagnostic;
use source::{SourceFile, Span};

/// The file, below the root.
pub const FILE: &str = ".env";

/// What it can set.
pub const NAMES: [&str; 3] = ["BEVARA_SMTP_URL", "BEVARA_DKIM_KEY_FILE", "BEVARA_LINK_KEY"];

/// Largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// What the file sets.
#[derive(Debug, Default)]
pub struct Dotenv {
    pairs: Vec<(&'static str, String)>,
    /// Variables of ours that it names and cannot set.
    pub found: Vec<Diagnostic>,
}

/// Why the file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable(String);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FILE} cannot be used: {}", self.0)
    }
}

impl Dotenv {
    /// Reads the file at `root`, if there is one: `NAME=value` a line, `#` comments, quotes around values; UTF-8, or UTF-16
    /// with its mark.
    ///
    /// # Errors
    /// It is no regular file, a link that leaves the programme, larger than 64 KiB, or no text; the system.
    pub fn read(root: &Path) -> Result<Self, Unusable> {
        let Some(bytes) = bytes(root)? else { return Ok(Dotenv::default()) };
        let text = decode(&bytes).ok_or_else(|| Unusable("it is neither UTF-8 nor UTF-16".to_owned()))?;
        Ok(Dotenv::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let mut dotenv = Dotenv::default();
        let mut start = 0;
        for line in text.split('\n') {
            let span = Span { start, end: start + line.trim_end().len() };
            start += line.len() + 1;
            let line = line.trim();
            let Some((name, value)) = line.trim_start_matches("export ").split_once('=') else { continue };
            if line.starts_with('#') {
                continue;
            }
            let name = name.trim();
            match NAMES.iter().find(|known| **known == name) {
                Some(known) => dotenv.pairs.push((known, value.trim().trim_matches(['"', '\'']).to_owned())),
                None if name.starts_with("BEVARA_") => {
                    let message = format!("`{name}` has no effect in {FILE}");
                    let hint = format!("{FILE} sets {}; set others in the environment", NAMES.join(", "));
                    let warning = Diagnostic::warning("env-setting", message).hint(hint);
                    dotenv.found.push(warning.at(&SourceFile::new(FILE, text), span));
                }
                // It may hold settings of other programs.
                None => {}
            }
        }
        dotenv
    }

    /// A setting.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// What the file holds; `None` where there is none.
fn bytes(root: &Path) -> Result<Option<Vec<u8>>, Unusable> {
    let path = root.join(FILE);
    let failed = |error: std::io::Error| Unusable(error.to_string());
    if fs::symlink_metadata(&path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let inside = root.canonicalize().map_err(failed)?;
    let place = path.canonicalize().map_err(failed)?;
    if !place.starts_with(inside) {
        return Err(Unusable("it is a link that leaves the programme".to_owned()));
    }
    // Before it is opened: opening a pipe waits for somebody to write.
    let metadata = fs::metadata(&place).map_err(failed)?;
    if !metadata.is_file() {
        return Err(Unusable("it is no regular file".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(&place).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    match bytes.len() as u64 > LARGEST {
        true => Err(Unusable(format!("it is larger than {} KiB", LARGEST / 1024))),
        false => Ok(Some(bytes)),
    }
}

/// The text of the file: UTF-8 with or without its mark, or UTF-16 with it; `None` where it is neither.
fn decode(bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok()?,
        bytes => match bytes.iter().take(4).position(|&byte| byte == 0) {
            // A name of ours is ASCII, so without a mark the place of the first NUL tells the order.
            Some(1) => utf16(bytes, u16::from_le_bytes)?,
            Some(0) => utf16(bytes, u16::from_be_bytes)?,
            _ => String::from_utf8(bytes.to_vec()).ok()?,
        },
    };
    (!text.contains('\0')).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> Result<Dotenv, Unusable> {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join(FILE), bytes).expect("written");
        Dotenv::read(root.path())
    }

    #[test]
    fn it_is_read_in_the_forms_that_editors_write() {
        let text = "# the relay\nexport BEVARA_SMTP_URL=\"smtp://localhost:1025\"\r\nBEVARA_LINK_KEY=abc";
        let wide = |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
        let forms: [Vec<u8>; 6] = [
            text.into(),
            [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
            [&b"\xff\xfe"[..], &little].concat(),
            [&b"\xfe\xff"[..], &big].concat(),
            little,
            big,
        ];
        for form in forms {
            let dotenv = written(&form).expect("it is text");
            assert_eq!(dotenv.get("BEVARA_SMTP_URL"), Some("smtp://localhost:1025"));
            assert_eq!((dotenv.get("BEVARA_LINK_KEY"), dotenv.found.len()), (Some("abc"), 0));
        }
    }

    #[test]
    fn it_names_no_program() {
        let dotenv = written(b"PATH=/tmp/evil\nBEVARA_CHROMIUM=./evil.sh\nBEVARA_LINK_KEY=k\n").expect("it is text");
        assert_eq!((dotenv.get("BEVARA_CHROMIUM"), dotenv.get("PATH")), (None, None));
        assert_eq!(dotenv.get("BEVARA_LINK_KEY"), Some("k"));
        let [finding] = &dotenv.found[..] else { panic!("one finding: {:?}", dotenv.found) };
        assert_eq!(finding.place.as_ref().and_then(|place| place.line_column()), Some((2, 1)));
    }

    #[test]
    fn what_is_no_small_text_is_refused() {
        for bytes in [&b"\xff\xff\xff"[..], b"BEVARA_LINK_KEY=a\0b\n", b"\xff\xfea", &[b'a'; 64 * 1024 + 1]] {
            assert!(written(bytes).is_err(), "{:?}", &bytes[..3]);
        }
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir(root.path().join(FILE)).expect("made");
        assert!(Dotenv::read(root.path()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_device_or_a_link_that_leaves_is_refused_at_once() {
        use std::os::unix::fs::symlink;
        for target in ["/dev/zero", "/etc/hostname", "nowhere"] {
            let root = tempfile::tempdir().expect("a folder");
            symlink(target, root.path().join(FILE)).expect("linked");
            assert!(Dotenv::read(root.path()).is_err(), "{target}");
        }
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("settings"), "BEVARA_LINK_KEY=k\n").expect("written");
        symlink("settings", root.path().join(FILE)).expect("linked");
        assert_eq!(Dotenv::read(root.path()).expect("inside").get("BEVARA_LINK_KEY"), Some("k"));
    }
}
