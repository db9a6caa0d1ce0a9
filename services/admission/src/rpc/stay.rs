//! What becomes of a stay where a command changes its patient: one way for every command that does.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{AdmissionEvent, admission_event::Event};
use hemgang_rpc::{Audience, Call, Context, Failure};

use crate::domain::{episode::Episode, patient::Patient};

/// The stay as the patient's protection leaves it, with who the patient is, where it belongs and what figures cut
/// by told where they are new for this stay.
pub fn settle(
    cx: &Context,
    call: &Call,
    (was, before): (&Patient, &Episode),
    (is, after): (&Patient, Episode),
) -> Result<(Change, Episode), Failure> {
    let after = after.under(is.protection);
    let change = told(cx, call, (was, before), (is, &after))?;
    // Written also where nothing of it is new under another protection: of that and a new residence at one moment the
    // later one loses the row and decides again.
    if after == *before && is.protection == was.protection {
        return Ok((change, after));
    }
    let after = Episode { version: before.version + 1, ..after };
    Ok((change.replace(&after), after))
}

/// What is told where it is new for this stay.
pub fn told(
    cx: &Context,
    call: &Call,
    (was, before): (&Patient, &Episode),
    (is, after): (&Patient, &Episode),
) -> Result<Change, Failure> {
    let telling = Telling::by(cx, call, after.admission_id, call.now, after.audience());
    let mut change = Change::new();
    let details = is.details_recorded(after);
    if details != was.details_recorded(before) {
        // Who the patient is goes to our services only.
        let private = Telling { audience: Audience::default(), ..telling.clone() };
        change = change.tell(private.event::<AdmissionEvent>(Event::PatientDetailsRecorded(details))?);
    }
    let told = [
        (after.residence_recorded(), before.residence_recorded()),
        (after.sex_and_age_recorded(), before.sex_and_age_recorded()),
        (after.quality_flags_recorded(), before.quality_flags_recorded()),
    ];
    for (is, was) in told {
        if is != was {
            change = change.tell(telling.event::<AdmissionEvent>(is)?);
        }
    }
    Ok(change)
}
