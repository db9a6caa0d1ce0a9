//! A consent that was given until a day: what it let through before, and what it no longer does.

use std::sync::Arc;

use hemgang_db::Table;
use hemgang_feed::{Due, fire_due};
use hemgang_proto::planning::{
    ConsentBasis, ConsentDecision, ConsentGiver, ConsentKind, MeetingForm, SipKind, SipPlan, SipService,
    record_consent_request,
};
use hemgang_rpc::{Applied, CatchUp, Context, Failure, Seen};
use jiff::{Timestamp, civil::Date};

use super::*;
use crate::due::{consent_ended::ConsentEnded, homecoming::HomecomingContact, receipt::Receipt};

each_backend!(
    what_is_given_until_a_day_lets_through_until_then,
    it_ends_also_while_a_feed_is_away,
    each_of_several_ends_on_its_own_day,
    what_ended_before_anybody_was_notified_lets_nothing_through,
    a_notice_of_a_day_when_a_consent_stood_discloses_nothing_once_that_has_ended,
    what_ends_of_a_case_without_an_admission_ends_there_too,
    a_plan_is_made_until_the_consent_ends,
    an_end_that_cannot_be_is_refused
    on &[hemgang_admission::SERVICE, hemgang_discharge_readiness::SERVICE, crate::SERVICE]
);

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn today(suite: &Suite) -> Date {
    hemgang_core::day::local_day(suite.clock.now())
}

fn given(
    key: record_consent_request::Key,
    kind: ConsentKind,
    until: Date,
    to: &[&str],
) -> pb::RecordConsentRequest {
    pb::RecordConsentRequest {
        key: Some(key),
        kind: kind.into(),
        decision: ConsentDecision::Given.into(),
        basis: ConsentBasis::Consent.into(),
        given_by: ConsentGiver::Patient.into(),
        recipients: to.iter().map(|unit| (*unit).to_owned()).collect(),
        valid_until: Some(wire::date(until)),
        ..Default::default()
    }
}

fn of_stay(id: &str) -> record_consent_request::Key {
    record_consent_request::Key::AdmissionId(id.to_owned())
}

async fn record(suite: &Suite, unit: &str, request: pb::RecordConsentRequest) -> pb::Consent {
    let answer = client(suite, unit).record_consent(request).await.expect("recorded").into_inner();
    suite.drain().await;
    answer.consent.expect("a decision")
}

/// How many notices of a kind stand in a unit's inbox.
async fn received(suite: &Suite, unit: &str, kind: NoticeKind) -> usize {
    kinds(&inbox(suite, unit).await).into_iter().filter(|found| *found == kind).count()
}

async fn what_is_given_until_a_day_lets_through_until_then(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let tomorrow = today(suite).saturating_add(1.day());
    let disclosure = || given(of_stay(&id), ConsentKind::Disclosure, tomorrow, &[SOCIAL]);
    let said = record(suite, WARD, disclosure()).await;
    assert_eq!(said.valid_until, Some(wire::date(tomorrow)));
    suite.pass(DAY).await;
    confirm(suite, &id).await;
    assert_eq!(received(suite, SOCIAL, NoticeKind::Readiness).await, 1, "on its last day");

    suite.pass(DAY).await;
    let heard = events(suite, SOCIAL).await.len();
    withdraw(suite, &id).await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Ready, "as it stood");
    assert_eq!(case(suite, HEALTH, &id).await.state(), CaseState::Planning);
    assert_eq!(received(suite, SOCIAL, NoticeKind::ReadinessWithdrawn).await, 0);
    assert_eq!(received(suite, HEALTH, NoticeKind::ReadinessWithdrawn).await, 1);
    assert_eq!(events(suite, SOCIAL).await.len(), heard);
    let told = events(suite, WARD).await;
    let bars =
        told.iter().filter(|event| matches!(event, Event::DisclosureBarred(said) if said.unit == SOCIAL));
    assert_eq!(bars.count(), 1);
    let request = pb::WithdrawConsentRequest {
        key: Some(pb::withdraw_consent_request::Key::AdmissionId(id.clone())),
        kind: ConsentKind::Disclosure.into(),
        given_by: ConsentGiver::Patient.into(),
        ..Default::default()
    };
    let refusal = refused(client(suite, WARD).withdraw_consent(request).await);
    assert_eq!(refusal.reason, "NO_CONSENT_STANDS", "it has ended by itself");

    // Asked again, the patient gives it again: what was held comes.
    record(suite, WARD, pb::RecordConsentRequest { valid_until: None, ..disclosure() }).await;
    assert_eq!(received(suite, SOCIAL, NoticeKind::ReadinessWithdrawn).await, 1);
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Planning);
    suite.pass(DAY * 3).await;
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Planning, "and does not end");
}

