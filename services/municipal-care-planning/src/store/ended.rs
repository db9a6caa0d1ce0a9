//! Cases of patients who left in a period, with what figures need of them: read as sets, however many there are.

use std::collections::HashMap;

use hemgang_core::{
    day::stockholm,
    id::{AdmissionId, CaseId},
    place::MunicipalityCode,
};
use hemgang_db::{Db, params};
use hemgang_indicator::{Belonging, participating};
use hemgang_proto::{
    common::{EntryReason, Protection},
    planning::NoticeKind,
};
use hemgang_rpc::Failure;
use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::domain::{care_contact::CareContact, case::Case, notice::Notice, patient::Patient, stay::Stay};

/// The case of a patient who has left, alive or not.
pub struct Ended {
    pub case: Case,
    pub stay: Stay,
    pub discharged_at: Timestamp,
    pub care_contact: Option<CareContact>,
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

    /// Whether a unit of the region's outpatient care was told here, and not by the system of before.
    pub fn is_told_outpatient(&self) -> bool {
        let mut told = self.notices.iter().filter(|notice| notice.municipality.is_none());
        told.any(|notice| notice.entry_reason != EntryReason::Import)
    }
}

/// The cases whose patients left in a period, both days included.
pub async fn list(db: &Db, from: Date, to: Date) -> Result<Vec<Ended>, Failure> {
    let params = || params![begin(from), begin(to.saturating_add(1.day()))];
    let sql = "select * from stay where discharged_at >= $1 and discharged_at < $2";
    let stays: Vec<Stay> = db.list(sql, params()).await?;
    let sql = "select c.* from stay s join care_case c on c.admission_id = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let cases: Vec<Case> = db.list(sql, params()).await?;
    let sql = "select n.* from stay s join care_case c on c.admission_id = s.admission_id
        join notice n on n.case_id = c.case_id
        where s.discharged_at >= $1 and s.discharged_at < $2 and n.kind = 'NOTICE_KIND_ADMISSION'";
    let notices: Vec<Notice> = db.list(sql, params()).await?;
    let sql = "select p.* from stay s join patient p on p.admission_id = s.admission_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let patients: Vec<Patient> = db.list(sql, params()).await?;
    let sql = "select k.* from stay s join care_case c on c.admission_id = s.admission_id
        join care_contact k on k.case_id = c.case_id
        where s.discharged_at >= $1 and s.discharged_at < $2";
    let contacts: Vec<CareContact> = db.list(sql, params()).await?;

    let mut of_case: HashMap<CaseId, Vec<Notice>> = HashMap::new();
    for notice in notices {
        debug_assert_eq!(notice.kind, NoticeKind::Admission);
        of_case.entry(notice.case_id).or_default().push(notice);
    }
    let mut stays: HashMap<AdmissionId, Stay> =
        stays.into_iter().map(|stay| (stay.admission_id, stay)).collect();
    let protections: HashMap<_, _> =
        patients.into_iter().map(|patient| (patient.admission_id, patient.protection)).collect();
    let mut contacts: HashMap<_, _> =
        contacts.into_iter().map(|contact| (contact.case_id, contact)).collect();
    let ended = cases.into_iter().filter_map(|case| {
        let stay = stays.remove(&case.admission_id?)?;
        Some(Ended {
            discharged_at: stay.discharged_at?,
            care_contact: contacts.remove(&case.case_id),
            notices: of_case.remove(&case.case_id).unwrap_or_default(),
            protection: protections.get(&stay.admission_id).copied().unwrap_or_default(),
            case,
            stay,
        })
    });
    Ok(ended.collect())
}

/// The instant at which a day begins in Stockholm.
fn begin(day: Date) -> Timestamp {
    day.to_zoned(stockholm()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
