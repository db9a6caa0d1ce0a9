//! How a case and its parts look from outside.

use hemgang_proto::{common::Person, planning as pb};
use hemgang_rpc::{Context, Failure, Sight, wire};

use crate::{
    domain::{
        assignment::Assignment,
        case::Case,
        dossier::Dossier,
        ending::Ending,
        notice::Notice,
        party::{Party, Shown},
        patient::Patient,
        statement::Stated,
        stay::Stay,
    },
    store,
};

/// Cases as a list shows them to a caller: without their notices and meetings. Who a protected person is, no list says.
pub async fn listed(cx: &Context, sight: &Sight, cases: &[Case]) -> Result<Vec<pb::Case>, Failure> {
    let ids = || cases.iter().filter_map(|case| case.admission_id);
    let requested = cases.iter().filter(|case| case.admission_id.is_none()).map(|case| case.case_id);
    let (assignments, parties, stays, patients, persons) = tokio::try_join!(
        assignments(cx, sight, cases),
        store::party::list_of(&cx.db, cases),
        store::stay::list_of(&cx.db, ids()),
        store::patient::list_of(&cx.db, ids()),
        store::person::list(&cx.db, requested),
    )?;
    let shown = cases.iter().map(|case| {
        let parties = parties.get(&case.case_id).map_or(&[][..], Vec::as_slice);
        let homecoming_contact = case.homecoming_contact(parties, |party| sight.admits(party));
        let Some(id) = case.admission_id else {
            let person =
                persons.get(&case.case_id).map_or_else(Person::default, crate::domain::person::Person::shown);
            return seen(sight, (case, parties), of(case, None, person.masked(), parties));
        };
        let unheard = Stay::unheard(id);
        let person = patients.get(&id).map_or_else(Person::default, Patient::shown);
        let live = of(case, Some(stays.get(&id).unwrap_or(&unheard)), person.masked(), parties);
        pb::Case { homecoming_contact, ..seen(sight, (case, parties), live) }
    });
    // What was arranged is read in the case; what a party reads in its place holds that, too.
    let bare = |case: pb::Case| {
        let case = Stated::default().shown(case);
        pb::Case {
            meetings: Vec::new(),
            care_contact: None,
            sip_needs: Vec::new(),
            discharge_information: None,
            related_persons: None,
            sip: None,
            contacts: Vec::new(),
            messages: Vec::new(),
            ..case
        }
    };
    // Who has it is the reader's own, whatever else is kept.
    let held = |case: pb::Case| {
        let of = assignments.iter().filter(|held| held.case_id.to_string() == case.case_id);
        let own = of.filter(|held| sight.admits(&held.audience()));
        pb::Case { assignments: own.map(Assignment::shown).collect(), ..case }
    };
    Ok(shown.map(bare).map(held).collect())
}

/// Who has these cases, where the caller sees some unit's.
async fn assignments(cx: &Context, sight: &Sight, cases: &[Case]) -> Result<Vec<Assignment>, Failure> {
    if sight.unit().is_empty() && sight.municipality().is_empty() {
        return Ok(Vec::new());
    }
    store::assignment::list_of(&cx.db, cases).await
}

/// A case as a caller reads it: as it is, or as it stood when it was kept from the caller's unit. The four fields of
/// 2 kap. 3 § are owed whatever else is kept.
pub fn seen(sight: &Sight, (case, parties): (&Case, &[Party]), live: pb::Case) -> pb::Case {
    let Some(Shown(shown)) = case.shown_to(sight, parties) else { return live };
    pb::Case {
        case_id: live.case_id,
        admission_id: live.admission_id,
        etag: live.etag,
        patient: live.patient,
        expected_discharge: live.expected_discharge,
        ..shown.clone()
    }
}

/// One case whose parties are at hand.
pub async fn whole(cx: &Context, sight: &Sight, case: &Case, parties: &[Party]) -> Result<pb::Case, Failure> {
    let Some(admission_id) = case.admission_id else {
        let person = store::person::get(&cx.db, case.case_id).await?;
        let person = person.map(|person| person.shown()).unwrap_or_default();
        return Ok(of(case, None, sight.person(person), parties));
    };
    let stay = store::stay::get(&cx.db, admission_id).await?;
    let patient = store::patient::get(&cx.db, admission_id).await?;
    let person = patient.as_ref().map_or_else(Person::default, Patient::shown);
    Ok(of(case, Some(&stay), sight.person(person), parties))
}

