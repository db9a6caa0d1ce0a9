//! Debug of messages that hold who a person is: it shows nothing of it, wherever it is printed.

use std::fmt;

use crate::{admission, common};

macro_rules! redacted {
    ($($type:ty),+) => {$(
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($type), "([redacted])"))
            }
        }
    )+};
}

redacted!(
    common::Person,
    common::PersonId,
    admission::AdmitPatientRequest,
    admission::ChangePatientDetailsRequest,
    admission::VisitNumber
);
