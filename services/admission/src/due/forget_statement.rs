//! What a hospital's system said of a person apart from any stay: it waits for admissions that were recorded before and
//! come after it.

use hemgang_core::place::HsaId;
use hemgang_db::{Change, Deadline};
use hemgang_feed::Due;
use hemgang_rpc::{Context, Failure};
use jiff::Timestamp;

use crate::{
    domain::{patient::PatientId, person_statement::PersonStatement},
    store,
};

const KIND: &str = "forget-statement";

/// Forgets what no admission can need any more.
pub struct ForgetStatement;

#[async_trait::async_trait]
impl Due for ForgetStatement {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn fire(&self, cx: &Context, deadline: &Deadline) -> Result<Change, Failure> {
        let (id, hospital) = of(&deadline.subject)
            .ok_or_else(|| Failure::Internal("a deadline whose subject is no statement".into()))?;
        let statement = store::person_statement::get(&cx.db, id, &hospital).await?;
        Ok(statement.iter().fold(Change::new(), Change::remove))
    }
}

/// A hospital's system said something new.
pub async fn begun(cx: &Context, said: &PersonStatement, now: Timestamp) -> Result<Change, Failure> {
    super::begun(cx, KIND, format!("{} {}", said.patient_id, said.hospital), now).await
}

fn of(subject: &str) -> Option<(PatientId, HsaId)> {
    let (id, hospital) = subject.split_once(' ')?;
    Some((id.parse().ok()?, hospital.parse().ok()?))
}
