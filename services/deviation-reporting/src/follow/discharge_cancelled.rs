//! `DischargeCancelled`: the patient never left, so what was owed is owed still.

use crate::domain::stay::Stay;

pub fn apply(stay: Stay) -> Stay {
    stay.stayed()
}
