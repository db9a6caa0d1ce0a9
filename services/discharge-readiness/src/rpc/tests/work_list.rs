//! The work list, where few stays are open and where many are: it is read in two ways, which say the same.

use hemgang_core::id::AdmissionId;
use hemgang_db::Change;
use hemgang_testing::{Suite, each_backend};

use super::*;
use crate::{domain::stay::Party, domain::stay::Stay, store};

each_backend!(
    a_list_is_the_same_beside_few_and_beside_many_open_stays,
    a_judgement_of_a_departure_that_is_taken_back_is_listed
    on &[hemgang_admission::SERVICE, crate::SERVICE]
);

const HOSPITAL: &str = "SE2321000131-E000000001001";
const READERS: [(&str, &str, &str); 4] = [
    ("ward", WARD, "region"),
    ("hospital", HOSPITAL, "region"),
    ("municipality", MUNICIPAL, "1480"),
    // The reception of all that is addressed to the municipality.
    ("municipality", "SE0000001480-E0001", "1480"),
];

/// What a reader's pages list, two a page.
async fn listed(suite: &Suite, (role, unit, organisation): (&'static str, &str, &str)) -> Vec<String> {
    let mut client = ReadinessServiceClient::new(suite.peer(role, unit, organisation));
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListReadyRequest { page_size: 2, page_token };
        let page = client.list_ready(request).await.expect("a page").into_inner();
        ids.extend(page.readiness.into_iter().map(|ready| ready.admission_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return ids;
        }
    }
}

/// Opens so many stays like one at the next ward, of which its municipal unit is told, too.
async fn open_many(suite: &Suite, like: &str) {
    let db = &suite.process.contexts().find(|cx| cx.name == "readiness").expect("readiness").db;
    let like = store::stay::get(db, like.parse().expect("an id")).await.expect("read").expect("a stay");
    let mut change = Change::new();
    for _ in 0..1600 {
        let admission_id = AdmissionId::fresh(suite.clock.now());
        let ward = NEXT_WARD.parse().expect("a ward");
        let stay = Stay { admission_id, version: 1, ward, ..like.clone() };
        let (unit, municipality) = (MUNICIPAL.parse().expect("a unit"), "1480".parse().ok());
        let notified_at = suite.clock.now();
        let party = Party { admission_id, unit, municipality, notified_at, is_open: true };
        change = change.insert(&stay).insert(&party);
    }
    db.commit(change).await.expect("opened");
}

async fn a_list_is_the_same_beside_few_and_beside_many_open_stays(suite: &Suite) {
    let mut ready = Vec::new();
    for _ in 0..7 {
        let id = admit(suite).await;
        notify(suite, &id).await;
        // At one instant those of a pair, so that their ids order them.
        if ready.len() % 2 == 0 {
            suite.pass(SignedDuration::from_mins(10)).await;
        }
        ward(suite).1.confirm_readiness(confirm(suite, &id)).await.expect("confirmed");
        ready.push(id);
    }
    let undecided = admit(suite).await;
    notify(suite, &undecided).await;
    for gone in ["a departure", "a withdrawal"] {
        let id = ready.remove(2);
        if gone == "a departure" {
            discharge(suite, &id, Destination::Home).await;
        } else {
            let error = withdraw(&id, WithdrawalReason::RegisteredInError);
            ward(suite).1.withdraw_readiness(error).await.expect("withdrawn");
        }
    }
    suite.drain().await;
    for reader in READERS {
        assert_eq!(listed(suite, reader).await, ready, "{reader:?}");
    }
    open_many(suite, &undecided).await;
    for reader in READERS {
        assert_eq!(listed(suite, reader).await, ready, "{reader:?} beside many");
    }
    assert_eq!(listed(suite, ("municipality", OTHER_MUNICIPAL, "1490")).await, Vec::<String>::new());
}

async fn a_judgement_of_a_departure_that_is_taken_back_is_listed(suite: &Suite) {
    let (judged_away, judged_back) = (admit(suite).await, admit(suite).await);
    for id in [&judged_away, &judged_back] {
        notify(suite, id).await;
        discharge(suite, id, Destination::Home).await;
    }
    // Registered after the patient had left, and before it turned out that the patient had not.
    ward(suite).1.confirm_readiness(confirm(suite, &judged_away)).await.expect("registered late");
    suite.drain().await;
    for id in [&judged_away, &judged_back] {
        let cancel = adm::CancelDischargeRequest { admission_id: id.clone(), ..Default::default() };
        ward(suite).0.cancel_discharge(cancel).await.expect("cancelled");
    }
    suite.pass(SignedDuration::from_mins(10)).await;
    ward(suite).1.confirm_readiness(confirm(suite, &judged_back)).await.expect("confirmed");
    for many in [false, true] {
        if many {
            open_many(suite, &judged_back).await;
        }
        for reader in READERS {
            assert_eq!(
                listed(suite, reader).await,
                [judged_away.as_str(), &judged_back],
                "{reader:?} {many}"
            );
        }
    }
}
