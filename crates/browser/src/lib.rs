//! A Chromium that is installed anyway: it prints pages and draws pictures of them. It sees one temporary folder and no network, and
//! whatever it does, whoever asks goes on without what it did not make.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use jiff::civil::Date;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tempfile::TempDir;

/// How often it is asked whether the browser has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// How often at most: two minutes for one file of letters.
const PATIENCE: u32 = 6_000;

/// A browser that shows pages of ours.
pub struct Browser<'b> {
    program: &'b Path,
}

impl<'b> Browser<'b> {
    /// The browser whose program lies there.
    pub fn new(program: &'b Path) -> Self {
        Browser { program }
    }

    /// The PDF of a document with the pictures beside it, tagged, in the document's language, made on `day`. The browser sees
    /// nothing else: a folder of its own, and no network.
    ///
    /// # Errors
    /// Why there is none, in one line.
    pub fn print(&self, html: &str, pictures: &BTreeMap<String, Arc<[u8]>>, day: Date) -> Result<Vec<u8>, String> {
        let folder = PageFolder::new(html, pictures)?;
        let pdf = folder.path("page.pdf");
        self.run(&folder, &["--no-pdf-header-footer".to_owned(), format!("--print-to-pdf={}", pdf.display())])?;
        match fs::read(&pdf) {
            Ok(mut bytes) if bytes.starts_with(b"%PDF-") => {
                set_dates(&mut bytes, day);
                Ok(bytes)
            }
            _ => Err("it printed nothing".to_owned()),
        }
    }

    /// A picture (PNG) of a page that has everything in itself, so many CSS pixels wide and as high as what it shows, but no higher
    /// than `most`. In `dark` the page is told that its reader prefers that.
    ///
    /// # Errors
    /// Why there is none, in one line.
    pub fn draw(&self, html: &str, width: u32, most: u32, dark: bool) -> Result<Vec<u8>, String> {
        let folder = PageFolder::new(html, &BTreeMap::new())?;
        let picture = folder.path("page.png");
        let mut arguments = vec![
            "--hide-scrollbars".to_owned(),
            "--force-device-scale-factor=1".to_owned(),
            format!("--window-size={width},{most}"),
            // Frames are measured when they are loaded.
            "--virtual-time-budget=2000".to_owned(),
            format!("--screenshot={}", picture.display()),
        ];
        if dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        self.run(&folder, &arguments)?;
        let bytes = fs::read(&picture).map_err(|_| "it drew nothing".to_owned())?;
        picture::without_empty_foot(&bytes).ok_or_else(|| "what it drew is no picture".to_owned())
    }

    /// Those of some letters that no font of this machine has, where a text is set in `font`, a list of families as CSS has it.
    ///
    /// # Errors
    /// Why nobody knows, in one line.
    pub fn missing_letters(&self, letters: &str, font: &str) -> Result<String, String> {
        let folder = PageFolder::new(&letters_page(letters, font), &BTreeMap::new())?;
        self.run(&folder, &["--dump-dom".to_owned()])?;
        let page = fs::read_to_string(folder.path(SAID)).map_err(|error| error.to_string())?;
        let body = page.split_once("<body>").and_then(|(_, rest)| rest.split_once("</body>"));
        let (body, _) = body.ok_or_else(|| "it said nothing".to_owned())?;
        Ok(body.trim().to_owned())
    }

    fn run(&self, folder: &PageFolder, arguments: &[String]) -> Result<(), String> {
        let said = fs::File::create(folder.path(SAID)).map_err(|error| error.to_string())?;
        let mut command = Command::new(self.program);
        command
            .args(["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync"])
            .args(["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"])
            .arg(format!("--user-data-dir={}", folder.path("profile").display()))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::from(said))
            .stderr(Stdio::null());
        if is_root(folder.0.path()) {
            // The browser's sandbox refuses to run as root; it shows a page of ours and nothing else.
            command.arg("--no-sandbox");
        }
        let child = command.arg(file_url(&folder.path(PAGE))).spawn().map_err(|error| error.to_string())?;
        wait(child)
    }
}

/// The page, by its name in the folder, and what the browser prints on its standard output.
const PAGE: &str = "page.html";
const SAID: &str = "said.txt";

