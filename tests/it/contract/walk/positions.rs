//! Page tokens and cursors of others, and forged ones, at every list and feed: they say where to go on, and never what
//! is seen.

use hemgang_rpc::access;
use hemgang_testing::{Suite, each_backend, refused};
use serde_json::json;
use tonic::Code;

use super::{
    ask::{ask, goes_on, holds},
    places::{PLACES, Place},
    requests::{Row, What, rows},
    stays::told,
    things::Thing,
};

each_backend!(
    a_page_token_of_anybody_s_and_a_forged_one_show_what_is_the_own,
    a_cursor_of_anybody_s_shows_what_is_the_own_and_a_forged_one_is_refused
    on crate::services::SERVICES
);

/// The end of every list, its beginning, and what is no id, as tokens are written: a number and an id in base64.
const FORGED: [&str; 3] =
    ["OTIyMzM3MjAzNjg1NDc3NTgwNyB-", "LTkyMjMzNzIwMzY4NTQ3NzU4MDgg", "MCAnIG9yIDE9MSAtLQ"];

/// Who may call an RPC, each with what it reaches there.
fn callers(row: &Row) -> impl Iterator<Item = (&'static Place, access::Whose)> {
    let rule = access::find(&format!("/{}/{}", row.service, row.rpc)).expect("a row");
    PLACES.iter().filter_map(|place| {
        let grant = rule.grants().find(|(role, _)| *role == place.role);
        grant.map(|(_, whose)| (place, *whose))
    })
}

fn lists(position: &str) -> impl Iterator<Item = (Row, fn(&Thing) -> &str)> {
    rows().into_iter().filter_map(move |row| match row.what {
        What::List(word) if row.position().0 == position => Some((row, word)),
        _ => None,
    })
}

/// That an answer shows nothing that is out of reach.
fn shows_own(
    answer: &[Vec<u8>],
    things: &[Thing],
    word: fn(&Thing) -> &str,
    (place, whose): (&Place, access::Whose),
) {
    for thing in things.iter().filter(|thing| !thing.is_reached(whose, place)) {
        assert!(!answer.iter().any(|page| holds(page, word(thing))), "{place:?} sees {}", thing.name);
    }
}

async fn a_page_token_of_anybody_s_and_a_forged_one_show_what_is_the_own(suite: &Suite) {
    let things = told(suite).await;
    let mut others = 0;
    for (row, word) in lists("pageToken") {
        let mut tokens: Vec<_> = FORGED.map(str::to_owned).to_vec();
        for (place, _) in callers(&row) {
            let message = row.message(&things[0], place.role, &[]);
            let page = ask(suite, &row, place, message).await.expect("a page");
            tokens.extend(Some(goes_on(&row, &page[0])).filter(|token| !token.is_empty()));
        }
        others += tokens.len() - FORGED.len();
        for (place, whose) in callers(&row).filter(|_| row.rpc != "ListMunicipalities") {
            for token in &tokens {
                let message = row.message(&things[0], place.role, &[("pageToken", json!(token))]);
                let answer = ask(suite, &row, place, message).await.expect("a page");
                shows_own(&answer, &things, word, (place, whose));
            }
            for nonsense in ["?", "AAAA", "MSA\0"] {
                let message = row.message(&things[0], place.role, &[("pageToken", json!(nonsense))]);
                let refusal = refused(ask(suite, &row, place, message).await);
                assert_eq!(refusal.fields, ["page_token"], "{} {nonsense}", row.rpc);
            }
        }
    }
    assert!(others > 20, "{others}");
}

async fn a_cursor_of_anybody_s_shows_what_is_the_own_and_a_forged_one_is_refused(suite: &Suite) {
    let things = told(suite).await;
    let mut cursors = Vec::new();
    for (row, _) in lists("cursor").filter(|(row, _)| row.rpc == "ReadEvents") {
        for (place, _) in callers(&row) {
            let message = row.message(&things[0], place.role, &[("pageSize", json!(1))]);
            let page = ask(suite, &row, place, message).await.expect("a page");
            cursors.push((row.service, place, goes_on(&row, &page[0])));
        }
    }
    let is_service = |place: &Place| place.unit.ends_with("HEMGANG");
    for (row, word) in lists("cursor") {
        for (place, whose) in callers(&row) {
            let at = async |cursor: &str| {
                let message = row.message(&things[0], place.role, &[("cursor", json!(cursor))]);
                ask(suite, &row, place, message).await
            };
            for (service, giver, cursor) in &cursors {
                // Our own services have a form of their own, and every feed a key of its own.
                // Cases are watched by the cursors of planning's feed.
                let is_of_feed =
                    *service == row.service || row.rpc == "WatchCases" && service.contains(".planning.");
                if is_of_feed && is_service(giver) == is_service(place) {
                    shows_own(&at(cursor).await.expect("events"), &things, word, (place, whose));
                } else {
                    let refusal = refused(at(cursor).await);
                    let code = (refusal.code, refusal.fields);
                    assert_eq!(
                        code,
                        (Code::InvalidArgument, vec!["cursor".to_owned()]),
                        "{giver:?} to {place:?}"
                    );
                }
            }
            for forged in ["0", "1", "AAAAAAAAAAAAAAAAAAAAAA", "0000000000000000.1", "?"] {
                let refusal = refused(at(forged).await);
                assert_eq!(refusal.fields, ["cursor"], "{place:?} {forged}");
            }
        }
    }
}
