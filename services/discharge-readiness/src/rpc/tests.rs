//! `ReadinessService` and its figures through the generated clients, on both databases, with admission beside it.

mod endings;
mod entry;
mod figures;
mod movements;
mod participation;
mod recipients;
mod work_list;

use hemgang_proto::{
    admission::{self as adm, admission_service_client::AdmissionServiceClient},
    common::{
        self, Cut, Destination, Period, PersonId, QueryIndicatorRequest,
        indicator_service_client::IndicatorServiceClient,
    },
    readiness::{
        self as pb, ReadinessBasis, ReadinessState, WithdrawalReason,
        readiness_service_client::ReadinessServiceClient,
    },
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::{Suite, each_backend, refused};
use jiff::{SignedDuration, ToSpan as _, civil::date};
use tonic::Code;

const WARD: &str = "SE2321000131-E000000001101";
const NEXT_WARD: &str = "SE2321000131-E000000001102";
const MUNICIPAL: &str = "SE0000001480-E0002";
const OTHER_MUNICIPAL: &str = "SE0000001490-E0002";
const OUTPATIENT: &str = "SE2321000131-E000000002001";
const PHYSICIAN: &str = "SE2321000131-P000000000002";

each_backend!(
    a_client_may_confirm_in_the_line_after_admitting,
    what_admission_was_told_in_the_line_before_bears_on_a_judgement,
    a_judgement_from_before_the_withdrawal_does_not_become_valid,
    each_state_refuses_what_it_forbids,
    what_a_confirmation_rests_on_stays_in_its_history,
    a_move_leaves_readiness_standing_until_the_new_ward_confirms,
    a_municipality_sees_the_readiness_of_stays_it_was_notified_of,
    a_figure_shows_a_municipality_only_the_cases_it_was_told_of,
    the_rate_counts_notified_cases_and_leads_down_to_them
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

fn ward(suite: &Suite) -> (AdmissionServiceClient<Peer>, ReadinessServiceClient<Peer>) {
    let peer = suite.peer("ward", WARD, "region");
    (AdmissionServiceClient::new(peer.clone()), ReadinessServiceClient::new(peer))
}

async fn admit(suite: &Suite) -> String {
    let request = adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: "1.2.752.129.2.1.3.1".to_owned(), value: "191212121212".to_owned() }),
        ward: WARD.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: adm::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        ..Default::default()
    };
    let answer = ward(suite).0.admit_patient(request).await.expect("admitted").into_inner();
    answer.admission.expect("an admission").admission_id
}

async fn assess(suite: &Suite, admission_id: &str) {
    let needs = adm::NeedsAssessment {
        social_services: true,
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    };
    let assess = adm::AssessNeedsRequest {
        admission_id: admission_id.to_owned(),
        needs_assessment: Some(needs),
        ..Default::default()
    };
    ward(suite).0.assess_needs(assess).await.expect("assessed");
}

async fn notify(suite: &Suite, admission_id: &str) {
    notify_units(suite, admission_id, &[MUNICIPAL]).await;
}

async fn notify_units(suite: &Suite, admission_id: &str, units: &[&str]) {
    assess(suite, admission_id).await;
    let send = adm::SendAdmissionNoticeRequest {
        admission_id: admission_id.to_owned(),
        recipients: units.iter().map(|unit| (*unit).to_owned()).collect(),
        ..Default::default()
    };
    ward(suite).0.send_admission_notice(send).await.expect("sent");
}

fn confirm(suite: &Suite, admission_id: &str) -> pb::ConfirmReadinessRequest {
    pb::ConfirmReadinessRequest {
        admission_id: admission_id.to_owned(),
        assessed_by: PHYSICIAN.to_owned(),
        assessed_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    }
}

fn withdraw(admission_id: &str, reason: WithdrawalReason) -> pb::WithdrawReadinessRequest {
    pb::WithdrawReadinessRequest {
        admission_id: admission_id.to_owned(),
        reason: reason.into(),
        assessed_by: PHYSICIAN.to_owned(),
        ..Default::default()
    }
}

async fn discharge(suite: &Suite, admission_id: &str, destination: Destination) {
    let request = adm::DischargePatientRequest {
        admission_id: admission_id.to_owned(),
        discharged_at: Some(wire::timestamp(suite.clock.now())),
        destination: destination.into(),
        ..Default::default()
    };
    ward(suite).0.discharge_patient(request).await.expect("discharged");
}

async fn get(
    suite: &Suite,
    role: &'static str,
    unit: &str,
    id: &str,
) -> Result<pb::Readiness, tonic::Status> {
    let organisation = if role == "municipality" { &unit[8..12] } else { "region" };
    let mut client = ReadinessServiceClient::new(suite.peer(role, unit, organisation));
    let answer = client.get_readiness(pb::GetReadinessRequest { admission_id: id.to_owned() }).await?;
    Ok(answer.into_inner().readiness.expect("a readiness"))
}

