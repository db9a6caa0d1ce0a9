//! What the walk asks about: a stay, with everything that there is of it, or what there is not.

use hemgang_rpc::{Role, access::Whose};

use super::places::Place;

pub const PERSONNUMMER: &str = "1.2.752.129.2.1.3.1";

/// When the walk begins.
pub const TODAY: &str = "2026-09-15T08:00:00Z";

/// A stay with everything that there is of it: judged, notified late, ready, with three meetings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thing {
    pub name: &'static str,
    /// A unit of the directory, or none.
    pub unit: String,
    pub admission_id: String,
    pub case_id: String,
    pub person: &'static str,
    pub ward: &'static str,
    pub hospital: &'static str,
    pub hospital_group: &'static str,
    pub social: &'static str,
    pub clinic: &'static str,
    pub municipality: &'static str,
    /// A case without an admission, about the same person, which the clinic opened.
    pub request_id: String,
    pub notice_to_social: String,
    pub notice_to_clinic: String,
    /// That the social services wrote to it.
    pub notice_to_ward: String,
    /// Of somebody at the social services, and of whom they are told.
    pub assignment_id: String,
    pub rule_id: String,
    /// Where whoever is on duty there is reached.
    pub address: String,
    /// From the ward, to everybody.
    pub message_id: String,
    /// Two planning meetings and one about a SIP, all booked.
    pub meetings: [String; 3],
}

impl Thing {
    /// What there is not: every id is made up.
    pub fn nowhere(&self) -> Self {
        let id = || hemgang_core::id::random().to_string();
        Self {
            name: "nobody's",
            unit: "SE2321000131-E999999999999".to_owned(),
            person: "189102029809",
            admission_id: id(),
            case_id: id(),
            request_id: id(),
            notice_to_social: id(),
            notice_to_clinic: id(),
            notice_to_ward: id(),
            assignment_id: id(),
            rule_id: id(),
            address: id(),
            message_id: id(),
            meetings: [id(), id(), id()],
            ..self.clone()
        }
    }

    /// The notice that somebody in a role acknowledges.
    pub fn notice(&self, role: Role) -> &str {
        match role {
            Role::Outpatient => &self.notice_to_clinic,
            Role::Ehr | Role::Ward | Role::Hospital => &self.notice_to_ward,
            _ => &self.notice_to_social,
        }
    }

    /// Whether it lies within a grant's reach, said once more and without the code that decides it.
    pub fn is_reached(&self, whose: Whose, from: &Place) -> bool {
        match whose {
            Whose::All => true,
            Whose::OwnHospital => self.hospital == from.hospital,
            Whose::OwnHospitalGroup => self.hospital_group == from.hospital_group,
            Whose::OwnWard => self.ward == from.unit,
            Whose::OwnUnit if from.is_reception => self.municipality == from.organisation,
            Whose::OwnUnit => [self.social, self.clinic].contains(&from.unit),
            // A stay, and a care request of a clinic.
            Whose::OwnRecords => from.organisation == "region",
            // It is the municipality's unit that is administered.
            Whose::Administered => self.municipality == from.organisation,
            // The region's own people worked with every stay.
            Whose::OwnOrganisation | Whose::OwnAccesses => {
                from.organisation == "region" || self.municipality == from.organisation
            }
        }
    }

    /// A text without the ids that are this thing's.
    pub fn without_ids(&self, text: &str) -> String {
        let [first, second, third] = &self.meetings;
        let ids = [&self.admission_id, &self.case_id, &self.request_id, first, second, third];
        let ids = ids.into_iter().chain([&self.notice_to_social, &self.notice_to_clinic, &self.unit]);
        let ids = ids.chain([
            &self.assignment_id,
            &self.rule_id,
            &self.address,
            &self.message_id,
            &self.notice_to_ward,
        ]);
        ids.fold(text.to_owned(), |text, id| text.replace(id.as_str(), "ID"))
    }
}
