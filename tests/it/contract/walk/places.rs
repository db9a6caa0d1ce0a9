//! Where the walk calls from: each role at a unit where it counts, and at each kind of unit where its reach is another.

use hemgang_rpc::{Peer, Role};
use hemgang_testing::Suite;

/// Somebody in a role at a unit, with what the directory says of the unit.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub role: Role,
    pub unit: &'static str,
    pub organisation: &'static str,
    /// The hospital of the unit, and its group; of the region's other units nobody's.
    pub hospital: &'static str,
    pub hospital_group: &'static str,
    pub is_reception: bool,
}

const WARD: Place = Place {
    role: Role::Ward,
    unit: "SE2321000131-E000000001101",
    organisation: "region",
    hospital: "SE2321000131-E000000001001",
    hospital_group: "SU",
    is_reception: false,
};
const CLINIC: Place = Place {
    role: Role::Outpatient,
    unit: "SE2321000131-E000000002036",
    hospital: "",
    hospital_group: "",
    ..WARD
};
const SOCIAL: Place =
    Place { role: Role::Municipality, unit: "SE0000001480-E0002", organisation: "1480", ..CLINIC };
const RECEPTION: Place = Place { unit: "SE0000001480-E0001", is_reception: true, ..SOCIAL };

/// All of them.
pub const PLACES: [Place; 25] = [
    WARD,
    Place { role: Role::Ehr, ..WARD },
    Place { role: Role::Ehr, unit: WARD.hospital, ..WARD },
    Place { role: Role::Hospital, ..WARD },
    Place { role: Role::Hospital, unit: WARD.hospital, ..WARD },
    Place { role: Role::Gateway, unit: WARD.hospital, ..WARD },
    CLINIC,
    SOCIAL,
    RECEPTION,
    Place { role: Role::MunicipalSystem, ..SOCIAL },
    Place { role: Role::MunicipalSystem, ..RECEPTION },
    Place { role: Role::DeviationHandler, ..WARD },
    Place { role: Role::DeviationHandler, ..SOCIAL },
    Place { role: Role::Quality, ..CLINIC },
    Place { role: Role::Quality, ..RECEPTION },
    Place { role: Role::Finance, ..WARD },
    Place { role: Role::Finance, ..SOCIAL },
    Place { role: Role::DirectoryAdmin, ..WARD },
    Place { role: Role::DirectoryAdmin, ..SOCIAL },
    Place { role: Role::Auditor, ..WARD },
    Place { role: Role::Auditor, ..SOCIAL },
    Place { role: Role::RecordsManager, ..WARD },
    Place { role: Role::RecordsManager, ..SOCIAL },
    Place { role: Role::ProtectedPersons, ..WARD },
    Place { role: Role::Service, unit: "SE0000000000-HEMGANG", ..CLINIC },
];

impl Place {
    pub fn peer(&self, suite: &Suite) -> Peer {
        suite.peer(self.role.as_str(), self.unit, self.organisation)
    }
}

#[test]
fn every_role_calls_from_somewhere() {
    for role in Role::ALL {
        assert!(PLACES.iter().any(|place| place.role == role), "{role} calls from nowhere");
    }
}