/// A feed that was never read, and of which an event of every stay is parked.
struct Away;

#[async_trait::async_trait]
impl CatchUp for Away {
    fn feed(&self) -> &'static str {
        "readiness"
    }

    async fn catch_up(&self) -> Result<(), Failure> {
        Err(Failure::FeedBehind(self.feed()))
    }

    async fn advance(&self) -> Result<Option<Seen>, Failure> {
        Err(Failure::FeedBehind(self.feed()))
    }

    fn position(&self) -> String {
        String::new()
    }

    fn as_of(&self) -> Option<Timestamp> {
        None
    }

    fn has_parked(&self, _: Option<&str>, _: Option<&str>) -> bool {
        true
    }

    fn projections(&self) -> &'static [Table] {
        &[]
    }

    async fn project_anew(&self, _: &Context, _: &Applied) -> Result<u64, Failure> {
        Err(Failure::FeedBehind(self.feed()))
    }
}

async fn it_ends_also_while_a_feed_is_away(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    record(suite, WARD, given(of_stay(&id), ConsentKind::Disclosure, today(suite), &[SOCIAL])).await;
    let cx = suite.process.contexts().find(|cx| cx.name == "planning").expect("planning");
    cx.set_followers(vec![Arc::new(Away)]);
    suite.clock.advance_to(suite.clock.now() + DAY);
    let duties: [Box<dyn Due>; 3] = [Box::new(Receipt), Box::new(HomecomingContact), Box::new(ConsentEnded)];
    assert_eq!(fire_due(cx, &duties).await.expect("fired"), 1);
    let told = events(suite, WARD).await;
    assert!(told.iter().any(|event| matches!(event, Event::DisclosureBarred(said) if said.unit == SOCIAL)));
}

