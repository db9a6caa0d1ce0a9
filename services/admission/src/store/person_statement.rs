//! What hospitals' systems said of persons apart from any stay.

use hemgang_core::place::HsaId;
use hemgang_db::{Change, Db, params};
use hemgang_proto::{admission::MunicipalitySource, common::Sex};
use hemgang_rpc::Failure;

use crate::domain::{patient::PatientId, person_statement::PersonStatement};

hemgang_db::record!(
    PersonStatement,
    "person_statement",
    versioned,
    key(patient_id, hospital),
    columns(
        version, details_recorded, name, address, birth_date, residence_municipality, liable_municipality, listed_unit,
        died_at, death_faults,
    ),
    names(sex: Sex, municipality_source: MunicipalitySource)
);

/// What one hospital said of one identity, if it did.
pub async fn get(db: &Db, patient: PatientId, hospital: &HsaId) -> Result<Option<PersonStatement>, Failure> {
    let sql = "select * from person_statement where patient_id = $1 and hospital = $2";
    Ok(db.optional(sql, params![patient, hospital.clone()]).await?)
}

/// Forgets the addresses of a patient who is protected from now on, `but` in the statement that is written anyway.
pub async fn without_addresses(
    db: &Db,
    patient: PatientId,
    but: Option<&PersonStatement>,
) -> Result<Change, Failure> {
    let is_other = |statement: &PersonStatement| {
        but.is_none_or(|but| (but.patient_id, &but.hospital) != (statement.patient_id, &statement.hospital))
    };
    let all = of_patient(db, patient).await?.into_iter().filter(is_other);
    let changed = all.filter_map(PersonStatement::unaddressed);
    Ok(changed.fold(Change::new(), |change, statement| change.replace(&statement)))
}

/// What hospitals said of a patient under any of the identities.
pub async fn of_patient(db: &Db, patient: PatientId) -> Result<Vec<PersonStatement>, Failure> {
    let sql = "select s.* from person_statement s join patient p on p.patient_id = s.patient_id
        where p.patient_id = $1 or p.merged_into = $1";
    Ok(db.list(sql, params![patient]).await?)
}
