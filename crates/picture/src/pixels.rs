//! Pixels to draw on, and their PNG.

use std::collections::BTreeMap;

/// Effort of the compression: more makes files 2 to 3 % smaller and takes three times as long.
const EFFORT: u8 = 6;

/// A picture being drawn: red, green and blue of each pixel, row by row.
pub struct Pixels {
    width: u32,
    height: u32,
    pixels: Vec<[u8; 3]>,
}

impl Pixels {
    /// A sheet of one colour.
    pub fn new(width: u32, height: u32, paper: [u8; 3]) -> Self {
        Pixels { width, height, pixels: vec![paper; width as usize * height as usize] }
    }

    /// Fills the first `columns` of every row.
    pub fn fill_left(&mut self, columns: u32, ink: [u8; 3]) {
        for row in self.pixels.chunks_mut(self.width as usize) {
            row[..columns.min(self.width) as usize].fill(ink);
        }
    }

    /// Lays so much of an ink, from 0 to 1, over a pixel; what lies outside is left alone.
    pub fn blend(&mut self, x: i64, y: i64, ink: [u8; 3], strength: f32) {
        if strength > 0.0 && (0..i64::from(self.width)).contains(&x) && (0..i64::from(self.height)).contains(&y) {
            let pixel = &mut self.pixels[(y * i64::from(self.width) + x) as usize];
            for (under, over) in pixel.iter_mut().zip(ink) {
                *under = (f32::from(*under) * (1.0 - strength) + f32::from(over) * strength).round() as u8;
            }
        }
    }

    /// The pixels as a PNG: with a palette where there are at most 256 colours.
    pub fn png(&self) -> Vec<u8> {
        let runs = || self.pixels.chunk_by(|one, next| one == next);
        let mut palette: BTreeMap<[u8; 3], u8> = BTreeMap::new();
        let mut is_small = true;
        for run in runs() {
            if !palette.contains_key(&run[0]) {
                let Ok(next) = u8::try_from(palette.len()) else {
                    is_small = false;
                    break;
                };
                palette.insert(run[0], next);
            }
        }
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width, self.height);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_deflate_compression(png::DeflateCompression::Level(EFFORT));
        let data = if is_small {
            let mut colours = vec![0; palette.len() * 3];
            for (colour, &place) in &palette {
                colours[usize::from(place) * 3..][..3].copy_from_slice(colour);
            }
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(colours);
            encoder.set_filter(png::Filter::NoFilter);
            runs().flat_map(|run| std::iter::repeat_n(palette[&run[0]], run.len())).collect()
        } else {
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_filter(png::Filter::Adaptive);
            self.pixels.concat()
        };
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&data));
        written.expect("a picture in memory can be written");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_can_be_read_back() {
        let mut pixels = Pixels::new(40, 30, [255; 3]);
        pixels.fill_left(2, [0, 0, 0]);
        pixels.blend(10, 10, [0; 3], 0.5);
        pixels.blend(-1, 99, [0; 3], 1.0);
        let read = |png: Vec<u8>| {
            let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
            decoder.set_transformations(png::Transformations::EXPAND);
            let mut reader = decoder.read_info().expect("a PNG");
            let mut bytes = vec![0; reader.output_buffer_size().expect("a size")];
            reader.next_frame(&mut bytes).expect("pixels");
            bytes
        };
        let few = read(pixels.png());
        assert_eq!((few[0], few[6], few[(10 * 40 + 10) * 3]), (0, 255, 128));
        for shade in 0..300_u32 {
            let colour = [(shade % 256) as u8, (shade / 256) as u8, 7];
            pixels.blend(i64::from(shade % 40), i64::from(shade / 40), colour, 1.0);
        }
        assert_eq!(read(pixels.png())[..9], [0, 0, 7, 1, 0, 7, 2, 0, 7]);
    }
}
