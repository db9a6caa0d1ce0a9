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
    /// A cursor of an event that a restore took away: the feed goes on in another epoch.
    #[error("is a cursor from before a restore")]
    Restored {
        /// The last event before it that stands.
        common: i64,
    },
}

/// Writes and reads cursors.
#[derive(Clone)]
pub struct Cursors {
    epoch: u64,
    /// Epochs before, each with the last of its numbers that stands. An event keeps the epoch that it was told in, so
    /// what a restore left is known by the same name as before.
    former: Vec<(u64, i64)>,
    cipher: Aes128,
}

impl std::fmt::Debug for Cursors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cursors").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl Cursors {
    /// From the counter row: 16 hex digits of epoch, words of former ones, 32 digits of key. None when they are not.
    pub(crate) fn new(epoch: &str, former: &str, key: &str) -> Option<Self> {
        let key = u128::from_str_radix(key, 16).ok()?.to_be_bytes();
        let former = former.split_whitespace().map(parse).collect::<Option<_>>()?;
        Some(Self { epoch: u64::from_str_radix(epoch, 16).ok()?, former, cipher: Aes128::new(&key.into()) })
    }

    /// The epoch that an event was told in.
    fn epoch_of(&self, seq: i64) -> u64 {
        self.former.iter().find(|(_, last)| seq <= *last).map_or(self.epoch, |(epoch, _)| *epoch)
    }

    /// For one of our services, which compares positions: `epoch.number`.
    pub fn plain(&self, seq: i64) -> String {
        format!("{:016x}.{seq}", self.epoch_of(seq))
    }

    /// For everyone else.
    pub fn sealed(&self, seq: i64) -> String {
        let mut block = *hemgang_core::id::random().as_bytes();
        block[4..8].copy_from_slice(&short(self.epoch_of(seq)).to_be_bytes());
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
        let (epoch, seq) = if plain {
            parse(cursor)
        } else {
            // A block that is not ours decrypts to noise, which cannot be told from an epoch that nobody knows.
            self.unseal(cursor).and_then(|(epoch, seq)| Some((self.known(epoch)?, seq)))
        }
        .filter(|(_, seq)| *seq >= 0)
        .ok_or(CursorFault::Foreign)?;
        if epoch == self.epoch {
            return Ok(seq);
        }
        match self.former.iter().find(|(former, _)| *former == epoch) {
            Some((_, last)) if seq <= *last => Ok(seq),
            Some((_, last)) => Err(CursorFault::Restored { common: *last }),
            // Another feed's, or of an epoch that the copy does not know.
            None => Err(CursorFault::Foreign),
        }
    }

    /// The epoch of ours that a sealed cursor has room for the half of.
    fn known(&self, half: u32) -> Option<u64> {
        let former = self.former.iter().map(|(epoch, _)| *epoch);
        former.chain([self.epoch]).find(|epoch| short(*epoch) == half)
    }

    fn unseal(&self, cursor: &str) -> Option<(u32, i64)> {
        let bytes: [u8; 16] = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?.try_into().ok()?;
        let mut block = bytes.into();
        self.cipher.decrypt_block(&mut block);
        let bytes: [u8; 16] = block.into();
        let (epoch, seq) = (bytes[4..8].try_into().ok()?, bytes[8..].try_into().ok()?);
        Some((u32::from_be_bytes(epoch), i64::from_be_bytes(seq)))
    }
}

/// As much of an epoch as a sealed cursor has room for.
fn short(epoch: u64) -> u32 {
    u32::try_from(epoch & u64::from(u32::MAX)).unwrap_or_default()
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
        let cursors = |epoch| Cursors::new(epoch, "", "0123456789abcdef0123456789abcdef").expect("cursors");
        let (ours, restored) = (cursors("00000000000000aa"), cursors("00000000000000ab"));
        assert_eq!(ours.read(&ours.sealed(7), false), Ok(7));
        assert_eq!(ours.read(&ours.plain(7), true), Ok(7));
        assert_eq!(ours.read("", false), Ok(0));
        for foreign in ["x", "7", &ours.plain(7), &restored.sealed(7)] {
            assert_eq!(ours.read(foreign, false), Err(CursorFault::Foreign));
        }
        assert_eq!(ours.read(&restored.plain(7), true), Err(CursorFault::Foreign));
        assert_ne!(ours.sealed(7), ours.sealed(7));
    }

    #[test]
    fn what_a_restore_left_keeps_its_cursors_and_what_it_took_is_refused() {
        let cursors = |epoch, former| Cursors::new(epoch, former, "0123456789abcdef0123456789abcdef");
        let before = cursors("00000000000000aa", "").expect("cursors");
        let after = cursors("00000000000000cc", "00000000000000aa.9 00000000000000bb.12").expect("cursors");
        assert_eq!(after.plain(9), before.plain(9));
        assert_eq!((&*after.plain(10), &*after.plain(13)), ("00000000000000bb.10", "00000000000000cc.13"));
        let lost = Err(CursorFault::Restored { common: 9 });
        for seq in [7, 9] {
            assert_eq!(after.read(&before.plain(seq), true), Ok(seq));
            assert_eq!(after.read(&before.sealed(seq), false), Ok(seq));
        }
        assert_eq!(
            (after.read(&before.plain(10), true), after.read(&before.sealed(10), false)),
            (lost, lost)
        );
        for seq in [8, 11, 14] {
            assert_eq!(after.read(&after.plain(seq), true), Ok(seq));
            assert_eq!(after.read(&after.sealed(seq), false), Ok(seq));
        }
        assert!(cursors("00000000000000cc", "aa").is_none());
    }
}
