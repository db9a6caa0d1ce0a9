//! Meetings as figures count them, through the generated clients on both databases.

mod acknowledgement;
mod expected_date_error;

use hemgang_proto::{
    admission as adm,
    common::{
        Cut, FigureSet, IndicatorCase, ListIndicatorCasesRequest, Period, Person, PersonId, Protection,
        QueryIndicatorRequest, indicator_service_client::IndicatorServiceClient,
    },
    planning::{
        self as pb, MeetingForm, book_planning_meeting_request, invite_to_sip_request,
        planning_service_client::PlanningServiceClient,
    },
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, each_backend};
use jiff::{SignedDuration, civil::date};

use crate::tests::{ELSEWHERE, HOSPITAL, OUTPATIENT, SOCIAL, WARD, assessed, notified, notify, peer, ward};

each_backend!(
    meetings_held_are_counted_by_form_and_hybrid_is_a_value_of_its_own,
    what_was_not_held_or_never_was_is_counted_nowhere,
    a_meeting_is_counted_on_its_own_day,
    a_meeting_falls_where_its_case_does,
    every_meeting_is_behind_its_figure_also_several_of_a_day
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const NOW: SignedDuration = SignedDuration::ZERO;

/// Whose case a meeting is about.
enum About<'a> {
    Stay(&'a str),
    Case(&'a str),
}

fn planning(suite: &Suite, unit: &str) -> PlanningServiceClient<Peer> {
    PlanningServiceClient::new(peer(suite, unit))
}

async fn book(suite: &Suite, admission_id: &str) -> String {
    let request = pb::BookPlanningMeetingRequest {
        key: Some(book_planning_meeting_request::Key::AdmissionId(admission_id.to_owned())),
        starts_at: Some(wire::timestamp(suite.clock.now())),
        form: MeetingForm::InPerson.into(),
        ..Default::default()
    };
    let answer = planning(suite, WARD).book_planning_meeting(request).await.expect("booked").into_inner();
    answer.meeting.expect("a meeting").meeting_id
}

/// A planning meeting that was held in a form, some time ago.
async fn met(suite: &Suite, admission_id: &str, form: MeetingForm, ago: SignedDuration) -> String {
    let meeting_id = book(suite, admission_id).await;
    let request = pb::RecordPlanningMeetingRequest {
        meeting_id: meeting_id.clone(),
        held_at: Some(wire::timestamp(suite.clock.now() - ago)),
        form: form.into(),
        participants: vec![WARD.to_owned()],
        ..Default::default()
    };
    planning(suite, WARD).record_planning_meeting(request).await.expect("held");
    meeting_id
}

/// A SIP meeting that an outpatient unit called and held by video.
async fn sip(suite: &Suite, about: About<'_>, invited: &str) {
    let key = match about {
        About::Stay(id) => invite_to_sip_request::Key::AdmissionId(id.to_owned()),
        About::Case(id) => invite_to_sip_request::Key::CaseId(id.to_owned()),
    };
    let now = Some(wire::timestamp(suite.clock.now()));
    let form = MeetingForm::Video.into();
    let request = pb::InviteToSipRequest {
        key: Some(key),
        starts_at: now,
        form,
        invited: vec![invited.to_owned()],
        ..Default::default()
    };
    let mut client = planning(suite, OUTPATIENT);
    let answer = client.invite_to_sip(request).await.expect("called").into_inner();
    let meeting_id = answer.meeting.expect("a meeting").meeting_id;
    let participants = vec![OUTPATIENT.to_owned()];
    let request =
        pb::RecordSipMeetingRequest { meeting_id, held_at: now, form, participants, ..Default::default() };
    client.record_sip_meeting(request).await.expect("held");
}

/// A case without an admission, of this unit.
async fn requested(suite: &Suite, recipient: &str, protection: Protection) -> String {
    // Protection is the person's, in every case of theirs: whoever is protected is another one.
    let value = if protection == Protection::None { "191212121212" } else { "195009072553" }.to_owned();
    let person = Person {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value }),
        protection: protection.into(),
        ..Person::default()
    };
    let recipients = vec![recipient.to_owned()];
    let request = pb::SendCareRequestRequest { person: Some(person), recipients, ..Default::default() };
    let answer = planning(suite, OUTPATIENT).send_care_request(request).await.expect("sent").into_inner();
    answer.case.expect("a case").case_id
}

