//! Meetings that were held in a period, with what figures need of their cases: read as sets, however many there are.

use std::collections::HashMap;

use hemgang_core::{
    id::{AdmissionId, CaseId},
    place::MunicipalityCode,
};
use hemgang_db::{Db, Row, params};
use hemgang_indicator::{Belonging, participating};
use hemgang_proto::{common::Protection, planning::MeetingKind};
use hemgang_rpc::Failure;
use jiff::{Timestamp, civil::Date};

use crate::domain::{case::Case, meeting::Meeting, patient::Patient, person::Person, stay::Stay};

/// The municipalities whose units were told of a case, each with when.
type Told = Vec<(Timestamp, MunicipalityCode)>;

/// A meeting that was held, and its case.
pub struct Held {
    pub meeting: Meeting,
    pub on: Date,
    pub case: Case,
    /// None of a case without an admission.
    pub stay: Option<Stay>,
    told: Told,
    protection: Protection,
}

impl Held {
    /// The participating municipality, as of every figure.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        let stay = self.stay.as_ref();
        participating(
            &self.told,
            Belonging {
                liable: stay.and_then(|stay| stay.liable_municipality.as_ref()),
                residence: stay.and_then(|stay| stay.residence_municipality.as_ref()),
                is_secret: self.protection == Protection::ProtectedRegistration,
            },
        )
    }
}

/// The meetings of a kind that were held in a period, both days included.
pub async fn list(db: &Db, kind: MeetingKind, from: Date, to: Date) -> Result<Vec<Held>, Failure> {
    let params = || params![kind.as_str_name(), from, to];
    let sql = "select * from meeting where kind = $1 and held_on >= $2 and held_on <= $3";
    let meetings: Vec<Meeting> = db.list(sql, params()).await?;
    let sql = "select * from care_case where case_id in
        (select case_id from meeting where kind = $1 and held_on >= $2 and held_on <= $3)";
    let cases: Vec<Case> = db.list(sql, params()).await?;
    let sql = "select * from stay where admission_id in (select c.admission_id from care_case c
        join meeting m on m.case_id = c.case_id where m.kind = $1 and m.held_on >= $2 and m.held_on <= $3)";
    let stays: Vec<Stay> = db.list(sql, params()).await?;
    let sql = "select * from patient where admission_id in (select c.admission_id from care_case c
        join meeting m on m.case_id = c.case_id where m.kind = $1 and m.held_on >= $2 and m.held_on <= $3)";
    let patients: Vec<Patient> = db.list(sql, params()).await?;
    let sql = "select * from person where case_id in
        (select case_id from meeting where kind = $1 and held_on >= $2 and held_on <= $3)";
    let persons: Vec<Person> = db.list(sql, params()).await?;

    let told = told(db, kind, from, to).await?;
    let cases: HashMap<CaseId, Case> = cases.into_iter().map(|case| (case.case_id, case)).collect();
    let stays: HashMap<AdmissionId, Stay> = stays.into_iter().map(|stay| (stay.admission_id, stay)).collect();
    let of_patients: HashMap<AdmissionId, Protection> =
        patients.into_iter().map(|patient| (patient.admission_id, patient.protection)).collect();
    let of_persons: HashMap<CaseId, Protection> =
        persons.into_iter().map(|person| (person.case_id, person.protection)).collect();
    let held = meetings.into_iter().filter_map(|meeting| {
        let case = cases.get(&meeting.case_id)?.clone();
        let protection = match case.admission_id {
            Some(id) => of_patients.get(&id),
            None => of_persons.get(&case.case_id),
        };
        Some(Held {
            on: meeting.held_on?,
            stay: case.admission_id.and_then(|id| stays.get(&id).cloned()),
            told: told.get(&case.case_id).cloned().unwrap_or_default(),
            protection: protection.copied().unwrap_or_default(),
            case,
            meeting,
        })
    });
    Ok(held.collect())
}

/// Which municipalities were told of these cases: by admission notices; of a case without an admission, by being its
/// parties.
async fn told(db: &Db, kind: MeetingKind, from: Date, to: Date) -> Result<HashMap<CaseId, Told>, Failure> {
    let sql = "select case_id, municipality, sent_at as told_at from notice
        where municipality is not null and kind = 'NOTICE_KIND_ADMISSION' and case_id in
            (select case_id from meeting where kind = $1 and held_on >= $2 and held_on <= $3)
        union all
        select p.case_id, p.municipality, p.since as told_at from party p
        join care_case c on c.case_id = p.case_id
        where p.municipality is not null and c.admission_id is null and p.case_id in
            (select case_id from meeting where kind = $1 and held_on >= $2 and held_on <= $3)";
    let mut told: HashMap<CaseId, Told> = HashMap::new();
    for row in db.rows(sql, params![kind.as_str_name(), from, to]).await? {
        let (case_id, one) = one(&row)?;
        told.entry(case_id).or_default().push(one);
    }
    Ok(told)
}

fn one(row: &Row) -> Result<(CaseId, (Timestamp, MunicipalityCode)), Failure> {
    Ok((row.column("case_id")?, (row.column("told_at")?, row.column("municipality")?)))
}
