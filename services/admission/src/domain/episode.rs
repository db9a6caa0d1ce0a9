//! An inpatient episode: its state, and what each command makes of it. A command raises the version by one.

use hemgang_core::{
    day::local_day,
    expected::ExpectedDischarge,
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
    redacted::Redacted,
};
use hemgang_proto::{
    admission::{
        self as pb, AdmissionState, AdmissionType, LegalStatus, MunicipalitySource, VoidReason,
        admission_event::Event,
    },
    common::{AgeGroup, Destination, Protection, Receiver, Sex, Specialty, Transport},
};
use hemgang_rpc::{Audience, Entry, wire};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    domain::{
        age,
        description::{Description, DetailsRecorded},
        patient::PatientId,
        quality::Raised,
        recorded::Recorded,
    },
    error::Error,
};

/// An episode as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    pub admission_id: AdmissionId,
    pub version: i64,
    pub patient_id: PatientId,
    pub visit_authority: String,
    pub visit_value: String,
    /// Who the patient is as this stay's sender said; what others say of the patient is not for its parties.
    pub name: Redacted<String>,
    pub address: Redacted<String>,
    pub birth_date: Option<Date>,
    pub sex: Sex,
    pub hospital: HsaId,
    pub ward: HsaId,
    pub specialty: Specialty,
    pub admission_type: AdmissionType,
    pub legal_status: LegalStatus,
    pub state: AdmissionState,
    pub admitted_at: Timestamp,
    /// When the sender recorded the admission last, and its void: of the two the later one holds.
    pub registered_at: Timestamp,
    pub void_registered_at: Option<Timestamp>,
    /// When the stay before it under its visit number was voided.
    pub after_void: Option<Timestamp>,
    /// When the sender recorded the last statement of when the patient came.
    pub admitted_recorded: Recorded,
    pub residence_municipality: Option<MunicipalityCode>,
    pub liable_municipality: Option<MunicipalityCode>,
    pub municipality_source: MunicipalitySource,
    pub listed_unit: Option<HsaId>,
    pub quality_flags: Vec<Raised>,
    pub expected_discharge: Option<ExpectedDischarge>,
    pub needs_social_services: bool,
    pub needs_health_care: bool,
    pub needs_outpatient: bool,
    pub needs_assessed_at: Option<Timestamp>,
    pub needs_assessed_by: Option<HsaId>,
    pub notices: i64,
    pub agreed_at: Option<Timestamp>,
    pub agreed_destination: Destination,
    pub transport: Transport,
    pub received_by: Receiver,
    pub discharge_notice_at: Option<Timestamp>,
    pub discharged_at: Option<Timestamp>,
    pub destination: Destination,
    pub on_leave_since: Option<Timestamp>,
    /// How many movements were told, the admission among them.
    pub movements: i64,
    pub expected_recorded: Option<Recorded>,
    pub details_recorded: DetailsRecorded,
}

/// A physician's judgement of need, 2 kap. 1 §.
#[derive(Clone, Debug)]
pub struct Needs {
    pub social_services: bool,
    pub health_care: bool,
    pub outpatient: bool,
    pub assessed_at: Timestamp,
    pub assessed_by: HsaId,
}

/// What was agreed for going home.
#[derive(Clone, Copy, Debug)]
pub struct Agreement {
    pub agreed_at: Timestamp,
    pub destination: Destination,
    pub transport: Transport,
    pub received_by: Receiver,
}

impl Needs {
    fn to_wire(&self) -> pb::NeedsAssessment {
        pb::NeedsAssessment {
            social_services: self.social_services,
            municipal_health_care: self.health_care,
            region_outpatient_care: self.outpatient,
            assessed_at: Some(wire::timestamp(self.assessed_at)),
            assessed_by: self.assessed_by.to_string(),
        }
    }
}

impl Agreement {
    fn to_wire(self, sent_at: Timestamp) -> pb::DischargeNotice {
        pb::DischargeNotice {
            agreed_at: Some(wire::timestamp(self.agreed_at)),
            destination: self.destination.into(),
            transport: self.transport.into(),
            received_by: self.received_by.into(),
            sent_at: Some(wire::timestamp(sent_at)),
        }
    }
}

impl Episode {
    /// Who may see it: the staff of its hospital and ward. An admission alone reaches nobody else.
    pub fn audience(&self) -> Audience {
        Audience::stay(&self.hospital, &self.ward)
    }

