//! Cursors of this service's feed: plain for our own services, sealed for everyone else.
//!
//! A visible number would tell volumes: how much happened in hospitals that a reader may not see. So what leaves
//! the installation is one AES block over (nonce, epoch, number), under a key that never leaves the database. The
//! nonce keeps two cursors of one position apart, so that not even "nothing happened" shows.

use aes::{
    Aes128,
    cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

/// Why a cursor does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CursorFault {
    /// Not a cursor of this feed.
    #[error("is not a cursor of this feed")]
    Foreign,
    /// A cursor from before a restore: the follower starts over.
    #[error("is a cursor from before a restore; start over")]
    OldEpoch,
}

/// Writes and reads cursors.
#[derive(Clone)]
pub struct Cursors {
    epoch: u64,
    cipher: Aes128,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Cursors {
    /// From the counter row: 16 hex digits of epoch, 32 of key. None when they are not.
    pub(crate) fn new(epoch: &str, key: &str) -> Option<Self> {
        let key = u128::from_str_radix(key, 16).ok()?.to_be_bytes();
        Some(Self { epoch: u64::from_str_radix(epoch, 16).ok()?, cipher: Aes128::new(&key.into()) })
    }

    /// For one of our services, which compares positions: `epoch.number`.
    pub fn plain(&self, seq: i64) -> String {
        format!("{:016x}.{seq}", self.epoch)
    }

    /// For everyone else.
    pub fn sealed(&self, seq: i64) -> String {
        let mut block = *hemgang_core::id::random().as_bytes();
        block[4..8].copy_from_slice(&self.short_epoch().to_be_bytes());
        block[8..].copy_from_slice(&seq.to_be_bytes());
        let mut block = block.into();
        self.cipher.encrypt_block(&mut block);
        BASE64_URL_SAFE_NO_PAD.encode(block)
    }

    /// The number that a cursor stands for; 0 for an empty one, the beginning. `plain` says which form to expect.
    ///
    /// # Errors
    /// See [`CursorFault`].
    pub fn read(&self, cursor: &str, plain: bool) -> Result<i64, CursorFault> {
        if cursor.is_empty() {
            return Ok(0);
        }
        let (ours, seq) = if plain {
            parse(cursor).map(|(epoch, seq)| (epoch == self.epoch, seq))
        } else {
            // A block that is not ours decrypts to noise, which cannot be told from an old epoch.
            self.unseal(cursor).filter(|(epoch, _)| *epoch == self.short_epoch()).map(|(_, seq)| (true, seq))
        }
        .filter(|(_, seq)| *seq >= 0)
        .ok_or(CursorFault::Foreign)?;
        if ours { Ok(seq) } else { Err(CursorFault::OldEpoch) }
    }

    fn unseal(&self, cursor: &str) -> Option<(u32, i64)> {
        let bytes: [u8; 16] = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?.try_into().ok()?;
        let mut block = bytes.into();
        self.cipher.decrypt_block(&mut block);
        let bytes: [u8; 16] = block.into();
        let (epoch, seq) = (bytes[4..8].try_into().ok()?, bytes[8..].try_into().ok()?);
        Some((u32::from_be_bytes(epoch), i64::from_be_bytes(seq)))
    }

    /// As much of the epoch as a sealed cursor has room for.
    fn short_epoch(&self) -> u32 {
        u32::try_from(self.epoch & u64::from(u32::MAX)).unwrap_or_default()
    }
}

fn parse(cursor: &str) -> Option<(u64, i64)> {
    let (epoch, seq) = cursor.split_once('.')?;
    Some((u64::from_str_radix(epoch, 16).ok()?, seq.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_opaque_outside_and_belongs_to_one_feed_and_epoch() {
        let ours = Cursors::new("00000000000000aa", "0123456789abcdef0123456789abcdef").expect("cursors");
        let restored = Cursors::new("00000000000000ab", "0123456789abcdef0123456789abcdef").expect("cursors");
        assert_eq!(ours.read(&ours.sealed(7), false), Ok(7));
        assert_eq!(ours.read(&ours.plain(7), true), Ok(7));
        assert_eq!(ours.read("", false), Ok(0));
        assert_eq!(restored.read(&ours.plain(7), true), Err(CursorFault::OldEpoch));
        for foreign in ["x", "7", &ours.plain(7), &restored.sealed(7)] {
            assert_eq!(ours.read(foreign, false), Err(CursorFault::Foreign));
        }
        assert_ne!(ours.sealed(7), ours.sealed(7));
    }
}
