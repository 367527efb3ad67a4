//! Names that tell the content of a file, so that it can be kept for ever.

/// Hexadecimal digits of the content's hash in a name.
const DIGITS: usize = 12;

/// A file's name and suffix.
pub(super) fn name_parts(path: &str) -> (&str, &str) {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').unwrap_or((name, "bin"))
}

/// `assets/cups-0123456789ab.png`; letters that URLs have trouble with become hyphens.
pub(super) fn hashed_name(stem: &str, suffix: &str, digest: &str) -> String {
    let plain = |text: &str| -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' };
        text.chars().map(letter).collect()
    };
    format!("assets/{}-{}.{}", plain(stem), &digest[..DIGITS], plain(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_content_and_suits_a_url() {
        assert_eq!(hashed_name("Två koppar", "PNG", "0123456789abcdef"), "assets/tv--koppar-0123456789ab.png");
    }
}
