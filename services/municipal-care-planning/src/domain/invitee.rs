//! Who is invited without a login: a school, personal assistance, somebody close. Pure.

use hemgang_proto::planning::Invitee;

/// Whether any of them is named.
pub fn has_words(invitees: &[Invitee]) -> bool {
    invitees.iter().any(|invitee| !invitee.name.is_empty())
}

/// Takes the names away: who they were as a kind, and how they were invited, stays.
pub fn silence(invitees: &mut [Invitee]) {
    for invitee in invitees {
        invitee.name.clear();
    }
}
