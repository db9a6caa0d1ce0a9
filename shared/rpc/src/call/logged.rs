//! What a call leaves in the access log: who asked, and whose data was shown or changed.
//!
//! What changes something is written down by its own change, with the first event, and the log follows the feed. All
//! else is written down before the answer leaves.

use std::sync::{PoisonError, atomic::Ordering};

use hemgang_db::Change;
use hemgang_proto::common::AccessEntry;
use jiff::Timestamp;

use super::Call;
use crate::{
    context::Context,
    failure::Failure,
    shows::{Shown, Shows},
    wire,
};

impl Call {
    /// Says that the call is about a patient apart from any stay, which its answer does not show.
    pub fn about(&self, patient_id: &impl ToString) {
        self.about.lock().unwrap_or_else(PoisonError::into_inner).insert(patient_id.to_string());
    }

    /// Says why the caller acts, for the log alone.
    pub fn because(&self, reason: String) {
        *self.because.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// Writes down whose data is shown, before it is. Our own services, which only pass on what somebody else is shown
    /// and is written down for, are not written down.
    ///
    /// # Errors
    /// `ACCESS_LOG_UNAVAILABLE`.
    pub async fn record(&self, cx: &Context, shown: Shown) -> Result<(), Failure> {
        if self.caller.is_service() {
            return Ok(());
        }
        cx.access_log()?.record(self.entry(cx.clock.now(), false, shown)).await
    }

    /// The change with who asked for it. One that tells nothing has no place for it: it is written down first.
    pub(super) async fn entered<T: Shows>(
        &self,
        cx: &Context,
        change: Change,
        response: &T,
    ) -> Result<Change, Failure> {
        let mut shown = self.shown(response);
        for event in change.events() {
            shown.add(&event.admission_id, &event.case_id);
        }
        if change.tells() {
            let entry = serde_json::to_string(&self.entry(self.now, true, shown));
            return Ok(change.accessed(entry.map_err(|cause| Failure::Internal(cause.into()))?));
        }
        if !shown.is_empty() {
            self.record(cx, shown).await?;
            self.is_logged.store(true, Ordering::Relaxed);
        }
        Ok(change)
    }

    pub(super) fn shown<T: Shows>(&self, response: &T) -> Shown {
        let patients = self.about.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut shown = Shown { patients, ..Shown::default() };
        response.shows(&mut shown);
        shown
    }

    fn entry(&self, at: Timestamp, changed: bool, shown: Shown) -> AccessEntry {
        let caller = &self.caller;
        AccessEntry {
            at: Some(wire::timestamp(at)),
            caller: caller.subject.clone(),
            on_behalf_of: self.on_behalf_of.clone(),
            unit: caller.unit.to_string(),
            organisation: caller.organisation.to_string(),
            roles: caller.roles.iter().map(ToString::to_string).collect(),
            purpose: caller.purpose.map(|purpose| purpose.as_str().to_owned()).unwrap_or_default(),
            rpc: format!("{}/{}", self.rule.service, self.rule.rpc),
            changed,
            admission_ids: shown.admissions.into_iter().collect(),
            case_ids: shown.cases.into_iter().collect(),
            patient_ids: shown.patients.into_iter().collect(),
            reason: self.because.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}
