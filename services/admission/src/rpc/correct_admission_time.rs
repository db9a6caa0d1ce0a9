//! `CorrectAdmissionTime`: the patient came at another time than was told. Whoever follows counts from it.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::{self as pb, AdmissionEvent};
use hemgang_rpc::{Call, Context, Fields};

use super::{
    load,
    movement::{log_entry, time_faults},
    stay, view,
};
use crate::{
    domain::{
        admission_time::{Corrected, Said},
        person_statement::PersonStatement,
        recorded::Recorded,
    },
    error::Error,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::CorrectAdmissionTimeRequest,
) -> Result<pb::CorrectAdmissionTimeResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id = fields.parsed("admission_id", &req.admission_id);
    let admitted_at = fields.past("admitted_at", req.admitted_at.as_ref());
    let registered_at = fields.optional_past("registered_at", req.registered_at.as_ref());
    let log_entry = log_entry(&mut fields, req.log_entry.as_ref());
    let time_faults = time_faults(&mut fields, &req.quality_flags);
    let (id, said) = fields.finish(|| {
        let (order, time_faults) = (log_entry?.order, time_faults?);
        let recorded = registered_at?.map(|at| Recorded { at, order });
        Some((id?, Said { admitted_at: admitted_at?, time_faults, recorded }))
    })?;
    let before = load(cx, call, id, &req.etag).await?;
    let told = store::movement::list(&cx.db, id).await?;
    let Some(corrected) = before.clone().corrected(said, told.clone(), call.now)? else {
        let response =
            pb::CorrectAdmissionTimeResponse { admission: Some(view::changed(cx, &before).await?) };
        return Ok(call.commit(cx, Change::new(), response).await?);
    };
    let Corrected { episode, movement, events } = corrected;
    let telling = Telling::by(cx, call, id, episode.admitted_at, episode.audience());
    let mut change = movement.iter().fold(Change::new(), Change::insert);
    for event in events {
        change = change.tell(telling.clone().event::<AdmissionEvent>(event)?);
    }
    // A death of the person may lie in the stay now.
    let of_person = stay::said(cx, call, &[episode.patient_id], &episode).await?;
    let deaths: Vec<_> = of_person.iter().filter_map(PersonStatement::death).collect();
    let died = episode.died(&deaths, told.into_iter().chain(movement).collect());
    let (of_stay, episode) = stay::added(cx, call, &before, died).await?;
    let response = pb::CorrectAdmissionTimeResponse { admission: Some(view::changed(cx, &episode).await?) };
    Ok(call.commit(cx, change.and(of_stay), response).await?)
}
