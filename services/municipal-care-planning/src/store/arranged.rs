//! What the parties of a case have arranged: their meetings, who the named care contact is, whether a plan is needed, what
//! units state and hand over, the plan, whom they spoke with, their messages, and who of them has the case.

use hemgang_core::{id::CaseId, place::HsaId};
use hemgang_db::{Change, Db};
use hemgang_proto::planning as pb;
use hemgang_rpc::Failure;

use super::{
    assignment, care_contact, contact, discharge_information, meeting, message, related_persons, sip,
    sip_need, statement,
};
use crate::domain::{
    assignment::Assignment,
    care_contact::CareContact,
    contact::Contact,
    discharge_information::DischargeInformation,
    meeting::Meeting,
    message::Message,
    related_persons::RelatedPersons,
    sip::Sip,
    sip_need::SipNeed,
    statement::{Stated, Statement},
};

/// All of it, as it stands.
pub struct Arranged {
    meetings: Vec<Meeting>,
    care_contact: Option<CareContact>,
    sip_needs: Vec<SipNeed>,
    statements: Vec<Statement>,
    handed_over: Option<DischargeInformation>,
    sip: Option<Sip>,
    contacts: Vec<Contact>,
    messages: Vec<Message>,
    assignments: Vec<Assignment>,
    related: Option<RelatedPersons>,
}

/// What was arranged about a case.
pub async fn get(db: &Db, case_id: CaseId) -> Result<Arranged, Failure> {
    let (
        meetings,
        care_contact,
        sip_needs,
        statements,
        handed_over,
        sip,
        contacts,
        messages,
        assignments,
        related,
    ) = tokio::try_join!(
        meeting::list(db, case_id),
        care_contact::get(db, case_id),
        sip_need::list(db, case_id),
        statement::list(db, case_id),
        discharge_information::get(db, case_id),
        sip::get(db, case_id),
        contact::list(db, case_id),
        message::list(db, case_id),
        assignment::list(db, case_id),
        related_persons::get(db, case_id)
    )?;
    Ok(Arranged {
        meetings,
        care_contact,
        sip_needs,
        statements,
        handed_over,
        sip,
        contacts,
        messages,
        assignments,
        related,
    })
}

impl Arranged {
    /// What is for a unit in the place of another, and what that changes: messages to it, and booked meetings.
    pub fn handed_on(&mut self, from: &HsaId, to: &HsaId) -> Change {
        let mut change = Change::new();
        for message in &mut self.messages {
            if let Some(moved) = message.clone().handed_on(from, to) {
                change = change.replace(&moved);
                *message = moved;
            }
        }
        for meeting in &mut self.meetings {
            if let Some(moved) = meeting.clone().handed_on(from, to) {
                change = change.replace(&moved);
                *meeting = moved;
            }
        }
        change
    }

    /// A case with it, and without what is not everybody's: messages, and who has it.
    ///
    /// # Errors
    /// When what was handed over cannot be read.
    pub fn shown(&self, case: pb::Case) -> Result<pb::Case, Failure> {
        let case = pb::Case {
            meetings: self.meetings.iter().map(Meeting::shown).collect(),
            care_contact: self.care_contact(),
            sip_needs: self.sip_needs(),
            sip: self.sip.as_ref().map(Sip::shown),
            contacts: self.contacts.iter().map(Contact::shown).collect(),
            discharge_information: self.handed_over.as_ref().map(DischargeInformation::shown).transpose()?,
            related_persons: self.related.as_ref().map(RelatedPersons::shown).transpose()?,
            ..case
        };
        Ok(self.stated().shown(case))
    }

    /// The plan, as feeds tell it.
    pub fn sip(&self) -> Option<pb::Sip> {
        self.sip.as_ref().map(Sip::told)
    }

    /// Contacts by telephone, as feeds tell them.
    pub fn contacts(&self) -> Vec<pb::Contact> {
        self.contacts.iter().map(Contact::told).collect()
    }

    /// The messages that somebody reads.
    pub fn messages(&self, reads: impl Fn(&Message) -> bool) -> Vec<pb::Message> {
        self.messages.iter().filter(|message| reads(message)).map(Message::shown).collect()
    }

    /// The messages that somebody reads, as feeds tell them.
    pub fn messages_told(&self, reads: impl Fn(&Message) -> bool) -> Vec<pb::Message> {
        self.messages.iter().filter(|message| reads(message)).map(Message::told).collect()
    }

    /// Who has it, at units whose cases somebody reads.
    pub fn assignments(&self, reads: impl Fn(&Assignment) -> bool) -> Vec<pb::Assignment> {
        self.assignments.iter().filter(|assignment| reads(assignment)).map(Assignment::shown).collect()
    }

    /// What the hospital handed over, as feeds tell it.
    ///
    /// # Errors
    /// As of [`Arranged::shown`].
    pub fn handed_over(&self) -> Result<Option<pb::DischargeInformation>, Failure> {
        self.handed_over.as_ref().map(DischargeInformation::told).transpose()
    }

    /// Who is around the patient, as feeds tell it.
    ///
    /// # Errors
    /// As of [`Arranged::shown`].
    pub fn related(&self) -> Result<Option<pb::RelatedPersons>, Failure> {
        self.related.as_ref().map(RelatedPersons::told).transpose()
    }

    /// The meetings, the first planned first, as feeds tell them.
    pub fn meetings(&self) -> Vec<pb::Meeting> {
        self.meetings.iter().map(Meeting::told).collect()
    }

    /// The named care contact, if one was appointed.
    pub fn care_contact(&self) -> Option<pb::CareContact> {
        self.care_contact.as_ref().map(CareContact::shown)
    }

    /// What units state.
    pub fn stated(&self) -> Stated {
        self.statements.iter().collect()
    }

    /// What principals judge of the need of a plan, the region first.
    pub fn sip_needs(&self) -> Vec<pb::SipNeed> {
        self.sip_needs.iter().map(SipNeed::shown).collect()
    }
}
