//! The access log of another organisation: what its people read, and whom its people know.

use hemgang_proto::{
    access::{
        GetPatientExtractRequest, GetPatientExtractResponse, ListAccessRequest, WhoReadRequest,
        WhoReadResponse, access_log_service_client::AccessLogServiceClient,
    },
    common::{AccessEntry, Person},
    planning::SendCareRequestRequest,
};
use hemgang_rpc::Peer;
use hemgang_testing::{Suite, each_backend};

use super::{Both, MARTA, NOBODY, both, person};
use crate::journeys::steps::{AUDITOR, Caller, GOTEBORG, MOLNDAL, SOCIAL, WARD};

each_backend!(
    to_name_units_and_people_of_others_shows_nobody,
    whom_only_others_know_is_answered_as_nobody_however_often_asked
    on crate::services::SERVICES
);

/// Who follows accesses up in Göteborg.
const OF_GOTEBORG: Caller = Caller { role: "auditor", ..GOTEBORG };

fn log(who: Caller, suite: &Suite) -> AccessLogServiceClient<Peer> {
    AccessLogServiceClient::new(who.peer(suite))
}

async fn list(who: Caller, suite: &Suite, unit: &str, caller: &str) -> Vec<AccessEntry> {
    let (unit, caller) = (unit.to_owned(), caller.to_owned());
    let request = ListAccessRequest { unit, caller, page_size: 500, ..Default::default() };
    let listed = log(who, suite).list_access(request).await.expect("a list").into_inner().accesses;
    listed.into_iter().filter_map(|access| access.entry).collect()
}

async fn who_read(suite: &Suite, value: &str) -> WhoReadResponse {
    let request = WhoReadRequest { person_id: Some(person(value)), ..Default::default() };
    log(OF_GOTEBORG, suite).who_read(request).await.expect("an answer").into_inner()
}

async fn to_name_units_and_people_of_others_shows_nobody(suite: &Suite) {
    let Both { ours, theirs } = both(suite).await;
    SOCIAL.case(suite, &ours).await.expect("a case");
    MOLNDAL.case(suite, &theirs).await.expect("a case");
    let subject = "SE2321000131-P000000000001";
    for (unit, caller) in [(MOLNDAL.unit, ""), (WARD.unit, ""), (MOLNDAL.unit, subject)] {
        assert_eq!(list(OF_GOTEBORG, suite, unit, caller).await, [], "{unit}");
    }
    let own = list(OF_GOTEBORG, suite, "", "").await;
    assert!(own.iter().all(|entry| entry.organisation == "1480" && !entry.admission_ids.contains(&theirs)));
    assert!(own.iter().any(|entry| entry.admission_ids.contains(&ours)));
    let region = list(AUDITOR, suite, "", "").await;
    assert!(region.len() > 5 && region.iter().all(|entry| entry.organisation == "region"));
}

async fn whom_only_others_know_is_answered_as_nobody_however_often_asked(suite: &Suite) {
    both(suite).await;
    for value in [MARTA, NOBODY, MARTA, NOBODY] {
        assert_eq!(who_read(suite, value).await, WhoReadResponse::default(), "{value}");
        let request = GetPatientExtractRequest { person_id: Some(person(value)), ..Default::default() };
        let extract = log(OF_GOTEBORG, suite).get_patient_extract(request).await.expect("an answer");
        assert_eq!(extract.into_inner(), GetPatientExtractResponse::default(), "{value}");
    }
    // Nor is it told to who made a person known by asking a unit for care.
    for value in [MARTA, NOBODY] {
        let person = Some(Person { person_id: Some(person(value)), ..Default::default() });
        let recipients = vec!["SE0000001480-E0004".to_owned()];
        let request = SendCareRequestRequest { person, recipients, ..Default::default() };
        SOCIAL.planning(suite).send_care_request(request).await.expect("sent");
    }
    suite.drain().await;
    for asked in 2..5 {
        for value in [MARTA, NOBODY] {
            let told = who_read(suite, value).await.accesses.into_iter().filter_map(|access| access.entry);
            let told: Vec<_> = told.collect();
            assert_eq!(told.len(), asked, "{value}: the request, and each question about it");
            let ids = |it: &AccessEntry| (it.admission_ids.len(), it.case_ids.len(), it.patient_ids.len());
            assert!(told.iter().all(|entry| ids(entry) == (0, 1, 0)), "{value}: {told:?}");
        }
    }
    // That there were questions is in the log.
    let asked = list(OF_GOTEBORG, suite, "", "").await;
    assert_eq!(asked.iter().filter(|entry| entry.rpc.ends_with("/WhoRead")).count(), 10);
}
