//! Refusals: every status carries `google.rpc.ErrorInfo`, and no text names a person.

use std::{collections::HashMap, time::Duration};

use hemgang_db::DbError;
use hemgang_proto::common::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt as _};

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path as in the contract, for example `person_id.value`.
    pub field: String,
    /// What is wrong; never the value.
    pub description: String,
}

/// What any service may answer instead of a result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Wrong fields, all of them.
    #[error("one or more fields are wrong")]
    Invalid(Vec<Violation>),
    /// The request id was used with another body.
    #[error("the request id was used before with another body")]
    RequestIdReused,
    /// No token, or one that does not count.
    #[error("a valid bearer token is required")]
    TokenInvalid,
    /// Known, and not allowed.
    #[error("the caller may not do this here")]
    NotPermitted,
    /// Absent, or not for this caller to know.
    #[error("no such {resource}")]
    NotFound {
        /// Kind of thing.
        resource: &'static str,
        /// The id that was asked for, made by us.
        name: String,
    },
    /// The caller's etag is not the current one.
    #[error("the etag is not the current one; read again")]
    EtagMoved,
    /// A row moved since it was read: the handler runs again, and this never leaves.
    #[error("a row of {0} moved")]
    Lost(&'static str),
    /// The handler lost three times.
    #[error("others changed the same thing at the same time; try again")]
    Contended,
    /// The database does not answer, or the queue is full.
    #[error("the service cannot reach its store now; try again")]
    StoreUnavailable,
    /// A feed that the answer rests on is behind or away.
    #[error("the feed of {0} is behind; try again")]
    FeedBehind(&'static str),
    /// A reader of a feed that does not keep up with it.
    #[error("events came faster than they were read; follow again from the last cursor")]
    SubscriberTooSlow {
        /// Position of the last event or bookmark that was delivered.
        cursor: String,
    },
    /// The process ends, and what would go on with it.
    #[error("the service stops; try again")]
    Stopping,
    /// The cursor is of an event that a restore took out of the feed.
    #[error("the feed was restored from a copy since this cursor was given; go on from metadata.resume")]
    FeedRestored {
        /// The last cursor before it that stands, for the same reader.
        resume: String,
    },
    /// The access log takes no entry now.
    #[error("the access log takes no entry now; try again")]
    AccessLogUnavailable,
    /// The request is no message of its type.
    #[error("the request does not decode as a message of its type")]
    MalformedMessage,
    /// The request is longer than is read.
    #[error("the request is longer than 4 MiB")]
    MessageTooLong,
    /// No such RPC.
    #[error("there is no such RPC")]
    UnknownRpc,
    /// Our fault.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(_) => {
                tracing::warn!(error = ?error, "store unavailable");
                Self::StoreUnavailable
            }
            other => Self::Internal(Box::new(other)),
        }
    }
}

/// Everything that a status says.
#[derive(Debug)]
pub struct Refusal {
    /// gRPC code.
    pub code: Code,
    /// Reason, the proto enum's name with its prefix.
    pub reason: &'static str,
    /// Whose reason: `hemgang` for the common ones, `admission.hemgang` and so on.
    pub domain: &'static str,
    /// More, by name.
    pub metadata: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A `FAILED_PRECONDITION` of a service.
    pub fn precondition(domain: &'static str, reason: &'static str) -> Self {
        Self { code: Code::FailedPrecondition, reason, domain, metadata: Vec::new() }
    }

    /// With one metadata entry.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "values are ids and words, which are copied")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.metadata.push((name, value.to_string()));
        self
    }
}

/// A service's error enum: its own refusals, and the common ones.
pub trait Explain: std::error::Error + Send + Sync + 'static {
    /// The common failure that this is, or none.
    fn failure(&self) -> Option<&Failure>;

    /// What the status says of the service's own; not asked of common failures.
    fn refusal(&self) -> Refusal;

    /// The status.
    fn status(&self) -> Status {
        self.failure().map_or_else(|| own_status(&self.to_string(), &self.refusal()), Failure::status)
    }
}

/// A handler without refusals of its own answers common failures.
impl Explain for Failure {
    fn failure(&self) -> Option<&Failure> {
        Some(self)
    }

    fn refusal(&self) -> Refusal {
        Refusal::precondition("hemgang", ErrorReason::Unspecified.as_str_name())
    }
}

fn own_status(message: &str, refusal: &Refusal) -> Status {
    let reason = refusal.reason.trim_start_matches("ERROR_REASON_");
    let metadata: HashMap<_, _> =
        refusal.metadata.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let mut details = ErrorDetails::with_error_info(reason, refusal.domain, metadata);
    if refusal.code == Code::FailedPrecondition {
        details.set_precondition_failure(vec![PreconditionViolation::new(reason, refusal.domain, message)]);
    }
    Status::with_error_details(refusal.code, message, details)
}

