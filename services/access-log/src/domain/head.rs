//! The signed head of a chain: nothing after it was ever written, nothing before it can be taken away unseen.

use hemgang_rpc::{Signer, is_signed_by};
use jiff::Timestamp;

use super::link::genesis;

/// The last entry of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub chain: String,
    pub version: i64,
    /// 0 before the first.
    pub number: i64,
    pub hash: String,
    pub signed_at: Timestamp,
    pub signature: String,
}

impl Head {
    /// Of a chain without entries.
    pub fn of(chain: &str) -> Self {
        let (hash, signature, signed_at) = (genesis(chain), String::new(), Timestamp::UNIX_EPOCH);
        Self { chain: chain.to_owned(), version: 0, number: 0, hash, signed_at, signature }
    }

    /// Moved to an entry, and signed.
    pub fn moved(&self, (number, hash): (i64, String), now: Timestamp, signer: &Signer) -> Self {
        let moved = Self { version: self.version + 1, number, hash, signed_at: now, ..self.clone() };
        Self { signature: signer.sign(&moved.signed()), ..moved }
    }

    /// Whether it was signed with this public key.
    pub fn is_signed_by(&self, public: &str) -> bool {
        is_signed_by(public, &self.signed(), &self.signature)
    }

    fn signed(&self) -> String {
        let Self { chain, number, hash, version, signed_at, .. } = self;
        format!("hemgang-access-head {chain} {version} {number} {hash} {}", signed_at.as_microsecond())
    }
}
