//! Why a row goes no further: the services refuse it, or the next one would fare no better.

use tonic::{Code, Response, Status};
use tonic_types::StatusExt as _;

use super::Outcome;
use crate::{import::patience::AWAY, target::told};

/// Why a row goes no further.
#[derive(Debug)]
pub enum Stop {
    /// The services refuse it.
    Refused { reason: String, said: Vec<String> },
    /// It says nothing of the row: the next one would fare no better.
    Fault(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(fault: anyhow::Error) -> Self {
        Self::Fault(fault)
    }
}

impl Stop {
    /// What became of the row.
    ///
    /// # Errors
    /// The fault, where it was one.
    pub fn outcome(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Refused { said, .. } => Ok(Outcome::Refused(said)),
            Self::Fault(fault) => Err(fault),
        }
    }
}

/// Calls an RPC with a request made for each try.
macro_rules! call {
    ($client:expr, $rpc:ident as $name:literal, $request:expr) => {{
        let call = || {
            let (mut client, request) = ($client.clone(), $request);
            async move { client.$rpc(request).await }
        };
        $crate::import::rows::stop::settled($name, $crate::import::patience::patiently(call).await?)
    }};
}
pub(crate) use call;

/// A refusal of ours.
pub fn refused(reason: &str, said: &str) -> Stop {
    Stop::Refused { reason: reason.to_owned(), said: vec![format!("{said} ({reason})")] }
}

/// An answer, or why there is none. The services' texts name fields and rules, never a person.
pub fn settled<T>(rpc: &str, answer: Result<Response<T>, Status>) -> Result<T, Stop> {
    let status = match answer {
        Ok(answer) => return Ok(answer.into_inner()),
        Err(status) => status,
    };
    let is_of_row = [Code::InvalidArgument, Code::FailedPrecondition, Code::PermissionDenied, Code::NotFound];
    let details = status.get_error_details();
    let Some(reason) = details.error_info().map(|said| said.reason.clone()) else {
        return Err(Stop::Fault(told(&status).context(AWAY)));
    };
    if !is_of_row.contains(&status.code()) {
        return Err(Stop::Fault(told(&status).context(AWAY)));
    }
    if reason == "REQUEST_ID_REUSED" {
        return Err(refused(&reason, &format!("{rpc}: another content of it was imported before")));
    }
    let fields = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    let mut said: Vec<_> =
        fields.iter().map(|wrong| format!("{rpc} {}: {}", wrong.field, wrong.description)).collect();
    if said.is_empty() {
        said.push(format!("{rpc}: {} ({reason})", status.message()));
    }
    Err(Stop::Refused { reason, said })
}