impl Failure {
    /// Where a status says that a feed goes on which was restored; none when it says nothing of the kind.
    pub fn resumes_at(status: &Status) -> Option<String> {
        let info = status.get_details_error_info()?;
        let says_so =
            info.reason == ErrorReason::FeedRestored.as_str_name().trim_start_matches("ERROR_REASON_");
        says_so.then(|| info.metadata.get(Self::RESUME).cloned().unwrap_or_default())
    }

    const RESUME: &str = "resume";

    /// What a status without details means that no handler of ours made, but the transport before it: ours always
    /// have details.
    pub(crate) fn of_transport(code: Code) -> Option<Self> {
        match code {
            Code::Internal => Some(Self::MalformedMessage),
            Code::OutOfRange => Some(Self::MessageTooLong),
            Code::Unimplemented => Some(Self::UnknownRpc),
            _ => None,
        }
    }

    /// Code and reason.
    fn kind(&self) -> (Code, ErrorReason) {
        match self {
            Self::Invalid(_) => (Code::InvalidArgument, ErrorReason::InvalidFields),
            Self::RequestIdReused => (Code::InvalidArgument, ErrorReason::RequestIdReused),
            Self::TokenInvalid => (Code::Unauthenticated, ErrorReason::TokenInvalid),
            Self::NotPermitted => (Code::PermissionDenied, ErrorReason::NotPermitted),
            Self::NotFound { .. } => (Code::NotFound, ErrorReason::NotFound),
            Self::EtagMoved => (Code::Aborted, ErrorReason::EtagMoved),
            // Nothing that the caller said is wrong: the same call may be sent again as it is.
            Self::Lost(_) | Self::Contended => (Code::Unavailable, ErrorReason::Contended),
            Self::StoreUnavailable => (Code::Unavailable, ErrorReason::StoreUnavailable),
            Self::FeedBehind(_) => (Code::Unavailable, ErrorReason::FeedBehind),
            Self::SubscriberTooSlow { .. } => (Code::ResourceExhausted, ErrorReason::SubscriberTooSlow),
            Self::Stopping => (Code::Unavailable, ErrorReason::Stopping),
            Self::FeedRestored { .. } => (Code::FailedPrecondition, ErrorReason::FeedRestored),
            Self::AccessLogUnavailable => (Code::Unavailable, ErrorReason::AccessLogUnavailable),
            Self::MalformedMessage => (Code::InvalidArgument, ErrorReason::MalformedMessage),
            Self::MessageTooLong => (Code::InvalidArgument, ErrorReason::MessageTooLong),
            Self::UnknownRpc => (Code::Unimplemented, ErrorReason::UnknownRpc),
            Self::Internal(_) => (Code::Internal, ErrorReason::Internal),
        }
    }

    /// The status. The cause of an internal error is logged here, once, and does not leave.
    pub fn status(&self) -> Status {
        let (code, reason) = self.kind();
        let reason = reason.as_str_name().trim_start_matches("ERROR_REASON_");
        let metadata: HashMap<String, String> = match self {
            Self::SubscriberTooSlow { cursor } => HashMap::from([("cursor".to_owned(), cursor.clone())]),
            Self::FeedRestored { resume } => HashMap::from([(Self::RESUME.to_owned(), resume.clone())]),
            _ => HashMap::new(),
        };
        let mut details = ErrorDetails::with_error_info(reason, "hemgang", metadata);
        match self {
            Self::Invalid(violations) => {
                // A reply's details must stay small; nobody mends more than these at a time.
                let violations = violations.iter().take(50);
                let violations =
                    violations.map(|v| FieldViolation::new(v.field.clone(), v.description.clone()));
                details.set_bad_request(violations.collect::<Vec<_>>());
            }
            Self::RequestIdReused => {
                details
                    .set_bad_request(vec![FieldViolation::new("request_id", "was used with another body")]);
            }
            Self::NotFound { resource, name } => {
                details.set_resource_info(
                    *resource,
                    name.clone(),
                    "",
                    "absent, or not visible to the caller",
                );
            }
            Self::FeedRestored { .. } => {
                let violation = PreconditionViolation::new(reason, "hemgang", self.to_string());
                details.set_precondition_failure(vec![violation]);
            }
            Self::StoreUnavailable
            | Self::FeedBehind(_)
            | Self::Contended
            | Self::SubscriberTooSlow { .. }
            | Self::AccessLogUnavailable
            | Self::Stopping => {
                details.set_retry_info(Some(Duration::from_millis(500)));
            }
            Self::Internal(cause) => {
                let request_id = hemgang_core::id::random().to_string();
                tracing::error!(request_id, error = ?cause, "internal error");
                details.set_request_info(request_id, "");
            }
            _ => {}
        }
        Status::with_error_details(code, self.to_string(), details)
    }
}
