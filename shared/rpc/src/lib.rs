//! What happens around every RPC: tokens, the access table, field violations, refusals, replays, pages.

pub mod access;
mod audience;
mod auth;
mod call;
mod caller;
mod catch_up;
mod context;
mod directory;
mod entry;
mod failure;
mod fields;
mod page;
mod peer;
mod serve;
mod sign;
mod token;
pub mod wire;

pub use audience::{Audience, Reach, Sight};
pub use auth::{AuthLayer, Gate, Principal};
pub use call::{AFTER, Call, POSITION};
pub use caller::{Caller, Organisation, Role};
pub use catch_up::{Applied, CatchUp, Seen};
pub use context::Context;
pub use directory::{DirectorySource, LiveDirectory};
pub use entry::Entry;
pub use failure::{Explain, Failure, Refusal, Violation};
pub use fields::Fields;
pub use page::Page;
pub use peer::{Peer, PeerAway, TokenSource, with_token};
pub use sign::{DEVELOPMENT, Signer};
pub use token::{Claims, TokenFault, Trusted, Verifier};
