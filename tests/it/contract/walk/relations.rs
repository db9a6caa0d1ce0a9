//! Every role at every RPC about what is its own, another's and nobody's, on running services that hold all of it.
//! What is expected is said by the table of grants alone.

use std::collections::BTreeSet;

use hemgang_proto::common::QueryIndicatorResponse;
use hemgang_rpc::{Role, access};
use hemgang_testing::{Suite, each_backend};
use prost_reflect::prost::Message as _;
use serde_json::json;
use tonic::{Code, Status};

use super::{
    ask::{ask, goes_on, holds},
    places::{PLACES, Place},
    requests::{Row, What, rows},
    stays::told,
    things::Thing,
};
use crate::contract::descriptors;

each_backend!(every_role_sees_and_changes_what_its_grant_reaches_and_nothing_else on crate::services::SERVICES);

#[test]
fn every_rpc_is_walked_and_nothing_else() {
    let contract: BTreeSet<_> = descriptors::rpcs().into_iter().collect();
    let walked: BTreeSet<_> = rows().iter().map(Row::name).collect();
    assert_eq!(contract.difference(&walked).collect::<Vec<_>>(), Vec::<&_>::new(), "RPCs that nobody walks");
    assert_eq!(walked.difference(&contract).collect::<Vec<_>>(), Vec::<&_>::new(), "lines of no RPC");
    assert_eq!(rows().len(), walked.len(), "an RPC has two lines");
}

async fn every_role_sees_and_changes_what_its_grant_reaches_and_nothing_else(suite: &Suite) {
    let things = told(suite).await;
    for row in rows() {
        for place in &PLACES {
            let before = heads(suite);
            let said = format!("{} of {} at {}/{}", place.role, place.unit, row.service, row.rpc);
            let walk = Walk { suite, row: &row, place, things: &things, said };
            walk.all_but_own_changes().await;
            assert_eq!(heads(suite), before, "{}: a feed went on", walk.said);
        }
    }
    for row in rows() {
        let mut codes = Vec::new();
        for place in &PLACES {
            let said = format!("{} of {} at {}/{}", place.role, place.unit, row.service, row.rpc);
            let walk = Walk { suite, row: &row, place, things: &things, said };
            codes.extend(walk.own_changes().await);
        }
        suite.drain().await;
        // Somebody did it, or the walk would not know the one refusal from the other.
        assert!(codes.is_empty() || codes.contains(&Code::Ok), "{} came to nothing: {codes:?}", row.rpc);
    }
}

/// Where the feed of every service stands.
fn heads(suite: &Suite) -> Vec<i64> {
    suite.process.contexts().map(|cx| *cx.db.head().borrow()).collect()
}

/// One place at one RPC.
struct Walk<'a> {
    suite: &'a Suite,
    row: &'a Row,
    place: &'a Place,
    things: &'a [Thing],
    said: String,
}

