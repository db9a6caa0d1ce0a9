//! The visit (PV1): its number, its wards, and where the patient went.

use std::fmt;

use hemgang_core::place::HsaId;

use super::{Sender, Unmapped};
use crate::hl7::{Component, Message};

/// A visit number with the authority that gave it: two hospitals may give the same number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitNumber {
    /// PV1-19.1.
    pub value: String,
    /// PV1-19.4: its universal id, else its name.
    pub authority: Option<String>,
}

/// Where a discharge leads, as far as it matters to those who wait at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DischargedTo {
    /// Home, a municipal dwelling, or not said.
    Home,
    /// Another hospital: no home-coming.
    OtherHospital,
    /// The patient died.
    Deceased,
}

impl VisitNumber {
    pub(super) fn read(message: &Message) -> Option<Self> {
        let field = message.field("PV1", 19);
        let value = field.value().into_text()?;
        Some(Self { value, authority: authority(field.component(4)) })
    }

    /// The number with an authority that nobody else has. A namespace such as `VISIT` is any system's: it counts
    /// within its sender only, or one hospital's message would find another's patient.
    pub(super) fn of(self, sender: &Sender) -> Self {
        let own = &sender.hospital;
        let authority = match self.authority {
            Some(id) if is_universal(&id) => id,
            Some(name) => format!("{own}/{name}"),
            None => own.to_string(),
        };
        Self { authority: Some(authority), ..self }
    }
}

impl fmt::Debug for VisitNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitNumber([redacted])")
    }
}

/// An OID, a URI, a UUID or an HSA-id: what an issuer gives once.
fn is_universal(id: &str) -> bool {
    let is_oid = id.contains('.') && id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_oid || id.contains(':') || (id.len() == 36 && id.contains('-')) || HsaId::parse(id).is_ok()
}

/// The authority of an HD component: the universal id when there is one.
fn authority(component: Component<'_>) -> Option<String> {
    component.sub_component(2).into_text().or_else(|| component.value().into_text())
}

/// The ward (PV1-3), by point of care and facility.
pub(super) fn ward(message: &Message, sender: &Sender) -> Result<HsaId, Unmapped> {
    let location = message.field("PV1", 3);
    let Some(code) = location.value().into_text() else { return Err(Unmapped::NoWard) };
    let facility = location.component(4).value().into_text();
    sender.ward(&code, facility.as_deref()).cloned().ok_or(Unmapped::UnknownWard { code })
}

/// The hospital: by PV1-3.4 when the sender speaks for several, else the sender's own.
pub(super) fn hospital(message: &Message, sender: &Sender) -> HsaId {
    let facility = message.field("PV1", 3).component(4).value().into_text();
    facility.and_then(|code| sender.facilities.get(&code)).unwrap_or(&sender.hospital).clone()
}

/// PV1-36, by the sender's own codes.
pub(super) fn discharged_to(message: &Message, sender: &Sender) -> DischargedTo {
    let Some(code) = message.field("PV1", 36).value().into_text() else { return DischargedTo::Home };
    if sender.deceased.contains(&code) {
        DischargedTo::Deceased
    } else if sender.other_hospital.contains(&code) {
        DischargedTo::OtherHospital
    } else {
        DischargedTo::Home
    }
}
