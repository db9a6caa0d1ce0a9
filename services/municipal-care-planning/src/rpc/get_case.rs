//! `GetCase`: one case, by its own id or its admission's, with its meetings and the notices that the caller's side has to
//! see, and for the sending side what was decided of disclosure.

use hemgang_proto::planning::{self as pb, get_case_request};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};

use super::{
    key::{Key, named},
    view,
};
use crate::{
    domain::{
        case::{Case, CaseId},
        dossier::Dossier,
        invitee::silence,
        message::Message,
        notice::Notice,
        related_persons,
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetCaseRequest,
) -> Result<pb::GetCaseResponse, Error> {
    let key = parse(cx, call, &req)?;
    Ok(pb::GetCaseResponse { case: Some(read(cx, call, key).await?) })
}

/// The case that is named, as the caller reads it.
pub async fn read(cx: &Context, call: &Call, key: Key) -> Result<pb::Case, Error> {
    loop {
        let dossier = key.settled(cx, call).await?;
        if let Some(case) = shown(cx, call, &dossier).await? {
            return Ok(case);
        }
    }
}

/// A case as the caller reads it; none where it is another by now: what a unit is told no more must not be among what was
/// arranged since.
pub async fn shown(cx: &Context, call: &Call, dossier: &Dossier) -> Result<Option<pb::Case>, Failure> {
    let arranged = store::arranged::get(&cx.db, dossier.case.case_id).await?;
    let stands = store::case::get(&cx.db, dossier.case.case_id).await?;
    if stands.is_none_or(|case| case.version != dossier.case.version) {
        return Ok(None);
    }
    let case = view::whole(cx, &call.sight, &dossier.case, &dossier.parties).await?;
    let is_opened = is_opened(cx, call, dossier).await?;
    // What a unit received is its own; what another party received is not. Whoever sent it sees all of it.
    let may_see = |notice: &&Notice| {
        let audience = notice.audience(&dossier.case);
        call.sight.admits(&if is_opened { audience.and(notice.addressed()) } else { audience })
    };
    let notices = dossier.notices.iter().filter(may_see).map(view::notice).collect();
    // Nor is a message that others sent each other.
    let reads = |message: &Message| call.sight.admits(&message.audience(dossier));
    let (messages, former_parties) = (arranged.messages(reads), view::former(dossier));
    let previous_case_id = view::text(previous(cx, call, &case).await?.as_ref());
    let live = pb::Case { messages, former_parties, previous_case_id, ..arranged.shown(case)? };
    let case =
        if is_opened { live } else { view::seen(&call.sight, (&dossier.case, &dossier.parties), live) };
    let consents = if call.sight.admits(&dossier.case.senders()) {
        store::consent::get(&cx.db, dossier.case.about()).await?.said.0
    } else {
        Vec::new()
    };
    let assignments = arranged.assignments(|assignment| call.sight.admits(&assignment.audience()));
    let homecoming_contact =
        dossier.case.homecoming_contact(&dossier.parties, |party| call.sight.admits(party));
    let case = nobody_around(pb::Case { notices, consents, assignments, homecoming_contact, ..case });
    Ok(Some(case))
}

/// Of a protected person without the names of those around, which would say where that person is, whenever they were written.
fn nobody_around(mut case: pb::Case) -> pb::Case {
    if case.patient.as_ref().is_some_and(|patient| patient.protection().is_one()) {
        case.related_persons = case.related_persons.map(related_persons::wordless);
        let plan = case.sip.iter_mut().filter_map(|sip| sip.plan.as_mut()).map(|plan| &mut plan.invitees);
        case.meetings
            .iter_mut()
            .map(|meeting| &mut meeting.invitees)
            .chain(plan)
            .for_each(|them| silence(them));
    }
    case
}

/// The case of the patient's stay before, of those that the caller may see too. Of somebody whom the caller may not know none
/// is said: that two cases are one person's says who it is, where one of them does.
async fn previous(cx: &Context, call: &Call, case: &pb::Case) -> Result<Option<CaseId>, Failure> {
    let person_id = case.patient.as_ref().and_then(|patient| patient.person_id.as_ref());
    let admitted_at = case.admitted_at.as_ref().and_then(wire::instant);
    let Some((person_id, admitted_at)) = person_id.zip(admitted_at) else { return Ok(None) };
    let earlier = store::previous::list(&cx.db, person_id, admitted_at).await?;
    if earlier.is_empty() {
        return Ok(None);
    }
    let parties = store::party::list_of(&cx.db, &earlier).await?;
    let is_seen = |case: &&Case| {
        let units = parties.get(&case.case_id).into_iter().flatten();
        call.sight.admits(&units.fold(case.senders(), |audience, party| audience.and(party.audience())))
    };
    Ok(earlier.iter().find(is_seen).map(|case| case.case_id))
}

/// Whether what is kept from the caller's unit was opened in an emergency (nödöppning). Asked of the access log at every
/// read: it ends by itself.
async fn is_opened(cx: &Context, call: &Call, dossier: &Dossier) -> Result<bool, Failure> {
    let case = &dossier.case;
    if case.shown_to(&call.sight, &dossier.parties).is_none() {
        return Ok(false);
    }
    let ids = [case.case_id.to_string()].into_iter().chain(case.admission_id.map(|id| id.to_string()));
    cx.access_log()?.is_open(&call.caller.unit, ids.collect()).await
}

fn parse(cx: &Context, call: &Call, req: &pb::GetCaseRequest) -> Result<Key, Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, get_case_request));
    fields.finish(|| key)
}
