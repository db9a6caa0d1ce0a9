//! Assignments: where an organisation has assigned a person anything, only that counts at its units.

use hemgang_testing::each_backend;

use super::*;

each_backend!(
    whoever_is_assigned_may_what_is_assigned_and_nothing_else_there,
    an_assignment_is_known_to_its_organisation_alone,
    what_is_wrong_with_an_assignment_is_told
    on &[crate::SERVICE]
);

/// The person of every token of the tests.
const PERSON: &str = "SE2321000131-P000000000001";
const HEALTH: &str = "SE0000001480-E0003";

fn assignment(unit: &str, role: &str) -> pb::AssignPersonRequest {
    pb::AssignPersonRequest {
        person: PERSON.to_owned(),
        unit: unit.to_owned(),
        role: role.to_owned(),
        function: "biståndshandläggare".to_owned(),
        ..Default::default()
    }
}

/// Whether a token of the person comes in.
async fn comes_in(suite: &Suite, role: &'static str, unit: &str, organisation: &str) -> bool {
    let mut peer = client(suite.peer(role, unit, organisation));
    peer.list_municipalities(pb::ListMunicipalitiesRequest {}).await.is_ok()
}

/// An administrator of Göteborg's under another name, whom nobody assigns anything.
fn administrator(suite: &Suite) -> DirectoryServiceClient<Peer> {
    let token = suite.token_of("SE2321000131-P000000000009", &["directory-admin"], SOCIAL, "1480");
    client(hemgang_rpc::with_token(suite.process.peer(), std::sync::Arc::new(move || token.clone())))
}

async fn whoever_is_assigned_may_what_is_assigned_and_nothing_else_there(suite: &Suite) {
    let at = async |unit| comes_in(suite, "municipality", unit, "1480").await;
    assert!(at(SOCIAL).await && at(HEALTH).await, "of whom nothing is said the token is believed");
    let given = administrator(suite).assign_person(assignment(SOCIAL, "municipality")).await.expect("given");
    let given = given.into_inner().assignment.expect("an assignment");
    assert!(at(SOCIAL).await && !at(HEALTH).await);
    assert!(!comes_in(suite, "quality", SOCIAL, "1480").await, "a role that was not assigned");
    assert!(comes_in(suite, "ward", WARD, "region").await, "another organisation's units");

    // The role moves: it holds at once, and a day later for what begins then.
    let end = pb::EndAssignmentRequest {
        assignment_id: given.assignment_id.clone(),
        etag: given.etag,
        ..Default::default()
    };
    administrator(suite).end_assignment(end.clone()).await.expect("ended");
    let tomorrow =
        pb::AssignPersonRequest { valid_from: day(suite, 1), ..assignment(HEALTH, "municipality") };
    administrator(suite).assign_person(tomorrow).await.expect("given");
    assert!(!at(SOCIAL).await && !at(HEALTH).await);
    let again = refused(administrator(suite).end_assignment(end.clone()).await);
    assert_eq!((again.code, again.reason.as_str()), (Code::Aborted, "ETAG_MOVED"));
    let end = pb::EndAssignmentRequest { etag: String::new(), ..end };
    let again = refused(administrator(suite).end_assignment(end).await);
    assert_eq!((again.code, again.reason.as_str()), (Code::FailedPrecondition, "ASSIGNMENT_ENDED"));
    suite.pass(SignedDuration::from_hours(24)).await;
    assert!(!at(SOCIAL).await && at(HEALTH).await);
}

async fn an_assignment_is_known_to_its_organisation_alone(suite: &Suite) {
    let list = || pb::ListAssignmentsRequest { page_size: 1, ..Default::default() };
    for role in ["municipality", "quality", "directory-admin"] {
        municipal(suite).assign_person(assignment(SOCIAL, role)).await.ok();
    }
    let (mut roles, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = pb::ListAssignmentsRequest { page_token, ..list() };
        let page = administrator(suite).list_assignments(request).await.expect("a page").into_inner();
        roles.extend(page.assignments.into_iter().map(|assignment| assignment.role));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    // Its own second assignment found the administrator without the role.
    assert_eq!(roles, ["municipality"]);
    let of_unit = pb::ListAssignmentsRequest { unit: HEALTH.to_owned(), ..list() };
    let other = administrator(suite).list_assignments(of_unit).await.expect("a page").into_inner();
    assert_eq!(other.assignments, []);
    let regional_page = regional(suite).list_assignments(list()).await.expect("a page").into_inner();
    assert_eq!(regional_page.assignments, []);
    let known = administrator(suite).list_assignments(list()).await.expect("a page").into_inner();
    let end = pb::EndAssignmentRequest {
        assignment_id: known.assignments[0].assignment_id.clone(),
        ..Default::default()
    };
    assert_eq!(refused(regional(suite).end_assignment(end).await).code, Code::NotFound);
    let denied = refused(regional(suite).assign_person(assignment(SOCIAL, "quality")).await);
    assert_eq!((denied.code, denied.reason.as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
}

async fn what_is_wrong_with_an_assignment_is_told(suite: &Suite) {
    let wrong = pb::AssignPersonRequest {
        person: "19121212-1212".to_owned(),
        valid_from: day(suite, -1),
        ..assignment("", "service")
    };
    let told = refused(municipal(suite).assign_person(wrong).await);
    assert_eq!(
        (told.code, told.fields),
        (Code::InvalidArgument, ["person", "unit", "role", "valid_from"].map(str::to_owned).to_vec())
    );
    assert_eq!(refused(municipal(suite).assign_person(assignment(NEW, "quality")).await).fields, ["unit"]);
    administrator(suite).assign_person(assignment(SOCIAL, "quality")).await.expect("given");
    let twice = refused(administrator(suite).assign_person(assignment(SOCIAL, "quality")).await);
    assert_eq!((twice.code, twice.reason.as_str()), (Code::FailedPrecondition, "ASSIGNMENT_EXISTS"));
    let close = pb::CloseUnitRequest { hsa_id: HEALTH.to_owned(), ..Default::default() };
    administrator(suite).close_unit(close).await.expect("closed");
    let closed = refused(administrator(suite).assign_person(assignment(HEALTH, "municipality")).await);
    assert_eq!((closed.code, closed.reason.as_str()), (Code::FailedPrecondition, "UNIT_CLOSED"));
    let absent =
        pb::EndAssignmentRequest { assignment_id: Uuid::from_u128(7).to_string(), ..Default::default() };
    assert_eq!(refused(administrator(suite).end_assignment(absent).await).code, Code::NotFound);
}
