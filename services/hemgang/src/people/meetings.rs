//! People who meet: care requests, bookings and what became of them, through the public API.

use hemgang_core::place::HsaId;
use hemgang_proto::{
    common::Person,
    planning::{
        self as pb, MeetingForm, MeetingKind, book_planning_meeting_request, invite_to_sip_request,
        planning_service_client::PlanningServiceClient,
    },
};
use hemgang_rpc::{Peer, wire};
use jiff::Timestamp;
use tonic::Status;

use super::{Acted, People};

/// Whose case a meeting is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseOf {
    /// Of an admission, by our id of it.
    Admission(String),
    /// The case itself, of a person at home.
    Case(String),
}

/// When and how people are to meet, or met.
#[derive(Clone, Copy, Debug)]
pub struct Meet {
    pub kind: MeetingKind,
    pub form: MeetingForm,
    pub at: Timestamp,
}

impl People {
    pub(super) fn planning(&self, unit: &HsaId) -> PlanningServiceClient<Peer> {
        PlanningServiceClient::new(self.member_of(unit))
    }

    /// A unit sends a care request; our id of the case.
    pub async fn request_care(
        &self,
        unit: &HsaId,
        person: Person,
        asked: &[HsaId],
    ) -> Result<String, Status> {
        let request = pb::SendCareRequestRequest {
            person: Some(person),
            recipients: asked.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        let answer = self.planning(unit).send_care_request(request).await?.into_inner();
        Ok(answer.case.unwrap_or_default().case_id)
    }

    /// A unit books a planning meeting, or calls to a SIP meeting; our id of it.
    pub async fn call_meeting(
        &self,
        unit: &HsaId,
        of: CaseOf,
        meet: Meet,
        invited: &[HsaId],
    ) -> Result<String, Status> {
        let (starts_at, form) = (Some(wire::timestamp(meet.at)), meet.form.into());
        let invited = invited.iter().map(ToString::to_string).collect();
        let meeting = if meet.kind == MeetingKind::Sip {
            use invite_to_sip_request::Key;
            let key = Some(match of {
                CaseOf::Admission(id) => Key::AdmissionId(id),
                CaseOf::Case(id) => Key::CaseId(id),
            });
            let request = pb::InviteToSipRequest { key, starts_at, form, invited, ..Default::default() };
            self.planning(unit).invite_to_sip(request).await?.into_inner().meeting
        } else {
            use book_planning_meeting_request::Key;
            let key = Some(match of {
                CaseOf::Admission(id) => Key::AdmissionId(id),
                CaseOf::Case(id) => Key::CaseId(id),
            });
            let request =
                pb::BookPlanningMeetingRequest { key, starts_at, form, invited, ..Default::default() };
            self.planning(unit).book_planning_meeting(request).await?.into_inner().meeting
        };
        Ok(meeting.unwrap_or_default().meeting_id)
    }

    /// A unit moves a meeting.
    pub async fn move_meeting(&self, unit: &HsaId, meeting_id: String, to: Timestamp) -> Acted {
        let starts_at = Some(wire::timestamp(to));
        let request = pb::RescheduleMeetingRequest { meeting_id, starts_at, ..Default::default() };
        self.planning(unit).reschedule_meeting(request).await.map(drop)
    }

    /// A unit takes a meeting off.
    pub async fn cancel_meeting(&self, unit: &HsaId, meeting_id: String) -> Acted {
        let request = pb::CancelMeetingRequest { meeting_id, ..Default::default() };
        self.planning(unit).cancel_meeting(request).await.map(drop)
    }

    /// A unit records that a meeting was held.
    pub async fn record_meeting(
        &self,
        unit: &HsaId,
        meeting_id: String,
        meet: Meet,
        invited: &[HsaId],
        patient_took_part: bool,
    ) -> Acted {
        let (held_at, form) = (Some(wire::timestamp(meet.at)), meet.form.into());
        let participants = invited.iter().chain([unit]).map(ToString::to_string).collect();
        if meet.kind == MeetingKind::Sip {
            let etc = pb::RecordSipMeetingRequest::default();
            let request = pb::RecordSipMeetingRequest {
                meeting_id,
                held_at,
                form,
                participants,
                patient_took_part,
                ..etc
            };
            return self.planning(unit).record_sip_meeting(request).await.map(drop);
        }
        let etc = pb::RecordPlanningMeetingRequest::default();
        let request = pb::RecordPlanningMeetingRequest {
            meeting_id,
            held_at,
            form,
            participants,
            patient_took_part,
            ..etc
        };
        self.planning(unit).record_planning_meeting(request).await.map(drop)
    }
}
