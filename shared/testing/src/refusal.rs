//! Reads a refusal as a client does: code, reason, violations.

use std::collections::HashMap;

use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// A refusal's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// gRPC code.
    pub code: Code,
    /// `ErrorInfo.reason`.
    pub reason: String,
    /// `ErrorInfo.metadata`.
    pub metadata: HashMap<String, String>,
    /// Fields of `BadRequest`.
    pub fields: Vec<String>,
}

/// The refusal of a call that must not succeed.
///
/// # Panics
/// When the call succeeded, or its status says no reason.
pub fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> Refused {
    let status = result.expect_err("a refusal");
    let details = status.get_error_details();
    let said = details.error_info().expect("an ErrorInfo");
    let bad = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
    Refused {
        code: status.code(),
        reason: said.reason.clone(),
        metadata: said.metadata.clone(),
        fields: bad.into_iter().map(|violation| violation.field).collect(),
    }
}
