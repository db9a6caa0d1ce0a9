//! `AppointCareContact`: the outpatient unit names the fast vårdkontakt, 2 kap. 5 §.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::{
    common::Person,
    planning::{self as pb, NoticeKind, PlanningEvent, appoint_care_contact_request},
};
use hemgang_rpc::{Call, Context, Failure, Fields};

use super::{
    key::{Key, Named},
    meeting::{hsa_ids, is_open, is_told},
    view,
};
use crate::{
    domain::care_contact::{Appointed, CareContact},
    error::Error,
    follow::delivery,
    store,
};

pub async fn handle(
    cx: &Context,
    call: &Call,
    req: pb::AppointCareContactRequest,
) -> Result<pb::AppointCareContactResponse, Error> {
    let (key, appointed) = parse(cx, call, &req)?;
    let dossier = key.dossier(cx, call).await?;
    call.expect_etag(&req.etag, dossier.case.version)?;
    is_open(&dossier)?;
    is_told(&dossier, call)?;
    let (case_id, unit) = (dossier.case.case_id, &call.caller.unit);
    let before = store::care_contact::get(&cx.db, case_id).await?;
    let (contact, event) =
        CareContact::appoint(before.as_ref(), (case_id, unit.clone()), appointed, call.now);

    let others: Vec<_> =
        dossier.parties.iter().map(|party| &party.unit).filter(|other| *other != unit).cloned().collect();
    let dossier = dossier.inform(&others, NoticeKind::CareContact, &contact.source(), call.now);
    let case = dossier.next();
    let telling = |at, audience| Telling::by(cx, call, case.subject(), at, audience);
    let told = telling(call.now, dossier.listeners()).event::<PlanningEvent>(event)?;
    let change = Change::new().put(&contact).tell(told).and(delivery::parts(&dossier, &case, telling)?);
    // Of the person an answer says nothing: it is kept for replays.
    let shown = view::of(&case, None, Person::default(), &dossier.parties);
    let case = pb::Case { care_contact: Some(contact.shown()), ..shown };
    Ok(call.commit(cx, change, pb::AppointCareContactResponse { case: Some(case) }).await?)
}

fn parse(
    cx: &Context,
    call: &Call,
    req: &pb::AppointCareContactRequest,
) -> Result<(Key, Appointed), Failure> {
    let mut fields = Fields::new(cx, call);
    let named = req.key.as_ref().map(|key| match key {
        appoint_care_contact_request::Key::CaseId(id) => Named::Case(id),
        appoint_care_contact_request::Key::AdmissionId(id) => Named::Admission(id),
    });
    let key = Key::read(&mut fields, named);
    let person = fields.parsed("person", &req.person);
    let function = fields.text("function", req.function.trim());
    let deputies = hsa_ids(&mut fields, "deputies", &req.deputies);
    fields.finish(|| Some((key?, Appointed { person: person?, function: function?, deputies: deputies? })))
}
