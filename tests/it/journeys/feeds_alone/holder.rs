//! One client's board, folded from the feeds that it may read, and held against the lists.

use std::collections::BTreeMap;

use hemgang_proto::{
    admission::{
        self as adm, AdmissionState, admission_event::Event as Admission,
        admission_feed_service_client::AdmissionFeedServiceClient,
    },
    common::{Destination, ExpectedDischarge},
    planning::{
        self as pla, CaseState, MeetingKind, MeetingState, NoticeKind, get_case_request::Key,
        planning_event::Event as Planning, planning_feed_service_client::PlanningFeedServiceClient,
    },
    readiness::{
        self as rea, ReadinessState, readiness_event::Event as Readiness,
        readiness_feed_service_client::ReadinessFeedServiceClient,
    },
};
use hemgang_testing::Suite;
use pbjson_types::Timestamp;

use crate::journeys::steps::Caller;

/// A stay, as both the feed and the list tell of it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stay {
    state: i32,
    hospital: String,
    ward: String,
    expected: Option<ExpectedDischarge>,
    discharged_at: Option<Timestamp>,
    destination: i32,
}

#[derive(Clone, Debug, PartialEq)]
struct Case {
    admission_id: String,
    /// What follows from the stay.
    course: CaseState,
    /// How people ended it, where they have.
    ended: Option<CaseState>,
    is_ready: bool,
    meetings: Meetings,
}

/// A case's meetings by their ids, without their etags, which no event of a meeting tells.
type Meetings = BTreeMap<String, pla::Meeting>;

/// What one client holds.
pub struct Holder {
    caller: Caller,
    cursors: [String; 3],
    stays: BTreeMap<String, Stay>,
    /// Since when patients are ready, as judged.
    ready: BTreeMap<String, Option<Timestamp>>,
    cases: BTreeMap<String, Case>,
}

impl Holder {
    pub fn new(caller: Caller) -> Self {
        let (stays, ready, cases) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { caller, cursors: <[String; 3]>::default(), stays, ready, cases }
    }