async fn each_of_several_ends_on_its_own_day(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, HEALTH]).await;
    let (first, second) = (today(suite), today(suite).saturating_add(2.days()));
    record(suite, WARD, given(of_stay(&id), ConsentKind::Disclosure, second, &[HEALTH])).await;
    record(suite, WARD, given(of_stay(&id), ConsentKind::SharedDocumentation, first, &[SOCIAL])).await;
    let barred = async || {
        let told = events(suite, WARD).await.into_iter().filter_map(|event| match event {
            Event::DisclosureBarred(said) => Some(said.unit),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(barred().await, [""; 0]);
    suite.pass(DAY).await;
    assert_eq!(barred().await, [SOCIAL]);
    suite.pass(DAY).await;
    assert_eq!(barred().await, [SOCIAL]);
    suite.pass(DAY).await;
    assert_eq!(barred().await, [SOCIAL, HEALTH]);
    // What ends is the reading, not the notices, where only that was given.
    confirm(suite, &id).await;
    assert_eq!(received(suite, SOCIAL, NoticeKind::Readiness).await, 1);
    assert_eq!(received(suite, HEALTH, NoticeKind::Readiness).await, 0);
}

async fn what_ended_before_anybody_was_notified_lets_nothing_through(suite: &Suite) {
    let id = assessed(suite, Protection::None).await;
    suite.drain().await;
    record(suite, WARD, given(of_stay(&id), ConsentKind::Disclosure, today(suite), &[])).await;
    suite.pass(DAY).await;
    notify(suite, &id, &[SOCIAL]).await;
    suite.drain().await;
    confirm(suite, &id).await;
    assert_eq!(kinds(&inbox(suite, SOCIAL).await), [NoticeKind::Admission]);
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Planning);
}

async fn a_notice_of_a_day_when_a_consent_stood_discloses_nothing_once_that_has_ended(suite: &Suite) {
    let id = assessed(suite, Protection::None).await;
    suite.drain().await;
    record(suite, WARD, given(of_stay(&id), ConsentKind::Disclosure, today(suite), &[])).await;
    let stated_at = suite.clock.now() + SignedDuration::from_hours(1);
    suite.pass(DAY + DAY).await;
    // Sent on paper while it stood, and entered now.
    let entry = hemgang_proto::common::RetrospectiveEntry {
        reason: hemgang_proto::common::EntryReason::DowntimeRoutine.into(),
        stated_at: Some(wire::timestamp(stated_at)),
    };
    let request = admission::SendAdmissionNoticeRequest {
        admission_id: id.clone(),
        recipients: vec![SOCIAL.to_owned()],
        retrospective_entry: Some(entry),
        ..Default::default()
    };
    ward(suite).send_admission_notice(request).await.expect("sent");
    suite.drain().await;
    confirm(suite, &id).await;
    assert_eq!(kinds(&inbox(suite, SOCIAL).await), [NoticeKind::Admission]);
    assert_eq!(case(suite, SOCIAL, &id).await.state(), CaseState::Planning);
}

async fn what_ends_of_a_case_without_an_admission_ends_there_too(suite: &Suite) {
    let person = hemgang_proto::common::Person {
        person_id: Some(hemgang_proto::common::PersonId {
            oid: "1.2.752.129.2.1.3.1".to_owned(),
            value: "195009072553".to_owned(),
        }),
        ..Default::default()
    };
    let recipients = vec![OUTPATIENT.to_owned()];
    let request = pb::SendCareRequestRequest { person: Some(person), recipients, ..Default::default() };
    let asked = client(suite, SOCIAL).send_care_request(request).await.expect("sent").into_inner();
    let case_id = asked.case.expect("a case").case_id;
    let key = record_consent_request::Key::CaseId(case_id.clone());
    record(suite, SOCIAL, given(key, ConsentKind::Disclosure, today(suite), &[OUTPATIENT])).await;
    let booking = || pb::BookPlanningMeetingRequest {
        key: Some(pb::book_planning_meeting_request::Key::CaseId(case_id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now() + DAY)),
        form: MeetingForm::Video.into(),
        ..Default::default()
    };
    client(suite, OUTPATIENT).book_planning_meeting(booking()).await.expect("booked");
    suite.pass(DAY).await;
    let refusal = refused(client(suite, OUTPATIENT).book_planning_meeting(booking()).await);
    assert_eq!(refusal.reason, "DISCLOSURE_BARRED");
}

async fn a_plan_is_made_until_the_consent_ends(suite: &Suite) {
    let id = notified(suite, &[SOCIAL, OUTPATIENT]).await;
    let until = today(suite);
    record(suite, OUTPATIENT, given(of_stay(&id), ConsentKind::Sip, until, &[])).await;
    let service =
        |unit: &str| SipService { what: "Hjälp".to_owned(), unit: unit.to_owned(), ..Default::default() };
    let saving = |version| pb::SaveSipRequest {
        key: Some(pb::save_sip_request::Key::AdmissionId(id.clone())),
        version,
        plan: Some(SipPlan {
            kind: SipKind::IndividualPlan.into(),
            goals: vec!["Bo hemma".to_owned()],
            services: vec![service(SOCIAL), service(OUTPATIENT)],
            responsible_unit: SOCIAL.to_owned(),
            follow_up_on: Some(wire::date(until)),
            ..SipPlan::default()
        }),
        ..Default::default()
    };
    let approving = || pb::ApproveSipRequest {
        key: Some(pb::approve_sip_request::Key::AdmissionId(id.clone())),
        version: 1,
        ..Default::default()
    };
    let inviting = || pb::InviteToSipRequest {
        key: Some(pb::invite_to_sip_request::Key::AdmissionId(id.clone())),
        starts_at: Some(wire::timestamp(suite.clock.now() + DAY)),
        form: MeetingForm::Video.into(),
        invited: vec![SOCIAL.to_owned()],
        ..Default::default()
    };
    let (mut social, mut clinic) = (client(suite, SOCIAL), client(suite, OUTPATIENT));
    social.save_sip(saving(0)).await.expect("saved");
    social.approve_sip(approving()).await.expect("approved");
    suite.pass(DAY).await;
    let before = case(suite, SOCIAL, &id).await;
    for refusal in [
        refused(social.save_sip(saving(1)).await),
        refused(clinic.approve_sip(approving()).await),
        refused(clinic.invite_to_sip(inviting()).await),
    ] {
        let said = (refusal.code, refusal.reason.as_str(), refusal.metadata["valid_until"].clone());
        assert_eq!(said, (Code::FailedPrecondition, "CONSENT_EXPIRED", until.to_string()));
    }
    assert_eq!(case(suite, SOCIAL, &id).await, before, "nothing changed");
    answers_sip(suite, &id, ConsentDecision::Given).await;
    clinic.invite_to_sip(inviting()).await.expect("called");
    clinic.approve_sip(approving()).await.expect("approved, and agreed");
}

async fn an_end_that_cannot_be_is_refused(suite: &Suite) {
    let id = notified(suite, &[SOCIAL]).await;
    let yesterday = today(suite).yesterday().expect("a day");
    let past = given(of_stay(&id), ConsentKind::Disclosure, yesterday, &[]);
    assert_eq!(refused(client(suite, WARD).record_consent(past).await).fields, ["valid_until"]);
    let refusing = pb::RecordConsentRequest {
        decision: ConsentDecision::Refused.into(),
        ..given(of_stay(&id), ConsentKind::Disclosure, today(suite), &[])
    };
    assert_eq!(refused(client(suite, WARD).record_consent(refusing).await).fields, ["valid_until"]);
    assert!(case(suite, WARD, &id).await.consents.is_empty());
}
