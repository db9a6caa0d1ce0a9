//! A cursor of another feed is refused, not read as a place in this one.

use hemgang_proto::{
    admission::{self, admission_feed_service_client::AdmissionFeedServiceClient},
    readiness::{self, readiness_feed_service_client::ReadinessFeedServiceClient},
};
use hemgang_testing::{Refused, Suite, each_backend, refused};
use tonic::Code;

use super::listener;

each_backend!(a_cursor_of_another_feed_is_refused_by_pages_and_streams on
    &[hemgang_admission::SERVICE, crate::faults::listener::SERVICE]);

const WARD: &str = "SE2321000131-E000000001101";

async fn a_cursor_of_another_feed_is_refused_by_pages_and_streams(suite: &Suite) {
    assert_eq!(listener::position(&suite.process), "");
    for role in ["ward", "service"] {
        let peer = suite.peer(role, WARD, "region");
        let mut ours = AdmissionFeedServiceClient::new(peer.clone());
        let mut theirs = ReadinessFeedServiceClient::new(peer);
        let page = ours.read_events(admission::ReadEventsRequest::default()).await.expect("a page");
        let cursor = page.into_inner().bookmark.expect("a bookmark").cursor;
        let again = admission::ReadEventsRequest { cursor: cursor.clone(), page_size: 0 };
        assert!(ours.read_events(again).await.is_ok(), "{role}: its own feed takes it");

        let page = readiness::ReadEventsRequest { cursor: cursor.clone(), page_size: 0 };
        assert_refused(&refused(theirs.read_events(page).await));
        let stream = readiness::FollowEventsRequest { cursor };
        assert_refused(&refused(theirs.follow_events(stream).await.map(drop)));
        for nonsense in ["x", "0", "-1", "AAAAAAAAAAAAAAAAAAAAAA", "0000000000000000.-1", "å"] {
            let page = readiness::ReadEventsRequest { cursor: nonsense.to_owned(), page_size: 0 };
            assert_refused(&refused(theirs.read_events(page).await));
        }
    }
}

fn assert_refused(refusal: &Refused) {
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_FIELDS"));
    assert_eq!(refusal.fields, ["cursor"]);
}
