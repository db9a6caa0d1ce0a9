//! How kept pieces lie in their folder: names, slips, the lock, and writing that lasts.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use crate::import::hl7::tally::Class;

/// Marks a folder as one of kept messages, is locked by the import that writes there, and holds the control ids.
const MARK: &str = ".hemgang-kept";

/// What lies beside a kept piece: why it is kept and where it came from. Nothing of what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    pub outcome: Class,
    pub event: String,
    pub reason: String,
    /// Whether later messages of the visit wait for it.
    pub holds_visit: bool,
    /// Whether its control id is another message's.
    #[serde(default)]
    pub conflict: bool,
    pub source: String,
    /// The how-manieth piece of its source, from 1.
    pub position: u64,
    pub content_hash: String,
}

/// Whether a path is a folder of kept messages.
pub fn is_kept(path: &Path) -> bool {
    path.join(MARK).is_file()
}

/// The files of a folder of kept messages, in the order the pieces came.
pub fn pieces(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| unusable(folder))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.with_context(|| unusable(folder))?;
    paths.retain(|path| numbered(path).is_some());
    paths.sort_by_key(|path| numbered(path).map(|(number, hash)| (number, hash.to_owned())));
    Ok(paths)
}

/// The number and hash in the name of a kept piece.
pub fn numbered(path: &Path) -> Option<(u64, &str)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".hl7")?;
    let (number, hash) = name.split_once('-')?;
    Some((number.parse().ok()?, hash))
}

/// Writes beside and renames, so that no half file ever bears the name.
pub fn place(folder: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let partial = folder.join(".partial");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    // What an earlier import left half keeps its own mode.
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(fs::rename(&partial, path)?)
}

/// Makes the folder where it is not there, and locks it until the file is closed.
pub fn lock(folder: &Path) -> Result<File> {
    let open = || {
        // What is kept is about patients: nobody else on the machine reads it.
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if let Some(above) = folder.canonicalize()?.parent() {
            // The folder's own name must last, too.
            File::open(above)?.sync_all()?;
        }
        OpenOptions::new().append(true).create(true).mode(0o600).open(folder.join(MARK))
    };
    let mark = open().with_context(|| unusable(folder))?;
    match mark.try_lock() {
        Ok(()) => Ok(mark),
        Err(TryLockError::WouldBlock) => bail!("another import keeps messages in {}", folder.display()),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| unusable(folder)),
    }
}

/// What the mark holds; nothing where it cannot be read.
pub fn marked(folder: &Path) -> String {
    fs::read_to_string(folder.join(MARK)).unwrap_or_default()
}

/// The slip of a piece, if it can be read.
pub fn slip(path: &Path) -> Option<Slip> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// What a fault of the folder says.
pub fn unusable(path: &Path) -> String {
    format!("{} cannot be used for keeping messages", path.display())
}
