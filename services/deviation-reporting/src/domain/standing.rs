//! How a stay stands to a duty that a detector watches.

use jiff::Timestamp;

/// How a stay stands to the duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is owed: what it rests on never was or was told afterwards, it was met in time, or the stay ended before it ran
    /// out.
    Clear,
    /// Owed and not met.
    Owed {
        /// When it runs out, or ran out.
        due_at: Timestamp,
    },
    /// Met too late.
    Late {
        /// When it ran out.
        due_at: Timestamp,
        /// When it was met.
        met_at: Timestamp,
    },
}

impl Standing {
    /// When the duty runs out, or ran out, where it is or was owed.
    pub fn due_at(self) -> Option<Timestamp> {
        match self {
            Self::Clear => None,
            Self::Owed { due_at } | Self::Late { due_at, .. } => Some(due_at),
        }
    }
}
