//! Generated code: the messages, clients and servers of `proto/`, and their descriptors. Beside it only what goes for a
//! message wherever it is met.

#![expect(missing_docs, reason = "generated; the documentation is in proto/")]
#![expect(clippy::large_enum_variant, reason = "generated; the events of one feed differ in size")]

mod person;
mod redacted;

/// Google's well-known value types.
pub mod google {
    pub mod r#type {
        include!(concat!(env!("OUT_DIR"), "/google.r#type.rs"));
        include!(concat!(env!("OUT_DIR"), "/google.r#type.serde.rs"));
    }
}

macro_rules! package {
    ($name:ident) => {
        pub mod $name {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/hemgang.", stringify!($name), ".v1.rs"));
                include!(concat!(env!("OUT_DIR"), "/hemgang.", stringify!($name), ".v1.serde.rs"));
            }
        }
    };
}

pub mod hemgang {
    package!(access);
    package!(admission);
    package!(common);
    package!(deviation);
    package!(directory);
    package!(planning);
    package!(readiness);
}

pub use hemgang::deviation::v1 as deviation;
pub use hemgang::{access::v1 as access, admission::v1 as admission, common::v1 as common};
pub use hemgang::{directory::v1 as directory, planning::v1 as planning, readiness::v1 as readiness};

/// The compiled `FileDescriptorSet` of every package, for reflection and contract tests.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
