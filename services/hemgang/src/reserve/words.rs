//! The words of a file of papers: the contract's own names, without the name of their kind.

use hemgang_proto::{
    admission::AdmissionType,
    common::{Destination, Receiver, Transport},
    planning::{Ability, MeetingForm, MissingItem, NoticeKind, ServiceDecision, ServiceLaw},
    readiness::WithdrawalReason,
};

/// A value of the contract that has a word.
pub trait Word: Copy + TryFrom<i32> {
    /// Its name in the contract.
    fn name(self) -> &'static str;
}

macro_rules! words {
    ($($kind:ty),+ $(,)?) => {$(
        impl Word for $kind {
            fn name(self) -> &'static str {
                self.as_str_name()
            }
        }
    )+};
}

words!(Ability, AdmissionType, Destination, MeetingForm, MissingItem, NoticeKind, Receiver, ServiceDecision);
words!(ServiceLaw, Transport, WithdrawalReason);

/// Every value of a kind with its word, but the one that says nothing.
pub fn words<T: Word>() -> Vec<(String, T)> {
    let value = |number| T::try_from(number).ok();
    let nothing = value(0).map_or("", T::name);
    let prefix = nothing.strip_suffix("UNSPECIFIED").unwrap_or_default();
    let word = |value: T| (value.name().trim_start_matches(prefix).to_ascii_lowercase(), value);
    (1..).map_while(value).map(word).collect()
}