/// A notice.
pub fn notice(notice: &Notice) -> pb::Notice {
    pb::Notice {
        notice_id: notice.notice_id.to_string(),
        case_id: notice.case_id.to_string(),
        admission_id: text(notice.admission_id.as_ref()),
        recipient: notice.recipient.to_string(),
        kind: notice.kind.into(),
        sent_at: Some(wire::timestamp(notice.sent_at)),
        delivered_at: notice.delivered_at.map(wire::timestamp),
        acknowledged_at: notice.acknowledged_at.map(wire::timestamp),
        acknowledged_by: text(notice.acknowledged_by.as_ref()),
        etag: notice.version.to_string(),
        entry_reason: notice.entry_reason.into(),
        withdrawn_at: notice.withdrawn_at.map(wire::timestamp),
        acknowledge_by: notice.acknowledge_by.map(wire::timestamp),
        escalations: notice.escalations.0.clone(),
        hospital: text(notice.hospital.as_ref()),
    }
}

/// A case with what is known of its stay, where it has one.
pub fn of(case: &Case, stay: Option<&Stay>, person: Person, parties: &[Party]) -> pb::Case {
    pb::Case {
        case_id: case.case_id.to_string(),
        admission_id: text(case.admission_id.as_ref()),
        etag: case.version.to_string(),
        state: case.state.into(),
        // The four statutory fields of 2 kap. 3 §: these three and the expected discharge.
        patient: Some(person),
        hospital: text(case.hospital.as_ref()),
        ward: text(case.ward.as_ref()),
        admitted_at: stay.and_then(|stay| stay.admitted_at).map(wire::timestamp),
        expected_discharge: stay.and_then(|stay| stay.expected_discharge).map(wire::expected_discharge),
        ready_since: stay.and_then(|stay| stay.ready_since).map(wire::timestamp),
        discharge_notice: stay.and_then(Stay::discharge_notice),
        discharged_at: stay.and_then(|stay| stay.discharged_at).map(wire::timestamp),
        parties: parties.iter().map(party).collect(),
        notices: Vec::new(),
        requested_by: text(case.requested_by.as_ref()),
        meetings: Vec::new(),
        consents: Vec::new(),
        care_contact: None,
        sip_needs: Vec::new(),
        planning_answers: Vec::new(),
        outpatient_readiness: Vec::new(),
        receivings: Vec::new(),
        patient_summaries: Vec::new(),
        current_services: Vec::new(),
        contacts: Vec::new(),
        messages: Vec::new(),
        assignments: Vec::new(),
        related_persons: None,
        discharge_information: None,
        sip: None,
        former_parties: Vec::new(),
        ending: case.ending.as_ref().map(Ending::shown),
        decisions: Vec::new(),
        previous_case_id: String::new(),
        homecoming_contact: None,
    }
}

/// Units that took part before, the first that left first.
pub fn former(dossier: &Dossier) -> Vec<pb::FormerParty> {
    let mut former: Vec<_> = dossier.former.iter().collect();
    former.sort_by(|a, b| (a.left_at, &a.unit).cmp(&(b.left_at, &b.unit)));
    let shown = former.into_iter().map(|party| pb::FormerParty {
        unit: party.unit.to_string(),
        municipality: text(party.municipality.as_ref()),
        since: Some(wire::timestamp(party.since)),
        until: party.left_at.map(wire::timestamp),
        reason: party.left_reason.into(),
    });
    shown.collect()
}

/// An id, or nothing.
pub fn text(id: Option<&impl ToString>) -> String {
    id.map(ToString::to_string).unwrap_or_default()
}

/// A unit that takes part.
pub fn party(party: &Party) -> pb::Party {
    pb::Party {
        unit: party.unit.to_string(),
        municipality: text(party.municipality.as_ref()),
        since: Some(wire::timestamp(party.since)),
    }
}
