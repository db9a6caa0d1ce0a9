//! What everybody reads of a stay, each with the own token.

use hemgang_proto::{
    admission::{self as adm, admission_feed_service_client::AdmissionFeedServiceClient},
    deviation::{self as dev, deviation_service_client::DeviationServiceClient},
    planning as pla, readiness as rea,
};
use hemgang_testing::Suite;
use tonic::{Code, Status};

use super::Caller;

impl Caller {
    /// The admission of a visit number of this hospital.
    pub async fn admission_of(self, suite: &Suite, visit: &str) -> adm::Admission {
        let number = adm::VisitNumber { authority: self.unit.to_owned(), value: visit.to_owned() };
        let key = Some(adm::get_admission_request::Key::VisitNumber(number));
        let answer = self
            .admissions(suite)
            .get_admission(adm::GetAdmissionRequest { key, ..Default::default() })
            .await;
        answer.expect("an admission").into_inner().admission.expect("an admission")
    }

    pub async fn admission(self, suite: &Suite, id: &str) -> Result<adm::Admission, Status> {
        let key = Some(adm::get_admission_request::Key::AdmissionId(id.to_owned()));
        let answer = self
            .admissions(suite)
            .get_admission(adm::GetAdmissionRequest { key, ..Default::default() })
            .await?;
        Ok(answer.into_inner().admission.expect("an admission"))
    }

    pub async fn case(self, suite: &Suite, id: &str) -> Result<pla::Case, Status> {
        let key = Some(pla::get_case_request::Key::AdmissionId(id.to_owned()));
        let answer = self.planning(suite).get_case(pla::GetCaseRequest { key }).await?;
        Ok(answer.into_inner().case.expect("a case"))
    }

    /// The notices that somebody has to acknowledge, newest first.
    pub async fn inbox(self, suite: &Suite) -> Vec<pla::Notice> {
        let request = pla::ListInboxRequest { unacknowledged_only: true, ..Default::default() };
        self.planning(suite).list_inbox(request).await.expect("an inbox").into_inner().notices
    }

    pub async fn readiness_of(self, suite: &Suite, id: &str) -> Result<rea::Readiness, Status> {
        let request = rea::GetReadinessRequest { admission_id: id.to_owned() };
        let answer = self.readiness(suite).get_readiness(request).await?;
        Ok(answer.into_inner().readiness.expect("a readiness"))
    }

    /// Who is ready and still in hospital.
    pub async fn ready(self, suite: &Suite) -> Vec<String> {
        let answer = self.readiness(suite).list_ready(rea::ListReadyRequest::default()).await;
        let listed = answer.expect("a work list").into_inner().readiness;
        listed.into_iter().map(|readiness| readiness.admission_id).collect()
    }

    pub async fn signals(self, suite: &Suite) -> Vec<dev::Signal> {
        let mut client = DeviationServiceClient::new(self.peer(suite));
        let answer = client.list_signals(dev::ListSignalsRequest::default()).await;
        answer.expect("signals").into_inner().signals
    }

    /// Admission's events that the caller may see, oldest first.
    pub async fn events(self, suite: &Suite) -> Vec<adm::AdmissionEvent> {
        let mut client = AdmissionFeedServiceClient::new(self.peer(suite));
        let request = adm::ReadEventsRequest { page_size: 500, ..Default::default() };
        client.read_events(request).await.expect("events").into_inner().events
    }

    /// That a stay is not there for the caller: no case, readiness or signal of it, nor its admission for those who
    /// work at a hospital, nor a notice of it for those who receive.
    pub async fn sees_nothing_of(self, suite: &Suite, id: &str) -> bool {
        let is_absent = |status: Option<Status>| status.is_some_and(|it| it.code() == Code::NotFound);
        is_absent(self.case(suite, id).await.err())
            && is_absent(self.readiness_of(suite, id).await.err())
            && !self.ready(suite).await.contains(&id.to_owned())
            && self.signals(suite).await.iter().all(|signal| signal.admission_id != id)
            && match self.role {
                "ward" | "hospital" => is_absent(self.admission(suite, id).await.err()),
                _ => self.inbox(suite).await.iter().all(|notice| notice.admission_id != id),
            }
    }
}
