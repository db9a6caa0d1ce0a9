//! Who is invited without a login: a school, personal assistance, somebody close. Pure.

use hemgang_proto::{common::Protection, planning::Invitee};

use crate::error::Error;

/// That nobody is named who would say where a protected person lives.
///
/// # Errors
/// `PERSON_PROTECTED`.
pub fn may_be_named(invitees: &[Invitee], protection: Protection) -> Result<(), Error> {
    if has_words(invitees) && protection.is_one() { Err(Error::PersonProtected) } else { Ok(()) }
}

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
