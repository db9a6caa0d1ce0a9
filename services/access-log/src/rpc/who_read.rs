//! `WhoRead`: who read or changed one person's data at the caller's organisation.

use hemgang_proto::access as pb;
use hemgang_rpc::{Call, Failure};

use super::{list_access::views, person::accesses};
use crate::Log;

pub async fn handle(log: &Log, call: &Call, req: pb::WhoReadRequest) -> Result<pb::WhoReadResponse, Failure> {
    let (period, page) = ((req.from.as_ref(), req.to.as_ref()), (req.page_size, req.page_token.as_str()));
    let (found, subjects, next_page_token) =
        accesses(log, call, req.person_id.as_ref(), period, page).await?;
    let mut accesses = views(log, found).await?;
    for entry in accesses.iter_mut().filter_map(|access| access.entry.as_mut()) {
        // What the same answer showed of others is not this person's to know.
        for ids in [&mut entry.admission_ids, &mut entry.case_ids, &mut entry.patient_ids] {
            ids.retain(|id| subjects.contains(id));
        }
    }
    Ok(pb::WhoReadResponse { accesses, next_page_token })
}
