//! How journeys end a case, and open it again.

use hemgang_proto::planning::{
    self as pla, InterruptionReason, ReopeningReason, close_case_request, interrupt_case_request,
    reopen_case_request,
};
use hemgang_testing::Suite;

use super::Caller;

impl Caller {
    /// Breaks planning off: nobody is needed.
    pub async fn interrupts(self, suite: &Suite, id: &str) -> pla::Case {
        let request = pla::InterruptCaseRequest {
            key: Some(interrupt_case_request::Key::AdmissionId(id.to_owned())),
            reason: InterruptionReason::NoNeeds.into(),
            ..Default::default()
        };
        let answer = self.planning(suite).interrupt_case(request).await.expect("interrupted").into_inner();
        suite.drain().await;
        answer.case.expect("a case")
    }

    /// Closes a case, whatever is missing.
    pub async fn closes(self, suite: &Suite, id: &str) -> pla::Case {
        let key = Some(close_case_request::Key::AdmissionId(id.to_owned()));
        let request = pla::CloseCaseRequest { key, ..Default::default() };
        let answer = self.planning(suite).close_case(request).await.expect("closed").into_inner();
        suite.drain().await;
        answer.case.expect("a case")
    }

    /// Opens it again.
    pub async fn reopens(self, suite: &Suite, id: &str) -> pla::Case {
        let request = pla::ReopenCaseRequest {
            key: Some(reopen_case_request::Key::AdmissionId(id.to_owned())),
            reason: ReopeningReason::NeedsAgain.into(),
            ..Default::default()
        };
        let answer = self.planning(suite).reopen_case(request).await.expect("reopened").into_inner();
        suite.drain().await;
        answer.case.expect("a case")
    }
}
