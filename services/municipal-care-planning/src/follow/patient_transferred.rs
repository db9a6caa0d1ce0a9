//! `PatientTransferred`: the patient moved to another ward. The case moves along, out of the sight of the ward before;
//! readiness stands.

use hemgang_db::Change;
use hemgang_proto::{admission::PatientTransferred, planning::NoticeKind};
use hemgang_rpc::{Context, Failure};

use super::{delivery, sight, unit};
use crate::{
    domain::{dossier::Dossier, heard::Heard, stay::Stay},
    store,
};

pub fn project(stay: Stay, said: &PatientTransferred) -> Result<Stay, Failure> {
    // Told late: the stay is elsewhere by now, and the parties knew of that.
    if said.superseded {
        return Ok(stay);
    }
    let (hospital, ward) = (Some(unit(&said.hospital)?), Some(unit(&said.to_ward)?));
    Ok(Stay { hospital, ward, specialty: said.specialty(), ..stay })
}

pub async fn react(
    cx: &Context,
    dossier: Dossier,
    heard: &Heard,
    said: &PatientTransferred,
) -> Result<Change, Failure> {
    if said.superseded {
        return Ok(Change::new());
    }
    let (hospital, ward) = (unit(&said.hospital)?, unit(&said.to_ward)?);
    let dossier = dossier.move_to(&hospital, &ward).tell(NoticeKind::Transfer, heard);
    let stay = project(store::stay::get(&cx.db, heard.admission_id).await?, said)?;
    let shared = sight::change(cx, &dossier, &stay, heard).await?;
    Ok(shared.and(delivery::change(cx, &dossier)?))
}