impl Walk<'_> {
    fn whose(&self) -> Option<access::Whose> {
        let rule = access::find(&format!("/{}/{}", self.row.service, self.row.rpc)).expect("a row");
        rule.grants().find(|(role, _)| *role == self.place.role).map(|(_, whose)| *whose)
    }

    async fn all_but_own_changes(&self) {
        let Some(whose) = self.whose() else {
            for thing in self.things {
                self.is_refused(thing, Code::PermissionDenied).await;
            }
            return;
        };
        let (near, far): (Vec<_>, Vec<_>) =
            self.things.iter().partition(|thing| thing.is_reached(whose, self.place));
        let nowhere = self.things[0].nowhere();
        match self.row.what {
            What::Read | What::Change | What::Leave => {
                let absent = self.absent(&nowhere).await;
                for thing in far {
                    let unseen = self.is_refused(thing, Code::NotFound).await;
                    assert_eq!(shape(thing, &unseen), absent, "{}: {}", self.said, thing.name);
                }
                if matches!(self.row.what, What::Read) {
                    for thing in near {
                        self.answer(thing).await;
                    }
                }
            }
            What::List(word) => {
                let listed = self.pages().await;
                for thing in self.things {
                    let is_there = listed.iter().any(|page| holds(page, word(thing)));
                    assert_eq!(is_there, near.contains(&thing), "{}: {}", self.said, thing.name);
                }
            }
            What::Count => {
                let answer = self.answer(&nowhere).await;
                let answer = QueryIndicatorResponse::decode(&*answer[0]).expect("figures");
                let total = answer.figure_set.and_then(|set| set.total).expect("a total");
                assert_eq!(usize::try_from(total.numerator), Ok(near.len()), "{}", self.said);
            }
            What::Person => {
                let unknown = self.answer(&nowhere).await;
                for thing in self.things {
                    // Asked twice: nor does the first question tell the second.
                    self.answer(thing).await;
                    let is_known = self.answer(thing).await != unknown;
                    assert_eq!(is_known, near.contains(&thing), "{}: {}", self.said, thing.name);
                }
            }
            What::Act => {
                for thing in far {
                    self.is_refused(thing, Code::PermissionDenied).await;
                }
                self.is_refused(&nowhere, Code::InvalidArgument).await;
            }
            What::Settle => {
                for thing in far {
                    self.is_refused(thing, Code::PermissionDenied).await;
                }
            }
            What::Nothing => {}
        }
    }

    /// What becomes of a change of each thing in reach: done, or refused for what the thing is.
    async fn own_changes(&self) -> Vec<Code> {
        let Some(whose) = self.whose() else { return Vec::new() };
        if !matches!(self.row.what, What::Change | What::Leave | What::Act | What::Settle | What::Nothing) {
            return Vec::new();
        }
        let mut codes = Vec::new();
        for thing in self.things.iter().filter(|thing| thing.is_reached(whose, self.place)) {
            let code = self.ask(thing, "").await.map_or_else(|status| status.code(), |_| Code::Ok);
            let is_gone = code == Code::NotFound && matches!(self.row.what, What::Leave);
            let is_told = is_gone || matches!(code, Code::Ok | Code::FailedPrecondition);
            assert!(is_told, "{}: {} is {code:?}", self.said, thing.name);
            codes.push(code);
        }
        codes
    }

    /// What is said of a thing that is nowhere.
    async fn absent(&self, nowhere: &Thing) -> String {
        if (self.place.role, self.row.rpc) == (Role::Gateway, "MergePatients") {
            // Two persons of whom nobody told yet are merged ahead of their stays. One who was in a hospital of another
            // sender's is refused, so a gateway may tell the two apart, as the RPC's description says.
            self.answer(nowhere).await;
            let thing = self.things.last().expect("a far thing");
            return shape(thing, &self.is_refused(thing, Code::NotFound).await);
        }
        shape(nowhere, &self.is_refused(nowhere, Code::NotFound).await)
    }

    async fn is_refused(&self, thing: &Thing, code: Code) -> Status {
        let answer = self.ask(thing, "").await;
        let status = answer.expect_err(&format!("{}: {} is answered", self.said, thing.name));
        assert_eq!(status.code(), code, "{}: {}", self.said, thing.name);
        status
    }

    async fn answer(&self, thing: &Thing) -> Vec<Vec<u8>> {
        let answer = self.ask(thing, "").await;
        answer.unwrap_or_else(|status| panic!("{}: {} is refused: {status:?}", self.said, thing.name))
    }

    /// Every page of a list, none of which is empty but for an empty list's; of a stream, all until it has no more.
    async fn pages(&self) -> Vec<Vec<u8>> {
        let (mut pages, mut token) = (Vec::new(), String::new());
        loop {
            let answer = self.ask(&self.things[0], &token).await;
            let page = answer.unwrap_or_else(|status| panic!("{}: {status:?}", self.said));
            token =
                if self.row.position().0 == "cursor" { String::new() } else { goes_on(self.row, &page[0]) };
            pages.extend(page);
            if token.is_empty() {
                return pages;
            }
        }
    }

    async fn ask(&self, thing: &Thing, page_token: &str) -> Result<Vec<Vec<u8>>, Status> {
        let with: &[_] = if page_token.is_empty() { &[] } else { &[("pageToken", json!(page_token))] };
        ask(self.suite, self.row, self.place, self.row.message(thing, self.place.role, with)).await
    }
}

/// Everything that a refusal says, without the ids of what it is about.
fn shape(thing: &Thing, status: &Status) -> String {
    let details = String::from_utf8_lossy(status.details());
    thing.without_ids(&format!("{:?} {} {details}", status.code(), status.message()))
}
