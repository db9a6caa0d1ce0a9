//! Hospitals whose systems tell what happens through the gRPC API, each with its own token.

use hemgang_core::{expected::ExpectedDischarge, place::HsaId};
use hemgang_proto::{
    admission::{
        self as adm, AdmissionType, LegalStatus, MunicipalitySource, VoidReason,
        admission_service_client::AdmissionServiceClient,
    },
    common::Protection,
};
use hemgang_rpc::wire;
use jiff::Timestamp;
use tonic::Status;

use super::{
    act::{Hospitals, Numbered, Of},
    persons::Person,
    plan::{Act, Plan},
};
use crate::people::{Acted, People};

/// Hospitals on the API.
pub struct Api<'a> {
    people: &'a People,
    plan: &'a Plan,
}

impl<'a> Api<'a> {
    /// The hospitals of a plan.
    pub fn new(people: &'a People, plan: &'a Plan) -> Self {
        Self { people, plan }
    }

    /// The hospital has found out who it is. That comes as an A40 in life: the gateway's word, which alone may name an
    /// identity of which the hospital has no stay.
    async fn merge(&self, person: &Person, hospital: &HsaId, at: Timestamp) -> Acted {
        let request = adm::MergePatientsRequest {
            surviving: Some(person.identity()),
            absorbed: Some(person.identity_at_admission()),
            merged_at: Some(wire::timestamp(at)),
            ..Default::default()
        };
        let gateway = self.people.at("gateway", hospital.as_str(), "region");
        AdmissionServiceClient::new(gateway).merge_patients(request).await.map(drop)
    }

    async fn expect(
        &self,
        of: Of<'_>,
        is: ExpectedDischarge,
        registered_at: Option<pbjson_types::Timestamp>,
    ) -> Acted {
        let request = adm::ChangeExpectedDischargeRequest {
            admission_id: of.admission_id.to_owned(),
            expected_discharge: Some(wire::expected_discharge(is)),
            registered_at,
            ..Default::default()
        };
        self.people.admissions(of.ward).change_expected_discharge(request).await.map(drop)
    }
}

#[async_trait::async_trait(?Send)]
impl Hospitals for Api<'_> {
    async fn admit(&self, Numbered { step, .. }: Numbered<'_>) -> Result<String, Status> {
        let (stay, person, ward) = self.plan.of(step);
        let mut system = AdmissionServiceClient::new(self.people.at("ehr", ward.hospital.as_str(), "region"));
        let secret = person.protection == Protection::ProtectedRegistration;
        let code = if secret { String::new() } else { person.code.clone() };
        let request = adm::AdmitPatientRequest {
            person_id: Some(person.identity_at_admission()),
            name: person.name.to_string(),
            address: person.address(),
            birth_date: Some(wire::date(person.birth_date)),
            sex: person.sex.into(),
            protection: person.protection.into(),
            ward: ward.hsa_id.to_string(),
            admitted_at: Some(wire::timestamp(stay.admitted_at)),
            visit_number: Some(adm::VisitNumber {
                authority: ward.hospital.to_string(),
                value: stay.visit.clone(),
            }),
            admission_type: if stay.unplanned { AdmissionType::Unplanned } else { AdmissionType::Planned }
                .into(),
            legal_status: if stay.compulsory { LegalStatus::Lpt } else { LegalStatus::Hsl }.into(),
            residence_municipality: code,
            municipality_source: MunicipalitySource::PopulationRegister.into(),
            listed_unit: person.listed_unit.as_ref().map(ToString::to_string).unwrap_or_default(),
            ..Default::default()
        };
        let answer = system.admit_patient(request).await?.into_inner();
        Ok(answer.admission.unwrap_or_default().admission_id)
    }

    async fn tell(&self, Numbered { step, .. }: Numbered<'_>, of: Of<'_>) -> Acted {
        let mut ward = self.people.admissions(of.ward);
        let registered_at = Some(wire::timestamp(step.at));
        let happened_at = Some(wire::timestamp(step.happened_at));
        let admission_id = of.admission_id.to_owned();
        match &step.act {
            Act::Transfer(to) => {
                let (to, etc) = (to.to_string(), adm::TransferPatientRequest::default());
                let at = happened_at;
                let request = adm::TransferPatientRequest {
                    admission_id,
                    ward: to,
                    transferred_at: at,
                    registered_at,
                    ..etc
                };
                ward.transfer_patient(request).await.map(drop)
            }
            Act::StartLeave => {
                let (started_at, etc) = (happened_at, adm::StartLeaveRequest::default());
                let request = adm::StartLeaveRequest { admission_id, started_at, registered_at, ..etc };
                ward.start_leave(request).await.map(drop)
            }
            Act::EndLeave => {
                let (ended_at, etc) = (happened_at, adm::EndLeaveRequest::default());
                let request = adm::EndLeaveRequest { admission_id, ended_at, registered_at, ..etc };
                ward.end_leave(request).await.map(drop)
            }
            Act::Discharge(to) => {
                let request = adm::DischargePatientRequest {
                    admission_id,
                    discharged_at: happened_at,
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
            Act::Die => {
                let (died_at, etc) = (happened_at, adm::RecordDeathRequest::default());
                let request = adm::RecordDeathRequest { admission_id, died_at, registered_at, ..etc };
                ward.record_death(request).await.map(drop)
            }
            Act::Void => {
                let reason = VoidReason::Duplicate.into();
                let request = adm::VoidAdmissionRequest { admission_id, reason, ..Default::default() };
                ward.void_admission(request).await.map(drop)
            }
            Act::ChangeExpected(is) => self.expect(of, *is, registered_at).await,
            Act::Merge => {
                let (_, person, ward) = self.plan.of(step);
                self.merge(person, &ward.hospital, step.at).await
            }
            _ => Err(Status::internal("nothing that a hospital's system tells")),
        }
    }
}
