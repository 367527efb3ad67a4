//! What the site draws itself, as SVG: an icon in the brand's colours.

use crate::model::settings::Brand;
use html::entity::escape_text;

/// The first letter of the firm's name on its accent.
pub(super) fn icon(name: &str, brand: &Brand) -> String {
    let letter = name.chars().find(|letter| letter.is_alphanumeric()).unwrap_or('·');
    let mut initial = String::new();
    escape_text(&letter.to_uppercase().to_string(), &mut initial);
    let (ground, ink) = (&brand.light.accent, &brand.light.on_accent);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" rx=\"6\" \
         fill=\"{ground}\"/><text x=\"16\" y=\"23\" fill=\"{ink}\" font-family=\"Georgia, serif\" font-size=\"21\" \
         text-anchor=\"middle\">{initial}</text></svg>\n"
    )
}