/// A page that names those of some letters that look like one that no font has.
fn letters_page(letters: &str, font: &str) -> String {
    let letters: Vec<String> = letters.chars().map(|letter| u32::from(letter).to_string()).collect();
    let font: String = font.chars().filter(|letter| !matches!(letter, '`' | '\\' | '$' | '<' | '>')).collect();
    format!(
        "<!doctype html><meta charset=\"utf-8\"><body><script>\
         const canvas = document.createElement('canvas'); canvas.width = canvas.height = 64;\
         const pen = canvas.getContext('2d', {{ willReadFrequently: true }});\
         const drawn = (letter) => {{ pen.clearRect(0, 0, 64, 64); pen.font = `32px {font}`;\
         pen.fillText(letter, 8, 44); return canvas.toDataURL(); }};\
         const none = drawn('\\u{{10FFFD}}');\
         document.body.textContent = [{}].map((code) => String.fromCodePoint(code)).filter((letter) => drawn(letter) === none).join('');\
         </script></body>",
        letters.join(",")
    )
}

/// A folder with a page and what it shows; it goes away again.
struct PageFolder(TempDir);

impl PageFolder {
    fn new(html: &str, pictures: &BTreeMap<String, Arc<[u8]>>) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("bevara-page-").tempdir().map_err(|error| error.to_string())?;
        let folder = PageFolder(folder);
        folder.lay_out(html, pictures).map_err(|error| error.to_string())?;
        Ok(folder)
    }

    fn lay_out(&self, html: &str, pictures: &BTreeMap<String, Arc<[u8]>>) -> std::io::Result<()> {
        fs::write(self.path(PAGE), html)?;
        for (path, bytes) in pictures {
            let place = self.path(path);
            fs::create_dir_all(place.parent().unwrap_or(self.0.path()))?;
            fs::write(place, bytes)?;
        }
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// Puts `day`, at nine, in the place of the moment at which the browser printed (PDF 32000-1, 7.9.4): the same letters are the same
/// bytes. The new date is as long as the old one, so everything stays where the file says it is.
fn set_dates(pdf: &mut [u8], day: Date) {
    let stamp = format!("{:04}{:02}{:02}090000", day.year(), day.month(), day.day());
    for key in [&b"/CreationDate (D:"[..], b"/ModDate (D:"] {
        let Some(at) = memchr::memmem::rfind(pdf, key) else { continue };
        if let Some(place) = pdf.get_mut(at + key.len()..at + key.len() + stamp.len())
            && place.iter().all(u8::is_ascii_digit)
        {
            place.copy_from_slice(stamp.as_bytes());
        }
    }
}

fn wait(mut child: Child) -> Result<(), String> {
    for _ in 0..PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("it ended with {status}")),
            Ok(None) => thread::sleep(PAUSE),
            Err(error) => return Err(error.to_string()),
        }
    }
    // Whether it could be stopped changes nothing: nothing was made.
    let _ = child.kill();
    let _ = child.wait();
    Err("it did not end".to_owned())
}

/// True where a folder that we made belongs to root.
#[cfg(unix)]
fn is_root(own: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(own).is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_own: &Path) -> bool {
    false
}

/// What stands in no path of a URL as it is.
const UNFIT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

fn file_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let encoded = utf8_percent_encode(&path, UNFIT).to_string();
    format!("file://{}{encoded}", if encoded.starts_with('/') { "" } else { "/" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_is_none_gives_a_reason_and_nothing_else() {
        let day = jiff::civil::date(2026, 12, 1);
        let reason =
            Browser::new(Path::new("/nowhere/chromium")).print("<p>", &BTreeMap::new(), day).expect_err("none");
        assert!(!reason.is_empty());
        let mut pdf = b"%PDF-1.4 /CreationDate (D:20261130180847+00'00') /ModDate (D:20261130180847+00'00')".to_vec();
        set_dates(&mut pdf, day);
        let dated = "%PDF-1.4 /CreationDate (D:20261201090000+00'00') /ModDate (D:20261201090000+00'00')";
        assert_eq!(String::from_utf8_lossy(&pdf), dated);
        assert_eq!(file_url(Path::new("/tmp/a b/å.html")), "file:///tmp/a%20b/%C3%A5.html");
    }
}