async fn a_client_may_confirm_in_the_line_after_admitting(suite: &Suite) {
    for _ in 0..20 {
        let id = admit(suite).await;
        let request_id = hemgang_core::id::random().to_string();
        let request = pb::ConfirmReadinessRequest { request_id, ..confirm(suite, &id) };
        let first = ward(suite).1.confirm_readiness(request.clone()).await.expect("confirmed").into_inner();
        let again = ward(suite).1.confirm_readiness(request).await.expect("replayed").into_inner();
        assert_eq!(first, again);
        assert_eq!(first.readiness.expect("a readiness").state(), ReadinessState::Ready);
    }
    let unknown = hemgang_core::id::random().to_string();
    assert_eq!(refused(ward(suite).1.confirm_readiness(confirm(suite, &unknown)).await).code, Code::NotFound);
}

async fn what_admission_was_told_in_the_line_before_bears_on_a_judgement(suite: &Suite) {
    for _ in 0..10 {
        let id = admit(suite).await;
        discharge(suite, &id, Destination::Deceased).await;
        let refusal = refused(ward(suite).1.confirm_readiness(confirm(suite, &id)).await);
        assert_eq!(refusal.reason, "PATIENT_DECEASED");

        let id = admit(suite).await;
        ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
        let request = adm::TransferPatientRequest {
            admission_id: id.clone(),
            ward: NEXT_WARD.to_owned(),
            transferred_at: Some(wire::timestamp(suite.clock.now())),
            ..Default::default()
        };
        ward(suite).0.transfer_patient(request).await.expect("transferred");
        let mut next = ReadinessServiceClient::new(suite.peer("ward", NEXT_WARD, "region"));
        next.confirm_readiness(confirm(suite, &id)).await.expect("confirmed by the receiving ward");
    }
}

async fn a_judgement_from_before_the_withdrawal_does_not_become_valid(suite: &Suite) {
    let id = admit(suite).await;
    let mut readiness = ward(suite).1;
    let early = confirm(suite, &id);
    readiness.confirm_readiness(early.clone()).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(5)).await;
    readiness.withdraw_readiness(withdraw(&id, WithdrawalReason::Deteriorated)).await.expect("withdrawn");
    let refusal = refused(readiness.confirm_readiness(early).await);
    assert_eq!(
        (refusal.code, refusal.reason.as_str()),
        (Code::FailedPrecondition, "ASSESSED_BEFORE_WITHDRAWAL")
    );
    readiness.confirm_readiness(confirm(suite, &id)).await.expect("judged anew");

    // An error in registering takes the statement back, and the right time may be told.
    let id = admit(suite).await;
    let right = confirm(suite, &id);
    suite.pass(SignedDuration::from_hours(4)).await;
    readiness.confirm_readiness(confirm(suite, &id)).await.expect("registered too late in the day");
    readiness
        .withdraw_readiness(withdraw(&id, WithdrawalReason::RegisteredInError))
        .await
        .expect("withdrawn");
    let since = right.assessed_at;
    let answer = readiness.confirm_readiness(right).await.expect("corrected").into_inner();
    assert_eq!(answer.readiness.expect("a readiness").ready_since, since);
}

async fn each_state_refuses_what_it_forbids(suite: &Suite) {
    let (mut admission, mut readiness) = ward(suite);
    let id = admit(suite).await;
    let error = WithdrawalReason::RegisteredInError;
    assert_eq!(refused(readiness.withdraw_readiness(withdraw(&id, error)).await).reason, "NOT_READY");
    let early = pb::ConfirmReadinessRequest {
        assessed_at: Some(wire::timestamp(suite.clock.now() - 1.hour())),
        ..confirm(suite, &id)
    };
    assert_eq!(refused(readiness.confirm_readiness(early).await).reason, "ASSESSED_BEFORE_ADMISSION");
    readiness.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    assert_eq!(refused(readiness.confirm_readiness(confirm(suite, &id)).await).reason, "ALREADY_READY");

    suite.pass(SignedDuration::from_hours(2)).await;
    let before = pb::WithdrawReadinessRequest {
        assessed_at: Some(wire::timestamp(suite.clock.now() - 3.hours())),
        ..withdraw(&id, WithdrawalReason::Deteriorated)
    };
    assert_eq!(refused(readiness.withdraw_readiness(before).await).reason, "WITHDRAWN_BEFORE_CONFIRMED");
    let unnamed = pb::WithdrawReadinessRequest {
        assessed_by: String::new(),
        ..withdraw(&id, WithdrawalReason::Deteriorated)
    };
    assert_eq!(refused(readiness.withdraw_readiness(unnamed).await).fields, ["assessed_by"]);

    discharge(suite, &id, Destination::Home).await;
    suite.drain().await;
    let late = refused(readiness.withdraw_readiness(withdraw(&id, WithdrawalReason::Deteriorated)).await);
    assert_eq!((late.code, late.reason.as_str()), (Code::FailedPrecondition, "ALREADY_DISCHARGED"));
    readiness.withdraw_readiness(withdraw(&id, error)).await.expect("withdrawn");
    let history = get(suite, "ward", WARD, &id).await.expect("a readiness");
    assert_eq!((history.state(), history.judgements.len()), (ReadinessState::Withdrawn, 2));

    let dead = admit(suite).await;
    discharge(suite, &dead, Destination::Deceased).await;
    suite.drain().await;
    assert_eq!(refused(readiness.confirm_readiness(confirm(suite, &dead)).await).reason, "PATIENT_DECEASED");
    let void = adm::VoidAdmissionRequest {
        admission_id: dead.clone(),
        reason: adm::VoidReason::Cancelled.into(),
        ..Default::default()
    };
    admission.void_admission(void).await.expect("voided");
    suite.drain().await;
    assert_eq!(refused(readiness.confirm_readiness(confirm(suite, &dead)).await).reason, "ADMISSION_VOIDED");
}

