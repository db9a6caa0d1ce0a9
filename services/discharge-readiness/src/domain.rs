//! What a stay's readiness is, what may happen to it, and what it comes to at discharge. Pure.

pub mod course;
pub mod notice_duty;
pub mod readiness;
pub mod stay;
