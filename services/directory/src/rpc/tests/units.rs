//! Units: added, changed and closed by whoever administers them, and by nobody else.

use hemgang_testing::each_backend;

use super::*;

each_backend!(
    an_administrator_adds_a_unit_of_the_own_municipality_and_it_holds_at_once,
    nobody_changes_what_another_organisation_runs,
    a_change_from_a_later_day_does_not_hold_yet_and_the_past_stays,
    a_closed_unit_is_gone_from_that_day_and_its_tokens_with_it,
    what_is_wrong_is_told_at_once_and_nothing_is_written,
    the_feed_tells_administrators_of_their_own_units
    on &[crate::SERVICE]
);

async fn an_administrator_adds_a_unit_of_the_own_municipality_and_it_holds_at_once(suite: &Suite) {
    assert_eq!(read(suite, NEW, None).await, Err(Code::NotFound));
    let staff = || client(suite.peer("municipality", NEW, "1480"));
    let list = || pb::ListMunicipalitiesRequest {};
    let closed = refused(staff().list_municipalities(list()).await);
    assert_eq!((closed.code, closed.reason.as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));

    let request_id = Uuid::from_u128(1).to_string();
    let request = pb::AddUnitRequest { request_id, ..adding(new_unit()) };
    let added =
        municipal(suite).add_unit(request.clone()).await.expect("added").into_inner().unit.expect("a unit");
    assert_eq!((added.valid_from, added.etag.as_str()), (day(suite, 0), "1"));
    assert_eq!(read(suite, NEW, None).await, Ok(added.clone()));
    assert_eq!(read(suite, NEW, day(suite, -1)).await, Err(Code::NotFound));
    staff().list_municipalities(list()).await.expect("its staff comes in");

    let again = municipal(suite).add_unit(request).await.expect("a replay").into_inner();
    assert_eq!(again.unit, Some(added));
    let twice = refused(municipal(suite).add_unit(adding(new_unit())).await);
    assert_eq!((twice.code, twice.reason.as_str()), (Code::FailedPrecondition, "UNIT_EXISTS"));
}

