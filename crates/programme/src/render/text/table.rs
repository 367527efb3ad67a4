//! Tables in columns of text.

use pulldown_cmark::Alignment;
use unicode_width::UnicodeWidthStr;

use super::inline::wrap;

/// Between two columns.
const GUTTER: &str = "  ";

/// The lines of a table: aligned columns under an underlined head, or, where that is wider than `width`, a paragraph a row
/// with the head's words before each cell.
pub(super) fn lay_out(head: &[String], rows: &[Vec<String>], alignments: &[Alignment], width: usize) -> Vec<String> {
    let columns = head.len().max(rows.iter().map(Vec::len).max().unwrap_or_default());
    let wide = |column: usize| {
        let cells = std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
        cells.filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    let total = widths.iter().sum::<usize>() + GUTTER.len() * columns.saturating_sub(1);
    if total > width {
        return paragraphs(head, rows, width);
    }
    let line = |row: &[String]| {
        let cells = widths.iter().enumerate().map(|(column, &width)| {
            let cell = row.get(column).map_or("", String::as_str);
            pad(cell, width, alignments.get(column).copied().unwrap_or(Alignment::None))
        });
        cells.collect::<Vec<_>>().join(GUTTER)
    };
    let mut lines = Vec::with_capacity(rows.len() + 2);
    if head.iter().any(|cell| !cell.is_empty()) {
        lines.push(line(head));
        lines.push(widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>().join(GUTTER));
    }
    lines.extend(rows.iter().map(|row| line(row)));
    lines
}

fn pad(cell: &str, width: usize, alignment: Alignment) -> String {
    let free = width.saturating_sub(cell.width());
    let before = match alignment {
        Alignment::None | Alignment::Left => 0,
        Alignment::Center => free / 2,
        Alignment::Right => free,
    };
    format!("{}{cell}{}", " ".repeat(before), " ".repeat(free - before))
}

fn paragraphs(head: &[String], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for row in rows {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match head.get(column).filter(|name| !name.is_empty()) {
                Some(name) => lines.extend(wrap(&format!("{name}: {cell}"), width)),
                None => lines.extend(wrap(cell, width)),
            }
        }
    }
    lines
}
