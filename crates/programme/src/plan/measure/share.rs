//! Shares of a whole, as people read them.

/// `part` of `whole` in percent, with one decimal, rounded half up; 0 of nothing.
pub fn percent(part: usize, whole: usize) -> f64 {
    match whole {
        0 => 0.0,
        whole => ((part * 2000 + whole) / (2 * whole)) as f64 / 10.0,
    }
}