async fn nobody_changes_what_another_organisation_runs(suite: &Suite) {
    let elsewhere = || client(suite.peer("directory-admin", ELSEWHERE, "1490"));
    for mut other in [elsewhere(), regional(suite)] {
        let denied = refused(other.add_unit(adding(new_unit())).await);
        assert_eq!((denied.code, denied.reason.as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
        let close = pb::CloseUnitRequest { hsa_id: SOCIAL.to_owned(), ..Default::default() };
        assert_eq!(refused(other.close_unit(close).await).code, Code::PermissionDenied);
        // To call it one's own does not make it so.
        let social = read(suite, SOCIAL, None).await.expect("a unit");
        let own = pb::Unit { municipality: "1490".to_owned(), valid_from: None, ..social };
        let change = pb::ChangeUnitRequest { unit: Some(own), ..Default::default() };
        assert_eq!(refused(other.change_unit(change).await).code, Code::PermissionDenied);
    }
    let ward = read(suite, WARD, None).await.expect("a ward");
    let renamed = pb::Unit { name: "Avd 12 Njurmedicin".to_owned(), valid_from: None, ..ward };
    let change = pb::ChangeUnitRequest { unit: Some(renamed), ..Default::default() };
    assert_eq!(refused(municipal(suite).change_unit(change.clone()).await).code, Code::PermissionDenied);
    regional(suite).change_unit(change).await.expect("the region's own");
    assert_eq!(read(suite, WARD, None).await.expect("a ward").name, "Avd 12 Njurmedicin");
    let mut staff = client(suite.peer("municipality", SOCIAL, "1480"));
    assert_eq!(refused(staff.add_unit(adding(new_unit())).await).code, Code::PermissionDenied);
}

async fn a_change_from_a_later_day_does_not_hold_yet_and_the_past_stays(suite: &Suite) {
    let before = read(suite, SOCIAL, None).await.expect("a unit");
    let renamed =
        pb::Unit { name: "Socialtjänst Centrum".to_owned(), valid_from: day(suite, 3), ..before.clone() };
    let change = pb::ChangeUnitRequest {
        unit: Some(renamed.clone()),
        etag: before.etag.clone(),
        ..Default::default()
    };
    let changed = municipal(suite).change_unit(change.clone()).await.expect("changed").into_inner();
    assert_eq!(changed.unit.expect("a unit").valid_from, day(suite, 3));
    assert_eq!(read(suite, SOCIAL, None).await.expect("a unit").name, before.name);
    assert_eq!(read(suite, SOCIAL, day(suite, 3)).await.expect("a unit").name, "Socialtjänst Centrum");
    let moved = refused(municipal(suite).change_unit(change).await);
    assert_eq!((moved.code, moved.reason.as_str()), (Code::Aborted, "ETAG_MOVED"));

    suite.pass(SignedDuration::from_hours(3 * 24)).await;
    assert_eq!(read(suite, SOCIAL, None).await.expect("a unit").name, "Socialtjänst Centrum");
    assert_eq!(read(suite, SOCIAL, day(suite, -1)).await.expect("a unit").name, before.name);
    let past = pb::Unit { valid_from: day(suite, -1), ..renamed };
    let change = pb::ChangeUnitRequest { unit: Some(past), ..Default::default() };
    assert_eq!(refused(municipal(suite).change_unit(change).await).fields, ["unit.valid_from"]);
}

async fn a_closed_unit_is_gone_from_that_day_and_its_tokens_with_it(suite: &Suite) {
    let staff = || client(suite.peer("municipality", SOCIAL, "1480"));
    let list = || pb::ListMunicipalitiesRequest {};
    let administrator = || client(suite.peer("directory-admin", "SE0000001480-E0001", "1480"));
    let close =
        pb::CloseUnitRequest { hsa_id: SOCIAL.to_owned(), closed_on: day(suite, 1), ..Default::default() };
    administrator().close_unit(close).await.expect("closed from tomorrow");
    staff().list_municipalities(list()).await.expect("open today");
    suite.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(refused(staff().list_municipalities(list()).await).code, Code::PermissionDenied);
    assert_eq!(read(suite, SOCIAL, None).await, Err(Code::NotFound));
    assert_eq!(read(suite, SOCIAL, day(suite, -1)).await.expect("a unit").valid_to, day(suite, -1));
    let again = pb::CloseUnitRequest { hsa_id: SOCIAL.to_owned(), ..Default::default() };
    let closed = refused(administrator().close_unit(again).await);
    assert_eq!((closed.code, closed.reason.as_str()), (Code::FailedPrecondition, "UNIT_CLOSED"));
    let hospital = pb::CloseUnitRequest { hsa_id: HOSPITAL.to_owned(), ..Default::default() };
    let parts = refused(regional(suite).close_unit(hospital).await);
    assert_eq!((parts.code, parts.reason.as_str()), (Code::FailedPrecondition, "PARTS_LEFT"));
    let absent = pb::CloseUnitRequest { hsa_id: NEW.to_owned(), ..Default::default() };
    assert_eq!(refused(administrator().close_unit(absent).await).code, Code::NotFound);
}

async fn what_is_wrong_is_told_at_once_and_nothing_is_written(suite: &Suite) {
    let nothing = pb::Unit {
        hsa_id: "nonsense".to_owned(),
        kind: pb::UnitKind::Municipal.into(),
        law: "LOU".to_owned(),
        valid_from: day(suite, 2),
        valid_to: day(suite, 1),
        ..Default::default()
    };
    let wrong = refused(municipal(suite).add_unit(adding(nothing)).await);
    let fields = ["unit.hsa_id", "unit.name", "unit.law", "unit.valid_to", "unit.municipality"];
    assert_eq!((wrong.code, wrong.fields), (Code::InvalidArgument, fields.map(str::to_owned).to_vec()));
    let reception = pb::Unit { kind: pb::UnitKind::MunicipalReception.into(), ..new_unit() };
    let second = refused(municipal(suite).add_unit(adding(reception)).await);
    assert_eq!((second.code, second.reason.as_str()), (Code::FailedPrecondition, "RECEPTION_EXISTS"));
    let orphan = pb::Unit { parent: "SE0000001480-E0998".to_owned(), ..new_unit() };
    assert_eq!(refused(municipal(suite).add_unit(adding(orphan)).await).fields, ["unit.parent"]);
    assert_eq!(read(suite, NEW, None).await, Err(Code::NotFound));
    assert_eq!(told(suite.peer("service", "SE0000000000-HEMGANG", "region")).await, []);
}

async fn the_feed_tells_administrators_of_their_own_units(suite: &Suite) {
    municipal(suite).add_unit(adding(new_unit())).await.expect("added");
    let own = told(suite.peer("directory-admin", SOCIAL, "1480")).await;
    assert_eq!(own, [("UnitRecorded".to_owned(), SOCIAL.to_owned())]);
    assert_eq!(told(suite.peer("directory-admin", HOSPITAL, "region")).await, []);
    assert_eq!(told(suite.peer("service", "SE0000000000-HEMGANG", "region")).await, own);
}
