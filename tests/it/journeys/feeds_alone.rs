//! Clients that hold nothing but the feeds know what the lists show: what they may see, as it stands, and no more.

mod holder;

use hemgang_proto::{
    planning::{
        AnswerSipInvitationRequest, Attendance, BookPlanningMeetingRequest, CancelMeetingRequest,
        ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, InviteToSipRequest, MeetingForm,
        RecordConsentRequest, RecordPlanningMeetingRequest, ReportMisdirectedRequest,
        RescheduleMeetingRequest, book_planning_meeting_request::Key, invite_to_sip_request::Key as Whose,
        record_consent_request::Key as Of,
    },
    readiness::{WithdrawReadinessRequest, WithdrawalReason},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at, each_backend, refused};

use self::holder::Holder;
use super::steps::{
    CLINIC, MOLNDAL, OTHER_WARD, SAHLGRENSKA, SOCIAL, WARD,
    adt::{Adt, MARTA, a01, a03, of, tell},
    until,
};

each_backend!(
    a_client_of_the_feeds_alone_holds_what_the_lists_show,
    it_holds_what_is_answered_and_what_a_consent_let_through_until_it_ended
    on crate::services::SERVICES
);

async fn a_client_of_the_feeds_alone_holds_what_the_lists_show(suite: &Suite) {
    let callers = [WARD, OTHER_WARD, SAHLGRENSKA, SOCIAL, MOLNDAL, CLINIC];
    let mut holders = callers.map(Holder::new);
    let visits = ["V1", "V2", "V3", "V4", "V5", "V6"];
    for (number, visit) in visits.into_iter().enumerate() {
        let person = if number % 2 == 0 { MARTA } else { a01("", "").person };
        tell(suite, &[Adt { person, ..a01(visit, "20260914070000") }]).await;
    }
    compare(suite, &mut holders).await;

    let mut ids = Vec::new();
    for visit in visits {
        ids.push(SAHLGRENSKA.admission_of(suite, visit).await.admission_id);
    }
    let [moved, back, void, dead, astray, untold] = ids.try_into().expect("six stays");
    WARD.tell_of(suite, &moved, &[SOCIAL]).await;
    WARD.tell_of(suite, &back, &[SOCIAL, CLINIC]).await;
    WARD.tell_of(suite, &void, &[SOCIAL]).await;
    WARD.tell_of(suite, &dead, &[CLINIC]).await;
    WARD.tell_of(suite, &astray, &[MOLNDAL]).await;
    for ready in [&moved, &back, &dead, &untold] {
        WARD.confirm(suite, ready).await.expect("confirmed");
    }
    let [moved_meeting, first, other] =
        [book(suite, &moved).await, book(suite, &astray).await, book(suite, &astray).await];
    compare(suite, &mut holders).await;

    until(suite, "2026-09-15T09:00:00Z").await;
    hold(suite, &first).await;
    cancel(suite, &other).await;
    let person = MARTA;
    let to_other = |visit| Adt { ward: "25", ..of("A02", visit, "20260915073000") };
    tell(suite, &[Adt { person, ..to_other("V1") }, to_other("V2"), to_other("V6")]).await;
    tell(suite, &[Adt { person, ..of("A11", "V3", "20260915080000") }]).await;
    tell(suite, &[Adt { disposition: "20", ..a03("V4", "20260915083000") }]).await;
    // The right one is told after the wrong one; both know of the case.
    WARD.tell_of(suite, &astray, &[SOCIAL]).await;
    compare(suite, &mut holders).await;

    // It was not for the wrong one.
    let notice_id = MOLNDAL.case(suite, &astray).await.expect("a case").notices[0].notice_id.clone();
    let request = ReportMisdirectedRequest { notice_id, ..Default::default() };
    MOLNDAL.planning(suite).report_misdirected(request).await.expect("said");
    compare(suite, &mut holders).await;

    // A unit that is notified after the move, of a readiness that was judged before it.
    OTHER_WARD.tell_of(suite, &moved, &[CLINIC]).await;
    OTHER_WARD.confirm(suite, &moved).await.expect("confirmed again");
    compare(suite, &mut holders).await;
    // Whoever came to know of it later hears what becomes of it.
    postpone(suite, &moved_meeting).await;
    compare(suite, &mut holders).await;

    // Planning is broken off, which whoever comes to know of the case learns, too, and goes on.
    OTHER_WARD.interrupts(suite, &back).await;
    compare(suite, &mut holders).await;

    // The second patient was never there, and the fourth is alive.
    until(suite, "2026-09-15T10:00:00Z").await;
    tell(suite, &[of("A12", "V2", "20260915113000"), of("A13", "V4", "20260915114000")]).await;
    compare(suite, &mut holders).await;

    WARD.reopens(suite, &back).await;
    compare(suite, &mut holders).await;

    withdraw(suite, &back).await;
    tell(suite, &[Adt { person, ward: "25", ..a03("V1", "20260915115000") }]).await;
    compare(suite, &mut holders).await;
    OTHER_WARD.closes(suite, &moved).await;
    compare(suite, &mut holders).await;
    // Nobody was left with nothing, or the comparisons would say little.
    let held: Vec<_> = holders.iter().map(Holder::counts).collect();
    assert_eq!(held, [(4, 1, 4), (2, 1, 1), (6, 2, 5), (0, 0, 4), (0, 0, 0), (0, 1, 3)]);
    assert_eq!(holders.map(|holder| holder.meetings()), [2, 1, 3, 3, 0, 1]);
}

