//! Episodes by the first notice that reached a unit which takes part: what the figures count.
//!
//! Most cases keep the recipients that they were sent to, and are read by the day of their first notice. Those of which
//! planning told a change are read whole and judged one by one.

use std::collections::HashMap;

use hemgang_core::{
    day::{day_begins, local_day},
    id::AdmissionId,
    place::HsaId,
};
use hemgang_db::{Db, Record as _, Row, params};
use hemgang_feed::recipients::{RecipientChange, SentNotice, reached};
use hemgang_proto::common::{EntryReason, Protection};
use hemgang_rpc::Failure;
use jiff::{Timestamp, civil::Date};

use super::notice::Notice;
use crate::domain::{episode::Episode, patient::Patient};

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
pub async fn list(db: &Db, from: Date, to: Date) -> Result<Vec<FirstSent>, Failure> {
    let mut found = unchanged(db, from, to).await?;
    found.extend(changed(db, from, to).await?);
    Ok(found)
}

/// Those who take part are those that the notices name.
async fn unchanged(db: &Db, from: Date, to: Date) -> Result<Vec<FirstSent>, Failure> {
    let sql = "select e.*, p.protection, n.number, n.sent_at, n.sent_on, n.recipients
        from admission_notice f
        join episode e on e.admission_id = f.admission_id
        join patient p on p.patient_id = e.patient_id
        join admission_notice n on n.admission_id = f.admission_id
        where f.sent_on >= $1 and f.sent_on <= $2 and e.state <> 'ADMISSION_STATE_VOIDED'
          and not exists (select 1 from admission_notice b
            where b.admission_id = f.admission_id
              and (b.sent_at < f.sent_at or (b.sent_at = f.sent_at and b.number < f.number)))
          and not exists (select 1 from recipient_change c where c.admission_id = f.admission_id)
        order by e.admission_id, n.number";
    let noted = noted(&db.rows(sql, params![from, to]).await?)?;
    Ok(noted.into_iter().filter_map(|noted| noted.first_sent(&[])).collect())
}

/// Planning told of who takes part: the first notice may be another than the first that was sent.
async fn changed(db: &Db, from: Date, to: Date) -> Result<Vec<FirstSent>, Failure> {
    let sql = "select e.*, p.protection, n.number, n.sent_at, n.sent_on, n.recipients
        from episode e
        join patient p on p.patient_id = e.patient_id
        join admission_notice n on n.admission_id = e.admission_id
        where e.state <> 'ADMISSION_STATE_VOIDED' and e.admission_id in (
          select admission_id from recipient_change where notified_at >= $3 and notified_at < $4
          union select f.admission_id from admission_notice f
            where f.sent_on >= $1 and f.sent_on <= $2
              and exists (select 1 from recipient_change c where c.admission_id = f.admission_id))
        order by e.admission_id, n.number";
    let ends = to.tomorrow().map_or(Timestamp::MAX, day_begins);
    let noted = noted(&db.rows(sql, params![from, to, day_begins(from), ends]).await?)?;
    let mut changes = changes_of(db, noted.iter().map(|noted| noted.episode.admission_id)).await?;
    let first = noted.into_iter().filter_map(|noted| {
        let changes = changes.remove(&noted.episode.admission_id).unwrap_or_default();
        noted.first_sent(&changes)
    });
    Ok(first.filter(|first| first.on >= from && first.on <= to).collect())
}

/// The changes of each of these stays.
async fn changes_of(
    db: &Db,
    ids: impl Iterator<Item = AdmissionId>,
) -> Result<HashMap<AdmissionId, Vec<RecipientChange>>, Failure> {
    let sql = "select * from recipient_change where admission_id in (select key from keys)
        order by admission_id, number";
    let mut of: HashMap<_, Vec<_>> = HashMap::new();
    for change in db.list_of::<RecipientChange>(sql, ids).await? {
        of.entry(change.admission_id).or_default().push(change);
    }
    Ok(of)
}

/// An episode with its notices.
struct Noted {
    episode: Episode,
    protection: Protection,
    notices: Vec<Notice>,
}

/// Rows of episodes, each once a notice.
fn noted(rows: &[Row]) -> Result<Vec<Noted>, Failure> {
    let mut found: Vec<Noted> = Vec::new();
    for row in rows {
        let notice = Notice::from_row(row)?;
        match found.last_mut() {
            Some(last) if last.episode.admission_id == notice.admission_id => last.notices.push(notice),
            _ => {
                let protection = row.named::<Patient, _>("protection", Protection::from_str_name)?;
                found.push(Noted { episode: Episode::from_row(row)?, protection, notices: vec![notice] });
            }
        }
    }
    Ok(found)
}

impl Noted {
    /// None where nobody who takes part was notified.
    fn first_sent(self, changes: &[RecipientChange]) -> Option<FirstSent> {
        let Self { episode, protection, notices } = self;
        let to_each =
            notices.iter().flat_map(|notice| notice.recipients.iter().map(move |unit| (notice, unit)));
        let sent: Vec<_> = to_each
            .map(|(notice, unit)| SentNotice {
                admission_id: notice.admission_id,
                number: notice.number,
                unit: unit.clone(),
                municipality: None,
                sent_at: notice.sent_at,
                entry: EntryReason::Unspecified,
            })
            .collect();
        let recipients: Vec<_> =
            reached(&sent, changes).into_iter().map(|reached| (reached.at, reached.unit)).collect();
        let on = local_day(recipients.iter().map(|(at, _)| *at).min()?);
        Some(FirstSent { on, episode, protection, recipients })
    }
}
