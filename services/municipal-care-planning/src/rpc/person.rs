//! Who did what a request tells of.

use hemgang_core::place::HsaId;
use hemgang_rpc::{Call, Fields};

/// A system names the person; a person is the one who did it, unless another is named.
pub fn acting(fields: &mut Fields<'_>, call: &Call, field: &str, named: &str) -> Option<HsaId> {
    let is_caller = named.is_empty() && !call.caller.is_system();
    fields.parsed(field, if is_caller { &call.caller.subject } else { named })
}