async fn what_a_confirmation_rests_on_stays_in_its_history(suite: &Suite) {
    let (_, mut readiness) = ward(suite);
    let id = admit(suite).await;
    let notice = ReadinessBasis::CompulsoryCareNotice;
    let request = pb::ConfirmReadinessRequest { basis: notice.into(), ..confirm(suite, &id) };
    readiness.confirm_readiness(request).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(1)).await;
    readiness.withdraw_readiness(withdraw(&id, WithdrawalReason::Deteriorated)).await.expect("withdrawn");
    readiness.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    let history = get(suite, "ward", WARD, &id).await.expect("a readiness").judgements;
    let bases: Vec<_> = history.iter().map(pb::Judgement::basis).collect();
    assert_eq!(bases, [notice, ReadinessBasis::Unspecified, ReadinessBasis::Judgement]);
    let unknown = pb::ConfirmReadinessRequest { basis: 9, ..confirm(suite, &id) };
    assert_eq!(refused(readiness.confirm_readiness(unknown).await).fields, ["basis"]);
}

async fn a_move_leaves_readiness_standing_until_the_new_ward_confirms(suite: &Suite) {
    let id = admit(suite).await;
    ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
    suite.pass(SignedDuration::from_hours(20)).await;
    let request = adm::TransferPatientRequest {
        admission_id: id.clone(),
        ward: NEXT_WARD.to_owned(),
        transferred_at: Some(wire::timestamp(suite.clock.now())),
        ..Default::default()
    };
    ward(suite).0.transfer_patient(request).await.expect("transferred");
    suite.drain().await;
    // The ward that the patient left sees nothing any more.
    assert_eq!(refused(get(suite, "ward", WARD, &id).await).code, Code::NotFound);
    let moved = get(suite, "ward", NEXT_WARD, &id).await.expect("a readiness");
    assert!(moved.reconfirmation_due && moved.state() == ReadinessState::Ready);
    let mut next = ReadinessServiceClient::new(suite.peer("ward", NEXT_WARD, "region"));
    let answer = next.confirm_readiness(confirm(suite, &id)).await.expect("confirmed").into_inner();
    let confirmed = answer.readiness.expect("a readiness");
    assert!(!confirmed.reconfirmation_due);
    assert_eq!(confirmed.ready_since, moved.ready_since);
}

async fn a_municipality_sees_the_readiness_of_stays_it_was_notified_of(suite: &Suite) {
    let (unnotified, notified) = (admit(suite).await, admit(suite).await);
    notify(suite, &notified).await;
    for id in [&unnotified, &notified] {
        ward(suite).1.confirm_readiness(confirm(suite, id)).await.expect("confirmed");
    }
    suite.drain().await;
    assert_eq!(refused(get(suite, "municipality", MUNICIPAL, &unnotified).await).code, Code::NotFound);
    assert_eq!(refused(get(suite, "municipality", OTHER_MUNICIPAL, &notified).await).code, Code::NotFound);
    assert!(get(suite, "municipality", MUNICIPAL, &notified).await.is_ok());
    for (unit, expected) in
        [(MUNICIPAL, vec![notified]), (OTHER_MUNICIPAL, vec![]), ("SE0000001480-E0003", vec![])]
    {
        let mut client = ReadinessServiceClient::new(suite.peer("municipality", unit, &unit[8..12]));
        let listed = client.list_ready(pb::ListReadyRequest::default()).await.expect("listed").into_inner();
        let ids: Vec<_> = listed.readiness.into_iter().map(|readiness| readiness.admission_id).collect();
        assert_eq!(ids, expected, "{unit}");
    }
    // The ward may confirm for its unit; a municipality may not at all.
    let mut municipal = ReadinessServiceClient::new(suite.peer("municipality", MUNICIPAL, "1480"));
    assert_eq!(
        refused(municipal.confirm_readiness(confirm(suite, &unnotified)).await).code,
        Code::PermissionDenied
    );
}

