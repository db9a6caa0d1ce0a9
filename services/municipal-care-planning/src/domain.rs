//! What was heard of a stay, and what a case makes of it. Pure.

/// A column that keeps its one field as proto3 JSON.
macro_rules! json_column {
    ($name:ident) => {
        hemgang_db::text_column!($name);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&serde_json::to_string(&self.0).map_err(|_| std::fmt::Error)?)
            }
        }

        impl std::str::FromStr for $name {
            type Err = serde_json::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                serde_json::from_str(text).map(Self)
            }
        }
    };
}

pub mod assignment;
pub mod care_contact;
pub mod case;
pub mod consent;
pub mod contact;
pub mod discharge_information;
pub mod dossier;
pub mod ending;
pub mod expected;
pub mod heard;
pub mod invitee;
pub mod judgement;
pub mod meeting;
pub mod message;
pub mod notice;
pub mod party;
pub mod patient;
pub mod person;
pub mod related_persons;
pub mod reminder;
pub mod sip;
pub mod sip_duty;
pub mod sip_need;
pub mod sip_paper;
pub mod statement;
pub mod stay;
