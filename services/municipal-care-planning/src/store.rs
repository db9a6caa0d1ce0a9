//! Rows and the SQL that reads them.

pub mod arranged;
pub mod assignment;
pub mod care_contact;
pub mod case;
pub mod consent;
pub mod contact;
pub mod discharge_information;
pub mod dossier;
pub mod ended;
pub mod held;
pub mod homecoming;
pub mod judgement;
pub mod known;
pub mod meeting;
pub mod message;
pub mod notice;
pub mod party;
pub mod patient;
pub mod person;
pub mod previous;
pub mod received;
pub mod reminder;
pub mod sip;
pub mod sip_need;
pub mod statement;
pub mod stay;