    /// What is told of a new episode.
    pub fn admitted(&self) -> Event {
        Event::PatientAdmitted(self.told())
    }

    /// What is told to those who see it from now on.
    pub fn shared(&self, admission_notices: Vec<pb::AdmissionNotice>) -> Event {
        Event::StayShared(pb::StayShared {
            stay: Some(self.told()),
            state: self.state.into(),
            needs_assessment: self.needs(),
            admission_notices,
            discharge_notice: self.discharge_notice(),
            discharged_at: self.discharged_at.map(wire::timestamp),
            destination: self.destination.into(),
            on_leave_since: self.on_leave_since.map(wire::timestamp),
            quality_flags: self.quality_flags.iter().map(pb::RaisedFlag::from).collect(),
        })
    }

    /// The stay as it stands, without the person.
    fn told(&self) -> pb::PatientAdmitted {
        pb::PatientAdmitted {
            patient_id: self.patient_id.to_string(),
            hospital: self.hospital.to_string(),
            ward: self.ward.to_string(),
            specialty: self.specialty.into(),
            admission_type: self.admission_type.into(),
            legal_status: self.legal_status.into(),
            admitted_at: Some(wire::timestamp(self.admitted_at)),
            residence_municipality: text(self.residence_municipality.as_ref()),
            liable_municipality: text(self.liable_municipality.as_ref()),
            listed_unit: text(self.listed_unit.as_ref()),
            expected_discharge: self.expected_discharge.map(wire::expected_discharge),
            sex: self.sex.into(),
            age_group: self.age_group().into(),
        }
    }

    /// Records a judgement of need. A later one replaces it; the feed keeps both.
    pub fn assess_needs(mut self, needs: Needs, entry: Option<Entry>) -> Result<(Self, Event), Error> {
        self.open(entry)?;
        self.not_before_admission(needs.assessed_at)?;
        self.version += 1;
        let told = needs.to_wire();
        let event = Event::NeedsAssessed(pb::NeedsAssessed { needs_assessment: Some(told) });
        // On paper before what was judged since: that stands.
        if entry.is_some() && self.needs_assessed_at > Some(needs.assessed_at) {
            return Ok((self, event));
        }
        self.needs_social_services = needs.social_services;
        self.needs_health_care = needs.health_care;
        self.needs_outpatient = needs.outpatient;
        self.needs_assessed_at = Some(needs.assessed_at);
        self.needs_assessed_by = Some(needs.assessed_by);
        Ok((self, event))
    }

    /// Sends an admission notice. `outpatient_told` says whether region outpatient care is among the recipients
    /// now or was before; where municipal health care is needed it must be, 2 kap. 1 § andra stycket.
    pub fn send_notice(
        mut self,
        recipients: &[HsaId],
        outpatient_told: bool,
        expected: Option<ExpectedDischarge>,
        entry: Option<Entry>,
    ) -> Result<(Self, Event), Error> {
        self.open(entry)?;
        if !(self.needs_social_services || self.needs_health_care || self.needs_outpatient) {
            return Err(Error::NeedsNotAssessed);
        }
        if self.needs_health_care && !outpatient_told {
            return Err(Error::OutpatientRecipientMissing);
        }
        self.version += 1;
        self.notices += 1;
        let is_older = entry.is_some_and(|entry| self.expected_recorded > Some(entry.stated_at.into()));
        let expected = expected.filter(|_| !is_older);
        self.expected_discharge = expected.or(self.expected_discharge);
        let event = Event::AdmissionNoticeSent(pb::AdmissionNoticeSent {
            recipients: recipients.iter().map(ToString::to_string).collect(),
            expected_discharge: self.expected_discharge.map(wire::expected_discharge),
        });
        Ok((self, event))
    }

    /// The stay with what its admission says of the expected discharge, where nothing later was said.
    pub fn expecting(
        self,
        expected: Option<ExpectedDischarge>,
        recorded: &Recorded,
    ) -> (Self, Option<Event>) {
        let is_late = self.expected_recorded.as_ref().is_some_and(|last| recorded < last);
        let Some(expected) = expected.filter(|_| !is_late) else { return (self, None) };
        let is_new = self.expected_discharge != Some(expected);
        let expected_discharge = Some(wire::expected_discharge(expected));
        let changed = Event::ExpectedDischargeChanged(pb::ExpectedDischargeChanged { expected_discharge });
        let expected_recorded = Some(recorded.clone());
        let after = Self { expected_discharge: Some(expected), expected_recorded, ..self };
        (after, is_new.then_some(changed))
    }

