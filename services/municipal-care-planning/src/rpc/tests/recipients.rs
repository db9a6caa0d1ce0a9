//! Who takes part: units that are added, taken out, that got what was not for them, or that hand it on.

use std::collections::BTreeSet;

use hemgang_proto::planning::{
    RemovalReason, add_recipient_request::Key as AddKey, remove_recipient_request::Key as RemoveKey,
};

use super::{
    care_requests::{by_id, sent},
    *,
};

each_backend!(
    what_was_not_for_a_unit_leaves_its_inbox_and_the_ward_is_told,
    a_unit_that_asks_for_care_hears_that_it_asked_the_wrong_one,
    another_unit_of_the_organisation_takes_over_with_times_and_receipts,
    nothing_that_is_kept_from_a_unit_is_handed_on,
    a_unit_that_is_added_reads_the_case_and_the_readiness_that_stands,
    the_sender_takes_a_unit_out_and_may_tell_it_again,
    whoever_does_something_in_a_plan_stays,
    every_wrong_field_of_a_hand_over_is_named_at_once
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

pub(super) fn adding(admission_id: &str, unit: &str) -> pb::AddRecipientRequest {
    let key = Some(AddKey::AdmissionId(admission_id.to_owned()));
    pb::AddRecipientRequest { key, unit: unit.to_owned(), ..Default::default() }
}

pub(super) fn removal(admission_id: &str, unit: &str) -> pb::RemoveRecipientRequest {
    let key = Some(RemoveKey::AdmissionId(admission_id.to_owned()));
    pb::RemoveRecipientRequest { key, unit: unit.to_owned(), ..Default::default() }
}

pub(super) fn misdirected(notice: &pb::Notice) -> pb::ReportMisdirectedRequest {
    pb::ReportMisdirectedRequest { notice_id: notice.notice_id.clone(), ..Default::default() }
}

pub(super) fn handing(notice: &pb::Notice, unit: &str) -> pb::ForwardNoticeRequest {
    let notice_id = notice.notice_id.clone();
    pb::ForwardNoticeRequest { notice_id, unit: unit.to_owned(), ..Default::default() }
}

fn units(case: &pb::Case) -> Vec<&str> {
    case.parties.iter().map(|party| party.unit.as_str()).collect()
}

/// Neither a case nor a notice, and what it knew is told to be gone.
async fn is_out(suite: &Suite, unit: &str, admission_id: &str) {
    let refusal = refused(client(suite, unit).get_case(by_admission(admission_id)).await);
    assert_eq!(refusal.code, Code::NotFound, "{unit}");
    assert!(cases(suite, unit).await.is_empty() && inbox(suite, unit).await.is_empty(), "{unit}");
    assert!(matches!(events(suite, unit).await.last(), Some(Event::CaseUnshared(_))), "{unit}");
}

async fn what_was_not_for_a_unit_leaves_its_inbox_and_the_ward_is_told(suite: &Suite) {
    let id = notified(suite, &[ELSEWHERE, SOCIAL]).await;
    confirm(suite, &id).await;
    let received = inbox(suite, ELSEWHERE).await;
    assert_eq!(received.len(), 2);
    suite.pass(SignedDuration::from_hours(2)).await;
    let mut wrong = client(suite, ELSEWHERE);
    assert_eq!(
        refused(client(suite, SOCIAL).report_misdirected(misdirected(&received[0])).await).code,
        Code::NotFound
    );
    let request_id = "0190163d-8694-739b-aea5-966c26f8ad91".to_owned();
    let request = pb::ReportMisdirectedRequest { request_id, ..misdirected(&received[1]) };
    let said = wrong.report_misdirected(request.clone()).await.expect("said").into_inner();
    assert_eq!(said.unit, ELSEWHERE);
    assert_eq!(wrong.report_misdirected(request).await.expect("said before").into_inner(), said);
    is_out(suite, ELSEWHERE, &id).await;
    assert_eq!(refused(wrong.report_misdirected(misdirected(&received[0])).await).code, Code::NotFound);
    let acknowledge =
        pb::AcknowledgeNoticeRequest { notice_id: received[0].notice_id.clone(), ..Default::default() };
    assert_eq!(refused(wrong.acknowledge_notice(acknowledge).await).code, Code::NotFound);

    // The right one goes on, and its times do; the ward reads what became of the other.
    assert_eq!(kinds(&inbox(suite, SOCIAL).await).len(), 2);
    let seen = case(suite, WARD, &id).await;
    assert_eq!(units(&seen), [SOCIAL]);
    let former = &seen.former_parties[0];
    assert_eq!((former.unit.as_str(), former.reason()), (ELSEWHERE, RemovalReason::Misdirected));
    assert_eq!((former.since, former.until), (received[1].sent_at, said.removed_at));
    let withdrawn = seen.notices.iter().filter(|notice| notice.withdrawn_at.is_some());
    assert_eq!(withdrawn.map(|notice| notice.recipient.as_str()).collect::<Vec<_>>(), [ELSEWHERE; 2]);
    for unit in [WARD, SOCIAL] {
        let told = events(suite, unit).await;
        let Some(Event::RecipientRemoved(told)) = told.last() else { panic!("{unit}: {told:?}") };
        assert_eq!((told.unit.as_str(), told.reason()), (ELSEWHERE, RemovalReason::Misdirected));
        assert_eq!(told.reported_by, CALLER);
    }

    // What comes later does not reach it, until the ward tells it once more.
    withdraw(suite, &id).await;
    is_out(suite, ELSEWHERE, &id).await;
    suite.pass(SignedDuration::from_mins(1)).await;
    notify(suite, &id, &[ELSEWHERE]).await;
    suite.drain().await;
    assert_eq!(kinds(&inbox(suite, ELSEWHERE).await), [NoticeKind::Admission]);
    assert_eq!(units(&case(suite, ELSEWHERE, &id).await), [SOCIAL, ELSEWHERE]);
    assert!(case(suite, WARD, &id).await.former_parties.is_empty(), "it takes part again");
}

async fn a_unit_that_asks_for_care_hears_that_it_asked_the_wrong_one(suite: &Suite) {
    let asked = sent(suite, OUTPATIENT, &[SOCIAL, ELSEWHERE]).await;
    let received = inbox(suite, ELSEWHERE).await;
    client(suite, ELSEWHERE).report_misdirected(misdirected(&received[0])).await.expect("said");
    let told = inbox(suite, OUTPATIENT).await;
    assert_eq!(kinds(&told), [NoticeKind::Misdirected]);
    let mut sender = client(suite, OUTPATIENT);
    let refusal = refused(sender.report_misdirected(misdirected(&told[0])).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "IS_THE_SENDER"));
    let refusal = refused(sender.forward_notice(handing(&told[0], "SE2321000131-E000000002037")).await);
    assert_eq!(refusal.reason, "IS_THE_SENDER");
    let own = pb::RemoveRecipientRequest {
        key: Some(RemoveKey::CaseId(asked.case_id.clone())),
        unit: OUTPATIENT.to_owned(),
        ..Default::default()
    };
    assert_eq!(refused(sender.remove_recipient(own.clone()).await).reason, "IS_THE_SENDER");
    let other = pb::RemoveRecipientRequest { unit: SOCIAL.to_owned(), ..own };
    assert_eq!(refused(client(suite, SOCIAL).remove_recipient(other.clone()).await).reason, "NOT_THE_SENDER");
    sender.remove_recipient(other).await.expect("taken out");
    let seen = client(suite, OUTPATIENT).get_case(by_id(&asked)).await.expect("seen").into_inner();
    assert_eq!(units(&seen.case.expect("a case")), [OUTPATIENT]);
}

