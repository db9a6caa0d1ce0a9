//! Where functions at units are reached: from a day on, by who administers them, and told to nobody else.

use hemgang_core::directory::UnitFunction;
use hemgang_testing::each_backend;

use super::*;

each_backend!(
    a_function_is_reached_where_its_administrator_says_from_a_day_on,
    what_is_wrong_with_addresses_is_told
    on &[crate::SERVICE]
);

fn contact(unit: &str, addresses: &[&str]) -> pb::FunctionContact {
    pb::FunctionContact {
        unit: unit.to_owned(),
        function: pb::UnitFunction::Duty.into(),
        addresses: addresses.iter().map(|address| (*address).to_owned()).collect(),
        valid_from: None,
    }
}

fn setting(contact: pb::FunctionContact) -> pb::SetFunctionContactRequest {
    pb::SetFunctionContactRequest { contact: Some(contact), ..Default::default() }
}

/// The addresses that an administrator reads.
async fn listed(mut directory: DirectoryServiceClient<Peer>) -> Vec<(String, Vec<String>)> {
    let request = pb::ListFunctionContactsRequest::default();
    let answer = directory.list_function_contacts(request).await.expect("listed").into_inner();
    answer.contacts.into_iter().map(|contact| (contact.unit, contact.addresses)).collect()
}

async fn a_function_is_reached_where_its_administrator_says_from_a_day_on(suite: &Suite) {
    let (first, next) = (["jour@kommun.example"], ["jour@kommun.example", "0701740605@sms.example"]);
    let set = municipal(suite).set_function_contact(setting(contact(SOCIAL, &first))).await.expect("set");
    let set = set.into_inner().contact.expect("a contact");
    assert_eq!((set.addresses, set.valid_from), (first.map(str::to_owned).to_vec(), day(suite, 0)));
    let later = pb::FunctionContact { valid_from: day(suite, 7), ..contact(SOCIAL, &next) };
    municipal(suite).set_function_contact(setting(later)).await.expect("set");
    assert_eq!(listed(municipal(suite)).await, [(SOCIAL.to_owned(), first.map(str::to_owned).to_vec())]);
    assert!(listed(regional(suite)).await.is_empty(), "they are the municipality's own");

    let directory = suite.process.contexts().next().expect("the service").directory.now();
    let unit = SOCIAL.parse().expect("an id");
    let reached = |on| directory.addresses(&unit, UnitFunction::Duty, on).len();
    let today = hemgang_core::day::local_day(suite.clock.now());
    assert_eq!(
        (reached(today), reached(today.checked_add(SignedDuration::from_hours(24 * 7)).expect("a day"))),
        (1, 2)
    );

    // Once more from the same day on: nobody is written to.
    municipal(suite).set_function_contact(setting(contact(SOCIAL, &[]))).await.expect("set");
    assert_eq!(listed(municipal(suite)).await, [(SOCIAL.to_owned(), Vec::new())]);
    let refusal = refused(regional(suite).set_function_contact(setting(contact(SOCIAL, &first))).await);
    assert_eq!(refusal.code, Code::PermissionDenied);
}

async fn what_is_wrong_with_addresses_is_told(suite: &Suite) {
    let wrong = pb::FunctionContact {
        function: 0,
        valid_from: day(suite, -1),
        ..contact("", &["jour", "a@kommun.example", "a@kommun.example"])
    };
    let told = refused(municipal(suite).set_function_contact(setting(wrong)).await);
    let fields = [
        "contact.unit",
        "contact.function",
        "contact.addresses[0]",
        "contact.addresses[2]",
        "contact.valid_from",
    ];
    assert_eq!((told.code, told.fields), (Code::InvalidArgument, fields.map(str::to_owned).to_vec()));
    let many: Vec<_> = (0..11).map(|number| format!("jour{number}@kommun.example")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let told = refused(municipal(suite).set_function_contact(setting(contact(SOCIAL, &many))).await);
    assert_eq!(told.fields, ["contact.addresses"]);
    let told = refused(municipal(suite).set_function_contact(pb::SetFunctionContactRequest::default()).await);
    assert_eq!(told.fields, ["contact"]);
    let told = refused(municipal(suite).set_function_contact(setting(contact(NEW, &[]))).await);
    assert_eq!(told.fields, ["contact.unit"]);
    let other = "SE0000001480-E0003";
    let close = pb::CloseUnitRequest { hsa_id: other.to_owned(), ..Default::default() };
    municipal(suite).close_unit(close).await.expect("closed");
    let told = refused(municipal(suite).set_function_contact(setting(contact(other, &[]))).await);
    assert_eq!(told.reason, "UNIT_CLOSED");
}
