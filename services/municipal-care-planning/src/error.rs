//! Planning's refusals. Each has its reason in `proto/hemgang/planning/v1/error_reason.proto`.

use hemgang_core::place::HsaId;
use hemgang_proto::planning::ErrorReason;
use hemgang_rpc::{Explain, Failure, Refusal};

/// Why planning does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What any service may answer.
    #[error(transparent)]
    Common(#[from] Failure),
    /// Somebody at the unit took note before.
    #[error("the notice has been acknowledged")]
    AlreadyAcknowledged {
        /// Who.
        acknowledged_by: HsaId,
    },
}

impl Explain for Error {
    fn failure(&self) -> Option<&Failure> {
        if let Self::Common(failure) = self { Some(failure) } else { None }
    }

    fn refusal(&self) -> Refusal {
        let reason = match self {
            Self::Common(_) => ErrorReason::Unspecified,
            Self::AlreadyAcknowledged { .. } => ErrorReason::AlreadyAcknowledged,
        };
        let refusal = Refusal::precondition("planning.hemgang", reason.as_str_name());
        match self {
            Self::AlreadyAcknowledged { acknowledged_by } => refusal.with("acknowledged_by", acknowledged_by),
            Self::Common(_) => refusal,
        }
    }
}
