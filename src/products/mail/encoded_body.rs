//! The bytes of a variant's messages: whatever is the same for all its readers is encoded once, lines with values for each.

use std::borrow::Cow;

use crate::render::stamp::Variant;
use crate::render::stamp::look_up;
use crate::render::stamp::stencil::{Piece, Stencil, Stretch, fill_line, filled_url};
use mail::mime::{Boundaries, Message, Multipart, Segment};
use mail::quoted_printable::{encode_into, encode_line_into};
use store::digest::Builder;

/// The body of a variant's messages.
pub struct EncodedBody {
    parts: Vec<Part>,
}

enum Part {
    /// Bytes that are the same for everybody.
    Fixed(Vec<u8>),
    /// The boundary of a level.
    Boundary(Multipart),
    /// A line that is filled and encoded for each reader.
    Line(Vec<Piece>),
}

impl EncodedBody {
    /// The body of a variant; `message` is the message of any of its readers.
    pub fn new(variant: &Variant<'_>, message: &Message<'_>) -> Self {
        let mut body = EncodedBody { parts: Vec::new() };
        for segment in message.segments() {
            match segment {
                Segment::Fixed(bytes) => body.fixed(&bytes),
                Segment::Boundary(level) => body.parts.push(Part::Boundary(level)),
                Segment::Text => body.stencil(&variant.text),
                Segment::Html => body.stencil(&variant.html),
            }
        }
        body
    }

    fn fixed(&mut self, bytes: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Fixed(last)) => last.extend_from_slice(bytes),
            _ => self.parts.push(Part::Fixed(bytes.to_vec())),
        }
    }

    fn stencil(&mut self, stencil: &Stencil) {
        for stretch in &stencil.stretches {
            match stretch {
                Stretch::Fixed(text) => {
                    let mut encoded = Vec::new();
                    encode_into(text, &mut encoded);
                    self.fixed(&encoded);
                }
                Stretch::Line(pieces) => self.parts.push(Part::Line(pieces.clone())),
            }
        }
    }

    /// The bytes that are the same for everybody.
    pub fn length(&self) -> usize {
        let fixed = |part: &Part| if let Part::Fixed(bytes) = part { bytes.len() } else { 0 };
        self.parts.iter().map(fixed).sum()
    }

    /// Adds everything that it writes but the values.
    pub fn add_to(&self, inputs: &mut Builder) {
        for part in &self.parts {
            match part {
                Part::Fixed(bytes) => inputs.add_bytes(bytes),
                Part::Boundary(level) => inputs.add(&format!("{level:?}")),
                Part::Line(pieces) => inputs.add(&format!("{pieces:?}")),
            }
        }
    }

    /// Writes the body of one message at the end of `out`.
    pub fn write(&self, boundaries: &Boundaries, values: &[(usize, Cow<'_, str>)], out: &mut Vec<u8>) {
        let value = |number: usize| look_up(values, number).into();
        let mut line = String::new();
        // A link stands in a message more than once.
        let mut links: Vec<(&str, String)> = Vec::new();
        for part in &self.parts {
            match part {
                Part::Fixed(bytes) => out.extend_from_slice(bytes),
                Part::Boundary(level) => boundaries.write(*level, out),
                Part::Line(pieces) => {
                    line.clear();
                    fill_line(
                        pieces,
                        &value,
                        &mut |url, line| match links.iter().find(|(known, _)| *known == url) {
                            Some((_, link)) => line.push_str(link),
                            None => {
                                let link = filled_url(url, &value);
                                line.push_str(&link);
                                links.push((url, link));
                            }
                        },
                        &mut line,
                    );
                    match line.contains('\n') {
                        true => encode_into(&line, out),
                        false => encode_line_into(&line, out),
                    }
                }
            }
        }
    }
}
