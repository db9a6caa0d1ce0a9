//! The services beside the model: each command to both, and everything compared.

use std::collections::BTreeMap;

use hemgang_feed::Source;
use hemgang_proto::{
    admission::{
        self as adm, AdmissionEvent, AdmissionState, admission_service_client::AdmissionServiceClient,
    },
    common::{Destination, PersonId},
    planning::{self as pla, PlanningEvent, planning_service_client::PlanningServiceClient},
    readiness::{self as rea, ReadinessEvent, readiness_service_client::ReadinessServiceClient},
};
use hemgang_rpc::{Peer, wire};
use hemgang_testing::Suite;
use jiff::SignedDuration;
use proptest::{prop_assert, prop_assert_eq, test_runner::TestCaseError};
use tonic::{Code, Status};

use super::{
    act::{Act, VISITS, What},
    stay::Stay,
};

type Checked = Result<(), TestCaseError>;

const WARDS: [&str; 2] = ["SE2321000131-E000000001101", "SE2321000131-E000000001102"];
const HOSPITAL: &str = "SE2321000131-E000000001001";
const SOCIAL: &str = "SE0000001480-E0002";
const PHYSICIAN: &str = "SE2321000131-P000000000102";

/// The stays of each visit number; the last one is that which the number names.
#[derive(Debug, Default)]
pub struct World {
    visits: [Vec<Stay>; VISITS],
}

/// What a command answered, as far as the model cares: the stay's id and etag, or how it was refused.
type Answer = Result<(String, String), Status>;

fn hospital(suite: &Suite) -> Peer {
    suite.peer("ehr", HOSPITAL, "region")
}

fn person(number: usize) -> PersonId {
    PersonId { oid: "1.2.752.129.2.1.2.1".to_owned(), value: format!("{HOSPITAL}N{number}") }
}

impl World {
    /// Lets time pass, does it, and holds the answer against the model.
    pub async fn act(&mut self, suite: &Suite, act: &Act) -> Checked {
        suite.pass(SignedDuration::from_mins(act.minutes)).await;
        let now = suite.clock.now();
        let known = self.visits[act.visit].last();
        let id = known.map(|stay| stay.id.clone()).unwrap_or_default();
        if known.is_none() && !matches!(act.what, What::Admit { .. } | What::Merge) {
            return Ok(());
        }
        let takes_etag = !matches!(act.what, What::Admit { .. } | What::Merge);
        let etag = if act.stale && takes_etag { "999999" } else { "" };
        let request_id = hemgang_core::id::random().to_string();
        let answer = send(suite, act, &id, etag, &request_id).await;
        if act.twice {
            let again = send(suite, act, &id, etag, &request_id).await;
            prop_assert_eq!(again.as_ref().ok(), answer.as_ref().ok(), "a replay of {:?}", act);
        }
        if !etag.is_empty() {
            let code = answer.as_ref().err().map(Status::code);
            prop_assert!(
                matches!(code, Some(Code::Aborted | Code::FailedPrecondition)),
                "{:?}: {:?}",
                act,
                code
            );
            return Ok(());
        }
        let allows = match (known, act.what) {
            (_, What::Merge) => None,
            (None, _) => Some(true),
            (Some(stay), what) => stay.allows(what),
        };
        prop_assert!(
            allows.is_none_or(|may| may == answer.is_ok()),
            "{:?} of {:?}: {:?}",
            act,
            known,
            answer
        );
        let Ok((id, _)) = answer else { return Ok(()) };
        let stays = &mut self.visits[act.visit];
        match act.what {
            What::Admit { .. } => stays.push(Stay::admitted(id, now)),
            what => stays.last_mut().into_iter().for_each(|stay| stay.did(what, now)),
        }
        Ok(())
    }

    /// Everything that can be read is what the model says.
    pub async fn compare(&self, suite: &Suite) -> Checked {
        suite.drain().await;
        for stays in &self.visits {
            for stay in stays {
                admission(suite, stay).await?;
                if stay.state() != AdmissionState::Voided {
                    readiness(suite, stay).await?;
                }
                if stay.notices > 0 {
                    case(suite, stay).await?;
                }
            }
        }
        let stays: Vec<_> = self.visits.iter().flatten().collect();
        let told = feed::<AdmissionEvent>(suite).await?;
        let judged = feed::<ReadinessEvent>(suite).await?;
        let planned = feed::<PlanningEvent>(suite).await?;
        let count = |counts: &Counts, id: &str, kinds: &[&str]| -> usize {
            kinds.iter().filter_map(|kind| counts.get(&(id.to_owned(), (*kind).to_owned()))).sum()
        };
        for stay in &stays {
            prop_assert_eq!(count(&told, &stay.id, &["PatientAdmitted"]), 1);
            prop_assert_eq!(count(&told, &stay.id, &["AdmissionNoticeSent"]), stay.notices);
            let kinds = ["ReadinessConfirmed", "ReadinessReconfirmed", "ReadinessWithdrawn"];
            prop_assert_eq!(count(&judged, &stay.id, &kinds), stay.judgements.len());
            // At most one case a stay, however often its units were notified.
            prop_assert_eq!(count(&planned, &stay.id, &["CaseOpened"]), stay.notices.min(1));
        }
        let admitted = told.iter().filter(|((_, kind), _)| kind == "PatientAdmitted").count();
        prop_assert_eq!(admitted, stays.len());
        Ok(())
    }
}

