//! `HandOverPatientSummary`: the patient got a summary of the care, patientlagen (2014:821) 3 kap. 2 b §.

use hemgang_proto::planning::{
    self as pb, SummaryForm, hand_over_patient_summary_request, planning_event::Event,
};
use hemgang_rpc::{Call, Context, Failure, Fields, wire};
use jiff::Timestamp;

use super::{
    arrange,
    key::{Key, named},
    person::acting,
};
use crate::{domain::ending::Doing, error::Error};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::HandOverPatientSummaryRequest,
) -> Result<pb::HandOverPatientSummaryResponse, Error> {
    let (key, handed_over_at, summary) = parse(cx, call, &req)?;
    let dossier = arrange::open_for(cx, call, (key, &req.etag), Doing::Completing).await?;
    arrange::not_before_admission(cx, &dossier, [handed_over_at]).await?;
    let case_id = dossier.case.case_id.to_string();
    let told = pb::PatientSummaryHandedOver { case_id, patient_summary: Some(summary) };
    let event = Event::PatientSummaryHandedOver(told);
    let (case, change) =
        arrange::state(cx, call, (dossier, handed_over_at), "patient-summary", event).await?;
    Ok(call.commit(cx, change, pb::HandOverPatientSummaryResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::HandOverPatientSummaryRequest,
) -> Result<(Key, Timestamp, pb::PatientSummary), Failure> {
    let mut fields = Fields::new(cx, call);
    let key = Key::read(&mut fields, named!(req, hand_over_patient_summary_request));
    let at = fields.past("handed_over_at", req.handed_over_at.as_ref());
    let form = fields.choice::<SummaryForm>("form", req.form);
    let by = acting(&mut fields, call, "handed_over_by", &req.handed_over_by);
    fields.finish(|| {
        let summary = pb::PatientSummary {
            unit: call.caller.unit.to_string(),
            handed_over_at: Some(wire::timestamp(at?)),
            form: form?.into(),
            names_care_contact: req.names_care_contact,
            names_sip_time: req.names_sip_time,
            names_planned_care: req.names_planned_care,
            handed_over_by: by?.to_string(),
        };
        Some((key?, at?, summary))
    })
}
