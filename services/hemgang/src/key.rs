//! Keys of our own, the development issuer's and the access log's: files beside the data, readable by their owner only.

use std::{
    fs,
    io::{ErrorKind, Write as _},
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

/// The key of a file, or a fresh one that is written there. Of replicas that start at once, one makes it.
pub fn read_or_make(path: &Path) -> Result<Signer> {
    if path.exists() {
        return read(path);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let unwritable = || format!("{} cannot be written", path.display());
    // Readable by its owner only from the start; under its own name only once it is whole.
    let mut file = tempfile::NamedTempFile::new_in(folder).with_context(unwritable)?;
    file.write_all(Signer::fresh().to_pem()?.as_bytes()).with_context(unwritable)?;
    match file.persist_noclobber(path) {
        Err(fault) if fault.error.kind() != ErrorKind::AlreadyExists => {
            Err(fault.error).with_context(unwritable)
        }
        _ => read(path),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn replicas_that_start_at_once_make_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data/development-issuer.pem");
        let keys = thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| read_or_make(&path))).collect();
            starts
                .into_iter()
                .map(|start| start.join().expect("a thread").expect("a key"))
                .collect::<Vec<_>>()
        });
        let pem = fs::read_to_string(&path).expect("the file");
        assert!(keys.iter().all(|key| key.to_pem().expect("a key") == pem));
        assert_eq!(fs::read_dir(folder.path().join("data")).expect("a folder").count(), 1);
    }
}
