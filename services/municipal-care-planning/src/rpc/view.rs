//! How a case and its parts look from outside.

use hemgang_proto::{common::Person, planning as pb};
use hemgang_rpc::{Context, Failure, wire};

use crate::{
    domain::{
        case::{Case, Party},
        notice::Notice,
        patient::Patient,
        stay::Stay,
    },
    store,
};

/// Cases as a list shows them: without their notices.
pub async fn listed(cx: &Context, cases: &[Case]) -> Result<Vec<pb::Case>, Failure> {
    let ids = || cases.iter().map(|case| case.admission_id);
    let (parties, mut stays, patients) = tokio::try_join!(
        store::party::list_of(&cx.db, cases),
        store::stay::list_of(&cx.db, ids()),
        store::patient::list_of(&cx.db, ids()),
    )?;
    let shown = cases.iter().map(|case| {
        let stay = stays.remove(&case.admission_id).unwrap_or_else(|| Stay::unheard(case.admission_id));
        let person = patients.get(&case.admission_id).map_or_else(Person::default, Patient::shown);
        of(case, &stay, person, parties.get(&case.case_id).map_or(&[], Vec::as_slice))
    });
    Ok(shown.collect())
}

/// One case whose parties are at hand.
pub async fn whole(cx: &Context, case: &Case, parties: &[Party]) -> Result<pb::Case, Failure> {
    let stay = store::stay::get(&cx.db, case.admission_id).await?;
    let patient = store::patient::get(&cx.db, case.admission_id).await?;
    let person = patient.as_ref().map_or_else(Person::default, Patient::shown);
    Ok(of(case, &stay, person, parties))
}

/// A notice.
pub fn notice(notice: &Notice) -> pb::Notice {
    pb::Notice {
        notice_id: notice.notice_id.to_string(),
        case_id: notice.case_id.to_string(),
        admission_id: notice.admission_id.to_string(),
        recipient: notice.recipient.to_string(),
        kind: notice.kind.into(),
        sent_at: Some(wire::timestamp(notice.sent_at)),
        delivered_at: Some(wire::timestamp(notice.delivered_at)),
        acknowledged_at: notice.acknowledged_at.map(wire::timestamp),
        acknowledged_by: notice.acknowledged_by.as_ref().map(ToString::to_string).unwrap_or_default(),
        etag: notice.version.to_string(),
        entry_reason: notice.entry_reason.into(),
    }
}

fn of(case: &Case, stay: &Stay, person: Person, parties: &[Party]) -> pb::Case {
    pb::Case {
        case_id: case.case_id.to_string(),
        admission_id: case.admission_id.to_string(),
        etag: case.version.to_string(),
        state: case.state.into(),
        // The four statutory fields of 2 kap. 3 §: these three and the expected discharge.
        patient: Some(person),
        hospital: case.hospital.to_string(),
        ward: case.ward.to_string(),
        admitted_at: stay.admitted_at.map(wire::timestamp),
        expected_discharge: stay.expected_discharge.map(wire::expected_discharge),
        ready_since: stay.ready_since.map(wire::timestamp),
        discharge_notice: stay.discharge_notice(),
        discharged_at: stay.discharged_at.map(wire::timestamp),
        parties: parties.iter().map(party).collect(),
        notices: Vec::new(),
    }
}

/// A unit that takes part.
pub fn party(party: &Party) -> pb::Party {
    pb::Party {
        unit: party.unit.to_string(),
        municipality: party.municipality.as_ref().map(ToString::to_string).unwrap_or_default(),
        since: Some(wire::timestamp(party.since)),
    }
}
