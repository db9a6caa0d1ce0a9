//! Reminders that could not be delivered, one line each.

use anyhow::Result;
use hemgang_db::Schema;
use hemgang_municipal_care_planning::{Undelivered, undelivered};

use super::{Findings, databases::Seen, good};
use crate::output;

/// Lists those that nobody tries any more.
pub async fn check(findings: &mut Findings, planning: &Seen) -> Result<()> {
    if planning.found.schema != Schema::Current {
        return Ok(());
    }
    let undelivered = undelivered(&planning.inspector).await?;
    for Undelivered { unit, function, address, fault, given_up_at } in &undelivered {
        let at = output::instant(*given_up_at);
        let found = format!("{function} of {unit} was not reminded at {address}, given up at {at}: {fault}");
        let mend = "correct the address (SetFunctionContact, or `hemgang import contacts`); the line goes after a month";
        findings.fault("reminders", &found, mend)?;
    }
    if undelivered.is_empty() { good("reminders", "none was given up") } else { Ok(()) }
}
