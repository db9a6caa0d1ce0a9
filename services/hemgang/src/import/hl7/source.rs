//! The files that messages are read from, in the order of their names: within a sender that is the order of time.

use std::{
    fs,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::kept;

/// One file, or standard input.
#[derive(Debug)]
pub enum Source {
    /// A file and its size.
    File(PathBuf, u64),
    /// A piece of a folder of kept messages, and its size.
    Kept(PathBuf, u64),
    /// What a folder holds and no file is: a link to nothing, or something that may never answer, as a FIFO.
    NoFile(PathBuf),
    /// `-`.
    Stdin,
}

impl Source {
    /// Every file of these paths. Folders are read with what is below them, but for folders of kept messages,
    /// whose pieces are read only when they are named.
    pub fn list(paths: &[PathBuf]) -> Result<Vec<Self>> {
        let mut sources = Vec::new();
        for path in paths {
            if path.as_os_str() == "-" {
                sources.push(Self::Stdin);
            } else if kept::is_kept(path) {
                for piece in kept::pieces(path)? {
                    let size = size(&piece)?;
                    sources.push(Self::Kept(piece, size));
                }
            } else if path.is_dir() {
                below(path, &mut sources)?;
            } else if path.exists() {
                sources.push(Self::file(path.clone())?);
            } else {
                bail!("{} is not there", path.display());
            }
        }
        Ok(sources)
    }

    fn file(path: PathBuf) -> Result<Self> {
        let size = size(&path)?;
        Ok(Self::File(path, size))
    }

    /// How many bytes it has; 0 when nobody can know.
    pub fn size(&self) -> u64 {
        match self {
            Self::File(_, size) | Self::Kept(_, size) => *size,
            Self::NoFile(_) | Self::Stdin => 0,
        }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Self::File(path, _) | Self::Kept(path, _) | Self::NoFile(path) => path.display().to_string(),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// Everything in it.
    pub fn read(&self) -> Result<Vec<u8>> {
        match self {
            Self::File(path, _) => fs::read(path).with_context(|| unreadable(path)),
            Self::Kept(path, _) => match fs::read(path) {
                // The same message stood in a file before it, and had its effect from there.
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
                read => read.with_context(|| unreadable(path)),
            },
            Self::NoFile(_) => Ok(Vec::new()),
            Self::Stdin => {
                let mut bytes = Vec::new();
                std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
                Ok(bytes)
            }
        }
    }
}

/// Files first and folders after them, each by name. A link to a folder is not followed: it may lead back.
fn below(folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| unreadable(folder))?;
    let mut entries = entries.collect::<Result<Vec<_>, _>>().with_context(|| unreadable(folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            folders.push(path);
        } else if path.is_file() {
            sources.push(Source::file(path)?);
        } else if !path.is_dir() {
            sources.push(Source::NoFile(path));
        }
    }
    for folder in folders.into_iter().filter(|folder| !kept::is_kept(folder)) {
        below(&folder, sources)?;
    }
    Ok(())
}

fn size(path: &Path) -> Result<u64> {
    Ok(fs::metadata(path).with_context(|| unreadable(path))?.len())
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}
