//! Planning's refusals. Each has its reason in `proto/hemgang/planning/v1/error_reason.proto`.

use hemgang_core::{id::AdmissionId, place::HsaId};
use hemgang_proto::planning::{CaseState, ErrorReason, MeetingState, SipState};
use hemgang_rpc::{Explain, Failure, Refusal};
use jiff::{Timestamp, civil::Date};

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
    /// What is over is neither moved nor held.
    #[error("the meeting was held or cancelled")]
    MeetingNotBooked {
        /// Which of the two.
        state: MeetingState,
    },
    /// Nobody is planned for any more.
    #[error("the patient died, or the admission never was")]
    CaseOver {
        /// Which of the two.
        state: CaseState,
    },
    /// A unit that takes no part is told of nothing.
    #[error("a unit takes no part in the case")]
    NotAParty {
        /// Which.
        unit: HsaId,
    },
    /// Nothing about a stay can have been before it.
    #[error("it cannot have been before the admission")]
    HeldBeforeAdmission {
        /// When the stay began.
        admitted_at: Timestamp,
    },
    /// Nobody has come home before leaving.
    #[error("it cannot have been before the departure")]
    BeforeDeparture {
        /// When the patient left; none while nobody has.
        discharged_at: Option<Timestamp>,
    },
    /// What somebody else said is theirs.
    #[error("another unit sent the message")]
    NotTheAuthor {
        /// Which.
        unit: HsaId,
    },
    /// Nothing is left of it.
    #[error("the message was voided before")]
    MessageVoided,
    /// The side that discloses decides on it.
    #[error("that is decided on by the side that sends")]
    NotTheSender,
    /// There is nothing to withdraw.
    #[error("nothing of the kind was given that could be withdrawn")]
    NoConsentStands,
    /// Whoever reads a case as it stood cannot act on what it is not told.
    #[error("nothing more is disclosed to the unit")]
    DisclosureBarred,
    /// Admission says who its patient is.
    #[error("who the patient of an admission is, admission blanks")]
    CaseOfAdmission {
        /// The admission.
        admission_id: AdmissionId,
    },
    /// There is nobody to take away.
    #[error("who the person was is blanked by law")]
    DetailsBlanked,
    /// An individual plan is drawn up only with consent.
    #[error("the patient does not want an individual plan")]
    SipRefused,
    /// What was given until a day was not given for longer.
    #[error("the consent to an individual plan has ended")]
    ConsentExpired {
        /// The last day on which it held.
        valid_until: Date,
    },
    /// Whoever is not asked has nothing to answer.
    #[error("the unit is not invited to the meeting")]
    NotInvited,
    /// The name of a school says where a child lives.
    #[error("nobody is named who would say where a protected person lives")]
    PersonProtected,
    /// There is no plan, or not everybody has approved it.
    #[error("there is no plan that every unit has approved")]
    SipNotAgreed {
        /// Unspecified where there is none.
        state: SipState,
    },
    /// Somebody changed it meanwhile.
    #[error("the plan was changed since it was read")]
    SipChanged {
        /// Which it is now; 0 where there is none.
        version: i32,
    },
    /// It has ended.
    #[error("the plan is closed")]
    SipClosed,
    /// Whoever does nothing approves nothing.
    #[error("the unit does nothing in the plan")]
    NotContributing,
    /// Once is enough.
    #[error("the unit has approved this version before")]
    AlreadyApproved,
    /// An individual plan is drawn up only with consent.
    #[error("no consent to an individual plan is recorded")]
    SipConsentMissing,
    /// The plan of those under compulsory care is not everybody's.
    #[error("the stay is not one under LPT or LRV")]
    NotCompulsory,
    /// Who does something in a plan cannot leave.
    #[error("the plan names the unit")]
    ContributesToSip {
        /// Which.
        unit: HsaId,
    },
    /// Whoever asked goes on taking part.
    #[error("the unit sent the care request")]
    IsTheSender {
        /// Which.
        unit: HsaId,
    },
    /// Once is enough.
    #[error("the unit takes part already")]
    AlreadyAParty {
        /// Which.
        unit: HsaId,
    },
    /// Whoever has the overall responsibility closes it.
    #[error("another unit has the overall responsibility")]
    NotResponsible {
        /// Which.
        unit: String,
    },
}

