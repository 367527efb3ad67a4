//! What the site draws itself, as SVG: the QR code of a link, and an icon in the brand's colours.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::model::programme::Brand;
use crate::render::html::entity::escape_text;

/// Light modules around a QR code (ISO/IEC 18004, quiet zone).
const QUIET: usize = 4;

/// A QR code with room for a scratch or a coffee stain (15 %); `None` for a text that is too long for one.
pub(super) fn qr_code(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let run = (column..code.size).take_while(|&column| code[row][column].value()).count();
            if run > 0 {
                // Writing into a String cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", column + QUIET, row + QUIET);
            }
            column += run.max(1);
        }
    }
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>\n"
    ))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_three_eyes_and_its_margin() {
        let svg = qr_code("https://www.lindholm-saar.example/refer/").expect("it is short");
        assert!(svg.contains("viewBox=\"0 0 37 37\""), "version 3 has 29 modules: {svg}");
        for eye in ["M4 4h7v1h-7z", "M26 4h7v1h-7z", "M4 26h7v1h-7z"] {
            assert!(svg.contains(eye), "{eye}");
        }
        assert_eq!(qr_code(&"x".repeat(4000)), None);
    }
}
