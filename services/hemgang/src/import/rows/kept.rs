//! The file of refused rows: each once and as it came, with why in a first column. It holds persons, as its source
//! does, and only its owner reads it.
//!
//! A row is on the disk before the next is read. Where refused rows are imported again, the file is replaced at the
//! end by what is refused still, so that nothing of it is lost on the way.

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions, TryLockError},
    io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use csv::{ByteRecord, ReaderBuilder, WriterBuilder};

use super::{
    Options,
    columns::{Columns, REASON},
    file::Rows,
};

/// The refused rows.
#[derive(Debug)]
pub struct Kept {
    path: PathBuf,
    /// Written beside while the file itself is imported.
    partial: Option<PathBuf>,
    dry_run: bool,
    delimiter: u8,
    /// The source's own, without the reason.
    heading: ByteRecord,
    /// Where the reason stands in the source.
    reason: Option<usize>,
    file: Option<File>,
    /// The source, held while it is to be replaced.
    _source: Option<File>,
    /// The rows that are there.
    rows: HashSet<Vec<u8>>,
}

impl Kept {
    /// The file for what is refused of a source. It need not be there before a row must be kept.
    pub fn open(file: &PathBuf, options: &Options, rows: &Rows, columns: &Columns) -> Result<Self> {
        let (kept, dry_run) = (options.kept.as_ref(), options.dry_run);
        let replayed = columns.reason.is_some() && kept.is_none_or(|kept| kept == file);
        let path = match kept {
            Some(path) => path.clone(),
            None if replayed => file.clone(),
            None => file.with_extension("refused.csv"),
        };
        if !replayed
            && path.canonicalize().is_ok_and(|path| file.canonicalize().is_ok_and(|file| file == path))
        {
            bail!("--kept: {} is the file that is imported", path.display());
        }
        let source = (replayed && !dry_run).then(|| locked(file)).transpose()?;
        Ok(Self {
            partial: replayed.then(|| path.with_extension("partial")),
            path,
            dry_run,
            delimiter: rows.delimiter,
            heading: without(&rows.heading, columns.reason),
            reason: columns.reason,
            file: None,
            _source: source,
            rows: HashSet::new(),
        })
    }

    /// Where rows are kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a row, durably. One that is there already stays as it is.
    pub fn keep(&mut self, record: &ByteRecord, reasons: &[String]) -> Result<()> {
        let unusable = format!("{} cannot be used for keeping rows", self.path.display());
        if self.file.is_none() && !self.dry_run {
            self.file = Some(self.begin().with_context(|| unusable.clone())?);
        }
        let row = without(record, self.reason);
        if !self.rows.insert(self.line(None, &row)?) {
            return Ok(());
        }
        let line = self.line(Some(&reasons.join("; ")), &row)?;
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(&line).and_then(|()| file.sync_data()).context(unusable)
    }

    /// Ends the keeping: how many rows are kept. What was imported again is replaced only when all of it was read.
    pub fn close(&mut self, complete: bool) -> Result<usize> {
        let Some(partial) = self.partial.as_ref().filter(|_| !self.dry_run) else {
            return Ok(self.rows.len());
        };
        let unusable = || format!("{} cannot be replaced", self.path.display());
        match (complete, self.rows.is_empty()) {
            (true, true) => fs::remove_file(&self.path).with_context(unusable)?,
            (true, false) => fs::rename(partial, &self.path).with_context(unusable)?,
            // The source holds them all.
            (false, true) => {}
            (false, false) => fs::remove_file(partial).with_context(unusable)?,
        }
        synced_folder(&self.path).with_context(unusable)?;
        Ok(self.rows.len())
    }

    /// Opens the file for appending, with its heading, and reads what an earlier import left.
    fn begin(&mut self) -> Result<File> {
        let path = self.partial.as_ref().unwrap_or(&self.path);
        if self.partial.is_some() {
            // What an import left that was killed; its source has it all.
            match fs::remove_file(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        lock(&file, path)?;
        let mut there = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.read_to_end(&mut there)?;
        if there.is_empty() {
            file.write_all(&self.line(Some(REASON), &self.heading)?)?;
            file.sync_all()?;
            synced_folder(path)?;
            return Ok(file);
        }
        if !there.ends_with(b"\n") {
            file.write_all(b"\n")?;
        }
        let mut reader = ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(self.delimiter);
        let mut records = reader.from_reader(&there[..]).into_byte_records();
        let heading = records.next().transpose()?.unwrap_or_default();
        if heading.get(0) != Some(REASON.as_bytes()) || without(&heading, Some(0)) != self.heading {
            bail!("it has other columns than the file that is imported; name another file with --kept");
        }
        for record in records {
            let row = self.line(None, &without(&record?, Some(0)))?;
            self.rows.insert(row);
        }
        Ok(file)
    }

    fn line(&self, reason: Option<&str>, row: &ByteRecord) -> Result<Vec<u8>> {
        let mut writer =
            WriterBuilder::new().flexible(true).delimiter(self.delimiter).from_writer(Vec::new());
        writer.write_record(reason.map(str::as_bytes).into_iter().chain(row))?;
        Ok(writer.into_inner().map_err(csv::IntoInnerError::into_error)?)
    }
}

/// A record without one of its cells.
fn without(record: &ByteRecord, place: Option<usize>) -> ByteRecord {
    record.iter().enumerate().filter(|(at, _)| Some(*at) != place).map(|(_, cell)| cell).collect()
}

fn locked(path: &Path) -> Result<File> {
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    lock(&file, path)?;
    Ok(file)
}

fn lock(file: &File, path: &Path) -> Result<()> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => bail!("another import keeps rows in {}", path.display()),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Makes the name of a file last.
fn synced_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