async fn another_unit_of_the_organisation_takes_over_with_times_and_receipts(suite: &Suite) {
    let id = notified(suite, &[RECEPTION, OUTPATIENT]).await;
    let received = inbox(suite, RECEPTION).await.remove(0);
    let acknowledge =
        pb::AcknowledgeNoticeRequest { notice_id: received.notice_id.clone(), ..Default::default() };
    client(suite, RECEPTION).acknowledge_notice(acknowledge).await.expect("acknowledged");
    suite.pass(SignedDuration::from_hours(3)).await;
    confirm(suite, &id).await;
    let notices = inbox(suite, RECEPTION).await;
    let etag = notices[1].etag.clone();
    let stale = pb::ForwardNoticeRequest { etag: "1".to_owned(), ..handing(&notices[1], SOCIAL) };
    let mut reception = client(suite, RECEPTION);
    assert_eq!(refused(reception.forward_notice(stale.clone()).await).reason, "ETAG_MOVED");
    let request = pb::ForwardNoticeRequest { etag, ..stale };
    let handed =
        reception.forward_notice(request).await.expect("handed on").into_inner().notice.expect("one");
    assert_eq!((handed.recipient.as_str(), handed.delivered_at), (SOCIAL, received.delivered_at));

    let taken = inbox(suite, SOCIAL).await;
    assert_eq!(kinds(&taken), [NoticeKind::Readiness, NoticeKind::Admission]);
    assert!(taken[1].acknowledged_at.is_some(), "a receipt stands");
    assert_eq!(taken[1].delivered_at, received.delivered_at, "no time begins anew");
    let seen = case(suite, SOCIAL, &id).await;
    assert_eq!(units(&seen), [SOCIAL, OUTPATIENT]);
    let former = &seen.former_parties[0];
    assert_eq!((former.unit.as_str(), former.reason()), (RECEPTION, RemovalReason::Forwarded));
    assert_eq!(seen.parties[0].since, former.since);
    let told = events(suite, WARD).await;
    let Some(Event::RecipientForwarded(told)) = told.last() else { panic!("{told:?}") };
    assert_eq!((told.from_unit.as_str(), told.to_unit.as_str()), (RECEPTION, SOCIAL));
    assert_eq!((told.municipality.as_str(), told.notified_at), ("1480", former.since));

    // What comes next is the other's, who may hand it back.
    withdraw(suite, &id).await;
    let back = inbox(suite, SOCIAL).await;
    assert_eq!(back.len(), 3);
    client(suite, SOCIAL).forward_notice(handing(&back[0], RECEPTION)).await.expect("handed back");
    assert_eq!(inbox(suite, RECEPTION).await.len(), 3);
    let seen = case(suite, WARD, &id).await;
    assert_eq!((units(&seen), seen.former_parties.len()), (vec![RECEPTION, OUTPATIENT], 1));
}