    /// Changes the expected discharge, 2 kap. 4 §.
    ///
    /// One of a log may come after the departure that it was recorded before: it holds once that is taken back.
    pub fn change_expected(
        mut self,
        expected: ExpectedDischarge,
        is_of_log: bool,
        recorded: Recorded,
    ) -> Result<(Self, Event), Error> {
        if !is_of_log || self.state == AdmissionState::Voided {
            self.open(None)?;
        }
        self.expected_recorded = Some(recorded);
        self.version += 1;
        self.expected_discharge = Some(expected);
        let expected_discharge = Some(wire::expected_discharge(expected));
        Ok((self, Event::ExpectedDischargeChanged(pb::ExpectedDischargeChanged { expected_discharge })))
    }

    /// Tells the notified units what was agreed for going home.
    pub fn send_discharge_notice(
        mut self,
        agreement: Agreement,
        entry: Option<Entry>,
        now: Timestamp,
    ) -> Result<(Self, Event), Error> {
        self.open(entry)?;
        self.not_before_admission(agreement.agreed_at)?;
        if self.notices == 0 {
            return Err(Error::NoticeNotSent);
        }
        self.version += 1;
        let sent_at = Entry::stated_or(entry, now);
        let told = Some(agreement.to_wire(sent_at));
        let event = Event::DischargeNoticeSent(pb::DischargeNoticeSent { discharge_notice: told });
        // What was agreed since stands.
        if self.discharge_notice_at > Some(sent_at) {
            return Ok((self, event));
        }
        self.agreed_at = Some(agreement.agreed_at);
        self.agreed_destination = agreement.destination;
        self.transport = agreement.transport;
        self.received_by = agreement.received_by;
        self.discharge_notice_at = Some(sent_at);
        Ok((self, event))
    }

    /// Whether what was recorded then under its visit number is of the void stay before it.
    pub fn is_before(&self, recorded_at: Timestamp) -> bool {
        self.after_void.is_some_and(|void| recorded_at <= void)
    }

    /// Whether the patient had left that long when something was recorded of the person: it says nothing of a stay that
    /// is history, and moves no figure of then.
    pub fn is_history(&self, recorded_at: Timestamp, kept: SignedDuration) -> bool {
        self.discharged_at.is_some_and(|left| recorded_at.duration_since(left) >= kept)
    }

    /// The stay after what its sender says of the person, of where the patient belongs and of what kind of stay it is. Of
    /// each part an older statement that comes late says nothing; that the person died is a movement.
    #[must_use]
    pub fn described(mut self, said: &Description, recorded: &DetailsRecorded) -> Self {
        let said = Description { death: None, ..said.clone() };
        let said = said.over(recorded, &mut self.details_recorded);
        self.saying(said)
    }

    /// The stay with all of what is said.
    #[must_use]
    pub fn saying(self, said: Description) -> Self {
        Self {
            birth_date: said.birth_date.over(self.birth_date.as_ref()),
            residence_municipality: said.residence_municipality.over(self.residence_municipality.as_ref()),
            liable_municipality: said.liable_municipality.over(self.liable_municipality.as_ref()),
            listed_unit: said.listed_unit.over(self.listed_unit.as_ref()),
            name: said.name.unwrap_or(self.name),
            address: said.address.unwrap_or(self.address),
            sex: said.sex.unwrap_or(self.sex),
            admission_type: said.admission_type.unwrap_or(self.admission_type),
            legal_status: said.legal_status.unwrap_or(self.legal_status),
            municipality_source: said.municipality_source.unwrap_or(self.municipality_source),
            ..self
        }
    }

    /// What the patient's protection leaves of a stay. With skyddad folkbokföring the municipality itself can be
    /// secret, and where the patient is listed tells of it: neither is kept nor told. Sex and age group are: they tell
    /// nobody where the patient is to be found, and a stay of no municipality is in no municipality's figures.
    #[must_use]
    pub fn under(self, protection: Protection) -> Self {
        let stay = if protection.is_one() { Self { address: Redacted::default(), ..self } } else { self };
        if protection != Protection::ProtectedRegistration {
            return stay;
        }
        Self { residence_municipality: None, liable_municipality: None, listed_unit: None, ..stay }
    }

