//! Reasons of refusals are API: none is renamed, renumbered or taken away.

use super::{descriptors, document};

#[test]
fn every_reason_keeps_its_name_and_number() {
    let mut text = "Reasons of refusals (ErrorInfo.reason) with their numbers. They are API.\n".to_owned();
    let pool = descriptors::pool();
    for reasons in pool.all_enums().filter(|reasons| reasons.name() == "ErrorReason") {
        text.extend(["\n", reasons.package_name(), "\n"]);
        text.extend(reasons.values().map(|value| {
            let name = value.name().strip_prefix("ERROR_REASON_").expect("the prefix").to_owned();
            format!("{:>4} {name}\n", value.number())
        }));
    }
    document::assert_says("tests/data/reasons.txt", &text);
}
