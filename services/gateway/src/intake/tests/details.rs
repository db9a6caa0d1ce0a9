//! What partial messages say of the person, and admissions that are told again: any order, each told once or twice, ends
//! the same, and of each part the last that was recorded holds.

use super::*;

each_backend!(
    an_admission_told_again_corrects_in_either_order,
    what_was_said_of_a_void_stay_says_nothing_of_the_next_under_its_number
    on &[hemgang_admission::SERVICE]
);

/// A message about one stay, or about its person alone (A31), recorded at this minute.
#[derive(Clone, Debug)]
struct Says {
    event: &'static str,
    minute: usize,
    ward: &'static str,
    /// Name, address and sex as sent: empty says nothing, `\"\"` takes back.
    name: &'static str,
    address: &'static str,
    sex: &'static str,
}

fn message(says: &Says, visit: usize) -> Reading {
    let Says { event, minute, ward, name, address, sex } = says;
    let of_visit = if *event == "A31" {
        String::new()
    } else {
        let admitted = if *event == "A01" { "202609100730" } else { "" };
        format!("PV1|1|I|{ward}{}V{visit}{}{admitted}\r", "|".repeat(16), "|".repeat(25))
    };
    read_text(&format!(
        "MSH|^~\\&|EHR|NORTH|HG|VGR|2026091008{minute:02}||ADT^{event}|{visit}|P|2.5\rEVN||2026091008{minute:02}\r\
         PID|1||D{visit}^^^OWN^MR||{name}|||{sex}|||{address}\r{of_visit}"
    ))
}

/// Ward, name, address and sex after these.
async fn end_of(suite: &Suite, told: &[Says]) -> (String, String, String, i32) {
    let (intake, visit) = (intake(suite), fresh_visit());
    for says in told {
        let outcome = intake.accept(&message(says, visit)).await.expect("settled");
        let settled = matches!(outcome, Outcome::Accepted | Outcome::Repeated | Outcome::Unchanged);
        assert!(settled || is_waiting(&outcome), "{says:?}: {outcome:?}");
    }
    assert_eq!(intake.waiting(), []);
    let stay = read(suite, visit).await.expect("an admission");
    let patient = stay.patient.expect("a patient");
    (stay.ward, patient.name, patient.address, stay.sex)
}

/// What must follow, from the messages in the order of their record.
fn expected(by_record: &[Says]) -> (String, String, String, i32) {
    let last = |part: fn(&Says) -> &'static str| {
        let said = by_record.iter().rev().map(part).find(|said| !said.is_empty());
        said.filter(|said| *said != "\"\"").unwrap_or_default().to_owned()
    };
    let moved = by_record.iter().rev().find(|says| says.event == "A02");
    let ward = moved.or_else(|| by_record.iter().rev().find(|says| says.event == "A01"));
    let ward = format!("SE2321000131-E00000000110{}", ward.expect("an admission").ward);
    let sex = match last(|says| says.sex).as_str() {
        "F" => hemgang_proto::common::Sex::Female,
        "M" => hemgang_proto::common::Sex::Male,
        _ => hemgang_proto::common::Sex::Unknown,
    };
    (ward, last(|says| says.name), last(|says| says.address), sex.into())
}

#[test]
fn partial_messages_of_a_stay_end_the_same_in_any_order_and_told_twice() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let suite = runtime.block_on(Suite::start(On::Sqlite, &[SERVICE]));
    let event = prop::sample::select(vec!["A01", "A08", "A08", "A31", "A02"]);
    let ward = prop::sample::select(vec!["1", "2", "3"]);
    let name = prop::sample::select(vec!["", "Berg", "Dal", "\"\""]);
    let address = prop::sample::select(vec!["", "Storgatan 1", "Nygatan 2", "\"\""]);
    let sex = prop::sample::select(vec!["", "F", "M", "U", "\"\""]);
    let one = (event, ward, name, address, sex, 1usize..=2);
    let told = (proptest::collection::vec(one, 2..6), 0usize..6).prop_flat_map(|(each, admission)| {
        // One is an admission, whenever it was recorded. That the sex is not known says nothing of what is.
        let admission = admission % each.len();
        let says = |(minute, (event, ward, name, address, sex, times))| {
            let event = if minute == admission { "A01" } else { event };
            (Says { event, minute, ward, name, address, sex }, times)
        };
        let each: Vec<(Says, usize)> = each.into_iter().enumerate().map(says).collect();
        let all = each.iter().flat_map(|(says, times)| vec![says.clone(); *times]);
        let shuffled = Just(all.collect::<Vec<_>>()).prop_shuffle();
        (Just(each.into_iter().map(|(says, _)| says).collect::<Vec<_>>()), shuffled)
    });
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    runner
        .run(&told, |(mut by_record, told)| {
            by_record.iter_mut().filter(|says| says.sex == "U").for_each(|says| says.sex = "");
            // A transfer says nothing of who the patient is.
            for says in by_record.iter_mut().filter(|says| says.event == "A02") {
                (says.name, says.address, says.sex) = ("", "", "");
            }
            prop_assert_eq!(runtime.block_on(end_of(&suite, &told)), expected(&by_record));
            Ok(())
        })
        .expect("the same end");
    drop(runtime);
}

async fn an_admission_told_again_corrects_in_either_order(suite: &Suite) {
    let admit = |minute, ward, name, address| Says { event: "A01", minute, ward, name, address, sex: "" };
    let (one, other) = (admit(1, "1", "Berg", "Storgatan 1"), admit(2, "2", "Dal", ""));
    let expected = expected(&[one.clone(), other.clone()]);
    assert_eq!(expected.0, "SE2321000131-E000000001102");
    for told in [[&one, &other], [&other, &one]] {
        assert_eq!(end_of(suite, &told.map(Clone::clone)).await, expected);
    }
}

async fn what_was_said_of_a_void_stay_says_nothing_of_the_next_under_its_number(suite: &Suite) {
    let says = |event, minute, name, address| Says { event, minute, ward: "1", name, address, sex: "" };
    let (first, again) = (says("A01", 1, "Berg", ""), says("A01", 2, "Berg", "Storgatan 1"));
    let (moved, void) = (says("A08", 3, "", "Nygatan 2"), says("A11", 4, "", ""));
    let next = says("A01", 5, "Dal", "");
    let expected =
        end_of(suite, &[first.clone(), again.clone(), moved.clone(), void.clone(), next.clone()]).await;
    assert_eq!((expected.1.as_str(), expected.2.as_str()), ("Dal", ""));
    for late in [[&again, &moved], [&moved, &again]] {
        let told = [&[first.clone(), void.clone(), next.clone()], &late.map(Clone::clone)[..]].concat();
        assert_eq!(end_of(suite, &told).await, expected);
    }
}
