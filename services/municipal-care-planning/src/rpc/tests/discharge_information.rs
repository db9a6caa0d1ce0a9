//! What the hospital hands over: read by whoever takes part, told without its words, gone when the record goes.

use hemgang_proto::{
    common::BlankingGround,
    planning::{HandOverItem, HandOverKind, HandOverState, transfer_discharge_information_request},
};

use super::*;

each_backend!(
    what_is_handed_over_is_read_in_the_case_and_told_without_its_words,
    who_is_told_later_or_no_more_reads_what_was_handed_over_by_then,
    where_the_record_goes_the_words_go_and_that_it_was_handed_over_stays,
    every_wrong_field_of_a_transfer_is_named_at_once,
    nothing_was_sent_before_the_admission_and_a_wrong_time_can_be_mended,
    a_transfer_counts_until_the_day_of_the_discharge_is_over
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

fn given(kind: HandOverKind, text: &str) -> HandOverItem {
    let state = HandOverState::Given.into();
    HandOverItem { kind: kind.into(), state, text: text.to_owned(), sent_at: None }
}

fn transfer(admission_id: &str, items: Vec<HandOverItem>) -> pb::TransferDischargeInformationRequest {
    pb::TransferDischargeInformationRequest {
        key: Some(transfer_discharge_information_request::Key::AdmissionId(admission_id.to_owned())),
        items,
        ..Default::default()
    }
}

async fn transferred(
    suite: &Suite,
    admission_id: &str,
    items: Vec<HandOverItem>,
) -> pb::DischargeInformation {
    let answer = client(suite, WARD).transfer_discharge_information(transfer(admission_id, items)).await;
    let case = answer.expect("transferred").into_inner().case.expect("a case");
    case.discharge_information.expect("information")
}

fn words(information: Option<pb::DischargeInformation>) -> Vec<String> {
    information.unwrap_or_default().items.into_iter().map(|item| item.text).collect()
}

async fn what_is_handed_over_is_read_in_the_case_and_told_without_its_words(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let told = transferred(suite, &id, vec![given(HandOverKind::Risks, "Fallrisk")]).await;
    assert_eq!((told.unit.as_str(), told.items[0].text.as_str()), (WARD, ""), "an answer is kept");
    let sent_at = Some(wire::timestamp(suite.clock.now()));
    let list = HandOverItem {
        kind: HandOverKind::MedicationList.into(),
        state: HandOverState::OtherChannel.into(),
        text: "Fax".to_owned(),
        sent_at,
    };
    let told = transferred(suite, &id, vec![list]).await;
    assert_eq!((told.transferred_at, told.missing.len()), (sent_at, 13));
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        let seen = case(suite, unit, &id).await.discharge_information;
        assert_eq!(words(seen), ["Fallrisk", "Fax"], "{unit}");
        assert!(cases(suite, unit).await[0].discharge_information.is_none(), "no list says it");
    }
    let is_told = |notice: &&pb::Notice| notice.kind() == NoticeKind::DischargeInformation;
    assert_eq!(inbox(suite, SOCIAL).await.iter().filter(is_told).count(), 2);
    let told = events(suite, SOCIAL).await.into_iter().filter_map(|event| match event {
        Event::DischargeInformationTransferred(said) => Some(words(said.discharge_information)),
        _ => None,
    });
    assert_eq!(told.collect::<Vec<_>>(), [vec![""], vec!["", ""]]);
    sees_nothing(suite, ELSEWHERE, &id).await;
    let refusal = client(suite, SOCIAL).transfer_discharge_information(transfer(&id, Vec::new())).await;
    assert_eq!(refused(refusal).code, Code::PermissionDenied);
}

async fn who_is_told_later_or_no_more_reads_what_was_handed_over_by_then(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    transferred(suite, &id, vec![given(HandOverKind::Risks, "Fallrisk")]).await;
    notify(suite, &id, &[OUTPATIENT]).await;
    suite.drain().await;
    let shared = events(suite, OUTPATIENT).await.into_iter().find_map(|event| match event {
        Event::CaseShared(shared) => shared.discharge_information,
        _ => None,
    });
    assert_eq!(words(shared), [""]);
    assert_eq!(words(case(suite, OUTPATIENT, &id).await.discharge_information), ["Fallrisk"]);

    barred(suite, &id, SOCIAL).await;
    transferred(suite, &id, vec![given(HandOverKind::Nursing, "Rapport")]).await;
    assert_eq!(words(case(suite, SOCIAL, &id).await.discharge_information), ["Fallrisk"], "as it stood");
    assert_eq!(words(case(suite, WARD, &id).await.discharge_information), ["Fallrisk", "Rapport"]);
}

