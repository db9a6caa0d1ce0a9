//! What goes for protected persons, wherever one is met.

use crate::common::{Person, Protection};

impl Protection {
    /// Whether it is one: sekretessmarkering or skyddad folkbokföring. Neither name nor address is shown to anybody.
    pub fn is_one(self) -> bool {
        matches!(self, Self::Confidential | Self::ProtectedRegistration)
    }
}

impl Person {
    /// The person as whoever may not know who a protected one is sees them: that they are protected, and nothing else.
    #[must_use]
    pub fn masked(self) -> Self {
        if self.protection().is_one() {
            Self { protection: self.protection, ..Self::default() }
        } else {
            self
        }
    }
}
