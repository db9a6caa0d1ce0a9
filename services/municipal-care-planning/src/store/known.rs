//! Cases with what figures need of them, with or without an admission: read as sets, however many there are.

use std::collections::{BTreeSet, HashMap};

use hemgang_core::{
    id::{AdmissionId, CaseId},
    place::MunicipalityCode,
};
use hemgang_db::Db;
use hemgang_indicator::{Belonging, participating};
use hemgang_proto::common::Protection;
use hemgang_rpc::Failure;
use jiff::Timestamp;

use crate::domain::{case::Case, notice::Notice, party::Party, patient::Patient, person::Person, stay::Stay};

/// The municipalities whose units were told of a case, each with when.
type Told = Vec<(Timestamp, MunicipalityCode)>;

/// A case as figures know it.
#[derive(Clone)]
pub struct Known {
    pub case: Case,
    /// None of a case without an admission.
    pub stay: Option<Stay>,
    told: Told,
    protection: Protection,
}

impl Known {
    /// Whether figures say no municipality of it (skyddad folkbokföring).
    pub fn is_secret(&self) -> bool {
        self.protection == Protection::ProtectedRegistration
    }

    /// The participating municipality, as of every figure.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        let stay = self.stay.as_ref();
        participating(
            &self.told,
            Belonging {
                liable: stay.and_then(|stay| stay.liable_municipality.as_ref()),
                residence: stay.and_then(|stay| stay.residence_municipality.as_ref()),
                is_secret: self.is_secret(),
            },
        )
    }
}

/// The cases of these ids.
pub async fn list_of(db: &Db, ids: &BTreeSet<CaseId>) -> Result<HashMap<CaseId, Known>, Failure> {
    let sql = "select * from care_case where case_id in (select key from keys)";
    let cases: Vec<Case> = db.list_of(sql, ids).await?;
    let admissions: BTreeSet<AdmissionId> = cases.iter().filter_map(|case| case.admission_id).collect();
    let stays = super::stay::list_of(db, admissions.iter().copied()).await?;
    let sql = "select * from patient where admission_id in (select key from keys)";
    let patients: Vec<Patient> = db.list_of(sql, &admissions).await?;
    let sql = "select * from person where case_id in (select key from keys)";
    let persons: Vec<Person> = db.list_of(sql, ids).await?;
    let of_patients: HashMap<AdmissionId, Protection> =
        patients.into_iter().map(|patient| (patient.admission_id, patient.protection)).collect();
    let of_persons: HashMap<CaseId, Protection> =
        persons.into_iter().map(|person| (person.case_id, person.protection)).collect();

    let mut told = told(db, ids).await?;
    let known = cases.into_iter().map(|case| {
        let protection = match case.admission_id {
            Some(id) => of_patients.get(&id),
            None => of_persons.get(&case.case_id),
        };
        let known = Known {
            stay: case.admission_id.and_then(|id| stays.get(&id).cloned()),
            told: told.remove(&case.case_id).unwrap_or_default(),
            protection: protection.copied().unwrap_or_default(),
            case,
        };
        (known.case.case_id, known)
    });
    Ok(known.collect())
}

/// Which municipalities were told of these cases: by admission notices; of a case without an admission, by being its
/// parties.
async fn told(db: &Db, ids: &BTreeSet<CaseId>) -> Result<HashMap<CaseId, Told>, Failure> {
    let sql = "select * from notice where municipality is not null and kind = 'NOTICE_KIND_ADMISSION' and withdrawn_at is null \
               and case_id in (select key from keys)";
    let notices: Vec<Notice> = db.list_of(sql, ids).await?;
    let sql = "select p.* from party p join care_case c on c.case_id = p.case_id \
               where p.municipality is not null and c.admission_id is null and p.left_at is null \
               and p.case_id in (select key from keys)";
    let parties: Vec<Party> = db.list_of(sql, ids).await?;
    let of_notices = notices.into_iter().map(|notice| (notice.case_id, notice.sent_at, notice.municipality));
    let of_parties = parties.into_iter().map(|party| (party.case_id, party.since, party.municipality));
    let mut told: HashMap<CaseId, Told> = HashMap::new();
    for (case_id, at, municipality) in of_notices.chain(of_parties) {
        told.entry(case_id).or_default().extend(municipality.map(|municipality| (at, municipality)));
    }
    Ok(told)
}
