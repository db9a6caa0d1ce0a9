//! Admission's indicators: one file each, named by its id.

mod notified_admissions;

use std::sync::Arc;

use hemgang_indicator::Indicator;

/// All of them.
pub fn all() -> Vec<Arc<dyn Indicator>> {
    vec![Arc::new(notified_admissions::NotifiedAdmissions)]
}