impl Explain for Error {
    fn failure(&self) -> Option<&Failure> {
        if let Self::Common(failure) = self { Some(failure) } else { None }
    }

    fn refusal(&self) -> Refusal {
        let refusal = Refusal::precondition("planning.hemgang", self.reason().as_str_name());
        match self {
            Self::AlreadyAcknowledged { acknowledged_by } => refusal.with("acknowledged_by", acknowledged_by),
            Self::MeetingNotBooked { state } => refusal.with("state", state.as_str_name()),
            Self::CaseOver { state } => refusal.with("state", state.as_str_name()),
            Self::NotAParty { unit }
            | Self::ContributesToSip { unit }
            | Self::IsTheSender { unit }
            | Self::NotTheAuthor { unit }
            | Self::AlreadyAParty { unit } => refusal.with("unit", unit),
            Self::HeldBeforeAdmission { admitted_at } => refusal.with("admitted_at", admitted_at),
            Self::BeforeDeparture { discharged_at: Some(at) } => refusal.with("discharged_at", at),
            Self::ConsentExpired { valid_until } => refusal.with("valid_until", valid_until),
            Self::CaseOfAdmission { admission_id } => refusal.with("admission_id", admission_id),
            Self::SipNotAgreed { state } => refusal.with("state", state.as_str_name()),
            Self::SipChanged { version } => refusal.with("version", version),
            Self::NotResponsible { unit } => refusal.with("unit", unit),
            Self::Common(_)
            | Self::BeforeDeparture { discharged_at: None }
            | Self::MessageVoided
            | Self::SipClosed
            | Self::NotCompulsory
            | Self::NotContributing
            | Self::AlreadyApproved
            | Self::SipConsentMissing
            | Self::DetailsBlanked
            | Self::NotTheSender
            | Self::NoConsentStands
            | Self::DisclosureBarred
            | Self::NotInvited
            | Self::PersonProtected
            | Self::SipRefused => refusal,
        }
    }
}

impl Error {
    fn reason(&self) -> ErrorReason {
        match self {
            Self::Common(_) => ErrorReason::Unspecified,
            Self::AlreadyAcknowledged { .. } => ErrorReason::AlreadyAcknowledged,
            Self::MeetingNotBooked { .. } => ErrorReason::MeetingNotBooked,
            Self::CaseOver { .. } => ErrorReason::CaseOver,
            Self::NotAParty { .. } => ErrorReason::NotAParty,
            Self::HeldBeforeAdmission { .. } => ErrorReason::HeldBeforeAdmission,
            Self::BeforeDeparture { .. } => ErrorReason::BeforeDeparture,
            Self::NotTheAuthor { .. } => ErrorReason::NotTheAuthor,
            Self::MessageVoided => ErrorReason::MessageVoided,
            Self::NotTheSender => ErrorReason::NotTheSender,
            Self::NoConsentStands => ErrorReason::NoConsentStands,
            Self::DisclosureBarred => ErrorReason::DisclosureBarred,
            Self::SipRefused => ErrorReason::SipRefused,
            Self::ConsentExpired { .. } => ErrorReason::ConsentExpired,
            Self::NotInvited => ErrorReason::NotInvited,
            Self::PersonProtected => ErrorReason::PersonProtected,
            Self::SipNotAgreed { .. } => ErrorReason::SipNotAgreed,
            Self::SipChanged { .. } => ErrorReason::SipChanged,
            Self::SipClosed => ErrorReason::SipClosed,
            Self::NotContributing => ErrorReason::NotContributing,
            Self::AlreadyApproved => ErrorReason::AlreadyApproved,
            Self::SipConsentMissing => ErrorReason::SipConsentMissing,
            Self::ContributesToSip { .. } => ErrorReason::ContributesToSip,
            Self::IsTheSender { .. } => ErrorReason::IsTheSender,
            Self::AlreadyAParty { .. } => ErrorReason::AlreadyAParty,
            Self::NotResponsible { .. } => ErrorReason::NotResponsible,
            Self::NotCompulsory => ErrorReason::NotCompulsory,
            Self::CaseOfAdmission { .. } => ErrorReason::CaseOfAdmission,
            Self::DetailsBlanked => ErrorReason::DetailsBlanked,
        }
    }
}
