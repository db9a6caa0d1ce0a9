//! Who came home is to be called within 24 to 72 hours: by whom, what meets it, what ends it, and that it hinders nothing.

use hemgang_proto::planning::{
    ContactTopic, ContactWith, appoint_care_contact_request, record_contact_request,
};

use super::*;

each_backend!(
    who_came_home_is_called_by_the_named_contacts_unit_and_listed_until_then,
    nobody_is_called_who_did_not_come_home_died_or_is_back,
    whoever_is_let_into_the_new_stay_calls_home_no_more,
    who_went_home_while_planning_was_broken_off_is_called_once_it_goes_on,
    a_departure_told_again_is_still_to_be_called_by_who_is_to,
    who_was_called_is_called_once_whoever_leaves_afterwards,
    another_of_the_kind_calls_where_the_named_contacts_unit_leaves_or_reads_no_more,
    what_a_list_of_those_to_call_cannot_tell_is_refused
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

/// Another clinic of the region.
const OTHER_CLINIC: &str = "SE2321000131-E000000002037";

async fn to_call(suite: &Suite, unit: &str) -> Vec<pb::Case> {
    let request = pb::ListCasesRequest { homecoming_contact_only: true, ..Default::default() };
    client(suite, unit).list_cases(request).await.expect("listed").into_inner().cases
}

fn called(suite: &Suite, admission_id: &str) -> pb::RecordContactRequest {
    pb::RecordContactRequest {
        key: Some(record_contact_request::Key::AdmissionId(admission_id.to_owned())),
        with: ContactWith::Patient.into(),
        contacted_at: Some(wire::timestamp(suite.clock.now())),
        topic: ContactTopic::AfterHomecoming.into(),
        ..Default::default()
    }
}

async fn appoints(suite: &Suite, admission_id: &str) {
    let request = pb::AppointCareContactRequest {
        key: Some(appoint_care_contact_request::Key::AdmissionId(admission_id.to_owned())),
        person: CALLER.to_owned(),
        ..Default::default()
    };
    client(suite, OUTPATIENT).appoint_care_contact(request).await.expect("appointed");
}

fn told(events: &[Event]) -> Vec<bool> {
    let of = |event: &Event| match event {
        Event::HomecomingContactSet(said) => Some(said.homecoming_contact.is_some()),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

async fn who_came_home_is_called_by_the_named_contacts_unit_and_listed_until_then(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    appoints(suite, &id).await;
    suite.pass(SignedDuration::from_hours(5)).await;
    let left_at = suite.clock.now();
    left(suite, &id, Destination::Home).await;
    let hours = |hours| Some(wire::timestamp(left_at + SignedDuration::from_hours(hours)));
    let due =
        pb::HomecomingContact { due_from: hours(24), due_by: hours(72), units: vec![OUTPATIENT.to_owned()] };
    let listed = to_call(suite, OUTPATIENT).await;
    assert_eq!((listed.len(), listed[0].homecoming_contact.as_ref()), (1, Some(&due)));
    assert_eq!(case(suite, OUTPATIENT, &id).await.homecoming_contact, Some(due));
    for other in [SOCIAL, WARD] {
        assert!(to_call(suite, other).await.is_empty(), "it is not theirs to call");
        assert_eq!(case(suite, other, &id).await.homecoming_contact, None, "{other}");
    }

    // Too early, or by somebody else: it is in the log, and still to be made.
    suite.pass(SignedDuration::from_hours(3)).await;
    client(suite, OUTPATIENT).record_contact(called(suite, &id)).await.expect("recorded");
    suite.pass(SignedDuration::from_hours(30)).await;
    client(suite, SOCIAL).record_contact(called(suite, &id)).await.expect("recorded");
    assert_eq!(to_call(suite, OUTPATIENT).await.len(), 1);

    // The time passes: whoever is to call is told, once, and the case stays on the list.
    suite.pass(SignedDuration::from_hours(40)).await;
    suite.pass(SignedDuration::from_hours(1)).await;
    let missing = |notices: &[pb::Notice]| {
        kinds(notices).iter().filter(|kind| **kind == NoticeKind::HomecomingContactMissing).count()
    };
    assert_eq!(missing(&inbox(suite, OUTPATIENT).await), 1);
    assert_eq!(missing(&inbox(suite, SOCIAL).await), 0);
    assert_eq!(missing(&case(suite, OUTPATIENT, &id).await.notices), 1);
    assert_eq!(missing(&case(suite, WARD, &id).await.notices), 0, "it would learn who is told of what");
    let delivered = |events: &[Event]| {
        let kind = NoticeKind::HomecomingContactMissing;
        events.iter().any(|event| matches!(event, Event::NoticeDelivered(said) if said.kind() == kind))
    };
    assert!(delivered(&events(suite, OUTPATIENT).await) && !delivered(&events(suite, WARD).await));
    assert_eq!(to_call(suite, OUTPATIENT).await.len(), 1);

    client(suite, OUTPATIENT).record_contact(called(suite, &id)).await.expect("late is not never");
    assert!(to_call(suite, OUTPATIENT).await.is_empty());
    assert_eq!(told(&events(suite, OUTPATIENT).await), [true, false]);
    assert!(told(&events(suite, SOCIAL).await).is_empty() && told(&events(suite, WARD).await).is_empty());
    assert_eq!(case(suite, OUTPATIENT, &id).await.homecoming_contact, None);
}

async fn nobody_is_called_who_did_not_come_home_died_or_is_back(suite: &Suite) {
    let elsewhere = notified(suite, &[OUTPATIENT]).await;
    left(suite, &elsewhere, Destination::CareHome).await;
    let without = notified(suite, &[SOCIAL]).await;
    left(suite, &without, Destination::Home).await;
    assert!(to_call(suite, OUTPATIENT).await.is_empty());

    let home = notified(suite, &[OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    left(suite, &home, Destination::Home).await;
    assert_eq!(to_call(suite, OUTPATIENT).await.len(), 1);
    // The departure is taken back, and the patient dies.
    let back = || admission::CancelDischargeRequest { admission_id: home.clone(), ..Default::default() };
    ward(suite).cancel_discharge(back()).await.expect("cancelled");
    suite.drain().await;
    assert!(to_call(suite, OUTPATIENT).await.is_empty());
    left(suite, &home, Destination::Deceased).await;
    assert!(to_call(suite, OUTPATIENT).await.is_empty());

    // Everybody here is one person: who is told of a stay that begins after the departure calls no more, and whoever is
    // not learns nothing of it.
    let again = notified(suite, &[OUTPATIENT]).await;
    suite.pass(SignedDuration::from_hours(2)).await;
    left(suite, &again, Destination::HomeWithCare).await;
    assert_eq!(to_call(suite, OUTPATIENT).await.len(), 1);
    suite.pass(SignedDuration::from_hours(30)).await;
    let before = case(suite, OUTPATIENT, &again).await;
    let back = assessed(suite, Protection::None).await;
    notify(suite, &back, &[SOCIAL]).await;
    suite.drain().await;
    assert_eq!(case(suite, OUTPATIENT, &again).await, before, "it was not told");
    assert_eq!(to_call(suite, OUTPATIENT).await.len(), 1);
    notify(suite, &back, &[OUTPATIENT]).await;
    suite.drain().await;
    assert!(to_call(suite, OUTPATIENT).await.is_empty());
    suite.pass(SignedDuration::from_hours(80)).await;
    let there = kinds(&inbox(suite, OUTPATIENT).await);
    assert!(!there.contains(&NoticeKind::HomecomingContactMissing), "{there:?}");
}

async fn what_a_list_of_those_to_call_cannot_tell_is_refused(suite: &Suite) {
    let request = pb::ListCasesRequest {
        homecoming_contact_only: true,
        states: vec![CaseState::Discharged.into()],
        ..Default::default()
    };
    let refusal = refused(client(suite, OUTPATIENT).list_cases(request).await);
    assert_eq!(
        (refusal.code, refusal.fields),
        (Code::InvalidArgument, vec!["homecoming_contact_only".to_owned()])
    );
}

async fn whoever_is_let_into_the_new_stay_calls_home_no_more(suite: &Suite) {
    for is_added in [true, false] {
        let first = notified(suite, &[OUTPATIENT]).await;
        suite.pass(SignedDuration::from_hours(2)).await;
        left(suite, &first, Destination::Home).await;
        suite.pass(SignedDuration::from_hours(30)).await;
        let told = if is_added { SOCIAL } else { OTHER_CLINIC };
        let back = notified(suite, &[told]).await;
        assert_eq!(to_call(suite, OUTPATIENT).await.len(), 1, "it was not told");
        if is_added {
            let adding = super::recipients::adding(&back, OUTPATIENT);
            client(suite, WARD).add_recipient(adding).await.expect("added");
        } else {
            let notices = inbox(suite, OTHER_CLINIC).await;
            let handing = super::recipients::handing(&notices[0], OUTPATIENT);
            client(suite, OTHER_CLINIC).forward_notice(handing).await.expect("handed on");
        }
        assert!(to_call(suite, OUTPATIENT).await.is_empty());
        assert_eq!(case(suite, OUTPATIENT, &first).await.homecoming_contact, None);
        left(suite, &back, Destination::CareHome).await;
    }
}

async fn who_went_home_while_planning_was_broken_off_is_called_once_it_goes_on(suite: &Suite) {
    use super::life::{interrupted, reopened};
    for (hours, calls) in [(30, 1), (80, 0)] {
        let id = notified(suite, &[OUTPATIENT]).await;
        interrupted(suite, &id).await;
        suite.pass(SignedDuration::from_hours(1)).await;
        left(suite, &id, Destination::Home).await;
        suite.pass(SignedDuration::from_hours(hours)).await;
        assert!(to_call(suite, OUTPATIENT).await.is_empty(), "nothing is planned");
        reopened(suite, &id).await;
        assert_eq!(to_call(suite, OUTPATIENT).await.len(), calls, "after {hours} hours");
        suite.pass(SignedDuration::from_mins(1)).await;
        let told = kinds(&inbox(suite, OUTPATIENT).await);
        assert!(!told.contains(&NoticeKind::HomecomingContactMissing), "nobody could have called");
        if calls == 1 {
            client(suite, OUTPATIENT).record_contact(called(suite, &id)).await.expect("called");
        }
    }
}

async fn another_of_the_kind_calls_where_the_named_contacts_unit_leaves_or_reads_no_more(suite: &Suite) {
    for how in ["removed", "misdirected", "kept out", "kept out before"] {
        let id = notified(suite, &[OUTPATIENT, OTHER_CLINIC]).await;
        appoints(suite, &id).await;
        if how == "kept out before" {
            barred(suite, &id, OUTPATIENT).await;
        }
        suite.pass(SignedDuration::from_hours(1)).await;
        left(suite, &id, Destination::Home).await;
        match how {
            "removed" => {
                let removal = super::recipients::removal(&id, OUTPATIENT);
                client(suite, WARD).remove_recipient(removal).await.expect("removed");
            }
            "misdirected" => {
                let notice = inbox(suite, OUTPATIENT).await.remove(0);
                let said = super::recipients::misdirected(&notice);
                client(suite, OUTPATIENT).report_misdirected(said).await.expect("said");
            }
            "kept out" => barred(suite, &id, OUTPATIENT).await,
            _ => {}
        }
        let calling = to_call(suite, OTHER_CLINIC).await;
        assert_eq!(calling.len(), 1, "{how}");
        assert_eq!(calling[0].homecoming_contact.as_ref().expect("due").units, [OTHER_CLINIC], "{how}");
        assert!(to_call(suite, OUTPATIENT).await.is_empty(), "{how}");
        suite.pass(SignedDuration::from_hours(30)).await;
        client(suite, OTHER_CLINIC).record_contact(called(suite, &id)).await.expect("called");
        assert!(to_call(suite, OTHER_CLINIC).await.is_empty(), "{how}");
    }
}

async fn a_departure_told_again_is_still_to_be_called_by_who_is_to(suite: &Suite) {
    for caller in [SOCIAL, OUTPATIENT] {
        let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
        suite.pass(SignedDuration::from_hours(1)).await;
        let left_at = Some(wire::timestamp(suite.clock.now()));
        left(suite, &id, Destination::Home).await;
        suite.pass(SignedDuration::from_hours(30)).await;
        client(suite, caller).record_contact(called(suite, &id)).await.expect("recorded");
        let back = admission::CancelDischargeRequest { admission_id: id.clone(), ..Default::default() };
        ward(suite).cancel_discharge(back).await.expect("cancelled");
        suite.drain().await;
        let again = admission::DischargePatientRequest {
            admission_id: id,
            discharged_at: left_at,
            destination: Destination::HomeWithCare.into(),
            ..Default::default()
        };
        ward(suite).discharge_patient(again).await.expect("discharged");
        suite.drain().await;
        let is_open = caller == SOCIAL;
        assert_eq!(to_call(suite, OUTPATIENT).await.len(), usize::from(is_open), "called by {caller}");
        if is_open {
            suite.pass(SignedDuration::from_hours(80)).await;
            let told = kinds(&inbox(suite, OUTPATIENT).await);
            assert!(told.contains(&NoticeKind::HomecomingContactMissing));
            let id = &to_call(suite, OUTPATIENT).await[0].admission_id;
            client(suite, OUTPATIENT).record_contact(called(suite, id)).await.expect("late is not never");
        }
    }
}

async fn who_was_called_is_called_once_whoever_leaves_afterwards(suite: &Suite) {
    let id = notified(suite, &[OUTPATIENT, OTHER_CLINIC]).await;
    appoints(suite, &id).await;
    left(suite, &id, Destination::Home).await;
    suite.pass(SignedDuration::from_hours(30)).await;
    client(suite, OUTPATIENT).record_contact(called(suite, &id)).await.expect("called");
    let removal = super::recipients::removal(&id, OUTPATIENT);
    client(suite, WARD).remove_recipient(removal).await.expect("removed");
    assert!(to_call(suite, OTHER_CLINIC).await.is_empty());
}
