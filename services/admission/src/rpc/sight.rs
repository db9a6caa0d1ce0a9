//! Who gains or loses sight of a stay by a command: the one is told the stay as it stands, the other that it is gone.
//!
//! Both are told by the change itself, which replaces the episode: nothing that comes of the stay falls between.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{AdmissionEvent, AdmissionNotice, StayUnshared, admission_event::Event};
use hemgang_rpc::{Audience, Failure};

use crate::domain::episode::Episode;

/// What is told besides, where the audience of a stay is no longer what it was. `telling` says of when and by whom.
pub fn change(
    telling: &Telling,
    before: &Audience,
    episode: &Episode,
    notices: &[AdmissionNotice],
) -> Result<Change, Failure> {
    let after = episode.audience();
    let told = [
        (before.clone().without(&after), Event::StayUnshared(StayUnshared {})),
        (after.without(before), episode.shared(notices.to_vec())),
    ];
    let mut change = Change::new();
    for (audience, event) in told.into_iter().filter(|(audience, _)| !audience.is_empty()) {
        let telling = Telling { audience, ..telling.clone() };
        change = change.tell(telling.event::<AdmissionEvent>(event)?);
    }
    Ok(change)
}
