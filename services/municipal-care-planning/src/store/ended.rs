//! Cases of patients who left in a period, with what figures need of them: read as sets, however many there are.

use std::collections::HashMap;

use hemgang_core::{
    day::day_begins,
    id::{AdmissionId, CaseId},
    place::MunicipalityCode,
};
use hemgang_db::{Db, Value, params};
use hemgang_indicator::{Belonging, participating};
use hemgang_proto::{
    common::{Destination, EntryReason, Protection},
    planning::{CaseState, NoticeKind},
};
use hemgang_rpc::Failure;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::domain::{
    care_contact::CareContact, case::Case, consent::Consents, discharge_information::DischargeInformation,
    judgement::Judgement, meeting::Meeting, notice::Notice, patient::Patient, sip_duty::SipDuty,
    sip_need::SipNeed, stay::Stay,
};

/// The case of a patient who has left, alive or not.
pub struct Ended {
    pub case: Case,
    pub stay: Stay,
    pub discharged_at: Timestamp,
    /// Admission notices.
    notices: Vec<Notice>,
    protection: Protection,
}

impl Ended {
    /// The participating municipality, as of every figure.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        let told =
            self.notices.iter().filter_map(|notice| Some((notice.sent_at, notice.municipality.clone()?)));
        participating(
            &told.collect::<Vec<_>>(),
            Belonging {
                liable: self.stay.liable_municipality.as_ref(),
                residence: self.stay.residence_municipality.as_ref(),
                is_secret: self.protection == Protection::ProtectedRegistration,
            },
        )
    }

    /// Whether the patient left alive, and not for another hospital.
    pub fn is_followed_up(&self) -> bool {
        let elsewhere = [Destination::Deceased, Destination::OtherHospital, Destination::OtherHospitalGroup];
        self.case.course == CaseState::Discharged && !elsewhere.contains(&self.stay.destination)
    }

    /// The same, of a case that was planned for until then.
    pub fn is_planned_for(&self) -> bool {
        self.is_followed_up() && self.is_planned_to_the_end()
    }

    /// Whether the patient left alive, and nobody had broken planning off: of those nothing can be asked that the case then
    /// takes from nobody.
    fn is_planned_to_the_end(&self) -> bool {
        self.case.course == CaseState::Discharged && self.case.state != CaseState::Interrupted
    }

    /// Whether somebody was sent an admission notice that was for them: a slutenvårdsärende.
    pub fn is_notified(&self) -> bool {
        !self.notices.is_empty()
    }

    /// Whether the patient left alive, and somebody was told here of the stay, and not by the system of before.
    pub fn is_handed_over(&self) -> bool {
        let is_told = |notice: &Notice| notice.entry_reason != EntryReason::Import;
        self.is_planned_to_the_end() && self.notices.iter().any(is_told)
    }

    /// Whether a unit of the region's outpatient care was told here, and not by the system of before.
    pub fn is_told_outpatient(&self) -> bool {
        let mut told = self.notices.iter().filter(|notice| notice.municipality.is_none());
        told.any(|notice| notice.entry_reason != EntryReason::Import)
    }
}

/// The cases whose patients left in a period, both days included.
pub async fn list(db: &Db, from: Date, to: Date) -> Result<Vec<Ended>, Failure> {
    let params = || within(from, to);
    let sql = "select * from stay where discharged_at >= $1 and discharged_at < $2";
    let stays: Vec<Stay> = db.list(sql, params()).await?;
    let sql = "select c.* from stay s join care_case c on c.admission_id = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let cases: Vec<Case> = db.list(sql, params()).await?;
    let sql = "select n.* from stay s join care_case c on c.admission_id = s.admission_id
        join notice n on n.case_id = c.case_id
        where s.discharged_at >= $1 and s.discharged_at < $2 and n.kind = 'NOTICE_KIND_ADMISSION'
          and n.withdrawn_at is null";
    let notices: Vec<Notice> = db.list(sql, params()).await?;
    let sql = "select p.* from stay s join patient p on p.admission_id = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let patients: Vec<Patient> = db.list(sql, params()).await?;

    let mut of_case: HashMap<CaseId, Vec<Notice>> = HashMap::new();
    for notice in notices {
        debug_assert_eq!(notice.kind, NoticeKind::Admission);
        of_case.entry(notice.case_id).or_default().push(notice);
    }
    let mut stays: HashMap<AdmissionId, Stay> =
        stays.into_iter().map(|stay| (stay.admission_id, stay)).collect();
    let protections: HashMap<_, _> =
        patients.into_iter().map(|patient| (patient.admission_id, patient.protection)).collect();
    let ended = cases.into_iter().filter_map(|case| {
        let stay = stays.remove(&case.admission_id?)?;
        Some(Ended {
            discharged_at: stay.discharged_at?,
            notices: of_case.remove(&case.case_id).unwrap_or_default(),
            protection: protections.get(&stay.admission_id).copied().unwrap_or_default(),
            case,
            stay,
        })
    });
    Ok(ended.collect())
}

