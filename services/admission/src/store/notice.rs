//! Admission notices that were sent: parts of their episode, never changed.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_db::{Db, Record as _, params};
use hemgang_proto::common::Protection;
use hemgang_rpc::Failure;
use jiff::{Timestamp, civil::Date};

use crate::domain::{episode::Episode, patient::Patient};

/// One notice; the first that was told of an episode has number 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub admission_id: AdmissionId,
    pub number: i64,
    pub sent_at: Timestamp,
    /// Local day of `sent_at`.
    pub sent_on: Date,
    pub recipients: Vec<HsaId>,
}

hemgang_db::record!(
    Notice,
    "admission_notice",
    key(admission_id, number),
    columns(sent_at, sent_on, recipients)
);

/// The notices of an episode, oldest first.
pub async fn list(db: &Db, admission_id: AdmissionId) -> Result<Vec<Notice>, Failure> {
    let sql = "select * from admission_notice where admission_id in (select key from keys) order by sent_at, number";
    Ok(db.gathered(sql, "admission_id", admission_id).await?)
}

/// An episode whose first notice was sent on a day, with everyone who was notified then or later.
pub struct FirstSent {
    pub on: Date,
    pub episode: Episode,
    /// The patient's.
    pub protection: Protection,
    /// Each with when its notice was sent.
    pub recipients: Vec<(Timestamp, HsaId)>,
}

/// The episodes whose first notice was sent in a period. A voided one never was. The first is the one that was sent
/// first, also where it was told afterwards.
pub async fn list_first_sent(db: &Db, from: Date, to: Date) -> Result<Vec<FirstSent>, Failure> {
    let sql = "select e.*, f.sent_on as first_sent_on, p.protection, n.sent_at, n.recipients
        from admission_notice f
        join episode e on e.admission_id = f.admission_id
        join patient p on p.patient_id = e.patient_id
        join admission_notice n on n.admission_id = f.admission_id
        where f.sent_on >= $1 and f.sent_on <= $2 and e.state <> 'ADMISSION_STATE_VOIDED'
          and not exists (select 1 from admission_notice b
            where b.admission_id = f.admission_id
              and (b.sent_at < f.sent_at or (b.sent_at = f.sent_at and b.number < f.number)))
        order by e.admission_id, n.number";
    let mut found: Vec<FirstSent> = Vec::new();
    for row in db.rows(sql, params![from, to]).await? {
        let (episode, sent_at) = (Episode::from_row(&row)?, row.column("sent_at")?);
        let recipients =
            row.column::<Vec<HsaId>>("recipients")?.into_iter().map(|unit| (sent_at, unit)).collect();
        match found.last_mut() {
            Some(last) if last.episode.admission_id == episode.admission_id => {
                last.recipients.extend::<Vec<_>>(recipients);
            }
            _ => {
                let protection = row.named::<Patient, _>("protection", Protection::from_str_name)?;
                found.push(FirstSent { on: row.column("first_sent_on")?, episode, protection, recipients });
            }
        }
    }
    Ok(found)
}
