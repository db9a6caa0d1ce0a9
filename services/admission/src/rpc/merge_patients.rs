//! `MergePatients`: two identities are one person's. The absorbed identity stays and names the survivor.
//!
//! A survivor is not absorbed: whoever was absorbed by the one that is absorbed now follows it. So an identity leads to
//! its survivor in one step, and chains and circles of merges end. Of merges that contradict the later recorded holds,
//! whichever was told first, so a survivor may change.

use hemgang_core::person::PersonId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{
    self as pb, AdmissionEvent, AdmissionState, QualityFlag, admission_event::Event,
};
use hemgang_rpc::{Call, Context, Failure, Fields, Role};
use jiff::Timestamp;

use super::{admit_patient::person_id, movement::log_entry, stay};
use crate::{
    domain::{
        episode::Episode,
        merge::{self, Merge},
        patient::{Patient, PatientId},
        person_statement::PersonStatement,
        recorded::Recorded,
    },
    due,
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::MergePatientsRequest,
) -> Result<pb::MergePatientsResponse, Error> {
    let Input { surviving, absorbed, merged_at, recorded } = Input::parse(cx, call, &req)?;
    let (one, other) = (Group::of(cx, call, &surviving).await?, Group::of(cx, call, &absorbed).await?);
    see(call, &one.stays, &other.stays)?;
    if one.named == other.named || surviving == absorbed {
        return answer(cx, call, Change::new(), one.survivor().patient_id).await;
    }
    let is_one = one.survivor().patient_id == other.survivor().patient_id;
    let groups = if is_one { vec![one.clone()] } else { vec![one.clone(), other.clone()] };
    let mut merges: Vec<_> = groups.iter().flat_map(|group| group.merges.clone()).collect();
    let is_it = |known: &&Merge| known.surviving == one.named && known.absorbed == other.named;
    let known = merges.iter().find(is_it).cloned();
    if known.as_ref().is_some_and(|known| recorded <= known.recorded) {
        return answer(cx, call, Change::new(), one.survivor().patient_id).await;
    }
    merges.retain(|known| !is_it(&known));
    let merge = Merge {
        surviving: one.named,
        absorbed: other.named,
        version: known.map_or(1, |known| known.version + 1),
        recorded,
        number: merges.iter().map(|merge| merge.number).max().unwrap_or(0) + 1,
    };
    merges.push(merge.clone());
    let id = merge::survivors(&merges).get(&one.named).copied().unwrap_or(one.named);
    let change = unite(cx, call, (&groups, id), merged_at).await?.put(&merge);
    let change = change.and(waits(cx, call, &groups, id).await?);
    answer(cx, call, change, id).await
}

/// The patients that are one so far, with the one that a request names.
#[derive(Clone)]
struct Group {
    named: PatientId,
    /// The survivor first.
    patients: Vec<Patient>,
    merges: Vec<Merge>,
    /// The stays of all, which are the survivor's.
    stays: Vec<Episode>,
}

impl Group {
    async fn of(cx: &Context, call: &Call, identity: &PersonId) -> Result<Self, Failure> {
        let Some(own) = store::patient::own(&cx.db, identity).await? else {
            // Nobody told of it: kept, so that it finds the survivor when somebody does.
            let unknown = Patient { version: 0, ..Patient::unnamed(identity, call.now) };
            let named = unknown.patient_id;
            return Ok(Self { named, patients: vec![unknown], merges: Vec::new(), stays: Vec::new() });
        };
        let survivor = store::patient::get(&cx.db, own.patient_id).await?;
        let survivor = survivor.ok_or_else(|| Failure::Internal("a survivor that is not there".into()))?;
        let id = survivor.patient_id;
        let merges = store::merge::list(&cx.db, id).await?;
        let stays = store::episode::list_of(&cx.db, id).await?;
        let patients = [vec![survivor], store::patient::list_absorbed(&cx.db, id).await?].concat();
        Ok(Self { named: own.patient_id, patients, merges, stays })
    }

    fn survivor(&self) -> &Patient {
        &self.patients[0]
    }
}

/// Who has no stay waits for one, all identities together.
async fn waits(cx: &Context, call: &Call, groups: &[Group], id: PatientId) -> Result<Change, Failure> {
    let has_stay = groups.iter().any(|group| !group.stays.is_empty());
    let mut change =
        if has_stay { Change::new() } else { due::forget_person::begun(cx, id, call.now).await? };
    for gone in groups.iter().map(|group| group.survivor().patient_id) {
        if has_stay || gone != id {
            change = change.and(due::forget_person::ended(cx, gone).await?);
        }
    }
    Ok(change)
}

