//! What was heard of a stay, and what a case makes of it. Pure.

pub mod care_contact;
pub mod case;
pub mod consent;
pub mod discharge_information;
pub mod dossier;
pub mod heard;
pub mod judgement;
pub mod meeting;
pub mod notice;
pub mod party;
pub mod patient;
pub mod person;
pub mod sip;
pub mod sip_duty;
pub mod sip_need;
pub mod statement;
pub mod stay;