fn september() -> Period {
    let day = |day| Some(wire::date(day));
    Period { from: day(date(2026, 9, 1)), to: day(date(2026, 9, 30)) }
}

async fn query(suite: &Suite, indicator: &str, variant: &str, by: &[Cut]) -> FigureSet {
    let request = QueryIndicatorRequest {
        indicator_id: indicator.to_owned(),
        variant: variant.to_owned(),
        period: Some(september()),
        by: by.iter().map(|cut| (*cut).into()).collect(),
    };
    let mut client = IndicatorServiceClient::new(suite.peer("quality", HOSPITAL, "region"));
    client.query_indicator(request).await.expect("figures").into_inner().figure_set.expect("a set")
}

async fn counts(suite: &Suite, indicator: &str, variant: &str) -> (i64, i64) {
    let total = query(suite, indicator, variant, &[]).await.total.expect("a total");
    (total.numerator, total.denominator)
}

async fn cells(suite: &Suite, indicator: &str, cut: Cut) -> Vec<(String, i64)> {
    let figures = query(suite, indicator, "", &[cut]).await.figures;
    figures.into_iter().map(|figure| (figure.cell[0].code.clone(), figure.denominator)).collect()
}

async fn meetings_held_are_counted_by_form_and_hybrid_is_a_value_of_its_own(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let forms = [MeetingForm::Video, MeetingForm::Telephone, MeetingForm::InPerson, MeetingForm::Hybrid];
    for form in forms {
        met(suite, &admission_id, form, NOW).await;
    }
    sip(suite, About::Stay(&admission_id), SOCIAL).await;
    assert_eq!(counts(suite, "planning_meetings", "").await, (2, 4));
    assert_eq!(counts(suite, "planning_meetings", "hybrid").await, (1, 4));
    assert_eq!(counts(suite, "planning_meetings", "in_person").await, (1, 4));
    // Two bases, never mixed.
    assert_eq!(counts(suite, "sip_meetings", "").await, (1, 1));
}

async fn what_was_not_held_or_never_was_is_counted_nowhere(suite: &Suite) {
    let (stay, void) = (notified(suite, &[SOCIAL]).await, notified(suite, &[SOCIAL]).await);
    book(suite, &stay).await;
    let meeting_id = book(suite, &stay).await;
    let cancel = pb::CancelMeetingRequest { meeting_id, ..Default::default() };
    planning(suite, WARD).cancel_meeting(cancel).await.expect("cancelled");
    assert_eq!(counts(suite, "planning_meetings", "").await, (0, 0));
    met(suite, &void, MeetingForm::Video, NOW).await;
    assert_eq!(counts(suite, "planning_meetings", "").await, (1, 1));
    let reason = adm::VoidReason::Duplicate.into();
    let request = adm::VoidAdmissionRequest { admission_id: void, reason, ..Default::default() };
    ward(suite).void_admission(request).await.expect("voided");
    assert_eq!(counts(suite, "planning_meetings", "").await, (0, 0));
}

async fn a_meeting_is_counted_on_its_own_day(suite: &Suite) {
    // Monday 14 September, 8 o'clock.
    let admission_id = notified(suite, &[SOCIAL]).await;
    suite.pass(SignedDuration::from_hours(17 * 24)).await;
    let days = [(0, 0), (1, 1), (2, 1), (15, 1)];
    for (ago, counted) in days {
        let before = counts(suite, "planning_meetings", "").await.1;
        met(suite, &admission_id, MeetingForm::Video, SignedDuration::from_hours(ago * 24)).await;
        let after = counts(suite, "planning_meetings", "").await.1;
        // Today is 1 October.
        assert_eq!(after - before, counted, "{ago} days ago");
    }
    let weekdays = cells(suite, "planning_meetings", Cut::Weekday).await;
    assert_eq!(weekdays, [("2".to_owned(), 1), ("3".to_owned(), 2)]);
}