    /// What is told of where the patient belongs.
    pub fn residence_recorded(&self) -> Event {
        Event::ResidenceRecorded(pb::ResidenceRecorded {
            residence_municipality: text(self.residence_municipality.as_ref()),
            liable_municipality: text(self.liable_municipality.as_ref()),
            listed_unit: text(self.listed_unit.as_ref()),
        })
    }

    /// Age at admission, as figures cut it.
    pub fn age_group(&self) -> AgeGroup {
        age::group(self.birth_date, local_day(self.admitted_at))
    }

    /// What is told of the person for figures.
    pub fn sex_and_age_recorded(&self) -> Event {
        let (sex, age_group) = (self.sex.into(), self.age_group().into());
        Event::SexAndAgeRecorded(pb::SexAndAgeRecorded { sex, age_group })
    }

    /// What is told of what kind of stay it is.
    pub fn type_and_legal_status_recorded(&self) -> Event {
        let (admission_type, legal_status) = (self.admission_type.into(), self.legal_status.into());
        Event::TypeAndLegalStatusRecorded(pb::TypeAndLegalStatusRecorded { admission_type, legal_status })
    }

    /// The stay is another patient's, because its own was absorbed.
    #[must_use]
    pub fn of_patient(self, patient_id: PatientId) -> Self {
        Self { patient_id, ..self }
    }

    /// The stay without what identifies anybody; what figures are cut by stays.
    #[must_use]
    pub fn of_nobody(self, patient_id: PatientId) -> Self {
        let birth_date = age::coarse(self.age_group(), local_day(self.admitted_at));
        let (name, address) = (Redacted::default(), Redacted::default());
        Self { version: self.version + 1, patient_id, name, address, birth_date, ..self }
    }

    /// Voids an admission that never was, whatever became of it.
    /// None where the admission was recorded after that: it was told anew since, and is.
    pub fn void(
        mut self,
        reason: VoidReason,
        registered_at: Timestamp,
    ) -> Result<Option<(Self, Event)>, Error> {
        if self.state == AdmissionState::Voided {
            return Err(Error::AdmissionVoided);
        }
        if registered_at < self.registered_at {
            return Ok(None);
        }
        self.version += 1;
        self.state = AdmissionState::Voided;
        self.void_registered_at = Some(registered_at);
        Ok(Some((self, Event::AdmissionVoided(pb::AdmissionVoided { reason: reason.into() }))))
    }

    /// The judgement of need, when one was made.
    pub fn needs(&self) -> Option<pb::NeedsAssessment> {
        let needs = Needs {
            social_services: self.needs_social_services,
            health_care: self.needs_health_care,
            outpatient: self.needs_outpatient,
            assessed_at: self.needs_assessed_at?,
            assessed_by: self.needs_assessed_by.clone()?,
        };
        Some(needs.to_wire())
    }

    /// The discharge notice, when one was sent.
    pub fn discharge_notice(&self) -> Option<pb::DischargeNotice> {
        let agreement = Agreement {
            agreed_at: self.agreed_at?,
            destination: self.agreed_destination,
            transport: self.transport,
            received_by: self.received_by,
        };
        Some(agreement.to_wire(self.discharge_notice_at?))
    }

    /// Whether something may be told of the stay: while the patient is in hospital, and afterwards what was sent or
    /// registered while the patient was. Papers are entered in any order, and the hospital's own system may have told
    /// of the departure before anybody gets to them.
    fn open(&self, entry: Option<Entry>) -> Result<(), Error> {
        let state = self.state;
        let was_open = |entry: Entry| {
            state != AdmissionState::Voided && self.discharged_at.is_some_and(|left| entry.stated_at <= left)
        };
        if state != AdmissionState::Admitted && !entry.is_some_and(was_open) {
            return Err(Error::AdmissionNotOpen { state });
        }
        entry.map_or(Ok(()), |entry| self.not_before_admission(entry.stated_at))
    }

    pub fn not_before_admission(&self, at: Timestamp) -> Result<(), Error> {
        if at < self.admitted_at { Err(Error::BeforeAdmission) } else { Ok(()) }
    }
}

/// A value's text, or the empty text that the contract has for nothing.
pub fn text<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}
