//! Opening a source at its line: in an editor that browsers can ask, or by a command of whoever sits here. A programme never names it.

use std::path::Path;
use std::process::{Command, Stdio};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a path of an address holds as it is.
const IN_PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');

/// The address by which a browser asks an editor to open `{file}`, counted from `root`, at `{line}`; `None` for everything else.
pub fn address(editor: &str, root: &Path) -> Option<String> {
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let root = root.to_string_lossy().replace('\\', "/");
    let root = utf8_percent_encode(root.trim_start_matches('/'), IN_PATH).to_string();
    match editor {
        "vscode" | "cursor" | "zed" => Some(format!("{editor}://file/{root}/{{file}}:{{line}}")),
        "idea" => Some(format!("idea://open?file=/{root}/{{file}}&line={{line}}")),
        _ => None,
    }
}

/// The words of the command that opens a source, with `{file}` and `{line}`; `None` where a browser asks, or nothing is set.
pub fn command(editor: &str) -> Option<Vec<String>> {
    let named = match editor {
        "vscode" | "cursor" | "zed" | "idea" => return None,
        "env" => ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok()),
        command => Some(command.to_owned()),
    };
    let mut words: Vec<String> = named?.split_whitespace().map(str::to_owned).collect();
    if !words.is_empty() && !words.iter().any(|word| word.contains("{file}")) {
        let usual = usual(&words[0]);
        words.extend(usual.iter().map(|word| (*word).to_owned()));
    }
    (!words.is_empty()).then_some(words)
}

/// How a program is told a line, where the command does not say.
fn usual(program: &str) -> &'static [&'static str] {
    match Path::new(program).file_stem().and_then(|name| name.to_str()).unwrap_or_default() {
        "code" | "codium" | "cursor" => &["-g", "{file}:{line}"],
        "subl" | "zed" | "hx" => &["{file}:{line}"],
        _ => &["+{line}", "{file}"],
    }
}

/// Starts the command for a file below `root`.
///
/// # Errors
/// There is no such file or no command, or it does not start.
pub fn open(command: Option<&[String]>, root: &Path, path: &str, line: usize) -> Result<(), String> {
    let Some(([program, arguments @ ..], file)) = command.zip(Some(root.join(path))) else {
        return Err("neither VISUAL nor EDITOR is set; `--editor` says what opens a source".to_owned());
    };
    if !file.is_file() {
        return Err(format!("{path} is not a file of this programme; `bevara eject` writes a layout that comes along"));
    }
    let filled = |word: &String| word.replace("{line}", &line.to_string()).replace("{file}", &file.to_string_lossy());
    let started = Command::new(program)
        .args(arguments.iter().map(filled))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = started.map_err(|error| format!("{program} does not start: {error}"))?;
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_root_and_leaves_file_and_line_open() {
        let root = Path::new("/home/å b");
        let address = |editor: &str| address(editor, root);
        assert_eq!(address("vscode").as_deref(), Some("vscode://file/home/%C3%A5%20b/{file}:{line}"));
        assert_eq!(address("idea").as_deref(), Some("idea://open?file=/home/%C3%A5%20b/{file}&line={line}"));
        assert_eq!(address("emacsclient"), None);
    }

    #[test]
    fn a_command_that_does_not_say_how_gets_the_line_in_its_own_way() {
        assert_eq!(
            command("/usr/bin/code -n"),
            Some(["/usr/bin/code", "-n", "-g", "{file}:{line}"].map(str::to_owned).into())
        );
        assert_eq!(command("gvim"), Some(["gvim", "+{line}", "{file}"].map(str::to_owned).into()));
        assert_eq!(command("x --at={line} {file}"), Some(["x", "--at={line}", "{file}"].map(str::to_owned).into()));
        assert_eq!((command("idea"), command(" ")), (None, None));
    }
}