    /// How many stays, patients who are ready and cases it knows of.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.stays.len(), self.ready_now().len(), self.cases.len())
    }

    /// How many meetings it knows of.
    pub fn meetings(&self) -> usize {
        self.cases.values().map(|case| case.meetings.len()).sum()
    }

    fn is_hospital(&self) -> bool {
        matches!(self.caller.role, "ward" | "hospital")
    }

    /// Reads what is new in each feed.
    pub async fn read_on(&mut self, suite: &Suite) {
        let peer = self.caller.peer(suite);
        let page_size = 500;
        if self.is_hospital() {
            let request = adm::ReadEventsRequest { cursor: self.cursors[0].clone(), page_size };
            let page = AdmissionFeedServiceClient::new(peer.clone()).read_events(request).await;
            let page = page.expect("a page").into_inner();
            self.cursors[0] = page.bookmark.expect("a bookmark").cursor;
            page.events.into_iter().for_each(|event| self.admission(event));
            let request = rea::ReadEventsRequest { cursor: self.cursors[1].clone(), page_size };
            let page = ReadinessFeedServiceClient::new(peer.clone()).read_events(request).await;
            let page = page.expect("a page").into_inner();
            self.cursors[1] = page.bookmark.expect("a bookmark").cursor;
            page.events.into_iter().for_each(|event| self.readiness(event));
        }
        let request = pla::ReadEventsRequest { cursor: self.cursors[2].clone(), page_size };
        let page = PlanningFeedServiceClient::new(peer).read_events(request).await;
        let page = page.expect("a page").into_inner();
        self.cursors[2] = page.bookmark.expect("a bookmark").cursor;
        page.events.into_iter().for_each(|event| self.planning(event));
    }

    fn admission(&mut self, event: adm::AdmissionEvent) {
        let id = event.header.expect("a header").admission_id;
        match event.event.expect("an event") {
            Admission::PatientAdmitted(said) => {
                self.stays.insert(id, begun(said));
            }
            Admission::StayShared(said) => {
                let (state, destination) = (said.state, said.destination);
                let stay = begun(said.stay.expect("a stay"));
                let stay = Stay { state, destination, discharged_at: said.discharged_at, ..stay };
                self.stays.insert(id, stay);
            }
            Admission::StayUnshared(_) => {
                self.stays.remove(&id).expect("a stay that was seen");
            }
            other => {
                if let Some(stay) = self.stays.get_mut(&id) {
                    stay.hear(other);
                }
            }
        }
    }

    fn readiness(&mut self, event: rea::ReadinessEvent) {
        let id = event.header.expect("a header").admission_id;
        match event.event.expect("an event") {
            Readiness::ReadinessConfirmed(said) => {
                let judgement = said.judgement.expect("a judgement");
                self.ready.insert(id, judgement.assessed_at.or(judgement.notified_at));
            }
            Readiness::ReadinessShared(said) => {
                let readiness = said.readiness.expect("a readiness");
                if readiness.state() == ReadinessState::Ready {
                    self.ready.insert(id, readiness.ready_since);
                }
            }
            Readiness::ReadinessWithdrawn(_) | Readiness::ReadinessUnshared(_) => {
                self.ready.remove(&id);
            }
            Readiness::ReadinessReconfirmed(_) => {}
        }
    }

    fn planning(&mut self, event: pla::PlanningEvent) {
        let admission_id = event.header.expect("a header").admission_id;
        match event.event.expect("an event") {
            Planning::CaseOpened(said) => {
                let case = Case::begun(admission_id, said.state());
                self.cases.insert(said.case_id, case);
            }
            Planning::CaseShared(said) => {
                let ended = Some(said.state())
                    .filter(|state| matches!(state, CaseState::Interrupted | CaseState::Closed));
                let is_ready = said.ready_since.is_some();
                let course = match (ended, &said.discharged_at) {
                    (None, _) => said.state(),
                    (Some(_), Some(_)) => CaseState::Discharged,
                    (Some(_), None) if is_ready => CaseState::Ready,
                    (Some(_), None) => CaseState::Planning,
                };
                let case = Case { admission_id, course, ended, is_ready, meetings: meetings(said.meetings) };
                self.cases.insert(said.case_id, case);
            }
            Planning::CaseInterrupted(said) => self.seen(&said.case_id).ended = Some(CaseState::Interrupted),
            Planning::CaseClosed(said) => self.seen(&said.case_id).ended = Some(CaseState::Closed),
            Planning::CaseReopened(said) => {
                let case = self.seen(&said.case_id);
                (case.course, case.ended) = (said.state(), None);
            }
            Planning::CaseUnshared(said) => {
                self.cases.remove(&said.case_id).expect("a case that was seen");
            }
            Planning::NoticeDelivered(said) => {
                self.seen(&said.case_id).hear(said.kind());
            }
            Planning::NoticeHeld(said) => self.seen(&said.case_id).hear(said.kind()),
            Planning::CareRequestSent(said) => {
                let case = Case::begun(admission_id, CaseState::Planning);
                self.cases.insert(said.case_id, case);
            }
            Planning::PatientDetailsRecorded(_) => panic!("told to nobody but our own services"),
            other => self.meet(other),
        }
    }

    /// Meetings about a case.
    fn meet(&mut self, event: Planning) {
        match event {
            Planning::MeetingBooked(said) => {
                let meeting = pla::Meeting {
                    meeting_id: said.meeting_id,
                    case_id: said.case_id,
                    kind: MeetingKind::Planning.into(),
                    state: MeetingState::Booked.into(),
                    form: said.form,
                    starts_at: said.starts_at,
                    called_by: said.called_by,
                    invited: said.invited,
                    ..Default::default()
                };
                self.called(meeting);
            }
            Planning::SipInvited(said) => self.called(pla::Meeting {
                meeting_id: said.meeting_id,
                case_id: said.case_id,
                kind: MeetingKind::Sip.into(),
                state: MeetingState::Booked.into(),
                form: said.form,
                starts_at: said.starts_at,
                called_by: said.called_by,
                invited: said.invited,
                statutory: said.statutory,
                invitees: said.invitees,
                ..Default::default()
            }),
            Planning::MeetingRescheduled(said) => {
                let meeting = self.meeting(&said.case_id, &said.meeting_id);
                (meeting.starts_at, meeting.form) = (said.starts_at, said.form);
                meeting.answers.clear();
            }
            Planning::SipInvitationAnswered(said) => {
                let answer = said.answer.expect("an answer");
                let meeting = self.meeting(&said.case_id, &said.meeting_id);
                meeting.answers.retain(|before| before.unit != answer.unit);
                meeting.answers.push(answer);
            }
            Planning::MeetingCancelled(said) => {
                let meeting = self.meeting(&said.case_id, &said.meeting_id);
                meeting.set_state(MeetingState::Cancelled);
            }
            Planning::MeetingHeld(said) => {
                let meeting = self.meeting(&said.case_id, &said.meeting_id);
                meeting.set_state(MeetingState::Held);
                (meeting.held_at, meeting.form) = (said.held_at, said.form);
                meeting.participants = said.participants;
                meeting.patient_took_part = said.patient_took_part;
                meeting.relatives_took_part = said.relatives_took_part;
            }
            other => Self::pass(&other),
        }
    }

    /// What else is arranged about a case is not held here.
    fn pass(event: &Planning) {
        match event {
            Planning::NoticeAcknowledged(_)
            | Planning::NoticeEscalated(_)
            | Planning::HomecomingContactSet(_)
            | Planning::PatientDetailsBlanked(_)
            | Planning::CareContactAppointed(_)
            | Planning::SipNeedDecided(_)
            | Planning::SipSaved(_)
            | Planning::SipApproved(_)
            | Planning::SipAgreed(_)
            | Planning::SipFollowedUp(_)
            | Planning::SipClosed(_)
            | Planning::DischargeInformationTransferred(_)
            | Planning::RelatedPersonsSet(_)
            | Planning::PlanningAnswered(_)
            | Planning::DecisionRecorded(_)
            | Planning::CaseAssigned(_)
            | Planning::ContactRecorded(_)
            | Planning::CurrentServicesShared(_)
            | Planning::MessageSent(_)
            | Planning::MessageCorrected(_)
            | Planning::MessageVoided(_)
            | Planning::OutpatientReadinessSet(_)
            | Planning::ReceivingConfirmed(_)
            | Planning::PatientSummaryHandedOver(_)
            | Planning::ProtectionRecorded(_)
            | Planning::ConsentRecorded(_)
            | Planning::ConsentWithdrawn(_)
            | Planning::DisclosureBarred(_)
            | Planning::DisclosureAllowed(_)
            | Planning::CaseRevised(_)
            | Planning::RecipientAdded(_)
            | Planning::RecipientRemoved(_)
            | Planning::RecipientForwarded(_) => {}
            other => panic!("{other:?} is not about what is arranged"),
        }
    }

    fn seen(&mut self, case_id: &str) -> &mut Case {
        self.cases.get_mut(case_id).expect("a case that is seen")
    }

    fn called(&mut self, meeting: pla::Meeting) {
        let case = self.seen(&meeting.case_id);
        case.meetings.insert(meeting.meeting_id.clone(), meeting);
    }

    /// A meeting that was told of before.
    fn meeting(&mut self, case_id: &str, meeting_id: &str) -> &mut pla::Meeting {
        self.seen(case_id).meetings.get_mut(meeting_id).expect("a meeting that was told of")
    }

    /// Who is ready and in hospital: a hospital knows it from its own stays, a unit from its cases.
    fn ready_now(&self) -> BTreeMap<String, Option<Timestamp>> {
        if self.is_hospital() {
            let is_in = |id: &String| {
                self.stays.get(id).is_some_and(|stay| stay.state == i32::from(AdmissionState::Admitted))
            };
            return self.ready.iter().filter(|(id, _)| is_in(id)).map(|(id, at)| (id.clone(), *at)).collect();
        }
        let ready = self.cases.values().filter(|case| case.course == CaseState::Ready);
        ready.map(|case| (case.admission_id.clone(), None)).collect()
    }

    /// Holds what is held against what is listed.
    pub async fn compare(&self, suite: &Suite) {
        let who = self.caller;
        if self.is_hospital() {
            let list = who.admissions(suite).list_admissions(adm::ListAdmissionsRequest::default()).await;
            let listed = list.expect("a list").into_inner().admissions;
            let listed: BTreeMap<_, _> =
                listed.into_iter().map(|stay| (stay.admission_id.clone(), Stay::from(stay))).collect();
            assert_eq!(self.stays, listed, "{who:?}");
        }
        let list = who.readiness(suite).list_ready(rea::ListReadyRequest::default()).await;
        let listed = list.expect("a list").into_inner().readiness.into_iter();
        let since = |readiness: &rea::Readiness| readiness.ready_since.filter(|_| self.is_hospital());
        let listed: BTreeMap<_, _> =
            listed.map(|readiness| (readiness.admission_id.clone(), since(&readiness))).collect();
        assert_eq!(self.ready_now(), listed, "{who:?}");

        let list = who.planning(suite).list_cases(pla::ListCasesRequest::default()).await;
        let listed = list.expect("a list").into_inner().cases.into_iter();
        let listed: BTreeMap<_, _> =
            listed.map(|case| (case.case_id.clone(), (case.admission_id.clone(), case.state()))).collect();
        let held =
            self.cases.iter().map(|(id, case)| (id.clone(), (case.admission_id.clone(), case.state())));
        assert_eq!(held.collect::<BTreeMap<_, _>>(), listed, "{who:?}");

        for (case_id, case) in &self.cases {
            let request = pla::GetCaseRequest { key: Some(Key::CaseId(case_id.clone())) };
            let shown = who.planning(suite).get_case(request).await.expect("a case").into_inner();
            assert_eq!(case.meetings, meetings(shown.case.expect("a case").meetings), "{who:?}");
        }
    }
}