async fn nothing_that_is_kept_from_a_unit_is_handed_on(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, RECEPTION]).await;
    let notice = inbox(suite, SOCIAL).await.remove(0);
    let mut social = client(suite, SOCIAL);
    assert_eq!(refused(social.forward_notice(handing(&notice, RECEPTION)).await).reason, "ALREADY_A_PARTY");
    barred(suite, &id, HEALTH).await;
    assert_eq!(refused(social.forward_notice(handing(&notice, HEALTH)).await).reason, "DISCLOSURE_BARRED");
    barred(suite, &id, SOCIAL).await;
    let other = handing(&notice, "SE0000001480-E0004");
    assert_eq!(refused(social.forward_notice(other).await).reason, "DISCLOSURE_BARRED");
    // That it was not for the unit it may say all the same.
    social.report_misdirected(misdirected(&notice)).await.expect("said");
    is_out(suite, SOCIAL, &id).await;
}

async fn a_unit_that_is_added_reads_the_case_and_the_readiness_that_stands(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    confirm(suite, &id).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    let mut social = client(suite, SOCIAL);
    let refusal = refused(social.add_recipient(adding(&id, ELSEWHERE)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_THE_SENDER"));
    assert_eq!(refused(social.add_recipient(adding(&id, SOCIAL)).await).reason, "ALREADY_A_PARTY");
    assert_eq!(
        refused(client(suite, ELSEWHERE).add_recipient(adding(&id, HEALTH)).await).code,
        Code::NotFound
    );
    let answer = social.add_recipient(adding(&id, HEALTH)).await.expect("added").into_inner();
    assert_eq!(units(&answer.case.expect("a case")), [SOCIAL, HEALTH]);

    let received = inbox(suite, HEALTH).await;
    let told: BTreeSet<_> = kinds(&received).into_iter().collect();
    assert_eq!(told, BTreeSet::from([NoticeKind::Readiness, NoticeKind::Admission]));
    assert!(received.iter().all(|notice| notice.sent_at == received[0].sent_at), "sent to it now");
    let told = events(suite, HEALTH).await;
    assert!(
        matches!(told[..], [Event::CaseShared(_), Event::NoticeDelivered(_), .., Event::RecipientAdded(_)]),
        "{told:?}"
    );
    assert_eq!(cases(suite, HEALTH).await[0].state(), CaseState::Ready);
    client(suite, WARD).add_recipient(adding(&id, OUTPATIENT)).await.expect("added");
    barred(suite, &id, ELSEWHERE).await;
    client(suite, WARD).add_recipient(adding(&id, ELSEWHERE)).await.expect("added");
    assert_eq!(kinds(&inbox(suite, ELSEWHERE).await), [NoticeKind::Admission], "2 kap. 3 §, and no more");
    assert_eq!(case(suite, ELSEWHERE, &id).await.state(), CaseState::Planning);
    left(suite, &id, Destination::Deceased).await;
    let refusal = refused(client(suite, WARD).add_recipient(adding(&id, RECEPTION)).await);
    assert_eq!(refusal.reason, "CASE_OVER");
}

async fn the_sender_takes_a_unit_out_and_may_tell_it_again(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let mut ward = client(suite, WARD);
    assert_eq!(refused(ward.remove_recipient(removal(&id, OUTPATIENT)).await).reason, "NOT_A_PARTY");
    assert_eq!(
        refused(client(suite, SOCIAL).remove_recipient(removal(&id, HEALTH)).await).reason,
        "NOT_THE_SENDER"
    );
    let answer = ward.remove_recipient(removal(&id, HEALTH)).await.expect("taken out").into_inner();
    let shown = answer.case.expect("a case");
    assert_eq!((units(&shown), shown.former_parties[0].reason()), (vec![SOCIAL], RemovalReason::Removed));
    is_out(suite, HEALTH, &id).await;
    ward.add_recipient(adding(&id, HEALTH)).await.expect("added");
    assert_eq!(kinds(&inbox(suite, HEALTH).await), [NoticeKind::Admission]);
    ward.remove_recipient(removal(&id, HEALTH)).await.expect("taken out");
    is_out(suite, HEALTH, &id).await;
}

async fn whoever_does_something_in_a_plan_stays(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let plan = pb::SipPlan {
        kind: pb::SipKind::IndividualPlan.into(),
        goals: vec!["Bo hemma".to_owned()],
        services: vec![pb::SipService {
            what: "Hjälp".to_owned(),
            unit: HEALTH.to_owned(),
            ..Default::default()
        }],
        responsible_unit: SOCIAL.to_owned(),
        follow_up_on: Some(wire::date(date(2026, 12, 1))),
        ..Default::default()
    };
    let key = Some(pb::save_sip_request::Key::AdmissionId(id.clone()));
    let save = pb::SaveSipRequest { key, plan: Some(plan), ..Default::default() };
    client(suite, SOCIAL).save_sip(save).await.expect("saved");
    let mut ward = client(suite, WARD);
    for unit in [SOCIAL, HEALTH] {
        assert_eq!(refused(ward.remove_recipient(removal(&id, unit)).await).reason, "CONTRIBUTES_TO_SIP");
    }
    let received = inbox(suite, HEALTH).await;
    let refusal = refused(client(suite, HEALTH).forward_notice(handing(&received[0], RECEPTION)).await);
    assert_eq!(refusal.reason, "CONTRIBUTES_TO_SIP");
}

async fn every_wrong_field_of_a_hand_over_is_named_at_once(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let notice = inbox(suite, SOCIAL).await.remove(0);
    let mut social = client(suite, SOCIAL);
    let refusal = refused(social.forward_notice(handing(&notice, ELSEWHERE)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::FailedPrecondition, "NOT_THE_SENDER"));
    let request =
        pb::ForwardNoticeRequest { notice_id: "x".to_owned(), unit: WARD.to_owned(), ..Default::default() };
    let refusal = refused(social.forward_notice(request).await);
    assert_eq!(refusal.fields, ["notice_id", "unit"]);
    let refusal = refused(social.add_recipient(pb::AddRecipientRequest::default()).await);
    assert_eq!(refusal.fields, ["key", "unit"]);
    let refusal = refused(client(suite, WARD).remove_recipient(removal(&id, "x")).await);
    assert_eq!(refusal.fields, ["unit"]);
    let refusal = refused(social.report_misdirected(pb::ReportMisdirectedRequest::default()).await);
    assert_eq!(refusal.fields, ["notice_id"]);
}
