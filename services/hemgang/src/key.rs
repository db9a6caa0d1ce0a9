//! The development issuer's key: a file beside the data, readable by its owner only.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use hemgang_rpc::Signer;

/// The key that a server made at its first start. Another one would be nobody's.
pub fn read(path: &Path) -> Result<Signer> {
    if !path.is_file() {
        let path = path.display();
        bail!(
            "{path} is not there; name the data folder of the server, which makes its key at its first start"
        );
    }
    let pem = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Signer::from_pem(&pem).with_context(|| format!("{} holds no Ed25519 key", path.display()))
}

/// The key of a file, or a fresh one that is written there.
pub fn read_or_make(path: &Path) -> Result<Signer> {
    if path.exists() {
        return read(path);
    }
    let signer = Signer::fresh();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = file.with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(signer.to_pem()?.as_bytes())?;
    Ok(signer)
}