/// Makes `id` the survivor of all. What was said of the person under any of the identities holds for the stays of all, as
/// it would have after the merge. Every survivor is written even where nothing of it changes: of two merges at one
/// moment the later one loses it and decides again.
async fn unite(
    cx: &Context,
    call: &Call,
    (groups, id): (&[Group], PatientId),
    merged_at: Timestamp,
) -> Result<Change, Error> {
    let all = || groups.iter().flat_map(|group| &group.patients);
    let before = groups.iter().map(Group::survivor);
    let was = all().find(|patient| patient.patient_id == id);
    let was = was.ok_or_else(|| Failure::Internal("a survivor of no merge".into()))?;
    let survivor = before.clone().fold(was.clone(), Patient::absorbing);
    let survivor = Patient { version: was.version + 1, merged_into: None, ..survivor };
    let mut change = Change::new().put(&survivor);
    for patient in all().filter(|patient| patient.patient_id != id) {
        let is_survivor = before.clone().any(|survivor| survivor.patient_id == patient.patient_id);
        if is_survivor || patient.merged_into != Some(id) {
            change = change.put(&patient.clone().absorbed_by(id));
        }
    }
    let survivors: Vec<_> = before.map(|patient| patient.patient_id).collect();
    let gone: Vec<_> = survivors.iter().filter(|gone| **gone != id).collect();
    if gone.is_empty() {
        return Ok(change);
    }
    if survivor.protection.is_one() {
        for patient in groups.iter().map(Group::survivor) {
            change = change
                .and(store::person_statement::without_addresses(&cx.db, patient.patient_id, None).await?);
        }
    }
    let check_digit_failed = survivor.check_digit_failed(hemgang_core::day::local_day(call.now));
    let stays_of = |group: &Group| {
        group.stays.iter().map(|stay| (group.survivor().clone(), stay.clone())).collect::<Vec<_>>()
    };
    for (of, stay) in groups.iter().flat_map(stays_of) {
        let telling = Telling::by(cx, call, stay.admission_id, merged_at, stay.audience());
        let mut after = stay.clone().of_patient(id).identified(check_digit_failed, merged_at);
        let mut said = stay::said(cx, call, &survivors, &stay).await?;
        said.retain(|_| stay.state != AdmissionState::Voided);
        after = said.iter().fold(after, stay::described);
        let deaths: Vec<_> = said.iter().filter_map(PersonStatement::death).collect();
        let (said, _) = stay::reach(cx, call, (&of, &stay), (&survivor, after), &deaths).await?;
        for gone in &gone {
            let (surviving_patient_id, absorbed_patient_id) = (id.to_string(), gone.to_string());
            let merged = pb::PatientsMerged { surviving_patient_id, absorbed_patient_id };
            change = change.tell(telling.clone().event::<AdmissionEvent>(Event::PatientsMerged(merged))?);
        }
        change = change.and(said);
    }
    Ok(change)
}

async fn answer(
    cx: &Context,
    call: &Call,
    change: Change,
    patient_id: PatientId,
) -> Result<pb::MergePatientsResponse, Error> {
    let response = pb::MergePatientsResponse { patient_id: patient_id.to_string() };
    Ok(call.commit(cx, change, response).await?)
}

/// Staff merge whom they see, under both identities: one that is elsewhere is as absent as one that is nowhere. A
/// hospital's system may know the other identity alone, or, ahead of any admission, both.
fn see(call: &Call, stays: &[Episode], others: &[Episode]) -> Result<(), Failure> {
    let sees = |stays: &[Episode]| stays.iter().any(|stay| call.sight.admits(&stay.audience()));
    let is_seen = if call.caller.roles.contains(&Role::Gateway) {
        sees(stays) || sees(others) || (stays.is_empty() && others.is_empty())
    } else {
        sees(stays) && sees(others)
    };
    if is_seen { Ok(()) } else { Err(Failure::NotFound { resource: "patient", name: String::new() }) }
}

struct Input {
    surviving: PersonId,
    absorbed: PersonId,
    merged_at: Timestamp,
    recorded: Recorded,
}

impl Input {
    fn parse(cx: &Context, call: &Call, req: &pb::MergePatientsRequest) -> Result<Self, Failure> {
        let mut fields = Fields::new(cx, call);
        let flagged = req.quality_flags.contains(&QualityFlag::CheckDigit.into());
        let surviving = person_id(&mut fields, "surviving", req.surviving.as_ref(), flagged);
        let absorbed = person_id(&mut fields, "absorbed", req.absorbed.as_ref(), flagged);
        let merged_at = fields.optional_past("merged_at", req.merged_at.as_ref());
        let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
        let log_entry = log_entry(&mut fields, req.log_entry.as_ref());
        fields.finish(|| {
            let merged_at = merged_at?.unwrap_or(call.now);
            let recorded = Recorded { at: registered_at?.unwrap_or(merged_at), order: log_entry?.order };
            Some(Self { surviving: surviving?, absorbed: absorbed?, merged_at, recorded })
        })
    }
}
