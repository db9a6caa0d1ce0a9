//! A stay as two feeds tell of it. Neither waits for the other, so either may be the first to name it.

use hemgang_core::{
    day::local_day,
    expected::ExpectedDischarge,
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::{
    admission::{AdmissionState, DischargeNotice, LegalStatus},
    common::{self as pb, AgeGroup, Destination, Receiver, Sex, Specialty, Transport},
};
use hemgang_rpc::wire;
use jiff::{Timestamp, civil::Date};

use super::expected::{Expectation, expected_day};

/// A stay as kept. Every followed event of an admission replaces it: two followers that decide on the same
/// admission at the same moment are told apart by its version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub hospital: Option<HsaId>,
    pub ward: Option<HsaId>,
    pub state: AdmissionState,
    pub specialty: Specialty,
    pub legal_status: LegalStatus,
    /// None when unknown or secret, as the liable one.
    pub residence_municipality: Option<MunicipalityCode>,
    pub liable_municipality: Option<MunicipalityCode>,
    pub sex: Sex,
    /// At admission.
    pub age_group: AgeGroup,
    pub admitted_at: Option<Timestamp>,
    pub expected_discharge: Option<ExpectedDischarge>,
    /// That and what was said before, the first first.
    pub expectations: Vec<Expectation>,
    /// The local days of that and of what was agreed, by which lists find who goes home when.
    pub expected_on: Option<Date>,
    pub agreed_on: Option<Date>,
    pub agreed_at: Option<Timestamp>,
    pub agreed_destination: Destination,
    pub transport: Transport,
    pub received_by: Receiver,
    pub discharge_notice_at: Option<Timestamp>,
    pub discharged_at: Option<Timestamp>,
    pub destination: Destination,
    pub ready: bool,
    pub ready_since: Option<Timestamp>,
}

impl Stay {
    /// A stay of which nothing was heard; its first version is yet to be written.
    pub fn unheard(admission_id: AdmissionId) -> Self {
        Self {
            admission_id,
            version: 0,
            hospital: None,
            ward: None,
            state: AdmissionState::Unspecified,
            specialty: Specialty::Unspecified,
            legal_status: LegalStatus::Unspecified,
            residence_municipality: None,
            liable_municipality: None,
            sex: Sex::Unspecified,
            age_group: AgeGroup::Unspecified,
            admitted_at: None,
            expected_discharge: None,
            expectations: Vec::new(),
            expected_on: None,
            agreed_on: None,
            agreed_at: None,
            agreed_destination: Destination::Unspecified,
            transport: Transport::Unspecified,
            received_by: Receiver::Unspecified,
            discharge_notice_at: None,
            discharged_at: None,
            destination: Destination::Unspecified,
            ready: false,
            ready_since: None,
        }
    }

    /// The stay as it is kept next, with the days on which the patient is to go home.
    #[must_use]
    pub fn next(self) -> Self {
        let expected_on = self.expected_discharge.and_then(expected_day);
        let agreed_on = self.agreed_at.map(local_day);
        Self { version: self.version + 1, expected_on, agreed_on, ..self }
    }

    /// What an event says of when the patient will leave; the stay as it is where it says nothing.
    #[must_use]
    pub fn expect(mut self, said: Option<pb::ExpectedDischarge>, since: Timestamp) -> Self {
        let Some(expected) = said.as_ref().and_then(wire::expected) else { return self };
        self.expected_discharge = Some(expected);
        self.expectations.push(Expectation { since, expected });
        self
    }

    /// Nothing that holds says any more when the patient will leave.
    #[must_use]
    pub fn expect_nothing(mut self, since: Timestamp) -> Self {
        self.expected_discharge = None;
        self.expectations.push(Expectation { since, expected: ExpectedDischarge::UnknownYet });
        self
    }

    /// What stood just before an instant.
    pub fn expected_before(&self, end: Timestamp) -> Option<ExpectedDischarge> {
        let stood = self.expectations.iter().rfind(|expectation| expectation.since < end);
        stood.map(|expectation| expectation.expected)
    }

    /// The latest discharge notice, when one came.
    pub fn discharge_notice(&self) -> Option<DischargeNotice> {
        Some(DischargeNotice {
            agreed_at: self.agreed_at.map(wire::timestamp),
            destination: self.agreed_destination.into(),
            transport: self.transport.into(),
            received_by: self.received_by.into(),
            sent_at: Some(wire::timestamp(self.discharge_notice_at?)),
        })
    }
}