async fn where_the_record_goes_the_words_go_and_that_it_was_handed_over_stays(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    transferred(suite, &id, vec![given(HandOverKind::Risks, "Fallrisk")]).await;
    barred(suite, &id, SOCIAL).await;
    left(suite, &id, Destination::Home).await;
    let blank = async |ground: BlankingGround| {
        let request = admission::BlankPatientDetailsRequest {
            admission_id: id.clone(),
            ground: ground.into(),
            decision: "Beslut 7".to_owned(),
            ..Default::default()
        };
        let keeper = suite.peer("records-manager", HOSPITAL, "region");
        AdmissionServiceClient::new(keeper).blank_patient_details(request).await.expect("blanked");
        suite.drain().await;
    };
    let read = async |unit| words(case(suite, unit, &id).await.discharge_information);
    blank(BlankingGround::Correction).await;
    assert_eq!(
        (read(WARD).await, read(SOCIAL).await),
        (vec!["Fallrisk".to_owned()], vec!["Fallrisk".to_owned()])
    );
    blank(BlankingGround::RetentionEnded).await;
    for unit in [WARD, SOCIAL, OUTPATIENT] {
        assert_eq!(read(unit).await, [""], "{unit}");
    }
}

async fn every_wrong_field_of_a_transfer_is_named_at_once(suite: &Suite) {
    let now = Some(wire::timestamp(suite.clock.now()));
    let other = |sent_at| HandOverItem {
        kind: HandOverKind::Aids.into(),
        state: HandOverState::OtherChannel.into(),
        text: String::new(),
        sent_at,
    };
    let items = vec![
        given(HandOverKind::Risks, " "),
        HandOverItem { sent_at: now, ..given(HandOverKind::Nursing, "Rapport") },
        other(None),
        other(now),
        HandOverItem::default(),
    ];
    let wrong = pb::TransferDischargeInformationRequest {
        key: None,
        transferred_by: "somebody".to_owned(),
        ..transfer("", items)
    };
    let mut fields = refused(client(suite, WARD).transfer_discharge_information(wrong).await).fields;
    fields.sort();
    assert_eq!(
        fields,
        [
            "items[0].text",
            "items[1].sent_at",
            "items[2].sent_at",
            "items[2].text",
            "items[3].kind",
            "items[3].text",
            "items[4].kind",
            "items[4].state",
            "key",
            "transferred_by"
        ]
    );
    let nothing =
        HandOverItem { state: HandOverState::NotApplicable.into(), ..given(HandOverKind::Palliative, "") };
    let refusal = client(suite, WARD).transfer_discharge_information(transfer("", vec![nothing])).await;
    assert_eq!(refused(refusal).fields, ["admission_id", "items"]);
}

async fn nothing_was_sent_before_the_admission_and_a_wrong_time_can_be_mended(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    suite.pass(SignedDuration::from_hours(5)).await;
    let sent = |hours| HandOverItem {
        kind: HandOverKind::MedicationList.into(),
        state: HandOverState::OtherChannel.into(),
        text: "Fax".to_owned(),
        sent_at: Some(wire::timestamp(suite.clock.now() - SignedDuration::from_hours(hours))),
    };
    let early = client(suite, WARD).transfer_discharge_information(transfer(&id, vec![sent(24 * 365)])).await;
    assert_eq!(refused(early).reason, "HELD_BEFORE_ADMISSION");
    let wrong = transferred(suite, &id, vec![sent(4)]).await;
    assert_eq!(wrong.transferred_at, sent(4).sent_at);
    let mended = transferred(suite, &id, vec![sent(1)]).await;
    assert_eq!(mended.transferred_at, sent(1).sent_at);
    let request = pb::HandOverPatientSummaryRequest {
        key: Some(pb::hand_over_patient_summary_request::Key::AdmissionId(id.clone())),
        handed_over_at: sent(24 * 365).sent_at,
        form: pb::SummaryForm::Paper.into(),
        ..Default::default()
    };
    let early = refused(client(suite, WARD).hand_over_patient_summary(request).await);
    assert_eq!(early.reason, "HELD_BEFORE_ADMISSION");
}

async fn a_transfer_counts_until_the_day_of_the_discharge_is_over(suite: &Suite) {
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(notified(suite, &[SOCIAL]).await);
    }
    let [in_time, late, never, dead] = &ids[..] else { unreachable!() };
    let report = || vec![given(HandOverKind::Nursing, "Rapport")];
    for id in [late, never] {
        left(suite, id, Destination::Home).await;
    }
    left(suite, dead, Destination::Deceased).await;
    left(suite, in_time, Destination::Home).await;
    transferred(suite, in_time, report()).await;
    // Of the others the day is not over.
    let counted = figure(suite, "information_same_day", [in_time, late, never, dead]).await;
    assert_eq!(counted, ((1, 1), [Some(1), None, None, None]));
    suite.pass(SignedDuration::from_hours(24)).await;
    transferred(suite, late, report()).await;
    transferred(suite, in_time, report()).await;
    assert_eq!(
        figure(suite, "information_same_day", [in_time, late, never, dead]).await,
        ((1, 3), [Some(1), Some(0), Some(0), None])
    );
}
