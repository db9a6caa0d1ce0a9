//! Admission's refusals. Each has its reason in `proto/hemgang/admission/v1/error_reason.proto`.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::admission::{AdmissionState, ErrorReason, MovementKind};
use hemgang_rpc::{Explain, Failure, Refusal};

/// Why admission does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What any service may answer.
    #[error(transparent)]
    Common(#[from] Failure),
    /// The visit number names an admission. The id is told to those who may see it.
    #[error("the visit number already names an admission")]
    VisitAlreadyAdmitted {
        /// That admission, when the caller may see it.
        admission_id: Option<AdmissionId>,
    },
    /// The visit is told again, as one that began at another time.
    #[error("the visit is known to have begun at another time")]
    AdmittedAtAnotherTime {
        /// Its admission.
        admission_id: AdmissionId,
    },
    /// The visit is told as another person's than it is known to be.
    #[error("the visit is known to be another patient's")]
    OtherPatient,
    /// Something is known of the stay from before that time, or it lies too far from the one that stands.
    #[error("the time of admission is not this stay's")]
    NotOfThisStay,
    /// The patient is not in hospital.
    #[error("the admission is not open")]
    AdmissionNotOpen {
        /// Its state.
        state: AdmissionState,
    },
    /// There is nothing left to void.
    #[error("the admission is void")]
    AdmissionVoided,
    /// No physician has judged that anyone may be needed.
    #[error("no physician has judged that any unit may be needed (2 kap. 1 §)")]
    NeedsNotAssessed,
    /// Municipal health care is needed, so region outpatient care must be told.
    #[error(
        "municipal health care is needed, so an outpatient unit must be told, too (2 kap. 1 § andra stycket)"
    )]
    OutpatientRecipientMissing,
    /// The ward is another principal's to admit to.
    #[error("the ward belongs to another hospital group; discharge and admit there")]
    OtherHospitalGroup {
        /// The ward asked for.
        ward: HsaId,
    },
    /// Nobody holds an admission notice.
    #[error("no unit holds an admission notice")]
    NoticeNotSent,
    /// The patient cannot leave before coming.
    #[error("the time of discharge lies before the time of admission")]
    DischargeBeforeAdmission,
    /// A stated time lies before the stay.
    #[error("the stated time lies before the time of admission")]
    BeforeAdmission,
    /// Who is away cannot go.
    #[error("the patient is on leave already")]
    AlreadyOnLeave,
    /// Who is here cannot come back.
    #[error("the patient is not on leave")]
    NotOnLeave,
    /// Who is here has not left.
    #[error("no discharge stands that could be cancelled")]
    NotDischarged,
    /// Whose stay goes on cannot be taken away yet.
    #[error("the patient is in hospital; only what was told wrongly before can be blanked")]
    StillAdmitted,
    /// Who the patient was is blanked by law.
    #[error("who the patient was is blanked by law")]
    DetailsBlanked,
    /// Nothing of that kind stands.
    #[error("no such movement stands that could be cancelled")]
    NothingToCancel {
        /// What was to be cancelled.
        kind: MovementKind,
    },
}

impl Explain for Error {
    fn failure(&self) -> Option<&Failure> {
        if let Self::Common(failure) = self { Some(failure) } else { None }
    }

    fn refusal(&self) -> Refusal {
        let reason = match self {
            Self::Common(_) => ErrorReason::Unspecified,
            Self::VisitAlreadyAdmitted { .. } => ErrorReason::VisitAlreadyAdmitted,
            Self::AdmittedAtAnotherTime { .. } => ErrorReason::AdmittedAtAnotherTime,
            Self::OtherPatient => ErrorReason::OtherPatient,
            Self::NotOfThisStay => ErrorReason::NotOfThisStay,
            Self::AdmissionNotOpen { .. } => ErrorReason::AdmissionNotOpen,
            Self::AdmissionVoided => ErrorReason::AdmissionVoided,
            Self::NeedsNotAssessed => ErrorReason::NeedsNotAssessed,
            Self::OutpatientRecipientMissing => ErrorReason::OutpatientRecipientMissing,
            Self::OtherHospitalGroup { .. } => ErrorReason::OtherHospitalGroup,
            Self::NoticeNotSent => ErrorReason::NoticeNotSent,
            Self::DischargeBeforeAdmission => ErrorReason::DischargeBeforeAdmission,
            Self::BeforeAdmission => ErrorReason::BeforeAdmission,
            Self::AlreadyOnLeave => ErrorReason::AlreadyOnLeave,
            Self::NotOnLeave => ErrorReason::NotOnLeave,
            Self::NotDischarged => ErrorReason::NotDischarged,
            Self::StillAdmitted => ErrorReason::StillAdmitted,
            Self::DetailsBlanked => ErrorReason::DetailsBlanked,
            Self::NothingToCancel { .. } => ErrorReason::NothingToCancel,
        };
        let refusal = Refusal::precondition("admission.hemgang", reason.as_str_name());
        match self {
            Self::VisitAlreadyAdmitted { admission_id: Some(id) } => refusal.with("admission_id", id),
            Self::AdmittedAtAnotherTime { admission_id } => refusal.with("admission_id", admission_id),
            Self::AdmissionNotOpen { state } => refusal.with("state", state.as_str_name()),
            Self::NothingToCancel { kind } => refusal.with("kind", kind.as_str_name()),
            Self::OtherHospitalGroup { ward } => refusal.with("ward", ward),
            _ => refusal,
        }
    }
}