/// What was handed over in those cases.
pub async fn handed_over(
    db: &Db,
    from: Date,
    to: Date,
) -> Result<HashMap<CaseId, DischargeInformation>, Failure> {
    let sql = "select i.* from stay s join care_case c on c.admission_id = s.admission_id
        join discharge_information i on i.case_id = c.case_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let information: Vec<DischargeInformation> = db.list(sql, within(from, to)).await?;
    Ok(information.into_iter().map(|information| (information.case_id, information)).collect())
}

/// The named care contacts of those cases.
pub async fn care_contacts(db: &Db, from: Date, to: Date) -> Result<HashMap<CaseId, CareContact>, Failure> {
    let sql = "select k.* from stay s join care_case c on c.admission_id = s.admission_id
        join care_contact k on k.case_id = c.case_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let contacts: Vec<CareContact> = db.list(sql, within(from, to)).await?;
    Ok(contacts.into_iter().map(|contact| (contact.case_id, contact)).collect())
}

/// What was judged, refused and called of a plan in those cases, where a principal said that one is needed.
pub async fn sip_duties(db: &Db, from: Date, to: Date) -> Result<HashMap<CaseId, SipDuty>, Failure> {
    let sql = "select n.* from stay s join care_case c on c.admission_id = s.admission_id
        join sip_need n on n.case_id = c.case_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let needs: Vec<SipNeed> = db.list(sql, within(from, to)).await?;
    let sql = "select m.* from stay s join care_case c on c.admission_id = s.admission_id
        join meeting m on m.case_id = c.case_id and m.is_statutory = 1
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let calls: Vec<Meeting> = db.list(sql, within(from, to)).await?;
    let sql = "select j.* from stay s join judgement j on j.admission_id = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2 order by j.number";
    let judgements: Vec<Judgement> = db.list(sql, within(from, to)).await?;
    let sql = "select k.* from stay s join consent k on k.subject = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let consents: Vec<Consents> = db.list(sql, within(from, to)).await?;
    let sql = "select c.* from stay s join care_case c on c.admission_id = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let cases: Vec<Case> = db.list(sql, within(from, to)).await?;

    let mut duties: HashMap<CaseId, SipDuty> = HashMap::new();
    for need in needs {
        duties.entry(need.case_id).or_default().needs.push(need);
    }
    for call in calls {
        duties.entry(call.case_id).and_modify(|duty| duty.called_at.push(call.booked_at));
    }
    let of_stay: HashMap<_, _> =
        cases.into_iter().filter_map(|case| Some((case.admission_id?, case.case_id))).collect();
    for judgement in judgements {
        let case_id = of_stay.get(&judgement.admission_id);
        if let Some(duty) = case_id.and_then(|case_id| duties.get_mut(case_id)) {
            duty.judgements.push(judgement);
        }
    }
    for consent in consents {
        let case_id = consent.subject.parse().ok().and_then(|id: AdmissionId| of_stay.get(&id));
        if let Some(duty) = case_id.and_then(|case_id| duties.get_mut(case_id)) {
            duty.is_refused = consent.refuses_sip();
        }
    }
    Ok(duties)
}

fn within(from: Date, to: Date) -> Vec<Value> {
    params![day_begins(from), day_begins(to.saturating_add(1.day()))]
}
