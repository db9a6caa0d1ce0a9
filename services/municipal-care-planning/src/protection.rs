//! Protection of a person holds for every case without an admission that is about them, whoever told of it.

use hemgang_core::redacted::Redacted;
use hemgang_db::Change;
use hemgang_feed::{Subject, Telling};
use hemgang_proto::{
    common::{PersonId, Protection},
    planning::PlanningEvent,
};
use hemgang_rpc::{Audience, Context, Failure};

use crate::{
    domain::{heard::broken, person::Person},
    store,
};

/// The persons of care requests that are one by their identity.
pub async fn persons(cx: &Context, identity: PersonId) -> Result<Vec<Person>, Failure> {
    store::person::list_of(&cx.db, &identity.oid, Redacted::new(identity.value)).await
}

/// Hides those of whom less was known, and tells their parties.
pub async fn raise(
    cx: &Context,
    persons: &[Person],
    protection: Protection,
    telling: impl Fn(Subject, Audience) -> Telling,
) -> Result<Change, Failure> {
    let mut change = Change::new();
    for known in persons {
        let Some((person, event)) = known.protect(protection) else { continue };
        let dossier = store::dossier::get(&cx.db, person.case_id).await?;
        let dossier = dossier.ok_or_else(|| broken("a person without a case"))?;
        let case = dossier.next();
        let telling = telling(case.subject(), dossier.audience());
        change = change.replace(&case).replace(&person).tell(telling.event::<PlanningEvent>(event)?);
    }
    Ok(change)
}