fn meetings(said: Vec<pla::Meeting>) -> Meetings {
    let held = said.into_iter().map(|meeting| pla::Meeting { etag: String::new(), ..meeting });
    held.map(|meeting| (meeting.meeting_id.clone(), meeting)).collect()
}

fn begun(said: adm::PatientAdmitted) -> Stay {
    let (state, expected) = (AdmissionState::Admitted.into(), said.expected_discharge);
    Stay { state, hospital: said.hospital, ward: said.ward, expected, ..Stay::default() }
}

impl From<adm::Admission> for Stay {
    fn from(stay: adm::Admission) -> Self {
        Self {
            state: stay.state,
            hospital: stay.hospital,
            ward: stay.ward,
            expected: stay.expected_discharge,
            discharged_at: stay.discharged_at,
            destination: stay.destination,
        }
    }
}

impl Stay {
    fn hear(&mut self, said: Admission) {
        match said {
            Admission::PatientTransferred(said) if !said.superseded => {
                (self.hospital, self.ward) = (said.hospital, said.to_ward);
            }
            Admission::AdmissionNoticeSent(said) => self.expected = said.expected_discharge,
            Admission::ExpectedDischargeChanged(said) => self.expected = said.expected_discharge,
            Admission::PatientDischarged(said) => {
                let died = said.destination() == Destination::Deceased;
                let state = if died { AdmissionState::Deceased } else { AdmissionState::Discharged };
                (self.state, self.destination) = (state.into(), said.destination);
                self.discharged_at = said.discharged_at;
            }
            Admission::DischargeCancelled(_) => {
                (self.state, self.destination) = (AdmissionState::Admitted.into(), 0);
                self.discharged_at = None;
            }
            Admission::AdmissionVoided(_) => self.state = AdmissionState::Voided.into(),
            _ => {}
        }
    }
}

impl Case {
    fn begun(admission_id: String, state: CaseState) -> Self {
        Self { admission_id, course: state, ended: None, is_ready: false, meetings: Meetings::new() }
    }

    /// A death and a void go before what people said.
    fn state(&self) -> CaseState {
        match self.course {
            CaseState::Deceased | CaseState::Voided => self.course,
            course => self.ended.unwrap_or(course),
        }
    }

    /// What a notice says of the case. A judgement moves an open case only.
    fn hear(&mut self, kind: NoticeKind) {
        let open = if self.is_ready { CaseState::Ready } else { CaseState::Planning };
        match kind {
            NoticeKind::Readiness | NoticeKind::ReadinessWithdrawn => {
                self.is_ready = kind == NoticeKind::Readiness;
                if self.course == open {
                    self.course = if self.is_ready { CaseState::Ready } else { CaseState::Planning };
                }
            }
            NoticeKind::Departure => self.course = CaseState::Discharged,
            NoticeKind::Death => self.course = CaseState::Deceased,
            NoticeKind::Voided => self.course = CaseState::Voided,
            NoticeKind::DischargeCancelled => self.course = open,
            _ => {}
        }
    }
}
