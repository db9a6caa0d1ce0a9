//! Who was told of a stay: whom admission's notices named, and what planning's feed made of that since.
//!
//! The two feeds have no order among each other. So a service keeps what each said, in that feed's own order, and
//! [`Course`] reads it together: a function of what was said, whichever was heard first.

mod course;
#[cfg(test)]
mod tests;

use hemgang_core::{
    id::AdmissionId,
    place::{HsaId, MunicipalityCode},
};
use hemgang_db::Db;
use hemgang_proto::{
    common::EntryReason,
    planning::{PlanningEvent, planning_event::Event},
};
use hemgang_rpc::{Failure, wire};
use jiff::Timestamp;

pub use self::course::{Course, Reached, Step, reached};

/// A judgement of need, 2 kap. 1 § lag (2017:612).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedNeed {
    /// The stay.
    pub admission_id: AdmissionId,
    /// Its place among the judgements and notices of the stay, as admission told them.
    pub number: i64,
    /// Whether somebody may be needed.
    pub needed: bool,
    /// When it was judged.
    pub assessed_at: Timestamp,
    /// When the patient came, as far as it was known by then.
    pub admitted_at: Timestamp,
    /// When we were told.
    pub told_at: Timestamp,
    /// Why it was told afterwards.
    pub entry: EntryReason,
}

/// An admission notice to one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentNotice {
    /// The stay.
    pub admission_id: AdmissionId,
    /// As [`JudgedNeed::number`]; the same for each unit of a notice.
    pub number: i64,
    /// The unit.
    pub unit: HsaId,
    /// The municipality that runs it.
    pub municipality: Option<MunicipalityCode>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Why it was told afterwards.
    pub entry: EntryReason,
}

/// A unit that left a case, a unit that joined it, or one in the place of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientChange {
    /// The stay.
    pub admission_id: AdmissionId,
    /// Its place among the changes of the stay, as planning told them.
    pub number: i64,
    /// The unit that takes part no more.
    pub left_unit: Option<HsaId>,
    /// The unit that takes part from now on.
    pub joined_unit: Option<HsaId>,
    /// The municipality that runs the unit that joined.
    pub municipality: Option<MunicipalityCode>,
    /// When.
    pub changed_at: Timestamp,
    /// Since when the unit that joined is notified: in another's place, since that was.
    pub notified_at: Timestamp,
}

hemgang_db::record!(
    JudgedNeed,
    "judged_need",
    key(admission_id, number),
    columns(needed, assessed_at, admitted_at, told_at),
    names(entry: EntryReason)
);

hemgang_db::record!(
    SentNotice,
    "sent_notice",
    key(admission_id, number, unit),
    columns(municipality, sent_at),
    names(entry: EntryReason)
);

hemgang_db::record!(
    RecipientChange,
    "recipient_change",
    key(admission_id, number),
    columns(left_unit, joined_unit, municipality, changed_at, notified_at)
);

impl RecipientChange {
    /// Whether an event of planning changes who takes part.
    pub fn is_in(event: &PlanningEvent) -> bool {
        use Event::{RecipientAdded, RecipientForwarded, RecipientRemoved};
        matches!(event.event, Some(RecipientAdded(_) | RecipientRemoved(_) | RecipientForwarded(_)))
    }

    /// What an event of planning changes; none when it is another, or of a case without an admission. Its number is the
    /// reader's to give.
    ///
    /// # Errors
    /// When the event cannot be read.
    pub fn of(event: &PlanningEvent) -> Result<Option<Self>, Failure> {
        let (left, joined, code, [changed, notified]) = match &event.event {
            Some(Event::RecipientAdded(said)) => {
                ("", said.unit.as_str(), said.municipality.as_str(), [&said.notified_at, &said.notified_at])
            }
            Some(Event::RecipientRemoved(said)) => {
                (said.unit.as_str(), "", "", [&said.removed_at, &said.removed_at])
            }
            Some(Event::RecipientForwarded(said)) => (
                said.from_unit.as_str(),
                said.to_unit.as_str(),
                said.municipality.as_str(),
                [&said.forwarded_at, &said.notified_at],
            ),
            _ => return Ok(None),
        };
        let header = event.header.as_ref().ok_or_else(|| unreadable("header"))?;
        if header.admission_id.is_empty() {
            return Ok(None);
        }
        let unit = |text: &str| (!text.is_empty()).then(|| text.parse()).transpose();
        let instant = |at: &Option<_>| at.as_ref().and_then(wire::instant);
        let municipality = (!code.is_empty()).then(|| code.parse()).transpose();
        Ok(Some(Self {
            admission_id: header.admission_id.parse().map_err(|_| unreadable("admission_id"))?,
            number: 0,
            left_unit: unit(left).map_err(|_| unreadable("unit that left"))?,
            joined_unit: unit(joined).map_err(|_| unreadable("unit that joined"))?,
            municipality: municipality.map_err(|_| unreadable("municipality"))?,
            changed_at: instant(changed).ok_or_else(|| unreadable("time of the change"))?,
            notified_at: instant(notified).ok_or_else(|| unreadable("notified_at"))?,
        }))
    }

    /// The changes of a stay, as planning told them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn list(db: &Db, id: AdmissionId) -> Result<Vec<Self>, Failure> {
        let sql =
            "select * from recipient_change where admission_id in (select key from keys) order by number";
        Ok(db.projected(sql, "admission_id", id).await?)
    }

    /// The change as the next after those that are known.
    #[must_use]
    pub fn after(self, known: &[Self]) -> Self {
        Self { number: known.last().map_or(1, |last| last.number + 1), ..self }
    }
}

/// It names the field and never its value.
fn unreadable(field: &str) -> Failure {
    Failure::Internal(format!("a change of recipients of planning: {field} is not readable").into())
}
