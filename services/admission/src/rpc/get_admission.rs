//! `GetAdmission`: one admission, by our id or the sender's visit number.

use hemgang_core::{id::AdmissionId, person::PersonId};
use hemgang_proto::admission::{self as pb, AdmissionState, get_admission_request::Key};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{admit_patient, view, visible};
use crate::{domain::episode::Episode, error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetAdmissionRequest,
) -> Result<pb::GetAdmissionResponse, Error> {
    let by_visit = matches!(req.key, Some(Key::VisitNumber(_)));
    let (id, person_ids) = parse(cx, call, req).await?;
    let episode = visible(cx, call, id).await;
    let episode = episode.map_err(|failure| match failure {
        // To name the id would tell that the visit exists.
        Failure::NotFound { resource, .. } if by_visit => Failure::NotFound { resource, name: String::new() },
        failure => failure,
    })?;
    // Of one that never was somebody else's may bear the number next.
    if !person_ids.is_empty() && episode.state != AdmissionState::Voided {
        is_of_any(cx, &episode, &person_ids).await?;
    }
    Ok(pb::GetAdmissionResponse { admission: Some(view::admission(cx, &call.sight, &episode).await?) })
}

/// Whether the stay's patient has one of these identities, its own or one that was absorbed.
pub(super) async fn is_of_any(cx: &Context, stay: &Episode, person_ids: &[PersonId]) -> Result<(), Error> {
    for person_id in person_ids {
        let patient = store::patient::find(&cx.db, person_id).await?;
        if patient.is_some_and(|patient| patient.patient_id == stay.patient_id) {
            return Ok(());
        }
    }
    Err(Error::OtherPatient)
}

async fn parse(
    cx: &Context,
    call: &Call,
    req: pb::GetAdmissionRequest,
) -> Result<(AdmissionId, Vec<PersonId>), Failure> {
    let mut fields = Fields::new(cx, call);
    // Only compared: a wrong check digit is another's all the same.
    let person_ids = fields.each("person_ids", &req.person_ids, |fields, path, said| {
        admit_patient::person_id(fields, path, Some(said), true)
    });
    let person_ids = person_ids.into_iter().collect::<Option<Vec<_>>>();
    match req.key {
        Some(Key::AdmissionId(id)) => {
            let id = fields.parsed("admission_id", &id);
            fields.finish(|| Some((id?, person_ids?)))
        }
        Some(Key::VisitNumber(visit)) => {
            let visit = admit_patient::visit_number(&mut fields, Some(&visit));
            let (visit, person_ids) = fields.finish(|| Some((visit?, person_ids?)))?;
            let found = store::visit::find(&cx.db, &visit.authority, &visit.value).await?;
            let absent = || Failure::NotFound { resource: "admission", name: String::new() };
            found.map(|visit| (visit.admission_id, person_ids)).ok_or_else(absent)
        }
        None => {
            fields.wrong("key", "is required");
            fields.finish(|| None)
        }
    }
}
