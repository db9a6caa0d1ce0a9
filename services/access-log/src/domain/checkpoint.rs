//! A checkpoint: the heads that have moved, chained to the checkpoint before and signed. Kept elsewhere, one proves that
//! all it names was there.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hemgang_rpc::{Signer, is_signed_by};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::head::Head;

/// What is kept of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub number: i64,
    /// [`Content`] as JSON, as it is signed.
    pub content: String,
    pub signature: String,
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    pub number: i64,
    /// RFC 3339.
    pub at: String,
    /// SHA-256 of the content before it, in base64; empty in the first.
    pub previous: String,
    pub heads: Vec<Reached>,
}

/// How far a chain had come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    pub chain: String,
    pub number: i64,
    pub hash: String,
}

impl Checkpoint {
    /// The one after another, of the heads that have moved since.
    pub fn after(before: Option<&Self>, heads: &[Head], now: Timestamp, signer: &Signer) -> Option<Self> {
        let number = before.map_or(0, |before| before.number).checked_add(1)?;
        let previous = before.map(Self::digest).unwrap_or_default();
        let reached =
            |head: &Head| Reached { chain: head.chain.clone(), number: head.number, hash: head.hash.clone() };
        let content =
            Content { number, at: now.to_string(), previous, heads: heads.iter().map(reached).collect() };
        let content = serde_json::to_string(&content).ok()?;
        let signature = signer.sign(&content);
        Some(Self { number, content, signature })
    }

    /// What it says; none where the text is no content.
    pub fn said(&self) -> Option<Content> {
        serde_json::from_str(&self.content).ok()
    }

    /// By what the next one names it.
    pub fn digest(&self) -> String {
        BASE64_STANDARD.encode(Sha256::digest(&self.content))
    }

    /// Whether it was signed with this public key.
    pub fn is_signed_by(&self, public: &str) -> bool {
        is_signed_by(public, &self.content, &self.signature)
    }
}
