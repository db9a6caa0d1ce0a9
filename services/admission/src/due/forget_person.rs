//! A person of whom no stay was told: an identity that a hospital's system spoke of, or merged. It waits for a stay, and
//! is forgotten with all that was said of it when none comes.
//!
//! The deadline is the survivor's, for all identities of the person: a merge moves it, a stay ends it. Of that and the
//! forgetting one loses the deadline's row and decides again.

use hemgang_db::{Change, Deadline};
use hemgang_feed::Due;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use crate::{domain::patient::PatientId, store};

const KIND: &str = "forget-person";

/// Forgets who has had no stay.
pub struct ForgetPerson;

#[async_trait::async_trait]
impl Due for ForgetPerson {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let unreadable = |_| Failure::Internal("a deadline whose subject is no patient".into());
        let id: PatientId = deadline.subject.parse().map_err(unreadable)?;
        let Some(survivor) = store::patient::get(&cx.db, id).await? else { return Ok(Change::new()) };
        // Told of elsewhere meanwhile, or had a stay before anybody spoke of the person alone.
        if survivor.patient_id != id || !store::episode::list_of(&cx.db, id).await?.is_empty() {
            return Ok(Change::new());
        }
        let statements = store::person_statement::of_patient(&cx.db, id).await?;
        let change = statements.iter().fold(Change::new(), Change::remove);
        let change = store::merge::list(&cx.db, id).await?.iter().fold(change, Change::remove);
        let absorbed = store::patient::list_absorbed(&cx.db, id).await?;
        Ok(absorbed.iter().fold(change.remove(&survivor), Change::remove))
    }
}

/// Something was said of a person who has no stay.
pub async fn begun(cx: &Context, id: PatientId, now: Timestamp) -> Result<Change, Failure> {
    super::begun(cx, KIND, id.to_string(), now).await
}

/// The person has a stay, or another identity of the person waits from now on.
pub async fn ended(cx: &Context, id: PatientId) -> Result<Change, Failure> {
    super::ended(cx, KIND, &id.to_string()).await
}
