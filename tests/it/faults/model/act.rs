//! What can be done, drawn at random.

use proptest::prelude::{BoxedStrategy, Just, Strategy as _, any, prop_oneof};

/// How many visits and persons there are: few, so that commands meet.
pub const VISITS: usize = 2;
pub const PERSONS: usize = 2;

/// One command.
#[derive(Clone, Debug)]
pub struct Act {
    /// Minutes that pass before it.
    pub minutes: i64,
    pub visit: usize,
    pub what: What,
    /// Sent again with the same `request_id`.
    pub twice: bool,
    /// With the etag of a version before.
    pub stale: bool,
}

impl Act {
    /// The first that is done with a visit.
    pub fn admit(visit: usize) -> Self {
        Self { minutes: 1, visit, what: What::Admit { person: visit % PERSONS }, twice: false, stale: false }
    }
}

/// What a client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Admit { person: usize },
    Assess,
    Notify,
    Confirm,
    Withdraw { in_error: bool },
    Transfer { to_other: bool },
    StartLeave,
    EndLeave,
    Discharge,
    CancelDischarge,
    Die,
    Void,
    Merge,
}

/// Any act; what ends a stay comes less often than what goes on with it.
pub fn act() -> BoxedStrategy<Act> {
    let what = prop_oneof![
        6 => (0..PERSONS).prop_map(|person| What::Admit { person }),
        4 => Just(What::Assess),
        4 => Just(What::Notify),
        8 => Just(What::Confirm),
        4 => any::<bool>().prop_map(|in_error| What::Withdraw { in_error }),
        6 => any::<bool>().prop_map(|to_other| What::Transfer { to_other }),
        2 => Just(What::StartLeave),
        2 => Just(What::EndLeave),
        2 => Just(What::Discharge),
        3 => Just(What::CancelDischarge),
        1 => Just(What::Die),
        1 => Just(What::Void),
        1 => Just(What::Merge),
    ];
    let act = (1..600_i64, 0..VISITS, what, any::<bool>(), 0..6);
    act.prop_map(|(minutes, visit, what, twice, stale)| Act {
        minutes,
        visit,
        what,
        twice,
        stale: stale == 0,
    })
    .boxed()
}
