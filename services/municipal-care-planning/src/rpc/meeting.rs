//! What the RPCs about meetings have in common: how they are read, loaded and written.

use hemgang_core::{day::local_day, directory::Directory, place::HsaId};
use hemgang_db::Change;
use hemgang_proto::planning::{Invitee, MeetingForm, MeetingKind, NoticeKind};
use hemgang_rpc::{Call, Context, Entry, Failure, Fields};
use jiff::Timestamp;
use pbjson_types::Timestamp as WireTimestamp;

use super::{arrange, invitees, key::Key};
use crate::{
    domain::{
        dossier::Dossier,
        ending::Doing,
        heard::broken,
        meeting::{Called, Held, Meeting, MeetingId, Planned},
    },
    error::Error,
    store,
};

/// A meeting that somebody asks for.
pub struct Booking {
    pub key: Key,
    pub kind: MeetingKind,
    pub planned: Planned,
    pub invited: Vec<HsaId>,
    pub invitees: Vec<Invitee>,
    /// Set where the units were called on paper.
    pub entry: Option<Entry>,
    /// Who calls: the caller, or on paper whoever did.
    pub person: String,
}

/// When and how people are to meet.
pub fn planned(fields: &mut Fields<'_>, starts_at: Option<&WireTimestamp>, form: i32) -> Option<Planned> {
    let starts_at = fields.instant("starts_at", starts_at);
    let form = fields.choice("form", form);
    Some(Planned { starts_at: starts_at?, form: form? })
}

/// HSA-ids, each once.
pub fn hsa_ids(fields: &mut Fields<'_>, field: &str, named: &[String]) -> Option<Vec<HsaId>> {
    let named = fields.each(field, named, |fields, path, id| fields.parsed(path, id));
    let mut units = named.into_iter().collect::<Option<Vec<HsaId>>>()?;
    units.sort();
    units.dedup();
    Some(units)
}

/// Books a meeting; whoever is invited finds it in the inbox.
pub async fn book(
    cx: &Context,
    call: &Call,
    Booking { key, kind, planned, invited, invitees, entry, person }: Booking,
    etag: &str,
) -> Result<(Meeting, Change), Error> {
    let dossier = arrange::open_entered(cx, call, key, etag, entry).await?;
    if kind == MeetingKind::Sip {
        let on = local_day(dossier.done_at(call.now));
        store::consent::get(&cx.db, dossier.case.about()).await?.permits_sip(on)?;
    }
    invitees::may_be_named(cx, &dossier, &invitees).await?;
    let invited = if invited.is_empty() { arrange::others(&dossier, call) } else { invited };
    if let Some(unit) = invited.iter().find(|unit| !dossier.has_party(unit)) {
        return Err(Error::NotAParty { unit: unit.clone() });
    }
    let is_statutory = kind == MeetingKind::Sip && is_statutory_call(cx, call, &dossier, &person).await?;
    let called = Called { by: call.caller.unit.clone(), invited, invitees, is_statutory };
    let at = dossier.done_at(call.now);
    let (meeting, event) = Meeting::book(dossier.case.case_id, kind, planned, called, at);
    let dossier = inform(dossier, call, &meeting, meeting.invitation());
    let change = arrange::change(cx, call, (&dossier, at), &meeting, [event])?;
    Ok((meeting, change))
}

/// Whether somebody at the caller's unit calls for the outpatient care of an inpatient case, as its named care contact: 4 kap. 3 §.
async fn is_statutory_call(
    cx: &Context,
    call: &Call,
    dossier: &Dossier,
    person: &str,
) -> Result<bool, Failure> {
    let contact = store::care_contact::get(&cx.db, dossier.case.case_id).await?;
    let calls = contact.is_some_and(|contact| contact.is_called_by(&call.caller.unit, person));
    Ok(calls && dossier.case.admission_id.is_some())
}

/// A meeting of one of these kinds, with its case, when the caller may see it.
pub async fn load(
    cx: &Context,
    call: &Call,
    (id, etag): (MeetingId, &str),
    kinds: &[MeetingKind],
) -> Result<(Dossier, Meeting), Error> {
    let absent = || Failure::NotFound { resource: "meeting", name: id.to_string() };
    let (dossier, meeting) =
        cx.followed(async || find(cx, call, id, kinds).await).await?.ok_or_else(absent)?;
    arrange::is_told(&dossier, call)?;
    call.expect_etag(etag, meeting.version)?;
    Ok((dossier, meeting))
}

