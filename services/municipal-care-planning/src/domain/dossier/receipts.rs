//! When receipts (kvittens) of a case's notices are due, and what becomes of one that does not come.

use hemgang_db::Deadline;
use hemgang_proto::planning::{Escalation, NoticeKind};
use hemgang_rpc::Addressee;
use jiff::Timestamp;

use super::Dossier;
use crate::domain::{
    case::Case,
    notice::{Notice, NoticeId},
};

/// Deadlines that a change opens, and those that it closes.
#[derive(Debug)]
pub struct Deadlines {
    pub opened: Vec<Deadline>,
    pub closed: Vec<Deadline>,
}

impl Dossier {
    /// The case with a time for each receipt that is owed by now, which `due` says by when it counts from, and none for any
    /// other. Whatever changes a case is written through this, so no notice is forgotten, and none reminds of who died.
    #[must_use]
    pub fn timed(mut self, due: impl Fn(&Notice, Timestamp) -> Timestamp) -> Self {
        let released = self.released.clone();
        for (place, notice) in self.notices.iter_mut().enumerate() {
            match (notice.is_owed(&self.case), notice.acknowledge_by) {
                (true, None) => {
                    let due = due_by(notice, self.case.broken_off(), &due);
                    (notice.acknowledge_by, notice.runs_out_at) = (Some(due), Some(due));
                }
                (false, Some(_)) if notice.stays_late(&self.case) => {
                    if notice.runs_out_at.take().is_none() {
                        continue;
                    }
                }
                (false, Some(_)) if notice.acknowledged_at.is_none() => {
                    (notice.acknowledge_by, notice.runs_out_at) = (None, None);
                }
                _ => continue,
            }
            let is_written = place >= self.notices_read || released.contains(&notice.notice_id);
            if !is_written && !self.moved.contains(&notice.notice_id) {
                notice.version += 1;
                self.moved.push(notice.notice_id);
            }
        }
        self
    }

    /// The deadlines that the case has now and had not when it was read, and the other way about.
    pub fn deadlines(&self) -> Deadlines {
        let (before, after) = (&self.deadlines_read, deadlines_of(&self.case, &self.notices));
        let closed = before.iter().filter(|deadline| !after.contains(deadline)).cloned().collect();
        let opened = after.into_iter().filter(|deadline| !before.contains(deadline)).collect();
        Deadlines { opened, closed }
    }

    /// A deadline ran out: what is decided now is written with its removal, which is not ours to write.
    #[must_use]
    pub fn run_out(mut self, deadline: &Deadline) -> Self {
        self.deadlines_read.retain(|read| read != deadline);
        self
    }

    /// Nobody took note of a notice in time: the party that sent it is told, or the sending side, and its deadline runs until the
    /// first step of its escalation. Of what lies in a ward's inbox nobody is told: it was nobody's to send.
    #[must_use]
    pub fn missed(mut self, id: NoticeId, next: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(notice) = self.changed(id) else { return self };
        (notice.is_missed, notice.runs_out_at) = (true, next);
        let (notice, source) = (notice.clone(), format!("receipt:{id}"));
        let is_senders = notice.addressee_kind() == Addressee::Ward
            || self.case.requested_by.as_ref() == Some(&notice.recipient);
        // What reminds a unit was nobody's to send, either.
        let reminds = [NoticeKind::ReceiptMissing, NoticeKind::HomecomingContactMissing];
        if is_senders || reminds.contains(&notice.kind) {
            return self;
        }
        match notice.sent_by.filter(|unit| self.has_party(unit)) {
            Some(unit) => self.inform(&[unit], NoticeKind::ReceiptMissing, &source, now),
            None => self.inform_sender(NoticeKind::ReceiptMissing, &source, now),
        }
    }

    /// A step of the escalation of a notice was taken, and its deadline runs until the next.
    #[must_use]
    pub fn escalated(mut self, id: NoticeId, step: Option<Escalation>, next: Option<Timestamp>) -> Self {
        if let Some(notice) = self.changed(id) {
            notice.runs_out_at = next;
            notice.escalations.0.extend(step);
        }
        self
    }

    fn changed(&mut self, id: NoticeId) -> Option<&mut Notice> {
        let notice = self.notices.iter_mut().find(|notice| notice.notice_id == id)?;
        notice.version += 1;
        self.moved.push(id);
        Some(notice)
    }
}

/// When a receipt is due of which nothing was: counted from its delivery, or from when planning went on, where it was not due
/// before that was broken off. Nobody is late because somebody else paused.
fn due_by(
    notice: &Notice,
    broken_off: Option<(Timestamp, Timestamp)>,
    due: impl Fn(&Notice, Timestamp) -> Timestamp,
) -> Timestamp {
    let delivered_at = notice.delivered_at.unwrap_or(notice.sent_at);
    let usual = due(notice, delivered_at);
    match broken_off {
        Some((from, until)) if usual >= from => due(notice, delivered_at.max(until)),
        _ => usual,
    }
}

/// Every deadline of a case.
pub(super) fn deadlines_of(case: &Case, notices: &[Notice]) -> Vec<Deadline> {
    let receipts = notices.iter().filter_map(|notice| notice.deadline(case));
    receipts.chain(case.contact_deadline()).collect()
}
