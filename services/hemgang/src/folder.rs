//! Where the data of a suite goes that a command starts for itself.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use tempfile::TempDir;

/// A data folder that is kept, or that goes with the command.
pub enum Folder {
    Kept(PathBuf),
    Temporary(TempDir),
}

impl Folder {
    /// The folder named, which must be empty or absent; a temporary one when none is.
    pub fn open(kept: Option<PathBuf>) -> Result<Self> {
        let Some(path) = kept else { return Ok(Self::Temporary(tempfile::tempdir()?)) };
        // What an earlier run left would be counted again.
        if path.is_dir() && fs::read_dir(&path)?.next().is_some() {
            bail!("--data: {} is not empty; name an empty folder", path.display());
        }
        Ok(Self::Kept(path))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }

    /// Its URL as a database.
    pub fn url(&self) -> String {
        format!("sqlite://{}", self.path().display())
    }
}
