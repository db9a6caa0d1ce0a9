//! What wards noted on paper, one request a form.

use hemgang_core::expected::ExpectedDischarge;
use hemgang_proto::{admission as adm, common::Destination, readiness as ready, readiness::WithdrawalReason};
use hemgang_rpc::wire;

use super::Telling;
use crate::import::rows::stop::{Stop, call};

impl Telling<'_> {
    pub(super) async fn notify(
        &self,
        needs: &adm::NeedsAssessment,
        recipients: &[String],
        expected: Option<ExpectedDischarge>,
    ) -> Result<(), Stop> {
        let assess = || adm::AssessNeedsRequest {
            request_id: self.request_id("needs"),
            admission_id: self.admission_id.clone(),
            needs_assessment: Some(needs.clone()),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.admissions(), assess_needs as "AssessNeeds", assess())?;
        let notify = || adm::SendAdmissionNoticeRequest {
            request_id: self.request_id("notice"),
            admission_id: self.admission_id.clone(),
            recipients: recipients.to_vec(),
            expected_discharge: expected.map(wire::expected_discharge),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.admissions(), send_admission_notice as "SendAdmissionNotice", notify())?;
        Ok(())
    }

    pub(super) async fn expect(&self, expected: ExpectedDischarge) -> Result<(), Stop> {
        let request = || adm::ChangeExpectedDischargeRequest {
            request_id: self.request_id("expected"),
            admission_id: self.admission_id.clone(),
            expected_discharge: Some(wire::expected_discharge(expected)),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.admissions(), change_expected_discharge as "ChangeExpectedDischarge", request())?;
        Ok(())
    }

    pub(super) async fn confirm(&self) -> Result<(), Stop> {
        let request = || ready::ConfirmReadinessRequest {
            request_id: self.request_id("ready"),
            admission_id: self.admission_id.clone(),
            assessed_by: self.paper.person.clone(),
            assessed_at: self.at(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.readiness(), confirm_readiness as "ConfirmReadiness", request())?;
        Ok(())
    }

    pub(super) async fn withdraw(&self, reason: WithdrawalReason) -> Result<(), Stop> {
        let request = || ready::WithdrawReadinessRequest {
            request_id: self.request_id("withdrawn"),
            admission_id: self.admission_id.clone(),
            reason: reason.into(),
            assessed_by: self.paper.person.clone(),
            assessed_at: self.at(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.readiness(), withdraw_readiness as "WithdrawReadiness", request())?;
        Ok(())
    }

    pub(super) async fn announce(&self, said: &adm::SendDischargeNoticeRequest) -> Result<(), Stop> {
        let request = || adm::SendDischargeNoticeRequest {
            request_id: self.request_id("discharge-notice"),
            admission_id: self.admission_id.clone(),
            retrospective_entry: self.entry(),
            ..said.clone()
        };
        call!(self.admissions(), send_discharge_notice as "SendDischargeNotice", request())?;
        Ok(())
    }

    pub(super) async fn discharge(&self, destination: Destination) -> Result<(), Stop> {
        let request = || adm::DischargePatientRequest {
            request_id: self.request_id("discharge"),
            admission_id: self.admission_id.clone(),
            discharged_at: self.at(),
            destination: destination.into(),
            retrospective_entry: self.entry(),
            ..Default::default()
        };
        call!(self.admissions(), discharge_patient as "DischargePatient", request())?;
        Ok(())
    }
}
