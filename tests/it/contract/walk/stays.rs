//! The four stays of the walk, each a step farther away than the one before, and what the wards and units do with them.

use hemgang_proto::{
    admission::{self as adm, AdmissionType},
    common::{Person, PersonId},
    planning::{self as pla, MeetingForm, book_planning_meeting_request::Key},
};
use hemgang_rpc::wire;
use hemgang_testing::{Suite, at};

use super::{
    things::{PERSONNUMMER, TODAY, Thing},
    units,
};
use crate::journeys::steps::{Caller, NOW, until};

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

/// The stays, with what the wards and units do with them.
pub async fn told(suite: &Suite) -> Vec<Thing> {
    let mut things = stays().to_vec();
    for thing in &mut things {
        thing.ward.clone_into(&mut thing.unit);
        thing.admission_id = admit(suite, thing).await;
        (thing.assignment_id, thing.rule_id, thing.address) = units::settled(suite, thing).await;
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
        thing.message_id = write(suite, (thing, thing.ward()), Vec::new()).await;
        write(suite, (thing, thing.social()), vec![thing.ward.to_owned()]).await;
        thing.request_id = ask(suite, thing).await;
        // Each looks, so that the access log has something to say of everybody.
        for reader in [thing.social(), thing.clinic(), thing.ward()] {
            let case = reader.case(suite, &id).await.expect("a case");
            thing.case_id = case.case_id;
            let notice = case.notices.into_iter().find(|notice| notice.recipient == reader.unit);
            let notice = notice.expect("a notice").notice_id;
            match reader.role {
                "outpatient" => thing.notice_to_clinic = notice,
                "ward" => thing.notice_to_ward = notice,
                _ => thing.notice_to_social = notice,
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

    pub fn social(&self) -> Caller {
        Caller { role: "municipality", unit: self.social, organisation: self.municipality }
    }

    fn clinic(&self) -> Caller {
        Caller { role: "outpatient", unit: self.clinic, organisation: "region" }
    }
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

/// The clinic's care request about the same person.
async fn ask(suite: &Suite, thing: &Thing) -> String {
    let person_id = Some(PersonId { oid: PERSONNUMMER.to_owned(), value: thing.person.to_owned() });
    let request = pla::SendCareRequestRequest {
        person: Some(Person { person_id, ..Person::default() }),
        recipients: vec![thing.social.to_owned()],
        ..Default::default()
    };
    let answer = thing.clinic().planning(suite).send_care_request(request).await.expect("sent");
    answer.into_inner().case.expect("a case").case_id
}

/// Somebody's message to some, or to everybody.
async fn write(suite: &Suite, (thing, by): (&Thing, Caller), recipients: Vec<String>) -> String {
    let request = pla::SendMessageRequest {
        key: Some(pla::send_message_request::Key::AdmissionId(thing.admission_id.clone())),
        kind: pla::MessageKind::Information.into(),
        recipients,
        text: "Provsvar kommer".to_owned(),
        ..Default::default()
    };
    let answer = by.planning(suite).send_message(request).await.expect("sent");
    answer.into_inner().message.expect("a message").message_id
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
