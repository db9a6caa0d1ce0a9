//! What becomes of a stay where a command changes its patient: one way for every command that does.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{AdmissionEvent, AdmissionState, admission_event::Event};
use hemgang_rpc::{Audience, Call, Context, Failure};

use super::{sight, transfer_patient::is_same_group, view};
use crate::{
    domain::{
        course::Carried,
        description::Death,
        episode::Episode,
        patient::{Patient, PatientId},
        person_statement::PersonStatement,
        recorded::Recorded,
    },
    store,
};

/// What systems of the stay's hospital group said of patients apart from any stay. A stay never leaves its group.
pub async fn said(
    cx: &Context,
    call: &Call,
    patients: &[PatientId],
    stay: &Episode,
) -> Result<Vec<PersonStatement>, Failure> {
    let mut all = Vec::new();
    for patient in patients {
        all.extend(store::person_statement::of_patient(&cx.db, *patient).await?);
    }
    all.retain(|said| is_same_group(cx, call, &said.hospital, &stay.hospital));
    let kept = cx.own.persons_kept;
    all.retain(|said| !said.details_recorded.latest().is_some_and(|at| stay.is_history(at, kept)));
    Ok(all)
}

/// The stay with who the person is by a statement apart from any stay, where the stay says nothing later.
#[must_use]
pub fn described(stay: Episode, said: &PersonStatement) -> Episode {
    stay.described(&said.description(), &said.details_recorded)
}

/// [`settle`], with what was told of the person's death apart from any stay.
pub async fn reach(
    cx: &Context,
    call: &Call,
    (was, before): (&Patient, &Episode),
    (is, after): (&Patient, Episode),
    deaths: &[(Death, Recorded)],
) -> Result<(Change, Episode), Failure> {
    if deaths.is_empty() || before.state == AdmissionState::Voided {
        return settle(cx, call, (was, before), (is, after));
    }
    let described = after.under(is.protection);
    let all = store::movement::list(&cx.db, before.admission_id).await?;
    let died = described.clone().died(deaths, all);
    if died.movements.is_empty() {
        return settle(cx, call, (was, before), (is, described));
    }
    let (change, episode) = added(cx, call, before, died).await?;
    Ok((told(cx, call, (was, before), (is, &described))?.and(change), episode))
}

/// The stay with the movements that were added to it, and what is told of them.
pub async fn added(
    cx: &Context,
    call: &Call,
    before: &Episode,
    carried: Carried,
) -> Result<(Change, Episode), Failure> {
    let Carried { episode, movements, events, audience } = carried;
    let episode = Episode { version: before.version + 1, ..episode };
    let mut change = movements.iter().fold(Change::new().replace(&episode), Change::insert);
    let telling = Telling::by(cx, call, episode.admission_id, call.now, audience);
    for (occurred_at, event) in events {
        let telling = Telling { occurred_at, ..telling.clone() };
        change = change.tell(telling.event::<AdmissionEvent>(event)?);
    }
    let notices = view::changed(cx, &episode).await?.admission_notices;
    let shared = sight::change(&telling, &before.audience(), &episode, &notices)?;
    Ok((change.and(shared), episode))
}

/// The stay as the patient's protection leaves it, with who the patient is, where it belongs, what figures cut
/// by and what kind of stay it is told where they are new for this stay.
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
        (after.type_and_legal_status_recorded(), before.type_and_legal_status_recorded()),
        (after.quality_flags_recorded(), before.quality_flags_recorded()),
    ];
    for (is, was) in told {
        if is != was {
            change = change.tell(telling.event::<AdmissionEvent>(is)?);
        }
    }
    Ok(change)
}