/// Events of a kind a stay.
type Counts = BTreeMap<(String, String), usize>;

/// Counts a feed, whose numbers have no gap.
async fn feed<E: Source>(suite: &Suite) -> Result<Counts, TestCaseError> {
    let peer = suite.peer("service", "SE0000000000-HEMGANG", "region");
    let page = E::read(peer, "", 500).await.expect("a page");
    prop_assert!(page.at_head);
    let mut counts = Counts::new();
    for (number, event) in page.events.iter().enumerate() {
        let header = event.header().expect("a header");
        prop_assert!(header.cursor.ends_with(&format!(".{}", number + 1)), "a gap in {}", E::FEED);
        *counts.entry((header.admission_id.clone(), header.kind.clone())).or_default() += 1;
    }
    Ok(counts)
}

async fn admission(suite: &Suite, stay: &Stay) -> Checked {
    let key = Some(adm::get_admission_request::Key::AdmissionId(stay.id.clone()));
    let mut client = AdmissionServiceClient::new(hospital(suite));
    let answer = client
        .get_admission(adm::GetAdmissionRequest { key, ..Default::default() })
        .await
        .expect("an admission");
    let found = answer.into_inner().admission.expect("an admission");
    prop_assert_eq!(found.state(), stay.state(), "{:?}", stay);
    prop_assert_eq!(&found.ward, WARDS[usize::from(stay.at_other)], "{:?}", stay);
    if stay.state() == AdmissionState::Admitted {
        prop_assert_eq!(found.on_leave_since.is_some(), stay.on_leave, "{:?}", stay);
    }
    if stay.state() != AdmissionState::Voided {
        prop_assert_eq!(found.discharged_at, stay.ended_at().map(wire::timestamp), "{:?}", stay);
    }
    let ended = found.discharged_at.as_ref().and_then(wire::instant);
    prop_assert!(ended.is_none_or(|ended| ended >= stay.admitted_at), "a negative stay: {:?}", stay);
    Ok(())
}

/// The judgement that counts, and what readiness keeps of the stay.
async fn readiness(suite: &Suite, stay: &Stay) -> Checked {
    let request = rea::GetReadinessRequest { admission_id: stay.id.clone() };
    let answer = ReadinessServiceClient::new(hospital(suite)).get_readiness(request).await;
    let found = answer.expect("a readiness").into_inner().readiness.expect("a readiness");
    let kinds: Vec<_> = found.judgements.iter().map(rea::Judgement::kind).collect();
    let judged: Vec<_> = stay.judgements.iter().map(|(kind, _)| *kind).collect();
    prop_assert_eq!(kinds, judged, "{:?}", stay);
    prop_assert_eq!(found.state(), stay.readiness(), "{:?}", stay);
    prop_assert_eq!(found.ready_since, stay.ready_since().map(wire::timestamp), "{:?}", stay);
    prop_assert_eq!(found.discharged_at, stay.ended_at().map(wire::timestamp), "{:?}", stay);
    prop_assert_eq!(&found.ward, WARDS[usize::from(stay.at_other)], "{:?}", stay);
    Ok(())
}

/// What planning keeps of both.
async fn case(suite: &Suite, stay: &Stay) -> Checked {
    let key = Some(pla::get_case_request::Key::AdmissionId(stay.id.clone()));
    let mut client = PlanningServiceClient::new(suite.peer("municipality", SOCIAL, "1480"));
    let answer = client.get_case(pla::GetCaseRequest { key }).await.expect("a case");
    let found = answer.into_inner().case.expect("a case");
    prop_assert_eq!(found.state(), stay.case(), "{:?}", stay);
    prop_assert_eq!(&found.ward, WARDS[usize::from(stay.at_other)], "{:?}", stay);
    let admissions = found.notices.iter().filter(|notice| notice.kind() == pla::NoticeKind::Admission);
    prop_assert_eq!(admissions.count(), stay.notices, "{:?}", stay);
    Ok(())
}

/// Sends one command about a stay. One macro, because every request has these three fields and every answer the stay.
macro_rules! ask {
    ($client:expr, $rpc:ident, $part:ident, $to:expr,
     $package:ident::$request:ident { $($field:ident: $value:expr),* $(,)? }) => {{
        let (id, etag, request_id): (&str, &str, &str) = $to;
        let request = $package::$request {
            request_id: request_id.to_owned(),
            admission_id: id.to_owned(),
            etag: etag.to_owned(),
            $($field: $value,)*
            ..Default::default()
        };
        let said = $client.$rpc(request).await?.into_inner().$part.expect("a stay");
        Ok((said.admission_id, said.etag))
    }};
}

