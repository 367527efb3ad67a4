//! The programme's time zone, known before anything is validated: which day is today hangs on it.

use std::fs;
use std::path::Path;

use jiff::tz::TimeZone;

use super::MARKER;

/// The zone that `bevara.yaml` names; UTC where it names none, or none that is known (which is said when it is validated).
pub fn time_zone(root: &Path) -> TimeZone {
    let text = fs::read_to_string(root.join(MARKER)).unwrap_or_default();
    let value = text.lines().find_map(|line| line.trim_start_matches('\u{feff}').strip_prefix("timezone:"));
    let name = value.map(|value| value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']));
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_read_from_a_line_of_the_settings() {
        let folder = tempfile::tempdir().expect("a folder");
        let zone = |text: &str| {
            fs::write(folder.path().join(MARKER), text).expect("written");
            time_zone(folder.path()).iana_name().map(str::to_owned)
        };
        assert_eq!(
            zone("format: 1\ntimezone: \"America/Los_Angeles\" # ours\n").as_deref(),
            Some("America/Los_Angeles")
        );
        assert_eq!(zone("timezone: Europe/Stokholm\n").as_deref(), Some("UTC"));
        assert_eq!(zone("format: 1\n").as_deref(), Some("UTC"));
    }
}
