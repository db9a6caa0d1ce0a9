//! The patience that a busy service deserves, and no more.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tonic::Status;
use tonic_types::StatusExt as _;

/// Pauses between tries, when the service says that a try soon may succeed.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];

/// How long one call may take.
const LONGEST: Duration = Duration::from_mins(1);

/// What an import that stops says first.
pub const AWAY: &str = "the services take nothing now";

/// Tries until the answer is not one that a try soon would change, or patience is at its end.
///
/// # Errors
/// When there is no answer.
pub async fn patiently<T, F: Future<Output = Result<T, Status>>>(
    mut call: impl FnMut() -> F,
) -> Result<Result<T, Status>> {
    let mut pauses = PAUSES.into_iter();
    loop {
        let answer = tokio::time::timeout(LONGEST, call()).await.context("the services do not answer")?;
        let soon = answer.as_ref().err().and_then(|status| status.get_error_details().retry_info().cloned());
        match pauses.next().filter(|_| soon.is_some()) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Ok(answer),
        }
    }
}
