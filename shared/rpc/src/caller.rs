//! Who calls: what a verified token says, in our own words.

use std::{fmt, str::FromStr};

use hemgang_core::place::{HsaId, MunicipalityCode};
use jiff::Timestamp;

/// Roles, `practice.md` §2. What each may do is in [`crate::access`] and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A hospital's own system, acting for its wards and naming the person.
    Ehr,
    /// Ward staff.
    Ward,
    /// A coordinator of all wards of a hospital.
    Hospital,
    /// Outpatient care of the region or on its behalf.
    Outpatient,
    /// A unit of a municipality, or its reception unit.
    Municipality,
    /// A municipality's own system.
    MunicipalSystem,
    /// Manager, MAS, MAR or chefläkare who investigates deviations.
    DeviationHandler,
    /// Quality developer: figures and pseudonymised deviations.
    Quality,
    /// Statements and their corrections.
    Finance,
    /// Administers units and roles of the own organisation.
    DirectoryAdmin,
    /// Reads the access log.
    Auditor,
    /// Answers for records: takes away by law who they are about.
    RecordsManager,
    /// Permission beside another role: who a protected person is (sekretessmarkering, skyddad folkbokföring). It opens no
    /// RPC.
    ProtectedPersons,
    /// One of our own services: follows feeds.
    Service,
    /// Our gateway: acts for a sender.
    Gateway,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 15] = [
        Self::Ehr,
        Self::Ward,
        Self::Hospital,
        Self::Outpatient,
        Self::Municipality,
        Self::MunicipalSystem,
        Self::DeviationHandler,
        Self::Quality,
        Self::Finance,
        Self::DirectoryAdmin,
        Self::Auditor,
        Self::RecordsManager,
        Self::ProtectedPersons,
        Self::Service,
        Self::Gateway,
    ];

    /// The word in the token's `roles`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ehr => "ehr",
            Self::Ward => "ward",
            Self::Hospital => "hospital",
            Self::Outpatient => "outpatient",
            Self::Municipality => "municipality",
            Self::MunicipalSystem => "municipal-system",
            Self::DeviationHandler => "deviation-handler",
            Self::Quality => "quality",
            Self::Finance => "finance",
            Self::DirectoryAdmin => "directory-admin",
            Self::Auditor => "auditor",
            Self::RecordsManager => "records-manager",
            Self::ProtectedPersons => "protected-persons",
            Self::Service => "service",
            Self::Gateway => "gateway",
        }
    }

    /// What somebody in the role mostly acts for.
    pub fn purpose(self) -> Purpose {
        match self {
            Self::DeviationHandler | Self::Quality => Purpose::Quality,
            Self::Finance | Self::DirectoryAdmin | Self::Auditor | Self::RecordsManager | Self::Service => {
                Purpose::Administration
            }
            _ => Purpose::Care,
        }
    }

    /// Whether the role is a system that acts for named persons.
    pub fn is_system(self) -> bool {
        matches!(self, Self::Ehr | Self::MunicipalSystem | Self::Service | Self::Gateway)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or(UnknownRole)
    }
}

/// The principal that the caller belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Organisation {
    /// The region.
    Region,
    /// A municipality.
    Municipality(MunicipalityCode),
}

hemgang_db::text_column!(Organisation);

impl fmt::Display for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Region => f.write_str("region"),
            Self::Municipality(code) => code.fmt(f),
        }
    }
}

impl FromStr for Organisation {
    type Err = hemgang_core::place::PlaceFault;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "region" => Ok(Self::Region),
            code => MunicipalityCode::parse(code).map(Self::Municipality),
        }
    }
}

/// What for, as the token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Care of the patient.
    Care,
    /// Quality and its follow-up.
    Quality,
    /// Administration.
    Administration,
}

impl Purpose {
    /// The word in the token's `purpose`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Care => "care",
            Self::Quality => "quality",
            Self::Administration => "administration",
        }
    }

    /// The purpose of a word; none where it is another.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Care, Self::Quality, Self::Administration].into_iter().find(|known| known.as_str() == word)
    }
}

/// A verified caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// HSA-id of the person or system.
    pub subject: String,
    /// The unit acted for.
    pub unit: HsaId,
    /// The principal.
    pub organisation: Organisation,
    /// What the caller may be.
    pub roles: Vec<Role>,
    /// What for; none where the token names no purpose that we know.
    pub purpose: Option<Purpose>,
    /// Until when the token counts; a stream ends then.
    pub expires_at: Timestamp,
}

impl Caller {
    /// Whether every role of the caller is a system's. A permission beside it makes no person of a system.
    pub fn is_system(&self) -> bool {
        let mut acts = self.roles.iter().filter(|role| **role != Role::ProtectedPersons).peekable();
        acts.peek().is_some() && acts.all(|role| role.is_system())
    }

    /// Whether the caller is one of our own services, and nothing besides: whoever is somebody else, too, is shown what
    /// that one is shown, and is written down for it.
    pub fn is_service(&self) -> bool {
        self.roles.iter().all(|role| *role == Role::Service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_makes_no_person_of_a_system_and_no_system_of_a_person() {
        let is_system = |roles: &[Role]| {
            let caller = Caller {
                subject: "SE1-S".to_owned(),
                unit: HsaId::parse("SE1-U").expect("an HSA-id"),
                organisation: Organisation::Region,
                roles: roles.to_vec(),
                purpose: None,
                expires_at: Timestamp::MAX,
            };
            caller.is_system()
        };
        assert!(is_system(&[Role::Ehr]) && is_system(&[Role::Ehr, Role::ProtectedPersons]));
        assert!(!is_system(&[Role::Ward, Role::ProtectedPersons]) && !is_system(&[Role::ProtectedPersons]));
        assert!(!is_system(&[Role::Ehr, Role::Ward]));
    }
}
