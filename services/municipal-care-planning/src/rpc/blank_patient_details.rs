//! `BlankPatientDetails`: who the person of a care request is goes, by law, and the case stays.

use hemgang_core::id::CaseId;
use hemgang_feed::{Telling, blanked};
use hemgang_proto::{
    common::BlankingGround,
    planning::{
        self as pb, PatientDetailsBlanked, PatientDetailsRecorded, PlanningEvent, planning_event::Event,
    },
};
use hemgang_rpc::{Audience, Call, Context, Failure, Fields};

use super::view;
use crate::{
    domain::{dossier::Dossier, heard::broken},
    error::Error,
    follow::words,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::BlankPatientDetailsRequest,
) -> Result<pb::BlankPatientDetailsResponse, Error> {
    let mut fields = Fields::new(cx, call);
    let id: Option<CaseId> = fields.parsed("case_id", &req.case_id);
    let ground = fields.choice("ground", req.ground);
    if ground == Some(BlankingGround::Correction) {
        fields.wrong("ground", "is no correction: what a care request said of the person was said once");
    }
    let decision = fields.required_text("decision", &req.decision);
    let (id, ground, decision): (_, BlankingGround, _) = fields.finish(|| Some((id?, ground?, decision?)))?;
    let absent = || Failure::NotFound { resource: "case", name: id.to_string() };
    let dossier = store::dossier::get(&cx.db, id).await?.ok_or_else(absent)?;
    call.see(&keepers(&dossier), "case", id)?;
    if let Some(admission_id) = dossier.case.admission_id {
        return Err(Error::CaseOfAdmission { admission_id });
    }
    let person = store::person::get(&cx.db, id).await?.ok_or_else(|| broken("a case without a person"))?;
    if person.is_blanked() {
        return Err(Error::DetailsBlanked);
    }
    call.because(decision);
    let (case, person) = (dossier.next(), person.blanked());
    let telling = Telling::by(cx, call, case.subject(), call.now, dossier.audience());
    let shown = view::of(&case, None, person.shown(), &dossier.parties);
    let event = PatientDetailsBlanked { case_id: id.to_string(), ground: ground.into() };
    let event = telling.event::<PlanningEvent>(Event::PatientDetailsBlanked(event))?;
    let tombstones = blanked(&cx.db, telling.subject, tombstone).await?;
    let by = |at, audience| Telling::by(cx, call, case.subject(), at, audience);
    let words = words::blank(cx, dossier, by).await?;
    let change = tombstones.replace(&person).tell(event).and(words);
    Ok(call.commit(cx, change, pb::BlankPatientDetailsResponse { case: Some(shown) }).await?)
}

/// Whose record it is: of whoever runs the unit that asked; of an inpatient case, the region's.
fn keepers(dossier: &Dossier) -> Audience {
    let opened = |unit| dossier.case.requested_by.as_ref() == Some(unit);
    let by = dossier.parties.iter().find(|party| opened(&party.unit));
    Audience::administrators(by.and_then(|party| party.municipality.as_ref()))
}

/// What is left of an event that told who a person is: of which case it was.
fn tombstone(event: PlanningEvent) -> PlanningEvent {
    let Some(Event::PatientDetailsRecorded(said)) = event.event else { return event };
    let left = Event::PatientDetailsRecorded(PatientDetailsRecorded { person_id: None, ..said });
    PlanningEvent { event: Some(left), ..event }
}
