//! What happens around every RPC: tokens, the access table and log, field violations, refusals, replays, pages.

pub mod access;
mod access_log;
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
mod shows;
mod sign;
mod token;
pub mod wire;

pub use access_log::{AT_ONCE, AccessLog};
pub use audience::{Audience, Reach, Sight};
pub use auth::{AuthLayer, Gate, Principal};
pub use call::{AFTER, Call, ON_BEHALF_OF, POSITION};
pub use caller::{Caller, Organisation, Purpose, Role};
pub use catch_up::{Applied, CatchUp, Seen};
pub use context::{Context, Disclosure, Own};
pub use directory::{DirectorySource, LiveDirectory};
pub use entry::Entry;
pub use failure::{Explain, Failure, Refusal, Violation};
pub use fields::Fields;
pub use page::Page;
pub use peer::{Peer, PeerAway, TokenSource, with_token};
pub use shows::{Shown, Shows};
pub use sign::{DEVELOPMENT, Signer, is_signed_by};
pub use token::{Claims, TokenFault, Trusted, Verifier};
