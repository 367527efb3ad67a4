//! What stands at the foot of a picture and shows nothing.

use std::io::Cursor;

/// The same PNG without the rows at its foot that are like the last one in every pixel, but for a few that stay as a margin. `None`
/// for what is no PNG of eight bits.
pub fn without_empty_foot(png: &[u8]) -> Option<Vec<u8>> {
    /// Rows that stay.
    const MARGIN: usize = 16;
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let about = reader.next_frame(&mut pixels).ok()?;
    if about.bit_depth != png::BitDepth::Eight || about.line_size == 0 {
        return None;
    }
    let rows: Vec<&[u8]> = pixels[..about.buffer_size()].chunks_exact(about.line_size).collect();
    let last = rows.last()?;
    let shown = rows.iter().rposition(|row| row != last).map_or(1, |row| row + 1);
    let height = (shown + MARGIN).min(rows.len());
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, about.width, u32::try_from(height).ok()?);
    encoder.set_color(about.color_type);
    encoder.set_depth(about.bit_depth);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels[..height * about.line_size]).ok()?;
    writer.finish().ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(rows: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, 2, rows.len() as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&rows.iter().flat_map(|&grey| [grey, grey]).collect::<Vec<u8>>()).expect("pixels");
        writer.finish().expect("an end");
        out
    }

    fn height(png: &[u8]) -> u32 {
        png::Decoder::new(Cursor::new(png)).read_info().expect("a picture").info().height
    }

    #[test]
    fn rows_that_show_nothing_are_cut_off_at_the_foot_only() {
        let mut rows = vec![9; 100];
        rows[40] = 3;
        let cut = without_empty_foot(&drawn(&rows)).expect("a picture");
        assert_eq!(height(&cut), 41 + 16);
        assert_eq!(without_empty_foot(b"GIF89a"), None);
    }
}
