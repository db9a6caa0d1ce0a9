//! What the walk asks about: four stays, each a step farther from the first, and one that is nowhere.

use hemgang_proto::{
    admission::{self as adm, AdmissionType},
    common::PersonId,
    directory::{
        AssignPersonRequest, RoutingRule, SetRoutingRuleRequest,
        directory_service_client::DirectoryServiceClient,
    },
    planning::{self as pla, MeetingForm, book_planning_meeting_request::Key},
};
use hemgang_rpc::{Role, access::Whose, wire};
use hemgang_testing::{Suite, at};
use serde_json::{Value, json};

use super::places::Place;
use crate::journeys::steps::{Caller, NOW, until};

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
    pub notice_to_social: String,
    pub notice_to_clinic: String,
    /// Of somebody at the social services, and of whom they are told.
    pub assignment_id: String,
    pub rule_id: String,
    /// Two planning meetings and one about a SIP, all booked.
    pub meetings: [String; 3],
}

/// At the callers' ward; at the next ward; at the next hospital of the group, of the next municipality; far away.
fn stays() -> [Thing; 4] {
    let own = Thing {
        name: "own",
        person: "191212121212",
        ward: "SE2321000131-E000000001101",
        hospital: "SE2321000131-E000000001001",
        hospital_group: "SU",
        social: "SE0000001480-E0002",
        clinic: "SE2321000131-E000000002036",
        municipality: "1480",
        ..Thing::default()
    };
    let ward = Thing {
        name: "the next ward's",
        person: "193904129800",
        ward: "SE2321000131-E000000001102",
        social: "SE0000001480-E0003",
        clinic: "SE2321000131-E000000002037",
        ..own.clone()
    };
    let hospital = Thing {
        name: "the next hospital's",
        person: "195009072553",
        ward: "SE2321000131-E000000001106",
        hospital: "SE2321000131-E000000001002",
        social: "SE0000001481-E0002",
        municipality: "1481",
        ..ward.clone()
    };
    let far = Thing {
        name: "a far one's",
        person: "189001019802",
        ward: "SE2321000131-E000000001118",
        hospital: "SE2321000131-E000000001005",
        hospital_group: "NU",
        ..hospital.clone()
    };
    [own, ward, hospital, far]
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
            notice_to_social: id(),
            notice_to_clinic: id(),
            assignment_id: id(),
            rule_id: id(),
            meetings: [id(), id(), id()],
            ..self.clone()
        }
    }

    /// The notice that somebody in a role acknowledges.
    pub fn notice(&self, role: Role) -> &str {
        if role == Role::Outpatient { &self.notice_to_clinic } else { &self.notice_to_social }
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
        let ids = [&self.admission_id, &self.case_id, first, second, third];
        let ids = ids.into_iter().chain([&self.notice_to_social, &self.notice_to_clinic, &self.unit]);
        let ids = ids.chain([&self.assignment_id, &self.rule_id]);
        ids.fold(text.to_owned(), |text, id| text.replace(id.as_str(), "ID"))
    }
}

/// The stays, with what the wards and units do with them.
pub async fn told(suite: &Suite) -> Vec<Thing> {
    let mut things = stays().to_vec();
    for thing in &mut things {
        thing.unit = thing.ward.to_owned();
        thing.admission_id = admit(suite, thing).await;
        (thing.assignment_id, thing.rule_id) = settled(suite, thing).await;
        thing.ward().assess(suite, &thing.admission_id, &[thing.social(), thing.clinic()], NOW).await;
    }
    // Too late: a signal is raised of each.
    until(suite, TODAY).await;
    for thing in &mut things {
        let id = thing.admission_id.clone();
        thing.ward().notify(suite, &id, &[thing.social(), thing.clinic()], NOW).await;
        suite.drain().await;
        thing.ward().confirm(suite, &id).await.expect("confirmed");
        for (place, sip) in [false, false, true].into_iter().enumerate() {
            thing.meetings[place] = book(suite, thing, sip).await;
        }
        // Each looks, so that the access log has something to say of everybody.
        for reader in [thing.social(), thing.clinic()] {
            let case = reader.case(suite, &id).await.expect("a case");
            thing.case_id = case.case_id;
            let notice = case.notices.into_iter().find(|notice| notice.recipient == reader.unit);
            let notice = notice.expect("a notice").notice_id;
            if reader.role == "outpatient" {
                thing.notice_to_clinic = notice;
            } else {
                thing.notice_to_social = notice;
            }
        }
    }
    suite.drain().await;
    things
}

