//! The simulated people: hospital systems, wards, outpatient units and municipalities, each with its own token.

use std::collections::BTreeMap;

use anyhow::Result;
use hemgang_core::{expected::ExpectedDischarge, place::HsaId};
use hemgang_proto::{
    admission::{
        self as adm, AdmissionType, LegalStatus, MunicipalitySource, VoidReason,
        admission_service_client::AdmissionServiceClient,
    },
    common::{Destination, Protection, Receiver, Transport},
};
use hemgang_rpc::{Peer, wire};
use jiff::Timestamp;
use tonic::Status;

use super::{
    persons::Person,
    plan::{Act, Plan, Stay, Step},
};
use crate::{
    people::{self, Acted, Agreement, People},
    target::told,
};

/// Everybody who acts, and what they know of each stay.
pub struct Actors<'a> {
    people: &'a People,
    plan: &'a Plan,
    /// What the hospital knows of a stay once it is admitted: our id, and the ward.
    known: Vec<Option<(String, HsaId)>>,
    counts: BTreeMap<String, usize>,
}

impl<'a> Actors<'a> {
    /// Actors of a plan.
    pub fn new(people: &'a People, plan: &'a Plan) -> Self {
        Self { people, plan, known: vec![None; plan.stays.len()], counts: BTreeMap::new() }
    }

    /// How often what happened.
    pub fn counts(&self) -> &BTreeMap<String, usize> {
        &self.counts
    }

    /// Does one thing. What was refused is counted where life brings it with it; anything else ends the run.
    pub async fn act(&mut self, step: &Step) -> Result<()> {
        let done = match &step.act {
            Act::Admit => self.admit(step.stay).await,
            act => self.go_on(step, act).await,
        };
        match done {
            Ok(()) => *self.counts.entry(name(&step.act).to_owned()).or_default() += 1,
            Err(status) => match people::refusal(&status) {
                Some(_) if step.act == Act::Admit => {
                    let advice = "the server was told of this region before; choose another --seed";
                    return Err(told(&status).context(advice));
                }
                Some(reason) => {
                    *self.counts.entry(format!("refused: {}, {reason}", name(&step.act))).or_default() += 1;
                }
                None => return Err(told(&status).context(format!("{} of {}", name(&step.act), step.at))),
            },
        }
        Ok(())
    }

    async fn admit(&mut self, place: usize) -> Acted {
        let stay = &self.plan.stays[place];
        let (person, ward) = (&self.plan.persons[stay.person], &self.plan.places.wards[stay.ward]);
        let mut system = self.system(&ward.hospital);
        let answer = system.admit_patient(admission(stay, person, &ward.hsa_id, &ward.hospital)).await?;
        let admission = answer.into_inner().admission.unwrap_or_default();
        self.known[place] = Some((admission.admission_id, ward.hsa_id.clone()));
        Ok(())
    }

    /// Everything after the admission.
    async fn go_on(&mut self, step: &Step, act: &Act) -> Acted {
        let known = self.known[step.stay].clone();
        let (id, ward) = known.ok_or_else(|| Status::not_found("the admission was refused"))?;
        let stay = &self.plan.stays[step.stay];
        match act {
            Act::Admit => Ok(()),
            Act::OpenInbox(unit) => {
                let count = self.people.open_inbox(unit, Some(&id)).await?;
                *self.counts.entry("notices acknowledged".to_owned()).or_default() += count;
                Ok(())
            }
            Act::Assess => self.people.assess(&ward, id, stay.needs, step.at).await,
            Act::Notify(units, expected) => self.people.notify(&ward, id, units, Some(*expected)).await,
            Act::Confirm(assessed_at) => self.people.confirm(&ward, id, *assessed_at).await,
            Act::Reconfirm => self.people.confirm(&ward, id, step.at).await,
            Act::Withdraw => self.people.withdraw(&ward, id, Some(step.at)).await,
            Act::SendDischargeNotice(agreed_at) => {
                self.people.send_discharge_notice(&ward, id, agreement(stay, *agreed_at)).await
            }
            Act::Merge => self.merge(stay, step.at).await,
            Act::Transfer(to) => {
                self.move_patient(&ward, id, act, step.at).await?;
                if let Some((_, ward)) = &mut self.known[step.stay] {
                    *ward = to.clone();
                }
                Ok(())
            }
            Act::Void => self.void(&ward, id).await,
            Act::ChangeExpected(expected) => self.expect(&ward, id, *expected, step.at).await,
            Act::StartLeave | Act::EndLeave | Act::Discharge(_) | Act::CancelDischarge | Act::Die => {
                self.move_patient(&ward, id, act, step.at).await
            }
        }
    }

