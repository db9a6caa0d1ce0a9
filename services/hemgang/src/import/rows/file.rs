//! The file as it came: commas or semicolons, one row a line, of any length.
//!
//! Lines are cut first: a quotation mark that nobody closes spoils its own row, and not all that follow.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use anyhow::{Context as _, Result};
use csv::{ByteRecord, ReaderBuilder};

/// A file of rows.
pub struct Rows {
    bytes: BufReader<File>,
    /// Between cells.
    pub delimiter: u8,
    /// The first row.
    pub heading: ByteRecord,
    /// Bytes.
    pub size: u64,
    /// Lines and bytes that were read.
    line: u64,
    read: u64,
}

impl Rows {
    /// Opens a file and reads its heading.
    pub fn open(path: &Path) -> Result<Self> {
        let unreadable = || format!("{} cannot be read", path.display());
        let file = File::open(path).with_context(unreadable)?;
        let size = file.metadata().with_context(unreadable)?.len();
        let mut bytes = BufReader::new(file);
        let mut first = Vec::new();
        let read = bytes.read_until(b'\n', &mut first).with_context(unreadable)? as u64;
        // Spreadsheets put a mark before UTF-8.
        let first = first.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&first);
        // A Swedish spreadsheet writes semicolons; no name of a column holds either.
        let delimiter = if first.contains(&b';') { b';' } else { b',' };
        let heading = record(first, delimiter).with_context(unreadable)?.unwrap_or_default();
        Ok(Self { bytes, delimiter, heading, size, line: 1, read })
    }

    /// The next row with its line and the byte that it ends before; none at the end.
    pub fn next(&mut self) -> Result<Option<(ByteRecord, u64, u64)>> {
        loop {
            let mut line = Vec::new();
            let read = self.bytes.read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            self.read += read as u64;
            if let Some(record) = record(&line, self.delimiter)? {
                return Ok(Some((record, self.line, self.read)));
            }
        }
    }
}

/// The cells of a line; none of a blank one.
fn record(line: &[u8], delimiter: u8) -> Result<Option<ByteRecord>> {
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(line.len().max(1));
    let mut record = ByteRecord::new();
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(reader.from_reader(line).read_byte_record(&mut record)?.then_some(record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_line_whatever_ends_it_and_whatever_is_left_open_in_it() {
        for end in ["\n", "\r\n"] {
            let lines = ["\u{feff}a;b", "1;\"x; y\"", "", "2;\"open", "3;z", "4;å\"ä"];
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), lines.join(end)).expect("written");
            let mut rows = Rows::open(file.path()).expect("rows");
            assert_eq!(rows.heading, ByteRecord::from(vec!["a", "b"]));
            let mut read = Vec::new();
            while let Some((record, line, _)) = rows.next().expect("readable") {
                let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned());
                read.push((line, cells.collect::<Vec<_>>().join("|")));
            }
            let expected = [(2, "1|x; y"), (4, "2|open"), (5, "3|z"), (6, "4|å\"ä")];
            assert_eq!(read, expected.map(|(line, cells)| (line, cells.to_owned())), "{end:?}");
            assert_eq!(rows.read, rows.size);
        }
    }
}
