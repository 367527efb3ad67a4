//! Portraits of the team: shown round and 72 pixels wide, with two pixels for one.

use crate::load::places;
use crate::model::programme::Programme;
use source::diagnostic::Diagnostic;

/// Pixels that a portrait has on each side where it is shown sharply.
const SHARP: usize = 144;
/// By so many hundredths of the longer side the two may differ; nobody sees less.
const LENIENT: usize = 3;

/// Portraits that would be drawn out of shape or blurred.
pub fn findings(programme: &Programme) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, member) in programme.settings.team.iter().enumerate() {
        let size = member.photo.as_deref().and_then(|photo| programme.assets.get(photo)?.size);
        let Some((width, height)) = size else { continue };
        let place = || places::of_setting(programme, &["team".into(), index.into(), "photo".into()]);
        if width.abs_diff(height) * 100 > width.max(height) * LENIENT {
            let message =
                format!("the portrait of `{}` is {width} × {height} pixels, and it is shown square", member.id);
            let warning = Diagnostic::warning("portrait-not-square", message).place(place());
            found.push(warning.hint("cut it to a square with the face in the middle"));
        } else if width.min(height) < SHARP {
            let message = format!("the portrait of `{}` is {width} × {height} pixels, and looks blurred", member.id);
            let warning = Diagnostic::warning("portrait-too-small", message).place(place());
            found.push(warning.hint(format!("{SHARP} pixels or more on each side are sharp on every screen")));
        }
    }
    found
}