    /// What the ward tells of where the patient is, when it happened and was written down.
    async fn move_patient(&self, ward: &HsaId, admission_id: String, act: &Act, at: Timestamp) -> Acted {
        let mut ward = self.people.admissions(ward);
        let registered_at = Some(wire::timestamp(at));
        let at = registered_at;
        match act {
            Act::Transfer(to) => {
                let to = to.to_string();
                let request = adm::TransferPatientRequest {
                    admission_id,
                    ward: to,
                    transferred_at: at,
                    registered_at,
                    ..Default::default()
                };
                ward.transfer_patient(request).await.map(drop)
            }
            Act::StartLeave => {
                let (started_at, etc) = (at, adm::StartLeaveRequest::default());
                let request = adm::StartLeaveRequest { admission_id, started_at, registered_at, ..etc };
                ward.start_leave(request).await.map(drop)
            }
            Act::EndLeave => {
                let (ended_at, etc) = (at, adm::EndLeaveRequest::default());
                let request = adm::EndLeaveRequest { admission_id, ended_at, registered_at, ..etc };
                ward.end_leave(request).await.map(drop)
            }
            Act::Discharge(to) => {
                let request = adm::DischargePatientRequest {
                    admission_id,
                    discharged_at: at,
                    destination: (*to).into(),
                    registered_at,
                    ..Default::default()
                };
                ward.discharge_patient(request).await.map(drop)
            }
            Act::CancelDischarge => {
                let request =
                    adm::CancelDischargeRequest { admission_id, registered_at, ..Default::default() };
                ward.cancel_discharge(request).await.map(drop)
            }
            _ => {
                let (died_at, etc) = (at, adm::RecordDeathRequest::default());
                let request = adm::RecordDeathRequest { admission_id, died_at, registered_at, ..etc };
                ward.record_death(request).await.map(drop)
            }
        }
    }

    async fn void(&self, ward: &HsaId, admission_id: String) -> Acted {
        let reason = VoidReason::Duplicate.into();
        let request = adm::VoidAdmissionRequest { admission_id, reason, ..Default::default() };
        self.people.admissions(ward).void_admission(request).await.map(drop)
    }

    async fn expect(
        &self,
        ward: &HsaId,
        admission_id: String,
        is: ExpectedDischarge,
        at: Timestamp,
    ) -> Acted {
        let request = adm::ChangeExpectedDischargeRequest {
            admission_id,
            expected_discharge: Some(wire::expected_discharge(is)),
            registered_at: Some(wire::timestamp(at)),
            ..Default::default()
        };
        self.people.admissions(ward).change_expected_discharge(request).await.map(drop)
    }

    /// A hospital's system.
    fn system(&self, hospital: &HsaId) -> AdmissionServiceClient<Peer> {
        AdmissionServiceClient::new(self.people.at("ehr", hospital.as_str(), "region"))
    }

    /// The hospital has found out who it is. That comes as an A40 in life: the gateway's word, which alone may name an
    /// identity of which the hospital has no stay.
    async fn merge(&self, stay: &Stay, at: Timestamp) -> Acted {
        let person = &self.plan.persons[stay.person];
        let request = adm::MergePatientsRequest {
            surviving: Some(person.identity()),
            absorbed: Some(person.identity_at_admission()),
            merged_at: Some(wire::timestamp(at)),
            ..Default::default()
        };
        let hospital = &self.plan.places.wards[stay.ward].hospital;
        let gateway = self.people.at("gateway", hospital.as_str(), "region");
        AdmissionServiceClient::new(gateway).merge_patients(request).await?;
        Ok(())
    }
}

/// What the hospital's system tells of somebody who came. Nobody here has a name or an address of their own.
fn admission(stay: &Stay, person: &Person, ward: &HsaId, hospital: &HsaId) -> adm::AdmitPatientRequest {
    let secret = person.protection == Protection::ProtectedRegistration;
    let code = if secret { String::new() } else { person.code.clone() };
    let address = if person.protection == Protection::None { "Simuleringsgatan 1" } else { "" };
    adm::AdmitPatientRequest {
        person_id: Some(person.identity_at_admission()),
        name: "Simulerad Person".to_owned(),
        address: address.to_owned(),
        birth_date: Some(wire::date(person.birth_date)),
        sex: person.sex.into(),
        protection: person.protection.into(),
        ward: ward.to_string(),
        admitted_at: Some(wire::timestamp(stay.admitted_at)),
        visit_number: Some(adm::VisitNumber { authority: hospital.to_string(), value: stay.visit.clone() }),
        admission_type: if stay.unplanned { AdmissionType::Unplanned } else { AdmissionType::Planned }.into(),
        legal_status: if stay.compulsory { LegalStatus::Lpt } else { LegalStatus::Hsl }.into(),
        residence_municipality: code,
        municipality_source: MunicipalitySource::PopulationRegister.into(),
        listed_unit: person.listed_unit.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..Default::default()
    }
}

/// What was agreed, as goes with where the patient goes.
fn agreement(stay: &Stay, agreed_at: Timestamp) -> Agreement {
    let (transport, received_by) = match stay.destination {
        Destination::Home => (Transport::Own, Receiver::Relative),
        Destination::HomeWithCare => (Transport::PatientTransport, Receiver::HomeCare),
        _ => (Transport::PatientTransport, Receiver::CareHome),
    };
    Agreement { agreed_at, destination: stay.destination, transport, received_by }
}

/// What an act is called in the tally.
fn name(act: &Act) -> &'static str {
    match act {
        Act::OpenInbox(_) => "inboxes opened",
        Act::Admit => "admissions",
        Act::Void => "admissions voided",
        Act::Merge => "reserve numbers merged",
        Act::Assess => "needs assessed",
        Act::Notify(..) => "admission notices sent",
        Act::ChangeExpected(_) => "expected discharges changed",
        Act::Transfer(_) => "transfers",
        Act::StartLeave => "leaves begun",
        Act::EndLeave => "leaves ended",
        Act::Confirm(_) => "readiness confirmed",
        Act::Reconfirm => "readiness confirmed again after a move",
        Act::Withdraw => "readiness withdrawn",
        Act::SendDischargeNotice(_) => "discharge notices sent",
        Act::Discharge(_) => "discharges",
        Act::CancelDischarge => "discharges cancelled",
        Act::Die => "deaths",
    }
}