async fn a_meeting_falls_where_its_case_does(suite: &Suite) {
    let stay = assessed(suite, Protection::None).await;
    // Told by mistake first; the patient belongs to nobody that was said.
    notify(suite, &stay, &[ELSEWHERE]).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    notify(suite, &stay, &[SOCIAL, OUTPATIENT]).await;
    suite.drain().await;
    sip(suite, About::Stay(&stay), SOCIAL).await;
    let own = requested(suite, ELSEWHERE, Protection::None).await;
    sip(suite, About::Case(&own), ELSEWHERE).await;
    let secret = requested(suite, SOCIAL, Protection::ProtectedRegistration).await;
    sip(suite, About::Case(&secret), SOCIAL).await;

    let cell = |code: &str, count: i64| (code.to_owned(), count);
    let of = async |cut| cells(suite, "sip_meetings", cut).await;
    assert_eq!(of(Cut::Municipality).await, [cell("1401", 1), cell("1480", 1), cell("unallocated", 1)]);
    assert_eq!(of(Cut::Hospital).await, [cell(HOSPITAL, 1), cell("unallocated", 2)]);
    assert_eq!(of(Cut::Ward).await, [cell(WARD, 1), cell("unallocated", 2)]);
    assert_eq!(of(Cut::Specialty).await, [cell("SOMATIC", 1), cell("unallocated", 2)]);
    assert_eq!(of(Cut::Residence).await, [cell("unallocated", 3)]);
    // Sex and residence are told later, and figures follow.
    let key = adm::change_patient_details_request::Key::AdmissionId(stay.clone());
    let request = adm::ChangePatientDetailsRequest {
        key: Some(key),
        sex: hemgang_proto::common::Sex::Female.into(),
        residence_municipality: Some("1401".to_owned()),
        ..Default::default()
    };
    ward(suite).change_patient_details(request).await.expect("changed");
    assert_eq!(of(Cut::Sex).await, [cell("FEMALE", 1), cell("unallocated", 2)]);
    assert_eq!(of(Cut::Residence).await, [cell("1401", 1), cell("unallocated", 2)]);
    // Of those notified, that of residence takes part.
    assert_eq!(of(Cut::Municipality).await, [cell("1401", 2), cell("unallocated", 1)]);
}

async fn every_meeting_is_behind_its_figure_also_several_of_a_day(suite: &Suite) {
    let admission_id = notified(suite, &[SOCIAL]).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(met(suite, &admission_id, MeetingForm::Video, NOW).await);
    }
    held.sort();
    let pages = async |organisation: &'static str, unit: &'static str| -> Vec<IndicatorCase> {
        let mut client = IndicatorServiceClient::new(suite.peer("quality", unit, organisation));
        let mut request = ListIndicatorCasesRequest {
            indicator_id: "planning_meetings".to_owned(),
            period: Some(september()),
            page_size: 1,
            ..Default::default()
        };
        let mut cases = Vec::new();
        loop {
            let page = client.list_indicator_cases(request.clone()).await.expect("listed").into_inner();
            cases.extend(page.cases);
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return cases;
            }
        }
    };
    for (organisation, unit) in [("region", HOSPITAL), ("1480", SOCIAL)] {
        let cases = pages(organisation, unit).await;
        assert_eq!(cases.iter().map(|case| case.meeting_id.clone()).collect::<Vec<_>>(), held);
        let whole = |case: &IndicatorCase| case.admission_id == admission_id && !case.case_id.is_empty();
        assert!(cases.iter().all(whole));
    }
    assert!(pages("1401", ELSEWHERE).await.is_empty(), "a municipality that takes no part");
}
