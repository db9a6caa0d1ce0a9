//! `AdmissionVoided`: the stay never was, and so no duty of it.

use crate::domain::stay::Stay;

pub fn apply(stay: Stay) -> Stay {
    stay.voided()
}