/// Where quality of an organisation sits.
fn office(organisation: &str) -> String {
    if organisation == "region" { WARD.to_owned() } else { format!("SE000000{organisation}-E0001") }
}

async fn a_figure_shows_a_municipality_only_the_cases_it_was_told_of(suite: &Suite) {
    let ids = [admit(suite).await, admit(suite).await];
    notify_units(suite, &ids[0], &[OUTPATIENT]).await;
    notify_units(suite, &ids[1], &[OUTPATIENT, MUNICIPAL]).await;
    for id in &ids {
        ward(suite).1.confirm_readiness(confirm(suite, id)).await.expect("confirmed");
        discharge(suite, id, Destination::Home).await;
    }
    for (organisation, expected) in
        [("region", ids.to_vec()), ("1480", vec![ids[1].clone()]), ("1490", vec![])]
    {
        let mut client =
            IndicatorServiceClient::new(suite.peer("quality", &office(organisation), organisation));
        for indicator in ["same_day", "notified_admissions"] {
            let day = |day| Some(wire::date(date(2026, 9, day)));
            let request = common::ListIndicatorCasesRequest {
                indicator_id: indicator.to_owned(),
                period: Some(Period { from: day(1), to: day(30) }),
                ..Default::default()
            };
            let cases = client.list_indicator_cases(request).await.expect("cases").into_inner().cases;
            let mut found: Vec<_> = cases.into_iter().map(|case| case.admission_id).collect();
            let mut expected = expected.clone();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{indicator} for {organisation}");
        }
    }
}

async fn the_rate_counts_notified_cases_and_leads_down_to_them(suite: &Suite) {
    // Home the same day, home the next day, dead, never notified, never judged ready.
    let [same, next, dead, unnotified, unjudged] = [(); 5].map(|()| admit(suite));
    let (same, next, dead) = (same.await, next.await, dead.await);
    let (unnotified, unjudged) = (unnotified.await, unjudged.await);
    for id in [&same, &next, &dead, &unjudged] {
        notify(suite, id).await;
    }
    for id in [&same, &next, &dead, &unnotified] {
        ward(suite).1.confirm_readiness(confirm(suite, id)).await.expect("confirmed");
    }
    for id in [&same, &unnotified, &unjudged] {
        discharge(suite, id, Destination::Home).await;
    }
    suite.pass(SignedDuration::from_hours(24)).await;
    discharge(suite, &next, Destination::HomeWithCare).await;
    discharge(suite, &dead, Destination::Deceased).await;

    let figure = async |indicator: &str, variant: &str, organisation: &str| {
        let mut client =
            IndicatorServiceClient::new(suite.peer("quality", &office(organisation), organisation));
        let day = |day| Some(wire::date(date(2026, 9, day)));
        let request = QueryIndicatorRequest {
            indicator_id: indicator.to_owned(),
            variant: variant.to_owned(),
            period: Some(Period { from: day(1), to: day(30) }),
            by: vec![Cut::Municipality.into()],
        };
        let set = client.query_indicator(request).await.expect("figures").into_inner().figure_set;
        let set = set.expect("a set");
        assert_eq!(
            set.figures.len(),
            usize::from(set.total.as_ref().is_some_and(|total| total.value.is_some_and(|v| v > 0.0)))
        );
        set.total.map(|total| (total.numerator, total.denominator)).expect("a total")
    };
    assert_eq!(figure("same_day", "", "region").await, (1, 2));
    assert_eq!(figure("same_day", "all", "region").await, (1, 3));
    assert_eq!(figure("ready_days", "", "region").await, (1, 2));
    assert_eq!(figure("ready_days", "skr", "region").await, (1, 1));
    assert_eq!(figure("ready_cases", "", "region").await, (3, 0));
    assert_eq!(figure("same_day", "", "1480").await, (1, 2));
    assert_eq!(figure("same_day", "", "1490").await, (0, 0));

    let mut client = IndicatorServiceClient::new(suite.peer("quality", WARD, "region"));
    let request = common::ListIndicatorCasesRequest {
        indicator_id: "same_day".to_owned(),
        period: Some(Period {
            from: Some(wire::date(date(2026, 9, 14))),
            to: Some(wire::date(date(2026, 9, 14))),
        }),
        ..Default::default()
    };
    let cases = client.list_indicator_cases(request).await.expect("cases").into_inner().cases;
    let cases: Vec<_> = cases.into_iter().map(|case| (case.admission_id, case.numerator)).collect();
    assert_eq!(cases, [(same, 1)]);
}