impl Thing {
    fn ward(&self) -> Caller {
        Caller { role: "ward", unit: self.ward, organisation: "region" }
    }

    fn social(&self) -> Caller {
        Caller { role: "municipality", unit: self.social, organisation: self.municipality }
    }

    fn clinic(&self) -> Caller {
        Caller { role: "outpatient", unit: self.clinic, organisation: "region" }
    }
}

impl Thing {
    /// The act that the social services work under.
    pub fn law(&self) -> &'static str {
        if self.social.ends_with("E0003") { "HSL" } else { "SoL" }
    }

    /// A unit that is yet to be, one for each thing.
    pub fn new_unit(&self) -> String {
        format!("SE000000{}-E9{}", self.municipality, &self.person[8..])
    }

    /// A municipal unit as a request tells of it.
    pub fn unit_named(&self, hsa_id: &str) -> Value {
        let (municipality, law) = (self.municipality, self.law());
        json!({"hsaId": hsa_id, "name": "Omsorgen", "kind": "UNIT_KIND_MUNICIPAL", "municipality": municipality, "law": law})
    }
}

/// What the municipality's administrator has said.
async fn settled(suite: &Suite, thing: &Thing) -> (String, String) {
    let administrator = Caller { role: "directory-admin", ..thing.social() };
    let mut directory = DirectoryServiceClient::new(administrator.peer(suite));
    let assign = AssignPersonRequest {
        person: format!("SE2321000131-P00000000{}", &thing.person[8..]),
        unit: thing.social.to_owned(),
        role: "municipality".to_owned(),
        ..Default::default()
    };
    let assigned = directory.assign_person(assign).await.expect("assigned").into_inner();
    let rule = RoutingRule {
        municipality: thing.municipality.to_owned(),
        law: thing.law().to_owned(),
        postal_code: format!("4{}", &thing.person[8..]),
        unit: thing.social.to_owned(),
        ..Default::default()
    };
    let set = SetRoutingRuleRequest { rule: Some(rule), ..Default::default() };
    let set = directory.set_routing_rule(set).await.expect("set").into_inner();
    (assigned.assignment.expect("an assignment").assignment_id, set.rule.expect("a rule").rule_id)
}

async fn admit(suite: &Suite, thing: &Thing) -> String {
    let request = adm::AdmitPatientRequest {
        person_id: Some(PersonId { oid: PERSONNUMMER.to_owned(), value: thing.person.to_owned() }),
        ward: thing.ward.to_owned(),
        admitted_at: Some(wire::timestamp(suite.clock.now())),
        admission_type: AdmissionType::Unplanned.into(),
        residence_municipality: thing.municipality.to_owned(),
        ..Default::default()
    };
    let answer = thing.ward().admissions(suite).admit_patient(request).await.expect("admitted");
    answer.into_inner().admission.expect("an admission").admission_id
}

async fn book(suite: &Suite, thing: &Thing, sip: bool) -> String {
    let (id, form) = (thing.admission_id.clone(), MeetingForm::Video.into());
    let starts_at = Some(wire::timestamp(at("2026-09-16T08:00:00Z")));
    let mut planning = thing.ward().planning(suite);
    let meeting = if sip {
        let request = pla::InviteToSipRequest {
            key: Some(pla::invite_to_sip_request::Key::AdmissionId(id)),
            starts_at,
            form,
            invited: vec![thing.social.to_owned()],
            ..Default::default()
        };
        planning.invite_to_sip(request).await.expect("invited").into_inner().meeting
    } else {
        let key = Some(Key::AdmissionId(id));
        let request = pla::BookPlanningMeetingRequest { key, starts_at, form, ..Default::default() };
        planning.book_planning_meeting(request).await.expect("booked").into_inner().meeting
    };
    meeting.expect("a meeting").meeting_id
}
