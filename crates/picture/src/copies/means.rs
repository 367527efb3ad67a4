//! Means of squares of pixels, taken row by row: what is kept of a picture that has too many to be held whole.

/// Red, green, blue and opacity.
type Pixel = [u8; 4];

/// The picture so far.
pub struct Means {
    /// Pixels of the picture in a row, and of one of its squares across and down.
    width: usize,
    side: usize,
    /// Of the row of squares at hand: sums of the colours, each as strong as its pixel is opaque, of the opacity, and how many there are.
    sums: Vec<([u64; 4], u64)>,
    /// The pixels' rows in that row of squares.
    rows: usize,
    made: Vec<Pixel>,
}

impl Means {
    /// Of a picture of this width, a mean for each square of `side` pixels; those at its right and lower edges may be smaller.
    pub fn new(width: usize, side: usize) -> Self {
        Means { width, side, sums: vec![([0; 4], 0); width.div_ceil(side)], rows: 0, made: Vec::new() }
    }

    /// Takes the next row of the picture.
    pub fn row(&mut self, mut pixels: impl Iterator<Item = Pixel>) {
        for (sums, count) in &mut self.sums {
            for [red, green, blue, opacity] in pixels.by_ref().take(self.side) {
                for (sum, colour) in sums.iter_mut().zip([red, green, blue]) {
                    *sum += u64::from(colour) * u64::from(opacity);
                }
                sums[3] += u64::from(opacity);
                *count += 1;
            }
        }
        self.rows += 1;
        if self.rows == self.side {
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        let mean = |sum: u64, count: u64| (sum + count / 2).checked_div(count).unwrap_or(0).min(255) as u8;
        let made = self.sums.iter_mut().map(|held| {
            let ([red, green, blue, opacity], count) = std::mem::take(held);
            [mean(red, opacity), mean(green, opacity), mean(blue, opacity), mean(opacity, count)]
        });
        self.made.extend(made);
        self.rows = 0;
    }

    /// Width and height of what was made of it, and its pixels.
    pub fn finish(mut self) -> ((usize, usize), Vec<Pixel>) {
        if self.rows > 0 {
            self.end_row();
        }
        let width = self.width.div_ceil(self.side);
        ((width, self.made.len() / width.max(1)), self.made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_has_the_mean_of_what_is_seen_of_its_pixels() {
        let mut means = Means::new(3, 2);
        means.row([[10, 0, 0, 255], [20, 0, 0, 255], [7, 8, 9, 255]].into_iter());
        means.row([[30, 0, 0, 255], [200, 200, 200, 0], [7, 8, 9, 255]].into_iter());
        means.row([[0; 4], [0; 4], [1, 2, 3, 255]].into_iter());
        let (size, pixels) = means.finish();
        assert_eq!(size, (2, 2));
        assert_eq!(pixels, [[20, 0, 0, 191], [7, 8, 9, 255], [0; 4], [1, 2, 3, 255]]);
    }
}
