//! Merged identities: PID-3 survives, MRG-1 is absorbed. One message may merge several pairs.

use jiff::civil::Date;

use super::{Doubt, Identity, Sender, Unmapped, identity};
use crate::hl7::Message;

/// Two identities that are one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The identity that goes on (PID-3).
    pub surviving: Identity,
    /// The identity that does not (MRG-1).
    pub absorbed: Identity,
}

/// Every pair: each MRG belongs to the PID before it. A number merged with itself says nothing, which is no fault.
pub(super) fn merges(
    message: &Message,
    sender: &Sender,
    today: Date,
    doubts: &mut Vec<Doubt>,
) -> Result<Vec<Merge>, Unmapped> {
    let (mut surviving, mut says_nothing) = (None, false);
    let mut merges = Vec::new();
    for segment in message.segments() {
        match segment.name() {
            "PID" => {
                surviving = identity::of_field(segment.field(3), sender, today, doubts).into_iter().next();
            }
            "MRG" => {
                let Some(surviving) = &surviving else { continue };
                for absorbed in identity::of_field(segment.field(1), sender, today, doubts) {
                    if absorbed.id == surviving.id {
                        says_nothing = true;
                    } else {
                        merges.push(Merge { surviving: surviving.clone(), absorbed });
                    }
                }
            }
            _ => {}
        }
    }
    let is_unread = doubts.contains(&Doubt::UnreadIdentity);
    if merges.is_empty() && (is_unread || !says_nothing) {
        return Err(Unmapped::NothingMerged);
    }
    Ok(merges)
}
