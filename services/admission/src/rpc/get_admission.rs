//! `GetAdmission`: one admission, by our id or the sender's visit number.

use hemgang_core::id::AdmissionId;
use hemgang_proto::admission::{self as pb, get_admission_request::Key};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{admit_patient, view, visible};
use crate::{error::Error, store};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetAdmissionRequest,
) -> Result<pb::GetAdmissionResponse, Error> {
    let by_visit = matches!(req.key, Some(Key::VisitNumber(_)));
    let episode = visible(cx, call, admission_id(cx, call, req).await?).await;
    let episode = episode.map_err(|failure| match failure {
        // To name the id would tell that the visit exists.
        Failure::NotFound { resource, .. } if by_visit => Failure::NotFound { resource, name: String::new() },
        failure => failure,
    })?;
    Ok(pb::GetAdmissionResponse { admission: Some(view::admission(cx, &episode).await?) })
}

async fn admission_id(
    cx: &Context,
    call: &Call,
    req: pb::GetAdmissionRequest,
) -> Result<AdmissionId, Failure> {
    let mut fields = Fields::new(cx, call);
    match req.key {
        Some(Key::AdmissionId(id)) => {
            let id = fields.parsed("admission_id", &id);
            fields.finish(|| id)
        }
        Some(Key::VisitNumber(visit)) => {
            let visit = admit_patient::visit_number(&mut fields, Some(&visit));
            let visit = fields.finish(|| visit)?;
            let found = store::visit::find(&cx.db, &visit.authority, &visit.value).await?;
            let absent = || Failure::NotFound { resource: "admission", name: String::new() };
            found.map(|visit| visit.admission_id).ok_or_else(absent)
        }
        None => {
            fields.wrong("key", "is required");
            fields.finish(|| None)
        }
    }
}
