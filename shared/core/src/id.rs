//! Typed ids: a case's id cannot be handed where an admission's is wanted.

use jiff::Timestamp;
use uuid::{NoContext, Uuid};

/// A fresh UUIDv7 that carries `now`. Ids are made here only, from the shared clock.
pub fn fresh(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos))
}

/// 122 random bits, for keys and epochs: things that must not be guessed or repeated, and are no ids.
#[expect(clippy::disallowed_methods, reason = "the one place that may draw a random UUID")]
pub fn random() -> Uuid {
    Uuid::new_v4()
}

/// An id that did not parse as a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a UUID")]
pub struct IdFault;

/// Declares a typed id: a UUID, kept and sent as lower-case hyphenated text.
#[macro_export]
macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A fresh id that carries `now`.
            pub fn fresh(now: jiff::Timestamp) -> Self {
                Self($crate::id::fresh(now))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::IdFault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::try_parse(text).map(Self).map_err(|_| $crate::id::IdFault)
            }
        }
    };
}

typed_id! {
    /// An inpatient episode. Every service names an episode by the id that admission gave it.
    AdmissionId
}

typed_id! {
    /// A case of planning: of an admission, or of a person where there is none.
    CaseId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_later_instants_sort_later_as_text() {
        let first: Timestamp = "2026-09-14T06:00:00Z".parse().expect("a timestamp");
        let later: Timestamp = "2026-09-14T06:00:00.002Z".parse().expect("a timestamp");
        assert!(AdmissionId::fresh(first).to_string() < AdmissionId::fresh(later).to_string());
        assert_eq!("nonsense".parse::<AdmissionId>(), Err(IdFault));
    }
}
