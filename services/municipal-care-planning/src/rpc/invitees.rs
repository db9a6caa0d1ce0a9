//! Who is invited without a login, as a request names them.

use hemgang_proto::planning::{InvitationChannel, Invitee, InviteeKind};
use hemgang_rpc::{Context, Fields};

use super::arrange;
use crate::{
    domain::{dossier::Dossier, invitee::has_words},
    error::Error,
};

/// How many are invited at most.
const MOST: usize = 50;

/// Each with who it is and how they are told.
pub fn read(fields: &mut Fields<'_>, field: &str, said: &[Invitee]) -> Option<Vec<Invitee>> {
    if said.len() > MOST {
        fields.wrong(field, format!("must be at most {MOST}"));
    }
    let invitees = fields.each(field, said, |fields, path, said| {
        let kind = fields.choice::<InviteeKind>(&format!("{path}.kind"), said.kind);
        let channel = fields.choice::<InvitationChannel>(&format!("{path}.channel"), said.channel);
        let name = fields.text(&format!("{path}.name"), &said.name);
        Some(Invitee { kind: kind?.into(), channel: channel?.into(), name: name? })
    });
    invitees.into_iter().collect()
}

/// That the names may be kept: nobody's who is protected, nor in a record that was taken away by law.
///
/// # Errors
/// `PERSON_PROTECTED`, `DETAILS_BLANKED`.
pub async fn may_be_named(cx: &Context, dossier: &Dossier, invitees: &[Invitee]) -> Result<(), Error> {
    if has_words(invitees) { arrange::may_be_named(cx, dossier).await } else { Ok(()) }
}
