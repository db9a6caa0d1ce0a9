//! Nobody called a patient who came home, and the time for it has passed: whoever is to is told. It hinders nothing.

use hemgang_core::id::AdmissionId;
use hemgang_db::{Change, Deadline};
use hemgang_feed::Due;
use hemgang_rpc::{Context, Failure};

use crate::{
    domain::{case::Case, heard::broken},
    follow::delivery,
    store,
};

/// Fires where nobody called.
pub struct HomecomingContact;

#[async_trait::async_trait]
impl Due for HomecomingContact {
    fn kind(&self) -> &'static str {
        Case::HOMECOMING
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let unreadable = |_| broken("a deadline whose subject is no admission");
        let id: AdmissionId = deadline.subject.parse().map_err(unreadable)?;
        let dossier = store::dossier::find(&cx.db, id).await?;
        // Somebody called since the row was read: its removal then loses, and with it this change.
        let stands = dossier.filter(|dossier| dossier.case.contact_runs_out_at == Some(deadline.due_at));
        stands.map_or(Ok(Change::new()), |dossier| {
            delivery::fired(cx, &dossier.run_out(deadline).call_missed(cx.clock.now()))
        })
    }
}
