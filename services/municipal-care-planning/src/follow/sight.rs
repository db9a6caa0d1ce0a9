//! Who gains or loses sight of a case by what was decided: the one is told the case as it stands, the other that it is
//! gone. What is delivered to the one beside that comes after it.

use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::planning::{self as pb, PlanningEvent, planning_event::Event};
use hemgang_rpc::{Audience, Context, Failure, wire};

use crate::{
    domain::{
        case::Case, dossier::Dossier, ending::Ending, heard::Heard, party::Party, statement::Stated,
        stay::Stay,
    },
    rpc::view,
    store::{self, arranged::Arranged},
};

/// Nothing for a new case: everybody who sees it hears of its opening. `stay` is as the event leaves it.
pub async fn change(cx: &Context, dossier: &Dossier, stay: &Stay, heard: &Heard) -> Result<Change, Failure> {
    let Some(case) = dossier.decided().filter(|case| case.version > 1) else { return Ok(Change::new()) };
    let telling =
        |audience| Telling::reacting(cx, case.subject(), heard.sent_at(), audience).entered(heard.entry);
    let arranged = store::arranged::get(&cx.db, case.case_id).await?;
    moved((dossier, &case), Some(stay), &arranged, telling)
}

/// What is told to whoever gains or loses sight of a case by what is decided, as somebody tells of it. Each side that gains
/// it is told apart: what was delivered or written to the one is not the other's.
pub fn moved(
    (dossier, case): (&Dossier, &Case),
    stay: Option<&Stay>,
    arranged: &Arranged,
    telling: impl Fn(Audience) -> Telling,
) -> Result<Change, Failure> {
    let (before, after) = (dossier.audience_before(), dossier.audience());
    let tell = |change: Change, audience, event| {
        Ok::<_, Failure>(change.tell(telling(audience).event::<PlanningEvent>(event)?))
    };
    let (mut change, lost) = (Change::new(), before.clone().without(&after));
    if !lost.is_empty() {
        let unshared = pb::CaseUnshared { case_id: case.case_id.to_string() };
        change = tell(change, lost, Event::CaseUnshared(unshared))?;
    }
    let listening = dossier.parties.iter().filter(|party| !party.is_kept_out()).map(Party::audience);
    for gained in std::iter::once(case.senders()).chain(listening).map(|side| side.without(&before)) {
        if !gained.is_empty() {
            let shared = shared((dossier, case), stay, arranged, &gained)?;
            change = tell(change, gained, Event::CaseShared(shared))?;
        }
    }
    Ok(change)
}

/// The case as it stands, for somebody who sees it from now on.
///
/// # Errors
/// When what was handed over cannot be read.
pub fn shared(
    (dossier, case): (&Dossier, &Case),
    stay: Option<&Stay>,
    arranged: &Arranged,
    gained: &Audience,
) -> Result<pb::CaseShared, Failure> {
    let Stated {
        planning_answers,
        outpatient_readiness,
        receivings,
        patient_summaries,
        current_services,
        decisions,
    } = arranged.stated();
    // A unit with its municipality: what is for the unit is theirs.
    let is_theirs = |audience: Audience| audience.meets(gained);
    let notices = dossier.earlier_notices().filter(|notice| notice.audience(case).meets(gained));
    Ok(pb::CaseShared {
        case_id: case.case_id.to_string(),
        state: case.state.into(),
        hospital: view::text(case.hospital.as_ref()),
        ward: view::text(case.ward.as_ref()),
        admitted_at: stay.and_then(|stay| stay.admitted_at).map(wire::timestamp),
        expected_discharge: stay.and_then(|stay| stay.expected_discharge).map(wire::expected_discharge),
        ready_since: stay.and_then(|stay| stay.ready_since).map(wire::timestamp),
        discharge_notice: stay.and_then(Stay::discharge_notice),
        discharged_at: stay.and_then(|stay| stay.discharged_at).map(wire::timestamp),
        parties: dossier.parties.iter().map(view::party).collect(),
        notices: notices.map(view::notice).collect(),
        meetings: arranged.meetings(),
        care_contact: arranged.care_contact(),
        sip_needs: arranged.sip_needs(),
        planning_answers,
        outpatient_readiness,
        receivings,
        patient_summaries,
        current_services,
        decisions,
        ending: case.ending.as_ref().map(Ending::shown),
        discharge_information: arranged.handed_over()?,
        related_persons: arranged.related()?,
        sip: arranged.sip(),
        former_parties: view::former(dossier),
        contacts: arranged.contacts(),
        messages: arranged.messages_told(|message| is_theirs(message.audience(dossier))),
        homecoming_contact: case.homecoming_contact(&dossier.parties, |party| party.meets(gained)),
        assignments: arranged.assignments(|assignment| is_theirs(assignment.audience())),
    })
}
