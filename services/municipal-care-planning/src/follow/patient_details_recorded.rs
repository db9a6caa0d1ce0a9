//! `PatientDetailsRecorded`: who the patient is, or, of one that was blanked by law, how they are protected. Protection
//! holds for the person's cases without an admission, too.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_feed::Telling;
use hemgang_proto::admission::PatientDetailsRecorded;
use hemgang_rpc::{Context, Failure};

use super::known;
use crate::{
    domain::{heard::Heard, patient::Patient},
    protection, store,
};

pub async fn project(
    cx: &Context,
    admission_id: AdmissionId,
    said: &PatientDetailsRecorded,
) -> Result<Change, Failure> {
    let version = store::patient::get(&cx.db, admission_id).await?.map_or(0, |known| known.version);
    let person = said.person.clone().unwrap_or_default();
    let protection = known(person.protection)?;
    Ok(Change::new().put(&Patient::told(admission_id, version + 1, person, protection)))
}

pub async fn react(cx: &Context, heard: &Heard, said: &PatientDetailsRecorded) -> Result<Change, Failure> {
    let Some(person) = &said.person else { return Ok(Change::new()) };
    let Some(identity) = person.person_id.clone() else { return Ok(Change::new()) };
    let persons = protection::persons(cx, identity).await?;
    let telling = |subject, audience| Telling::reacting(cx, subject, heard.recorded_at, audience);
    protection::raise(cx, &persons, known(person.protection)?, telling).await
}
