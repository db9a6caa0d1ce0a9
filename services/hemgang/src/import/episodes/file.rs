//! The file as it came: commas or semicolons, rows of any length.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Seek as _, SeekFrom},
    path::Path,
};

use anyhow::{Context as _, Result};
use csv::{ByteRecord, Reader, ReaderBuilder};

/// A file of rows.
pub struct Rows {
    reader: Reader<BufReader<File>>,
    /// Between cells.
    pub delimiter: u8,
    /// The first row.
    pub heading: ByteRecord,
    /// Bytes.
    pub size: u64,
}

impl Rows {
    /// Opens a file and reads its heading.
    pub fn open(path: &Path) -> Result<Self> {
        let unreadable = || format!("{} cannot be read", path.display());
        let file = File::open(path).with_context(unreadable)?;
        let size = file.metadata().with_context(unreadable)?.len();
        let mut bytes = BufReader::new(file);
        let (mut first, mut start) = (Vec::new(), 0);
        bytes.read_until(b'\n', &mut first).with_context(unreadable)?;
        // Spreadsheets put a mark before UTF-8.
        if first.starts_with(b"\xEF\xBB\xBF") {
            start = 3;
        }
        bytes.seek(SeekFrom::Start(start)).with_context(unreadable)?;
        // A Swedish spreadsheet writes semicolons; no name of a column holds either.
        let delimiter = if first.contains(&b';') { b';' } else { b',' };
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
        let mut heading = ByteRecord::new();
        reader.read_byte_record(&mut heading).with_context(unreadable)?;
        Ok(Self { reader, delimiter, heading, size })
    }

    /// The next row with its line and the byte that it ends before; none at the end.
    pub fn next(&mut self) -> Result<Option<(ByteRecord, u64, u64)>> {
        let mut record = ByteRecord::new();
        if !self.reader.read_byte_record(&mut record)? {
            return Ok(None);
        }
        let line = record.position().map_or(0, csv::Position::line);
        Ok(Some((record, line, self.reader.position().byte())))
    }
}
