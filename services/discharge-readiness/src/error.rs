//! Readiness's refusals. Each has its reason in `proto/hemgang/readiness/v1/error_reason.proto`.

use hemgang_proto::readiness::ErrorReason;
use hemgang_rpc::{Explain, Failure, Refusal};

/// Why readiness does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What any service may answer.
    #[error(transparent)]
    Common(#[from] Failure),
    /// A judgement stands, and the patient has not moved since.
    #[error("the patient is ready for discharge already")]
    AlreadyReady,
    /// There is nothing to withdraw.
    #[error("the patient is not ready for discharge")]
    NotReady,
    /// The admission never was.
    #[error("the admission is void")]
    AdmissionVoided,
    /// The patient died.
    #[error("the patient died")]
    PatientDeceased,
    /// Who has gone home cannot deteriorate on the ward.
    #[error("the patient has left; only a registration in error can be withdrawn")]
    AlreadyDischarged,
    /// A judgement about a stay that had not begun.
    #[error("the judgement lies before the admission")]
    AssessedBeforeAdmission,
    /// The first confirmation after the last withdrawal is the valid one.
    #[error("the judgement lies before the last withdrawal")]
    AssessedBeforeWithdrawal,
    /// A withdrawal of what was not yet judged.
    #[error("the withdrawal lies before the judgement that it withdraws")]
    WithdrawnBeforeConfirmed,
    /// A notice of a stay that had not begun.
    #[error("the stated time of the notice lies before the admission")]
    StatedBeforeAdmission,
}

impl Explain for Error {
    fn failure(&self) -> Option<&Failure> {
        if let Self::Common(failure) = self { Some(failure) } else { None }
    }

    fn refusal(&self) -> Refusal {
        let reason = match self {
            Self::Common(_) => ErrorReason::Unspecified,
            Self::AlreadyReady => ErrorReason::AlreadyReady,
            Self::NotReady => ErrorReason::NotReady,
            Self::AdmissionVoided => ErrorReason::AdmissionVoided,
            Self::PatientDeceased => ErrorReason::PatientDeceased,
            Self::AlreadyDischarged => ErrorReason::AlreadyDischarged,
            Self::AssessedBeforeAdmission => ErrorReason::AssessedBeforeAdmission,
            Self::AssessedBeforeWithdrawal => ErrorReason::AssessedBeforeWithdrawal,
            Self::WithdrawnBeforeConfirmed => ErrorReason::WithdrawnBeforeConfirmed,
            Self::StatedBeforeAdmission => ErrorReason::StatedBeforeAdmission,
        };
        Refusal::precondition("readiness.hemgang", reason.as_str_name())
    }
}
