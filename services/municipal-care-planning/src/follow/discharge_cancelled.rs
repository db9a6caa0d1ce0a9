//! `DischargeCancelled`: the patient has not left after all. The case is open again, ready if the judgement stands.

use hemgang_db::Change;
use hemgang_proto::{admission::AdmissionState, common::Destination, planning::NoticeKind};
use hemgang_rpc::{Context, Failure};

use super::delivery;
use crate::{
    domain::{dossier::Dossier, heard::Heard, stay::Stay},
    store,
};

pub fn project(stay: Stay) -> Stay {
    Stay {
        state: AdmissionState::Admitted,
        discharged_at: None,
        destination: Destination::Unspecified,
        ..stay
    }
}

pub async fn react(cx: &Context, dossier: Dossier, heard: &Heard) -> Result<Change, Failure> {
    let ready = store::stay::get(&cx.db, heard.admission_id).await?.ready;
    let dossier = dossier.with_case(|case| case.stayed(ready)).tell(NoticeKind::DischargeCancelled, heard);
    delivery::change(cx, &dossier)
}
