//! `DischargeCancelled`: the patient has not left after all. The case is open again, ready if the judgement stands,
//! and of what was judged while the patient was taken for dead the parties learn now. A closing rested on the departure, and
//! goes with it; planning that was broken off before stays so.

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
    let judgements = store::judgement::list(&cx.db, heard.admission_id).await?;
    let dossier = dossier
        .uncalled()
        .with_case(|case| case.stayed(ready).unclosed(heard.recorded_at))
        .tell(NoticeKind::DischargeCancelled, heard)
        .catch_up(heard, &judgements);
    delivery::change(cx, &dossier)
}
