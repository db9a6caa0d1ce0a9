//! The directory's refusals. Each has its reason in `proto/hemgang/directory/v1/error_reason.proto`.

use hemgang_core::{
    directory::{AssignmentId, RoutingRuleId},
    place::{HsaId, MunicipalityCode},
};
use hemgang_proto::directory::ErrorReason;
use hemgang_rpc::{Explain, Failure, Refusal, Violation};

/// Why the directory does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What any service may answer.
    #[error(transparent)]
    Common(#[from] Failure),
    /// A unit is added once, or again when it has ended.
    #[error("there is the unit on that day or later")]
    UnitExists {
        /// Which.
        unit: HsaId,
    },
    /// What has ended is neither changed nor closed.
    #[error("there is no such unit on that day")]
    UnitClosed {
        /// Which.
        unit: HsaId,
    },
    /// What is addressed to a municipality has one receiver.
    #[error("another unit receives what is addressed to the municipality")]
    ReceptionExists {
        /// Which municipality.
        municipality: MunicipalityCode,
    },
    /// A role is given once for a day.
    #[error("the person has the role at the unit on one of the days")]
    AssignmentExists {
        /// By which assignment.
        assignment_id: AssignmentId,
    },
    /// What has ended does not end again.
    #[error("the assignment does not hold on that day or later")]
    AssignmentEnded {
        /// Which.
        assignment_id: AssignmentId,
    },
    /// What has ended does not end again.
    #[error("the routing rule does not hold on that day or later")]
    RoutingRuleEnded {
        /// Which.
        rule_id: RoutingRuleId,
    },
    /// A ward without a hospital is nowhere.
    #[error("a unit lies under this one and would lack it")]
    PartsLeft {
        /// One that does.
        unit: HsaId,
    },
}

impl Error {
    /// A field that only the directory itself can tell to be wrong.
    pub fn field(field: &str, description: &str) -> Self {
        Self::Common(Failure::Invalid(vec![violation(field, &description)]))
    }
}

/// What is wrong with a field.
pub fn violation(field: &str, description: &impl ToString) -> Violation {
    Violation { field: field.to_owned(), description: description.to_string() }
}

impl Explain for Error {
    fn failure(&self) -> Option<&Failure> {
        if let Self::Common(failure) = self { Some(failure) } else { None }
    }

    fn refusal(&self) -> Refusal {
        let reason = match self {
            Self::Common(_) => ErrorReason::Unspecified,
            Self::UnitExists { .. } => ErrorReason::UnitExists,
            Self::UnitClosed { .. } => ErrorReason::UnitClosed,
            Self::ReceptionExists { .. } => ErrorReason::ReceptionExists,
            Self::PartsLeft { .. } => ErrorReason::PartsLeft,
            Self::AssignmentExists { .. } => ErrorReason::AssignmentExists,
            Self::AssignmentEnded { .. } => ErrorReason::AssignmentEnded,
            Self::RoutingRuleEnded { .. } => ErrorReason::RoutingRuleEnded,
        };
        let refusal = Refusal::precondition("directory.hemgang", reason.as_str_name());
        match self {
            Self::Common(_) => refusal,
            Self::UnitExists { unit } | Self::UnitClosed { unit } | Self::PartsLeft { unit } => {
                refusal.with("unit", unit)
            }
            Self::AssignmentExists { assignment_id } | Self::AssignmentEnded { assignment_id } => {
                refusal.with("assignment_id", assignment_id)
            }
            Self::RoutingRuleEnded { rule_id } => refusal.with("rule_id", rule_id),
            Self::ReceptionExists { municipality } => refusal.with("municipality", municipality),
        }
    }
}