async fn it_holds_what_is_answered_and_what_a_consent_let_through_until_it_ended(suite: &Suite) {
    let mut holders = [WARD, SAHLGRENSKA, SOCIAL, CLINIC].map(Holder::new);
    tell(suite, &[a01("V1", "20260914070000")]).await;
    let id = SAHLGRENSKA.admission_of(suite, "V1").await.admission_id;
    WARD.tell_of(suite, &id, &[SOCIAL, CLINIC]).await;
    let consent = RecordConsentRequest {
        key: Some(Of::AdmissionId(id.clone())),
        kind: ConsentKind::Disclosure.into(),
        decision: ConsentDecision::Given.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        recipients: vec![SOCIAL.unit.to_owned()],
        valid_until: Some(wire::date(jiff::civil::date(2026, 9, 14))),
        ..Default::default()
    };
    WARD.planning(suite).record_consent(consent).await.expect("recorded");
    let invitation = InviteToSipRequest {
        key: Some(Whose::AdmissionId(id.clone())),
        starts_at: Some(wire::timestamp(at("2026-09-17T08:00:00Z"))),
        form: MeetingForm::Video.into(),
        invited: vec![SOCIAL.unit.to_owned()],
        ..Default::default()
    };
    let called = CLINIC.planning(suite).invite_to_sip(invitation).await.expect("called").into_inner();
    let meeting_id = called.meeting.expect("a meeting").meeting_id;
    let answer = async |attendance: Attendance| {
        let (meeting_id, attendance) = (meeting_id.clone(), attendance.into());
        let request = AnswerSipInvitationRequest { meeting_id, attendance, ..Default::default() };
        SOCIAL.planning(suite).answer_sip_invitation(request).await
    };
    answer(Attendance::Comes).await.expect("answered");
    compare(suite, &mut holders).await;
    let request = RescheduleMeetingRequest {
        meeting_id: meeting_id.clone(),
        starts_at: Some(wire::timestamp(at("2026-09-18T08:00:00Z"))),
        ..Default::default()
    };
    CLINIC.planning(suite).reschedule_meeting(request).await.expect("moved");
    compare(suite, &mut holders).await;
    answer(Attendance::SendsDeputy).await.expect("answered anew");
    compare(suite, &mut holders).await;

    // After its last day it lets nothing through, of what is told nor of what is read.
    until(suite, "2026-09-15T08:00:00Z").await;
    WARD.confirm(suite, &id).await.expect("confirmed");
    cancel(suite, &meeting_id).await;
    compare(suite, &mut holders).await;
    let held: Vec<_> = holders.iter().map(Holder::counts).collect();
    assert_eq!(held, [(1, 1, 1), (1, 1, 1), (0, 0, 1), (0, 1, 1)], "the municipality knows of no readiness");
    assert_eq!(refused(answer(Attendance::Comes).await).reason, "DISCLOSURE_BARRED");
}

async fn withdraw(suite: &Suite, admission_id: &str) {
    let withdrawal = WithdrawReadinessRequest {
        admission_id: admission_id.to_owned(),
        reason: WithdrawalReason::RegisteredInError.into(),
        ..Default::default()
    };
    WARD.readiness(suite).withdraw_readiness(withdrawal).await.expect("withdrawn");
}

/// The ward's planning meeting with every party.
async fn book(suite: &Suite, admission_id: &str) -> String {
    let request = BookPlanningMeetingRequest {
        key: Some(Key::AdmissionId(admission_id.to_owned())),
        starts_at: Some(wire::timestamp(at("2026-09-15T08:00:00Z"))),
        form: MeetingForm::Video.into(),
        ..Default::default()
    };
    let booked = WARD.planning(suite).book_planning_meeting(request).await.expect("booked");
    booked.into_inner().meeting.expect("a meeting").meeting_id
}

async fn hold(suite: &Suite, meeting_id: &str) {
    let request = RecordPlanningMeetingRequest {
        meeting_id: meeting_id.to_owned(),
        held_at: Some(wire::timestamp(at("2026-09-15T08:15:00Z"))),
        form: MeetingForm::InPerson.into(),
        participants: vec![WARD.unit.to_owned(), MOLNDAL.unit.to_owned()],
        patient_took_part: true,
        ..Default::default()
    };
    WARD.planning(suite).record_planning_meeting(request).await.expect("recorded");
}

async fn cancel(suite: &Suite, meeting_id: &str) {
    let request = CancelMeetingRequest { meeting_id: meeting_id.to_owned(), ..Default::default() };
    WARD.planning(suite).cancel_meeting(request).await.expect("cancelled");
}

async fn postpone(suite: &Suite, meeting_id: &str) {
    let request = RescheduleMeetingRequest {
        meeting_id: meeting_id.to_owned(),
        starts_at: Some(wire::timestamp(at("2026-09-16T08:00:00Z"))),
        form: MeetingForm::Telephone.into(),
        ..Default::default()
    };
    OTHER_WARD.planning(suite).reschedule_meeting(request).await.expect("moved");
}

async fn compare(suite: &Suite, holders: &mut [Holder]) {
    suite.drain().await;
    for holder in holders {
        holder.read_on(suite).await;
        holder.compare(suite).await;
    }
}
