//! Workbooks (Office Open XML): the first sheet that holds something, as texts.

use std::io::{self, Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx};
use rust_xlsxwriter::{Format, Workbook};
use zip::ZipArchive;

use crate::{NotReadable, Row, Table};

/// The signature of a zip archive, which a workbook is.
pub const SIGNATURE: &[u8] = b"PK\x03\x04";

/// Most cells that are read.
const MAX_CELLS: usize = 20_000_000;

/// The most that a workbook may be unpacked, in bytes: a hundred thousand people take half of it, and a cell is held three times.
const MAX_UNPACKED: u64 = 128 * 1024 * 1024;

/// Reads the first sheet that is shown and holds something.
///
/// # Errors
/// The file is no workbook, or is damaged.
pub fn read(bytes: &[u8]) -> Result<Table, NotReadable> {
    let trouble = |error: &dyn std::fmt::Display| NotReadable(format!("this workbook cannot be read: {error}"));
    if !is_moderate(bytes).map_err(|error| trouble(&error))? {
        let most = MAX_UNPACKED / (1024 * 1024);
        return Err(NotReadable(format!("this workbook holds more than {most} MiB: save the list alone, as CSV")));
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| trouble(&error))?;
    let sheets = book.sheets_metadata().to_vec();
    let mut table = Table::default();
    for sheet in sheets {
        let rows = rows(&mut book, &sheet.name).map_err(|error| trouble(&error))?;
        match () {
            () if rows.is_empty() => {}
            () if sheet.visible != SheetVisible::Visible => {
                table.passed_over.push(format!("the hidden sheet “{}”", sheet.name));
            }
            () if table.rows.is_empty() => {
                table.told = format!("XLSX, sheet “{}”", sheet.name);
                table.rows = rows;
            }
            () => table.passed_over.push(format!("the sheet “{}”", sheet.name)),
        }
    }
    match table.rows.is_empty() {
        true => Err(NotReadable("there is nothing in this workbook".to_owned())),
        false => Ok(table),
    }
}

/// True where all that is packed into a workbook is of a size that can be read. What the archive itself says of it is not believed.
fn is_moderate(bytes: &[u8]) -> io::Result<bool> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        left -= io::copy(&mut archive.by_index(index)?.take(left), &mut io::sink())?;
    }
    Ok(left > 0)
}

/// The cells one by one: a sheet with one cell in its last corner takes no more room than that.
fn rows(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Row>, calamine::XlsxError> {
    let mut cells = match book.worksheet_cells_reader(sheet) {
        Ok(cells) => cells,
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut count = 0;
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let (number, column) = (row as usize + 1, column as usize);
        let text = text(cell.get_value());
        if text.trim().is_empty() {
            continue;
        }
        if rows.last().is_none_or(|last| last.number != number) {
            rows.push(Row { number, ..Row::default() });
        }
        let Some(row) = rows.last_mut() else { continue };
        count += (column + 1).saturating_sub(row.cells.len());
        if count > MAX_CELLS {
            return Err(calamine::XlsxError::Unexpected("it has more cells than a list of people needs"));
        }
        if row.cells.len() <= column {
            row.cells.resize(column + 1, String::new());
        }
        row.cells[column] = text;
    }
    Ok(rows)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Telephone numbers and postal codes that somebody's spreadsheet took for numbers.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTime(moment) => day(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// ISO 8601, without a time where it is midnight.
fn day(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    match moment.is_datetime() && (hour, minute, second) == (0, 0, 0) {
        true => format!("{year:04}-{month:02}-{day:02}"),
        false if moment.is_datetime() => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
        false => moment.as_f64().to_string(),
    }
}

/// Writes one sheet, its first row as headings. Every cell is text: telephone numbers keep their plus, and nothing is computed.
///
/// # Errors
/// There are more rows or longer cells than a workbook can hold.
pub fn write(sheet: &str, rows: &[Vec<&str>]) -> Result<Vec<u8>, NotReadable> {
    let trouble = |error: rust_xlsxwriter::XlsxError| NotReadable(format!("the workbook cannot be written: {error}"));
    let mut book = Workbook::new();
    // Else the moment of writing would be in it.
    book.set_properties(
        &rust_xlsxwriter::DocProperties::new()
            .set_creation_datetime(&rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1).map_err(trouble)?),
    );
    let worksheet = book.add_worksheet();
    worksheet.set_name(sheet).map_err(trouble)?;
    worksheet.set_freeze_panes(1, 0).map_err(trouble)?;
    let heading = Format::new().set_bold();
    // Text, also after somebody has edited the cell; the second marks it as an apostrophe typed before it would.
    let plain = Format::new().set_num_format("@");
    let formula = Format::new().set_num_format("@").set_quote_prefix();
    for (number, row) in rows.iter().enumerate() {
        let number_32 = u32::try_from(number).map_err(|_| NotReadable("there are too many rows".to_owned()))?;
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = u16::try_from(column).map_err(|_| NotReadable("there are too many columns".to_owned()))?;
            let format = match () {
                () if number == 0 => &heading,
                () if crate::csv::begins_formula(cell) => &formula,
                () => &plain,
            };
            worksheet.write_string_with_format(number_32, column, *cell, format).map_err(trouble)?;
        }
    }
    book.save_to_buffer().map_err(trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let rows = [vec!["Name", "Phone", "City"], vec!["Åsa", "+46 70 174 06 05", ""], vec!["=1+1", "0701", "Umeå"]];
        let bytes = write("Contacts", &rows).expect("written");
        assert!(bytes.starts_with(SIGNATURE));
        assert_eq!(bytes, write("Contacts", &rows).expect("written"), "the same rows, the same bytes");
        let table = read(&bytes).expect("read");
        assert_eq!(table.told, "XLSX, sheet “Contacts”");
        let cells: Vec<Vec<&str>> =
            table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect();
        assert_eq!(
            cells,
            [vec!["Name", "Phone", "City"], vec!["Åsa", "+46 70 174 06 05"], vec!["=1+1", "0701", "Umeå"]]
        );
    }

    #[test]
    fn a_workbook_that_swells_is_refused_before_it_is_read() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        archive.start_file("xl/sharedStrings.xml", options).expect("a file");
        io::copy(&mut io::repeat(b' ').take(MAX_UNPACKED + 1), &mut archive).expect("written");
        let bytes = archive.finish().expect("an archive").into_inner();
        assert!(bytes.len() < 1024 * 1024);
        let refused = read(&bytes).expect_err("it is too large");
        assert_eq!(refused.0, "this workbook holds more than 128 MiB: save the list alone, as CSV");
    }

    #[test]
    fn what_is_no_workbook_is_said() {
        assert!(read(b"PK\x03\x04nothing").is_err());
        assert!(read(b"").is_err());
    }
}