/// Sends one command.
async fn send(suite: &Suite, act: &Act, id: &str, etag: &str, request_id: &str) -> Answer {
    let to = (id, etag, request_id);
    match act.what {
        What::Admit { person } => admit(suite, act.visit, person, request_id).await,
        What::Merge => {
            let (surviving, absorbed) = (Some(person(0)), Some(person(1)));
            let request_id = request_id.to_owned();
            let request = adm::MergePatientsRequest { request_id, surviving, absorbed, ..Default::default() };
            let answer = AdmissionServiceClient::new(hospital(suite)).merge_patients(request).await?;
            Ok((answer.into_inner().patient_id, String::new()))
        }
        What::Assess | What::Notify | What::Confirm | What::Withdraw { .. } => {
            judge(suite, act.what, to).await
        }
        _ => move_on(suite, act.what, to).await,
    }
}

async fn admit(suite: &Suite, visit: usize, number: usize, request_id: &str) -> Answer {
    let request = adm::AdmitPatientRequest {
        request_id: request_id.to_owned(),
        person_id: Some(person(number)),
        ward: WARDS[0].to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        visit_number: Some(adm::VisitNumber { authority: HOSPITAL.to_owned(), value: format!("V{visit}") }),
        admission_type: adm::AdmissionType::Unplanned.into(),
        residence_municipality: "1480".to_owned(),
        ..Default::default()
    };
    let answer = AdmissionServiceClient::new(hospital(suite)).admit_patient(request).await?;
    let said = answer.into_inner().admission.expect("a stay");
    Ok((said.admission_id, said.etag))
}

/// What is judged, and who is told.
async fn judge(suite: &Suite, what: What, to: (&str, &str, &str)) -> Answer {
    let now = Some(wire::timestamp(suite.clock.now()));
    let mut wards = AdmissionServiceClient::new(hospital(suite));
    let mut judges = ReadinessServiceClient::new(hospital(suite));
    let assessed_by = PHYSICIAN.to_owned();
    match what {
        What::Assess => {
            let needs = adm::NeedsAssessment {
                social_services: true,
                assessed_at: now,
                assessed_by,
                ..Default::default()
            };
            ask!(
                wards,
                assess_needs,
                admission,
                to,
                adm::AssessNeedsRequest { needs_assessment: Some(needs) }
            )
        }
        What::Notify => {
            let recipients = vec![SOCIAL.to_owned()];
            ask!(
                wards,
                send_admission_notice,
                admission,
                to,
                adm::SendAdmissionNoticeRequest { recipients: recipients }
            )
        }
        What::Confirm => ask!(
            judges,
            confirm_readiness,
            readiness,
            to,
            rea::ConfirmReadinessRequest { assessed_by: assessed_by, assessed_at: now }
        ),
        _ => {
            use rea::WithdrawalReason::{Deteriorated, RegisteredInError};
            let is_error = what == What::Withdraw { in_error: true };
            let reason = if is_error { RegisteredInError } else { Deteriorated };
            ask!(
                judges,
                withdraw_readiness,
                readiness,
                to,
                rea::WithdrawReadinessRequest { assessed_by: assessed_by, reason: reason.into() }
            )
        }
    }
}

/// Where the patient goes.
async fn move_on(suite: &Suite, what: What, to: (&str, &str, &str)) -> Answer {
    let now = Some(wire::timestamp(suite.clock.now()));
    let mut wards = AdmissionServiceClient::new(hospital(suite));
    match what {
        What::Transfer { to_other } => {
            ask!(
                wards,
                transfer_patient,
                admission,
                to,
                adm::TransferPatientRequest {
                    ward: WARDS[usize::from(to_other)].to_owned(),
                    transferred_at: now
                }
            )
        }
        What::StartLeave => {
            ask!(wards, start_leave, admission, to, adm::StartLeaveRequest { started_at: now })
        }
        What::EndLeave => ask!(wards, end_leave, admission, to, adm::EndLeaveRequest { ended_at: now }),
        What::Discharge => {
            ask!(
                wards,
                discharge_patient,
                admission,
                to,
                adm::DischargePatientRequest { discharged_at: now, destination: Destination::Home.into() }
            )
        }
        What::CancelDischarge => {
            ask!(wards, cancel_discharge, admission, to, adm::CancelDischargeRequest {})
        }
        What::Die => ask!(wards, record_death, admission, to, adm::RecordDeathRequest { died_at: now }),
        _ => {
            let reason = adm::VoidReason::Cancelled.into();
            ask!(wards, void_admission, admission, to, adm::VoidAdmissionRequest { reason: reason })
        }
    }
}