async fn find(
    cx: &Context,
    call: &Call,
    id: MeetingId,
    kinds: &[MeetingKind],
) -> Result<Option<(Dossier, Meeting)>, Failure> {
    let meeting = store::meeting::get(&cx.db, id).await?.filter(|meeting| kinds.contains(&meeting.kind));
    let Some(meeting) = meeting else { return Ok(None) };
    let dossier = store::dossier::get(&cx.db, meeting.case_id).await?;
    let dossier = dossier.ok_or_else(|| broken("a meeting without a case"))?;
    let dossier = dossier.done_by(&call.caller.unit);
    Ok(call.sight.admits(&dossier.audience()).then_some((dossier, meeting)))
}

/// Tells the other side of a meeting what became of it.
pub fn inform(dossier: Dossier, call: &Call, meeting: &Meeting, kind: NoticeKind) -> Dossier {
    let everybody = meeting.invited.iter().chain([&meeting.called_by]);
    let others: Vec<_> = everybody.filter(|unit| **unit != call.caller.unit).cloned().collect();
    let dossier = dossier.inform(&others, kind, &meeting.source(), call.now);
    arrange::inform_ward(dossier, call, kind, &meeting.source())
}

/// A meeting that was held, as a request tells of it.
pub struct Record<'a> {
    pub meeting_id: &'a str,
    pub etag: &'a str,
    pub held_at: Option<&'a WireTimestamp>,
    pub form: i32,
    pub participants: &'a [String],
    pub patient_took_part: bool,
    pub relatives_took_part: bool,
}

/// Records that a meeting was held.
pub async fn record(
    cx: &Context,
    call: &Call,
    kind: MeetingKind,
    said: Record<'_>,
) -> Result<(Meeting, Change), Error> {
    let (id, held) = read(cx, call, &said)?;
    let (dossier, meeting) = load(cx, call, (id, said.etag), &[kind]).await?;
    dossier.case.allows(Doing::Recalling(held.at))?;
    let directory = call.directory(cx);
    let outsider = held.participants.iter().find(|unit| !takes_part(directory, &dossier, unit, held.at));
    if let Some(unit) = outsider {
        return Err(Error::NotAParty { unit: unit.clone() });
    }
    let admitted_at = match dossier.case.admission_id {
        Some(id) => store::stay::get(&cx.db, id).await?.admitted_at,
        None => None,
    };
    let held_at = held.at;
    let (meeting, event) = meeting.hold(held, admitted_at)?;
    let change = arrange::change(cx, call, (&dossier, held_at), &meeting, [event])?;
    Ok((meeting, change))
}

fn read(cx: &Context, call: &Call, said: &Record<'_>) -> Result<(MeetingId, Held), Failure> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("meeting_id", said.meeting_id);
    let at = fields.past("held_at", said.held_at);
    let form = fields.choice::<MeetingForm>("form", said.form);
    if said.participants.is_empty() {
        fields.wrong("participants", "needs at least one unit");
    }
    let participants = hsa_ids(&mut fields, "participants", said.participants);
    let (patient_took_part, relatives_took_part) = (said.patient_took_part, said.relatives_took_part);
    fields.finish(|| {
        let participants = participants?;
        Some((id?, Held { at: at?, form: form?, participants, patient_took_part, relatives_took_part }))
    })
}

/// Parties, and whoever works at the hospital.
fn takes_part(directory: &Directory, dossier: &Dossier, unit: &HsaId, at: Timestamp) -> bool {
    dossier.has_party(unit) || is_at_hospital(directory, dossier, unit, at)
}

/// Whether a unit is of the hospital where the patient is: it may have been at another ward then.
pub fn is_at_hospital(directory: &Directory, dossier: &Dossier, unit: &HsaId, at: Timestamp) -> bool {
    let hospital = directory.hospital_of(unit, local_day(at)).map(|hospital| &hospital.hsa_id);
    hospital.is_some_and(|hospital| dossier.case.hospital.as_ref() == Some(hospital))
}
