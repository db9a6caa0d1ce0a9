//! `GetCase`: one case, by its own id or its admission's, with the notices that the caller's side has to see.

use hemgang_core::id::AdmissionId;
use hemgang_proto::planning::{self as pb, get_case_request};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::view;
use crate::{
    domain::{case::CaseId, dossier::Dossier},
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::GetCaseRequest,
) -> Result<pb::GetCaseResponse, Error> {
    let key = Key::parse(cx, call, req)?;
    let absent = || Failure::NotFound { resource: "case", name: key.name() };
    let found = cx.followed(async || find(cx, call, key).await).await?;
    let of = found.as_ref().map(|dossier| dossier.case.admission_id).or(key.admission());
    if let Some(admission_id) = of {
        cx.rests_on(Some(&admission_id.to_string()))?;
    }
    let dossier = found.ok_or_else(absent)?;
    let case = view::whole(cx, &dossier.case, &dossier.parties).await?;
    // What a unit received is its own; what another party received is not. The hospital sent all of it.
    let notices = dossier.notices.iter().filter(|notice| call.sight.admits(&notice.audience(&dossier.case)));
    let notices = notices.map(view::notice).collect();
    Ok(pb::GetCaseResponse { case: Some(pb::Case { notices, ..case }) })
}

#[derive(Clone, Copy)]
enum Key {
    Case(CaseId),
    Admission(AdmissionId),
}

impl Key {
    fn parse(cx: &Context, call: &Call, req: pb::GetCaseRequest) -> Result<Self, Failure> {
        let mut fields = Fields::new(cx, call);
        let key = match req.key {
            Some(get_case_request::Key::CaseId(id)) => fields.parsed("case_id", &id).map(Self::Case),
            Some(get_case_request::Key::AdmissionId(id)) => {
                fields.parsed("admission_id", &id).map(Self::Admission)
            }
            None => {
                fields.wrong("key", "is required");
                None
            }
        };
        fields.finish(|| key)
    }

    fn admission(self) -> Option<AdmissionId> {
        match self {
            Self::Case(_) => None,
            Self::Admission(id) => Some(id),
        }
    }

    fn name(self) -> String {
        match self {
            Self::Case(id) => id.to_string(),
            Self::Admission(id) => id.to_string(),
        }
    }
}

/// A case that the caller may see. One whose notice to the caller is still to be followed is as absent as any.
async fn find(cx: &Context, call: &Call, key: Key) -> Result<Option<Dossier>, Failure> {
    let dossier = match key {
        Key::Case(id) => store::dossier::get(&cx.db, id).await?,
        Key::Admission(id) => store::dossier::find(&cx.db, id).await?,
    };
    Ok(dossier.filter(|dossier| call.sight.admits(&dossier.audience())))
}
