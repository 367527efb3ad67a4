//! QR codes as SVG.

use std::fmt::{Display, Write as _};

use fast_qr::{ECL, QRBuilder};

/// Light modules around a QR code (ISO/IEC 18004, quiet zone).
const QUIET: usize = 4;

/// A QR code with room for a scratch or a coffee stain (15 %); `None` for a text that is too long for one.
pub fn svg(text: &str) -> Option<String> {
    let (side, path) = drawn(text, QUIET)?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>\n"
    ))
}

/// The same for white paper, which is its own quiet zone, to stand within HTML. Those who listen to the page hear nothing of it.
pub fn inline(text: &str) -> Option<String> {
    let (side, path) = on_paper(text)?;
    Some(framed(side, path))
}

/// What [`framed`] stands around: the side of the picture and its dark modules.
pub fn on_paper(text: &str) -> Option<(usize, String)> {
    drawn(text, 0)
}

/// The QR code of these modules as a part of HTML.
pub fn framed(side: impl Display, path: impl Display) -> String {
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">\
         <path d=\"{path}\"/></svg>"
    )
}

/// The side of the picture, and the dark modules: one rectangle a run of them.
fn drawn(text: &str, quiet: usize) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let run = (column..code.size).take_while(|&column| code[row][column].value()).count();
            if run > 0 {
                // Writing into a String cannot fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", column + quiet, row + quiet);
            }
            column += run.max(1);
        }
    }
    Some((code.size + 2 * quiet, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_three_eyes_and_its_margin() {
        let svg = svg("https://www.lindholm-saar.example/refer/").expect("it is short");
        assert!(svg.contains("viewBox=\"0 0 37 37\""), "version 3 has 29 modules: {svg}");
        for eye in ["M4 4h7v1h-7z", "M26 4h7v1h-7z", "M4 26h7v1h-7z"] {
            assert!(svg.contains(eye), "{eye}");
        }
        let inline = inline("https://www.lindholm-saar.example/refer/").expect("it is short");
        assert!(inline.contains("viewBox=\"0 0 29 29\"") && inline.contains("M0 0h7v1h-7z"), "{inline}");
        assert_eq!(super::svg(&"x".repeat(4000)), None);
    }
}
